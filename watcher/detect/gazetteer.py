"""The tree of named places: what lies inside what. Pure values; built by rulebook/, used by every later room.

Matching names in a text is the business of ``lexicon`` and ``places``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from watcher.model import Place, PlaceId


class Gazetteer:
    """All places, by id, with their ancestors.

    Raises:
        ValueError: for an id given twice, an ``inside`` that is no place, or a circle of places.
    """

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._places: dict[PlaceId, Place] = {}
        for place in places:
            if place.id in self._places:
                raise ValueError(f"place '{place.id}' is given twice")
            self._places[place.id] = place
        self._ancestors: dict[PlaceId, tuple[PlaceId, ...]] = {}
        for place in places:
            self._ancestors[place.id] = self._climb(place)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place_id: PlaceId) -> Place:
        return self._places[place_id]

    def get(self, place_id: PlaceId) -> Place | None:
        return self._places.get(place_id)

    def ancestors(self, place_id: PlaceId) -> tuple[PlaceId, ...]:
        """What the place lies inside, nearest first."""
        return self._ancestors[place_id]

    def contains(self, outer: PlaceId, inner: PlaceId) -> bool:
        """Whether ``inner`` is ``outer`` or lies inside it."""
        return outer == inner or outer in self._ancestors.get(inner, ())

    def area_of(self, place_id: PlaceId, areas: Collection[PlaceId]) -> PlaceId | None:
        """The nearest of ``areas`` that contains the place, or None if no area does."""
        for candidate in (place_id, *self._ancestors.get(place_id, ())):
            if candidate in areas:
                return candidate
        return None

    def _climb(self, place: Place) -> tuple[PlaceId, ...]:
        path: list[PlaceId] = []
        current = place
        while current.inside is not None:
            known = self._ancestors.get(current.inside)
            if current.inside not in self._places:
                raise ValueError(f"place '{current.id}' lies inside '{current.inside}', which is no place")
            if current.inside in path or current.inside == place.id:
                raise ValueError(f"place '{place.id}' lies inside itself")
            path.append(current.inside)
            if known is not None:
                return (*path, *known)
            current = self._places[current.inside]
        return tuple(path)
