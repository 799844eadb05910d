"""A copy adds a source to an incident, and no weight of evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from watcher.detect.actors import Actors
from watcher.incidents.changes import join_incident
from watcher.incidents.summarise import agreed_date, explain_confidence, originals, say_sources, summarise
from watcher.model import ChangeKind, Finding, Incident, IncidentState, ItemId, Report, Status

Tell = Callable[..., Finding]
MakeReport = Callable[..., Report]
MakeIncident = Callable[..., Incident]


def copied(report: Report, of: Report) -> Report:
    return replace(report, copy_of=of.item_id)


@pytest.fixture
def wire(tell: Tell, make_report: MakeReport) -> Report:
    return make_report(tell(confidence=0.8), "Wire")


def test_each_text_weighs_once_for_the_outlet_that_had_it_first(
    tell: Tell, make_report: MakeReport, wire: Report
) -> None:
    post, ledger = (make_report(tell(confidence=0.9), outlet) for outlet in ("Post", "Ledger"))
    own = make_report(tell(confidence=0.5), "Post", hours=1)

    assert originals([copied(post, wire), wire, copied(ledger, wire), own]) == (wire, own)
    assert originals([copied(post, wire), copied(ledger, wire)]) == (copied(post, wire),)  # the wire told it elsewhere


def test_copies_add_no_confidence_and_are_listed(
    tell: Tell, make_report: MakeReport, make_incident: MakeIncident, wire: Report
) -> None:
    copy = copied(make_report(tell(confidence=0.9), "Post"), wire)
    other = make_report(tell(confidence=0.5), "Ledger")

    assert [str(step) for step in explain_confidence([wire, copy, other])] == [
        "told by Wire (+0.80)",
        "also told by Ledger (+0.05)",
        "also in Post, a copy of the text in Wire (+0.00)",
    ]
    incident = replace(make_incident(wire.finding), reports=(wire, copy, other))
    assert say_sources(incident) == "3 outlets, 2 independent"
    assert say_sources(replace(incident, reports=(wire, other))) == "2 outlets"


def test_an_incident_of_one_text_is_not_confirmed_however_many_carry_it(
    tell: Tell, make_report: MakeReport, make_incident: MakeIncident, actors: Actors, wire: Report
) -> None:
    copies = [copied(make_report(tell(), outlet), wire) for outlet in ("A", "B", "C", "D")]
    incident = summarise(replace(make_incident(wire.finding), reports=(wire, *copies)), actors)

    assert (incident.state, incident.confidence) == (IncidentState.OPENED, 0.8)
    confirmed = summarise(replace(incident, reports=(*incident.reports, make_report(tell(), "E"))), actors)
    assert confirmed.state is IncidentState.CONFIRMED


def test_a_copy_that_dropped_the_word_claims_does_not_make_it_a_fact(
    tell: Tell, make_report: MakeReport, make_incident: MakeIncident, actors: Actors
) -> None:
    wire = make_report(tell(status="claimed"), "Wire")
    copy = copied(make_report(tell(status="asserted", extent="full", day=9), "Post"), wire)

    incident = summarise(replace(make_incident(wire.finding), reports=(wire, copy)), actors)

    assert incident.status is Status.CLAIMED
    assert agreed_date((wire, copy)) == wire.finding.event_date


def test_joining_with_a_copy_is_told_as_such_and_pushes_nothing(
    tell: Tell, make_report: MakeReport, make_incident: MakeIncident, actors: Actors
) -> None:
    incident = make_incident(tell(), outlet="Wire")
    copy = replace(make_report(tell(), "Post", hours=1), copy_of=incident.reports[0].item_id)

    joined, change = join_incident(incident, copy, actors, copy.reported_at)

    assert (change.kind, change.kind.pushes) == (ChangeKind.COPIED, False)
    assert change.detail == "a copy of what Wire told is also in Post, 2 outlets, 1 independent in all"
    own = make_report(tell(), "Post", hours=2)
    _, again = join_incident(joined, own, actors, own.reported_at)
    assert again.kind is ChangeKind.CONFIRMED  # at last in words of its own
    other = replace(make_report(tell(), "Ledger", hours=3), copy_of=ItemId("unknown"))
    _, first = join_incident(joined, other, actors, other.reported_at)
    assert first.kind is ChangeKind.CONFIRMED  # what it copies told of something else


def test_a_denial_that_is_copied_counts_once(tell: Tell, make_report: MakeReport, wire: Report) -> None:
    denial = make_report(tell(status="negated"), "State TV")
    copy = copied(make_report(tell(status="negated"), "Radio"), denial)

    assert [str(step) for step in explain_confidence([wire, denial, copy])] == [
        "told by Wire (+0.80)",
        "denied in State TV (-0.24)",
    ]
