from __future__ import annotations

import pytest

from watcher.alerts.names import Names
from watcher.model import ActorId, PlaceId


@pytest.mark.parametrize(
    ("place", "alone", "in_tree"),
    [
        ("kafr_kalbin", "Kafr Kalbin", "Kafr Kalbin (Azaz district, Aleppo province)"),
        ("khan_tuman", "Khan Tuman", "Khan Tuman (Aleppo province)"),
        ("senaa", "al-Senaa", "al-Senaa (Raqqa, Raqqa province)"),
        ("raqqa_city", "Raqqa", "Raqqa (Raqqa district, Raqqa province)"),
        ("mare", "Mare subdistrict", "Mare subdistrict (Azaz district, Aleppo province)"),
        ("aleppo", "Aleppo province", "Aleppo province"),
        ("raqqa", "Raqqa province", "Raqqa province"),
        ("syria", "Syria", "Syria"),
        ("gone", "gone", "gone"),  # a place that the rules no longer know
    ],
)
def test_a_place_is_named_alone_or_with_what_it_lies_inside(names: Names, place: str, alone: str, in_tree: str) -> None:
    assert (names.place(PlaceId(place)), names.place_in_tree(PlaceId(place))) == (alone, in_tree)


def test_a_side_is_named_in_full(names: Names) -> None:
    assert names.actor(ActorId("sdf")) == "Syrian Democratic Forces"
    assert names.actor(ActorId("gone")) == "gone"


def test_administrative_places_are_those_with_many_places_inside(names: Names) -> None:
    assert names.areas == {"aleppo", "azaz_district", "mare", "raqqa", "raqqa_district"}
