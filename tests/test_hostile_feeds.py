"""Feeds that lie, repeat, forget and overflow, over real HTTP on loopback through the real pipeline.

Each test says what is stored, what state the feed is in, when it is polled next, and that another feed went on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from watcher.clock import SimulatedClock
from watcher.config import Alerts, Config, Housekeeping, Polling
from watcher.feeds.fetch import Fetcher
from watcher.model import (
    Alert,
    ChannelId,
    DeliveryId,
    Feed,
    FeedHealth,
    FeedId,
    FeedState,
    Gap,
    Message,
    PollRecord,
    Position,
    ProblemKind,
    Route,
    RouteId,
    SendResult,
    Timing,
)
from watcher.pipeline import CycleReport, run_cycle
from watcher.ports import Ports, Setup
from watcher.rulebook.load import RuleBook
from watcher.store.alerts import alerts_of
from watcher.store.database import Database
from watcher.store.feeds import feed_states, sync_feeds, urls_of
from watcher.store.incidents import list_incidents
from watcher.store.items import find_items
from watcher.store.problems import last_gap, open_problems

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
class Page:
    """What the server says at one path: status, headers, body; or nothing at all."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    honours_etag: bool = False


class Server:
    """A web server that says what it is told, page by page."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str | None]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                condition = self.headers.get("If-None-Match")
                site.asked.append((self.path, condition))
                page = site.pages.get(self.path, Page(status=404))
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

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.server_port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Channels:
    """Takes every message."""

    def __init__(self) -> None:
        self.taken: list[Message] = []

    async def send(
        self, channel_id: ChannelId, message: Message, delivery_id: DeliveryId, *, possible_repeat: bool
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
        self.other = _feed("other", server.url("/other", "localhost"))
        self.setup = Setup(_config((self.hostile, self.other)), replace(book, routes=(DESK,)))
        self.round = 0
        with self.database.writing() as session:
            sync_feeds(session, self.setup.config.feeds, NOW)

    def say(self, *entries: str, head: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.server.pages["/hostile"] = Page(rss(*entries, head=head), headers=named)

    def poll(self, later: timedelta = STEP) -> PollRecord:
        """One cycle; the other feed must have gone on."""
        self.clock.advance(later if self.round else timedelta(0))
        self.round += 1
        fresh = [entry(f"other-{number}", date=self.clock.now()) for number in range(self.round)]
        self.server.pages.setdefault("/other", Page()).body = rss(*fresh)
        report = asyncio.run(self._cycle())
        by_feed = {poll.feed_id: poll for poll in report.polls}
        assert by_feed[self.other.id].new_items == 1, "the other feed did not go on"
        return by_feed[self.hostile.id]

    def cycle(self, later: timedelta = STEP) -> CycleReport:
        """One cycle, whatever becomes of it."""
        self.clock.advance(later)
        return asyncio.run(self._cycle())

    async def _cycle(self) -> CycleReport:
        async with Fetcher(
            timedelta(seconds=10), 20_000_000, "Watcher test", 8, private_hosts_allowed=True, spacing=timedelta(0)
        ) as http:
            ports = Ports(self.clock, http, self.channels, self.database, jitter=lambda: 0.0)
            return await run_cycle(ports, self.setup)

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


DESK = Route(
    RouteId("desk"), "Desk", (ChannelId("mail"),), Timing(timedelta(0), timedelta(0)), Position("rules/routes.yaml", 3)
)


def _feed(name: str, url: str) -> Feed:
    return Feed(FeedId(name), name, url, name, "en", "agency", STEP, Position("feeds.yaml", 3), tier=1)


def _config(feeds: tuple[Feed, ...]) -> Config:
    return Config(
        state_directory=None,
        timezone="UTC",
        polling=Polling(STEP, STEP, timedelta(seconds=10), 20_000_000, 8, "Watcher test", private_hosts_allowed=True),
        alerts=Alerts(timedelta(days=3), timedelta(seconds=5), feed_problems_to=("mail",)),
        housekeeping=Housekeeping(timedelta(days=30)),
        feeds=feeds,
        channels=(),
        channel_ids=(ChannelId("mail"),),
        version="test",
    )


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, shipped_book: RuleBook, server: Server) -> Iterator[Desk]:
    made = Desk(tmp_path, shipped_book, server)
    yield made
    made.database.close()


# --- first polls ---------------------------------------------------------------------------------------------------


def test_a_first_poll_alerts_of_the_last_hours_and_keeps_the_rest_quietly(desk: Desk) -> None:
    desk.say(
        entry(1, capture("Marea"), NOW - timedelta(hours=2)),
        entry(2, capture("Akhtarin"), NOW - timedelta(hours=20)),
        entry(3, capture("Tall Rifat"), None),
        entry(4, capture("Azaz"), datetime(2099, 1, 1, tzinfo=UTC)),
    )

    poll = desk.poll()

    assert len(desk.titles) == 4
    assert len(desk.channels.news) == 1
    assert "Marea" in desk.channels.news[0]
    assert [alert.held_because for alert in desk.alerts].count("first poll of this feed") == 3
    assert poll.reason == "3 of 4 new items held: first poll of this feed"
    assert (desk.state.health, desk.problems) == (FeedHealth.OK, [])


def test_what_a_first_poll_held_is_opened_by_the_next_report_of_it(desk: Desk) -> None:
    desk.say(entry(1, capture("Akhtarin"), NOW - timedelta(hours=20)))
    desk.poll()
    assert desk.channels.news == []

    desk.say(entry(2, "Akhtarin was captured by rebels from Islamic State"), entry(1, capture("Akhtarin")))
    desk.poll()

    assert len(desk.channels.news) == 1
    assert "Akhtarin" in desk.channels.news[0]


# --- validators ----------------------------------------------------------------------------------------------------


def test_a_server_that_says_304_for_ever_is_asked_for_everything_once_a_day(desk: Desk, server: Server) -> None:
    desk.say(entry(1), ETag='"frozen"')
    server.pages["/hostile"].honours_etag = True
    desk.poll()
    server.pages["/hostile"].body = rss(entry(2, capture("Marea"), NOW + timedelta(hours=20)), entry(1))

    desk.poll()
    assert desk.titles == ["Bulletin number 1 of the day"]
    desk.poll(timedelta(hours=24))

    assert len(desk.titles) == 2
    assert (desk.state.health, desk.wait) == (FeedHealth.OK, STEP * 0.95)


def test_a_frozen_etag_with_a_changed_body_and_a_flapping_one_with_the_same(desk: Desk) -> None:
    desk.say(entry(1), ETag='"a"')
    desk.poll()
    desk.say(entry(2), entry(1), ETag='"a"')
    assert desk.poll().new_items == 1
    for etag in ('"b"', '"a"', '"c"'):
        desk.say(entry(2), entry(1), ETag=etag)
        assert desk.poll().outcome == "unchanged"

    assert len(desk.titles) == 2
    assert (desk.state.health, desk.state.etag, desk.wait) == (FeedHealth.OK, '"c"', STEP * 0.95)


# --- identities ----------------------------------------------------------------------------------------------------


def test_guids_that_collide_are_never_trusted_again(desk: Desk) -> None:
    desk.say(entry(1, "Rain is expected in the north", guid="0"), entry(2, "Snow is expected in the south", guid="0"))
    desk.poll()
    assert desk.state.composite_keys

    desk.say(entry(3, capture("Marea"), guid="0"))  # alone in its document, under the guid of others
    desk.poll()

    assert len(desk.titles) == 3
    assert len(desk.channels.news) == 1
    desk.poll(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 1
    assert "different items share a guid" in desk.channels.about_feeds[0]


def test_guids_that_change_every_time_announce_nothing_again(desk: Desk) -> None:
    for number in range(4):
        desk.say(*(entry(place, capture(place), guid=f"{number}-{place}") for place in PLACES))
        desk.poll()

    assert len(desk.titles) == len(PLACES)
    assert (desk.state.health, desk.gap, desk.problems) == (FeedHealth.OK, None, [])
    assert len({alert.incident_id for alert in desk.alerts}) == len(desk.alerts)


def test_guids_and_links_that_change_without_dates_are_held_as_an_archive_that_comes_again(desk: Desk) -> None:
    titles = [f"{capture(PLACES[number % 5])}, says report {number}" for number in range(20)]
    desk.say(*(entry(number, title, NOW) for number, title in enumerate(titles)))
    desk.poll()
    told = len(desk.channels.news)

    desk.say(*(entry(f"x{number}", title, None) for number, title in enumerate(titles)))
    poll = desk.poll()

    assert poll.new_items == 20
    assert poll.reason == "20 of 20 new items held: the feed re-issued older items"
    assert (len(desk.channels.news), desk.gap) == (told, None)


def test_an_edit_that_changes_what_happened_is_news_and_one_that_does_not_is_none(desk: Desk) -> None:
    desk.say(entry(1, capture("Marea")))
    desk.poll()
    desk.say(entry(1, f"{capture('Marea')}, officials say"))
    assert desk.poll().edited_items == 1
    assert len(desk.channels.news) == 1

    desk.say(entry(1, f"{capture('Marea')} and {capture('Akhtarin').lower().replace('akhtarin', 'Akhtarin')}"))
    desk.poll()

    assert len(desk.titles) == 1
    assert len(desk.channels.news) == 2
    assert "Akhtarin" in desk.channels.news[1]
    assert desk.state.health is FeedHealth.OK


def test_a_feed_in_another_order_is_nothing_new(desk: Desk) -> None:
    entries = [entry(number, capture(place)) for number, place in enumerate(PLACES)]
    desk.say(*entries)
    desk.poll()
    told = len(desk.channels.news)

    desk.say(*reversed(entries))
    poll = desk.poll()

    assert (poll.new_items, poll.edited_items, len(desk.channels.news)) == (0, 0, told)


def test_an_archive_that_is_re_issued_is_held_and_told_in_one_line_and_fresh_news_in_it_goes_out(desk: Desk) -> None:
    desk.say(entry(1), entry(2), entry(3))
    desk.poll()
    old = [
        entry(f"old-{n}", f"{capture(PLACES[n % 5])}, report {n}", NOW - timedelta(days=2, hours=n)) for n in range(30)
    ]

    desk.say(entry("new", capture("Marea")), *old)
    poll = desk.poll()

    assert len(desk.titles) == 34
    assert poll.reason == "30 of 31 new items held: the feed re-issued older items"
    assert len(desk.channels.news) == 1
    desk.poll(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 1
    assert "30 older items came as new ones" in desk.channels.about_feeds[0]
    assert (desk.state.health, desk.gap) == (FeedHealth.OK, None)


@pytest.mark.parametrize("year", [1970, 2099])
def test_absurd_dates_decide_nothing_about_newness(desk: Desk, year: int) -> None:
    desk.say(entry(1))
    desk.poll()
    desk.say(entry(2, date=datetime(year, 1, 1, tzinfo=UTC)), entry(1))
    assert desk.poll().new_items == 1
    desk.say(entry(3, capture("Marea"), desk.clock.now()), entry(2, date=datetime(year, 1, 1, tzinfo=UTC)), entry(1))
    desk.poll()

    assert len(desk.titles) == 3
    assert len(desk.channels.news) == 1


def test_one_broken_entry_among_thirty_costs_itself(desk: Desk) -> None:
    entries = [entry(number) for number in range(30)]
    entries[13] = "<item><title>Rebels & <b>others</title><pubDate>0000-00-00</pubDate></itm></item>"
    desk.say(*entries)

    desk.poll()

    assert len([title for title in desk.titles if title.startswith("Bulletin")]) == 29
    assert desk.state.health is FeedHealth.OK


def test_a_feed_of_eight_megabytes_and_four_thousand_items_is_stored_whole(desk: Desk) -> None:
    text = "<description>" + "The market of the town was open again. " * 48 + "{0}</description></item>"
    desk.say(*(entry(number).replace("</item>", text.format(number)) for number in range(4000)))

    poll = desk.poll()

    assert poll.body_bytes > 8_000_000
    assert (poll.new_items, len(desk.titles)) == (4000, 4000)
    assert (desk.state.health, desk.wait) == (FeedHealth.OK, STEP * 0.95)


# --- windows that move on ------------------------------------------------------------------------------------------

WORDPRESS = "<generator>https://wordpress.org/?v=6.4</generator>"


def test_a_window_that_moved_on_is_noted_told_and_hurried_after(desk: Desk) -> None:
    desk.say(*(entry(number) for number in range(5)))
    desk.poll()
    desk.say(*(entry(number) for number in range(50, 55)))

    desk.poll()

    assert desk.gap is not None
    assert desk.gap.closed_because == "the feed offers no older page"
    assert desk.problems == [ProblemKind.MISSED]
    assert desk.wait == STEP / 3 * 0.95
    desk.poll(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 1
    assert "may have missed items between 2016-06-09 06:00 UTC and 2016-06-09 06:05 UTC" in desk.channels.about_feeds[0]
    desk.poll(timedelta(hours=7))
    desk.poll(timedelta(minutes=15))
    assert desk.problems == []
    assert "Well again" in desk.channels.about_feeds[1]


def test_wordpress_is_paged_back_until_something_known_comes(desk: Desk, server: Server) -> None:
    desk.say(*(entry(number) for number in range(5)), head=WORDPRESS)
    desk.poll()
    desk.say(*(entry(number) for number in range(20, 25)), head=WORDPRESS)
    server.pages["/hostile?paged=2"] = Page(
        rss(*(entry(n, capture("Marea") if n == 11 else "") for n in range(10, 20)))
    )
    server.pages["/hostile?paged=2"].body = rss(
        *(entry(n, capture("Marea") if n == 11 else "") for n in range(10, 20)), head=WORDPRESS
    )
    server.pages["/hostile?paged=3"] = Page(rss(*(entry(n) for n in range(3, 10)), head=WORDPRESS))

    desk.poll()

    assert len(desk.titles) == 25
    assert len(desk.channels.news) == 1
    assert desk.gap is not None
    assert (desk.gap.pages, desk.gap.recovered) == (2, 15)
    assert desk.gap.closed_because == "older page 2 holds items known before: nothing is missing"
    assert desk.problems == []


def test_the_archive_link_of_rfc_5005_is_followed_five_pages_far(desk: Desk, server: Server) -> None:
    desk.say(*(entry(number) for number in range(5)))
    desk.poll()

    def page(number: int) -> Page:
        link = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='prev-archive' href='/old/{number + 1}'/>"
        return Page(rss(*(entry(f"{number}-{n}") for n in range(3)), head=link))

    server.pages["/hostile"] = page(0)
    server.pages |= {f"/old/{number}": page(number) for number in range(1, 9)}

    desk.poll()

    assert desk.gap is not None
    assert desk.gap.closed_because == "after 5 older pages the gap was not closed"
    assert len(desk.titles) == 5 + 6 * 3
    assert [path for path, _ in server.asked if path.startswith("/old")] == [f"/old/{n}" for n in range(1, 6)]


# --- failures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "health"),
    [
        (410, {}, FeedHealth.GONE),
        (404, {}, FeedHealth.MISSING),
        (403, {}, FeedHealth.BLOCKED),
        (503, {"cf-mitigated": "challenge"}, FeedHealth.BLOCKED),
        (500, {}, FeedHealth.FAILING),
    ],
)
def test_a_refusal_has_its_own_state_is_told_once_and_so_is_its_end(
    desk: Desk, server: Server, status: int, headers: dict[str, str], health: FeedHealth
) -> None:
    server.pages["/hostile"] = Page(b"no", status, headers)
    for _ in range(8):
        desk.poll(timedelta(hours=1))

    assert desk.state.health is health
    assert desk.problems == [ProblemKind(health.value)]
    assert timedelta(0) < desk.wait <= timedelta(hours=1)
    assert len(desk.channels.about_feeds) == 1

    desk.say(entry(1))
    desk.poll(timedelta(hours=1))
    desk.poll(timedelta(minutes=15))

    assert (desk.state.health, desk.problems) == (FeedHealth.OK, [])
    assert len(desk.channels.about_feeds) == 2
    assert "Well again" in desk.channels.about_feeds[1]


def test_a_permanent_redirect_is_adopted_after_a_day_of_the_same_answer(desk: Desk, server: Server) -> None:
    server.pages["/hostile"] = Page(status=301, headers={"Location": "/new"})
    server.pages["/new"] = Page(rss(entry(1)))
    for _ in range(4):
        desk.poll(timedelta(hours=8))
    assert not desk.state.adopted_url  # a day has not passed yet

    desk.poll(timedelta(hours=8))

    assert desk.state.adopted_url == server.url("/new")
    with desk.database.reading() as session:
        assert [url for url, _, _ in urls_of(session, desk.hostile.id)] == [server.url("/hostile"), server.url("/new")]
    server.asked.clear()
    desk.poll()
    assert "/new" in {path for path, _ in server.asked}
    assert "/hostile" not in {path for path, _ in server.asked}


def test_when_no_host_answers_it_is_one_outage_and_everything_is_polled_when_one_does(desk: Desk) -> None:
    desk.say(entry(1))
    desk.poll()
    answering = desk.setup
    away = tuple(
        replace(feed, url=feed.url.replace(str(desk.server.server.server_port), "9")) for feed in answering.config.feeds
    )
    desk.setup = replace(answering, config=replace(answering.config, feeds=away))
    for _ in range(6):
        assert {poll.outcome for poll in desk.cycle().polls} == {"failed"}

    assert desk.problems == [ProblemKind.OUTAGE]
    assert (desk.state.failures, desk.state.health, desk.wait) == (0, FeedHealth.OK, STEP * 0.95)
    assert len(desk.channels.about_feeds) == 1
    assert "no host answers any more" in desk.channels.about_feeds[0]

    desk.setup = answering
    assert {poll.outcome for poll in desk.cycle().polls} == {"unchanged"}
    assert desk.cycle(timedelta(0)).polls == ()
    desk.cycle(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 2
    assert "Well again" in desk.channels.about_feeds[1]
