from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from watcher.detect.actors import Actors
from watcher.incidents.changes import dispute_incident, join_incident, open_incident
from watcher.model import (
    ActorId,
    ChangeKind,
    Event,
    Extent,
    Finding,
    Incident,
    IncidentId,
    IncidentState,
    Position,
    Report,
    Severity,
    Status,
    Watch,
    WatchId,
)

Tell = Callable[..., Finding]
MakeIncident = Callable[..., Incident]
MakeReport = Callable[..., Report]


def test_an_incident_opens_with_what_its_first_report_tells(
    tell: Tell, make_report: MakeReport, actors: Actors, now: datetime
) -> None:
    finding = tell("withdrawn", None, "is", extent="near", status="claimed", confidence=0.7)
    report = make_report(finding)
    watch = Watch(WatchId("north"), "North", (finding.area,), tuple(Event), Severity.HIGH, Position("w.yaml", 9))

    incident, change = open_incident(IncidentId("i-7"), report, watch, Severity.CRITICAL, actors, now)

    told = (incident.event, incident.action, incident.place, incident.area, incident.gained_by, incident.lost_by)
    assert told == (finding.event, finding.action, finding.place, finding.area, None, "is")
    assert (incident.status, incident.extent, incident.event_date) == (
        Status.CLAIMED,
        Extent.NEAR,
        finding.event_date,
    )
    assert (incident.confidence, incident.severity, incident.state) == (0.7, Severity.CRITICAL, IncidentState.OPENED)
    assert (incident.watch_id, incident.watch_rule) == ("north", Position("w.yaml", 9))
    assert (incident.opened_at, incident.updated_at, incident.reports) == (now, now, (report,))
    assert (change.incident_id, change.kind, change.at, change.item_id, change.detail) == (
        "i-7",
        ChangeKind.OPENED,
        now,
        report.item_id,
        "first told by Crescent Wire",
    )


def test_a_report_that_tells_of_no_change_opens_nothing(
    tell: Tell, make_report: MakeReport, actors: Actors, now: datetime
) -> None:
    watch = Watch(WatchId("north"), "North", (), (), Severity.HIGH, Position("w.yaml"))
    message = "an incident needs a report that tells of the change, got only denials or none"

    with pytest.raises(ValueError, match=f"^{message}$"):
        open_incident(IncidentId("i-1"), make_report(tell(status="negated")), watch, Severity.HIGH, actors, now)


CLAIMED = {"status": "claimed"}
PARTIAL = {"extent": "partial"}
BROKEN_BY_IS = {"action": "broken", "gained_by": "is"}


@pytest.mark.parametrize(
    ("known", "told", "outlet", "kind", "detail"),
    [
        ({}, {}, "Levant Post", "confirmed", "also told by Levant Post, 2 outlets in all"),
        ({}, {}, "Crescent Wire", "repeated", "told again by Crescent Wire"),
        ({}, CLAIMED, "Levant Post", "confirmed", "also told by Levant Post, 2 outlets in all"),
        (CLAIMED, {}, "Levant Post", "upgraded", "only claimed so far, told as a fact by Levant Post"),
        (CLAIMED, {}, "Crescent Wire", "upgraded", "only claimed so far, told as a fact by Crescent Wire"),
        (PARTIAL, {}, "Levant Post", "extended", "only part of the place so far, all of it by Levant Post"),
        ({}, PARTIAL, "Levant Post", "confirmed", "also told by Levant Post, 2 outlets in all"),
        ({}, {"gained_by": "opposition"}, "Levant Post", "extended", "who gained it is now told, by Levant Post"),
        ({}, {"lost_by": "is"}, "Levant Post", "confirmed", "also told by Levant Post, 2 outlets in all"),
        ({"action": "broken"}, BROKEN_BY_IS, "Crescent Wire", "repeated", "told again by Crescent Wire"),
    ],
)  # fmt: skip
def test_joining_says_what_it_did(
    *,
    tell: Tell,
    make_report: MakeReport,
    make_incident: MakeIncident,
    actors: Actors,
    now: datetime,
    known: dict[str, Any],
    told: dict[str, Any],
    outlet: str,
    kind: str,
    detail: str,
) -> None:
    later = now + timedelta(hours=2)
    report = make_report(tell(**told), outlet, hours=2)

    joined, change = join_incident(make_incident(tell(**known)), report, actors, later)

    assert (change.kind, change.detail, change.at, change.item_id) == (kind, detail, later, report.item_id)
    assert joined.reports[-1] is report
    assert (joined.opened_at, joined.updated_at) == (now, later)


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        (None, None, None),
        (None, "is", "is"),
        ("is", None, "is"),
        ("sdf", "ypg", "ypg"),
        ("ypg", "sdf", "ypg"),
        ("sdf", "ypj", "ypj"),
        ("is", "is", "is"),
        ("gone", "sdf", "gone"),  # an actor that the rules no longer know
        ("sdf", "gone", "sdf"),
    ],
)
def test_the_most_specific_side_is_kept(
    *,
    tell: Tell,
    make_report: MakeReport,
    make_incident: MakeIncident,
    actors: Actors,
    now: datetime,
    known: str | None,
    told: str | None,
    expected: str | None,
) -> None:
    incident = make_incident(tell("captured", known, known))

    joined, _ = join_incident(incident, make_report(tell("captured", told, told), "Levant Post"), actors, now)

    assert (joined.gained_by, joined.lost_by) == (expected and ActorId(expected),) * 2


