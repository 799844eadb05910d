"""A whole Watcher with a simulated clock and scripted feeds, whose channels are real servers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from watcher.clock import SimulatedClock
from watcher.config import Alerts, Config, Housekeeping, Polling
from watcher.deliver.channels import AppriseNotifier
from watcher.model import (
    Channel,
    ChannelId,
    Delivery,
    Failure,
    Feed,
    FeedId,
    FetchRequest,
    Position,
    Response,
    Route,
    RouteId,
    Timing,
)
from watcher.pipeline import CycleReport, run_cycle
from watcher.ports import Ports, Setup
from watcher.rulebook.load import RuleBook
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.outbox import hasten_owed, list_deliveries, recover_interrupted

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
PLACES = ("Kafr Kalbin", "Akhtarin", "Azaz", "Marea")
STEP = timedelta(minutes=5)
FEED = Feed(FeedId("wire"), "Wire", "http://127.0.0.1/wire", "Wire", "en", "agency", STEP, Position("feeds.yaml"))


def capture(place: str) -> str:
    return f"Rebels captured {place} from Islamic State on Wednesday"


class Wire:
    """The one feed: it holds the headlines that were published so far."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    async def fetch(self, request: FetchRequest) -> Response | Failure:
        items = "".join(
            f"<item><guid isPermaLink='false'>{number}</guid><title>{escape(title)}</title>"
            f"<link>https://wire.example/{number}</link><pubDate>Thu, 09 Jun 2016 05:00:00 GMT</pubDate></item>"
            for number, title in enumerate(self.titles)
        )
        body = f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>".encode()
        return Response(request.url, 200, {"content-type": "application/rss+xml"}, body, timedelta(milliseconds=5))


class Desk:
    """``urls`` are the channels, by id; one route takes everything to all of them at once."""

    def __init__(
        self,
        folder: Path,
        book: RuleBook,
        urls: dict[str, str],
        *,
        deadline: timedelta = timedelta(seconds=5),
        busy_timeout: timedelta = timedelta(seconds=10),
    ) -> None:
        self.clock = SimulatedClock(NOW)
        self.wire = Wire()
        self.database = Database(folder / "watcher.db", busy_timeout=busy_timeout)
        self.database.upgrade()
        channels = tuple(Channel(ChannelId(id_), id_, url, Position("channels.yaml")) for id_, url in urls.items())
        self.route = Route(
            RouteId("desk"),
            "Desk",
            tuple(channel.id for channel in channels),
            Timing(timedelta(0), timedelta(0)),
            Position("rules/routes.yaml", 3),
        )
        self.setup = Setup(_config(channels, deadline), replace(book, routes=(self.route,)))
        with self.database.writing() as session:
            sync_feeds(session, (FEED,), NOW)
        self.start()

    def start(self) -> None:
        """A process begins, after whatever became of the one before."""
        self.notifier = AppriseNotifier(
            self.setup.config.channels, self.setup.config.alerts.send_deadline, clock=self.clock
        )
        self.ports = Ports(self.clock, self.wire, self.notifier, self.database, jitter=lambda: 0.0)
        with self.database.writing() as session:
            recover_interrupted(session, self.clock.now())
            hasten_owed(session, self.clock.now())

    def publish(self, titles: Iterable[str]) -> None:
        self.wire.titles.extend(titles)

    def cycle(self, later: timedelta = timedelta(0)) -> CycleReport:
        self.clock.advance(later)
        return asyncio.run(run_cycle(self.ports, self.setup))

    def deliveries(self) -> dict[str, Delivery]:
        with self.database.reading() as session:
            return {delivery.id.partition(".")[2]: delivery for delivery in list_deliveries(session, 1000)}

    def states(self) -> dict[str, str]:
        """The state of each delivery, by channel (and part)."""
        return {name: delivery.state.value for name, delivery in self.deliveries().items()}


def _config(channels: tuple[Channel, ...], deadline: timedelta) -> Config:
    return Config(
        state_directory=None,
        timezone="UTC",
        polling=Polling(STEP, STEP, timedelta(seconds=10), 20_000_000, 8, "Watcher test", private_hosts_allowed=True),
        alerts=Alerts(timedelta(days=3), deadline),
        housekeeping=Housekeeping(timedelta(days=30)),
        feeds=(FEED,),
        channels=channels,
        channel_ids=tuple(channel.id for channel in channels),
        version="test",
    )
