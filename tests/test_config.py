"""The operator's files: what they become, what is refused, and that no secret is ever told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.config import Alerts, Config, Housekeeping, Polling, load_config
from watcher.model import Feed, FeedId, FullText, HttpSettings, Position, Problem

WATCHER = "version: 1\n"
FEEDS = "version: 1\nfeeds:\n  bbc: {name: BBC, url: https://example.org/rss.xml}\n"
CHANNELS = "version: 1\n"


def write(tmp_path: Path, watcher: str = WATCHER, feeds: str = FEEDS, channels: str = CHANNELS) -> Path:
    folder = tmp_path / "config"
    folder.mkdir(exist_ok=True)
    for name, text in (("watcher", watcher), ("feeds", feeds), ("channels", channels)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, environment: dict[str, str] | None = None) -> tuple[Config | None, list[str]]:
    config, problems = load_config(folder, environment or {})
    return config, [str(problem).removeprefix(f"{folder}/") for problem in problems]


def load_well(folder: Path, environment: dict[str, str] | None = None) -> Config:
    config, problems = load(folder, environment)
    assert problems == []
    assert config is not None
    return config


# --- watcher.yaml --------------------------------------------------------------------------------------------------


def test_what_is_left_out_has_a_sane_value(tmp_path: Path) -> None:
    config = load_well(write(tmp_path))

    assert config.state_directory is None
    assert config.timezone == "UTC"
    assert config.polling == Polling(
        tick=timedelta(seconds=15),
        interval=timedelta(minutes=5),
        deadline=timedelta(seconds=30),
        max_bytes=10_000_000,
        concurrency=64,
        user_agent="Watcher/0.1 (news monitor; reads feeds only)",
        private_hosts_allowed=False,
    )
    assert config.alerts == Alerts(max_age=timedelta(days=3), send_deadline=timedelta(seconds=60))
    assert config.housekeeping == Housekeeping(keep_polls=timedelta(days=30))
    assert config.channels == ()


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    watcher = """\
version: 1
state_directory: /var/lib/watcher
timezone: Europe/Berlin
polling:
  tick: 1 second
  interval: 1 hour 30 minutes
  deadline: 2 minutes
  max_bytes: 500 KB
  concurrency: 3
  user_agent: Desk
  private_hosts_allowed: yes
alerts: {max_age: 1 week, send_deadline: 5 seconds}
housekeeping: {keep_polls: 2 weeks}
"""

    config = load_well(write(tmp_path, watcher=watcher))

    assert config.state_directory == Path("/var/lib/watcher")
    assert config.timezone == "Europe/Berlin"
    assert config.polling == Polling(
        tick=timedelta(seconds=1),
        interval=timedelta(minutes=90),
        deadline=timedelta(minutes=2),
        max_bytes=500_000,
        concurrency=3,
        user_agent="Desk",
        private_hosts_allowed=True,
    )
    assert config.alerts == Alerts(max_age=timedelta(weeks=1), send_deadline=timedelta(seconds=5))
    assert config.housekeeping == Housekeeping(keep_polls=timedelta(weeks=2))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("polling: {tick: 15}", "2:17: write a duration like '15 minutes', got '15'"),
        ("polling: {tick: soon}", "2:17: write a duration like '10 minutes', got 'soon'"),
        ("polling: {tick: 0 seconds}", "2:17: must be longer than nothing"),
        ("polling: {tick: 10 parsecs}", "2:17: write a duration like '10 minutes', got '10 parsecs'"),
        ("polling: {max_bytes: 10}", "2:22: write a size like '10 MB', got '10'"),
        ("polling: {max_bytes: [10]}", "2:11: write a size like '10 MB', got a list"),
        ("polling: {max_bytes: 0 MB}", "2:22: write a size like '10 MB', got '0 MB'"),
        ("polling: {concurrency: 0}", "2:24: must be at least 1, got '0'"),
        ("polling: {intervall: 5 minutes}", "2:11: unknown key 'intervall': did you mean 'interval'?"),
        ("polling: 5 minutes", "2:10: expected keys with values, got '5 minutes'"),
        (
            "timezone: Europe/Berlim",
            "2:11: expected a time zone like 'Europe/Berlin', got 'Europe/Berlim': did you mean 'Europe/Berlin'?",
        ),
        ("timezone: ../../etc/passwd", "2:11: expected a time zone like 'Europe/Berlin', got '../../etc/passwd'"),
    ],
)
def test_a_bad_setting_is_told_with_what_is_wanted(tmp_path: Path, line: str, expected: str) -> None:
    config, problems = load(write(tmp_path, watcher=f"version: 1\n{line}\n"))

    assert config is None
    assert problems == [f"watcher.yaml:{expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timezone: UTC\n", "1:1: missing key 'version'"),
        ("version: 2\n", "1:10: this program reads version 1, got 2"),
        ("version: one\n", "1:10: expected a whole number, got 'one'"),
    ],
)
def test_a_file_of_another_version_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    config, problems = load(write(tmp_path, watcher=text))

    assert config is None
    assert problems == [f"watcher.yaml:{expected}"]


# --- feeds.yaml ----------------------------------------------------------------------------------------------------


def test_a_feed_knows_its_outlet_interval_and_line(tmp_path: Path) -> None:
    feeds = """\
