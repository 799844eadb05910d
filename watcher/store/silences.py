"""Silences: who wished which alerts to wait, until when, and why. What they hold back is decided by alerts/holds.py."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from watcher.errors import StoreError
from watcher.model import Event, IncidentId, PlaceId, RouteId, Silence, WatchId
from watcher.store.tables import SilenceRow


def add_silence(session: Session, silence: Silence) -> Silence:
    """Store a new silence; its number is given here."""
    matchers = {
        "places": [str(place) for place in silence.places],
        "events": [event.value for event in silence.events],
        "watches": [str(watch) for watch in silence.watches],
        "routes": [str(route) for route in silence.routes],
        "incidents": [str(incident) for incident in silence.incidents],
    }
    row = SilenceRow(
        author=silence.author,
        reason=silence.reason,
        created_at=silence.created_at,
        ends_at=silence.ends_at,
        matchers=matchers,
        ended_by=None,
    )
    session.add(row)
    session.flush()
    return _to_silence(row)


def silences_in_force(session: Session, now: datetime) -> tuple[Silence, ...]:
    """Those that have not ended, oldest first."""
    query = select(SilenceRow).where(col(SilenceRow.ends_at) > now).order_by(col(SilenceRow.id))
    return tuple(_to_silence(row) for row in session.exec(query))


def list_silences(session: Session, limit: int) -> tuple[Silence, ...]:
    """The latest, those that have ended too, latest first."""
    query = select(SilenceRow).order_by(col(SilenceRow.id).desc()).limit(limit)
    return tuple(_to_silence(row) for row in session.exec(query))


def end_silence(session: Session, number: int, now: datetime, by: str) -> bool:
    """Let a silence end now; False if it has ended already. Raises: StoreError when there is none of this number."""
    row = session.get(SilenceRow, number)
    if row is None:
        raise StoreError(f"no silence {number} is stored")
    if row.ends_at <= now:
        return False
    row.ends_at, row.ended_by = now, by
    session.flush()
    return True


def _to_silence(row: SilenceRow) -> Silence:
    assert row.id is not None
    matchers = row.matchers
    return Silence(
        id=row.id,
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        ends_at=row.ends_at,
        places=tuple(PlaceId(place) for place in matchers["places"]),
        events=tuple(Event(event) for event in matchers["events"]),
        watches=tuple(WatchId(watch) for watch in matchers["watches"]),
        routes=tuple(RouteId(route) for route in matchers["routes"]),
        incidents=tuple(IncidentId(incident) for incident in matchers["incidents"]),
        ended_by=row.ended_by,
    )
