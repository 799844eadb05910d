from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from watcher.detect.actors import Actors
from watcher.incidents.summarise import agreed_date, explain_confidence, lead_report, summarise
from watcher.model import Action, Finding, Incident, IncidentState, Report, Status

Tell = Callable[..., Finding]
MakeReport = Callable[..., Report]


@pytest.mark.parametrize(
    ("rows", "lead"),
    [
        ([{"status": "claimed", "gained_by": "is", "lost_by": "sdf"}, {}], 1),  # asserted before claimed
        ([{"gained_by": "is"}, {"gained_by": "is", "lost_by": "sdf"}], 1),  # then most sides
        ([{"extent": "near"}, {"extent": "full"}, {"extent": "partial"}], 1),  # then widest
        ([{"confidence": 0.7}, {"confidence": 0.9}], 1),  # then surest
        ([{}, {}], 0),  # then earliest
        ([{"status": "negated", "gained_by": "is", "lost_by": "sdf"}, {}], 1),  # a denial leads never
    ],
)
def test_the_fullest_report_leads(tell: Tell, make_report: MakeReport, rows: list[dict[str, Any]], lead: int) -> None:
    reports = [make_report(tell(**row), f"Outlet {number}") for number, row in enumerate(rows)]

    assert lead_report(reports) is reports[lead]


def test_the_fullest_report_decides_the_action_and_the_asserted_ones_the_extent(
    tell: Tell, make_report: MakeReport, make_incident: Callable[..., Incident], actors: Actors
) -> None:
    incident = make_incident(tell("withdrawn", None, "sdf", extent="partial"))
    claimed = make_report(tell("captured", "is", "sdf", status="claimed", extent="full"), "Amaq")
    fuller = make_report(tell("captured", "is", "sdf", extent="partial"), "Levant Post")

    summary = summarise(_with(incident, claimed, fuller), actors)

    assert (summary.action, summary.status, summary.extent) == (Action.CAPTURED, Status.ASSERTED, "partial")


def _with(incident: Incident, *reports: Report) -> Incident:
    return replace(incident, reports=(*incident.reports, *reports))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("A", None)], None),
        ([("A", 9)], 9),
        ([("A", 9), ("B", 8), ("C", 9)], 9),  # most outlets
        ([("A", 9), ("B", 8)], 8),  # the earliest of equals
        ([("A", 9), ("A", 9), ("B", 8)], 8),  # an outlet counts once
        ([("A", None), ("B", 9)], 9),
    ],
)
def test_the_agreed_date(
    tell: Tell, make_report: MakeReport, told: list[tuple[str, int | None]], expected: int | None
) -> None:
    reports = [make_report(tell(day=day), outlet) for outlet, day in told]
    denial = make_report(tell(day=1, status="negated"), "State TV")

    assert agreed_date([*reports, denial]) == (None if expected is None else date(2016, 6, expected))


def test_only_different_outlets_add_confidence_and_denials_take_some(tell: Tell, make_report: MakeReport) -> None:
    reports = [
        make_report(tell(confidence=0.6), "Levant Post"),
        make_report(tell(confidence=0.8), "Crescent Wire"),
        make_report(tell(confidence=0.5), "Crescent Wire"),
        make_report(tell(status="negated"), "State TV"),
        make_report(tell(status="negated"), "State TV"),
    ]

    steps = explain_confidence(reports)

    assert [str(step) for step in steps] == [
        "told by Crescent Wire (+0.80)",
        "also told by Levant Post (+0.06)",
        "denied in State TV (-0.26)",
    ]


def test_no_number_of_outlets_makes_it_certain(tell: Tell, make_report: MakeReport) -> None:
    reports = [make_report(tell(confidence=1.0), f"Outlet {number}") for number in range(30)]

    assert sum(step.weight or 0 for step in explain_confidence(reports)) == pytest.approx(0.99)


def test_an_item_that_tells_of_a_denial_makes_the_incident_disputed(
    tell: Tell, make_incident: Callable[..., Incident]
) -> None:
    assert make_incident(tell(reasons=("disputed: denied by the army",))).state is IncidentState.DISPUTED
    assert make_incident(tell(reasons=("trigger",))).state is IncidentState.OPENED