version: 1
feeds:
  sana-ar:
    name: SANA Arabic
    url: https://sana.example/ar/?feed=rss2
    outlet: SANA
    language: ar
    kind: Syria (state)
    interval: 1 hour
  plain: {name: Plain, url: "http://[::1]:8080/feed"}
  off: {name: Off, url: https://off.example/, enabled: no}
"""
    folder = write(tmp_path, watcher="version: 1\npolling: {interval: 7 minutes}\n", feeds=feeds)

    config = load_well(folder)

    file = f"{folder}/feeds.yaml"
    assert config.feeds == (
        Feed(
            id=FeedId("sana-ar"),
            name="SANA Arabic",
            url="https://sana.example/ar/?feed=rss2",
            outlet="SANA",
            language="ar",
            kind="Syria (state)",
            interval=timedelta(hours=1),
            origin=Position(file, 3, 3),
        ),
        Feed(
            id=FeedId("plain"),
            name="Plain",
            url="http://[::1]:8080/feed",
            outlet="Plain",
            language=None,
            kind="other",
            interval=timedelta(minutes=7),
            origin=Position(file, 10, 3),
        ),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a: {name: A, url: ftp://x.example/}", "'ftp://x.example/'"),
        ("a: {name: A, url: x.example/rss}", "'x.example/rss'"),
        ("a: {name: A, url: https://}", "'https://'"),
        ("a: {name: A, url: 'https://x.example/a b'}", "'https://x.example/a b'"),
        ("a: {name: A, url: 'https://[x'}", "'https://[x'"),
    ],
)
def test_a_feed_needs_a_web_address(tmp_path: Path, line: str, expected: str) -> None:
    _, problems = load(write(tmp_path, feeds=f"version: 1\nfeeds:\n  {line}\n"))

    assert problems == [
        f"feeds.yaml:3:21: expected an address like 'https://example.org/rss.xml', got {expected}",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "a: {name: A, url: https://u:p@x.example/}",
            "3:21: the address holds a password: write it under 'http', as 'basic_auth'",
        ),
        ("a: {name: A}", "3:3: missing key 'url'"),
        ("a: {name: A, url: https://x.example, language: english}", "3:50: write a language code like 'en' or 'ar', "),
        (
            "A b: {name: A, url: https://x.example}",
            "3:3: an id is made of a-z, 0-9, '_' and '-' (at most 64), got 'A b'",
        ),
    ],
)
def test_a_bad_feed_is_told(tmp_path: Path, line: str, expected: str) -> None:
    _, problems = load(write(tmp_path, feeds=f"version: 1\nfeeds:\n  {line}\n"))

    assert [problem[: len("feeds.yaml:") + len(expected)] for problem in problems] == [f"feeds.yaml:{expected}"]


def test_the_same_address_twice_is_an_error(tmp_path: Path) -> None:
    feeds = FEEDS + "  again: {name: Again, url: https://example.org/rss.xml/}\n"

    config, problems = load(write(tmp_path, feeds=feeds))

    assert config is None
    assert problems == ["feeds.yaml:4:29: the same address as feed 'bbc'"]


# --- channels.yaml -------------------------------------------------------------------------------------------------

MAIL = """\
version: 1
channels:
  mail:
    title: Mail
    url: "mailtos://{user}:{password}@mail.example.org?to=desk@example.org"
    secrets:
      user: {env: MAIL_USER}
      password: %s
"""


def test_secrets_are_found_and_quoted(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("p@ss/w:rd?&\n", encoding="utf-8")
    secret.chmod(0o600)
    folder = write(tmp_path, channels=MAIL % f"{{file: {secret}}}")

    config = load_well(folder, {"MAIL_USER": "desk@example.org"})

    assert [channel.url for channel in config.channels] == [
        "mailtos://desk%40example.org:p%40ss%2Fw%3Ard%3F%26@mail.example.org?to=desk@example.org"
    ]
    assert config.channels[0].origin == Position(f"{folder}/channels.yaml", 3, 3)


def test_a_credential_is_found_where_systemd_puts_it(tmp_path: Path) -> None:
    (tmp_path / "mail-password").write_text("secret", encoding="utf-8")
    environment = {"MAIL_USER": "u", "CREDENTIALS_DIRECTORY": str(tmp_path)}

    config = load_well(write(tmp_path, channels=MAIL % "{credential: mail-password}"), environment)

    assert [channel.url for channel in config.channels] == ["mailtos://u:secret@mail.example.org?to=desk@example.org"]


def test_a_url_that_is_one_secret_is_taken_as_it_is(tmp_path: Path) -> None:
    channels = 'version: 1\nchannels:\n  chat: {title: Chat, url: "{url}", secrets: {url: {env: CHAT}}}\n'
    url = "mmosts://chat.example.org/token?channel=a b"

    config = load_well(write(tmp_path, channels=channels), {"CHAT": url})

    assert [channel.url for channel in config.channels] == [url]


def test_a_missing_secret_costs_one_channel_and_is_named(tmp_path: Path) -> None:
    channels = (
        MAIL % "{file: /nowhere/secret}"
        + "  chat: {title: Chat, url: 'json://{host}', secrets: {host: {env: HOST}}}\n"
        + "  cred: {title: Cred, url: 'json://{host}', secrets: {host: {credential: the-host}}}\n"
    )

    config, problems = load(write(tmp_path, channels=channels), {"MAIL_USER": "u", "HOST": "x.example"})

    assert config is not None
    assert [channel.id for channel in config.channels] == ["chat"]
    assert config.channel_ids == ("mail", "chat", "cred")
    assert problems == [
        "channels.yaml:3:3: warning: channel 'mail' cannot be used: /nowhere/secret: no such file or directory",
        (
            "channels.yaml:10:3: warning: channel 'cred' cannot be used: "
            "there is no systemd credential 'the-host': LoadCredential= is not set"
        ),
    ]
    assert [str(problem) for problem in config.problems] == [f"{tmp_path}/config/{problem}" for problem in problems]


@pytest.mark.parametrize(
    ("content", "expected"), [(b"", " is empty"), (b"\n", " is empty"), (b"\xff", ": not UTF-8 text")]
)
def test_an_unusable_secret_file_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(content)
    secret.chmod(0o600)

    _, problems = load(write(tmp_path, channels=MAIL % f"{{file: {secret}}}"), {"MAIL_USER": "u"})

    assert problems == [f"channels.yaml:3:3: warning: channel 'mail' cannot be used: {secret}{expected}"]


def test_an_unset_variable_is_named(tmp_path: Path) -> None:
    channels = MAIL % "{env: MAIL_PASSWORD}"

    _, problems = load(write(tmp_path, channels=channels), {"MAIL_USER": "u", "MAIL_PASSWORD": " "})

    assert problems == [
        "channels.yaml:3:3: warning: channel 'mail' cannot be used: the environment variable MAIL_PASSWORD is not set"
    ]


def test_a_secret_file_that_everybody_can_read_is_a_warning(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)

    config, problems = load(write(tmp_path, channels=MAIL % f"{{file: {secret}}}"), {"MAIL_USER": "u"})

    assert config is not None
    assert len(config.channels) == 1
    assert problems == [f"channels.yaml:8:7: warning: every user of this machine can read {secret}: chmod o-r"]


def channel(url: str, secrets: str = "{}") -> str:
    return f"version: 1\nchannels:\n  desk:\n    title: Desk\n    url: '{url}'\n    secrets: {secrets}\n"


NEVER = "stands in the file: write {name} instead, and say under 'secrets' where it is found (env, file or credential)"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mailtos://user:hunter2@mail.example.org", "a password"),
        ("mailtos://user:hunter#2@[mail", "a password"),
        ("mailto://mail.example.org?user=u&pass=hunter2", "a password or token"),
        ("matrixs://mail.example.org/#room?token=hunter2", "a password or token"),
        ("matrixs://mail.example.org/room?token=hunter2", "a password or token"),
        ("jsons://x.example/?+X-Api-Key=z&api_key=hunter2", "a password or token"),
        ("tgram://hunter2/chat", "a token ('tgram' urls hold one)"),
        ("mmosts://chat.example.org/hunter2", "a token ('mmosts' urls hold one)"),
        ("jsons://x.example/hooks/3ccdd113474722377935511fc85d3dd4", "what looks like a token"),
        ("ntfys://hunter2-hunter2-hunter2-hunter2-hunter2", "what looks like a token"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(tmp_path: Path, url: str, what: str) -> None:
    folder = write(tmp_path, channels=channel(url))

    config, problems = load_config(folder, {})

    assert config is None
    assert problems == (Problem(Position(f"{folder}/channels.yaml", 5, 10), f"{what} {NEVER}"),)


@pytest.mark.parametrize(
    "url",
    [
        "ntfys://desk-topic",
        "mailto://localhost:2525?from=watcher@example.org&to=desk@example.org&name=Watcher",
        "mailtos://user@mail.example.org?to=desk2024@example.org",
        "mailto://mail.example.org:25?user=desk&pass=",
        "jsons://hooks.a-long-host-name-2024.example.org/path",
        "syslog://_",
    ],
)
def test_a_url_without_secrets_is_fine(tmp_path: Path, url: str) -> None:
    config = load_well(write(tmp_path, channels=channel(url)))

    assert [found.url for found in config.channels] == [url]


@pytest.mark.parametrize(
    ("url", "secrets", "expected"),
    [
        (
            "mailtos://{user}@x.example",
            "{usr: {env: A}}",
            [
                "5:10: the url refers to {user}, which is not under 'secrets': did you mean 'usr'?",
                "6:15: warning: the url does not refer to {usr}",
            ],
        ),
        (
            "desk@example.org",
            "{}",
            ["5:10: expected a url like 'mailtos://{user}:{password}@mail.example.org' or '{url}'"],
        ),
        ("json://{a}", "{a: {env: A, file: B}}", ["6:15: a secret is found in exactly one of env, file, credential"]),
        ("json://{a}", "{a: {}}", ["6:15: a secret is found in exactly one of env, file, credential"]),
        (
            "json://{a}",
            "{a: hunter2}",
            ["6:18: a secret never stands in the file: write {env: NAME}, {file: PATH} or {credential: NAME}"],
        ),
        ("json://{a}", "hunter2", ["6:14: expected keys with values"]),
        ("json://{a}", "{a: {evn: A}}", ["6:19: unknown key 'evn': did you mean 'env'?"]),
    ],
)
def test_a_bad_channel_is_told_without_its_values(tmp_path: Path, url: str, secrets: str, expected: list[str]) -> None:
    folder = write(tmp_path, channels=channel(url, secrets))

    config, problems = load_config(folder, {})

    told = [str(problem).removeprefix(f"{folder}/channels.yaml:") for problem in problems]
    assert config is None
    assert told[: len(expected)] == expected
    assert {problem.excerpt for problem in problems} == {""}


# --- all files -----------------------------------------------------------------------------------------------------


def test_every_problem_of_every_file_is_told_at_once_in_order(tmp_path: Path) -> None:
    folder = write(tmp_path, watcher="version: 1\ntimezon: UTC\n", feeds="version: 1\n", channels="chanels: {}\n")

    config, problems = load(folder)

    assert config is None
    assert problems == [
        "channels.yaml:1:1: missing key 'version'",
        "channels.yaml:1:1: unknown key 'chanels': did you mean 'channels'?",
        "feeds.yaml:1:1: missing key 'feeds'",
        "watcher.yaml:2:1: unknown key 'timezon': did you mean 'timezone'?",
    ]


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "feeds.yaml").unlink()

    assert load(folder)[1] == ["feeds.yaml:1:1: cannot read the file: no such file or directory"]
    assert [str(problem) for problem in load_config(tmp_path / "none", {})[1]] == [
        f"{tmp_path}/none:1:1: no such folder"
    ]


def test_the_version_follows_the_bytes_of_the_files(tmp_path: Path) -> None:
    first = load_well(write(tmp_path))
    same = load_well(write(tmp_path))
    other = load_well(write(tmp_path, watcher=WATCHER + "# a comment\n"))

    assert first.version == same.version
    assert len(first.version) == 12
    assert other.version != first.version
    assert replace(other, version=first.version) == first


def test_a_config_shows_no_channel_url(tmp_path: Path) -> None:
    config = load_well(write(tmp_path, channels=channel("json://{host}", "{host: {env: HOST}}")), {"HOST": "hunter2"})

    assert "hunter2" not in repr(config)


def test_the_secrets_are_known_to_the_log_bare_and_quoted(tmp_path: Path) -> None:
    channels = """
version: 1
channels:
  whole: {title: A, url: "{url}", secrets: {url: {env: WHOLE}}}
  part: {title: B, url: "mailtos://{user}@mail.example.org?to=d@example.org", secrets: {user: {env: USER}}}
"""
    environment = {"WHOLE": "mmosts://anna:p%40ss@chat.example.org/3ccr8tokenoftheroom/desk", "USER": "w@tcher"}

    config, _ = load_config(write(tmp_path, channels=channels), environment)

    assert config is not None
    assert {"p%40ss", "p@ss", "3ccr8tokenoftheroom", "w@tcher", "w%40tcher"} <= set(config.secrets)
    assert "desk" not in config.secrets
    assert "p@ss" not in repr(config)


def test_a_channel_for_feed_problems_that_nobody_lists_is_an_error(tmp_path: Path) -> None:
    watcher = "version: 1\nalerts:\n  feed_problems_to: [desk-chat, desk-mial]\n"
    channels = "version: 1\nchannels:\n  desk-mail: {title: M, url: '{u}', secrets: {u: {env: U}}}\n"

    _, problems = load(write(tmp_path, watcher=watcher, channels=channels), {"U": "json://x.example"})

    assert problems == [
        "watcher.yaml:3:22: unknown channel 'desk-chat': did you mean 'desk-mail'?",
        "watcher.yaml:3:33: unknown channel 'desk-mial': did you mean 'desk-mail'?",
    ]


def test_a_tier_may_have_an_interval_of_its_own_and_a_feed_too(tmp_path: Path) -> None:
    watcher = "version: 1\npolling:\n  interval: 5 minutes\n  intervals: {1: 2 minutes, 3: 20 minutes}\n"
    feeds = "version: 1\nfeeds:\n" + "".join(
        f"  {name}: {{name: {name}, url: 'https://{name}.example/', tier: {tier}{more}}}\n"
        for name, tier, more in (("a", 1, ""), ("b", 2, ""), ("c", 3, ""), ("d", 3, ", interval: 7 minutes"))
    )

    config = load_well(write(tmp_path, watcher=watcher, feeds=feeds))

    assert [feed.interval / timedelta(minutes=1) for feed in config.feeds] == [2, 5, 20, 7]


# --- how a feed's server is asked ----------------------------------------------------------------------------------

PRIVATE_FEED = """version: 1
feeds:
  wire:
    name: Wire
    url: https://example.org/rss.xml
    tier: 1
    full_text: when_short
    http:
      headers: {X-Api-Key: "{key}", Accept-Language: ar}
      cookies: {session: "s={session}"}
      basic_auth: {user: desk, password: "{password}"}
      proxy: "http://desk:{password}@proxy.example.org:3128"
      user_agent: Desk/1
    secrets:
      key: {env: WIRE_KEY}
      session: {env: WIRE_SESSION}
      password: {env: WIRE_PASSWORD}
"""
SECRETS = {"WIRE_KEY": "k-1", "WIRE_SESSION": "s-1", "WIRE_PASSWORD": "p@ss/1"}


def test_a_feed_may_have_headers_cookies_a_login_and_a_proxy_of_its_own(tmp_path: Path) -> None:
    config = load_well(write(tmp_path, feeds=PRIVATE_FEED), SECRETS)

    assert config.http_settings[FeedId("wire")] == HttpSettings(
        headers=(("X-Api-Key", "k-1"), ("Accept-Language", "ar")),
        cookies=(("session", "s=s-1"),),
        basic_auth=("desk", "p@ss/1"),
        proxy="http://desk:p%40ss%2F1@proxy.example.org:3128",
        user_agent="Desk/1",
        home="https://example.org/rss.xml",
    )
    assert (config.feeds[0].tier, config.feeds[0].full_text) == (1, FullText.WHEN_SHORT)


def test_no_secret_of_a_feed_is_shown_or_logged(tmp_path: Path) -> None:
    config = load_well(write(tmp_path, feeds=PRIVATE_FEED), SECRETS)

    assert set(config.secrets) == {"k-1", "s-1", "p@ss/1", "p%40ss%2F1", "ZGVzazpwQHNzLzE="}
    assert not any(secret in repr((config, config.http_settings)) for secret in config.secrets)


def test_a_feed_whose_secret_is_missing_is_polled_on_without_it_and_told(tmp_path: Path) -> None:
    config, problems = load(write(tmp_path, feeds=PRIVATE_FEED), {"WIRE_KEY": "k-1"})

    assert config is not None
    reason = "the environment variable WIRE_SESSION is not set"
    assert problems == [f"feeds.yaml:3:3: warning: feed 'wire' is polled without its settings under 'http': {reason}"]
    assert [feed.id for feed in config.feeds] == ["wire"]
    assert config.http_settings == {}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("http: {headers: {X-Api-Key: k}}", "a secret stands in the file"),
        ("http: {cookies: {session: s}}", "a secret stands in the file"),
        ("http: {bearer_token: t}", "a secret stands in the file"),
        ("http: {basic_auth: {user: u, password: p}}", "a secret stands in the file"),
        ("http: {proxy: 'http://u:p@proxy.example:1'}", "a secret stands in the file"),
        ("http: {proxy: 'socks5://proxy.example:1'}", "expected an address like 'http://proxy.example.org:3128'"),
        ("http: {proxy: 'http://[bad:1'}", "expected an address like 'http://proxy.example.org:3128'"),
        ("http: {headers: {User-Agent: x}}", "the header User-Agent is set by Watcher: write 'user_agent'"),
        ("http: {headers: {Host: x}}", "the header Host is set by Watcher"),
        ("http: {headers: {'a b': x}}", "'a b' is no name of a header or cookie"),
        ("http: {headers: {X-A: '{key}'}}", "{key} is not under 'secrets'"),
        ('http: {headers: {X-A: "a\\r\\nHost: b"}}', "a line break or control character cannot be sent"),
        (
            "secrets: {t: {env: T}}, http: {bearer_token: '{t}', basic_auth: {user: u, password: '{t}'}}",
            "there is one of basic_auth and bearer_token, not both",
        ),
        ("tier: 4", "write 1, 2 or 3, got '4'"),
        ("full_text: yes", "write always, when_short or never, got 'yes'"),
    ],
)
def test_a_bad_setting_is_told_and_no_secret_with_it(tmp_path: Path, told: str, expected: str) -> None:
    feeds = f"version: 1\nfeeds:\n  a: {{name: A, url: https://x.example/, {told}}}\n"

    config, problems = load_config(write(tmp_path, feeds=feeds), {})

    assert config is None
    assert any(expected in problem.message or expected in str(problem) for problem in problems), problems
    if "stands in the file" in expected:
        assert all(problem.excerpt == "" for problem in problems)


def test_networks_of_our_own_may_be_allowed_one_by_one(tmp_path: Path) -> None:
    watcher = "version: 1\npolling: {allowed_networks: [10.1.0.0/16, 'fd00::/8'], host_spacing: 0 seconds}\n"

    polling = load_well(write(tmp_path, watcher=watcher)).polling

    assert (polling.allowed_networks, polling.host_spacing) == (("10.1.0.0/16", "fd00::/8"), timedelta(0))


def test_what_is_no_network_is_told(tmp_path: Path) -> None:
    _, problems = load(write(tmp_path, watcher="version: 1\npolling: {allowed_networks: [10.1.0.1/16]}\n"))

    assert problems == ["watcher.yaml:2:30: write a network like '10.1.0.0/16' or 'fd00::/8', got '10.1.0.1/16'"]


def test_an_operators_template_is_read_and_one_that_cannot_be_used_is_a_warning(tmp_path: Path) -> None:
    folder = shutil.copytree(Path(__file__).parent.parent / "config", tmp_path / "config")
    (folder / "templates").mkdir()
    (folder / "templates" / "digest.txt.j2").write_text("{{ subject }}", encoding="utf-8")
    (folder / "templates" / "digest.html.j2").write_text("{% if %}", encoding="utf-8")

    config, _ = load_config(folder, {})

    assert config is not None
    assert config.templates == {"digest.txt.j2": "{{ subject }}"}
    told = [str(problem) for problem in config.problems if "template left out" in str(problem)]
    assert len(told) == 1
    assert "digest.html.j2" in told[0]
    assert "template left out: line 1: Expected an expression" in told[0]
