"""Which incident undid which, whoever told of it last; and the incident after that.

Pure: no I/O. The links follow from the incidents of one ground alone, so that a report that comes late, or is
withdrawn, mends them. Used by filing.py after every change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from watcher.detect.actors import Actors
from watcher.incidents.direction import (
    REPORTS_APART,
    REVERSAL_DAYS,
    Direction,
    came_after,
    compare,
    day_and_order,
    is_same_ground,
    telling_gap,
    told_at,
)
from watcher.incidents.summarise import lead_report, summarise
from watcher.incidents.wording import say_date
from watcher.model import ChangeKind, Incident, IncidentChange, IncidentState

Changed: TypeAlias = tuple[Incident, IncidentChange]


def relink(ground: Iterable[Incident], actors: Actors, now: datetime) -> tuple[Changed, ...]:
    """The incidents whose undoing is another than before, or none any more, each with what to say of it."""
    incidents = tuple(ground)
    changed: list[Changed] = []
    for incident in incidents:
        undoing = nearest_undoing(incident, incidents, actors)
        if undoing is None and incident.reversed_by is not None:
            former = next((other for other in incidents if other.id == incident.reversed_by), None)
            if former is not None:
                changed.append(reinstate_incident(incident, former, actors, now))
        elif undoing is not None and undoing.id != incident.reversed_by:
            changed.append(reverse_incident(incident, undoing, actors, now))
    return tuple(changed)


def nearest_undoing(incident: Incident, ground: Iterable[Incident], actors: Actors) -> Incident | None:
    """The first incident that undid this one: the same ground, the opposite direction, within 72 hours.

    What is denied undoes nothing, and cannot be undone.
    """
    if incident.state is IncidentState.DENIED:
        return None
    undoing = [
        other
        for other in ground
        if other.id != incident.id
        and other.state is not IncidentState.DENIED
        and is_same_ground(other, incident)
        and compare(other, incident, actors) is Direction.OPPOSITE
        and came_after(other, incident)
        and _follows_soon(other, incident)
    ]
    return min(undoing, key=day_and_order, default=None)


def _follows_soon(later: Incident, earlier: Incident) -> bool:
    if later.event_date is not None and earlier.event_date is not None:
        return (later.event_date - earlier.event_date).days <= REVERSAL_DAYS
    return min(telling_gap(told_at(report), earlier) for report in later.reports) <= REPORTS_APART


def reverse_incident(incident: Incident, by: Incident, actors: Actors, now: datetime) -> Changed:
    """Mark an incident as undone by a later one; a known reversal by an earlier one is only set right, quietly."""
    undone = summarise(replace(incident, reversed_by=by.id, updated_at=max(incident.updated_at, now)), actors)
    when = "" if by.event_date is None else f" on {say_date(by.event_date)}"
    detail = f"{by.id} tells of the opposite{when}"
    kind = ChangeKind.REVERSED
    if incident.reversed_by is not None:
        kind, detail = ChangeKind.REPEATED, f"{detail}, before {incident.reversed_by} does"
    return undone, _change(undone, kind, by, now, detail)


def reinstate_incident(incident: Incident, former: Incident, actors: Actors, now: datetime) -> Changed:
    """Mark an incident as standing again, because what undid it did not happen or not so."""
    standing = summarise(replace(incident, reversed_by=None, updated_at=max(incident.updated_at, now)), actors)
    if former.state is IncidentState.DENIED:
        detail = f"stands again: {former.id}, which told of the opposite, is denied ({former.state_because})"
    else:
        detail = f"stands again: {former.id} is no reversal of it after all"
    return standing, _change(standing, ChangeKind.REINSTATED, former, now, detail)


def _change(incident: Incident, kind: ChangeKind, by: Incident, now: datetime, detail: str) -> IncidentChange:
    return IncidentChange(incident.id, kind, now, lead_report(by.reports).item_id, detail)
