"""kill -9 at any moment of a poll: every item that was served is stored, and stored once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, wait_until
from watcher.store.database import Database
from watcher.store.items import find_items

KILLS = 50
SEED = 20160609
FEEDS = ("north", "south", "east", "west")
WINDOW = 1000  # more than ever grows: what is asked for fifty times and never stored may not fall out
IN_A_POLL = 0.9  # the other kills hit the start
PLACES = ("Marea", "Azaz", "Akhtarin", "Dabiq", "Kafr Kalbin", "Tall Rifat")


class GrowingFeeds:
    """Feeds that have one to three more items each time they are asked for."""

    def __init__(self, chance: random.Random) -> None:
        self.titles: dict[str, list[str]] = {name: [] for name in FEEDS}
        self._chance = chance
        self._lock = threading.Lock()
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = feeds.grow(self.path.strip("/"))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # each feed is a host of its own
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients die in mid-sentence
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.{FEEDS.index(name) + 1}:{self.server.server_port}/{name}"

    @property
    def served(self) -> Counter[str]:
        with self._lock:
            return Counter(title for titles in self.titles.values() for title in titles)

    def grow(self, name: str) -> bytes:
        day = format_datetime(datetime.now(UTC), usegmt=True)
        with self._lock:
            titles = self.titles[name]
            for _ in range(self._chance.randint(1, 3)):
                place = self._chance.choice(PLACES)
                titles.append(f"Rebels captured {place} from Islamic State, {name} bulletin {len(titles)}")
            window = list(enumerate(titles))[-WINDOW:]
        items = "".join(
            f"<item><guid isPermaLink='false'>{name}-{number}</guid><title>{title}</title>"
            f"<pubDate>{day}</pubDate></item>"
            for number, title in reversed(window)
        )
        return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def feeds() -> Iterator[GrowingFeeds]:
    growing = GrowingFeeds(random.Random(SEED))
    yield growing
    growing.close()


@pytest.fixture
def folder(tmp_path: Path, feeds: GrowingFeeds) -> Path:
    (tmp_path / "rules").symlink_to(ROOT / "rules")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "watcher.yaml").write_text(
        "version: 1\npolling:\n"
        "  {tick: 1 second, interval: 1 second, private_hosts_allowed: yes, host_spacing: 0 seconds}\n"
    )
    entries = "".join(f"  {name}: {{name: {name}, url: '{feeds.url(name)}', language: en}}\n" for name in FEEDS)
    (tmp_path / "config" / "feeds.yaml").write_text(f"version: 1\nfeeds:\n{entries}")
    (tmp_path / "config" / "channels.yaml").write_text(
        "version: 1\nchannels:\n  desk-mail: {title: Mail, url: 'json://127.0.0.1:9/'}\n"
        "  desk-chat: {title: Chat, url: 'json://127.0.0.1:9/chat'}\n"  # nobody listens there
    )
    return tmp_path


def stored(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(item.title for item in find_items(session, "", 100_000))


def start(daemons: subprocess.Popen[str]) -> int:
    """Start the daemon; return its process id."""
    assert daemons.stdin is not None
    assert daemons.stdout is not None
    print("start", file=daemons.stdin, flush=True)
    return int(daemons.stdout.readline())


def wait_for_death(daemons: subprocess.Popen[str]) -> None:
    assert daemons.stdout is not None
    assert daemons.stdout.readline() == "dead\n"


def test_polls_killed_at_fifty_random_moments_lose_nothing_and_store_nothing_twice(
    folder: Path, feeds: GrowingFeeds
) -> None:
    chance = random.Random(SEED)
    command = [sys.executable, str(Path(__file__).with_name("fork_daemons.py")), str(folder)]
    with (
        (folder / "log.jsonl").open("w") as log,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True) as daemons,
        Database(folder / "state" / "watcher.db") as database,
    ):
        process = 0
        grown = 0
        try:
            for _ in range(KILLS):
                before = feeds.served.total()
                process = start(daemons)
                if chance.random() < IN_A_POLL:
                    wait_until(lambda before=before: feeds.served.total() > before, "a poll")  # type: ignore[misc]
                time.sleep(chance.uniform(0, 0.15))
                os.kill(process, signal.SIGKILL)
                wait_for_death(daemons)
                grown += feeds.served.total() > before
            process = start(daemons)
            last = feeds.served
            wait_until(lambda: not last - stored(database), "everything that was served before the last start")
        finally:
            os.kill(process, signal.SIGKILL)
            wait_for_death(daemons)
            daemons.stdin.close()  # type: ignore[union-attr]  # it is a pipe

        assert stored(database) <= feeds.served
        assert set(stored(database).values()) == {1}
        assert database.check() == ()
    assert grown > KILLS / 2  # the kills did come in the middle of polls, not before them
