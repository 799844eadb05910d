"""Which known incidents a finding can belong to, and how far it is from each.

Pure: no I/O. Used by incidents/correlate.py, which picks one. What a place that changed hands and back makes hard is
settled here: whether a report tells of the first change or of a third.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from watcher.detect.actors import Actors
from watcher.incidents.direction import (
    Direction,
    came_after,
    compare,
    first_told,
    is_same_ground,
    telling_gap,
    together_because,
    told_at,
)
from watcher.incidents.summarise import supporting
from watcher.model import Finding, Incident

ECHO = timedelta(hours=24)
"""How long after a reversal an outlet that has not told of it may still tell the first change."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A finding with what its item says about it."""

    finding: Finding
    told: datetime
    outlet: str | None
    siblings: tuple[Finding, ...]


Fit: TypeAlias = tuple[Incident, str]
"""An incident that a finding can belong to, and the words about time."""


def fitting_incidents(telling: Telling, ground: Iterable[Incident], actors: Actors) -> tuple[list[Fit], str]:
    """The incidents that a finding can belong to; and why one that looks like it was passed over, or nothing."""
    finding = telling.finding
    ground = tuple(ground)
    fitting: list[Fit] = []
    passed_over = ""
    for incident in ground:
        if compare(finding, incident, actors) is not Direction.SAME:
            continue
        time = together_because(finding, telling.told, incident)
        if time is None:
            continue
        reversals = [other for other in ground if _undoes(other, incident, actors)]
        known = [reversal.id for reversal in reversals if _is_later_change(telling, reversal, actors)]
        if known:
            passed_over = f"told after {known[-1]} reversed {incident.id}"
        else:
            fitting.append((incident, time))
    return fitting, passed_over


def _undoes(later: Incident, earlier: Incident, actors: Actors) -> bool:
    return compare(later, earlier, actors) is Direction.OPPOSITE and came_after(later, earlier)


def _is_later_change(telling: Telling, reversal: Incident, actors: Actors) -> bool:
    """Whether a finding speaks of a change after ``reversal``, rather than of the one before it.

    By day where the days differ; else by order: told after the reversal was first told, by an outlet that knew of it,
    or so late that it should have. An item that tells of both directions is telling the story again.
    """
    finding = telling.finding
    if finding.event_date is not None and reversal.event_date is not None and finding.event_date != reversal.event_date:
        return finding.event_date > reversal.event_date
    since = telling.told - first_told(reversal)
    if since <= timedelta(0) or _tells_both(telling, actors):
        return False
    return since > ECHO or telling.outlet is None or _knew(telling, reversal)


def _tells_both(telling: Telling, actors: Actors) -> bool:
    finding = telling.finding
    return any(
        sibling.status.alerts
        and is_same_ground(finding, sibling)
        and compare(finding, sibling, actors) is Direction.OPPOSITE
        and (finding.event_date is None) == (sibling.event_date is None)
        for sibling in telling.siblings
    )


def _knew(telling: Telling, incident: Incident) -> bool:
    """Whether the outlet had told of the incident before."""
    return any(
        report.outlet == telling.outlet and told_at(report) < telling.told for report in supporting(incident.reports)
    )


def distance(telling: Telling, incident: Incident) -> tuple[int, timedelta, str]:
    """How far an incident is from a finding: days, then time between tellings; the id settles what is left."""
    day = telling.finding.event_date
    days = 1 if day is None or incident.event_date is None else 2 * abs((day - incident.event_date).days)
    return (days, telling_gap(telling.told, incident), incident.id)
