"""When a route is due a digest, and what goes into it.

Pure: no I/O. Between alerts/routes.py and alerts/render.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from datetime import tzinfo as TimeZone  # noqa: N812 - a type, written as one
from zoneinfo import ZoneInfo

from watcher.incidents.wording import say_duration
from watcher.model import Alert, Digest, DigestEntry, DigestId, Event, Incident, IncidentId, RouteId, Severity, Timing


def why_due(timing: Timing, waiting: Iterable[Alert], last_digest_at: datetime | None, now: datetime) -> str | None:
    """Say why a digest of the waiting alerts goes out now, or None when it does not.

    Quiet changes never make a digest due by themselves, except at a daily time. A moment in the future (the clock was
    set back) counts as passed: rather a digest too early than none.
    """
    alerts = tuple(alert for alert in waiting if alert.held_because is None)
    daily = _daily_reason(timing, alerts, last_digest_at, now)
    if daily is not None:
        return daily
    pushing = [alert.created_at for alert in alerts if alert.kind.pushes]
    if not pushing:
        return None
    first = min(pushing)
    waited = first > now or now - first >= timing.wait
    last = None if last_digest_at is None or last_digest_at > now else last_digest_at
    spaced = last is None or now - last >= timing.then_every
    return _push_reason(timing, first, last) if waited and spaced else None


def _push_reason(timing: Timing, first: datetime, last: datetime | None) -> str:
    """The words for the clock that ran out last."""
    if last is not None and last + timing.then_every > first + timing.wait:
        return f"the route's spacing of {say_duration(timing.then_every)} after the last digest has passed"
    if not timing.wait:
        return "at once, as the route asks"
    return f"the route's wait of {say_duration(timing.wait)} after the first of these alerts has passed"


def _daily_reason(
    timing: Timing, alerts: tuple[Alert, ...], last_digest_at: datetime | None, now: datetime
) -> str | None:
    """The words for a daily time that has come since the last digest and found an alert waiting."""
    if not alerts or not timing.daily_at:
        return None
    zone = ZoneInfo(timing.timezone)
    moment, clock = max((_latest(clock, zone, now), clock) for clock in timing.daily_at)
    served = last_digest_at is not None and moment <= last_digest_at <= now
    if served or not any(alert.created_at <= moment for alert in alerts):
        return None
    return f"daily at {clock} ({timing.timezone})"


def _latest(clock: str, zone: TimeZone, now: datetime) -> datetime:
    """The latest moment up to ``now`` at which local clocks showed this time, in UTC.

    A time that the change to summer time skips comes as much later as the clocks jump; one that occurs twice in
    autumn counts the first time only.
    """
    today = now.astimezone(zone).date()
    for days in range(3):
        local = datetime.combine(today - timedelta(days=days), time.fromisoformat(clock), tzinfo=zone)
        moment = local.astimezone(now.tzinfo)
        if moment <= now:
            return moment
    raise AssertionError("a local time recurs within two days")  # pragma: no cover - holds for every zone


def compose(
    digest_id: DigestId,
    route_id: RouteId,
    waiting: Iterable[Alert],
    incidents: Mapping[IncidentId, Incident],
    *,
    reason: str,
    rules_version: str,
    now: datetime,
) -> Digest:
    """Make the digest of a route's waiting alerts: one entry per incident with all its changes, in order.

    Areas stand together, the most severe first; inside an area the most severe entries lead, then by event, day and
    place. Incidents with quiet changes only go to ``further``. ``incidents`` must hold every incident alerted of.
    """
    kinds: dict[IncidentId, list[Alert]] = {}
    for alert in sorted(waiting, key=lambda alert: alert.id):
        if alert.held_because is None:
            kinds.setdefault(alert.incident_id, []).append(alert)
    entries = [
        DigestEntry(incidents[incident_id], tuple(dict.fromkeys(alert.kind for alert in alerts)))
        for incident_id, alerts in kinds.items()
    ]
    return Digest(
        id=digest_id,
        route_id=route_id,
        composed_at=now,
        reason=reason,
        rules_version=rules_version,
        entries=_in_order(entry for entry in entries if any(kind.pushes for kind in entry.kinds)),
        further=_in_order(entry for entry in entries if not any(kind.pushes for kind in entry.kinds)),
    )


def _in_order(entries: Iterable[DigestEntry]) -> tuple[DigestEntry, ...]:
    found = tuple(entries)
    most: dict[str, int] = {}
    for entry in found:
        area = entry.incident.area
        most[area] = max(most.get(area, 0), entry.incident.severity.rank)
    return tuple(sorted(found, key=lambda entry: (-most[entry.incident.area], *_rank(entry.incident))))


def _rank(incident: Incident) -> tuple[str, int, int, str, str, str]:
    day = "" if incident.event_date is None else incident.event_date.isoformat()
    severity = len(Severity) - incident.severity.rank
    return (incident.area, severity, list(Event).index(incident.event), day, incident.place, incident.id)
