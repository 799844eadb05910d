"""Step 4 of the pipeline: alerts owed -> digests -> messages in the outbox, one transaction per route.

What is held, when a digest is due and what goes into it is decided in alerts/; here it is looked up for and stored. A
digest, the alerts in it, the end of what held them and its deliveries are one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from watcher.alerts.digest import compose, daily_time, lead_of, previous_daily, why_due, why_report
from watcher.alerts.holds import Reason, Told, changes_of_holds, is_quiet, reasons_to_hold, silences_alert
from watcher.alerts.names import make_names
from watcher.alerts.render import render
from watcher.model import (
    Alert,
    Digest,
    DigestId,
    Hold,
    HoldKind,
    Incident,
    IncidentId,
    Route,
    Silence,
    Vitals,
)
from watcher.ports import Ports, Setup
from watcher.problems import new_delivery
from watcher.store import alerts, feeds, holds, incidents, outbox, silences, vitals
from watcher.store.database import Session

log = structlog.get_logger()

EXAMPLES = 3  # of near misses
MOST_LOOKED_AT = 30  # one item may hold several


@dataclass(frozen=True, slots=True)
class Prospect:
    """What waits for a route's next digest, what of it is held, and why the digest is due now, if it is."""

    route: Route
    waiting: tuple[Alert, ...]
    incidents: Mapping[IncidentId, Incident]
    held: Mapping[int, Reason]
    silences: tuple[Silence, ...]
    last_digest_at: datetime | None
    reason: str | None

    @property
    def free(self) -> tuple[Alert, ...]:
        """What goes out with the next digest; what cools down rides along."""
        return tuple(alert for alert in self.waiting if not self._is_kept(alert))

    def _is_kept(self, alert: Alert) -> bool:
        reason = self.held.get(alert.id)
        return reason is not None and reason.kind is not HoldKind.COOLDOWN


def compose_due_digests(ports: Ports, setup: Setup) -> tuple[Digest, ...]:
    """Compose each route's digest that is due, and put one delivery per channel in the outbox."""
    composed: list[Digest] = []
    for route in setup.routes:
        try:
            digest = _compose_if_due(ports, setup, route)
        except Exception:  # its alerts go on waiting; the other routes are composed
            log.exception("digest_broken", route=route.id)
            continue
        if digest is not None:
            composed.append(digest)
    return tuple(composed)


def _compose_if_due(ports: Ports, setup: Setup, route: Route) -> Digest | None:
    now = ports.clock.now()
    with ports.database.reading() as session:
        prospect = look_ahead(session, setup, route, now)
        if prospect.reason is None and not any(_changed_holds(session, prospect)):
            return None
    with ports.database.writing() as session:
        prospect = look_ahead(session, setup, route, now)  # again: a poll may have added to it meanwhile
        begun, ended = _changed_holds(session, prospect)
        holds.begin_holds(session, begun, now)
        holds.end_holds(session, ended, now)
        if prospect.reason is None:
            return None
        digest = draft_digest(session, setup, prospect, prospect.reason, now)
        _store(session, setup, prospect, digest)
    log.info("digest_composed", route=route.id, digest=digest.id, entries=len(digest.entries), reason=prospect.reason)
    return digest


def look_ahead(session: Session, setup: Setup, route: Route, now: datetime) -> Prospect:
    """What is owed to a route now; nothing is stored."""
    waiting = alerts.waiting_alerts(session, route.id)
    found = {alert.incident_id: incidents.get_incident(session, alert.incident_id) for alert in waiting}
    known = {id_: incident for id_, incident in found.items() if incident is not None}
    in_force = silences.silences_in_force(session, now)
    told = _told_lately(session, route, now) if waiting and route.cooldown else ()
    held = reasons_to_hold(route, waiting, known, in_force, told, setup.book.gazetteer, now)
    last = alerts.last_digest_at(session, route.id)
    prospect = Prospect(route, waiting, known, held, in_force, last, None)
    calm = {id_ for id_, reason in held.items() if reason.kind is HoldKind.COOLDOWN}
    reason = why_due(route.timing, prospect.free, last, now, calm=calm)
    if reason is None and not prospect.free:
        reason = _why_report(session, route, last, now)
    return Prospect(route, waiting, known, held, in_force, last, reason)


