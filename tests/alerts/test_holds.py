"""What keeps an alert back, and when it is let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.alerts.holds import Reason, Told, changes_of_holds, is_quiet, reasons_to_hold, say_matchers
from watcher.detect.gazetteer import Gazetteer
from watcher.model import (
    Alert,
    ChangeKind,
    ChannelId,
    Event,
    Hold,
    HoldKind,
    Incident,
    IncidentId,
    PlaceId,
    Position,
    QuietHours,
    Route,
    RouteId,
    Silence,
    Timing,
    WatchId,
)

NOW = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHT = QuietHours("22:30", "06:30", "Europe/Berlin")
ROUTE = Route(RouteId("desk"), "Desk", (ChannelId("mail"),), Timing(timedelta(0), HOUR), Position("routes.yaml", 3))
SILENCE = Silence(3, "anna", "known offensive", NOW - HOUR, NOW + HOUR)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        (NIGHT, "2016-06-08T22:29:59+02:00", False),
        (NIGHT, "2016-06-08T22:30:00+02:00", True),
        (NIGHT, "2016-06-09T00:00:00+02:00", True),
        (NIGHT, "2016-06-09T06:29:59+02:00", True),
        (NIGHT, "2016-06-09T06:30:00+02:00", False),
        (QuietHours("12:00", "13:00", "UTC"), "2016-06-09T12:30:00+00:00", True),
        (QuietHours("12:00", "13:00", "UTC"), "2016-06-09T13:00:00+00:00", False),
        # Berlin: 02:00 to 03:00 is skipped on 27 March 2016, and comes twice on 30 October 2016
        (QuietHours("23:00", "02:30", "Europe/Berlin"), "2016-03-27T01:59:59+01:00", True),
        (QuietHours("23:00", "02:30", "Europe/Berlin"), "2016-03-27T03:00:00+02:00", False),
        (QuietHours("02:15", "02:45", "Europe/Berlin"), "2016-10-30T02:30:00+02:00", True),
        (QuietHours("02:15", "02:45", "Europe/Berlin"), "2016-10-30T02:50:00+02:00", False),
        (QuietHours("02:15", "02:45", "Europe/Berlin"), "2016-10-30T02:30:00+01:00", True),
        # Damascus: midnight to 01:00 is skipped on 25 March 2016, and comes twice on 28 October 2016
        (QuietHours("22:30", "00:30", "Asia/Damascus"), "2016-03-24T23:59:59+02:00", True),
        (QuietHours("22:30", "00:30", "Asia/Damascus"), "2016-03-25T01:00:00+03:00", False),
        (QuietHours("23:00", "06:30", "Asia/Damascus"), "2016-03-25T01:00:00+03:00", True),
        (QuietHours("23:30", "00:30", "Asia/Damascus"), "2016-10-27T23:45:00+03:00", True),
        (QuietHours("23:30", "00:30", "Asia/Damascus"), "2016-10-27T23:45:00+02:00", True),
        (QuietHours("23:30", "00:30", "Asia/Damascus"), "2016-10-28T00:30:00+02:00", False),
    ],
)
def test_quiet_hours_follow_the_clock_on_the_wall(hours: QuietHours, moment: str, quiet: bool) -> None:
    assert is_quiet(hours, at(moment)) is quiet


@pytest.fixture
def incident(desk: Any) -> Incident:
    made: Incident = desk.incident(desk.report(desk.tell("captured", gained_by="opposition")))
    return made


def alert(kind: str = "opened", **fields: Any) -> Alert:
    return Alert(fields.pop("id", 1), IncidentId("i-1"), RouteId("desk"), ChangeKind(kind), NOW, **fields)


def held(
    incident: Incident,
    gazetteer: Gazetteer,
    route: Route = ROUTE,
    *,
    kind: str = "opened",
    silences: tuple[Silence, ...] = (),
    told: tuple[Told, ...] = (),
    now: datetime = NOW,
) -> Reason | None:
    found = reasons_to_hold(route, [alert(kind)], {incident.id: incident}, silences, told, gazetteer, now)
    return found.get(1)


def test_in_quiet_hours_everything_of_the_route_is_held(incident: Incident, gazetteer: Gazetteer) -> None:
    route = replace(ROUTE, quiet_hours=NIGHT)

    assert held(incident, gazetteer, route) is None
    assert held(incident, gazetteer, route, now=at("2016-06-09T23:00:00+02:00")) == Reason(
        HoldKind.QUIET_HOURS, "quiet hours from 22:30 to 06:30 (Europe/Berlin)"
    )


@pytest.mark.parametrize(
    ("matchers", "fits"),
    [
        ({}, True),
        ({"places": (PlaceId("marea"),)}, True),
        ({"places": (PlaceId("aleppo"),)}, True),
        ({"places": (PlaceId("raqqa"),)}, False),
        ({"events": (Event.SIEGE,)}, False),
        ({"events": (Event.SIEGE, Event.CONTROL_CHANGE)}, True),
        ({"watches": (WatchId("north"),)}, True),
        ({"watches": (WatchId("south"),)}, False),
        ({"routes": (RouteId("desk"),)}, True),
        ({"routes": (RouteId("urgent"),)}, False),
        ({"incidents": (IncidentId("i-1"),)}, True),
        ({"incidents": (IncidentId("i-2"),)}, False),
        ({"places": (PlaceId("aleppo"),), "events": (Event.SIEGE,)}, False),
    ],
)
def test_a_silence_holds_what_every_matcher_of_it_fits(
    matchers: dict[str, Any], fits: bool, incident: Incident, gazetteer: Gazetteer
) -> None:
    reason = held(incident, gazetteer, silences=(replace(SILENCE, **matchers),))

    assert (reason is not None) is fits
    if reason is not None:
        assert reason == Reason(HoldKind.SILENCE, "silence 3 by anna until 2016-06-09 09:00 UTC: known offensive")


def test_a_silence_that_is_over_holds_nothing(incident: Incident, gazetteer: Gazetteer) -> None:
    assert held(incident, gazetteer, silences=(SILENCE,), now=NOW + HOUR) is None


def test_a_silence_says_what_it_is_about() -> None:
    assert say_matchers(SILENCE) == "everything"
    about = replace(SILENCE, places=(PlaceId("marea"), PlaceId("azaz")), events=(Event.SIEGE,))
    assert say_matchers(about) == "place marea, azaz; event siege"


COOL = replace(ROUTE, cooldown=6 * HOUR)


@pytest.mark.parametrize("kind", ["opened", "upgraded", "extended"])
def test_the_same_event_at_the_same_place_cools_down_after_it_was_told(
    kind: str, incident: Incident, gazetteer: Gazetteer
) -> None:
    earlier = Told(replace(incident, id=IncidentId("i-0")), NOW - HOUR)

    assert held(incident, gazetteer, COOL, kind=kind, told=(earlier,)) == Reason(
        HoldKind.COOLDOWN, "cooldown of 6 hours: this place and event was told of at 07:00 UTC"
    )
    assert held(incident, gazetteer, COOL, kind=kind, told=(earlier,), now=NOW + 5 * HOUR) is None
    assert held(incident, gazetteer, ROUTE, kind=kind, told=(earlier,)) is None


def test_a_denial_a_reversal_and_what_is_more_severe_or_the_other_way_round_do_not_cool_down(
    incident: Incident, gazetteer: Gazetteer, desk: Any
) -> None:
    other_way = desk.incident(desk.report(desk.tell("captured", gained_by="is")), number=0)
    milder = desk.incident(desk.report(desk.tell("captured", gained_by="opposition")), number=0, severity="low")
    same = Told(replace(incident, id=IncidentId("i-0")), NOW - HOUR)

    assert held(incident, gazetteer, COOL, kind="disputed", told=(same,)) is None
    assert held(incident, gazetteer, COOL, kind="reversed", told=(same,)) is None
    assert held(incident, gazetteer, COOL, told=(Told(other_way, NOW - HOUR),)) is None
    assert held(incident, gazetteer, COOL, told=(Told(milder, NOW - HOUR),)) is None
    assert held(incident, gazetteer, COOL, told=(replace(same, at=NOW + HOUR),)) is None  # the clock was set back


def test_holds_begin_and_end_and_a_full_digest_is_left_to_the_digest() -> None:
    quiet, silence = Reason(HoldKind.QUIET_HOURS, "night"), Reason(HoldKind.SILENCE, "silence 3")
    known = [
        Hold(1, HoldKind.QUIET_HOURS, "night", NOW),
        Hold(2, HoldKind.QUIET_HOURS, "night", NOW),
        Hold(3, HoldKind.FULL_DIGEST, "full", NOW),
    ]

    begun, ended = changes_of_holds({1: quiet, 4: silence}, known)

    assert begun == {4: silence}
    assert ended == (known[1],)
