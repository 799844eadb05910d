"""Whatever a valid value holds, it comes back equal: odd characters, far moments, other zones, extreme numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import (
    Action,
    ActorId,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Digest,
    DigestId,
    Event,
    Extent,
    FeedHealth,
    FeedId,
    FeedState,
    Finding,
    Incident,
    IncidentId,
    IncidentState,
    Item,
    ItemId,
    Mark,
    Message,
    PlaceId,
    PollRecord,
    Position,
    ReadFrom,
    Reason,
    Report,
    Rhythm,
    RouteId,
    Severity,
    Status,
    WatchId,
    Wishes,
)
from watcher.store.alerts import put_in_digest
from watcher.store.conversions import to_position
from watcher.store.database import Database, Session
from watcher.store.feeds import feed_states, recent_polls, record_poll, save_state, sync_feeds
from watcher.store.incidents import get_incident, save_incident
from watcher.store.items import add_findings, add_item, findings_of, get_item
from watcher.store.outbox import add_delivery, list_deliveries

if TYPE_CHECKING:
    from tests.store.conftest import Make

Kind = TypeVar("Kind")


def every_field(kind: type[Kind], **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Kind]:
    """Build values with no field left to its default: what the model gains, the store must learn."""
    expected = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # all kinds given here are dataclasses
    assert set(parts) == expected, f"{kind.__name__}: {set(parts) ^ expected}"
    return st.builds(kind, **parts)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)  # a lone surrogate is no text
names = words.filter(bool)
moments = st.datetimes(
    min_value=datetime(2, 1, 1, tzinfo=UTC).replace(tzinfo=None),  # Hypothesis wants naive bounds
    max_value=datetime(9998, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)
numbers = st.integers(min_value=0, max_value=2**31)
fractions = st.floats(min_value=0, max_value=1)
positions = every_field(Position, file=words, line=numbers, column=numbers)
reasons = every_field(
    Reason, text=words, rule=st.none() | positions, weight=st.none() | st.floats(allow_nan=False, allow_infinity=False)
)
marks = every_field(Mark, start=numbers, end=numbers, role=st.sampled_from(["place", "trigger", "cue"]), label=words)
findings = every_field(
    Finding,
    event=st.sampled_from(Event),
    action=st.sampled_from(Action),
    place=names.map(PlaceId),
    area=names.map(PlaceId),
    gained_by=st.none() | names.map(ActorId),
    lost_by=st.none() | names.map(ActorId),
    status=st.sampled_from(Status),
    extent=st.sampled_from(Extent),
    event_date=st.none() | st.dates(),
    attributed_to=st.none() | words,
    quote=words,
    start=numbers,
    end=numbers,
    confidence=fractions,
    rule=positions,
    reasons=st.lists(reasons, max_size=3).map(tuple),
    marks=st.lists(marks, max_size=3).map(tuple),
)
items = every_field(
    Item,
    id=names.map(ItemId),
    feed_id=st.just(FeedId("feed")),
    source=words,
    outlet=words,
    title=words,
    text=words,
    url=st.none() | words,
    language=st.none() | words,
    published_at=st.none() | moments,
    first_seen_at=moments,
    keys=st.lists(words, unique=True, max_size=4).map(tuple),
    content_hash=words,
    copy_of=st.none() | names.map(ItemId),
    copy_because=st.none() | words,
)
durations = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=1000))
states = every_field(
    FeedState,
    feed_id=st.just(FeedId("feed")),
    next_poll_at=moments,
    etag=st.none() | words,
    last_modified=st.none() | words,
    body_hash=st.none() | words,
    last_polled_at=st.none() | moments,
    last_success_at=st.none() | moments,
    last_item_at=st.none() | moments,
    failures=numbers,
    health=st.sampled_from(FeedHealth),
    reason=st.none() | words,
    last_document_at=st.none() | moments,
    entries=numbers,
    lost_entries=numbers,
    wishes=every_field(
        Wishes,
        interval=st.none() | durations,
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        skip_days=st.lists(st.integers(0, 6)).map(tuple),
    ),
    rhythm=st.none() | every_field(Rhythm, usual=durations, longest=durations, seen=numbers),
    hurry_until=st.none() | moments,
    composite_keys=st.booleans(),
    adopted_url=st.none() | words,
    moved_to=st.none() | words,
    moved_times=numbers,
    moved_since=st.none() | moments,
)
polls = every_field(
    PollRecord,
    feed_id=st.just(FeedId("feed")),
    polled_at=moments,
    outcome=st.sampled_from(["new", "unchanged", "failed"]),
    reason=st.none() | words,
    entries=numbers,
    new_items=numbers,
    edited_items=numbers,
    body_bytes=numbers,
    elapsed=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=1000)),
)
deliveries = every_field(
    Delivery,
    id=names.map(DeliveryId),
    digest_id=st.just(DigestId("digest")),
    channel_id=words.map(ChannelId),
    message=every_field(
        Message,
        subject=words,
        text=words,
        html=words,
        replies_to=st.lists(names.map(DeliveryId), max_size=3).map(tuple),
    ),
    state=st.sampled_from(DeliveryState),
    attempts=numbers,
    created_at=moments,
    next_attempt_at=moments,
    sent_at=st.none() | moments,
    error=st.none() | words,
    unanswered=numbers,
    part=numbers,
    parts=numbers,
    urgency=numbers,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, pristine: Path, make: Make) -> Iterator[Database]:
    """A database with a feed and a digest, to which each example adds its rows and then undoes that."""
    path = tmp_path_factory.mktemp("conversions") / "watcher.db"
    path.write_bytes(pristine.read_bytes())
    with Database(path) as database:
        with database.writing() as session:
            sync_feeds(session, [make.feed("feed")], make.now)
            put_in_digest(session, Digest(DigestId("digest"), RouteId("desk"), make.now, "due", "rules-1", ()), [])
        yield database


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session
        session.rollback()


@given(items)
@settings(deadline=None)
def test_items(filled: Database, item: Item) -> None:
    with undone(filled) as session:
        add_item(session, item)
        session.expunge_all()
        assert get_item(session, item.id) == item


@given(st.lists(findings, min_size=1, max_size=3, unique=True))
@settings(deadline=None)
def test_findings_and_the_reports_made_of_them(filled: Database, make: Make, found: list[Finding]) -> None:
    with undone(filled) as session:
        item = make.item("a1", feed_id=FeedId("feed"))
        add_item(session, item)
        add_findings(session, item.id, found, "rules-1", make.now)
        incident = make.incident(reports=tuple(make.report(item, finding) for finding in found))
        save_incident(session, incident)
        session.expunge_all()

        assert findings_of(session, item.id) == tuple(found)
        assert get_incident(session, incident.id) == incident


@given(
    every_field(
        Report,
        item_id=st.just(ItemId("a1")),
        outlet=words,
        source=words,
        title=words,
        url=st.none() | words,
        published_at=st.none() | moments,
        reported_at=moments,
        finding=findings,
        joined_because=words,
        read_from=st.sampled_from(ReadFrom),
        copy_of=st.none(),  # its item's
        voice=st.none() | names.map(ActorId),
        withdrawn_because=st.none() | words,
    ),
    st.data(),
)
@settings(deadline=None)
def test_incidents(filled: Database, make: Make, report: Report, data: st.DataObject) -> None:
    incident = data.draw(
        every_field(
            Incident,
            id=st.just(IncidentId("i000001")),
            event=st.sampled_from(Event),
            action=st.sampled_from(Action),
            place=names.map(PlaceId),
            area=names.map(PlaceId),
            gained_by=st.none() | names.map(ActorId),
            lost_by=st.none() | names.map(ActorId),
            status=st.sampled_from(Status),
            extent=st.sampled_from(Extent),
            event_date=st.none() | st.dates(),
            confidence=fractions,
            severity=st.sampled_from(Severity),
            watch_id=names.map(WatchId),
            watch_rule=positions,
            state=st.sampled_from(IncidentState),
            opened_at=moments,
            updated_at=moments,
            reports=st.just((report,)),
            state_because=words,
            reversed_by=st.none() | names.map(IncidentId),
            known_because=st.none() | words,
            against_ledger=st.none() | words,
        )
    )
    with undone(filled) as session:
        add_item(session, make.item("a1", feed_id=FeedId("feed")))
        add_findings(session, ItemId("a1"), (report.finding,), "rules-1", make.now)
        save_incident(session, incident)
        session.expunge_all()
        assert get_incident(session, incident.id) == incident


@given(states, polls)
@settings(deadline=None)
def test_feed_states_and_polls(filled: Database, state: FeedState, poll: PollRecord) -> None:
    with undone(filled) as session:
        save_state(session, state)
        record_poll(session, poll)
        session.expunge_all()
        assert feed_states(session) == (state,)
        assert recent_polls(session, FeedId("feed"), 2) == (poll,)


@given(deliveries)
@settings(deadline=None)
def test_deliveries(filled: Database, delivery: Delivery) -> None:
    with undone(filled) as session:
        add_delivery(session, delivery)
        session.expunge_all()
        assert list_deliveries(session, 2) == (delivery,)


@given(positions)
def test_positions(position: Position) -> None:
    assert to_position(str(position)) == position


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc(filled: Database, make: Make) -> None:
    local = datetime(2025, 3, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=3)))
    with undone(filled) as session:
        item = make.item("a1", feed_id=FeedId("feed"), published_at=local)
        add_item(session, item)
        found = get_item(session, item.id)

    assert found == replace(item, published_at=local)
    assert found is not None
    assert str(found.published_at) == "2025-02-28 22:30:00.123456+00:00"


def test_moments_are_ordered_as_text_as_they_are_in_time(filled: Database, make: Make) -> None:
    second = timedelta(seconds=1)
    steps = [timedelta(), timedelta(microseconds=1), timedelta(microseconds=100_000), second, 60 * second]
    with undone(filled) as session:
        for number, step in enumerate(steps):
            local = (make.now + step).astimezone(timezone(timedelta(hours=number - 2)))
            add_item(session, make.item(str(number), feed_id=FeedId("feed"), first_seen_at=local))
        stored = session.connection().exec_driver_sql("SELECT id FROM item ORDER BY first_seen_at").scalars().all()

    assert stored == ["0", "1", "2", "3", "4"]
