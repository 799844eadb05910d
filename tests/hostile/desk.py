"""A whole Watcher on two feeds, one of them hostile, and the web server that both are on: what the tests here share."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape

from watcher.clock import SimulatedClock
from watcher.config import Alerts, Config, Housekeeping, Polling
from watcher.feeds.fetch import Fetcher
from watcher.feeds.reading import Contents, Source
from watcher.model import (
    Alert,
    ChannelId,
    DeliveryId,
    Failure,
    Feed,
    FeedId,
    FeedState,
    FullText,
    Gap,
    Incident,
    Message,
    Page,
    PollRecord,
    Position,
    ProblemKind,
    Route,
    RouteId,
    SendResult,
    Timing,
)
from watcher.pipeline import CycleReport, run_cycle
from watcher.ports import ParserInProcess, Ports, Setup
from watcher.rulebook.load import RuleBook
from watcher.store.alerts import alerts_of
from watcher.store.database import Database
from watcher.store.feeds import feed_states, sync_feeds
from watcher.store.incidents import list_incidents
from watcher.store.items import find_items
from watcher.store.pages import page_of
from watcher.store.problems import last_gap, open_problems

Done = TypeVar("Done")
HOSTILE_HOST, OTHER_HOST = "127.0.0.2", "127.0.0.3"
ALLOWED = (ip_network("127.0.0.2/31"),)  # these two, of all private addresses

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
STEP = timedelta(minutes=5)
PLACES = ("Marea", "Azaz", "Akhtarin", "Kafr Kalbin", "Tall Rifat")


def entry(
    number: int | str, title: str = "", date: datetime | None = NOW, guid: str | None = None, link: str = ""
) -> str:
    """One RSS item, and its own page."""
    day = f"<pubDate>{format_datetime(date, usegmt=True)}</pubDate>" if date else ""
    title = title or f"Bulletin number {number} of the day"
    name = f"item-{number}" if guid is None else guid
    page = link or f"https://wire.example/{number}"
    return f"<item><guid isPermaLink='false'>{name}</guid><title>{escape(title)}</title><link>{page}</link>{day}</item>"


def capture(place: str) -> str:
    return f"Rebels captured {place} from Islamic State"


def rss(*entries: str, head: str = "") -> bytes:
    return f"<rss version='2.0'><channel><title>Wire</title>{head}{''.join(entries)}</channel></rss>".encode()


@dataclass
class Answer:
    """What the server says at one path: status, headers, body; or what it does instead."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    honours_etag: bool = False
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


