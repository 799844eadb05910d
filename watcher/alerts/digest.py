"""When a route is due a digest, and what goes into it.

Pure: no I/O. Between alerts/routes.py and alerts/render.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from datetime import tzinfo as TimeZone  # noqa: N812 - a type, written as one
from zoneinfo import ZoneInfo

from watcher.incidents.wording import say_duration
from watcher.model import (
    Alert,
    Digest,
    DigestEntry,
    DigestId,
    Event,
    Hold,
    Incident,
    IncidentId,
    RouteId,
    Severity,
    Silence,
    Timing,
    Vitals,
)


def why_due(
    timing: Timing,
    waiting: Iterable[Alert],
    last_digest_at: datetime | None,
    now: datetime,
    *,
    calm: Collection[int] = (),
) -> str | None:
    """Say why a digest of the waiting alerts goes out now, or None when it does not.

    Quiet changes, and alerts that are ``calm`` (ids: they cool down), never make a digest due by themselves, except
    at a daily time. A moment in the future (the clock was set back) counts as passed: rather a digest too early than
    none.
    """
    alerts = tuple(alert for alert in waiting if alert.held_because is None)
    daily = daily_time(timing, last_digest_at, now)
    if daily is not None and any(alert.created_at <= daily[0] for alert in alerts):
        return f"daily at {daily[1]} ({timing.timezone})"
    pushing = [alert.created_at for alert in alerts if alert.kind.pushes and alert.id not in calm]
    if not pushing:
        return None
    first = min(pushing)
    waited = first > now or now - first >= timing.wait
    last = None if last_digest_at is None or last_digest_at > now else last_digest_at
    spaced = last is None or now - last >= timing.then_every
    return _push_reason(timing, first, last) if waited and spaced else None


def why_report(timing: Timing, last_digest_at: datetime | None, since: datetime, now: datetime) -> str | None:
    """Say why a digest goes out although nothing waits: a daily time has come; None when it has not.

    ``since`` is when Watcher began to work here: a daily time before that is nobody's. After a digest that the clock
    puts in the future (it was set back) there is no report: there would be one at every look, until time catches up.
    """
    daily = daily_time(timing, last_digest_at, now)
    if daily is None or daily[0] < since or (last_digest_at is not None and last_digest_at > now):
        return None
    return f"daily at {daily[1]} ({timing.timezone}), though nothing happened"


def daily_time(timing: Timing, last_digest_at: datetime | None, now: datetime) -> tuple[datetime, str] | None:
    """The latest daily time that has come since the last digest: its moment, and as written; None if there is none."""
    if not timing.daily_at:
        return None
    zone = ZoneInfo(timing.timezone)
    moment, clock = max((_latest(clock, zone, now), clock) for clock in timing.daily_at)
    served = last_digest_at is not None and moment <= last_digest_at <= now
    return None if served else (moment, clock)


def previous_daily(timing: Timing, moment: datetime) -> datetime:
    """The daily time before ``moment``, which is one itself."""
    zone = ZoneInfo(timing.timezone)
    return max(_latest(clock, zone, moment - timedelta(seconds=1)) for clock in timing.daily_at)


def _push_reason(timing: Timing, first: datetime, last: datetime | None) -> str:
    """The words for the clock that ran out last."""
    if last is not None and last + timing.then_every > first + timing.wait:
        return f"the route's spacing of {say_duration(timing.then_every)} after the last digest has passed"
    if not timing.wait:
        return "at once, as the route asks"
    return f"the route's wait of {say_duration(timing.wait)} after the first of these alerts has passed"


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
    most_entries: int | None = None,
    holds: Iterable[Hold] = (),
    silenced: tuple[tuple[Silence, int], ...] = (),
    vitals: Vitals | None = None,
) -> Digest:
    """Make the digest of a route's waiting alerts: one entry per incident with all its changes, in order.

    Areas stand together, the most severe first; inside an area the events, and of each the most severe entries lead,
    then by day and place. Incidents with quiet changes only go to ``further``. What is more than ``most_entries``
    is counted and left for the next digest. ``holds`` are what kept these alerts back; ``incidents`` must hold every
    incident alerted of.
    """
    by_incident: dict[IncidentId, list[Alert]] = {}
    for alert in sorted(waiting, key=lambda alert: alert.id):
        if alert.held_because is None:
            by_incident.setdefault(alert.incident_id, []).append(alert)
    kept: dict[int, list[Hold]] = {}
    for hold in holds:
        kept.setdefault(hold.alert_id, []).append(hold)
    found = [
        DigestEntry(
            incidents[incident_id],
            tuple(dict.fromkeys(alert.kind for alert in alerts)),
            tuple(hold for alert in alerts for hold in kept.get(alert.id, ())),
        )
        for incident_id, alerts in by_incident.items()
    ]
    pushing = [entry for entry in found if any(kind.pushes for kind in entry.kinds)]
    quiet = [entry for entry in found if not any(kind.pushes for kind in entry.kinds)]
    entries, left = _most_severe(pushing, most_entries)
    further, left_quiet = _most_severe(quiet, None if most_entries is None else most_entries - len(entries))
    return Digest(
        id=digest_id,
        route_id=route_id,
        composed_at=now,
        reason=reason,
        rules_version=rules_version,
        entries=_in_order(entries),
        further=_in_order(further),
        left_over=_count([*left, *left_quiet]),
        silenced=silenced,
        vitals=vitals,
    )


def lead_of(digest: Digest) -> Incident | None:
    """The incident that the subject names: the most severe of the entries, else the first that is told again."""
    if digest.entries:
        return max(digest.entries, key=lambda entry: entry.incident.severity.rank).incident
    return digest.further[0].incident if digest.further else None


def _most_severe(entries: list[DigestEntry], most: int | None) -> tuple[list[DigestEntry], list[DigestEntry]]:
    """The entries that fit, the most severe and the oldest first, and the others."""
    if most is None or len(entries) <= most:
        return entries, []
    ranked = sorted(entries, key=lambda entry: (-entry.incident.severity.rank, entry.incident.id))
    return ranked[: max(0, most)], ranked[max(0, most) :]


def _count(entries: list[DigestEntry]) -> tuple[tuple[Severity, int], ...]:
    counted = Counter(entry.incident.severity for entry in entries)
    return tuple((severity, counted[severity]) for severity in reversed(Severity) if counted[severity])


def _in_order(entries: Iterable[DigestEntry]) -> tuple[DigestEntry, ...]:
    """By area, then by event, each group where its most severe entry belongs."""
    found = tuple(entries)
    most: dict[tuple[str, ...], int] = {}
    for entry in found:
        incident = entry.incident
        for group in ((incident.area,), (incident.area, incident.event)):
            most[group] = max(most.get(group, 0), incident.severity.rank)
    return tuple(sorted(found, key=lambda entry: _rank(entry.incident, most)))


def _rank(incident: Incident, most: Mapping[tuple[str, ...], int]) -> tuple[object, ...]:
    area, event = (incident.area,), (incident.area, incident.event)
    day = "" if incident.event_date is None else incident.event_date.isoformat()
    order = list(Event).index(incident.event)
    grave = (-incident.severity.rank, incident.against_ledger is None)  # what contradicts the ledger leads
    return (-most[area], *area, -most[event], order, *grave, day, incident.place, incident.id)
