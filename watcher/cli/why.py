"""``watcher why INCIDENT`` and ``watcher why-not ITEM``: every decision from item to delivery, with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from watcher.alerts.hostile import clean
from watcher.alerts.names import Names, make_names
from watcher.alerts.routes import why_not_routed
from watcher.alerts.wording import reported_by, what_happened
from watcher.cli.context import directories
from watcher.cli.incidents import find_incident
from watcher.cli.items import find_item
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.feeds.fulltext import say_what_was_read
from watcher.incidents.correlate import is_denial
from watcher.incidents.summarise import explain_confidence
from watcher.model import Filing, Finding, Incident, IncidentId, Item, ReadFrom, Report
from watcher.ports import Setup
from watcher.store.alerts import alerts_of
from watcher.store.database import Session
from watcher.store.filings import filings_of_item
from watcher.store.holds import holds_of
from watcher.store.incidents import changes_of, incidents_of_item
from watcher.store.items import where_found
from watcher.store.outbox import deliveries_of_incident
from watcher.store.pages import page_of


def why(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="An id, its beginning, or its number.")],
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell why an incident was reported: its sentences, rules, routes, digests and deliveries."""
    folders = directories(context)
    setup = load_setup(folders)
    with existing_database(folders, setup.config) as database:
        found = find_incident(database, incident)
        with database.reading() as session:
            if json_output:
                print(json.dumps(_trace(session, found), ensure_ascii=False, indent=2))
            else:
                for line in _explain(session, found, setup):
                    print(line)


def _trace(session: Session, incident: Incident) -> dict[str, object]:
    deliveries = deliveries_of_incident(session, incident.id)
    alerts = alerts_of(session, incident.id)
    return {
        "incident": as_json(incident),
        "changes": as_json(changes_of(session, incident.id)),
        "filings": [as_json(_filing_of(session, report)) for report in incident.reports],
        "alerts": as_json(alerts),
        "holds": as_json(holds_of(session, [alert.id for alert in alerts])),
        "deliveries": [
            {
                "id": delivery.id,
                "channel": delivery.channel_id,
                "state": delivery.state.value,
                "attempts": delivery.attempts,
                "created_at": as_json(delivery.created_at),
                "sent_at": as_json(delivery.sent_at),
                "error": delivery.error,
                "subject": delivery.message.subject,
            }
            for delivery in deliveries
        ],
    }


def _explain(session: Session, incident: Incident, setup: Setup) -> Iterator[str]:
    names = make_names(setup.book.gazetteer, setup.book.actors)
    yield from _explain_standing(incident, names)
    for report in incident.reports:
        yield ""
        yield from _explain_report(report, _filing_of(session, report))
    yield ""
    yield "what followed (UTC)"
    for change in changes_of(session, incident.id):
        yield f"  {change.at:%Y-%m-%d %H:%M}  {change.kind.value}: {change.detail}"
    yield from _explain_alerts(session, incident)
    for route in setup.book.routes:
        refusal = why_not_routed(incident, route, setup.book.gazetteer)
        if refusal is not None:
            yield f"  {refusal}"
    for delivery in deliveries_of_incident(session, incident.id):
        told = "" if delivery.sent_at is None else f" at {delivery.sent_at:%Y-%m-%d %H:%M}"
        error = "" if delivery.error is None else f": {delivery.error}"
        yield (
            f"  digest {delivery.digest_id} to channel {delivery.channel_id}: {delivery.state.value}{told}, "
            f"attempt {delivery.attempts}{error}"
        )


def _explain_alerts(session: Session, incident: Incident) -> Iterator[str]:
    for alert in alerts_of(session, incident.id):
        if alert.held_because is not None:
            fate = f"held: {alert.held_because}"
        elif alert.digest_id is None:
            fate = "waits for the route's next digest"
        else:
            fate = f"went into digest {alert.digest_id}"
        yield f"  {alert.created_at:%Y-%m-%d %H:%M}  route {alert.route_id}: {alert.kind.value}, {fate}"
        for hold in holds_of(session, [alert.id]):
            until = "still" if hold.ended_at is None else f"until {hold.ended_at:%Y-%m-%d %H:%M}"
            yield f"  {hold.since:%Y-%m-%d %H:%M}    held {until}: {hold.because}"


def _explain_standing(incident: Incident, names: Names) -> Iterator[str]:
    yield f"{incident.id}: {what_happened(incident, names)}"
    yield (
        f"{incident.status.value}, {incident.state.value}, confidence {incident.confidence:.2f}, "
        f"severity {incident.severity.value} (watch '{incident.watch_id}', {incident.watch_rule.file_line})"
    )
    yield f"it is {incident.state.value} because: {clean(incident.state_because) or 'first told so'}"
    if incident.reversed_by is not None:
        yield f"undone by {incident.reversed_by}: 'watcher why {incident.reversed_by}'"
    yield reported_by(incident)
    for step in explain_confidence(incident.reports):
        yield f"  {step}"


def _filing_of(session: Session, report: Report) -> Filing | None:
    filed = (filing for filing in filings_of_item(session, report.item_id) if filing.finding == report.finding)
    return next(filed, None)


def _explain_considered(filing: Filing | None) -> Iterator[str]:
    for incident_id, words in () if filing is None else filing.considered:
        yield f"  not part of {incident_id}: {words}"


