"""Which open incident a finding joins, denies or reverses, and why in words; and the incident after that.

Pure: no I/O, no store: the caller brings the candidates and keeps the results. After detect/, before alerts/routes.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.incidents.direction import (
    Direction,
    compare,
    first_told,
    in_order,
    is_same_ground,
    precedes,
    reversal_gap_fits,
    together_because,
)
from watcher.incidents.fitting import Fit, Telling, distance, fitting_incidents
from watcher.incidents.summarise import is_wider, lead_report, originals, outlets_of, say_sources, summarise, supporting
from watcher.incidents.wording import say_date
from watcher.model import (
    ActorId,
    ChangeKind,
    Event,
    Extent,
    Finding,
    Incident,
    IncidentChange,
    IncidentId,
    IncidentState,
    Report,
    Severity,
    Status,
    Watch,
)

CORRELATION_WINDOW = timedelta(days=7)
"""How long after its last report an incident can still be joined: the three days for which an event is recent, the
day by which dates may differ, and the 72 hours between tellings."""

_DENIAL = re.compile(r"\b(?:denies|denied|denial|deny)\b", re.IGNORECASE)


class Verdict(StrEnum):
    """What becomes of a finding."""

    OPENS = "opens"
    JOINS = "joins"
    DISPUTES = "disputes"
    NOTHING = "nothing"  # it tells of no recent change and denies none that we know of


@dataclass(frozen=True, slots=True)
class Correlation:
    """The verdict on a finding, and why.

    ``incident`` is the one that it joins or disputes. A finding that opens an incident may be the reversal of an
    earlier one (``reverses``), or turn out to be an older change that a known one undid (``reversed_by``).
    """

    verdict: Verdict
    because: str
    incident: Incident | None = None
    reverses: Incident | None = None
    reversed_by: Incident | None = None


def correlate(
    finding: Finding,
    candidates: Iterable[Incident],
    gazetteer: Gazetteer,
    actors: Actors,
    now: datetime,
    *,
    published_at: datetime | None = None,
    outlet: str | None = None,
    siblings: Iterable[Finding] = (),
) -> Correlation:
    """Decide what becomes of a finding, given the incidents updated within CORRELATION_WINDOW.

    ``published_at`` and ``outlet`` are those of its item, ``siblings`` the item's findings. Without a time of
    publication, ``now`` counts as the time of telling. The order of the candidates makes no difference.
    """
    telling = Telling(finding, now if published_at is None else min(published_at, now), outlet, tuple(siblings))
    known = sorted(candidates, key=in_order)
    ground = [incident for incident in known if is_same_ground(finding, incident)]
    if finding.status is Status.NEGATED:
        return _correlate_denial(telling, ground, actors)
    if not finding.status.alerts:
        return Correlation(Verdict.NOTHING, f"{finding.status.value}: tells of no recent change")

    fitting, passed_over = fitting_incidents(telling, ground, actors)
    if fitting:
        chosen, time = min(fitting, key=lambda fit: distance(telling, fit[0]))
        return Correlation(Verdict.JOINS, _joined_because(chosen, time, fitting), chosen)
    return _open(telling, ground, actors, passed_over or _beside(finding, known, gazetteer))


def _joined_because(chosen: Incident, time: str, fitting: list[Fit]) -> str:
    others = [incident.id for incident, _ in fitting if incident.id != chosen.id]
    nearest = f"; nearer in time than {', '.join(others)}" if others else ""
    return f"same place, event and direction as {chosen.id}, {time}{nearest}"


def _open(telling: Telling, ground: list[Incident], actors: Actors, note: str) -> Correlation:
    finding, told = telling.finding, telling.told
    opposite = [
        incident
        for incident in ground
        if compare(finding, incident, actors) is Direction.OPPOSITE and reversal_gap_fits(finding, told, incident)
    ]
    later = [incident for incident in opposite if precedes(finding, told, incident)]
    undone = [i for i in opposite if i not in later and i.state is not IncidentState.REVERSED]
    reversed_by = min(later, key=_by_day, default=None)
    reverses = None if reversed_by is not None else max(undone, key=_by_day, default=None)
    if reversed_by is not None:
        note = f"happened before {reversed_by.id}, which undid it"
    elif reverses is not None:
        undoing = f"the opposite direction of {reverses.id}, a reversal"
        note = f"{undoing}; {note}" if note else undoing
    return Correlation(Verdict.OPENS, _opened_because(note), reverses=reverses, reversed_by=reversed_by)


def _by_day(incident: Incident) -> tuple[str, tuple[datetime, datetime, str]]:
    day = incident.event_date or first_told(incident).date()
    return (day.isoformat(), in_order(incident))


def _opened_because(note: str) -> str:
    return f"a new change: {note}" if note else "a new change: no known incident tells of it"


def _beside(finding: Finding, known: list[Incident], gazetteer: Gazetteer) -> str:
    """Words about an incident at a place around or inside this one, which may be the same to a human eye."""
    for incident in reversed(known):
        if (incident.event, incident.area) != (finding.event, finding.area) or incident.place == finding.place:
            continue
        if gazetteer.contains(incident.place, finding.place):
            return f"kept apart from {incident.id}, which is about the place around it"
        if gazetteer.contains(finding.place, incident.place):
            return f"kept apart from {incident.id}, which is about a place inside it"
    return ""


def is_denial(finding: Finding) -> bool:
    """Whether a negated finding denies a change, rather than telling of a failed attempt."""
    return finding.status is Status.NEGATED and any(_DENIAL.search(reason.text) for reason in finding.reasons)


def _correlate_denial(telling: Telling, ground: list[Incident], actors: Actors) -> Correlation:
    finding = telling.finding
    if not is_denial(finding):
        return Correlation(Verdict.NOTHING, "negated: did not happen or failed")
    denied = [
        (incident, time)
        for incident in ground
        if compare(finding, incident, actors) is Direction.SAME
        and (time := together_because(finding, telling.told, incident)) is not None
    ]
    if not denied:
        return Correlation(Verdict.NOTHING, "a denial of a change that no known incident tells of")
    chosen, time = min(denied, key=lambda fit: distance(telling, fit[0]))
    return Correlation(Verdict.DISPUTES, f"denies {chosen.id}, {time}", chosen)


# --- the incident after a decision ---------------------------------------------------------------------------------


def open_incident(
    incident_id: IncidentId, report: Report, watch: Watch, severity: Severity, now: datetime
) -> tuple[Incident, IncidentChange]:
    """Make an incident of its first report. Raises ValueError when that report tells of no change."""
    finding = report.finding
    incident = summarise(
        Incident(
            id=incident_id,
            event=finding.event,
            action=finding.action,
            place=finding.place,
            area=finding.area,
            gained_by=finding.gained_by,
            lost_by=finding.lost_by,
            status=finding.status,
            extent=finding.extent,
            event_date=finding.event_date,
            confidence=finding.confidence,
            severity=severity,
            watch_id=watch.id,
            watch_rule=watch.origin,
            state=IncidentState.OPENED,
            opened_at=now,
            updated_at=now,
            reports=(report,),
        )
    )
    return incident, _change(incident, ChangeKind.OPENED, report, now, f"first told by {report.outlet}")


def join_incident(incident: Incident, report: Report, actors: Actors, now: datetime) -> tuple[Incident, IncidentChange]:
    """Add a report that tells of the same change, and say what it did to the incident."""
    joined = summarise(
        replace(
            incident,
            gained_by=_more_specific(incident.gained_by, report.finding.gained_by, actors),
            lost_by=_more_specific(incident.lost_by, report.finding.lost_by, actors),
            reports=(*incident.reports, report),
            updated_at=now,
        )
    )
    kind, detail = _what_joining_did(incident, joined, report)
    return joined, _change(joined, kind, report, now, detail)


def dispute_incident(incident: Incident, report: Report, now: datetime) -> tuple[Incident, IncidentChange]:
    """Add a denial. Only an outlet's first one disputes the incident; later ones repeat it."""
    disputed = summarise(replace(incident, reports=(*incident.reports, report), updated_at=now))
    by = report.finding.attributed_to
    detail = f"denied in {report.outlet}" if by is None else f"denied in {report.outlet} by {by}"
    again = any(other.outlet == report.outlet and other.finding.status is Status.NEGATED for other in incident.reports)
    kind = ChangeKind.REPEATED if again else ChangeKind.DISPUTED
    return disputed, _change(disputed, kind, report, now, f"{detail}, again" if again else detail)


