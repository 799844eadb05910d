"""Alerts owed to routes, and the digests that took them. When a digest is due is decided by alerts/digest.py."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from watcher.errors import StoreError
from watcher.model import Alert, ChangeKind, Digest, DigestId, IncidentId, RouteId
from watcher.store.tables import AlertHoldRow, AlertRow, DigestRow


def add_alert(
    session: Session,
    incident_id: IncidentId,
    route_id: RouteId,
    kind: ChangeKind,
    now: datetime,
    *,
    held_because: str | None = None,
) -> Alert:
    """Owe a change of an incident to a route; with ``held_because`` it is kept and listed, but waits for no digest."""
    row = AlertRow(
        incident_id=incident_id,
        route_id=route_id,
        kind=kind.value,
        created_at=now,
        held_because=held_because,
        digest_id=None,
    )
    session.add(row)
    session.flush()
    return _to_alert(row)


def waiting_alerts(session: Session, route_id: RouteId) -> tuple[Alert, ...]:
    """What the next digest of the route owes, in the order in which it arose."""
    waits = (AlertRow.route_id == route_id, col(AlertRow.digest_id).is_(None), col(AlertRow.held_because).is_(None))
    return tuple(_to_alert(row) for row in session.exec(select(AlertRow).where(*waits).order_by(col(AlertRow.id))))


def alerts_of(session: Session, incident_id: IncidentId) -> tuple[Alert, ...]:
    """All alerts about an incident, held ones too, in the order in which they arose."""
    query = select(AlertRow).where(AlertRow.incident_id == incident_id).order_by(col(AlertRow.id))
    return tuple(_to_alert(row) for row in session.exec(query))


def last_digest_at(session: Session, route_id: RouteId) -> datetime | None:
    """When the route's latest digest was composed."""
    return session.exec(select(func.max(col(DigestRow.composed_at))).where(DigestRow.route_id == route_id)).one()


def put_in_digest(session: Session, digest: Digest, alert_ids: Collection[int]) -> None:
    """Record a digest and that it holds these waiting alerts.

    Raises: StoreError when one of them is not waiting for this route any more: another process took it.
    """
    row = DigestRow(
        id=digest.id,
        route_id=digest.route_id,
        composed_at=digest.composed_at,
        reason=digest.reason,
        rules_version=digest.rules_version,
    )
    session.add(row)
    session.flush()
    for alert_id in sorted(set(alert_ids)):
        take = update(AlertRow).where(
            col(AlertRow.id) == alert_id,
            col(AlertRow.route_id) == digest.route_id,
            col(AlertRow.digest_id).is_(None),
            col(AlertRow.held_because).is_(None),
        )
        if session.exec(take.values(digest_id=digest.id)).rowcount != 1:
            raise StoreError(f"alert {alert_id} does not wait for a digest of route '{digest.route_id}'")
        released = update(AlertHoldRow).where(
            col(AlertHoldRow.alert_id) == alert_id, col(AlertHoldRow.ended_at).is_(None)
        )
        session.exec(released.values(ended_at=digest.composed_at))


def _to_alert(row: AlertRow) -> Alert:
    assert row.id is not None
    return Alert(
        id=row.id,
        incident_id=IncidentId(row.incident_id),
        route_id=RouteId(row.route_id),
        kind=ChangeKind(row.kind),
        created_at=row.created_at,
        held_because=row.held_because,
        digest_id=None if row.digest_id is None else DigestId(row.digest_id),
    )