def _explain_report(report: Report, filing: Filing | None) -> Iterator[str]:
    finding = report.finding
    yield f"{report.outlet}: {report.title}"
    yield f"  item {report.item_id}, seen {report.reported_at:%Y-%m-%d %H:%M} UTC, {report.url or 'no link'}"
    yield f"  joined because: {report.joined_because}"
    yield from _explain_considered(filing)
    if report.voice is not None:
        yield f"  speaks for: {report.voice}"
    if report.withdrawn_because is not None:
        yield f"  withdrawn: {report.withdrawn_because}"
    if report.copy_of is not None:
        yield f"  a copy of item {report.copy_of}: 'watcher why-not {report.item_id}' tells why"
    if report.read_from is ReadFrom.PAGE:
        yield "  read in the page behind the item, not in the feed's words"
    yield from _explain_finding(finding)


def _explain_finding(finding: Finding) -> Iterator[str]:
    yield f"  “{finding.quote}”"
    words = ", ".join(
        f"{mark.role} ‘{finding.quote[mark.start - finding.start : mark.end - finding.start]}’ ({mark.label})"
        for mark in finding.marks
        if finding.start <= mark.start and mark.end <= finding.end
    )
    yield f"  matched: {words or 'nothing marked'}"
    yield f"  rule: {finding.rule.file_line}"
    for reason in finding.reasons:
        yield f"  - {reason}"


def why_not(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="An item's id, or its beginning.")],
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell what became of an item: what was found in it, and for each finding the step that held or sent it."""
    folders = directories(context)
    setup = load_setup(folders)
    with existing_database(folders, setup.config) as database:
        found = find_item(database, item)
        with database.reading() as session:
            read = where_found(session, found.id)
            page = page_of(session, found.id)
            joined = incidents_of_item(session, found.id)
            filed = {filing.finding: filing for filing in filings_of_item(session, found.id)}
            ways = {incident.id: tuple(_way_out(session, incident, found)) for incident in joined}
    names = make_names(setup.book.gazetteer, setup.book.actors)
    fates = [(finding, _fate(finding, found, joined, filed.get(finding), names)) for finding in read]
    told_of = {finding: _incident_with(finding, found, joined) for finding in read}
    if json_output:
        verdicts = [
            {
                "finding": as_json(finding),
                "read_from": read[finding].value,
                "fate": fate,
                "filing": as_json(filed.get(finding)),
                "way_out": list(_steps(told_of[finding], ways)),
            }
            for finding, fate in fates
        ]
        answer = {"item": as_json(found), "page": as_json(page), "findings": verdicts}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    print(f"{found.id}: {found.title}")
    print(f"{found.outlet}, first seen {found.first_seen_at:%Y-%m-%d %H:%M} UTC, {found.url or 'no link'}")
    if found.copy_of is not None:
        print(f"a copy of item {found.copy_of}: it {found.copy_because}")
    print(f"read: {say_what_was_read(page)}")
    if not read:
        print(
            "\nno finding: 'watcher explain' on this item shows which words were looked at and why they did not count"
        )
    for finding, fate in fates:
        print(f"\n{finding.event.value}/{finding.action.value} at {names.place(finding.place)}: {fate}")
        if read[finding] is ReadFrom.PAGE:
            print("  read in the page behind the item, not in the feed's words")
        considered = _explain_considered(filed.get(finding))
        for line in (*_steps(told_of[finding], ways), *considered, *_explain_finding(finding)):
            print(line)


def _steps(incident: Incident | None, ways: Mapping[IncidentId, tuple[str, ...]]) -> tuple[str, ...]:
    return () if incident is None else ways[incident.id]


def _way_out(session: Session, incident: Incident, item: Item) -> Iterator[str]:
    """How far what this item changed got: the step that holds it, or the channels that took it."""
    moments = {change.at for change in changes_of(session, incident.id) if change.item_id == item.id}
    deliveries = deliveries_of_incident(session, incident.id)
    for alert in alerts_of(session, incident.id):
        if alert.created_at not in moments:
            continue
        route = f"  route {alert.route_id}: {alert.kind.value}"
        holding = [hold for hold in holds_of(session, [alert.id]) if hold.ended_at is None]
        if alert.held_because is not None:
            yield f"{route}, held: {alert.held_because}"
        elif holding:
            yield f"{route}, held: {'; '.join(hold.because for hold in holding)}"
        elif alert.digest_id is None:
            yield f"{route}, waits for the route's next digest"
        else:
            sent = [one for one in deliveries if one.digest_id == alert.digest_id]
            states = ", ".join(f"{one.channel_id} {one.state.value}" for one in sent) or "no channel"
            yield f"{route}, in digest {alert.digest_id}: {states}"


def _incident_with(finding: Finding, item: Item, joined: tuple[Incident, ...]) -> Incident | None:
    for incident in joined:
        if any(report.item_id == item.id and report.finding == finding for report in incident.reports):
            return incident
    return None


def _fate(finding: Finding, item: Item, joined: tuple[Incident, ...], filing: Filing | None, names: Names) -> str:
    """What became of a finding, in one line."""
    for incident in joined:
        for report in incident.reports:
            if report.item_id == item.id and report.finding == finding:
                part = f"part of {incident.id} ({what_happened(incident, names)}): 'watcher why {incident.id}'"
                return (
                    part if report.withdrawn_because is None else f"withdrawn, {report.withdrawn_because}; was {part}"
                )
    if filing is not None:
        return f"held: {filing.because}"
    if not finding.status.alerts and not is_denial(finding):
        return f"held: its status is {finding.status.value}, which is no news"
    return "held: it was filed before this version, which notes why"
