from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from watcher.alerts.routes import (
    FALLBACK_ROUTE_ID,
    Routed,
    fallback_route,
    hold_reason,
    routes_for,
    watch_for,
    why_not_routed,
)
from watcher.detect.gazetteer import Gazetteer
from watcher.model import (
    ChangeKind,
    ChannelId,
    Event,
    Incident,
    IncidentChange,
    ItemId,
    PlaceId,
    Position,
    Route,
    RouteId,
    Severity,
    Status,
    Timing,
    Watch,
    WatchId,
)

AT_ONCE = Timing(timedelta(0), timedelta(0))
THREE_DAYS = timedelta(days=3)


def watch(name: str, areas: tuple[str, ...], **fields: Any) -> Watch:
    return Watch(
        id=WatchId(name),
        title=name,
        areas=tuple(PlaceId(area) for area in areas),
        events=fields.pop("events", tuple(Event)),
        severity=Severity.MEDIUM,
        origin=Position("rules/watches.yaml", 1),
        **fields,
    )


def route(name: str, line: int = 5, **fields: Any) -> Route:
    origin = Position("rules/routes.yaml", line)
    return Route(RouteId(name), name, (ChannelId("desk-mail"),), AT_ONCE, origin, **fields)


def change(incident: Incident, kind: str, at: datetime) -> IncidentChange:
    return IncidentChange(incident.id, ChangeKind(kind), at, ItemId("item"), "")


# --- watches -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"place": "marea"}, "north"),
        ({"place": "aleppo"}, "north"),
        ({"place": "senaa"}, "raqqa"),
        ({"place": "syria"}, None),
        ({"place": "marea", "action": "imposed"}, "sieges"),
        ({"place": "senaa", "action": "imposed"}, "raqqa"),
        ({"place": "marea", "confidence": 0.49}, "sieges-too-late"),
        ({"place": "marea", "confidence": 0.1, "status": "negated"}, "north"),
    ],
)
def test_the_first_watch_that_follows_a_finding(
    desk: Any, gazetteer: Gazetteer, told: dict[str, Any], expected: str | None
) -> None:
    watches = (
        watch("north", ("aleppo",), events=(Event.CONTROL_CHANGE,), minimum_confidence=0.5),
        watch("sieges", ("aleppo",), events=(Event.SIEGE,)),
        watch("raqqa", ("raqqa", "khan_tuman")),
        watch("sieges-too-late", ("aleppo",)),
    )

    found = watch_for(desk.tell(**told), watches, gazetteer)

    assert (found and found[0].id) == expected


@pytest.mark.parametrize(
    ("raised", "place", "expected"),
    [
        ((), "marea", "medium"),
        ((("raqqa", "critical"),), "marea", "medium"),
        ((("aleppo", "high"),), "marea", "high"),
        ((("marea", "critical"), ("aleppo", "high")), "marea", "critical"),
        ((("marea", "high"), ("aleppo", "critical")), "marea", "high"),  # the most specific place wins
        ((("aleppo", "critical"), ("azaz_district", "high")), "marea", "high"),
        ((("aleppo", "critical"), ("azaz_district", "high")), "khan_tuman", "critical"),
        ((("marea", "low"),), "marea", "medium"),  # it raises, never lowers
    ],
)
def test_the_severity_at_a_place(
    desk: Any, gazetteer: Gazetteer, raised: tuple[tuple[str, str], ...], place: str, expected: str
) -> None:
    north = watch("north", ("aleppo",), raise_to=tuple((PlaceId(p), Severity(level)) for p, level in raised))

    assert watch_for(desk.tell(place=place), (north,), gazetteer) == (north, Severity(expected))


# --- routes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "because"),
    [
        ({}, "route 'desk' takes everything (rules/routes.yaml:5)"),
        ({"areas": ("raqqa", "aleppo")}, "route 'desk' takes area aleppo (rules/routes.yaml:5)"),
        ({"areas": ("marea",), "events": (Event.SIEGE, Event.CONTROL_CHANGE)},
         "route 'desk' takes area marea, event control_change (rules/routes.yaml:5)"),
        ({"severities": (Severity.HIGH,), "statuses": (Status.ASSERTED,), "minimum_confidence": 0.8},
         "route 'desk' takes severity high, status asserted, confidence 0.80, at least 0.80 (rules/routes.yaml:5)"),
    ],
)  # fmt: skip
def test_a_route_takes_what_passes_all_its_filters(
    desk: Any, gazetteer: Gazetteer, filters: dict[str, Any], because: str
) -> None:
    incident = desk.incident(desk.report(desk.tell()))
    taking = route("desk", **filters)

    owed = routes_for(incident, change(incident, "opened", desk.now), (taking,), gazetteer)

    assert owed == (Routed(RouteId("desk"), ChangeKind.OPENED, because, taking),)
    assert why_not_routed(incident, taking, gazetteer) is None


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"areas": ("raqqa", "kafr_kalbin")}, "marea is in none of its areas"),
        ({"events": (Event.SIEGE,)}, "event control_change"),
        ({"severities": (Severity.LOW, Severity.CRITICAL)}, "severity high"),
        ({"statuses": (Status.CLAIMED,)}, "status asserted"),
        ({"minimum_confidence": 0.81}, "confidence 0.80 is below 0.81"),
    ],
)
def test_what_no_route_takes_goes_to_the_fallback_route(
    desk: Any, gazetteer: Gazetteer, filters: dict[str, Any], reason: str
) -> None:
    incident = desk.incident(desk.report(desk.tell()))
    refusing = route("desk", **filters)

    owed = routes_for(incident, change(incident, "opened", desk.now), (refusing,), gazetteer)

    assert owed == (Routed(FALLBACK_ROUTE_ID, ChangeKind.OPENED, "no route takes it"),)
    refusal = why_not_routed(incident, refusing, gazetteer)
    assert refusal == f"route 'desk' does not take {reason} (rules/routes.yaml:5)"


