"""Hosts that want to be left alone by all of their feeds (Retry-After): known again after a restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlmodel import Session, col, select

from watcher.store.tables import HostRestRow


def note_rest(session: Session, host: str, until: datetime, now: datetime) -> None:
    """Leave ``host`` alone until a moment; what is over is forgotten."""
    session.exec(delete(HostRestRow).where(col(HostRestRow.until) <= now))
    rest = insert_or(HostRestRow).values(host=host, until=until)
    session.exec(rest.on_conflict_do_update(index_elements=["host"], set_={"until": until}))


def resting_hosts(session: Session, now: datetime) -> dict[str, timedelta]:
    """For how much longer each of these hosts wants to be left alone."""
    rows = session.exec(select(HostRestRow).where(col(HostRestRow.until) > now)).all()
    return {row.host: row.until - now for row in rows}
