"""What an item has named so far: places and sides, for names of two places, for "the town" and for "the group". Pure.

Built once per item from the names in all its sentences; asked by the frames.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.vocabulary import Noun
from watcher.model import ActorId, Place, PlaceId

KINDS: dict[Noun, frozenset[str]] = {
    Noun.SETTLEMENT: frozenset(("city", "town", "village", "hamlet", "settlement")),
    Noun.QUARTER: frozenset(("neighbourhood", "quarter", "district", "suburb", "area")),
    Noun.PROVINCE: frozenset(("governorate", "province", "region", "oblast")),
    Noun.SITE: frozenset(("airbase", "base", "airport", "dam", "camp", "landmark", "road", "area", "site", "prison", "hill")),
}
_BROAD = frozenset(("country", "governorate", "province", "oblast", "region", "district", "subdistrict"))
_RANK = {
    kind: rank
    for rank, kinds in enumerate(
        (("city",), ("town",), ("village", "hamlet", "settlement"), ("neighbourhood", "quarter"),
         ("airbase", "base", "landmark", "camp", "road", "area", "dam"), ("governorate", "province", "oblast", "region"),
         ("district",), ("subdistrict",), ("country",))
    )
    for kind in kinds
}
_SENTENCES_BACK = 6


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named at a token of the item."""

    sentence: int
    token: int
    place: PlaceId


@dataclass(frozen=True, slots=True)
class ActorMention:
    """A side named at a token. ``common``: by a common noun ("rebels"). ``head``: the last word of the name."""

    sentence: int
    token: int
    actor: ActorId
    common: bool
    head: str


@dataclass(slots=True)
class RawPlace:
    """A name in the text before it is decided which place it is."""

    sentence: int
    token: int
    candidates: tuple[PlaceId, ...]
    noun: Noun | None = None  # the type noun beside it
    noun_word: str = ""