def test_a_second_outlet_confirms_and_the_same_one_does_not(
    tell: Tell, make_report: MakeReport, make_incident: MakeIncident, actors: Actors, now: datetime
) -> None:
    incident = make_incident(tell())

    repeated, _ = join_incident(incident, make_report(tell(), "Crescent Wire", hours=1), actors, now)
    confirmed, _ = join_incident(repeated, make_report(tell(), "Levant Post", hours=2), actors, now)

    assert (repeated.state, confirmed.state) == (IncidentState.OPENED, IncidentState.CONFIRMED)
    assert incident.confidence == repeated.confidence < confirmed.confidence


@pytest.mark.parametrize(
    ("by", "detail"), [(None, "denied in State TV"), ("the army", "denied in State TV by the army")]
)
def test_a_denial_disputes_an_incident_once_per_outlet(
    *,
    tell: Tell,
    make_report: MakeReport,
    make_incident: MakeIncident,
    actors: Actors,
    now: datetime,
    by: str | None,
    detail: str,
) -> None:
    denial = tell(status="negated", reasons=("denied",), attributed_to=by)
    later = now + timedelta(hours=1)

    disputed, first = dispute_incident(make_incident(tell()), make_report(denial, "State TV"), actors, later)
    again, second = dispute_incident(disputed, make_report(denial, "State TV", hours=3), actors, later)
    other, third = dispute_incident(again, make_report(denial, "Other TV", hours=3), actors, later)

    assert (disputed.state, disputed.status, disputed.updated_at) == (IncidentState.DISPUTED, Status.ASSERTED, later)
    assert disputed.confidence < 0.8
    assert (first.kind, first.detail) == (ChangeKind.DISPUTED, detail)
    assert (second.kind, second.detail) == (ChangeKind.REPEATED, f"{detail}, again")
    most = "denied by most who take no side, in State TV, Other TV, told by 1 such outlet"
    assert (third.kind, third.detail) == (ChangeKind.DENIED, f"{detail.replace('State', 'Other')}: {most}")
    assert (other.state, other.state_because) == (IncidentState.DENIED, most)
    assert other.confidence < again.confidence == disputed.confidence


def test_a_further_report_leaves_a_disputed_incident_disputed(
    tell: Tell, make_report: MakeReport, make_incident: MakeIncident, actors: Actors, now: datetime
) -> None:
    disputed, _ = dispute_incident(make_incident(tell()), make_report(tell(status="negated"), "State TV"), actors, now)

    joined, change = join_incident(disputed, make_report(tell(), "Levant Post"), actors, now)

    assert (joined.state, change.kind) == (IncidentState.DISPUTED, ChangeKind.CONFIRMED)
