"""Whether two tellings speak of the same change, of its opposite, or of something else.

Pure: no I/O. Used by incidents/correlate.py. Only sides, ground and time are looked at here; which of several fitting
incidents a finding joins is decided there.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from watcher.detect.actors import Actors
from watcher.incidents.wording import say_date, say_duration
from watcher.model import Action, ActorId, Event, Extent, Finding, Incident, IncidentState, Report

Change: TypeAlias = Finding | Incident

REPORTS_APART = timedelta(hours=72)  # tellings without a common date belong together within this span
DAYS_APART = 1  # and dated ones within this many days: outlets differ by a night or a time zone
REVERSAL_DAYS = 3
PART_BY_PART_DAYS = 3  # between one part of a place and the next

_LAYING = (Action.IMPOSED, Action.TIGHTENED)


class Direction(StrEnum):
    """How one change relates to another at the same place."""

    SAME = "same"
    OPPOSITE = "opposite"
    OTHER = "other"


def told_by(published_at: datetime | None, seen_at: datetime) -> datetime:
    """When something was told: as published, but never later than we saw it."""
    return seen_at if published_at is None else min(published_at, seen_at)


def told_at(report: Report) -> datetime:
    """When the outlet told it."""
    return told_by(report.published_at, report.reported_at)


def first_told(incident: Incident) -> datetime:
    return min((told_at(report) for report in incident.reports), default=incident.opened_at)


def is_same_ground(one: Change, other: Change) -> bool:
    """Whether both speak of the same ground: the very same place, inside it or around it.

    The places around and inside it are other ground: "a quarter of Raqqa" may be any quarter, so joining it to the
    incident of one quarter could hide the loss of another. For the same reason villages near a town are not the town.
    A siege lies around its place anyway, so "near" makes no difference there.
    """
    if (one.event, one.area, one.place) != (other.event, other.area, other.place):
        return False
    return one.event is Event.SIEGE or (one.extent is Extent.NEAR) == (other.extent is Extent.NEAR)


def compare(one: Change, other: Change, actors: Actors) -> Direction:
    """Tell whether two changes on the same ground go the same way.

    A side that is not stated fits any side. Different known takers are different changes, even from the same loser.
    """
    if one.event is Event.SIEGE:
        return _compare_sieges(one, other, actors)
    if _fit(one.gained_by, other.gained_by, actors) and _fit(one.lost_by, other.lost_by, actors):
        crossed = actors.related(one.gained_by, other.lost_by) or actors.related(one.lost_by, other.gained_by)
        alike = actors.related(one.gained_by, other.gained_by) or actors.related(one.lost_by, other.lost_by)
        return Direction.OPPOSITE if crossed and not alike else Direction.SAME
    if actors.related(one.gained_by, other.lost_by) or actors.related(one.lost_by, other.gained_by):
        return Direction.OPPOSITE
    return Direction.OTHER


def _compare_sieges(one: Change, other: Change, actors: Actors) -> Direction:
    one_laid, other_laid = one.action in _LAYING, other.action in _LAYING
    besiegers_fit = _fit(_besieger(one), _besieger(other), actors)
    if not besiegers_fit:
        return Direction.OTHER  # two sieges of one place, by two sides
    if one_laid != other_laid:
        return Direction.OPPOSITE
    others_fit = _fit(_against(one), _against(other), actors)
    return Direction.SAME if others_fit else Direction.OTHER


def _besieger(change: Change) -> ActorId | None:
    return change.gained_by if change.action in _LAYING else change.lost_by


def _against(change: Change) -> ActorId | None:
    """The besieged side of a siege that is laid, or whoever ended one."""
    return change.lost_by if change.action in _LAYING else change.gained_by


def _fit(one: ActorId | None, other: ActorId | None, actors: Actors) -> bool:
    return one is None or other is None or actors.related(one, other)


def together_because(finding: Finding, told: datetime, incident: Incident) -> str | None:
    """Say why a finding told at ``told`` can be of the incident's time, or None when it cannot.

    With both days known, the days decide: a day apart, or up to three where a place is taken part by part. Otherwise
    the tellings must lie within 72 hours of each other, and nothing may be told before it happened (with a day's grace
    for time zones).
    """
    if finding.event_date is not None and incident.event_date is not None:
        days = abs((finding.event_date - incident.event_date).days)
        if days > DAYS_APART:
            return _part_by_part(finding.event_date, incident)
        if days == 0:
            return f"both on {say_date(incident.event_date)}"
        return f"on {say_date(finding.event_date)} and {say_date(incident.event_date)}, one day apart"
    gap = telling_gap(told, incident)
    if gap > REPORTS_APART or _told_too_early(finding, told, incident):
        return None
    return f"told {say_duration(gap)} apart" if gap else "told at the same time"


def _part_by_part(day: date, incident: Incident) -> str | None:
    """Words for a day on which the taking of a place, told of in part so far, went on."""
    latest = latest_day(incident)
    if incident.event is Event.SIEGE or incident.extent is not Extent.PARTIAL or latest is None:
        return None
    if incident.state is IncidentState.REVERSED or not 0 <= (day - latest).days <= PART_BY_PART_DAYS:
        return None
    return f"on {say_date(day)}, going on from the part taken by {say_date(latest)}"


def latest_day(incident: Incident) -> date | None:
    """The last day that a report of the incident names."""
    return max((report.finding.event_date for report in incident.reports if report.finding.event_date), default=None)


def reversal_gap_fits(finding: Finding, told: datetime, incident: Incident) -> bool:
    """Whether an opposite change is near enough in time to be a reversal: three days, or 72 hours between tellings."""
    if finding.event_date is not None and incident.event_date is not None:
        return abs((finding.event_date - incident.event_date).days) <= REVERSAL_DAYS
    return telling_gap(told, incident) <= REPORTS_APART


def telling_gap(told: datetime, incident: Incident) -> timedelta:
    """The time between a telling and the incident's nearest one."""
    return min((abs(told - told_at(report)) for report in incident.reports), default=abs(told - incident.updated_at))


def _told_too_early(finding: Finding, told: datetime, incident: Incident) -> bool:
    grace = timedelta(days=DAYS_APART)
    if finding.event_date is not None:
        return finding.event_date > (first_told(incident) + grace).date()
    if incident.event_date is not None:
        return incident.event_date > (told + grace).date()
    return False


def precedes(finding: Finding, told: datetime, incident: Incident) -> bool:
    """Whether the finding's change came before the incident's: by day, else by when each was first told."""
    if finding.event_date is not None and incident.event_date is not None and finding.event_date != incident.event_date:
        return finding.event_date < incident.event_date
    return told < first_told(incident)


def in_order(incident: Incident) -> tuple[datetime, datetime, str]:
    """A key that sorts the incidents of one place by when they were first told."""
    return (first_told(incident), incident.opened_at, incident.id)


def came_after(later: Incident, earlier: Incident) -> bool:
    """Whether ``later`` came after ``earlier``: by day, else by when each was first told."""
    if later.event_date is not None and earlier.event_date is not None and later.event_date != earlier.event_date:
        return later.event_date > earlier.event_date
    return in_order(later) > in_order(earlier)


def day_and_order(incident: Incident) -> tuple[str, tuple[datetime, datetime, str]]:
    """A key that sorts incidents by day, then by when they were first told."""
    day = incident.event_date or first_told(incident).date()
    return (day.isoformat(), in_order(incident))
