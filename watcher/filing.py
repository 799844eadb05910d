"""Step 3 of the pipeline: findings -> incidents -> alerts owed to routes, inside the transaction of one poll.

The decisions are made in incidents/ and alerts/; here they are looked up for, and their results stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import structlog

from watcher.alerts.routes import hold_reason, routes_for, watch_for
from watcher.feeds.news import FIRST_POLL, REISSUED
from watcher.incidents.correlate import (
    CORRELATION_WINDOW,
    Correlation,
    Verdict,
    correlate,
    dispute_incident,
    join_incident,
    open_incident,
    reverse_incident,
)
from watcher.incidents.summarise import summarise
from watcher.model import ChangeKind, Finding, Incident, IncidentChange, Item, ReadFrom, Report, Severity, Watch
from watcher.ports import Setup
from watcher.store import alerts, incidents
from watcher.store.database import Session

log = structlog.get_logger()


def file_findings(
    session: Session,
    setup: Setup,
    item: Item,
    findings: tuple[Finding, ...],
    now: datetime,
    *,
    held_because: str | None = None,
    read_from: ReadFrom = ReadFrom.FEED,
) -> None:
    """Let each finding of an item open, join, dispute or reverse an incident.

    To be called in the transaction that stores the item and its findings, after that. ``held_because`` tells why this
    item alerts nobody (feeds/news.py); what other items report of the same incident later still does. ``read_from``
    is where the findings were read.
    """
    for finding in findings:
        watched = watch_for(finding, setup.book.watches, setup.book.gazetteer)
        if watched is None:
            continue
        known = incidents.incidents_since(session, finding.event, now - CORRELATION_WINDOW)
        correlation = correlate(
            finding,
            known,
            setup.book.gazetteer,
            setup.book.actors,
            now,
            published_at=item.published_at,
            outlet=item.outlet,
            siblings=findings,
        )
        report = _report(item, finding, correlation.because, now, read_from)
        for incident, change in _consequences(session, setup, correlation, report, watched, now=now):
            _owe(session, setup, item, incident, change, held_because)


def _report(item: Item, finding: Finding, because: str, now: datetime, read_from: ReadFrom) -> Report:
    return Report(
        item_id=item.id,
        outlet=item.outlet,
        source=item.source,
        title=item.title,
        url=item.url,
        published_at=item.published_at,
        reported_at=now,
        finding=finding,
        joined_because=because,
        read_from=read_from,
        copy_of=item.copy_of,
    )


def weigh_again(session: Session, item: Item, now: datetime) -> None:
    """Let the incidents that an edited item is part of weigh it by what it is now: a text of its own, or a copy."""
    for incident in incidents.incidents_of_item(session, item.id):
        weighed = summarise(incident)
        if weighed == incident:
            continue
        outlet = next(report.outlet for report in incident.reports if report.item_id == item.id)
        now_is = "a text of its own" if item.copy_of is None else f"a copy of item {item.copy_of}"
        became = f"confidence {incident.confidence:.2f} became {weighed.confidence:.2f}"
        detail = f"edited by {outlet}, it is {now_is} now: {became}"
        incidents.save_incident(session, replace(weighed, updated_at=now))
        incidents.add_change(session, IncidentChange(incident.id, ChangeKind.REPEATED, now, item.id, detail))


def _consequences(
    session: Session,
    setup: Setup,
    correlation: Correlation,
    report: Report,
    watched: tuple[Watch, Severity],
    *,
    now: datetime,
) -> Iterator[tuple[Incident, IncidentChange]]:
    """The incidents that a report changes: the one it is about first, then what that undoes or is undone by."""
    if correlation.verdict is Verdict.OPENS:
        incident, change = open_incident(incidents.next_incident_id(session), report, *watched, now)
    elif correlation.incident is None:
        return
    elif correlation.verdict is Verdict.JOINS:
        incident, change = join_incident(correlation.incident, report, setup.book.actors, now)
    else:
        incident, change = dispute_incident(correlation.incident, report, now)
    yield incident, change
    if correlation.reverses is not None:
        yield reverse_incident(correlation.reverses, incident, now)
    if correlation.reversed_by is not None:
        yield reverse_incident(incident, correlation.reversed_by, now)


def _owe(
    session: Session,
    setup: Setup,
    item: Item,
    incident: Incident,
    change: IncidentChange,
    held_because: str | None,
) -> None:
    """Store an incident and its change, and owe the change to every route that takes it.

    A route that was owed nothing but held items' alerts has not heard of the incident: the next report opens it there.
    """
    incidents.save_incident(session, incident)
    incidents.add_change(session, change)
    heard = {
        alert.route_id
        for alert in alerts.alerts_of(session, incident.id)
        if alert.held_because not in (FIRST_POLL, REISSUED)
    }
    held = held_because or hold_reason(incident, change, item.published_at, change.at, setup.config.alerts.max_age)
    for routed in routes_for(incident, change, setup.book.routes, setup.book.gazetteer, heard=heard):
        alerts.add_alert(session, incident.id, routed.route_id, routed.kind, change.at, held_because=held)
    log.info(
        "incident_opened" if len(incident.reports) == 1 else "incident_updated",
        incident=incident.id,
        change=change.kind.value,
        action=incident.action.value,
        place=incident.place,
        item=item.id,
        held=held,
    )
