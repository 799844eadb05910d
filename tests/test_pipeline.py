"""The main path on a real database and the shipped rules, with scripted HTTP and channels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from structlog.testing import capture_logs

from watcher.clock import SimulatedClock
from watcher.composing import compose_due_digests
from watcher.config import Alerts, Config, Housekeeping, Polling
from watcher.feeds.reading import Source, read_source
from watcher.model import (
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Failure,
    FailureReason,
    Feed,
    FeedHealth,
    FeedId,
    FetchRequest,
    Incident,
    IncidentState,
    Message,
    PlaceId,
    Position,
    Response,
    Route,
    RouteId,
    SendResult,
    Timing,
)
from watcher.pipeline import PREPARED, CycleReport, housekeep, poll_due_feeds, run_cycle
from watcher.ports import Ports, Setup
from watcher.rulebook.load import RuleBook
from watcher.sending import deliver_due
from watcher.store.alerts import alerts_of
from watcher.store.database import Database
from watcher.store.feeds import feed_states, recent_polls, sync_feeds
from watcher.store.incidents import changes_of, list_incidents
from watcher.store.items import find_items
from watcher.store.outbox import list_deliveries, recover_interrupted

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
CAPTURE = "Rebels captured the village of Kafr Kalbin from Islamic State on Wednesday."
SAME_CAPTURE = "The village of Kafr Kalbin was captured by rebels on Wednesday, residents said."
WEATHER = "Heavy rain is expected along the coast on Thursday."

Entry = tuple[str, str]  # guid, title
Reply = Response | Failure


def rss(*entries: Entry, day: str = "Thu, 09 Jun 2016 05:00:00 GMT") -> Response:
    """A feed document as a server would send it."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{escape(title)}</title>"
        f"<link>https://wire.example/{guid}</link><pubDate>{day}</pubDate></item>"
        for guid, title in entries
    )
    body = f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>".encode()
    return Response(
        url="https://wire.example/rss",
        status=200,
        headers={"content-type": "application/rss+xml", "etag": f'"{hash(body)}"'},
        body=body,
        elapsed=timedelta(milliseconds=20),
    )


NOT_MODIFIED = Response("https://wire.example/rss", 304, {}, b"", timedelta(milliseconds=5))


