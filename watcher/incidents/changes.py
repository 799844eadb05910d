"""The incident after a report opened, joined, denied or left it, or after a quiet time; and what to say of that.

Pure: no I/O. After incidents/correlate.py, which decides what becomes of a report. What undid what is settled in
incidents/reversals.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from watcher.detect.actors import Actors
from watcher.incidents.direction import latest_day, told_at
from watcher.incidents.parts import tells_of_another, told_number
from watcher.incidents.states import state_of
from watcher.incidents.summarise import (
    hear,
    is_wider,
    lead_report,
    originals,
    outlets_of,
    say_sources,
    summarise,
    supporting,
    withdrawn,
)
from watcher.incidents.wording import say_date
from watcher.model import (
    ChangeKind,
    Event,
    Extent,
    Incident,
    IncidentChange,
    IncidentId,
    IncidentState,
    Report,
    Severity,
    Status,
    Watch,
)

Changed: TypeAlias = tuple[Incident, IncidentChange]


def open_incident(
    incident_id: IncidentId, report: Report, watch: Watch, severity: Severity, actors: Actors, now: datetime
) -> Changed:
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
        ),
        actors,
    )
    return incident, _change(incident, ChangeKind.OPENED, report, now, f"first told by {report.outlet}")


def join_incident(incident: Incident, report: Report, actors: Actors, now: datetime) -> Changed:
    """Add a report that tells of the same change, and say what it did to the incident."""
    joined = summarise(
        replace(incident, reports=(*incident.reports, report), updated_at=max(incident.updated_at, now)), actors
    )
    kind, detail = _what_joining_did(incident, joined, report)
    return joined, _change(joined, kind, report, now, detail)


def dispute_incident(incident: Incident, report: Report, actors: Actors, now: datetime) -> Changed:
    """Add a denial. Only an outlet's first one disputes the incident; later ones repeat it."""
    disputed = summarise(
        replace(incident, reports=(*incident.reports, report), updated_at=max(incident.updated_at, now)), actors
    )
    by = report.finding.attributed_to
    detail = f"denied in {report.outlet}" if by is None else f"denied in {report.outlet} by {by}"
    if disputed.state is IncidentState.DENIED and incident.state is not IncidentState.DENIED:
        return disputed, _change(disputed, ChangeKind.DENIED, report, now, f"{detail}: {disputed.state_because}")
    again = any(other.outlet == report.outlet and other.finding.status is Status.NEGATED for other in incident.reports)
    kind = ChangeKind.REPEATED if again else ChangeKind.DISPUTED
    return disputed, _change(disputed, kind, report, now, f"{detail}, again" if again else detail)


def withdraw_report(incident: Incident, report: Report, because: str, actors: Actors, now: datetime) -> Changed:
    """Take a report out of account, because its outlet took back what it told."""
    taken_back = replace(report, withdrawn_because=because)
    after = summarise(_with(incident, report, taken_back, now), actors)
    what = "its denial" if report.finding.status is Status.NEGATED else "its report"
    still_tells = report.outlet in outlets_of(supporting(after.reports))
    kind = ChangeKind.REPEATED if still_tells and not _says_otherwise(incident, after) else ChangeKind.WITHDRAWN
    if incident.state is IncidentState.DENIED and after.state is not IncidentState.DENIED:
        kind = ChangeKind.REINSTATED
    return after, _change(after, kind, report, now, f"{report.outlet} withdrew {what}: {because}")


def _says_otherwise(before: Incident, after: Incident) -> bool:
    """Whether a reader of the one would be wrong about the other; that it was closed misleads nobody."""

    def said(incident: Incident) -> tuple[object, ...]:
        sides = (incident.gained_by, incident.lost_by)
        state = None if before.state is IncidentState.CLOSED else incident.state
        return (state, incident.status, incident.extent, *sides)

    return said(before) != said(after)


def replace_report(
    incident: Incident, report: Report, because: str, actors: Actors, now: datetime, *, says_less: bool
) -> Changed:
    """Take a report out of account for the one that the same item gives now, which is to join the same incident next.

    Until then the incident stands as it did. If the new one ``says_less``, and nobody else says as much, that is told.
    """
    after = _with(incident, report, replace(report, withdrawn_because=because), now)
    if says_less and _says_otherwise(incident, summarise(after, actors)):
        return after, _change(after, ChangeKind.WITHDRAWN, report, now, f"{report.outlet} took some back: {because}")
    return after, _change(after, ChangeKind.REPEATED, report, now, f"{report.outlet} edited its report: {because}")


def restore_report(incident: Incident, report: Report, actors: Actors, now: datetime) -> Changed:
    """Count a withdrawn report again, because its item tells it again."""
    after = summarise(_with(incident, report, replace(report, withdrawn_because=None), now), actors)
    kind = ChangeKind.REINSTATED if _says_otherwise(incident, after) else ChangeKind.REPEATED
    return after, _change(after, kind, report, now, f"{report.outlet} tells again what it had withdrawn")


