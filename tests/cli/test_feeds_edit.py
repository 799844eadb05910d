"""``watcher feeds add|remove|import|export``: what becomes of feeds.yaml, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.config import load_config
from watcher.errors import ConfigError, UsageError

FEEDS = """\
# What is polled.
version: 1

feeds:
  # --- agencies ---

  # Tried in September.
  qalam:   # the wire
    name: Qalam Wire
    url: https://qalam.example/rss
    language: ar

  barada: {name: Barada, url: https://barada.example/feed}

# the end
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "watcher.yaml").write_text("version: 1\n")
    (tmp_path / "channels.yaml").write_text("version: 1\nchannels: {}\n")
    (tmp_path / "feeds.yaml").write_text(FEEDS)
    return tmp_path


def run(folder: Path, *words: str, given: str | None = None) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(app, ["--config", str(folder), "feeds", *words], input=given)
    return result.exit_code, result.stdout, result.exception


def listed(folder: Path) -> dict[str, str]:
    config, problems = load_config(folder)
    assert config is not None, problems
    return {str(feed.id): feed.url for feed in config.feeds}


def text(folder: Path) -> str:
    return (folder / "feeds.yaml").read_text(encoding="utf-8")


def test_a_feed_is_added_below_the_others_and_every_comment_stays(folder: Path) -> None:
    name = 'Halab: "today" # \u062d\u0644\u0628'

    assert run(folder, "add", "https://halab.example/rss?a=1", "--name", name, "--language", "ar")[0] == 0

    head, tail = FEEDS.split("\n\n# the end")
    block = (
        '  halab-today:\n    name: "Halab: \\"today\\" # \u062d\u0644\u0628"\n'
        '    url: "https://halab.example/rss?a=1"\n    language: "ar"\n'
    )
    assert text(folder) == f"{head}\n\n{block}\n# the end{tail}"
    config, _ = load_config(folder)
    assert config is not None
    assert config.feeds[-1].name == name


def test_what_was_added_can_be_removed_and_nothing_is_left_of_it(folder: Path) -> None:
    run(folder, "add", "https://halab.example/rss")
    assert list(listed(folder)) == ["qalam", "barada", "halab-example"]

    assert run(folder, "remove", "halab-example")[0] == 0

    assert text(folder) == FEEDS


def test_a_removed_feed_takes_its_own_comment_with_it_and_no_other(folder: Path) -> None:
    run(folder, "remove", "qalam")

    assert text(folder) == FEEDS.replace(FEEDS[FEEDS.index("  # Tried") : FEEDS.index("  barada")], "")
    assert list(listed(folder)) == ["barada"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "https://qalam.example/rss/"), "feeds.yaml has this address already, as feed 'qalam'"),
        (
            ("add", "https://x.example/", "--id", "barada"),
            "feeds.yaml has a feed 'barada' already: https://barada.example/feed",
        ),
        (("remove", "qalm"), "no feed 'qalm' in feeds.yaml: did you mean 'qalam'?"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(folder: Path, words: tuple[str, ...], message: str) -> None:
    _, _, error = run(folder, *words)

    assert isinstance(error, UsageError)
    assert str(error) == message
    assert text(folder) == FEEDS
    assert {path.name for path in folder.iterdir()} == {"watcher.yaml", "channels.yaml", "feeds.yaml"}


def test_an_edit_that_would_break_the_file_is_refused_and_changes_nothing(folder: Path) -> None:
    for words in (("add", "ftp://x.example/"), ("add", "https://x.example/", "--language", "arabic!")):
        assert isinstance(run(folder, *words)[2], ConfigError)
    run(folder, "remove", "qalam")
    before = text(folder)
    assert isinstance(run(folder, "remove", "barada")[2], ConfigError)  # the last one

    assert text(folder) == before


def test_opml_goes_out_and_comes_in_again_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for name in ("watcher.yaml", "channels.yaml"):
        (tmp_path / "other" / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "other" / "feeds.yaml").write_text("version: 1\nfeeds:\n  x: {name: X, url: https://x.example/}\n")
    exported = run(folder, "export")[1]

    dry = run(tmp_path / "other", "import", "-", "--dry-run", given=exported)
    assert dry[1].splitlines()[0] == "would add qalam-wire: https://qalam.example/rss"
    assert list(listed(tmp_path / "other")) == ["x"]


def test_feeds_that_are_known_or_bad_do_not_stop_the_others(folder: Path) -> None:
    outlines = "".join(
        f'<outline text="{name}" xmlUrl="{url}"/>'
        for name, url in (
            ("Q", "https://qalam.example/rss"),
            ("Bad", "file:///etc/passwd"),
            ("New", "https://n.example/"),
        )
    )

    status, told, _ = run(
        folder, "import", "-", given=f"<opml><body><outline text='Syria'>{outlines}</outline></body></opml>"
    )

    assert status == 1
    assert told.splitlines()[-1] == "1 feed added, 1 known already, 1 refused"
    assert listed(folder)["new"] == "https://n.example/"
    config, _ = load_config(folder)
    assert config is not None
    assert config.feeds[-1].kind == "Syria"


def test_hostile_opml_is_refused(folder: Path) -> None:
    bomb = '<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body>&b;</body></opml>'

    _, _, error = run(folder, "import", "-", given=bomb)

    assert str(error) == "-: line 1: a DOCTYPE is not read"
    assert text(folder) == FEEDS
