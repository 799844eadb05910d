from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.incidents.changes import open_incident
from watcher.model import (
    Action,
    Actor,
    ActorId,
    Event,
    Extent,
    Finding,
    Incident,
    IncidentId,
    ItemId,
    Place,
    PlaceId,
    Position,
    Reason,
    Report,
    Severity,
    Status,
    Watch,
    WatchId,
)

NOW = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)
ORIGIN = Position("rules/some.yaml", 3)

Tell = Callable[..., Finding]
MakeReport = Callable[..., Report]
MakeIncident = Callable[..., Incident]


SIDES = {"is": None, "opposition": None, "government": None, "sdf": None, "ypg": "sdf", "ypj": "ypg"}
ACTORS = Actors(
    tuple(
        Actor(ActorId(actor), None if inside is None else ActorId(inside), actor, None, (actor,), ORIGIN)
        for actor, inside in SIDES.items()
    )
)


@pytest.fixture(scope="session")
def actors() -> Actors:
    return ACTORS


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    tree = {"aleppo": None, "marea": "aleppo", "azaz": "aleppo", "raqqa": None, "raqqa_city": "raqqa"}
    tree["senaa"] = "raqqa_city"
    return Gazetteer(
        tuple(
            Place(PlaceId(place), "town", None if inside is None else PlaceId(inside), place, None, (place,), ORIGIN)
            for place, inside in tree.items()
        )
    )


def tell_of(
    action: str = "captured",
    gained_by: str | None = None,
    lost_by: str | None = None,
    *,
    place: str = "marea",
    area: str = "aleppo",
    day: int | None = 8,
    status: str = "asserted",
    extent: str = "full",
    confidence: float = 0.8,
    reasons: tuple[str, ...] = (),
    attributed_to: str | None = None,
) -> Finding:
    """Make a finding; the action decides the event, and ``day`` is a day of June 2016."""
    siege = action in ("imposed", "tightened", "broken", "lifted")
    return Finding(
        event=Event.SIEGE if siege else Event.CONTROL_CHANGE,
        action=Action(action),
        place=PlaceId(place),
        area=PlaceId(area),
        gained_by=None if gained_by is None else ActorId(gained_by),
        lost_by=None if lost_by is None else ActorId(lost_by),
        status=Status(status),
        extent=Extent(extent),
        event_date=None if day is None else date(2016, 6, day),
        attributed_to=attributed_to,
        quote="A sentence.",
        start=0,
        end=11,
        confidence=confidence,
        rule=ORIGIN,
        reasons=tuple(Reason(text) for text in reasons),
    )


def report_of(finding: Finding, outlet: str = "Crescent Wire", *, hours: float = 0, item: str = "") -> Report:
    """Make the report of an outlet, published and seen so many hours after NOW."""
    told = NOW + timedelta(hours=hours)
    return Report(
        item_id=ItemId(item or f"item-{outlet}-{hours}"),
        outlet=outlet,
        source=outlet,
        title="A title",
        url="https://news.example/a",
        published_at=told,
        reported_at=told,
        finding=finding,
        joined_because="it was first",
    )


def incident_of(finding: Finding, number: int = 1, outlet: str = "Crescent Wire", *, hours: float = 0) -> Incident:
    watch = Watch(WatchId("north"), "North", (finding.area,), tuple(Event), Severity.HIGH, ORIGIN)
    report = report_of(finding, outlet, hours=hours)
    incident, _ = open_incident(IncidentId(f"i-{number}"), report, watch, Severity.HIGH, ACTORS, report.reported_at)
    return incident


@pytest.fixture(scope="session")
def tell() -> Tell:
    return tell_of


@pytest.fixture(scope="session")
def make_report() -> MakeReport:
    return report_of


@pytest.fixture(scope="session")
def make_incident() -> MakeIncident:
    return incident_of


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW
