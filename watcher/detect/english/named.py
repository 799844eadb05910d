"""Places that a noun phrase names: the typed name, its province, another place of that name. Pure; for ``locate``."""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Located, NoPlace, Unit
from watcher.detect.context import KINDS, Context
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.pointers import Pointers
from watcher.detect.english.units import NounPhrase
from watcher.detect.vocabulary import Noun
from watcher.model import Extent, PlaceId

_SMALLER: Final = frozenset(("town", "village", "hamlet"))  # than a city: the last Aleppo town
BROAD: Final = KINDS[Noun.PROVINCE] | {"district", "subdistrict", "country"}


class NamedPlaces:
    """Answers for one sentence of one item. ``offset`` turns the sentence's tokens into the item's."""

    def __init__(
        self, sentence: Sentence, context: Context, number: int, offset: int, *, in_title: bool = False
    ) -> None:
        self.in_title = in_title
        self.sentence = sentence
        self.context = context
        self.number = number
        self.offset = offset
        self.pointers = Pointers(sentence, context, number, offset, in_title=in_title)

    def _words(self, phrase: NounPhrase) -> str:
        return " ".join(unit.norm for unit in phrase.units)

    def place(self, unit: Unit) -> PlaceId | None:
        return self.context.at_token.get(self.offset + unit.first)

    def _ambiguity(self, unit: Unit) -> tuple[PlaceId, ...]:
        return self.context.ambiguous.get(self.offset + unit.first, ())

    def _named(self, index: int, phrase: NounPhrase, unit: Unit) -> list[Located] | NoPlace:
        place = self.place(unit)
        if place is None:
            return self._outside(index, phrase, unit)
        position = phrase.own.index(unit)
        before, after = phrase.own[:position], phrase.own[position + 1 :]
        extent = Extent.FULL
        how = ""
        if before and before[-1].noun(Noun.THING, Noun.PEOPLE) and not before[-1].noun(*PLACE_NOUNS):
            return NoPlace(f"'{before[-1].norm}' is no place")
        if after:
            head = after[-1]
            if head.noun(Noun.NOT_A_LOCATION) and not head.noun(*PLACE_NOUNS):
                return NoPlace(f"'{unit.norm} {head.norm}' is no location")
            if head.noun(Noun.AROUND):
                extent = Extent.NEAR
            elif head.noun(Noun.PART) or head.norm in words.DIRECTIONS:
                extent = Extent.PARTIAL
            elif head.noun(Noun.PROVINCE):
                broad = self._broad(unit, place)
                if broad is None:
                    extent = Extent.NEAR
                else:
                    place = broad
                    extent = Extent.PARTIAL if head.norm in {"countryside", "region", "hinterland"} else Extent.FULL
            elif head.noun(Noun.SETTLEMENT, Noun.QUARTER):
                narrower = self._narrower(index, place)
                if narrower is not None:
                    return [narrower]
                kind = self.context.gazetteer[place].kind
                listed = self.sentence.kind(index - 1) in {"cc", ","}  # "the A and B districts"
                plural = not listed and any(
                    p for n, (_, p) in (head.meaning.nouns if head.meaning else {}).items() if n in PLACE_NOUNS
                )
                if kind == "city" and head.norm in _SMALLER and (broad := self._broad(unit, place)) is not None:
                    return [Located(broad, Extent.PARTIAL, unit, index, f"'{unit.norm} {head.norm}' lies in it")]
                if (head.noun(Noun.QUARTER) and kind not in KINDS[Noun.QUARTER] and kind not in BROAD) or (
                    plural and kind in BROAD
                ):
                    extent = Extent.PARTIAL
                elif plural:
                    extent = Extent.PARTIAL if kind in {"city", "neighbourhood"} else Extent.NEAR
            elif head.noun(Noun.SITE, Noun.ROUTE):
                kind = self.context.gazetteer[place].kind
                extent = Extent.FULL if kind in KINDS[Noun.SITE] else Extent.NEAR
            elif head.noun(Noun.CONTROL, Noun.SIEGE):
                extent = Extent.FULL
            elif not (
                head.glued
                or head.norm.endswith("ly")
                or (head.meaning is not None and (head.meaning.adverb or head.meaning.adjective))
            ):
                return NoPlace(f"'{unit.norm}' only qualifies '{head.norm}'")
        directions = [u.norm for u in before if u.norm in words.DIRECTIONS]
        if directions:
            if any(u.norm == "outside" for u in before):
                extent = Extent.NEAR
            elif extent is Extent.FULL:
                extent = Extent.PARTIAL
        narrower = self._narrower(index, place)
        if narrower is not None:
            return [narrower]
        conflict = self._conflict(index, phrase, place)
        if conflict is not None:
            return conflict
        return [Located(place, extent, unit, index, how, self._ambiguity(unit))]

    def _broad(self, unit: Unit, place: PlaceId) -> PlaceId | None:
        """The province that "countryside" after a place's name means."""
        gazetteer = self.context.gazetteer
        for candidate in unit.places:
            if gazetteer[candidate].kind in KINDS[Noun.PROVINCE]:
                return candidate
        if gazetteer[place].kind in BROAD:
            return place
        name = gazetteer[place].name.lower()
        for above in gazetteer.ancestors(place):
            if (
                gazetteer[above].kind in KINDS[Noun.PROVINCE]
                and gazetteer[place].kind == "city"
                and name in gazetteer[above].name.lower()
            ):
                return above
        return None

    def _narrower(self, index: int, place: PlaceId) -> Located | None:
        """The Aleppo neighbourhood of Shaar: what follows lies inside, so it is meant."""
        for word, other in self.sentence.chain(index)[:1]:
            if word == "of":
                unit = self.sentence.np(other).place
                inner = self.place(unit) if unit is not None else None
                if (
                    unit is not None
                    and inner is not None
                    and inner != place
                    and self.context.gazetteer.contains(place, inner)
                ):
                    return Located(inner, Extent.FULL, unit, other)
        return None

    def _conflict(self, index: int, phrase: NounPhrase, place: PlaceId) -> NoPlace | list[Located] | None:
        """Suran, in Hama province: a container that the place does not lie in makes it another place."""
        gazetteer = self.context.gazetteer
        for word, other in self.sentence.chain(index)[:2]:
            if word not in {"in", "of", "inside"}:
                continue
            container = self.sentence.np(other)
            unit = container.place
            if unit is not None:
                outer = self.place(unit)
                candidates = (outer,) if outer else unit.places
                if any(gazetteer.contains(c, place) or gazetteer.contains(place, c) for c in candidates):
                    return None
                if any(gazetteer.contains(c, place) for c in unit.places):
                    return None
                if outer is not None and self._same_province(outer, place):
                    return None  # Azaz in northern Aleppo
                if outer is None:
                    return NoPlace(f"'{unit.norm}' is another place")
                if word == "of" or (
                    phrase.place is not None and phrase.place.meaning is not None and place in phrase.place.meaning.weak
                ):
                    return [Located(outer, Extent.PARTIAL, unit, index, "a part of it that is not listed")]
                return NoPlace(f"it lies in '{unit.norm}', so it is another place of that name")
            head = container.head
            capital = head.capital or any(u.capital for u in container.own)
            if (
                capital
                and word in {"in", "of"}
                and not head.actor
                and (container.head_is(Noun.PROVINCE, Noun.QUARTER) or (head.meaning is None and head.capital))
                and not self._knows(container)
            ):
                return NoPlace(f"it lies in '{self._words(container)}', so it is another place of that name")
        return self._told_of_elsewhere(place)

    def _told_of_elsewhere(self, place: PlaceId) -> NoPlace | None:
        """Took Suran and closed in on Z in Hama province: the only tracked name, in a sentence of another province."""
        if any(mention.place != place for mention in self.context.places):
            return None
        for j in range(len(self.sentence.chunks)):
            if not self.sentence.is_np(j) or self.sentence.governed(j) not in {"in", "of"}:
                continue
            province = self.sentence.np(j)
            capital = any(unit.capital for unit in province.own)
            if province.head_is(Noun.PROVINCE) and capital and province.place is None and not self._knows(province):
                return NoPlace(f"told of '{self._words(province)}', so it is another place of that name")
        return None

    def _same_province(self, city: PlaceId, place: PlaceId) -> bool:
        """Whether a city's name stands for its province, in which the place lies."""
        gazetteer = self.context.gazetteer
        if gazetteer[city].kind != "city":
            return False
        provinces = [above for above in gazetteer.ancestors(city) if gazetteer[above].kind in KINDS[Noun.PROVINCE]]
        return any(gazetteer.contains(province, place) for province in provinces)

    def _knows(self, phrase: NounPhrase) -> bool:
        """Whether a container is only a direction or a word of the country ("in northern Syria")."""
        return all(
            unit.places
            or unit.norm in words.DIRECTIONS
            or unit.norm in words.DETERMINERS
            or unit.modifier
            or (unit.meaning is not None and (unit.meaning.adjective or unit.meaning.nouns))
            for unit in phrase.units
        )

    def _outside(self, index: int, phrase: NounPhrase, unit: Unit) -> list[Located] | NoPlace:
        """A name that needs context and has none: perhaps a part of the place that follows ("Old City of Aleppo")."""
        chain = self.sentence.chain(index)
        owner = next((u for u in reversed(phrase.possessor) if u.places), None)
        if owner is not None and self.place(owner) is not None:
            return [Located(self.place(owner), Extent.PARTIAL, owner, index, "a part of it that is not listed")]  # type: ignore[arg-type]  # tested
        for word, other in chain[:1]:
            container = self.sentence.np(other).place
            outer = self.place(container) if container is not None else None
            if word in {"of", "in"} and container is not None and outer is not None:
                return [Located(outer, Extent.PARTIAL, container, index, "a part of it that is not listed")]
        return NoPlace(f"'{unit.norm}' is no tracked place here")
