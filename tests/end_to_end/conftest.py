"""A whole site for tests of the real process: config and rules in a folder, a feed over HTTP, a mailbox over SMTP."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from watcher.demo.mailbox import Mailbox, ReceivedMail

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 30.0


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does, and say what was waited for if it never comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.05)


class FeedSite:
    """A feed server on loopback whose one document can be exchanged."""

    def __init__(self) -> None:
        site = self
        self.body = b""
        self.requests = 0
        self.publish()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(site.body)))
                self.end_headers()
                self.wfile.write(site.body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/rss"

    def publish(self, *titles: str) -> None:
        """Let the feed hold these headlines, dated now."""
        day = format_datetime(datetime.now(UTC), usegmt=True)
        items = "".join(
            f"<item><guid isPermaLink='false'>{title}</guid><title>{title}</title><pubDate>{day}</pubDate></item>"
            for title in titles
        )
        self.body = f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>".encode()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Site:
    """The folders of one installation, and the processes started on them."""

    def __init__(self, folder: Path, feed_url: str, smtp_port: int) -> None:
        self.folder = folder
        self.config, self.rules, self.state = folder / "config", folder / "rules", folder / "state"
        shutil.copytree(ROOT / "rules", self.rules)
        self.config.mkdir()
        (self.config / "watcher.yaml").write_text(
            "version: 1\npolling:\n"
            "  {tick: 1 second, interval: 1 minute, private_hosts_allowed: yes, host_spacing: 0 seconds}\n"
        )
        (self.config / "feeds.yaml").write_text(
            f"version: 1\nfeeds:\n  wire: {{name: Wire, url: '{feed_url}', language: en, kind: agency}}\n"
        )
        (self.config / "channels.yaml").write_text(
            "version: 1\nchannels:\n  desk-mail:\n    title: Mail\n"
            f"    url: mailto://127.0.0.1:{smtp_port}/?mode=insecure&from=watcher@example.org&to=desk@example.org\n"
        )
        (self.rules / "routes.yaml").write_text(
            "version: 1\nroutes:\n  desk:\n    title: Desk\n    send: {wait: at once, then_every: 1 second}\n"
            "    to: [desk-mail]\n"
        )
        self.processes: list[subprocess.Popen[str]] = []

    def command(self, *words: str) -> list[str]:
        folders = ["--config", str(self.config), "--rules", str(self.rules), "--state", str(self.state)]
        return [sys.executable, "-m", "watcher", *folders, *words]

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=60, check=False)

    def start(self) -> subprocess.Popen[str]:
        """Start the daemon; it has written ``service_started`` when this returns."""
        log = (self.folder / f"log-{len(self.processes)}.jsonl").open("w")
        process = subprocess.Popen(
            self.command("run"), stderr=log, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "TZ": "UTC"}
        )
        log.close()
        self.processes.append(process)
        wait_until(lambda: "service_started" in self.events() or process.poll() is not None, "the daemon's start")
        assert process.poll() is None, (self.folder / f"log-{len(self.processes) - 1}.jsonl").read_text()
        return process

    def log(self) -> list[dict[str, Any]]:
        """The log lines of the daemon started last."""
        path = self.folder / f"log-{len(self.processes) - 1}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]

    def events(self) -> list[str]:
        return [line["event"] for line in self.log()]

    def stop_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture
def feed() -> Iterator[FeedSite]:
    site = FeedSite()
    yield site
    site.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def site(tmp_path: Path, feed: FeedSite, mailbox: Mailbox) -> Iterator[Site]:
    made = Site(tmp_path, feed.url, mailbox.port)
    yield made
    made.stop_all()


def subjects(mails: tuple[ReceivedMail, ...]) -> list[str]:
    return [str(mail.message["Subject"]) for mail in mails]
