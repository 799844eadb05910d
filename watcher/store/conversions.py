"""Between columns and the values of ``model``: what more than one subject's queries need."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from watcher.model import (
    Action,
    ActorId,
    Event,
    Extent,
    Finding,
    Mark,
    PlaceId,
    Position,
    Reason,
    Status,
)
from watcher.store.tables import FindingRow

CHUNK = 500  # values in one IN (...); SQLite allows 32,766 variables in a statement


def chunks(values: Collection[str]) -> Iterator[list[str]]:
    """The distinct values, in portions that fit into one statement."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def to_position(text: str) -> Position:
    """The position that ``str(position)`` wrote; the file's name may hold colons itself."""
    file, line, column = text.rsplit(":", 2)
    return Position(file, int(line), int(column))


def actor(id: str | None) -> ActorId | None:  # noqa: A002  it is an id
    return None if id is None else ActorId(id)


def finding_columns(finding: Finding) -> dict[str, Any]:
    """The columns of a finding but for those that tell where it belongs."""
    return {
        "event": finding.event.value,
        "action": finding.action.value,
        "place": finding.place,
        "area": finding.area,
        "gained_by": finding.gained_by,
        "lost_by": finding.lost_by,
        "status": finding.status.value,
        "extent": finding.extent.value,
        "event_date": finding.event_date,
        "attributed_to": finding.attributed_to,
        "quote": finding.quote,
        "start": finding.start,
        "end": finding.end,
        "confidence": finding.confidence,
        "rule": str(finding.rule),
        "reasons": [_from_reason(reason) for reason in finding.reasons],
        "marks": [
            {"start": mark.start, "end": mark.end, "role": mark.role, "label": mark.label} for mark in finding.marks
        ],
    }


def to_finding(row: FindingRow) -> Finding:
    return Finding(
        event=Event(row.event),
        action=Action(row.action),
        place=PlaceId(row.place),
        area=PlaceId(row.area),
        gained_by=actor(row.gained_by),
        lost_by=actor(row.lost_by),
        status=Status(row.status),
        extent=Extent(row.extent),
        event_date=row.event_date,
        attributed_to=row.attributed_to,
        quote=row.quote,
        start=row.start,
        end=row.end,
        confidence=row.confidence,
        rule=to_position(row.rule),
        reasons=tuple(_to_reason(fields) for fields in row.reasons),
        marks=tuple(Mark(**fields) for fields in row.marks),
    )


def _from_reason(reason: Reason) -> dict[str, Any]:
    return {
        "text": reason.text,
        "rule": None if reason.rule is None else str(reason.rule),
        "weight": reason.weight,
    }


def _to_reason(fields: dict[str, Any]) -> Reason:
    rule = fields["rule"]
    return Reason(fields["text"], None if rule is None else to_position(rule), fields["weight"])