@dataclass(slots=True)
class Context:
    """The names of one item."""

    gazetteer: Gazetteer
    actors: Actors
    home: ActorId | None
    places: list[PlaceMention] = field(default_factory=list)
    sides: list[ActorMention] = field(default_factory=list)
    at_token: dict[int, PlaceId] = field(default_factory=dict)
    ambiguous: dict[int, tuple[PlaceId, ...]] = field(default_factory=dict)

    def settle(self, raw: Iterable[RawPlace]) -> None:
        """Decide which place each name is: what needs no context first, then the rest by what that names."""
        waiting = []
        named: dict[int, set[PlaceId]] = {}
        everywhere: set[PlaceId] = set()
        for name in raw:
            certain = self._certain(name)
            if certain is None:
                waiting.append(name)
                continue
            self._record(name, certain)
            family = {certain, *self.gazetteer.ancestors(certain)} - self._too_broad()
            named.setdefault(name.sentence, set()).update(family)
            everywhere |= family
        for name in waiting:
            chosen = self._choose(name, named.get(name.sentence, set()), named.get(0, set()), everywhere)
            if chosen is not None:
                self._record(name, chosen)
        self.places.sort(key=lambda mention: mention.token)

    def _record(self, name: RawPlace, place: PlaceId) -> None:
        self.places.append(PlaceMention(name.sentence, name.token, place))
        self.at_token[name.token] = place

    def _too_broad(self) -> set[PlaceId]:
        return {place.id for place in self.gazetteer if place.inside is None}

    def _certain(self, name: RawPlace) -> PlaceId | None:
        """The place, when the name and its type noun alone decide it."""
        fitting = self._fitting(name)
        if not fitting:
            return None
        if len({self._root_family(place) for place in fitting}) > 1:
            return None
        best = min(fitting, key=lambda place: (place.needs_context, _RANK.get(place.kind, 9)))
        if best.needs_context:
            return None
        return best.id

    def _root_family(self, place: Place) -> PlaceId:
        """Places of one name that lie inside each other (town, its district) are one family."""
        return self.gazetteer.ancestors(place.id)[-2] if len(self.gazetteer.ancestors(place.id)) > 1 else place.id

    def _fitting(self, name: RawPlace) -> list[Place]:
        places = [self.gazetteer[place] for place in name.candidates]
        if name.noun is Noun.PROVINCE or name.noun_word in {"district", "subdistrict", "governorate", "province"}:
            kinds = {name.noun_word} if name.noun_word in {"district", "subdistrict"} else _BROAD
            broad = [place for place in places if place.kind in kinds]
            quarters = [place for place in places if place.kind in KINDS[Noun.QUARTER]]
            return broad if broad and name.noun_word != "district" else quarters or broad or places
        if name.noun is not None:
            typed = [place for place in places if place.kind in KINDS.get(name.noun, ())]
            return typed or places
        return places

    def _choose(
        self, name: RawPlace, sentence: Collection[PlaceId], title: Collection[PlaceId], item: Collection[PlaceId]
    ) -> PlaceId | None:
        fitting = self._fitting(name)
        if not fitting:
            return None
        for named in (sentence, title, item):
            inside = [place for place in fitting if any(above in named for above in self._near_ancestors(place))]
            if inside:
                best = min(inside, key=lambda place: _RANK.get(place.kind, 9))
                same = [p for p in inside if p.id != best.id and not self._nested(p.id, best.id)]
                if same:
                    self.ambiguous[name.token] = tuple(p.id for p in inside)
                return best.id
        typed = name.noun is not None and any(place.kind in KINDS.get(name.noun, ()) for place in fitting)
        open_ones = [place for place in fitting if not place.needs_context or typed]
        if not open_ones:
            return None
        best = min(open_ones, key=lambda place: _RANK.get(place.kind, 9))
        if len({self._root_family(place) for place in open_ones}) > 1:
            self.ambiguous[name.token] = tuple(place.id for place in open_ones)
        return best.id

    def _near_ancestors(self, place: Place) -> tuple[PlaceId, ...]:
        return self.gazetteer.ancestors(place.id)[:-1] or self.gazetteer.ancestors(place.id)

    def _nested(self, one: PlaceId, other: PlaceId) -> bool:
        return self.gazetteer.contains(one, other) or self.gazetteer.contains(other, one)

    # --- anaphora

    def last_place(self, token: int, sentence: int, nouns: Collection[Noun], word: str, count: int = 1) -> list[PlaceId]:
        """The last ``count`` places of a kind before a token: what "the town" or "the two towns" mean."""
        found: list[PlaceId] = []
        exact: list[PlaceId] = []
        for mention in reversed(self.places):
            if mention.token >= token or mention.sentence < sentence - _SENTENCES_BACK and mention.sentence > 0:
                continue
            place = self.gazetteer[mention.place]
            if place.id in found:
                continue
            if self.fits(place, nouns, word):
                found.append(place.id)
                if place.kind == word:
                    exact.append(place.id)
        if not found:
            return []
        chosen = found[:count]
        if count == 1 and word in {"city", "village"} and exact:
            chosen = exact[:1]
        return chosen[::-1]

    def fits(self, place: Place, nouns: Collection[Noun], word: str) -> bool:
        if place.kind == word or not nouns:
            return True
        if Noun.SITE in nouns:
            names = f" {place.name.lower()} {' '.join(place.names).lower()} "
            return place.kind in KINDS[Noun.SITE] and (word.rstrip("s") in place.kind or word.rstrip("s") in names)
        return any(place.kind in KINDS.get(noun, ()) for noun in nouns)

    def last_side(self, token: int, *, head: str = "", common: bool | None = None, state: bool = True, exclude: Collection[ActorId] = ()) -> ActorId | None:
        """The side that "the group" means: the last one named before the token, else the first one after."""

        def fits(mention: ActorMention) -> bool:
            if mention.actor in exclude or (not state and mention.actor == self.home):
                return False
            return common is None or mention.common == common

        before = [mention for mention in self.sides if mention.token < token and fits(mention)]
        if head:
            named = [mention for mention in before if mention.head == head]
            if named:
                return named[-1].actor
        if before:
            return before[-1].actor
        after = [mention for mention in self.sides if mention.token >= token and fits(mention)]
        return after[0].actor if after else None
