"""Which known incidents a finding can belong to, and how far it is from each.

Pure: no I/O. Used by incidents/correlate.py, which picks one. What a place that changed hands and back makes hard is
settled here: whether a report tells of the first change or of a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
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
from watcher.incidents.parts import share_a_part, told_parts
from watcher.incidents.summarise import supporting, weighing
from watcher.incidents.wording import say_date, say_duration
from watcher.model import Extent, Finding, Incident, IncidentState

ECHO = timedelta(hours=24)
"""How long after a reversal an outlet that has not told of it may still tell the first change."""

_BROAD: Final = frozenset(("country", "governorate", "district", "subdistrict", "area"))


@dataclass(frozen=True, slots=True)
class Telling:
    """A finding with what its item says about it."""

    finding: Finding
    told: datetime
    outlet: str | None
    siblings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a finding can belong to an incident, and the words for it: about time if so, else why not.

    ``undone_since``: it looks like the incident, but was told after that was reversed.
    """

    incident: Incident
    fits: bool
    because: str
    undone_since: bool = False


def judge_fit(
    telling: Telling, incident: Incident, ground: Sequence[Incident], gazetteer: Gazetteer, actors: Actors
) -> Fit:
    """Tell whether a finding can belong to an incident on its ground, among the other incidents there."""
    finding = telling.finding
    direction = compare(finding, incident, actors)
    if direction is not Direction.SAME:
        opposite = direction is Direction.OPPOSITE
        return Fit(incident, fits=False, because="it went the other way" if opposite else "it names other sides")
    part = differ_in_part(finding, incident, gazetteer)
    if part is not None:
        return Fit(incident, fits=False, because=part)
    time = together_because(finding, telling.told, incident)
    if time is None:
        return Fit(incident, fits=False, because=f"too far in time: {_time_apart(telling, incident)}")
    reversals = [other for other in ground if _undoes(other, incident, actors)]
    known = [reversal.id for reversal in reversals if _is_later_change(telling, reversal, actors)]
    if known:
        return Fit(incident, fits=False, because=f"told after {known[-1]} reversed {incident.id}", undone_since=True)
    return Fit(incident, fits=True, because=time)


def _time_apart(telling: Telling, incident: Incident) -> str:
    day = telling.finding.event_date
    if day is not None and incident.event_date is not None:
        return f"on {say_date(day)} and {say_date(incident.event_date)}"
    return f"told {say_duration(telling_gap(telling.told, incident))} apart, no common date"


def differ_in_part(finding: Finding, incident: Incident, gazetteer: Gazetteer) -> str | None:
    """Words about the parts of a place that a finding and an incident speak of, when they are not the same; else None.

    In a whole district or province, a village that is named is not the one that is not.
    """
    if Extent.FULL in (finding.extent, incident.extent):
        return None
    told = told_parts(finding)
    known = frozenset[str]().union(*(told_parts(report.finding) for report in weighing(incident.reports)))
    if told and known:
        return None if share_a_part(told, known) else "it names another part of the place"
    place = gazetteer.get(finding.place)
    if (told or known) and place is not None and place.kind in _BROAD:
        return "one of them names the part of the place, the other does not"
    return None


def _undoes(later: Incident, earlier: Incident, actors: Actors) -> bool:
    if later.state is IncidentState.DENIED:
        return False
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
