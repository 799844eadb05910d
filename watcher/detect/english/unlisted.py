"""Names that no list knows, by what lies around them ("Barkh Botan, a village south of Kobani"). Pure."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Located, NoPlace, Unit
from watcher.detect.english import words
from watcher.detect.english.named import BROAD, NamedPlaces
from watcher.detect.english.units import NounPhrase
from watcher.detect.vocabulary import Noun
from watcher.model import Extent

AROUND: Final = words.COMPASS | {
    "round",
    "overlooking",
    "adjoining",
    "bordering",
    "around",
    "near",
    "outside",
    "surrounding",
    "off",
    "beyond",
}
INSIDE: Final = frozenset(("in", "inside", "within", "at", "on", "across", "throughout", "through"))
_QUARTERS: Final = frozenset(("neighbourhood", "neighborhood", "district", "quarter"))


class UnlistedPlaces(NamedPlaces):
    """Answers for one sentence of one item."""

    @abstractmethod
    def locate(self, index: int, depth: int = 0) -> list[Located] | NoPlace:
        """The places of a noun phrase, or why there are none."""

    def _quarter_of_city(self, index: int, phrase: NounPhrase) -> list[Located] | NoPlace:
        """The Bani Zeid neighbourhood, told of a city: a part of it that is not listed."""
        unlisted = NoPlace(f"'{self._words(phrase)}' is no tracked place")
        if phrase.head.norm.rstrip("s") not in _QUARTERS or any(
            self.sentence.is_np(j)
            and self.sentence.governed(j) == "in"
            and self.sentence.np(j).head.capital
            and not self.sentence.np(j).place
            for j in range(len(self.sentence.chunks))
        ):
            return unlisted
        city = self.context.last_place(self.offset + phrase.first, self.number, (Noun.SETTLEMENT,), "city")
        if not city or not self.context.has_quarters(city[0]):
            return unlisted
        return [
            Located(city[0], Extent.PARTIAL, None, index, f"'{self._words(phrase)}', which is not listed, lies there")
        ]

    def _unlisted_name(self, phrase: NounPhrase) -> bool:
        """ "The Minyan district": a capital before the type noun that no list knows."""
        return any(
            unit.capital and unit.meaning is None and unit.norm not in words.DETERMINERS
            for unit in phrase.own[:-1]
            if unit.norm not in words.DIRECTIONS
        )

    def _unlisted(self, index: int, phrase: NounPhrase) -> list[Located] | None:
        """A name that is not listed, "in Aleppo province" or "near Azaz"."""
        head = phrase.head
        if not (head.capital and head.meaning is None and head.first > 0) and not (
            phrase.head_is(*PLACE_NOUNS) and self._unlisted_name(phrase)
        ):
            return None
        for word, other in self.sentence.chain(index)[:3]:
            unit = self.sentence.np(other).place
            if unit is None:
                continue
            if word not in INSIDE | AROUND | {"of"}:
                return None
            result = self.locate(other, 1)
            if isinstance(result, NoPlace):
                return None
            found = result[0]
            kind = self.context.gazetteer[found.place].kind
            extent = Extent.PARTIAL if kind in BROAD or word in INSIDE else Extent.NEAR
            return [Located(found.place, extent, found.unit, index, f"'{head.norm}', which is not listed, lies there")]
        return self._described(index, head)

    def _described(self, index: int, head: Unit) -> list[Located] | None:
        """Barkh Botan, a village south of Kobani; Dalha and Harjaleh, north of Azaz: where unlisted names lie."""
        end = index + 1
        while self.sentence.kind(end) in {"cc", ","} and self._is_unlisted_name(end + 1):
            end += 2
        if self.sentence.kind(end) != ",":
            return None
        if self.sentence.kind(end + 1) == "prep" and self.sentence.is_np(end + 2):
            word, beside = self.sentence.chunks[end + 1].word, end + 2
            if word not in AROUND | {"in"} or self.sentence.is_subject_ahead(beside):
                return None
        elif self.sentence.is_np(end + 1) and self.sentence.chain(end + 1):
            word, beside = "", end + 1
            phrase = self.sentence.np(beside)
            if phrase.determiner not in {"a", "an", "the", ""} or not phrase.head_is(*PLACE_NOUNS):
                return None
        else:
            return None
        result = self.locate(beside, 1)
        if isinstance(result, NoPlace) or (result[0].unit is None and word not in words.COMPASS and word != ""):
            return None
        found = result[0]
        extent = found.extent
        if extent is Extent.FULL or word:
            broad = self.context.gazetteer[found.place].kind in BROAD
            extent = Extent.NEAR if word in AROUND and not broad else Extent.PARTIAL
        how = f"'{head.norm}', which is not listed, lies there"
        return [Located(found.place, extent, found.unit, index, how)]

    def _is_unlisted_name(self, index: int) -> bool:
        if not self.sentence.is_np(index):
            return False
        head = self.sentence.np(index).head
        return head.capital and head.meaning is None
