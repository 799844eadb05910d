"""Figures of what was done since a moment, for the digests that tell that Watcher lives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from watcher.model import FeedId, Status
from watcher.store.tables import FeedRow, FindingRow, ItemRow, MatchRunRow, PollRow

NO_NEWS = tuple(status.value for status in Status if not status.alerts)


def polled_since(session: Session, since: datetime) -> tuple[int, int]:
    """How many feeds were polled, and how many new items that gave."""
    counted = (func.count(func.distinct(col(PollRow.feed_id))), func.sum(col(PollRow.new_items)))
    feeds, items = session.exec(select(*counted).where(col(PollRow.polled_at) >= since)).one()
    return feeds, items or 0


def held_items_since(session: Session, feeds: Iterable[FeedId], since: datetime) -> int:
    """How many new items of these feeds were held as old ones."""
    total = 0
    for feed_id in feeds:
        new = (ItemRow.feed_id == feed_id, col(ItemRow.first_seen_at) >= since)
        held = select(func.count()).select_from(ItemRow).where(*new, col(ItemRow.held_because).is_not(None))
        total += session.exec(held).one()
    return total


def near_misses_since(session: Session, since: datetime, limit: int) -> tuple[int, tuple[tuple[str, str, str], ...]]:
    """How many findings told no news, and the latest of them: outlet, title, status."""
    found = (col(MatchRunRow.matched_at) >= since, col(FindingRow.status).in_(NO_NEWS))
    joined = col(FindingRow.match_run_id) == col(MatchRunRow.id)
    total = session.exec(select(func.count()).select_from(MatchRunRow).join(FindingRow, joined).where(*found)).one()
    latest = (
        select(ItemRow.outlet, ItemRow.title, FindingRow.status)
        .select_from(MatchRunRow)
        .join(FindingRow, joined)
        .join(ItemRow, col(ItemRow.id) == col(MatchRunRow.item_id))
        .where(*found)
        .order_by(col(MatchRunRow.matched_at).desc(), col(FindingRow.id).desc())
        .limit(limit)
    )
    return total, tuple((outlet, title, status) for outlet, title, status in session.exec(latest))


def at_work_since(session: Session) -> datetime | None:
    """When the first feed was added; None before that."""
    return session.exec(select(func.min(col(FeedRow.added_at)))).one()
