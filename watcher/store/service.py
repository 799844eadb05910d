"""What the daemon notes about itself, so that ``watcher status`` can tell whether it lives. One row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from watcher.errors import StoreError
from watcher.model import ServiceRecord
from watcher.store.database import Session
from watcher.store.tables import ServiceRow

THE_ROW = 1


def note_start(session: Session, now: datetime, pid: int, rules_version: str, config_version: str) -> None:
    """A daemon starts; what the former one noted is forgotten."""
    row = ServiceRow(
        id=THE_ROW,
        pid=pid,
        started_at=now,
        beat_at=now,
        stopped_at=None,
        rules_version=rules_version,
        config_version=config_version,
        rejected=None,
    )
    session.merge(row)
    session.flush()


def note_beat(session: Session, now: datetime) -> None:
    """It lives. Raises: StoreError when it never noted its start."""
    _change(session, beat_at=now)


def note_reload(
    session: Session,
    now: datetime,
    *,
    rules_version: str | None = None,
    config_version: str | None = None,
    rejected: str | None = None,
) -> None:
    """It read the files again: it works with these versions now (None: as before), or says why it ``rejected`` them.

    Raises: StoreError when it never noted its start.
    """
    versions = {"rules_version": rules_version, "config_version": config_version}
    changed = {name: version for name, version in versions.items() if version is not None}
    _change(session, beat_at=now, rejected=rejected, **changed)


def note_stop(session: Session, now: datetime) -> None:
    """It ends in good order. Raises: StoreError when it never noted its start."""
    _change(session, beat_at=now, stopped_at=now)


def service_record(session: Session) -> ServiceRecord | None:
    """The daemon that ran last, or runs; None if none ever ran with this database."""
    row = session.get(ServiceRow, THE_ROW)
    if row is None:
        return None
    return ServiceRecord(
        pid=row.pid,
        started_at=row.started_at,
        beat_at=row.beat_at,
        rules_version=row.rules_version,
        config_version=row.config_version,
        stopped_at=row.stopped_at,
        rejected=row.rejected,
    )


def _change(session: Session, **values: object) -> None:
    if session.exec(update(ServiceRow).values(**values)).rowcount != 1:
        raise StoreError("no daemon has noted its start")