class Server:
    """A web server that says what it is told, page by page."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, str | None]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                condition = self.headers.get("If-None-Match")
                site.asked.append((self.path, condition))
                page = site.pages.get(self.path, Answer(status=404))
                if page.act is not None:
                    with contextlib.suppress(OSError):  # the client may have had enough
                        page.act(self)
                    return
                unchanged = page.honours_etag and condition == page.headers.get("ETag")
                self.send_response(304 if unchanged else page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                body = b"" if unchanged else page.body
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def url(self, path: str, host: str = HOSTILE_HOST) -> str:
        return f"http://{host}:{self.server.server_port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Channels:
    """Takes every message."""

    def __init__(self) -> None:
        self.taken: list[Message] = []

    def lay_out(self, channel_id: ChannelId, message: Message) -> tuple[str, ...]:
        return (message.text,)

    async def send(
        self, channel_id: ChannelId, message: Message, delivery_id: DeliveryId, **options: object
    ) -> SendResult:
        self.taken.append(message)
        return SendResult(ok=True)

    @property
    def about_feeds(self) -> list[str]:
        return [message.text for message in self.taken if message.subject.startswith("[Watcher feeds]")]

    @property
    def news(self) -> list[str]:
        return [message.subject for message in self.taken if not message.subject.startswith("[Watcher feeds]")]


class Desk:
    """A whole Watcher on two feeds: the hostile one and one that has something new every time."""

    def __init__(self, folder: Path, book: RuleBook, server: Server) -> None:
        self.server = server
        self.clock = SimulatedClock(NOW)
        self.channels = Channels()
        self.database = Database(folder / "watcher.db")
        self.database.upgrade()
        self.hostile = _feed("hostile", server.url("/hostile"))
        self.other = _feed("other", server.url("/other", OTHER_HOST))
        self.setup = Setup(_config((self.hostile, self.other)), replace(book, routes=(DESK,)))
        self.round = 0
        self.deadline = timedelta(seconds=10)
        self.max_bytes = 20_000_000
        self.spacing = timedelta(0)
        self.longest_wait = timedelta(seconds=100)
        self.breaks_at = ""  # the path at which our own reading has a bug
        with self.database.writing() as session:
            sync_feeds(session, self.setup.config.feeds, NOW)

    def want_full_text(self, wanted: FullText) -> None:
        """Let the pages of the hostile feed be read as well."""
        feeds = (replace(self.hostile, full_text=wanted), self.other)
        self.setup = replace(self.setup, config=replace(self.setup.config, feeds=feeds))

    def say(self, *entries: str, head: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.server.pages["/hostile"] = Answer(rss(*entries, head=head), headers=named)

    def poll(self, later: timedelta = STEP) -> PollRecord:
        """One cycle; the other feed must have gone on."""
        self.clock.advance(later if self.round else timedelta(0))
        self.round += 1
        fresh = [entry(f"other-{number}", date=self.clock.now()) for number in range(self.round)]
        self.server.pages.setdefault("/other", Answer()).body = rss(*fresh)
        report = asyncio.run(self._cycle())
        by_feed = {poll.feed_id: poll for poll in report.polls}
        assert by_feed[self.other.id].new_items == 1, "the other feed did not go on"
        return by_feed[self.hostile.id]

    def cycle(self, later: timedelta = STEP) -> CycleReport:
        """One cycle, whatever becomes of it."""
        self.clock.advance(later)
        return asyncio.run(self._cycle())

    async def _cycle(self) -> CycleReport:
        return await self.with_ports(lambda ports: run_cycle(ports, self.setup))

    async def with_ports(self, work: Callable[[Ports], Awaitable[Done]]) -> Done:
        """What ``work`` does with the outside as it is here."""
        async with Fetcher(
            self.deadline,
            self.max_bytes,
            "Watcher test",
            8,
            private_hosts_allowed=False,
            allowed_networks=ALLOWED,
            spacing=self.spacing,
            longest_wait=self.longest_wait,
        ) as http:
            ports = Ports(
                self.clock, http, self.channels, self.database, jitter=lambda: 0.0, parser=_BreakingParser(self)
            )
            return await work(ports)

    @property
    def state(self) -> FeedState:
        with self.database.reading() as session:
            return next(state for state in feed_states(session) if state.feed_id == self.hostile.id)

    @property
    def wait(self) -> timedelta:
        return self.state.next_poll_at - self.clock.now()

    @property
    def titles(self) -> list[str]:
        with self.database.reading() as session:
            found = find_items(session, "", 10_000)
        return sorted(item.title for item in found if item.feed_id == self.hostile.id)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        with self.database.reading() as session:
            return list_incidents(session, 1000)

    @property
    def pages(self) -> dict[str, Page]:
        """The pages behind the items of the hostile feed, by the items' titles."""
        with self.database.reading() as session:
            found = [item for item in find_items(session, "", 10_000) if item.feed_id == self.hostile.id]
            return {item.title: page for item in found if (page := page_of(session, item.id)) is not None}

    @property
    def alerts(self) -> list[Alert]:
        with self.database.reading() as session:
            found = list_incidents(session, 1000)
            return [alert for incident in found for alert in alerts_of(session, incident.id)]

    @property
    def problems(self) -> list[ProblemKind]:
        with self.database.reading() as session:
            return [problem.kind for problem in open_problems(session)]

    @property
    def gap(self) -> Gap | None:
        with self.database.reading() as session:
            return last_gap(session, self.hostile.id)


class _BreakingParser(ParserInProcess):
    """Reads rightly, but where the desk wants a bug to be."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, source: Source) -> Contents | Failure:
        if self._desk.breaks_at and source.url.endswith(self._desk.breaks_at):
            raise RuntimeError("a bug")
        return await super().read(source)


DESK = Route(
    RouteId("desk"), "Desk", (ChannelId("mail"),), Timing(timedelta(0), timedelta(0)), Position("rules/routes.yaml", 3)
)


def _feed(name: str, url: str) -> Feed:
    return Feed(FeedId(name), name, url, name, "en", "agency", STEP, Position("feeds.yaml", 3), tier=1)


def _config(feeds: tuple[Feed, ...]) -> Config:
    return Config(
        state_directory=None,
        timezone="UTC",
        polling=Polling(STEP, STEP, timedelta(seconds=10), 20_000_000, 8, "Watcher test"),
        alerts=Alerts(timedelta(days=3), timedelta(seconds=5), feed_problems_to=("mail",)),
        housekeeping=Housekeeping(timedelta(days=30)),
        feeds=feeds,
        channels=(),
        channel_ids=(ChannelId("mail"),),
        version="test",
    )
