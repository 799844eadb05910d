"""The pages behind items: which are to be read, and what came of it. What is wanted is decided by feeds/fulltext.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from watcher.model import FeedId, Item, ItemId, Page
from watcher.store.tables import PageRow


def want_pages(session: Session, items: Iterable[Item], now: datetime, most_reads: int) -> None:
    """Note that the pages of these stored items are to be read; again, for an item that was edited.

    One that was read ``most_reads`` times is left alone: its feed changes its words at every poll.
    """
    for item in items:
        assert item.url is not None
        row = session.get(PageRow, item.id)
        if row is None:
            wanted = PageRow(
                item_id=item.id,
                feed_id=item.feed_id,
                url=item.url,
                wanted_at=now,
                due_at=now,
                attempts=0,
                reads=0,
                read_at=None,
                text=None,
                reason=None,
            )
            session.add(wanted)
        elif row.reads < most_reads:
            row.url, row.wanted_at, row.due_at, row.attempts = item.url, now, now, 0
    session.flush()


def due_pages(session: Session, now: datetime, limit: int) -> tuple[Page, ...]:
    """The pages that are due, longest due first; all, if the clock was set back since they are wanted."""
    is_due = or_(col(PageRow.due_at) <= now, col(PageRow.wanted_at) > now)
    query = (
        select(PageRow)
        .where(col(PageRow.due_at).is_not(None), is_due)
        .order_by(col(PageRow.due_at), col(PageRow.item_id))
    )
    return tuple(_to_page(row) for row in session.exec(query.limit(limit)))


def claim_pages(session: Session, ids: Sequence[ItemId], until: datetime) -> None:
    """Let nobody else read these pages before ``until``; whoever claimed them and died, lets go of them so."""
    session.exec(update(PageRow).where(col(PageRow.item_id).in_(ids)).values(due_at=until))


def save_page(session: Session, page: Page) -> bool:
    """Note what came of a page; False if it is wanted anew since it was taken, and nothing is noted."""
    same = (col(PageRow.item_id) == page.item_id, col(PageRow.wanted_at) == page.wanted_at)
    change = update(PageRow).where(*same)
    values = {
        "due_at": page.due_at,
        "attempts": page.attempts,
        "reads": page.reads,
        "read_at": page.read_at,
        "text": page.text,
        "reason": page.reason,
    }
    return session.exec(change.values(**values)).rowcount == 1


def text_at(session: Session, url: str, since: datetime | None) -> tuple[str, datetime] | None:
    """What was read at an address at ``since`` or later (at any time, if that is None), and when."""
    query = select(PageRow).where(PageRow.url == url, col(PageRow.text).is_not(None))
    if since is not None:
        query = query.where(col(PageRow.read_at) >= since)
    row = session.exec(query.order_by(col(PageRow.read_at).desc()).limit(1)).first()
    return None if row is None or row.text is None or row.read_at is None else (row.text, row.read_at)


def page_of(session: Session, item_id: ItemId) -> Page | None:
    """The page of an item; None if none was ever wanted."""
    row = session.get(PageRow, item_id)
    return None if row is None else _to_page(row)


def last_pages(session: Session, feed_id: FeedId, limit: int) -> tuple[Page, ...]:
    """The pages of a feed that were read or given up, those wanted last first."""
    query = select(PageRow).where(PageRow.feed_id == feed_id, col(PageRow.due_at).is_(None))
    return tuple(_to_page(row) for row in session.exec(query.order_by(col(PageRow.wanted_at).desc()).limit(limit)))


def _to_page(row: PageRow) -> Page:
    return Page(
        item_id=ItemId(row.item_id),
        feed_id=FeedId(row.feed_id),
        url=row.url,
        wanted_at=row.wanted_at,
        due_at=row.due_at,
        attempts=row.attempts,
        reads=row.reads,
        read_at=row.read_at,
        text=row.text,
        reason=row.reason,
    )