def _told_lately(session: Session, route: Route, now: datetime) -> list[Told]:
    moments = holds.told_since(session, route.id, now - route.cooldown)
    found = ((incidents.get_incident(session, id_), moment) for id_, moment in moments.items())
    return [Told(incident, moment) for incident, moment in found if incident is not None]


def _why_report(session: Session, route: Route, last: datetime | None, now: datetime) -> str | None:
    if not route.reports_when_quiet or (route.quiet_hours is not None and is_quiet(route.quiet_hours, now)):
        return None
    since = vitals.at_work_since(session)
    return None if since is None else why_report(route.timing, last, since, now)


def _changed_holds(session: Session, prospect: Prospect) -> tuple[dict[int, Reason], tuple[Hold, ...]]:
    known = holds.open_holds(session, [alert.id for alert in prospect.waiting])
    return changes_of_holds(prospect.held, known)


def draft_digest(session: Session, setup: Setup, prospect: Prospect, reason: str, now: datetime) -> Digest:
    """The digest of everything that is free to go out; nothing is stored."""
    route = prospect.route
    daily = daily_time(route.timing, prospect.last_digest_at, now)
    return compose(
        DigestId(uuid.uuid4().hex[:16]),
        route.id,
        prospect.free,
        prospect.incidents,
        reason=reason,
        rules_version=setup.book.version,
        now=now,
        most_entries=route.most_entries,
        holds=holds.holds_of(session, [alert.id for alert in prospect.free]),
        silenced=tuple((silence, _held_by(silence, prospect, setup, now)) for silence in prospect.silences),
        vitals=None if daily is None else _vitals(session, setup, previous_daily(route.timing, daily[0])),
    )


def _held_by(silence: Silence, prospect: Prospect, setup: Setup, now: datetime) -> int:
    return sum(
        silences_alert(silence, prospect.incidents[alert.incident_id], prospect.route.id, setup.book.gazetteer, now)
        for alert in prospect.waiting
    )


def _vitals(session: Session, setup: Setup, since: datetime) -> Vitals:
    listed = [feed.id for feed in setup.config.feeds]
    states = {state.feed_id: state for state in feeds.feed_states(session)}
    failing = [
        f"{feed_id}: {states[feed_id].reason}"
        for feed_id in listed
        if feed_id in states and states[feed_id].health.is_failing
    ]
    polled, new_items = vitals.polled_since(session, since)
    near, latest = vitals.near_misses_since(session, since, MOST_LOOKED_AT)
    examples = tuple(dict.fromkeys(f"{outlet}: {title} ({status})" for outlet, title, status in latest))
    return Vitals(
        since=since,
        feeds=len(listed),
        polled=polled,
        failing=tuple(failing),
        items=new_items,
        held_items=vitals.held_items_since(session, listed, since),
        near_misses=near,
        examples=examples[:EXAMPLES],
    )


def _store(session: Session, setup: Setup, prospect: Prospect, digest: Digest) -> None:
    """Put the digest's alerts in it and its message in the outbox; what did not fit is held for the next one."""
    told = {entry.incident.id for entry in (*digest.entries, *digest.further)}
    inside = [alert.id for alert in prospect.free if alert.incident_id in told]
    message = render(
        digest, make_names(setup.book.gazetteer, setup.book.actors), setup.config.timezone, setup.config.templates
    )
    alerts.put_in_digest(session, digest, inside)
    full = Reason(HoldKind.FULL_DIGEST, f"digest {digest.id} was full with {prospect.route.most_entries} entries")
    left = [alert.id for alert in prospect.free if alert.incident_id not in told]
    waiting_on = {hold.alert_id for hold in holds.open_holds(session, left) if hold.kind is HoldKind.FULL_DIGEST}
    holds.begin_holds(session, {id_: full for id_ in left if id_ not in waiting_on}, digest.composed_at)
    lead = lead_of(digest)
    for channel_id in prospect.route.channels:
        thread = () if lead is None else outbox.earlier_deliveries(session, lead.id, channel_id)
        replies_to = tuple(one for one in thread if not one.startswith(f"{digest.id}."))  # what was told before this
        answer = replace(message, replies_to=replies_to)
        outbox.add_delivery(session, new_delivery(digest, channel_id, answer, digest.composed_at))