def test_every_route_that_takes_it_is_owed_the_change(desk: Any, gazetteer: Gazetteer) -> None:
    incident = desk.incident(desk.report(desk.tell()))
    routes = (route("desk"), route("sieges", events=(Event.SIEGE,)), route("north", areas=(PlaceId("aleppo"),)))

    owed = routes_for(incident, change(incident, "opened", desk.now), routes, gazetteer)

    assert [routed.route_id for routed in owed] == ["desk", "north"]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ((), [("late", "opened")]),  # it has not heard of it: to it, the incident is new
        (("late",), [("late", "confirmed")]),
        (("early",), [("early", "confirmed"), ("late", "opened")]),  # it was alerted, so it hears what follows
        (("unrouted",), [("late", "opened")]),
    ],
)
def test_a_route_that_has_heard_of_an_incident_hears_of_every_later_change(
    desk: Any, gazetteer: Gazetteer, heard: tuple[RouteId, ...], expected: list[tuple[str, str]]
) -> None:
    incident = desk.incident(desk.report(desk.tell()))
    routes = (route("early", statuses=(Status.CLAIMED,)), route("late", statuses=(Status.ASSERTED,)))

    owed = routes_for(incident, change(incident, "confirmed", desk.now), routes, gazetteer, heard=heard)

    assert [(routed.route_id, routed.kind) for routed in owed] == expected


@pytest.mark.parametrize(("heard", "kind"), [((), "opened"), (("unrouted",), "disputed")])
def test_the_fallback_route_hears_of_later_changes_too(
    desk: Any, gazetteer: Gazetteer, heard: tuple[RouteId, ...], kind: str
) -> None:
    incident = desk.incident(desk.report(desk.tell()))

    owed = routes_for(incident, change(incident, "disputed", desk.now), (), gazetteer, heard=heard)

    assert owed == (Routed(FALLBACK_ROUTE_ID, ChangeKind(kind), "no route takes it"),)


def test_the_fallback_route_goes_over_all_channels() -> None:
    fallback = fallback_route([ChannelId("desk-mail"), ChannelId("desk-chat")])

    assert (fallback.id, fallback.channels) == ("unrouted", ("desk-mail", "desk-chat"))
    assert fallback.timing.wait == timedelta(0)


# --- holding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "published", "expected"),
    [
        (8, -1000, None),  # the event's own day decides
        (6, -1, None),  # its day ended on the 7th at midnight
        (5, -1, "happened on 5 June 2016, more than 3 days before it was seen on 9 June 2016"),
        (None, -72, None),
        (None, -73, "published on 6 June 2016, more than 3 days before it was seen on 9 June 2016"),
        (None, None, None),
        (None, 24, None),
        (30, None, None),
    ],
)
def test_an_opening_is_held_when_its_event_or_else_its_item_is_too_old(
    desk: Any, day: int | None, published: float | None, expected: str | None
) -> None:
    incident = desk.incident(desk.report(desk.tell(day=day)))
    published_at = None if published is None else desk.now + timedelta(hours=published)

    held = hold_reason(incident, change(incident, "opened", desk.now), published_at, desk.now, THREE_DAYS)

    assert held == expected


@pytest.mark.parametrize("kind", ["confirmed", "repeated", "upgraded", "disputed", "reversed", "extended"])
def test_what_follows_a_held_opening_is_held(desk: Any, kind: str) -> None:
    incident = desk.incident(desk.report(desk.tell(day=2)))

    held = hold_reason(incident, change(incident, kind, desk.now), desk.now, desk.now, THREE_DAYS)

    old = "happened on 2 June 2016, more than 3 days before it was seen on 9 June 2016"
    assert held == f"its opening was held: {old}"


@pytest.mark.parametrize(("hours_ago", "is_told"), [(1, True), (71, True), (73, False)])
def test_fresh_news_of_a_day_nobody_names_is_told_though_an_old_item_opened_it(
    desk: Any, hours_ago: int, is_told: bool
) -> None:
    old = replace(desk.report(desk.tell(day=None)), published_at=desk.now - timedelta(days=6))
    incident = desk.incident(old)
    published_at = desk.now - timedelta(hours=hours_ago)

    held = hold_reason(incident, change(incident, "repeated", desk.now), published_at, desk.now, THREE_DAYS)

    assert (held is None) == is_told


@pytest.mark.parametrize(
    ("kind", "published", "expected"),
    [
        ("disputed", 100, None),
        ("disputed", None, None),
        ("disputed", 0, "published on 9 June 2016, more than 3 days before it was seen on 13 June 2016"),
        ("confirmed", 0, None),  # quiet changes ride along
        ("repeated", 0, None),
    ],
)
def test_what_follows_an_alerted_opening_goes_by_the_item_that_made_it(
    desk: Any, kind: str, published: float | None, expected: str | None
) -> None:
    incident = desk.incident(desk.report(desk.tell(day=8)))
    later = desk.now + timedelta(hours=100)
    published_at = None if published is None else desk.now + timedelta(hours=published)

    assert hold_reason(incident, change(incident, kind, later), published_at, later, THREE_DAYS) == expected
