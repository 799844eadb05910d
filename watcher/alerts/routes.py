"""Which watch a finding concerns, which routes an incident's change is owed to, and what is held, each with its reason.

Pure: no I/O. Between incidents/ and alerts/digest.py. Nothing is dropped here: a change that no route takes goes to
the fallback route, and what is held is kept with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from watcher.detect.gazetteer import Gazetteer
from watcher.incidents.direction import told_at
from watcher.incidents.wording import say_date, say_duration
from watcher.model import (
    ChangeKind,
    ChannelId,
    Finding,
    Incident,
    IncidentChange,
    PlaceId,
    Position,
    Route,
    RouteId,
    Severity,
    Status,
    Timing,
    Watch,
)

FALLBACK_ROUTE_ID = RouteId("unrouted")


@dataclass(frozen=True, slots=True)
class Routed:
    """A change owed to a route. ``route`` is None for the fallback route.

    ``kind`` is the change's own, or "opened" for a route that has not heard of the incident before.
    """

    route_id: RouteId
    kind: ChangeKind
    because: str
    route: Route | None = None


def watch_for(finding: Finding, watches: Iterable[Watch], gazetteer: Gazetteer) -> tuple[Watch, Severity] | None:
    """Return the first watch that follows such a finding, and how severe it is at that place; None if none does.

    A denial need not be as sure as what it denies: the watch's minimum is not asked of it.
    """
    for watch in watches:
        sure = finding.confidence >= watch.minimum_confidence or finding.status is Status.NEGATED
        inside = any(gazetteer.contains(area, finding.place) for area in watch.areas)
        if sure and inside and finding.event in watch.events:
            return watch, _severity_at(finding.place, watch, gazetteer)
    return None


def _severity_at(place: PlaceId, watch: Watch, gazetteer: Gazetteer) -> Severity:
    """The severity that the most specific of the watch's raised places gives, never less than the watch's own."""
    raised = dict(watch.raise_to)
    nearest = gazetteer.area_of(place, raised)
    return watch.severity if nearest is None else max(watch.severity, raised[nearest], key=lambda level: level.rank)


def fallback_route(channels: Iterable[ChannelId]) -> Route:
    """Make the built-in route over all channels, for alerts that no route takes: at once, but not every minute."""
    return Route(
        id=FALLBACK_ROUTE_ID,
        title="Unrouted: no route takes these alerts",
        channels=tuple(channels),
        timing=Timing(wait=timedelta(0), then_every=timedelta(minutes=15)),
        origin=Position("built-in"),
    )


def routes_for(
    incident: Incident,
    change: IncidentChange,
    routes: Iterable[Route],
    gazetteer: Gazetteer,
    *,
    heard: Collection[RouteId] = (),
) -> tuple[Routed, ...]:
    """Return every route that the change is owed to, with the reason; the fallback route when no other is.

    ``heard`` are the routes that have an alert of this incident already: they hear of every later change, whether or
    not it still passes their filters, so that nobody who was alerted misses a denial.
    """
    owed: list[Routed] = []
    for route in routes:
        if route.id in heard:
            owed.append(Routed(route.id, change.kind, f"route '{route.id}' has heard of {incident.id} before", route))
        elif _refusal(incident, route, gazetteer) is None:
            owed.append(Routed(route.id, ChangeKind.OPENED, _admission(incident, route, gazetteer), route))
    if owed:
        return tuple(owed)
    kind = change.kind if FALLBACK_ROUTE_ID in heard else ChangeKind.OPENED
    return (Routed(FALLBACK_ROUTE_ID, kind, "no route takes it"),)


def _refusal(incident: Incident, route: Route, gazetteer: Gazetteer) -> str | None:
    """Why a route does not take an incident, or None when it does."""
    if route.areas and gazetteer.area_of(incident.place, route.areas) is None:
        return f"{incident.place} is in none of its areas"
    if route.events and incident.event not in route.events:
        return f"event {incident.event.value}"
    if route.severities and incident.severity not in route.severities:
        return f"severity {incident.severity.value}"
    if route.statuses and incident.status not in route.statuses:
        return f"status {incident.status.value}"
    if incident.confidence < route.minimum_confidence:
        return f"confidence {incident.confidence:.2f} is below {route.minimum_confidence:.2f}"
    return None


def _admission(incident: Incident, route: Route, gazetteer: Gazetteer) -> str:
    """The filters of the route that the incident passed, in words."""
    passed: list[str] = []
    if route.areas:
        passed.append(f"area {gazetteer.area_of(incident.place, route.areas)}")
    if route.events:
        passed.append(f"event {incident.event.value}")
    if route.severities:
        passed.append(f"severity {incident.severity.value}")
    if route.statuses:
        passed.append(f"status {incident.status.value}")
    if route.minimum_confidence > 0:
        passed.append(f"confidence {incident.confidence:.2f}, at least {route.minimum_confidence:.2f}")
    return f"route '{route.id}' takes {', '.join(passed) or 'everything'} ({route.origin.file_line})"


def why_not_routed(incident: Incident, route: Route, gazetteer: Gazetteer) -> str | None:
    """Say which filter of the route the incident does not pass; None when it passes all."""
    reason = _refusal(incident, route, gazetteer)
    return None if reason is None else f"route '{route.id}' does not take {reason} ({route.origin.file_line})"


def hold_reason(
    incident: Incident, change: IncidentChange, item_published_at: datetime | None, now: datetime, max_age: timedelta
) -> str | None:
    """Say why a change is kept back as too old, or None when it is not.

    An opening is as old as its event, else as its item. Later changes follow the opening: what was held when it
    opened stays held, unless a fresh item tells of it and nobody names the day; of what was sent, quiet changes ride
    along, and pushing ones count by the item that made them.
    """
    if change.kind is ChangeKind.OPENED:
        return _too_old(incident, item_published_at, now, max_age)
    opening = incident.reports[0]
    held = _too_old(incident, told_at(opening), incident.opened_at, max_age)
    late = None if item_published_at is None else _too_long_ago("published", item_published_at, now, max_age)
    is_fresh = incident.event_date is None and item_published_at is not None and late is None
    if held is not None and not is_fresh:
        return f"its opening was held: {held}"
    return late if change.kind.pushes else None


def _too_old(incident: Incident, published_at: datetime | None, now: datetime, max_age: timedelta) -> str | None:
    if incident.event_date is not None:
        end_of_day = datetime.combine(incident.event_date + timedelta(days=1), time(), tzinfo=UTC)
        return _too_long_ago("happened", end_of_day, now, max_age, shown=say_date(incident.event_date))
    if published_at is not None:
        return _too_long_ago("published", published_at, now, max_age)
    return None


def _too_long_ago(verb: str, moment: datetime, now: datetime, max_age: timedelta, *, shown: str = "") -> str | None:
    if now - moment <= max_age:
        return None
    day = shown or say_date(moment.date())
    return f"{verb} on {day}, more than {say_duration(max_age)} before it was seen on {say_date(now.date())}"
