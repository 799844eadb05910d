"""Step 3 of the pipeline: findings -> incidents -> alerts owed to routes, inside the transaction of one poll.

The decisions are made in incidents/ and alerts/; here they are looked up for, and their results stored. What edits take
back is settled in corrections.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import structlog

from watcher.alerts.routes import hold_reason, routes_for, watch_for
from watcher.control import holdings_of
from watcher.feeds.news import FIRST_POLL, REISSUED
from watcher.incidents.changes import (
    Changed,
    close_incident,
    dispute_incident,
    join_incident,
    open_incident,
    quiet_time,
    reopened,
)
from watcher.incidents.correlate import CORRELATION_WINDOW, Correlation, Verdict, correlate, is_denial
from watcher.incidents.direction import told_at, told_by
from watcher.incidents.known import compare_with_ledger
from watcher.incidents.reversals import relink
from watcher.incidents.summarise import summarise
from watcher.incidents.voices import voice_of
from watcher.model import (
    ChangeKind,
    Filing,
    Finding,
    Incident,
    IncidentChange,
    Item,
    PlaceId,
    ReadFrom,
    Report,
    Severity,
    Watch,
)
from watcher.ports import Ports, Setup
from watcher.store import alerts, filings, incidents
from watcher.store.database import Session

log = structlog.get_logger()

UNWATCHED = "unwatched"


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
    """Let each finding of an item open, join or dispute an incident; and note what became of it.

    To be called in the transaction that stores the item and its findings, after that. ``held_because`` tells why this
    item alerts nobody (feeds/news.py); what other items report of the same incident later still does. ``read_from``
    is where the findings were read.
    """
    for finding in findings:
        if not finding.status.alerts and not is_denial(finding):
            continue
        watched = watch_for(finding, setup.book.watches, setup.book.gazetteer)
        if watched is None:
            because = "no watch follows this place and event with this confidence"
            filings.add_filing(session, Filing(item.id, finding, now, UNWATCHED, because))
            continue
        known = _candidates(session, setup, item, finding, now)
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
        report = _report(setup, item, finding, correlation.because, now, read_from)
        changed = _file(session, setup, correlation, report, watched, now=now)
        changed = _ask_the_ledger(session, setup, report, changed)
        for incident, change in changed:
            store_change(session, setup, item, incident, change, held_because)
        if changed:
            settle_reversals(session, setup, item, (*known, changed[0][0]), now, held_because)
        filings.add_filing(session, _filing(item, finding, correlation, changed, now))


def _candidates(session: Session, setup: Setup, item: Item, finding: Finding, now: datetime) -> tuple[Incident, ...]:
    """The incidents that a finding may be part of, and those next to them."""
    told = told_by(item.published_at, now)
    return incidents_around(session, setup, finding.place, finding, told)


def incidents_around(
    session: Session, setup: Setup, place: PlaceId, finding: Finding, told: datetime
) -> tuple[Incident, ...]:
    """The incidents of a kind at a place, inside it and around it, near a finding in time."""
    gazetteer = setup.book.gazetteer
    places = [one.id for one in gazetteer if gazetteer.contains(place, one.id) or gazetteer.contains(one.id, place)]
    return incidents.incidents_near(session, finding.event, places, told - CORRELATION_WINDOW, finding.event_date)


def _report(setup: Setup, item: Item, finding: Finding, because: str, now: datetime, read_from: ReadFrom) -> Report:
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
        voice=voice_of(finding, item.outlet, setup.book.actors),
    )


def _file(
    session: Session,
    setup: Setup,
    correlation: Correlation,
    report: Report,
    watched: tuple[Watch, Severity],
    *,
    now: datetime,
) -> tuple[Changed, ...]:
    """The incident that a report is about, after it, with each line for its history."""
    actors = setup.book.actors
    if correlation.verdict is Verdict.OPENS:
        return (open_incident(incidents.next_incident_id(session), report, *watched, actors, now),)
    known = correlation.incident
    if known is None:
        return ()
    change = join_incident if correlation.verdict is Verdict.JOINS else dispute_incident
    incident, line = change(known, report, actors, now)
    again = reopened(known, report, now)
    return ((incident, line),) if again is None else ((incident, again), (incident, line))


def _ask_the_ledger(
    session: Session, setup: Setup, report: Report, changed: tuple[Changed, ...]
) -> tuple[Changed, ...]:
    """Mark an incident that opens as known or as against the ledger; and one that was known as news, once it is."""
    if not changed:
        return ()
    *before, (incident, change) = changed
    opens = change.kind is ChangeKind.OPENED
    if not report.finding.status.alerts or not (opens or incident.known_because is not None):
        return changed
    told = told_at(report)
    holdings = holdings_of(session, setup, incident.event, incident.place, without=(incident.id,))
    standing = compare_with_ledger(report.finding, told, holdings, setup.book.actors, setup.book.control.known_for)
    marked = replace(incident, known_because=standing.known_because, against_ledger=standing.against_ledger)
    words = standing.known_because or standing.against_ledger
    if opens and words is not None:
        told_why = replace(report, joined_because=f"{report.joined_because}; {words}")
        marked = replace(marked, reports=(told_why,))
    if opens and standing.known_because is not None:
        change = replace(change, kind=ChangeKind.KNOWN, detail=f"{change.detail}; known: {standing.known_because}")
    elif not opens and standing.known_because is None:
        kind = change.kind if change.kind.pushes else ChangeKind.EXTENDED
        change = replace(change, kind=kind, detail=f"{change.detail}; taken for known so far, and is news after all")
    elif not opens:
        marked = incident
    return (*((marked, line) for _, line in before), (marked, change))


def _filing(
    item: Item,
    finding: Finding,
    correlation: Correlation,
    changed: tuple[Changed, ...],
    now: datetime,
) -> Filing:
    incident_id = changed[0][0].id if changed else None
    verdict, because, considered = correlation.verdict.value, correlation.because, correlation.considered
    return Filing(item.id, finding, now, verdict, because, incident_id, considered)


def settle_reversals(
    session: Session,
    setup: Setup,
    item: Item,
    ground: Iterable[Incident],
    now: datetime,
    held_because: str | None = None,
) -> None:
    """Mark which incidents on one ground are undone by others now, and which are not any more.

    Of an incident that is given twice the last counts.
    """
    latest = {incident.id: incident for incident in ground}
    for incident, change in relink(latest.values(), setup.book.actors, now):
        store_change(session, setup, item, incident, change, held_because)


def weigh_again(session: Session, setup: Setup, item: Item, now: datetime) -> None:
    """Let the incidents that an edited item is part of weigh it by what it is now: a text of its own, or a copy."""
    for incident in incidents.incidents_of_item(session, item.id):
        weighed = summarise(incident, setup.book.actors)
        if weighed == incident:
            continue
        outlet = next(report.outlet for report in incident.reports if report.item_id == item.id)
        now_is = "a text of its own" if item.copy_of is None else f"a copy of item {item.copy_of}"
        became = f"confidence {incident.confidence:.2f} became {weighed.confidence:.2f}"
        detail = f"edited by {outlet}, it is {now_is} now: {became}"
        incidents.save_incident(session, replace(weighed, updated_at=max(weighed.updated_at, now)))
        incidents.add_change(session, IncidentChange(incident.id, ChangeKind.REPEATED, now, item.id, detail))


def close_quiet_incidents(ports: Ports, setup: Setup) -> int:
    """Close the incidents of which nothing was told for as long as their watch says; return how many."""
    now = ports.clock.now()
    watches = {watch.id: watch for watch in setup.book.watches}
    waits = [watch.close_after for watch in setup.book.watches]
    if not waits:
        return 0
    with ports.database.reading() as session:
        quiet = incidents.open_incidents(session, now - min(waits))
    closed = 0
    for found in quiet:
        watch = watches.get(found.watch_id)
        wait = max(waits) if watch is None else watch.close_after
        if quiet_time(found, now) < wait:
            continue
        with ports.database.writing() as session:
            current = incidents.get_incident(session, found.id)
            if current != found:
                continue  # a report came in meanwhile
            incident, change = close_incident(found, quiet_time(found, now), setup.book.actors, now)
            incidents.save_incident(session, incident)
            incidents.add_change(session, change)
        log.info("incident_closed", incident=found.id)
        closed += 1
    return closed


def store_change(
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
    if change.kind is ChangeKind.REOPENED:
        return  # what reopened it is told
    heard = {
        alert.route_id
        for alert in alerts.alerts_of(session, incident.id)
        if alert.held_because not in (FIRST_POLL, REISSUED)
    }
    held = held_because or hold_reason(incident, change, item.published_at, change.at, setup.config.alerts.max_age)
    for routed in routes_for(incident, change, setup.book.routes, setup.book.gazetteer, heard=heard):
        if change.kind is ChangeKind.WITHDRAWN and routed.route_id not in heard:
            continue  # who was not told of it needs no correction
        kind = ChangeKind.KNOWN if change.kind is ChangeKind.KNOWN else routed.kind
        alerts.add_alert(session, incident.id, routed.route_id, kind, change.at, held_because=held)
    log.info(
        "incident_opened" if len(incident.reports) == 1 else "incident_updated",
        incident=incident.id,
        change=change.kind.value,
        action=incident.action.value,
        place=incident.place,
        item=item.id,
        held=held,
    )