def close_incident(incident: Incident, quiet_for: timedelta, actors: Actors, now: datetime) -> Changed:
    """Close an incident of which nothing was told for so long; its other fields stay, and a later report reopens it."""
    state, because = state_of(hear(incident, actors, quiet_for))
    closed = replace(incident, state=state, state_because=f"{because}; it was {incident.state.value} before")
    return closed, _change(closed, ChangeKind.CLOSED, lead_report(incident.reports), now, because)


def reopened(incident: Incident, report: Report, now: datetime) -> IncidentChange | None:
    """The line of history for a closed incident that a report joins or denies; None for one that is open."""
    if incident.state is not IncidentState.CLOSED:
        return None
    return _change(incident, ChangeKind.REOPENED, report, now, f"told of again by {report.outlet}")


def _with(incident: Incident, report: Report, instead: Report, now: datetime) -> Incident:
    reports = tuple(instead if other == report else other for other in incident.reports)
    return replace(incident, reports=reports, updated_at=max(incident.updated_at, now))


def _what_joining_did(before: Incident, after: Incident, report: Report) -> tuple[ChangeKind, str]:
    outlet = report.outlet
    steps: tuple[Callable[[], tuple[ChangeKind, str] | None], ...] = (
        lambda: _stands_again(before, after, outlet),
        lambda: _is_surer(before, after, outlet),
        lambda: _tells_more(before, after, report),
    )
    for step in steps:
        found = step()
        if found is not None:
            return found
    told = originals(supporting(before.reports))
    if before.state is IncidentState.OPENED and after.state is IncidentState.CONFIRMED and outlet in outlets_of(told):
        return ChangeKind.CONFIRMED, f"{after.state_because}, in {outlet}"
    taken_back = [other for other in withdrawn(before.reports) if other.finding.status.alerts]
    if outlet in outlets_of((*told, *taken_back)):
        return ChangeKind.REPEATED, f"told again by {outlet}"
    for other in told:
        if other.text_of == report.text_of:
            known = outlet in outlets_of(supporting(before.reports))
            kind, where = (ChangeKind.REPEATED, "again") if known else (ChangeKind.COPIED, "also")
            return kind, f"a copy of what {other.outlet} told is {where} in {outlet}, {say_sources(after)} in all"
    return ChangeKind.CONFIRMED, f"also told by {outlet}, {say_sources(after)} in all"


def _stands_again(before: Incident, after: Incident, outlet: str) -> tuple[ChangeKind, str] | None:
    if before.state is IncidentState.DENIED and after.state is not IncidentState.DENIED:
        return ChangeKind.REINSTATED, f"told by {outlet} although it was {before.state_because}"
    return None


def _is_surer(before: Incident, after: Incident, outlet: str) -> tuple[ChangeKind, str] | None:
    if before.status is Status.CLAIMED and after.status is Status.ASSERTED:
        return ChangeKind.UPGRADED, f"only claimed so far, told as a fact by {outlet}"
    return None


def _tells_more(before: Incident, after: Incident, report: Report) -> tuple[ChangeKind, str] | None:
    """More of the place, a further part of it, or who gained it."""
    if after.event is not Event.CONTROL_CHANGE:
        return None
    outlet = report.outlet
    if is_wider(after.extent, before.extent) and after.extent is Extent.FULL:
        return ChangeKind.EXTENDED, f"only part of the place so far, all of it by {outlet}"
    if before.gained_by is None and after.gained_by is not None:
        return ChangeKind.EXTENDED, f"who gained it is now told, by {outlet}"
    return None if before.extent is Extent.FULL else _tells_further_part(before, report)


def _tells_further_part(before: Incident, report: Report) -> tuple[ChangeKind, str] | None:
    """More villages than so far, a later day, or another part by its own words."""
    outlet = report.outlet
    known = max((told_number(other.finding) for other in supporting(before.reports)), default=0)
    number = told_number(report.finding)
    if number > max(known, 1):
        return ChangeKind.EXTENDED, f"more of it: {number} places told by {outlet}, {known or 'no number'} so far"
    latest, day = latest_day(before), report.finding.event_date
    told_before = outlet in outlets_of(supporting(before.reports))
    goes_on = latest is not None and day is not None and (day - latest).days > (0 if told_before else 1)
    if goes_on and day is not None:
        return ChangeKind.EXTENDED, f"a further part on {say_date(day)}, told by {outlet}"
    if tells_of_another(report.finding):
        return ChangeKind.EXTENDED, f"a further part, told by {outlet}"
    return None


def quiet_time(incident: Incident, now: datetime) -> timedelta:
    """How long nothing was told of an incident: since it was last told, and since anything last happened to it."""
    last = max((told_at(report) for report in incident.reports), default=incident.updated_at)
    return now - max(last, incident.updated_at)


def _change(incident: Incident, kind: ChangeKind, report: Report, now: datetime, detail: str) -> IncidentChange:
    return IncidentChange(incident_id=incident.id, kind=kind, at=now, item_id=report.item_id, detail=detail)
