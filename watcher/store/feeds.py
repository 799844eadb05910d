"""Polling state and poll log of the feeds. Which feed is due when is decided by feeds/polling.py, not here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from watcher.errors import StoreError
from watcher.model import Feed, FeedHealth, FeedId, FeedState, PollRecord
from watcher.store.tables import FeedRow, PollRow

STATE_FIELDS = (
    *("next_poll_at", "etag", "last_modified", "body_hash", "last_polled_at", "last_success_at", "last_item_at"),
    *("failures", "reason"),
)


def sync_feeds(session: Session, feeds: Iterable[Feed], now: datetime) -> tuple[FeedId, ...]:
    """Give each new feed a first state, due now, and return the new ones. Feeds no longer listed keep their rows.

    A feed whose URL was changed is due now, without the validators of the former URL: they could let the new server
    answer "unchanged" about something we never saw.
    """
    stored = {row.id: row for row in session.exec(select(FeedRow))}
    new = []
    for feed in feeds:
        row = stored.get(feed.id)
        if row is None:
            first = FeedState(feed_id=feed.id, next_poll_at=now)
            session.add(FeedRow(id=feed.id, url=feed.url, added_at=now, claimed_until=None, **_columns(first)))
            new.append(feed.id)
        elif row.url != feed.url:
            row.url, row.next_poll_at = feed.url, now
            row.etag = row.last_modified = row.body_hash = None
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
    found = session.exec(select(FeedRow.id).where(due, free).order_by(*longest_first))
    taken = [id_ for id_ in found if id_ in wanted][:limit]
    claim = update(FeedRow).where(col(FeedRow.id).in_(taken), free).values(claimed_until=now + lease)
    claimed = session.exec(claim.returning(col(FeedRow.id))).scalars().all()
    rows = session.exec(select(FeedRow).where(col(FeedRow.id).in_(claimed)).order_by(*longest_first))
    return tuple(_to_state(row) for row in rows)


def save_state(session: Session, state: FeedState) -> None:
    """Replace the state of a feed, and let go of its lease.

    Raises: StoreError for a feed that ``sync_feeds`` never saw.
    """
    change = update(FeedRow).where(col(FeedRow.id) == state.feed_id).values(claimed_until=None, **_columns(state))
    if session.exec(change).rowcount != 1:
        raise StoreError(f"no feed '{state.feed_id}' is stored")


def feed_states(session: Session) -> tuple[FeedState, ...]:
    """All that were ever listed, by id."""
    return tuple(_to_state(row) for row in session.exec(select(FeedRow).order_by(col(FeedRow.id))))


def record_poll(session: Session, record: PollRecord) -> None:
    row = PollRow(
        feed_id=record.feed_id,
        polled_at=record.polled_at,
        outcome=record.outcome,
        reason=record.reason,
        entries=record.entries,
        new_items=record.new_items,
        edited_items=record.edited_items,
        body_bytes=record.body_bytes,
        elapsed_us=record.elapsed // timedelta(microseconds=1),
    )
    session.add(row)
    session.flush()


def recent_polls(session: Session, feed_id: FeedId, limit: int) -> tuple[PollRecord, ...]:
    """The latest polls of a feed, latest first."""
    latest_first = (col(PollRow.polled_at).desc(), col(PollRow.id).desc())
    rows = session.exec(select(PollRow).where(PollRow.feed_id == feed_id).order_by(*latest_first).limit(limit))
    return tuple(_to_poll(row) for row in rows)


def prune_polls(session: Session, before: datetime) -> int:
    """Forget the polls older than ``before``; return how many. Nothing else in the database is ever deleted."""
    return session.exec(delete(PollRow).where(col(PollRow.polled_at) < before)).rowcount


def _columns(state: FeedState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in STATE_FIELDS} | {"health": state.health.value}


def _to_state(row: FeedRow) -> FeedState:
    fields = {name: getattr(row, name) for name in STATE_FIELDS}
    return FeedState(feed_id=FeedId(row.id), health=FeedHealth(row.health), **fields)


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
