from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.alerts.names import Names, make_names
from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import (
    Action,
    Actor,
    ActorId,
    Event,
    Extent,
    Finding,
    Incident,
    IncidentId,
    IncidentState,
    ItemId,
    Mark,
    Place,
    PlaceId,
    Position,
    Report,
    Severity,
    Status,
    WatchId,
)

NOW = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)
TRIGGER = Position("rules/language/en.yaml", 120)
WATCH = Position("rules/watches.yaml", 12)
ORIGIN = Position("rules/places/syria.yaml", 3)

PLACES = (
    ("syria", "country", None, "Syria"),
    ("aleppo", "governorate", "syria", "Aleppo"),
    ("azaz_district", "district", "aleppo", "Azaz"),
    ("mare", "subdistrict", "azaz_district", "Mare"),
    ("marea", "town", "mare", "Marea"),
    ("kafr_kalbin", "village", "mare", "Kafr Kalbin"),
    ("khan_tuman", "village", "aleppo", "Khan Tuman"),
    ("raqqa", "governorate", "syria", "Raqqa province"),
    ("raqqa_district", "district", "raqqa", "Raqqa"),
    ("raqqa_city", "city", "raqqa_district", "Raqqa"),
    ("senaa", "neighbourhood", "raqqa_city", "al-Senaa"),
)

ACTORS = (
    ("is", "Islamic State"),
    ("opposition", "Syrian opposition fighters"),
    ("sdf", "Syrian Democratic Forces"),
)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer(
        tuple(
            Place(PlaceId(place), kind, None if inside is None else PlaceId(inside), name, None, (name,), ORIGIN)
            for place, kind, inside, name in PLACES
        )
    )


@pytest.fixture(scope="session")
def names(gazetteer: Gazetteer) -> Names:
    actors = Actors(tuple(Actor(ActorId(actor), None, name, None, (name,), ORIGIN) for actor, name in ACTORS))
    return make_names(gazetteer, actors)


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
    quote: str = "They took the town of Marea.",
    marked: tuple[str, ...] = (),
    attributed_to: str | None = None,
) -> Finding:
    """Make a finding whose quote starts at character 100 of its item, with these words of it marked."""
    siege = action in ("imposed", "tightened", "broken", "lifted")
    starts = [(quote.index(word), word) for word in marked]
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
        quote=quote,
        start=100,
        end=100 + len(quote),
        confidence=confidence,
        rule=TRIGGER,
        marks=tuple(Mark(100 + start, 100 + start + len(word), "trigger", word) for start, word in starts),
    )


def report_of(
    finding: Finding,
    outlet: str = "Crescent Wire",
    *,
    hours: float = 0,
    title: str = "A town is taken",
    url: str | None = "https://wire.example/news/1",
    because: str = "a new change: no known incident tells of it",
    dated: bool = True,
) -> Report:
    """Make the report of an outlet, published and seen so many hours after NOW."""
    told = NOW + timedelta(hours=hours)
    return Report(
        item_id=ItemId(f"item-{outlet}-{hours}"),
        outlet=outlet,
        source=outlet,
        title=title,
        url=url,
        published_at=told if dated else None,
        reported_at=told,
        finding=finding,
        joined_because=because,
    )


def incident_of(
    *reports: Report, number: int = 1, severity: str = "high", state: str = "opened", confidence: float = 0.8
) -> Incident:
    """Make an incident that says what its first report says."""
    finding = reports[0].finding
    return Incident(
        id=IncidentId(f"i-{number}"),
        event=finding.event,
        action=finding.action,
        place=finding.place,
        area=finding.area,
        gained_by=finding.gained_by,
        lost_by=finding.lost_by,
        status=finding.status,
        extent=finding.extent,
        event_date=finding.event_date,
        confidence=confidence,
        severity=Severity(severity),
        watch_id=WatchId("north"),
        watch_rule=WATCH,
        state=IncidentState(state),
        opened_at=reports[0].reported_at,
        updated_at=reports[-1].reported_at,
        reports=reports,
    )


class Desk:
    """Makes the values that alerts are about."""

    now = NOW
    tell = staticmethod(tell_of)
    report = staticmethod(report_of)
    incident = staticmethod(incident_of)


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk()
