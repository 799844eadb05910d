"""What keeps alerts back for a while: a row for each reason, with its begin and end. Decided by alerts/holds.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from watcher.alerts.holds import Reason
from watcher.model import ChangeKind, Hold, HoldKind, IncidentId, RouteId
from watcher.store.tables import AlertHoldRow, AlertRow, DeliveryRow, DigestRow

LATEST_SENDING = timedelta(days=4)  # a digest that went out later than this after it was composed cools nothing down


def begin_holds(session: Session, held: Mapping[int, Reason], now: datetime) -> None:
    for alert_id, reason in held.items():
        row = AlertHoldRow(alert_id=alert_id, kind=reason.kind.value, because=reason.because, since=now, ended_at=None)
        session.add(row)
    session.flush()


def end_holds(session: Session, holds: Collection[Hold], now: datetime) -> None:
    for hold in holds:
        open_ones = update(AlertHoldRow).where(
            col(AlertHoldRow.alert_id) == hold.alert_id,
            col(AlertHoldRow.ended_at).is_(None),
            col(AlertHoldRow.kind) == hold.kind.value,
            col(AlertHoldRow.because) == hold.because,
        )
        session.exec(open_ones.values(ended_at=now))


def holds_of(session: Session, alert_ids: Collection[int]) -> tuple[Hold, ...]:
    """Everything that keeps, or kept, these alerts back, in the order in which it began."""
    found: list[Hold] = []
    for alert_id in sorted(alert_ids):
        query = select(AlertHoldRow).where(AlertHoldRow.alert_id == alert_id).order_by(col(AlertHoldRow.id))
        found += (_to_hold(row) for row in session.exec(query))
    return tuple(found)


def open_holds(session: Session, alert_ids: Collection[int]) -> tuple[Hold, ...]:
    return tuple(hold for hold in holds_of(session, alert_ids) if hold.ended_at is None)


def told_since(session: Session, route_id: RouteId, since: datetime) -> dict[IncidentId, datetime]:
    """The incidents of which a channel took a digest of this route since then, and when the latest was taken."""
    pushing = [kind.value for kind in ChangeKind if kind.pushes]
    query = (
        select(AlertRow.incident_id, func.max(col(DeliveryRow.sent_at)))
        .join(DigestRow, col(DigestRow.id) == col(AlertRow.digest_id))
        .join(DeliveryRow, col(DeliveryRow.digest_id) == col(DigestRow.id))
        .where(
            DigestRow.route_id == route_id,
            col(DigestRow.composed_at) > since - LATEST_SENDING,
            col(DeliveryRow.sent_at) > since,
            col(AlertRow.kind).in_(pushing),
        )
        .group_by(col(AlertRow.incident_id))
    )
    return {IncidentId(incident): moment for incident, moment in session.exec(query) if moment is not None}


def _to_hold(row: AlertHoldRow) -> Hold:
    return Hold(row.alert_id, HoldKind(row.kind), row.because, row.since, row.ended_at)