class ScriptedHttp:
    """Gives each URL its replies one after the other, and the last one again and again."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply | Exception]] = {}
        self.requests: list[FetchRequest] = []

    async def fetch(self, request: FetchRequest) -> Reply:
        self.requests.append(request)
        replies = self.replies[request.url]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply


class RecordingNotifier:
    """Takes every message, unless told what else to answer."""

    def __init__(self) -> None:
        self.taken: list[tuple[ChannelId, Message, bool]] = []
        self.answers: list[SendResult | BaseException] = []
        self.crashes_early = False

    def lay_out(self, channel_id: ChannelId, message: Message) -> tuple[str, ...]:
        return (message.text,)

    async def send(
        self,
        channel_id: ChannelId,
        message: Message,
        delivery_id: DeliveryId,
        *,
        possible_repeat: bool,
        number: tuple[int, int],
        hand_over: Callable[[], None],
        answer_late: Callable[[SendResult], None],
    ) -> SendResult:
        answer = self.answers.pop(0) if self.answers else SendResult(ok=True)
        if not self.crashes_early:
            hand_over()
        if isinstance(answer, BaseException):
            raise answer
        if answer.ok:
            self.taken.append((channel_id, message, possible_repeat))
        return answer


class Desk:
    """A whole Watcher with scripted edges."""

    def __init__(self, path: Path, book: RuleBook, *feeds: Feed) -> None:
        self.clock = SimulatedClock(NOW)
        self.http = ScriptedHttp()
        self.notifier = RecordingNotifier()
        self.database = Database(path)
        self.database.upgrade()
        self.ports = Ports(self.clock, self.http, self.notifier, self.database, jitter=lambda: 0.5)
        self.setup = Setup(config=_config(feeds), book=replace(book, routes=(AT_ONCE,)))
        with self.database.writing() as session:
            sync_feeds(session, feeds, NOW)

    def publish(self, feed: Feed, *replies: Reply | Exception) -> None:
        self.http.replies[feed.url] = list(replies)

    def cycle(self, later: timedelta = timedelta(0)) -> CycleReport:
        self.clock.advance(later)
        return asyncio.run(run_cycle(self.ports, self.setup))

    def incidents(self) -> tuple[Incident, ...]:
        with self.database.reading() as session:
            return list_incidents(session, 100)

    def deliveries(self) -> tuple[Delivery, ...]:
        with self.database.reading() as session:
            return list_deliveries(session, 100)


AT_ONCE = Route(
    id=RouteId("desk"),
    title="Desk",
    channels=(ChannelId("mail"), ChannelId("chat")),
    timing=Timing(wait=timedelta(0), then_every=timedelta(minutes=10)),
    origin=Position("rules/routes.yaml", 3, 3),
)


def _config(feeds: tuple[Feed, ...]) -> Config:
    return Config(
        state_directory=None,
        timezone="Europe/Berlin",
        polling=Polling(
            tick=timedelta(seconds=15),
            interval=timedelta(minutes=5),
            deadline=timedelta(seconds=30),
            max_bytes=1_000_000,
            concurrency=4,
            user_agent="Watcher test",
        ),
        alerts=Alerts(max_age=timedelta(days=3), send_deadline=timedelta(seconds=5)),
        housekeeping=Housekeeping(keep_polls=timedelta(days=30)),
        feeds=feeds,
        channels=(),
        channel_ids=(ChannelId("mail"), ChannelId("chat")),
        version="test",
    )


def _fields(config: Config) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in fields(config)}


@pytest.fixture
def other(wire: Feed) -> Feed:
    return replace(wire, id=FeedId("other"), name="Other", outlet="Other", url="http://127.0.0.1/other.xml")


@pytest.fixture
def desk(tmp_path: Path, shipped_book: RuleBook, wire: Feed, other: Feed) -> Iterator[Desk]:
    made = Desk(tmp_path / "watcher.db", shipped_book, wire, other)
    made.publish(wire, rss())
    made.publish(other, rss())
    yield made
    made.database.close()


def test_a_report_becomes_an_incident_and_reaches_every_channel_of_its_route(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE), ("2", WEATHER)))

    report = desk.cycle()

    (incident,) = desk.incidents()
    assert (incident.place, incident.gained_by, incident.lost_by) == ("kafr_kalbin", "opposition", "is")
    assert (report.sent, report.failed) == (2, 0)
    assert {channel for channel, _, _ in desk.notifier.taken} == {"mail", "chat"}
    message = desk.notifier.taken[0][1]
    assert "Kafr Kalbin" in message.subject
    assert "*captured*" in message.text
    assert "https://wire.example/1" in message.text


def test_a_round_polls_each_feed_that_is_due_once_however_many_they_are(
    tmp_path: Path, shipped_book: RuleBook, wire: Feed
) -> None:
    many = tuple(
        replace(wire, id=FeedId(f"feed-{number}"), url=f"https://wire.example/{number}") for number in range(30)
    )
    desk = Desk(tmp_path / "watcher.db", shipped_book, *many)
    assert len(many) > 2 * PREPARED * desk.setup.config.polling.concurrency
    for number, feed in enumerate(many):
        desk.publish(
            feed, Failure(FailureReason.NOT_FOUND, "HTTP 404", status=404) if number % 3 else rss(("1", WEATHER))
        )

    report = desk.cycle()

    assert sorted(poll.feed_id for poll in report.polls) == sorted(feed.id for feed in many)
    assert sorted(request.url for request in desk.http.requests) == sorted(feed.url for feed in many)
    desk.database.close()


def test_an_entry_that_is_recalled_and_not_stored_is_read_in_full(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("2", WEATHER)), rss(("1", CAPTURE), ("2", WEATHER)))
    desk.cycle()
    told_elsewhere = rss(("1", CAPTURE), ("2", WEATHER))
    contents = read_source(Source(wire, told_elsewhere.url, told_elsewhere.body, None, NOW))
    desk.ports.recall.keep(wire.id, contents.recall)

    report = desk.cycle(timedelta(minutes=10))

    assert [poll.new_items for poll in report.polls if poll.feed_id == wire.id] == [1]
    assert [incident.place for incident in desk.incidents()] == ["kafr_kalbin"]
    with desk.database.reading() as session:
        stored = {item.title: item.url for item in find_items(session, "")}
    assert stored == {CAPTURE: "https://wire.example/1", WEATHER: "https://wire.example/2"}
    assert desk.ports.recall.of(wire.id) == contents.recall


def test_nothing_is_recalled_of_a_document_that_was_not_stored(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    with desk.database.writing() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON item BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )

    desk.cycle()

    assert desk.ports.recall.of(wire.id) == b""


def test_plain_other_news_is_stored_and_says_nothing(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("2", WEATHER)))

    desk.cycle()

    with desk.database.reading() as session:
        assert [item.title for item in find_items(session, "")] == [WEATHER]
    assert desk.incidents() == ()
    assert desk.notifier.taken == []


def test_the_same_document_again_is_nothing_new(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    desk.cycle()

    report = desk.cycle(timedelta(minutes=10))

    assert {poll.outcome for poll in report.polls} == {"unchanged"}
    assert len(desk.notifier.taken) == 2


def test_an_item_that_returns_in_a_changed_document_is_told_once(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)), rss(("2", WEATHER), ("1", CAPTURE)))
    desk.cycle()

    desk.cycle(timedelta(minutes=10))

    assert len(desk.incidents()) == 1
    assert len(desk.notifier.taken) == 2


def test_validators_are_sent_back_and_a_304_is_a_success(desk: Desk, wire: Feed) -> None:
    document = rss(("1", CAPTURE))
    desk.publish(wire, document, NOT_MODIFIED)
    desk.cycle()

    desk.cycle(timedelta(minutes=10))

    assert [request.etag for request in desk.http.requests if request.url == wire.url] == [
        None,
        document.headers["etag"],
    ]
    with desk.database.reading() as session:
        assert {state.health for state in feed_states(session)} == {FeedHealth.OK}


def test_another_outlet_confirms_and_does_not_push_again(desk: Desk, wire: Feed, other: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    desk.cycle()
    desk.publish(other, rss(("9", SAME_CAPTURE)))

    desk.cycle(timedelta(minutes=30))

    (incident,) = desk.incidents()
    assert incident.outlets == ("Wire", "Other")
    assert incident.state is IncidentState.CONFIRMED
    assert len(desk.notifier.taken) == 2


LONG_CAPTURE = (
    f"{CAPTURE} Shopkeepers swept broken glass from the pavement in the morning, children looked at "
    "two burnt lorries beside the school, and the baker said that he had flour for a week but neither salt nor water."
)


def test_a_copy_adds_a_source_and_no_weight(desk: Desk, wire: Feed, other: Feed) -> None:
    desk.publish(wire, rss(("1", LONG_CAPTURE)))
    desk.cycle()
    (alone,) = desk.incidents()
    desk.publish(other, rss(("9", f"By our staff. {LONG_CAPTURE}")))

    desk.cycle(timedelta(minutes=30))

    (incident,) = desk.incidents()
    assert incident.outlets == ("Wire", "Other")
    assert (incident.state, incident.confidence) == (IncidentState.OPENED, alone.confidence)
    assert incident.reports[1].copy_of == incident.reports[0].item_id
    with desk.database.reading() as session:
        assert [change.kind.value for change in changes_of(session, incident.id)] == ["opened", "copied"]


def test_a_report_whose_item_is_edited_into_a_copy_loses_its_weight(desk: Desk, wire: Feed, other: Feed) -> None:
    desk.publish(wire, rss(("1", LONG_CAPTURE)))
    desk.cycle()
    desk.publish(other, rss(("9", SAME_CAPTURE)), rss(("9", f"Update. {LONG_CAPTURE}")), rss(("9", SAME_CAPTURE)))
    desk.cycle(timedelta(minutes=30))
    (confirmed,) = desk.incidents()

    desk.cycle(timedelta(minutes=30))
    (copied,) = desk.incidents()
    desk.cycle(timedelta(minutes=30))
    (again,) = desk.incidents()

    states = [incident.state.value for incident in (confirmed, copied, again)]
    assert states == ["confirmed", "opened", "confirmed"]
    assert min(confirmed.confidence, again.confidence) > copied.confidence
    with desk.database.reading() as session:
        details = [change.detail.partition(":")[0] for change in changes_of(session, confirmed.id)]
    assert f"edited by Other, it is a copy of item {confirmed.reports[0].item_id} now" in details
    assert "edited by Other, it is a text of its own now" in details


def test_an_edited_headline_with_the_same_news_is_no_second_report(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)), rss(("1", CAPTURE.replace("on Wednesday", "late on Wednesday"))))
    desk.cycle()

    report = desk.cycle(timedelta(minutes=10))

    assert sum(poll.edited_items for poll in report.polls) == 1
    (incident,) = desk.incidents()
    assert len(incident.reports) == 1


def test_an_edit_that_brings_news_is_news(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", "Rebels advance near Marea")), rss(("1", CAPTURE)))
    desk.cycle()
    assert desk.incidents() == ()

    desk.cycle(timedelta(minutes=10))

    assert [incident.place for incident in desk.incidents()] == ["kafr_kalbin"]


def test_old_news_is_kept_and_held_with_its_reason(desk: Desk, wire: Feed) -> None:
    old = CAPTURE.replace(" on Wednesday", "")
    desk.publish(wire, rss(("1", old), day="Thu, 26 May 2016 05:00:00 GMT"))

    desk.cycle()

    (incident,) = desk.incidents()
    with desk.database.reading() as session:
        (alert,) = alerts_of(session, incident.id)
    assert alert.held_because is not None
    assert desk.notifier.taken == []


@pytest.mark.parametrize(
    "broken",
    [
        Failure(FailureReason.TIMEOUT, "no answer within 30 seconds"),
        replace(rss(), body=b"<html><body>Log in</body></html>", headers={"content-type": "text/html"}),
        replace(rss(), body=b""),
        RuntimeError("a bug"),
    ],
    ids=["timeout", "login page", "empty", "bug"],
)
def test_a_broken_feed_is_told_with_its_reason_and_holds_up_no_other(
    desk: Desk, wire: Feed, other: Feed, broken: Reply | Exception
) -> None:
    desk.publish(wire, broken)
    desk.publish(other, rss(("1", CAPTURE)))

    with capture_logs() as logs:
        desk.cycle()

    assert [incident.place for incident in desk.incidents()] == ["kafr_kalbin"]
    with desk.database.reading() as session:
        states = {state.feed_id: state for state in feed_states(session)}
        (poll,) = recent_polls(session, wire.id, 10)
    assert states[wire.id].health is FeedHealth.FAILING
    assert states[wire.id].failures == 1
    assert states[wire.id].next_poll_at > desk.clock.now()
    assert poll.outcome == "failed"
    assert [log["reason"] for log in logs if log["event"] == "feed_poll_failed"] == [poll.reason]


def test_a_feed_that_recovers_is_well_again(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, Failure(FailureReason.CONNECTION, "refused"), rss(("1", CAPTURE)))
    desk.cycle()

    desk.cycle(timedelta(hours=2))

    with desk.database.reading() as session:
        states = {state.feed_id: state for state in feed_states(session)}
    assert (states[wire.id].health, states[wire.id].failures) == (FeedHealth.OK, 0)
    assert len(desk.incidents()) == 1


def test_a_channel_that_refuses_gets_the_message_later_and_the_other_gets_it_once(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    desk.notifier.answers = [SendResult(ok=False, detail="451 try later"), SendResult(ok=True)]

    first = desk.cycle()
    second = desk.cycle(timedelta(minutes=5))

    assert (first.sent, first.failed, second.sent) == (1, 1, 1)
    assert sorted(channel for channel, _, _ in desk.notifier.taken) == ["chat", "mail"]
    assert {delivery.state for delivery in desk.deliveries()} == {DeliveryState.SENT}


def test_a_permanent_refusal_becomes_a_dead_letter_that_is_kept(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    desk.notifier.answers = [SendResult(ok=False, permanent=True, detail="550 no such user")]

    with capture_logs() as logs:
        desk.cycle()

    dead = [delivery for delivery in desk.deliveries() if delivery.state is DeliveryState.DEAD]
    assert [delivery.error for delivery in dead] == ["550 no such user"]
    assert "delivery_abandoned" in [log["event"] for log in logs]


def _crash_while_sending(desk: Desk, wire: Feed, answer: BaseException) -> None:
    mail_only = replace(AT_ONCE, channels=(ChannelId("mail"),))
    desk.setup = replace(desk.setup, book=replace(desk.setup.book, routes=(mail_only,)))
    desk.publish(wire, rss(("1", CAPTURE)))
    asyncio.run(poll_due_feeds(desk.ports, desk.setup))
    compose_due_digests(desk.ports, desk.setup)
    desk.notifier.answers = [answer]
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(deliver_due(desk.ports, desk.setup))
    assert {delivery.state for delivery in desk.deliveries()} == {DeliveryState.SENDING}
    with desk.database.writing() as session:
        recover_interrupted(session, desk.clock.now())


def test_a_crash_after_the_hand_over_leads_to_one_more_attempt_marked_as_a_possible_repeat(
    desk: Desk, wire: Feed
) -> None:
    _crash_while_sending(desk, wire, KeyboardInterrupt())

    asyncio.run(deliver_due(desk.ports, desk.setup))

    assert [(channel, repeat) for channel, _, repeat in desk.notifier.taken] == [("mail", True)]
    assert asyncio.run(deliver_due(desk.ports, desk.setup)) == ()


def test_a_crash_before_the_hand_over_leads_to_an_attempt_that_is_no_repeat(desk: Desk, wire: Feed) -> None:
    desk.notifier.crashes_early = True
    _crash_while_sending(desk, wire, KeyboardInterrupt())
    desk.notifier.crashes_early = False

    asyncio.run(deliver_due(desk.ports, desk.setup))

    assert [(channel, repeat) for channel, _, repeat in desk.notifier.taken] == [("mail", False)]


def test_nothing_of_a_poll_is_stored_when_its_transaction_fails(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    whole = desk.setup
    broken = Config(**{**_fields(whole.config), "alerts": None})  # a bug that shows while alerts are owed
    desk.setup = replace(whole, config=broken)
    with capture_logs():
        asyncio.run(poll_due_feeds(desk.ports, desk.setup))
    with desk.database.reading() as session:
        assert find_items(session, "") == ()
    assert desk.incidents() == ()

    desk.setup = whole
    desk.cycle(timedelta(hours=2))

    assert len(desk.incidents()) == 1
    assert len(desk.notifier.taken) == 2


def test_what_no_route_takes_goes_to_all_channels_as_unrouted(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    only_raqqa = replace(AT_ONCE, areas=(PlaceId("raqqa_governorate"),))
    desk.setup = replace(desk.setup, book=replace(desk.setup.book, routes=(only_raqqa,)))

    report = desk.cycle()

    assert [digest.route_id for digest in report.digests] == ["unrouted"]


def test_the_history_tells_what_each_report_did(desk: Desk, wire: Feed, other: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    desk.cycle()
    desk.publish(other, rss(("9", SAME_CAPTURE)))
    desk.cycle(timedelta(minutes=30))

    (incident,) = desk.incidents()
    with desk.database.reading() as session:
        changes = changes_of(session, incident.id)

    assert [change.kind.value for change in changes] == ["opened", "confirmed"]


def test_housekeeping_forgets_old_polls_only(desk: Desk, wire: Feed) -> None:
    desk.publish(wire, rss(("1", CAPTURE)))
    desk.cycle()
    desk.clock.advance(timedelta(days=31))

    assert housekeep(desk.ports, desk.setup) == 2

    assert len(desk.incidents()) == 1
    with desk.database.reading() as session:
        assert len(find_items(session, "")) == 1
