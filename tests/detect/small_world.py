"""A country of three towns and three sides, and findings about them, for tests of the parts behind the grammar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import Action, Actor, ActorId, Event, Extent, Finding, Place, PlaceId, Position, Status

HERE = Position("test.yaml")


def place(place_id: str, inside: str | None, kind: str = "town") -> Place:
    return Place(PlaceId(place_id), kind, PlaceId(inside) if inside else None, place_id, None, (place_id,), HERE)


def side(actor_id: str, inside: str | None = None) -> Actor:
    return Actor(ActorId(actor_id), ActorId(inside) if inside else None, actor_id, None, (actor_id,), HERE)


PLACES = Gazetteer(
    (
        place("land", None, "country"),
        place("north", "land", "governorate"),
        place("aton", "north"),
        place("beton", "north"),
        place("mill", "aton", "neighborhood"),
        place("ceton", "land"),
    )
)
SIDES = Actors((side("army"), side("guard", "army"), side("rebels"), side("tribes")))

CAPTURE = Finding(
    event=Event.CONTROL_CHANGE,
    action=Action.CAPTURED,
    place=PlaceId("aton"),
    area=PlaceId("north"),
    gained_by=ActorId("rebels"),
    lost_by=ActorId("army"),
    status=Status.ASSERTED,
    extent=Extent.FULL,
    event_date=None,
    attributed_to=None,
    quote="Rebels captured Aton from the army.",
    start=10,
    end=45,
    confidence=0.8,
    rule=HERE,
)


def finding(text: str = "", **other: Any) -> Finding:
    """The capture, changed: ``finding("claimed withdrawn mill - army")`` gives status, action, place, gainer, loser."""
    words = text.split()
    status, action, where, gained, lost = words or ("asserted", "captured", "aton", "rebels", "army")
    return replace(
        CAPTURE,
        status=Status(status),
        action=Action(action),
        event=Event.SIEGE if action in {"imposed", "tightened", "broken", "lifted"} else Event.CONTROL_CHANGE,
        place=PlaceId(where),
        gained_by=None if gained == "-" else ActorId(gained),
        lost_by=None if lost == "-" else ActorId(lost),
        **other,
    )