def reverse_incident(incident: Incident, by: Incident, now: datetime) -> tuple[Incident, IncidentChange]:
    """Mark an incident as undone by a later one."""
    reversed_incident = replace(incident, state=IncidentState.REVERSED, updated_at=now)
    when = "" if by.event_date is None else f" on {say_date(by.event_date)}"
    detail = f"{by.id} tells of the opposite{when}"
    return reversed_incident, _change(incident, ChangeKind.REVERSED, lead_report(by.reports), now, detail)


def _what_joining_did(before: Incident, after: Incident, report: Report) -> tuple[ChangeKind, str]:
    outlet = report.outlet
    if before.status is Status.CLAIMED and after.status is Status.ASSERTED:
        return ChangeKind.UPGRADED, f"only claimed so far, told as a fact by {outlet}"
    if after.event is Event.CONTROL_CHANGE:
        if is_wider(after.extent, before.extent) and after.extent is Extent.FULL:
            return ChangeKind.EXTENDED, f"only part of the place so far, all of it by {outlet}"
        if before.gained_by is None and after.gained_by is not None:
            return ChangeKind.EXTENDED, f"who gained it is now told, by {outlet}"
    told = originals(supporting(before.reports))
    if outlet in outlets_of(told):
        return ChangeKind.REPEATED, f"told again by {outlet}"
    for other in told:
        if other.text_of == report.text_of:
            known = outlet in outlets_of(supporting(before.reports))
            kind, where = (ChangeKind.REPEATED, "again") if known else (ChangeKind.COPIED, "also")
            return kind, f"a copy of what {other.outlet} told is {where} in {outlet}, {say_sources(after)} in all"
    return ChangeKind.CONFIRMED, f"also told by {outlet}, {say_sources(after)} in all"


def _more_specific(known: ActorId | None, told: ActorId | None, actors: Actors) -> ActorId | None:
    """The inner one of two sides that lie one inside the other; the known one of one."""
    if known is None or told is None:
        return known or told
    return told if _lies_inside(told, known, actors) else known


def _lies_inside(inner: ActorId, outer: ActorId, actors: Actors) -> bool:
    actor = actors.get(inner)
    while actor is not None and actor.inside is not None:
        if actor.inside == outer:
            return True
        actor = actors.get(actor.inside)
    return False


def _change(incident: Incident, kind: ChangeKind, report: Report, now: datetime, detail: str) -> IncidentChange:
    return IncidentChange(incident_id=incident.id, kind=kind, at=now, item_id=report.item_id, detail=detail)
