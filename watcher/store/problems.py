"""What is wrong with feeds, and windows that moved on unseen: when it began, when it ended, what was told of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, column, func, or_, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from watcher.model import FeedId, FeedProblem, Gap, ProblemKind
from watcher.store.tables import FeedGapRow, FeedProblemRow, table

_GAP = table(FeedGapRow)
_LISTED_IDS = func.json_each(bindparam("ids")).table_valued(column("value", String))
_WITH_GAPS = select(_GAP.c.feed_id).where(
    _GAP.c.feed_id.in_(select(_LISTED_IDS.c.value)), _GAP.c.closed_because.is_(None)
)


@dataclass(frozen=True, slots=True)
class Untold:
    """What no digest has told yet: problems that began, and problems told of that have ended since."""

    began: tuple[FeedProblem, ...]
    ended: tuple[FeedProblem, ...]


def open_problems(session: Session) -> tuple[FeedProblem, ...]:
    """The problems that have not ended, in the order in which they began."""
    query = select_rows(FeedProblemRow).where(col(FeedProblemRow.ended_at).is_(None)).order_by(col(FeedProblemRow.id))
    return tuple(_to_problem(row) for row in session.exec(query))


def open_problem(session: Session, feed_id: FeedId | None, kind: ProblemKind, words: str, now: datetime) -> bool:
    """Note that something is wrong; False if that is noted already. A kind without an end is over at once."""
    ended_at = None if kind.ends else now
    same = (
        col(FeedProblemRow.feed_id).is_(None) if feed_id is None else col(FeedProblemRow.feed_id) == feed_id,
        FeedProblemRow.kind == kind.value,
        col(FeedProblemRow.ended_at).is_(None),
    )
    if session.exec(select_rows(FeedProblemRow.id).where(*same)).first() is not None:
        return False
    row = FeedProblemRow(
        feed_id=feed_id, kind=kind.value, words=words, since=now, ended_at=ended_at, told_at=None, end_told_at=ended_at
    )
    session.add(row)
    session.flush()
    return True


def end_problem(session: Session, problem_id: int, now: datetime, *, is_well: bool = True) -> None:
    """It is over. Its end is told, unless another problem took its place or nobody was told that it began."""
    row = session.get(FeedProblemRow, problem_id)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    if row.told_at is None or not is_well:
        row.told_at, row.end_told_at = row.told_at or now, now
    session.flush()


def untold_problems(session: Session) -> Untold:
    """What the next digest of feed problems owes."""
    untold = or_(col(FeedProblemRow.told_at).is_(None), col(FeedProblemRow.end_told_at).is_(None))
    rows = session.exec(select_rows(FeedProblemRow).where(untold).order_by(col(FeedProblemRow.id))).all()
    began = tuple(_to_problem(row) for row in rows if row.told_at is None)
    ended = tuple(_to_problem(row) for row in rows if row.told_at is not None and row.ended_at is not None)
    return Untold(began, ended)


def note_told(session: Session, untold: Untold, now: datetime) -> None:
    """A digest holds all of this."""
    for problem in untold.began:
        session.exec(update(FeedProblemRow).where(col(FeedProblemRow.id) == problem.id).values(told_at=now))
    for problem in untold.ended:
        session.exec(update(FeedProblemRow).where(col(FeedProblemRow.id) == problem.id).values(end_told_at=now))


def add_gap(session: Session, feed_id: FeedId, since: datetime, now: datetime, next_url: str | None) -> Gap:
    """Note that items may have been missed; without ``next_url`` there is no older page to ask for."""
    closed = None if next_url else "the feed offers no older page"
    row = FeedGapRow(
        feed_id=feed_id, since=since, noticed_at=now, next_url=next_url, pages=0, recovered=0, closed_because=closed
    )
    session.add(row)
    session.flush()
    return _to_gap(row)


def save_gap(session: Session, gap: Gap) -> None:
    """Note how far the older pages were read."""
    change = update(FeedGapRow).where(col(FeedGapRow.id) == gap.id)
    session.exec(
        change.values(
            next_url=gap.next_url, pages=gap.pages, recovered=gap.recovered, closed_because=gap.closed_because
        )
    )


def last_gap(session: Session, feed_id: FeedId) -> Gap | None:
    """The latest gap of a feed."""
    query = select_rows(FeedGapRow).where(FeedGapRow.feed_id == feed_id).order_by(col(FeedGapRow.id).desc()).limit(1)
    row = session.exec(query).first()
    return None if row is None else _to_gap(row)


def last_gaps(session: Session, ids: Collection[FeedId]) -> dict[FeedId, Gap]:
    """The latest gap of each of these feeds that ever had one."""
    found = {feed_id: last_gap(session, feed_id) for feed_id in ids}
    return {feed_id: gap for feed_id, gap in found.items() if gap is not None}


def list_gaps(session: Session, limit: int, feed_id: FeedId | None = None) -> tuple[Gap, ...]:
    """The gaps (of a feed) that were noticed last, latest first."""
    query = select_rows(FeedGapRow)
    if feed_id is not None:
        query = query.where(FeedGapRow.feed_id == feed_id)
    return tuple(_to_gap(row) for row in session.exec(query.order_by(col(FeedGapRow.id).desc()).limit(limit)))


def feeds_with_gaps(session: Session, ids: Collection[FeedId]) -> frozenset[FeedId]:
    """Those of these feeds that have a gap of which more older pages are to be read."""
    found = session.connection().execute(_WITH_GAPS, {"ids": json.dumps(list(ids))})
    return frozenset(FeedId(id_) for id_ in found.scalars())


def _to_problem(row: FeedProblemRow) -> FeedProblem:
    assert row.id is not None
    return FeedProblem(
        id=row.id,
        feed_id=None if row.feed_id is None else FeedId(row.feed_id),
        kind=ProblemKind(row.kind),
        words=row.words,
        since=row.since,
        ended_at=row.ended_at,
    )


def _to_gap(row: FeedGapRow) -> Gap:
    assert row.id is not None
    return Gap(
        id=row.id,
        feed_id=FeedId(row.feed_id),
        since=row.since,
        noticed_at=row.noticed_at,
        next_url=row.next_url,
        pages=row.pages,
        recovered=row.recovered,
        closed_because=row.closed_because,
    )
