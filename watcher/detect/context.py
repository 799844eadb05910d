"""What an item has named so far: places and sides, for names of two places, for "the town" and for "the group". Pure.

Built once per item from the names in all its sentences; asked by the frames.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.vocabulary import Noun
from watcher.model import ActorId, Extent, Place, PlaceId

KINDS: Final[dict[Noun, frozenset[str]]] = {
    Noun.SETTLEMENT: frozenset(("city", "town", "village", "hamlet", "settlement")),
    Noun.QUARTER: frozenset(("neighbourhood", "quarter", "district", "suburb", "area")),
    Noun.PROVINCE: frozenset(("governorate", "province", "region", "oblast")),
    Noun.SITE: frozenset(
        ("airbase", "base", "airport", "dam", "camp", "landmark", "road", "area", "site", "prison", "hill")
    ),
}
_BROAD: Final = frozenset(("country", "governorate", "province", "oblast", "region", "district", "subdistrict"))
_RANK: Final = {
    kind: rank
    for rank, kinds in enumerate(
        (
            ("city",),
            ("town",),
            ("village", "hamlet", "settlement"),
            ("neighbourhood", "quarter"),
            ("airbase", "base", "landmark", "camp", "road", "area", "dam"),
            ("governorate", "province", "oblast", "region"),
            ("district",),
            ("subdistrict",),
            ("country",),
        )
    )
    for kind in kinds
}
_SENTENCES_BACK: Final = 6
_LIST_STEP: Final = 5  # tokens from one name of a list to the next
_SIDES_BACK: Final = 40  # mentions of sides that are looked back at
_TITLE_NAMES: Final = 20  # places of a title that count; a longer title is no title


def _by_token(mention: PlaceMention | ActorMention) -> int:
    return mention.token


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


@dataclass(frozen=True, slots=True)
class Topic:
    """What a sentence begins with: a place, or a noun for one ("the quarter")."""

    token: int
    place: PlaceId | None = None
    nouns: tuple[Noun, ...] = ()
    word: str = ""


@dataclass(frozen=True, slots=True)
class Plural:
    """Places that were spoken of together without their names: "villages around Marea"."""

    sentence: int
    token: int
    places: tuple[tuple[PlaceId, Extent], ...]


@dataclass(slots=True)
class RawPlace:
    """A name in the text before it is decided which place it is."""

    sentence: int
    token: int
    candidates: tuple[PlaceId, ...]
    weak: frozenset[PlaceId] = frozenset()
    noun: Noun | None = None  # the type noun beside it
    noun_word: str = ""


@dataclass(slots=True)
class Context:
    """The names of one item."""

    gazetteer: Gazetteer
    actors: Actors
    home: ActorId | None
    nouns: Mapping[str, frozenset[ActorId]]
    allies: frozenset[frozenset[ActorId]]
    starts: Sequence[int]  # the first token of each sentence
    calls: Mapping[str, frozenset[ActorId]] = field(default_factory=dict)  # the sides that a noun may mean once named
    places: list[PlaceMention] = field(default_factory=list)
    sides: list[ActorMention] = field(default_factory=list)
    at_token: dict[int, PlaceId] = field(default_factory=dict)
    ambiguous: dict[int, tuple[PlaceId, ...]] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)  # by sentence
    plurals: list[Plural] = field(default_factory=list)
    asides: set[int] = field(default_factory=set)  # tokens of names that only say where another place lies
    _counts: Counter[PlaceId] = field(default_factory=Counter)
    _titled: list[PlaceMention] = field(default_factory=list)  # the title's, the last first
    _common: frozenset[ActorId] = frozenset()  # sides that the item calls by a common noun
    _families: tuple[ActorId, ...] = ()
    _remembered: list[ActorMention] = field(default_factory=list)

    def settle(self, raw: Iterable[RawPlace]) -> None:
        """Decide which place each name is: what needs no context first, then the rest by what that names."""
        waiting = []
        in_full = any(not mention.common for mention in self.sides)
        named: dict[int, set[PlaceId]] = {}
        everywhere: set[PlaceId] = set()
        for name in raw:
            certain = self._certain(name)
            if certain is None:
                waiting.append(name)
                continue
            self._record(name, certain)
            family = {certain, *self.gazetteer.ancestors(certain)}
            family = {place for place in family if self.gazetteer[place].inside is not None}  # the country says nothing
            named.setdefault(name.sentence, set()).update(family)
            everywhere |= family
        for name in waiting:
            chosen = self._choose(
                name, named.get(name.sentence, set()), named.get(0, set()), everywhere, in_full=in_full
            )
            if chosen is not None:
                self._record(name, chosen)
        self.places.sort(key=_by_token)
        self._counts.update(mention.place for mention in self.places)
        self._titled = [mention for mention in self.places if mention.sentence == 0][:_TITLE_NAMES][::-1]
        self._common = frozenset(mention.actor for mention in self.sides if mention.common)
        families: list[ActorId] = []
        for actor in dict.fromkeys(mention.actor for mention in self.sides):
            if not any(self.actors.related(actor, other) for other in families):
                families.append(actor)
        self._families = tuple(families)

    def _record(self, name: RawPlace, place: PlaceId) -> None:
        self.places.append(PlaceMention(name.sentence, name.token, place))
        self.at_token[name.token] = place

    def _certain(self, name: RawPlace) -> PlaceId | None:
        """The place, when the name and its type noun alone decide it."""
        fitting = self._fitting(name)
        if not fitting:
            return None
        if len({self._root_family(place) for place in fitting}) > 1:
            return None
        best = min(fitting, key=lambda place: (place.id in name.weak, _RANK.get(place.kind, 9)))
        if best.id in name.weak:
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
        self,
        name: RawPlace,
        sentence: Collection[PlaceId],
        title: Collection[PlaceId],
        item: Collection[PlaceId],
        *,
        in_full: bool,
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
        quarters = KINDS[Noun.QUARTER]  # many cities have one of that name: without its city it is none of ours
        open_ones = [place for place in fitting if place.id not in name.weak or (typed and place.kind not in quarters)]
        if not open_ones:
            return self._by_the_sides_named(name, fitting) if in_full else None
        best = min(open_ones, key=lambda place: _RANK.get(place.kind, 9))
        if len({self._root_family(place) for place in open_ones}) > 1:
            self.ambiguous[name.token] = tuple(place.id for place in open_ones)
        return best.id

    def _by_the_sides_named(self, name: RawPlace, fitting: list[Place]) -> PlaceId | None:
        """A town whose name is too common counts, marked ambiguous, where a side of this war is named in full."""
        towns = [place for place in fitting if place.kind in KINDS[Noun.SETTLEMENT]]
        if not towns:
            return None
        self.ambiguous[name.token] = tuple(place.id for place in fitting)
        return min(towns, key=lambda place: _RANK.get(place.kind, 9)).id

    def _near_ancestors(self, place: Place) -> tuple[PlaceId, ...]:
        return self.gazetteer.ancestors(place.id)[:-1] or self.gazetteer.ancestors(place.id)

    def _nested(self, one: PlaceId, other: PlaceId) -> bool:
        return self.gazetteer.contains(one, other) or self.gazetteer.contains(other, one)

    # --- anaphora

    def last_place(
        self, token: int, sentence: int, nouns: Collection[Noun], word: str, count: int = 1, back: int = _SENTENCES_BACK
    ) -> list[PlaceId]:
        """The last ``count`` places of a kind before a token: what "the town" or "the two towns" mean."""
        found: list[PlaceId] = []
        exact: list[PlaceId] = []
        for mention in self.places_before(token, sentence, back):
            place = self.gazetteer[mention.place]
            if place.id in found:
                continue
            if self.fits(place, nouns, word):
                found.append(place.id)
                if place.kind == word:
                    exact.append(place.id)
        if not found:
            return []
        if count == 1 and nouns:
            exact = self._salient(exact) if exact else exact
            found = self._salient(found)
        if word == "town":
            found.sort(key=self.has_quarters)  # "the town" is hardly a provincial capital
        chosen = found[:count]
        if count == 1 and word in {"city", "village"} and exact:
            chosen = exact[:1]
        return chosen[::-1]

    def places_before(self, token: int, sentence: int, back: int) -> Iterator[PlaceMention]:
        """Mentions before the token, the last first, over a few sentences; then those of the title."""
        for index in range(bisect_left(self.places, token, key=_by_token) - 1, -1, -1):
            mention = self.places[index]
            if mention.sentence < sentence - back:
                break
            if mention.token not in self.asides:
                yield mention
        if back > 1:
            yield from (mention for mention in self._titled if mention.token < token)

    def listed(self, token: int, sentence: int) -> list[tuple[int, PlaceId]]:
        """The last places before the token that are named in one breath ("X, Y and Z"), with their tokens."""
        found: list[PlaceMention] = []
        for index in range(bisect_left(self.places, token, key=_by_token) - 1, -1, -1):
            mention = self.places[index]
            if mention.sentence < sentence:
                break
            if found and found[-1].token - mention.token > _LIST_STEP:
                if len(found) > 1:
                    break
                found = []
            found.append(mention)
        places = {mention.place: mention.token for mention in reversed(found)}
        return [(at, place) for place, at in places.items()] if len(places) > 1 else []

    def plural_before(self, token: int, sentence: int) -> Plural | None:
        """The group of places that was spoken of last, not before the sentence."""
        return next((p for p in reversed(self.plurals[-9:]) if p.token < token and p.sentence >= sentence), None)

    def end_of(self, sentence: int) -> int:
        """The token after the last one of a sentence."""
        return self.starts[sentence + 1] if sentence + 1 < len(self.starts) else 1 << 40

    def places_in(self, sentence: int) -> Iterator[PlaceMention]:
        """The places that a sentence names."""
        for index in range(bisect_left(self.places, sentence, key=lambda mention: mention.sentence), len(self.places)):
            if self.places[index].sentence != sentence:
                break
            yield self.places[index]

    def names_a_place_near(self, sentence: int, back: int) -> bool:
        """Whether a place is named in the sentence, in one of those right before it, or in the title."""
        if self._titled:
            return True
        at = bisect_right(self.places, sentence, key=lambda mention: mention.sentence) - 1
        return at >= 0 and self.places[at].sentence >= sentence - back

    def _salient(self, found: list[PlaceId]) -> list[PlaceId]:
        """The place that the item is about before one that it mentions once in passing."""
        titled = {mention.place for mention in self._titled}
        first = found[0]
        if self._counts[first] > 1 or first in titled:
            return found
        again = 1  # in the title and in the text
        better = [place for place in found[1:] if place in titled and self._counts[place] > again]
        return [*better, *found]

    def fits(self, place: Place, nouns: Collection[Noun], word: str) -> bool:
        if place.kind == word or not nouns:
            return True
        if tuple(nouns) == (Noun.SITE,):
            names = f" {place.name.lower()} {' '.join(place.names).lower()} "
            return place.kind in KINDS[Noun.SITE] and (word.rstrip("s") in place.kind or word.rstrip("s") in names)
        return any(place.kind in KINDS.get(noun, ()) for noun in nouns)

    def has_quarters(self, place: PlaceId) -> bool:
        """Whether parts of the place are listed, so that "the east" may be one of its."""
        return any(other.inside == place and other.kind in KINDS[Noun.QUARTER] for other in self.gazetteer)

    def allied(self, one: ActorId | None, other: ActorId | None) -> bool:
        """Whether one side's name says that the other backs it ("Turkish-backed rebels")."""
        return one is not None and other is not None and frozenset((one, other)) in self.allies

    def families(self) -> tuple[ActorId, ...]:
        """The sides that the item names, related ones counted once."""
        return self._families

    def called(self, token: int, noun: str, *, exclude: Collection[ActorId] = ()) -> ActorId | None:
        """The side that "the alliance" or "the militants" means: one whose name ends so, or one that is called so.

        A side that the item calls by a common noun of its own ("rebels") is not also called "the group", unless
        nobody else may be. Where the noun is listed for no side, it means none ("the attackers").
        """
        owners = self.nouns.get(noun, frozenset())
        named = [mention for mention in self._sides_near(token) if mention.actor not in exclude]
        for mention in named:
            if mention.head == noun or mention.actor in owners:
                return mention.actor
        if self.calls:
            called = self.calls.get(noun, frozenset())
            named = [mention for mention in named if mention.actor in called]
        else:
            named = [mention for mention in named if mention.actor != self.home]
        own = [mention for mention in named if mention.actor not in self._common]
        if own or not self.calls:
            return own[0].actor if own else None
        return named[0].actor if named and named[0].token < token else None

    def subject_before(self, token: int, *, exclude: Collection[ActorId] = ()) -> ActorId | None:
        """The side that "they" or "its" means: the first one of this sentence so far, else of the sentence before."""
        before = [mention for mention in self._sides_before(token) if mention.actor not in exclude]
        if not before:
            return None
        return [mention.actor for mention in before if mention.sentence == before[0].sentence][-1]

    def _sides_before(self, token: int) -> list[ActorMention]:
        """Mentions before the token, the last first."""
        end = bisect_left(self.sides, token, key=_by_token)
        other_end = bisect_left(self._remembered, token, key=_by_token)
        mentions = self.sides[max(0, end - _SIDES_BACK) : end]
        mentions = [*mentions, *self._remembered[max(0, other_end - _SIDES_BACK) : other_end]]
        return sorted(mentions, key=_by_token, reverse=True)[:_SIDES_BACK]

    def _sides_near(self, token: int) -> list[ActorMention]:
        """Mentions before the token, the last first; then those after it."""
        end = bisect_left(self.sides, token, key=_by_token)
        return [*self._sides_before(token), *self.sides[end : end + _SIDES_BACK]]

    def speaker_near(self, token: int) -> ActorId | None:
        """The side that "we" means: one named after it in the same sentence, else the one named last."""
        following = self.sides[bisect_right(self.sides, token, key=_by_token) :][:1]
        if following and following[0].sentence == self.sentence_of(token):
            return following[0].actor
        return self.subject_before(token)

    def sentence_of(self, token: int) -> int:
        """The number of the sentence that holds a token."""
        return bisect_right(self.starts, token) - 1

    def remember(self, token: int, actor: ActorId) -> None:
        """Note a side that was inferred for a noun at the token, so that "they" may mean it later."""
        mention = ActorMention(self.sentence_of(token), token, actor, common=False, head="")
        at = bisect_left(self._remembered, token, key=_by_token)
        if self._remembered[at : at + 1] != [mention]:
            self._remembered.insert(at, mention)
