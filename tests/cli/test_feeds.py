"""``watcher feeds list`` and ``check``, with a real server on loopback."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.config import load_config
from watcher.errors import ConfigError, UsageError
from watcher.model import FeedHealth, FeedId, FeedState
from watcher.store.database import Database
from watcher.store.feeds import save_state, sync_feeds

DATA = Path(__file__).parent.parent / "data" / "feeds"
NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)


class _Files(http.server.SimpleHTTPRequestHandler):
    """Serves the feeds of the tests."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(DATA))

    def do_GET(self) -> None:
        answers = {"/redirect": (302, b""), "/feed": (200, b"junk <rss version='2.0'></rss>")}
        if self.path not in answers:
            super().do_GET()
            return
        status, body = answers[self.path]
        self.send_response(status)
        self.send_header("Location", "/feed")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{listener.server_address[1]}"
    listener.shutdown()
    listener.server_close()


@pytest.fixture
def folder(tmp_path: Path, server: str) -> Path:
    (tmp_path / "watcher.yaml").write_text(
        "version: 1\npolling: {private_hosts_allowed: yes, deadline: 2 seconds, interval: 10 minutes}\n"
    )
    (tmp_path / "feeds.yaml").write_text(
        "version: 1\nfeeds:\n"
        f"  qalam: {{name: Qalam Wire, url: '{server}/rss.xml', language: en, kind: news}}\n"
        f"  lost: {{name: Lost, url: '{server}/nothing.xml', kind: news}}\n"
    )
    (tmp_path / "channels.yaml").write_text("version: 1\nchannels: {}\n")
    return tmp_path


def _run(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["--config", str(folder), "--state", str(folder / "state"), "feeds", *arguments])


def test_check_shows_what_would_be_stored(folder: Path, server: str) -> None:
    result = _run(folder, "check", "qalam")

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[0] == f"feed:     {server}/rss.xml"
    assert lines[1].startswith(f"answer:   HTTP 200, {(DATA / 'rss.xml').stat().st_size} bytes in 0.")
    assert lines[2:6] == [
        "changes:  can be asked for (last-modified)",
        "encoding: utf-8",
        "document: rss20, titled 'Qalam Wire', language en-GB",
        "entries:  2 in the source, 2 parsed, 2 items",
    ]
    assert lines[6].split("\t") == ["item", "published", "language", "words", "title"]
    assert lines[7].split("\t")[1:] == [
        "2016-06-09 02:40",
        "en",
        "13",
        "Council & guards leave the mill at Tell Zahra",
    ]
    assert len(lines) == 9


def test_check_as_json_has_the_items_whole(folder: Path, server: str) -> None:
    result = _run(folder, "check", "--json", f"{server}/arabic-windows-1256.xml")

    told = json.loads(result.output)
    assert result.exit_code == 0
    assert told["encoding"] == "windows-1256"
    assert told["notes"] == ["read as windows-1256, as its letters show"]
    assert told["document"] == {
        "format": "rss20",
        "title": "وكالة قلم",
        "language": "ar",
        "complete": True,
        "raw_entries": 1,
        "entries": 1,
    }
    assert [item["title"] for item in told["items"]] == ["عودة المياه إلى الحي الأعلى في تل زهرة"]
    assert told["items"][0]["feed_id"] == "127.0.0.1"
    assert told["failure"] is None


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("lost", "failed:   not_found: HTTP 404 Not Found from 127.0.0.1"),
        ("{server}/login.html", "failed:   not_a_feed: the document is an HTML page, titled 'Please log in'"),
        ("ftp://127.0.0.1/x", "failed:   bad_url: a ftp URL, only http and https are fetched"),
    ],
)
def test_check_tells_why_there_is_nothing_and_exits_1(folder: Path, server: str, target: str, words: str) -> None:
    result = _run(folder, "check", target.format(server=server))

    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == words


def test_check_as_json_tells_the_failure(folder: Path) -> None:
    result = _run(folder, "check", "lost", "--json")

    told = json.loads(result.output)
    assert result.exit_code == 1
    assert told["failure"] == {
        "reason": "not_found",
        "detail": "HTTP 404 Not Found from 127.0.0.1",
        "status": 404,
        "retry_after": None,
        "resting_host": None,
    }
    assert (told["answer"], told["document"], told["items"]) == (None, None, [])


def test_check_follows_a_feed_and_tells_what_was_odd_about_it(folder: Path, server: str) -> None:
    (folder / "feeds.yaml").write_text(f"version: 1\nfeeds: {{a: {{name: A, url: '{server}/redirect', kind: x}}}}\n")

    result = _run(folder, "check", "a")

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[2:] == [
        f"from:     {server}/feed",
        "changes:  cannot be asked for",
        "encoding: utf-8",
        "document: rss20, untitled, no language",
        "entries:  0 in the source, 0 parsed, 0 items",
        "note:     5 characters before the document removed",
    ]


def test_on_a_terminal_there_are_tables(folder: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # what rich takes for a terminal
    monkeypatch.setenv("COLUMNS", "120")

    shown = _run(folder, "check", f"{server}/feed.json").output

    assert "Ferry & market reopen" in shown
    assert "└──" in shown
    assert "\t" not in shown


def test_check_of_an_unknown_id_names_the_known_ones(folder: Path) -> None:
    near, far = _run(folder, "check", "qalan"), _run(folder, "check", "mirsad")

    assert isinstance(near.exception, UsageError)
    assert str(near.exception) == "no feed 'qalan' in feeds.yaml, and no URL: did you mean 'qalam'?"
    assert str(far.exception) == "no feed 'mirsad' in feeds.yaml, and no URL, known: qalam, lost"


def test_commands_need_a_sound_configuration(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("version: 1\nfeeds: {qalam: {}}\n")

    assert isinstance(_run(folder, "list").exception, ConfigError)


def test_list_shows_feeds_that_were_never_polled(folder: Path) -> None:
    result = _run(folder, "list")

    assert result.exit_code == 0
    assert [line.split("\t")[:6] for line in result.output.splitlines()] == [
        ["feed", "name", "language", "tier", "every", "health"],
        ["qalam", "Qalam Wire", "en", "2", "10 min", "not polled yet"],
        ["lost", "Lost", "", "2", "10 min", "not polled yet"],
    ]


def test_list_shows_the_state_of_each_feed(folder: Path) -> None:
    (folder / "state").mkdir()
    with Database(folder / "state" / "watcher.db") as database:
        database.upgrade()
        config, _ = load_config(folder)
        assert config is not None
        with database.writing() as session:
            sync_feeds(session, config.feeds, NOW)
            save_state(
                session,
                FeedState(
                    feed_id=FeedId("lost"),
                    next_poll_at=NOW + timedelta(hours=1),
                    last_polled_at=NOW,
                    failures=4,
                    health=FeedHealth.FAILING,
                    reason="http_status: HTTP 404",
                ),
            )

    shown, told = _run(folder, "list"), json.loads(_run(folder, "list", "--json").output)

    assert shown.output.splitlines()[2].split("\t") == [
        *("lost", "Lost", "", "2", "10 min", "failing", "never", "never", "", "2016-06-09 08:00"),
        "http_status: HTTP 404",
    ]
    assert [(feed["id"], feed["state"]["health"], feed["state"]["failures"]) for feed in told] == [
        ("qalam", "new", 0),
        ("lost", "failing", 4),
    ]
