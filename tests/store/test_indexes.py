"""No query reads through a table that grows for years: each finds its rows by an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event

from watcher.alerts.holds import Reason
from watcher.model import (
    ChangeKind,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Digest,
    DigestId,
    Event,
    FeedId,
    Filing,
    HoldKind,
    IncidentChange,
    IncidentId,
    ItemId,
    Message,
    PlaceId,
    Position,
    ProblemKind,
    RouteId,
    Silence,
)
from watcher.store import (
    alerts,
    channel_states,
    control,
    feeds,
    filings,
    holds,
    incidents,
    items,
    outbox,
    problems,
    rules,
    silences,
    sketches,
    vitals,
)
from watcher.store.database import Database, Session

if TYPE_CHECKING:
    from tests.store.conftest import Make

# One row per feed or channel of the configuration, per kind of number or per silence; or only the last row is read.
MAY_BE_READ_THROUGH = {"feed", "channel_state", "counter", "silence", "rules"}


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that the block sends, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def note(
        connection: Connection, cursor: object, statement: str, parameters: Any, context: object, executemany: bool
    ) -> None:
        sent.append((statement, parameters[0] if executemany else parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def use_queries_about_polling(session: Session, make: Make, feed: FeedId, item_id: ItemId) -> None:
    now = make.now
    feeds.urls_of(session, feed)
    problems.open_problem(session, feed, ProblemKind.SILENT, "nothing new", now)
    problems.open_problem(session, None, ProblemKind.OUTAGE, "no host answers", now)
    problems.open_problems(session)
    problems.note_told(session, problems.untold_problems(session), now)
    problems.end_problem(session, 1, now)
    problems.save_gap(session, problems.add_gap(session, feed, now, now, None))
    problems.last_gap(session, feed)
    items.recent_titles(session, feed, 10)
    items.seen_before(session, [item_id], now)
    items.hold_reasons(session, [item_id])


def use_queries_about_copies(session: Session, make: Make, feed: FeedId, item_id: ItemId) -> None:
    now = make.now
    sketches.add_sketches(session, {item_id: (1, 2)}, now)
    sketches.holders_of(session, [1, 2], now)
    sketches.wordings_of(session, [item_id])
    sketches.latest_originals(session, feed, 4)
    sketches.copied_items(session, [item_id])
    sketches.remove_sketches(session, [item_id])
    sketches.add_sketches(session, {item_id: (1, 2)}, now)
    sketches.prune_sketches(session, now + timedelta(days=1))


def use_queries_about_sending(session: Session, now: datetime, hour: timedelta) -> None:
    outbox.channels_due(session, now)
    claimed = outbox.claim_next(session, ChannelId("mail"), now, hour)
    assert claimed is not None
    outbox.split_delivery(session, claimed, ("one", "two"))
    outbox.note_handed_over(session, claimed.id, now)
    outbox.recover_interrupted(session, now, only_expired=True)
    outbox.recover_interrupted(session, now)
    outbox.note_late_refusal(session, claimed.id, now, "451")
    outbox.drop_delivery(session, claimed.id, now, "anna", "stale")
    outbox.queue_again(session, claimed.id, now, "anna")
    outbox.hasten_owed(session, now)
    outbox.untold_dead(session, RouteId("other"))
    outbox.note_dead_told(session, [claimed.id], now)
    outbox.find_deliveries(session, "d", 10)
    outbox.earlier_deliveries(session, IncidentId("i000001"), ChannelId("mail"))
    outbox.handed_over_since(session, ChannelId("mail"), now)
    outbox.note_held(session, outbox.owed_to(session, ChannelId("mail")), now, "storm")
    channel_states.rest_channel(session, ChannelId("mail"), now, now)
    outbox.delivery_log(session, claimed.id)
    channel_states.note_channel_failed(session, ChannelId("mail"), now, "451", now)
    channel_states.note_channel_told(session, ChannelId("mail"), now)
    channel_states.note_channel_answered(session, ChannelId("mail"))


def use_queries_about_holds(session: Session, now: datetime, desk: RouteId, feed: FeedId, alert_id: int) -> None:
    reason = Reason(HoldKind.SILENCE, "silence 1")
    holds.begin_holds(session, {alert_id: reason}, now)
    holds.end_holds(session, holds.open_holds(session, [alert_id]), now)
    holds.told_since(session, desk, now)
    silences.add_silence(session, Silence(0, "anna", "why", now, now))
    silences.silences_in_force(session, now)
    silences.list_silences(session, 10)
    silences.end_silence(session, 1, now, "anna")
    vitals.polled_since(session, now)
    vitals.held_items_since(session, [feed], now)
    vitals.near_misses_since(session, now, 3)
    vitals.at_work_since(session)


def use_every_query(session: Session, make: Make) -> None:
    now, hour = make.now, timedelta(hours=1)
    feed, item_id, incident_id, desk = FeedId("valley-news"), ItemId("a1"), IncidentId("i000001"), RouteId("desk")
    item = make.stored_item(session, make.item("a1"), make.finding())
    feeds.claim_due_feeds(session, [feed], now, hour, 10)
    feeds.recent_polls(session, feed, 10)
    feeds.prune_polls(session, now - hour)
    items.known_items(session, feed, item.keys)
    items.content_hashes(session, [item_id])
    items.edit_item(session, item)
    items.add_keys(session, item_id, ["further"])
    items.get_item(session, item_id)
    items.find_items(session, "a")
    items.findings_of(session, item_id)
    incidents.next_incident_id(session)
    incident = make.incident()
    incidents.save_incident(session, incident)
    incidents.save_incident(session, incident)
    incidents.add_change(session, IncidentChange(incident_id, ChangeKind.OPENED, now, item_id, "one outlet"))
    incidents.changes_of(session, incident_id)
    incidents.get_incident(session, "i0")
    incidents.incidents_near(session, Event.SIEGE, [PlaceId("mill-town")], now, now.date())
    incidents.open_incidents(session, now)
    incidents.incidents_at(session, Event.SIEGE, [PlaceId("mill-town")])
    control.mentions_of_states(session, Event.SIEGE, [PlaceId("mill-town")])
    filings.add_filing(session, Filing(item_id, make.finding(), now, "opens", "new", incident_id))
    filings.filings_of_item(session, item_id)
    incidents.incidents_of_item(session, item_id)
    incidents.list_incidents(session, 10)
    incidents.list_incidents(session, 10, PlaceId("valley"))
    alert = alerts.add_alert(session, incident_id, desk, ChangeKind.OPENED, now)
    alerts.waiting_alerts(session, desk)
    alerts.alerts_of(session, incident_id)
    use_queries_about_holds(session, now, desk, feed, alert.id)
    alerts.last_digest_at(session, desk)
    alerts.put_in_digest(session, Digest(DigestId("d1"), desk, now, "due", "rules-1", ()), [alert.id])
    message = Message("subject", "text", "html")
    delivery = Delivery(
        DeliveryId("d1-1"), DigestId("d1"), ChannelId("mail"), message, DeliveryState.PENDING, 0, now, now
    )
    outbox.add_delivery(session, delivery)
    use_queries_about_sending(session, now, hour)
    outbox.outbox_counts(session)
    outbox.list_deliveries(session, 10)
    outbox.list_deliveries(session, 10, DeliveryState.DEAD)
    outbox.deliveries_of_incident(session, incident_id)
    outbox.mark_sent(session, DeliveryId("d1-1"), now)
    rules.record_rules(session, "v1", now, {"watches.yaml": b"version: 1"})
    rules.current_rules(session)
    rules.rule_line(session, "v1", Position("watches.yaml"))


def test_every_query_finds_its_rows_by_an_index(database: Database, make: Make) -> None:
    with database.writing() as session:
        with statements(session) as sent:
            use_every_query(session, make)
            use_queries_about_polling(session, make, FeedId("valley-news"), ItemId("a1"))
            use_queries_about_copies(session, make, FeedId("valley-news"), ItemId("a1"))
        plans = {
            (statement, step.detail)
            for statement, parameters in sent
            if not statement.startswith(("PRAGMA", "INSERT"))
            for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        }

    assert len({statement for statement, _ in plans}) > 30
    read_through = {
        (detail, statement)
        for statement, detail in plans
        if detail.startswith("SCAN")
        and " USING " not in detail
        and " VIRTUAL TABLE " not in detail  # the values of a list
        and detail.split()[1] not in MAY_BE_READ_THROUGH
    }
    sorted_to_take_few = {
        statement
        for statement, detail in plans
        if detail == "USE TEMP B-TREE FOR ORDER BY" and statement.startswith("SELECT") and "LIMIT" in statement
    }
    assert read_through == set()
    assert sorted_to_take_few == set()
