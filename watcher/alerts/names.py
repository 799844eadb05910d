"""Names of places and sides as officers say them: "Kafr Kalbin (Azaz district, Aleppo province)".

Pure: no I/O. Made once per rule book, for alerts/render.py. An id that the rules no longer know is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.alerts.hostile import clean
from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import ActorId, Place, PlaceId

_KIND_WORDS = {"governorate": "province", "district": "district", "subdistrict": "subdistrict"}
_UNSAID = ("country", "subdistrict")  # in a tree these only make it longer
_CITY = "city"


@dataclass(frozen=True, slots=True)
class Names:
    """Display names by id.

    ``trees`` holds what to say in brackets after a place; ``areas`` the administrative ones, with many places inside.
    """

    places: Mapping[PlaceId, str] = field(default_factory=dict)
    trees: Mapping[PlaceId, str] = field(default_factory=dict)
    areas: frozenset[PlaceId] = frozenset()
    actors: Mapping[ActorId, str] = field(default_factory=dict)

    def place(self, place: PlaceId) -> str:
        """The name alone, with the kind of an administrative place: "Marea", "Aleppo province"."""
        return self.places.get(place, place)

    def place_in_tree(self, place: PlaceId) -> str:
        tree = self.trees.get(place, "")
        return f"{self.place(place)} ({tree})" if tree else self.place(place)

    def actor(self, actor: ActorId) -> str:
        return self.actors.get(actor, actor)


def make_names(gazetteer: Gazetteer, actors: Actors) -> Names:
    return Names(
        places={place.id: _say(place) for place in gazetteer},
        trees={place.id: ", ".join(_tree(place, gazetteer)) for place in gazetteer},
        areas=frozenset(place.id for place in gazetteer if place.kind in _KIND_WORDS),
        actors={actor.id: clean(actor.name) for actor in actors},
    )


def _say(place: Place) -> str:
    name, kind = clean(place.name), _KIND_WORDS.get(place.kind)
    return name if kind is None or kind in name.casefold() else f"{name} {kind}"


def _tree(place: Place, gazetteer: Gazetteer) -> list[str]:
    """What the place lies inside, nearest first; a city stands for the districts around it."""
    around = [gazetteer[outer] for outer in gazetteer.ancestors(place.id)]
    said = [outer for outer in around if outer.kind not in _UNSAID]
    if any(outer.kind == _CITY for outer in said):
        said = [outer for outer in said if outer.kind != "district"]
    return [_say(outer) for outer in said]
