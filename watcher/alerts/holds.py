"""What keeps an alert back for now, and why: quiet hours, silences, cooldown, a full digest.

Pure: no I/O. Between alerts/routes.py and alerts/digest.py. Nothing is dropped: what is held is released when its
reason ends, and the digest that tells it says what kept it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from watcher.detect.gazetteer import Gazetteer
from watcher.incidents.wording import say_duration
from watcher.model import (
    Alert,
    ChangeKind,
    Hold,
    HoldKind,
    Incident,
    IncidentId,
    QuietHours,
    Route,
    RouteId,
    Silence,
)

COOLS_DOWN = (ChangeKind.OPENED, ChangeKind.UPGRADED, ChangeKind.EXTENDED)  # a denial or a reversal always rings


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an alert is held."""

    kind: HoldKind
    because: str


@dataclass(frozen=True, slots=True)
class Told:
    """When a channel last took a digest that told of an incident."""

    incident: Incident
    at: datetime


def is_quiet(hours: QuietHours, now: datetime) -> bool:
    """Whether local clocks show a time between the two, the end not included.

    The clock on the wall decides: an hour that summer time skips is not waited for, one that comes twice counts twice.

    >>> from datetime import UTC
    >>> night = QuietHours("22:30", "06:30", "Europe/Berlin")
    >>> is_quiet(night, datetime(2016, 6, 8, 21, 0, tzinfo=UTC))
    True
    """
    clock = now.astimezone(ZoneInfo(hours.timezone)).time().replace(tzinfo=None)
    start, end = time.fromisoformat(hours.start), time.fromisoformat(hours.end)
    return start <= clock < end if start < end else clock >= start or clock < end


def say_quiet_hours(hours: QuietHours) -> str:
    return f"quiet hours from {hours.start} to {hours.end} ({hours.timezone})"


def reasons_to_hold(
    route: Route,
    waiting: Iterable[Alert],
    incidents: Mapping[IncidentId, Incident],
    silences: Sequence[Silence],
    told: Sequence[Told],
    gazetteer: Gazetteer,
    now: datetime,
) -> dict[int, Reason]:
    """Return what holds each alert now, by its id; what nothing holds is left out.

    ``told`` is what this route has told of lately, for its cooldown. What cools down rides along with the next
    digest, it only makes none due.
    """
    quiet = route.quiet_hours if route.quiet_hours is not None and is_quiet(route.quiet_hours, now) else None
    held: dict[int, Reason] = {}
    for alert in waiting:
        incident = incidents[alert.incident_id]
        silence = next((one for one in silences if silences_alert(one, incident, route.id, gazetteer, now)), None)
        if silence is not None:
            held[alert.id] = Reason(HoldKind.SILENCE, say_silence(silence))
        elif quiet is not None:
            held[alert.id] = Reason(HoldKind.QUIET_HOURS, say_quiet_hours(quiet))
        elif (cooling := _cooling(route, alert, incident, told, now)) is not None:
            held[alert.id] = Reason(HoldKind.COOLDOWN, cooling)
    return held


def silences_alert(
    silence: Silence, incident: Incident, route_id: RouteId, gazetteer: Gazetteer, now: datetime
) -> bool:
    """Whether a silence is in force and every matcher of it fits; a place stands for all that lies inside it."""
    if not is_in_force(silence, now):
        return False
    return (
        (not silence.routes or route_id in silence.routes)
        and (not silence.watches or incident.watch_id in silence.watches)
        and (not silence.events or incident.event in silence.events)
        and (not silence.incidents or incident.id in silence.incidents)
        and (not silence.places or any(gazetteer.contains(place, incident.place) for place in silence.places))
    )


def is_in_force(silence: Silence, now: datetime) -> bool:
    return now < silence.ends_at


def say_silence(silence: Silence) -> str:
    return f"silence {silence.id} by {silence.author} until {silence.ends_at:%Y-%m-%d %H:%M} UTC: {silence.reason}"


def say_matchers(silence: Silence) -> str:
    """What a silence is about, in words."""
    matchers = (
        ("place", silence.places),
        ("event", tuple(event.value for event in silence.events)),
        ("watch", silence.watches),
        ("route", silence.routes),
        ("incident", silence.incidents),
    )
    return "; ".join(f"{name} {', '.join(values)}" for name, values in matchers if values) or "everything"


def _cooling(route: Route, alert: Alert, incident: Incident, told: Sequence[Told], now: datetime) -> str | None:
    """Why an alert only rides along: the same event at the same place, no more severe, was told of a while ago.

    The opposite direction is another matter, and so is a moment in the future (the clock was set back).
    """
    if not route.cooldown or alert.kind not in COOLS_DOWN:
        return None
    for one in told:
        milder = incident.severity.rank <= one.incident.severity.rank
        if _is_same_matter(one.incident, incident) and milder and one.at <= now < one.at + route.cooldown:
            return f"cooldown of {say_duration(route.cooldown)}: this place and event was told of at {one.at:%H:%M} UTC"
    return None


def changes_of_holds(held: Mapping[int, Reason], known: Iterable[Hold]) -> tuple[dict[int, Reason], tuple[Hold, ...]]:
    """Return which holds begin and which have ended, given those that are noted as open (full digests aside)."""
    noted = {(hold.alert_id, hold.kind, hold.because): hold for hold in known if hold.kind is not HoldKind.FULL_DIGEST}
    wanted = {(alert_id, reason.kind, reason.because) for alert_id, reason in held.items()}
    begun = {
        alert_id: reason for alert_id, reason in held.items() if (alert_id, reason.kind, reason.because) not in noted
    }
    return begun, tuple(hold for key, hold in noted.items() if key not in wanted)


def _is_same_matter(one: Incident, other: Incident) -> bool:
    def matter(incident: Incident) -> tuple[object, ...]:
        return (incident.event, incident.place, incident.action, incident.gained_by)

    return one.id == other.id or matter(one) == matter(other)
