"""Incidents with their reports and history. What joins what is decided by incidents/correlate.py, not here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlmodel import Session, col, select

from watcher.errors import UsageError
from watcher.model import (
    Action,
    ChangeKind,
    Event,
    Extent,
    Incident,
    IncidentChange,
    IncidentId,
    IncidentState,
    ItemId,
    PlaceId,
    ReadFrom,
    Report,
    Severity,
    Status,
    WatchId,
)
from watcher.store.conversions import actor, chunks, to_finding, to_position
from watcher.store.filings import finding_id
from watcher.store.items import LAST_CHARACTER
from watcher.store.tables import (
    IS_OPEN,
    CounterRow,
    FindingRow,
    IncidentChangeRow,
    IncidentRow,
    ItemRow,
    ReportRow,
)

DAYS_NEAR = timedelta(days=4)  # a day more than a reversal or a further part may lie apart
INCIDENT_DIGITS = 6  # so that ids sort as text up to a million incidents


def next_incident_id(session: Session) -> IncidentId:
    """Give out a new id, "i000123", never twice: the number is taken when the transaction commits."""
    taken = insert_or(CounterRow).values(name="incident", value=1)
    session.exec(taken.on_conflict_do_update(index_elements=["name"], set_={"value": col(CounterRow.value) + 1}))
    number = session.exec(select(CounterRow.value).where(CounterRow.name == "incident")).one()
    return IncidentId(f"i{number:0{INCIDENT_DIGITS}}")


def save_incident(session: Session, incident: Incident) -> None:
    """Insert or update an incident and its reports, whose findings ``add_findings`` must have stored before.

    Raises: StoreError when the finding of a report is not stored.
    """
    row = session.get(IncidentRow, incident.id)
    if row is None:
        session.add(IncidentRow(**_columns(incident)))
    else:
        for name, value in _columns(incident).items():
            setattr(row, name, value)
    session.flush()
    stored = _reports_of(session, [incident.id])[incident.id]
    kept = len(stored) if stored == incident.reports[: len(stored)] else 0
    if not kept:
        session.exec(delete(ReportRow).where(col(ReportRow.incident_id) == incident.id))
    new = [
        {"position": position} | _report_columns(session, incident.id, report)
        for position, report in enumerate(incident.reports[kept:], kept)
    ]
    if new:
        session.exec(insert(ReportRow), params=new)


def add_change(session: Session, change: IncidentChange) -> None:
    row = IncidentChangeRow(
        incident_id=change.incident_id,
        kind=change.kind.value,
        at=change.at,
        item_id=change.item_id,
        detail=change.detail,
    )
    session.add(row)
    session.flush()


def changes_of(session: Session, incident_id: IncidentId) -> tuple[IncidentChange, ...]:
    """The history of an incident, in the order in which it was written."""
    query = select(IncidentChangeRow).where(IncidentChangeRow.incident_id == incident_id)
    return tuple(
        IncidentChange(
            incident_id=IncidentId(row.incident_id),
            kind=ChangeKind(row.kind),
            at=row.at,
            item_id=ItemId(row.item_id),
            detail=row.detail,
        )
        for row in session.exec(query.order_by(col(IncidentChangeRow.id)))
    )


def get_incident(session: Session, id_or_prefix: str) -> Incident | None:
    """The incident with this id, or the only one whose id begins so, or, for digits alone, the one of that number.

    Raises: UsageError when several ids begin so.
    """
    wanted = id_or_prefix
    if wanted.isascii() and wanted.isdigit():
        wanted = f"i{int(wanted):0{INCIDENT_DIGITS}}"
    row = session.get(IncidentRow, wanted)
    if row is not None:
        return _to_incidents(session, [row])[0]
    if not wanted:
        return None
    begins_so = (col(IncidentRow.id) >= wanted, col(IncidentRow.id) < wanted + LAST_CHARACTER)
    rows = session.exec(select(IncidentRow).where(*begins_so).order_by(col(IncidentRow.id)).limit(2)).all()
    if len(rows) > 1:
        raise UsageError(f"several incidents begin with '{id_or_prefix}', among them {rows[0].id} and {rows[1].id}")
    return _to_incidents(session, rows)[0] if rows else None


def incidents_near(
    session: Session, event: Event, places: Collection[PlaceId], since: datetime, day: date | None
) -> tuple[Incident, ...]:
    """The incidents of this kind at these places that changed at ``since`` or later, or happened within four days of
    ``day``, however long ago they were told; in the order of their ids.
    """
    near = col(IncidentRow.updated_at) >= since
    if day is not None:
        near |= col(IncidentRow.event_date).between(day - DAYS_NEAR, day + DAYS_NEAR)
    rows: list[IncidentRow] = []
    for portion in chunks(places):
        at_one = col(IncidentRow.place).in_(portion) & (col(IncidentRow.event) == event.value)
        rows += session.exec(select(IncidentRow).where(at_one & near)).all()
    return _to_incidents(session, sorted(rows, key=lambda row: row.id))


def incidents_at(session: Session, event: Event, places: Collection[PlaceId]) -> tuple[Incident, ...]:
    """All incidents of this kind at these places, whenever they were told, in the order of their ids."""
    rows: list[IncidentRow] = []
    for portion in chunks(places):
        at_one = col(IncidentRow.place).in_(portion) & (col(IncidentRow.event) == event.value)
        rows += session.exec(select(IncidentRow).where(at_one)).all()
    return _to_incidents(session, sorted(rows, key=lambda row: row.id))


def open_incidents(session: Session, since: datetime) -> tuple[Incident, ...]:
    """The incidents that are not closed and have not changed since a moment, in the order of their ids."""
    return _find(session, IS_OPEN & (col(IncidentRow.updated_at) <= since))


def incidents_of_item(session: Session, item_id: ItemId) -> tuple[Incident, ...]:
    """The incidents that a finding of this item joined, in the order of their ids."""
    joined = select(ReportRow.incident_id).where(ReportRow.item_id == item_id)
    return _find(session, col(IncidentRow.id).in_(joined))


def list_incidents(session: Session, limit: int, area: PlaceId | None = None) -> tuple[Incident, ...]:
    """The incidents (of an area) that changed last, latest first."""
    query = select(IncidentRow)
    if area is not None:
        query = query.where(IncidentRow.area == area)
    latest_first = (col(IncidentRow.updated_at).desc(), col(IncidentRow.id).desc())
    return _to_incidents(session, session.exec(query.order_by(*latest_first).limit(limit)).all())


def _find(session: Session, condition: ColumnElement[bool]) -> tuple[Incident, ...]:
    return _to_incidents(
        session, session.exec(select(IncidentRow).where(condition).order_by(col(IncidentRow.id))).all()
    )


def _reports_of(session: Session, ids: Sequence[str]) -> dict[str, tuple[Report, ...]]:
    """The reports of these incidents, in order; an incident without any has an empty tuple."""
    reports: dict[str, list[Report]] = {id_: [] for id_ in ids}
    for portion in chunks(ids):
        query = (
            select(ReportRow, FindingRow, ItemRow.copy_of)
            .join(FindingRow, col(FindingRow.id) == ReportRow.finding_id)
            .join(ItemRow, col(ItemRow.id) == ReportRow.item_id)
            .where(col(ReportRow.incident_id).in_(portion))
            .order_by(col(ReportRow.incident_id), col(ReportRow.position))
        )
        for row, finding, copy_of in session.exec(query):
            reports[row.incident_id].append(_to_report(row, finding, copy_of))
    return {id_: tuple(found) for id_, found in reports.items()}


def _report_columns(session: Session, incident_id: IncidentId, report: Report) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "finding_id": finding_id(session, report.item_id, report.finding),
        "item_id": report.item_id,
        "outlet": report.outlet,
        "source": report.source,
        "title": report.title,
        "url": report.url,
        "published_at": report.published_at,
        "reported_at": report.reported_at,
        "joined_because": report.joined_because,
        "read_from": report.read_from.value,
        "voice": report.voice,
        "withdrawn_because": report.withdrawn_because,
    }


def _to_report(row: ReportRow, finding: FindingRow, copy_of: str | None) -> Report:
    return Report(
        item_id=ItemId(row.item_id),
        outlet=row.outlet,
        source=row.source,
        title=row.title,
        url=row.url,
        published_at=row.published_at,
        reported_at=row.reported_at,
        finding=to_finding(finding),
        joined_because=row.joined_because,
        read_from=ReadFrom(row.read_from),
        copy_of=None if copy_of is None else ItemId(copy_of),
        voice=actor(row.voice),
        withdrawn_because=row.withdrawn_because,
    )


def _columns(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "event": incident.event.value,
        "action": incident.action.value,
        "place": incident.place,
        "area": incident.area,
        "gained_by": incident.gained_by,
        "lost_by": incident.lost_by,
        "status": incident.status.value,
        "extent": incident.extent.value,
        "event_date": incident.event_date,
        "confidence": incident.confidence,
        "severity": incident.severity.value,
        "watch_id": incident.watch_id,
        "watch_rule": str(incident.watch_rule),
        "state": incident.state.value,
        "opened_at": incident.opened_at,
        "updated_at": incident.updated_at,
        "state_because": incident.state_because,
        "reversed_by": incident.reversed_by,
        "known_because": incident.known_because,
        "against_ledger": incident.against_ledger,
    }


def _to_incidents(session: Session, rows: Sequence[IncidentRow]) -> tuple[Incident, ...]:
    reports = _reports_of(session, [row.id for row in rows])
    return tuple(
        Incident(
            id=IncidentId(row.id),
            event=Event(row.event),
            action=Action(row.action),
            place=PlaceId(row.place),
            area=PlaceId(row.area),
            gained_by=actor(row.gained_by),
            lost_by=actor(row.lost_by),
            status=Status(row.status),
            extent=Extent(row.extent),
            event_date=row.event_date,
            confidence=row.confidence,
            severity=Severity(row.severity),
            watch_id=WatchId(row.watch_id),
            watch_rule=to_position(row.watch_rule),
            state=IncidentState(row.state),
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            reports=reports[row.id],
            state_because=row.state_because or "",
            reversed_by=None if row.reversed_by is None else IncidentId(row.reversed_by),
            known_because=row.known_because,
            against_ledger=row.against_ledger,
        )
        for row in rows
    )
