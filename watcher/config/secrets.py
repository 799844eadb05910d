"""Finds secrets where channels.yaml says they are, fills them into a channel's URL, and spots secrets written inline.

A missing secret makes one channel unusable; it never stops the others. No secret appears in any message.
"""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, unquote

from watcher.config.schema import ChannelEntry, SecretEntry
from watcher.model import Problem
from watcher.rulebook.wording import did_you_mean

PLACEHOLDER = re.compile(r"\{([a-z0-9_-]+)\}")

_SECRET_OPTION = re.compile(r"pass(word|wd)?|pwd|token|secret|(api_?)?key|auth|credentials?", re.IGNORECASE)
_TOKEN_SCHEMES = ("tgram", "slack", "discord", "mmost", "mmosts", "pover", "gotify", "gotifys", "msteams", "workflows")
_VALUE = re.compile(r", got ['\"].*", re.DOTALL)
_SHORTEST_SECRET_PART = 8  # shorter pieces of a URL are words that logs need
_SHORTEST_TOKEN = 16
_SHORTEST_WORDY_TOKEN = 30  # a token may hold - and _, and so may a readable topic name


class MissingSecret(Exception):  # noqa: N818  it is a finding about a file, told as a warning
    """A secret is not where channels.yaml says; the message names the place and never the secret."""


def url_problems(entry: ChannelEntry) -> Iterator[str]:
    """What is wrong with the URL as written, in words. It is never quoted: it may hold a secret."""
    names = PLACEHOLDER.findall(entry.url)
    for name in dict.fromkeys(names):
        if name not in entry.secrets:
            yield f"the url refers to {{{name}}}, which is not under 'secrets'{did_you_mean(name, entry.secrets)}"
    if PLACEHOLDER.fullmatch(entry.url):
        return
    if not re.match(r"[a-z0-9]+://.", entry.url, re.IGNORECASE):
        yield "expected a url like 'mailtos://{user}:{password}@mail.example.org' or '{url}'"
    elif part := _inline_secret(entry.url):
        yield (
            f"{part} stands in the file: write {{name}} instead, "
            "and say under 'secrets' where it is found (env, file or credential)"
        )


def fill_in(entry: ChannelEntry, environment: Mapping[str, str]) -> str:
    """The URL with its secrets in it, each quoted unless the URL is nothing but one secret.

    Raises: MissingSecret.
    """
    secrets = {name: _find(secret, environment) for name, secret in entry.secrets.items()}
    if whole := PLACEHOLDER.fullmatch(entry.url):
        return secrets[whole[1]]
    return PLACEHOLDER.sub(lambda found: quote(secrets[found[1]], safe=""), entry.url)


def fill_text(text: str, secrets: Mapping[str, SecretEntry], environment: Mapping[str, str], *, in_url: bool) -> str:
    """A value with its secrets in it, quoted as URLs need it or as they are. Raises: MissingSecret."""
    found = {name: _find(secrets[name], environment) for name in PLACEHOLDER.findall(text)}
    whole = PLACEHOLDER.fullmatch(text) is not None
    return PLACEHOLDER.sub(
        lambda match: quote(found[match[1]], safe="") if in_url and not whole else found[match[1]], text
    )


def find_secrets(secrets: Mapping[str, SecretEntry], environment: Mapping[str, str]) -> tuple[str, ...]:
    """What no log line may show: each secret as it is and quoted. Missing ones are left out."""
    found = []
    for secret in secrets.values():
        with contextlib.suppress(MissingSecret):
            found.append(_find(secret, environment))
    return tuple({text for value in found for text in (value, quote(value, safe=""))})


def secret_texts(entry: ChannelEntry, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What no log line may show of this channel: its secrets, as they are and quoted; of a secret URL also its parts.

    Raises: MissingSecret.
    """
    secrets = [_find(secret, environment) for secret in entry.secrets.values()]
    if PLACEHOLDER.fullmatch(entry.url):
        rest = secrets[0].partition("://")[2]
        userinfo, _, location = rest.rpartition("@")
        secrets += userinfo.partition(":")[::2]
        secrets += [part for part in re.split(r"[/?&=]", location) if len(part) >= _SHORTEST_SECRET_PART]
    return tuple({text for secret in secrets for text in (secret, unquote(secret), quote(secret, safe="")) if text})


def without_values(problem: Problem) -> Problem:
    """The problem without the line and the value it is about: in channels.yaml they may be a secret."""
    return Problem(problem.position, _VALUE.sub("", problem.message), problem.severity)


def is_open_to_all(secret: SecretEntry) -> bool:
    """Whether any user of the machine can read the secret's file."""
    try:
        return secret.file is not None and bool(secret.file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _find(secret: SecretEntry, environment: Mapping[str, str]) -> str:
    if secret.env is not None:
        value = environment.get(secret.env, "").strip()
        if not value:
            raise MissingSecret(f"the environment variable {secret.env} is not set")
        return value
    if secret.credential is not None:
        folder = environment.get("CREDENTIALS_DIRECTORY")
        if not folder:
            raise MissingSecret(f"there is no systemd credential {secret.credential!r}: LoadCredential= is not set")
        return _read(Path(folder) / secret.credential)
    assert secret.file is not None
    return _read(secret.file)


def _read(path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MissingSecret(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise MissingSecret(f"{path}: not UTF-8 text") from None
    if not value:
        raise MissingSecret(f"{path} is empty")
    return value


def _inline_secret(url: str) -> str | None:
    """What looks like a secret in a URL template, in words; None if nothing does."""
    scheme = url.partition(":")[0].lower()
    plain = PLACEHOLDER.sub("", url)
    if re.match(r"[^:]+://[^/?:]*:[^/?]+@", plain):
        return "a password"
    options = re.findall(r"[?&][+-]?([^=&]+)=([^&]+)", plain)
    if any(_SECRET_OPTION.fullmatch(key) for key, _ in options):
        return "a password or token"
    if scheme in _TOKEN_SCHEMES and not PLACEHOLDER.search(url):
        return f"a token ('{scheme}' urls hold one)"
    pieces = re.split(r"[/?&=@:,;#!]", PLACEHOLDER.sub("/", url.partition("://")[2]))
    if any(_looks_like_a_token(piece) for piece in pieces):
        return "what looks like a token"
    return None


def _looks_like_a_token(piece: str) -> bool:
    """Long, and letters and digits mixed."""
    longest_run = max(re.split(r"[^A-Za-z0-9]", piece), key=len)
    candidates = ((longest_run, _SHORTEST_TOKEN), (piece, _SHORTEST_WORDY_TOKEN))
    return "." not in piece and any(
        len(text) >= shortest and re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
        for text, shortest in candidates
    )
