"""Places lie inside places, sides are part of sides; a tree that is none is refused by name."""

from __future__ import annotations

import pytest

from tests.detect.small_world import PLACES, SIDES, place, side
from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import Actor, ActorId, Place, PlaceId


def test_ancestors_come_nearest_first() -> None:
    assert PLACES.ancestors(PlaceId("mill")) == ("aton", "north", "land")
    assert PLACES.ancestors(PlaceId("land")) == ()


def test_a_place_contains_itself_and_what_lies_inside() -> None:
    assert PLACES.contains(PlaceId("north"), PlaceId("mill"))
    assert PLACES.contains(PlaceId("mill"), PlaceId("mill"))
    assert not PLACES.contains(PlaceId("mill"), PlaceId("aton"))
    assert not PLACES.contains(PlaceId("beton"), PlaceId("mill"))


def test_the_nearest_watched_area_counts() -> None:
    areas = {PlaceId("land"), PlaceId("aton")}

    assert PLACES.area_of(PlaceId("mill"), areas) == "aton"
    assert PLACES.area_of(PlaceId("aton"), areas) == "aton"
    assert PLACES.area_of(PlaceId("beton"), areas) == "land"
    assert PLACES.area_of(PlaceId("beton"), {PlaceId("aton")}) is None


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("army", "army", True),
        ("army", "guard", True),
        ("guard", "army", True),
        ("guard", "rebels", False),
        ("army", None, False),
        (None, None, False),
    ],
)
def test_a_side_is_related_to_itself_and_its_parts(one: str | None, other: str | None, *, related: bool) -> None:
    assert SIDES.related(ActorId(one) if one else None, ActorId(other) if other else None) is related


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ((place("aton", None), place("aton", None)), "place 'aton' is given twice"),
        ((place("aton", "north"),), "place 'aton' lies inside 'north', which is no place"),
        ((place("aton", "beton"), place("beton", "aton")), "place 'aton' lies inside itself"),
    ],
)
def test_places_that_are_no_tree_are_refused(places: tuple[Place, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Gazetteer(places)


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        ((side("army"), side("army")), "actor 'army' is given twice"),
        ((side("guard", "army"),), "actor 'guard' is part of 'army', which is no actor"),
        ((side("army", "guard"), side("guard", "army")), "actor 'army' is part of itself"),
    ],
)
def test_sides_that_are_no_tree_are_refused(sides: tuple[Actor, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Actors(sides)
