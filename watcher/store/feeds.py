"""Polling state and poll log of the feeds. Which feed is due when is decided by feeds/polling.py, not here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import String, bindparam, column, delete, func, insert, or_, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from watcher.errors import StoreError
from watcher.feeds.polling import first_state
from watcher.model import Feed, FeedHealth, FeedId, FeedState, PollRecord, Rhythm, Wishes
from watcher.store.tables import FeedRow, FeedUrlRow, PollRow, table

STATE_FIELDS = (
    *("next_poll_at", "etag", "last_modified", "body_hash", "last_polled_at", "last_success_at", "last_item_at"),
    *("failures", "reason", "last_document_at", "entries", "lost_entries", "hurry_until", "composite_keys"),
    *("adopted_url", "moved_to", "moved_times", "moved_since"),
)


_FEED = table(FeedRow)
# Statements of the poll's path, made once: to make one costs more than to run it
_LISTED_IDS = func.json_each(bindparam("ids")).table_valued(column("value", String))
_LAST_POLLED = select(_FEED.c.id, _FEED.c.last_polled_at).join(_LISTED_IDS, _LISTED_IDS.c.value == _FEED.c.id)
_SAVE_STATE = (
    update(_FEED)
    .where(_FEED.c.id == bindparam("the_id"))
    .values({name: bindparam(name) for name in (*STATE_FIELDS, "health", "wishes", "rhythm", "claimed_until")})
)
_RECORD_POLL = insert(table(PollRow))


def sync_feeds(session: Session, feeds: Iterable[Feed], now: datetime) -> tuple[FeedId, ...]:
    """Give each new feed a first state, due now, and return the new ones. Feeds no longer listed keep their rows.

    A feed whose URL was changed is due now, without the validators of the former URL: they could let the new server
    answer "unchanged" about something we never saw.
    """
    stored = {row.id: row for row in session.exec(select_rows(FeedRow))}
    new = []
    for feed in feeds:
        row = stored.get(feed.id)
        if row is None:
            first = _columns(first_state(feed, now))
            session.add(FeedRow(id=feed.id, url=feed.url, added_at=now, claimed_until=None, **first))
            session.flush()
            note_url(session, feed.id, feed.url, "first listed in feeds.yaml", now)
            new.append(feed.id)
        elif row.url != feed.url:
            row.url, row.next_poll_at = feed.url, now
            row.etag = row.last_modified = row.body_hash = row.adopted_url = row.moved_to = None
            row.moved_times, row.moved_since = 0, None
            note_url(session, feed.id, feed.url, "changed in feeds.yaml", now)
    session.flush()
    return tuple(new)


def claim_due_feeds(
    session: Session, ids: Collection[FeedId], now: datetime, lease: timedelta, limit: int
) -> tuple[FeedState, ...]:
    """Take up to ``limit`` due feeds among ``ids``, longest due first; nobody else gets them before ``lease`` is over.

    ``save_state`` ends the lease early. A moment that lies ahead of ``now`` though it was "now" once tells that the
    clock was set back: such a feed is due, and such a lease is over.
    """
    wanted = frozenset(ids)
    due = or_(col(FeedRow.next_poll_at) <= now, col(FeedRow.last_polled_at) > now)
    free = or_(
        col(FeedRow.claimed_until).is_(None),
        col(FeedRow.claimed_until) <= now,
        col(FeedRow.claimed_until) > now + lease,
    )
    longest_first = (col(FeedRow.next_poll_at), col(FeedRow.id))
    found = session.exec(select_rows(FeedRow.id).where(due, free).order_by(*longest_first))
    taken = [id_ for id_ in found if id_ in wanted][:limit]
    claim = update(FeedRow).where(col(FeedRow.id).in_(taken), free).values(claimed_until=now + lease)
    claimed = session.exec(claim.returning(col(FeedRow.id))).scalars().all()
    rows = session.exec(select_rows(FeedRow).where(col(FeedRow.id).in_(claimed)).order_by(*longest_first))
    return tuple(_to_state(row) for row in rows)


def unpolled_since(session: Session, states: Collection[FeedState]) -> frozenset[FeedId]:
    """The feeds that nobody has polled since they had these states: of what they gave, the store knows nothing more."""
    last = {state.feed_id: state.last_polled_at for state in states}
    found = session.connection().execute(_LAST_POLLED, {"ids": json.dumps(list(last))})
    return frozenset(FeedId(id_) for id_, polled_at in found if polled_at == last[FeedId(id_)])


def release_claims(session: Session) -> int:
    """End every lease: a daemon that starts is the only one, so whoever held them is dead. Return how many."""
    held = col(FeedRow.claimed_until).is_not(None)
    return session.exec(update(FeedRow).where(held).values(claimed_until=None)).rowcount


def release_claim(session: Session, feed_id: FeedId) -> None:
    """End the lease of a feed that was not polled after all."""
    session.exec(update(FeedRow).where(col(FeedRow.id) == feed_id).values(claimed_until=None))


def save_state(session: Session, state: FeedState) -> None:
    """Replace the state of a feed, and let go of its lease.

    Raises: StoreError for a feed that ``sync_feeds`` never saw.
    """
    save_states(session, (state,))


def save_states(session: Session, states: Collection[FeedState]) -> None:
    """Replace the states of feeds, and let go of their leases.

    Raises: StoreError for a feed that ``sync_feeds`` never saw; then some may be replaced, in this transaction.
    """
    rows = [{"the_id": state.feed_id, "claimed_until": None, **_columns(state)} for state in states]
    if rows and session.connection().execute(_SAVE_STATE, rows).rowcount != len(rows):
        stored = {state.feed_id for state in feed_states(session)}
        lost = next(state.feed_id for state in states if state.feed_id not in stored)
        raise StoreError(f"no feed '{lost}' is stored")


def feed_states(session: Session) -> tuple[FeedState, ...]:
    """All that were ever listed, by id."""
    return tuple(_to_state(row) for row in session.exec(select_rows(FeedRow).order_by(col(FeedRow.id))))


def note_url(session: Session, feed_id: FeedId, url: str, because: str, now: datetime) -> None:
    """Add an address to the history of a feed."""
    session.add(FeedUrlRow(feed_id=feed_id, url=url, since=now, because=because))


def urls_of(session: Session, feed_id: FeedId) -> tuple[tuple[str, datetime, str], ...]:
    """The addresses of a feed, first to last: each with since when and why."""
    query = select_rows(FeedUrlRow).where(FeedUrlRow.feed_id == feed_id).order_by(col(FeedUrlRow.id))
    return tuple((row.url, row.since, row.because) for row in session.exec(query))


def make_due_since(session: Session, since: datetime, now: datetime) -> None:
    """Let every feed be polled now that has not answered since a moment: after an outage."""
    waits = (
        col(FeedRow.next_poll_at) > now,
        or_(col(FeedRow.last_success_at).is_(None), col(FeedRow.last_success_at) < since),
    )
    session.exec(update(FeedRow).where(*waits).values(next_poll_at=now))


def record_poll(session: Session, record: PollRecord) -> None:
    record_polls(session, (record,))


def record_polls(session: Session, records: Iterable[PollRecord]) -> None:
    """Add lines to the poll log."""
    rows = [
        {
            "feed_id": record.feed_id,
            "polled_at": record.polled_at,
            "outcome": record.outcome,
            "reason": record.reason,
            "entries": record.entries,
            "new_items": record.new_items,
            "edited_items": record.edited_items,
            "body_bytes": record.body_bytes,
            "elapsed_us": record.elapsed // timedelta(microseconds=1),
        }
        for record in records
    ]
    if rows:
        session.connection().execute(_RECORD_POLL, rows)


def recent_polls(session: Session, feed_id: FeedId, limit: int) -> tuple[PollRecord, ...]:
    """The latest polls of a feed, latest first."""
    latest_first = (col(PollRow.polled_at).desc(), col(PollRow.id).desc())
    rows = session.exec(select_rows(PollRow).where(PollRow.feed_id == feed_id).order_by(*latest_first).limit(limit))
    return tuple(_to_poll(row) for row in rows)


def prune_polls(session: Session, before: datetime) -> int:
    """Forget the polls older than ``before``; return how many. Nothing else in the database is ever deleted."""
    return session.exec(delete(PollRow).where(col(PollRow.polled_at) < before)).rowcount


def _columns(state: FeedState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in STATE_FIELDS} | {
        "health": state.health.value,
        "wishes": _from_wishes(state.wishes),
        "rhythm": _from_rhythm(state.rhythm),
    }


def _to_state(row: FeedRow) -> FeedState:
    fields = {name: getattr(row, name) for name in STATE_FIELDS}
    return FeedState(
        feed_id=FeedId(row.id),
        health=FeedHealth(row.health),
        wishes=_to_wishes(row.wishes),
        rhythm=_to_rhythm(row.rhythm),
        **fields,
    )


def _from_wishes(wishes: Wishes) -> dict[str, Any] | None:
    if wishes == Wishes():
        return None
    interval_s = None if wishes.interval is None else wishes.interval.total_seconds()
    return {"interval_s": interval_s, "skip_hours": list(wishes.skip_hours), "skip_days": list(wishes.skip_days)}


def _to_wishes(stored: dict[str, Any] | None) -> Wishes:
    if stored is None:
        return Wishes()
    interval = None if stored["interval_s"] is None else timedelta(seconds=stored["interval_s"])
    return Wishes(interval, tuple(stored["skip_hours"]), tuple(stored["skip_days"]))


def _from_rhythm(rhythm: Rhythm | None) -> dict[str, Any] | None:
    if rhythm is None:
        return None
    seconds = {"usual_s": rhythm.usual.total_seconds(), "longest_s": rhythm.longest.total_seconds()}
    return {**seconds, "seen": rhythm.seen}


def _to_rhythm(stored: dict[str, Any] | None) -> Rhythm | None:
    if stored is None:
        return None
    return Rhythm(timedelta(seconds=stored["usual_s"]), timedelta(seconds=stored["longest_s"]), stored["seen"])


def _to_poll(row: PollRow) -> PollRecord:
    return PollRecord(
        feed_id=FeedId(row.feed_id),
        polled_at=row.polled_at,
        outcome=cast("Literal['new', 'unchanged', 'failed']", row.outcome),
        reason=row.reason,
        entries=row.entries,
        new_items=row.new_items,
        edited_items=row.edited_items,
        body_bytes=row.body_bytes,
        elapsed=timedelta(microseconds=row.elapsed_us),
    )
