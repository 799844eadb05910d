from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from watcher.detect.actors import Actors
from watcher.incidents.changes import join_incident
from watcher.incidents.reversals import reverse_incident
from watcher.model import ChangeKind, Finding, Incident, IncidentState, Report

Tell = Callable[..., Finding]
MakeIncident = Callable[..., Incident]
MakeReport = Callable[..., Report]


@pytest.mark.parametrize(
    ("day", "detail"), [(9, "i-2 tells of the opposite on 9 June 2016"), (None, "i-2 tells of the opposite")]
)
def test_a_reversed_incident_says_what_undid_it_and_stays_reversed(
    *,
    tell: Tell,
    make_report: MakeReport,
    make_incident: MakeIncident,
    actors: Actors,
    now: datetime,
    day: int | None,
    detail: str,
) -> None:
    by = make_incident(tell("captured", "is", "opposition", day=day), 2, hours=10)
    later = now + timedelta(hours=10)

    undone, change = reverse_incident(make_incident(tell("captured", "opposition")), by, actors, later)
    joined, _ = join_incident(undone, make_report(tell("captured", "opposition"), "Levant Post"), actors, later)

    assert (undone.state, undone.updated_at, joined.state) == (IncidentState.REVERSED, later, IncidentState.REVERSED)
    assert (change.incident_id, change.kind, change.item_id, change.detail) == (
        "i-1",
        ChangeKind.REVERSED,
        by.reports[0].item_id,
        detail,
    )
