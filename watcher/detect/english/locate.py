"""Which place a noun phrase means, and how much of it: the typing of what is captured, left or besieged. Pure.

The head noun decides: a place, a noun for a place tied to one ("villages around Marea"), or no place at all.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Located, NoPlace
from watcher.detect.context import KINDS, Plural
from watcher.detect.english import words
from watcher.detect.english.named import BROAD
from watcher.detect.english.units import NounPhrase
from watcher.detect.english.unlisted import AROUND, INSIDE, UnlistedPlaces
from watcher.detect.vocabulary import Noun
from watcher.model import Extent

_TRANSPARENT: Final = (Noun.PART, Noun.WHOLE, Noun.AROUND, Noun.CONTROL, Noun.FLAG, Noun.SIEGE, Noun.SECURITY)
_OTHERS: Final = frozenset(("latter", "former", "other", "others", "another"))
_GOALS: Final = frozenset(("to", "towards", "toward", "into", "from"))
_GROUPS: Final = frozenset(
    ("string", "chain", "series", "number", "belt", "cluster", "row", "couple", "ring", "handful")
)
_MAX_DEPTH: Final = 6


class Locator(UnlistedPlaces):
    """Answers for one sentence of one item."""

    def locate(self, index: int, depth: int = 0) -> list[Located] | NoPlace:
        """The places of a noun phrase, or why there are none."""
        found = self._locate(index, depth)
        if depth == 0 and not isinstance(found, NoPlace) and self.sentence.governed(index):
            known = {one.place for one in found}
            found = [*found, *(one for one in self.coordinated(index) if one.place not in known)]
        if depth == 0 and not isinstance(found, NoPlace) and all(one.extent is not Extent.FULL for one in found):
            phrase = self.sentence.np(index)
            if phrase.plural or phrase.head.norm in _GROUPS:
                places = tuple((one.place, one.extent) for one in found)
                self.context.plurals.append(Plural(self.number, self.offset + phrase.first, places))
        return found

    def locate_building(self, index: int) -> list[Located] | NoPlace:
        """The town hall over which a flag is raised stands in the place told of last, if nothing else is said."""
        found = self.locate(index)
        phrase = self.sentence.np(index)
        if not isinstance(found, NoPlace) or not phrase.head_is(Noun.SITE) or self.sentence.chain(index):
            return found
        named = self.context.last_place(self.offset + phrase.first, self.number, (Noun.SETTLEMENT,), "", back=1)
        if phrase.determiner not in {"the", "its"} or not named:
            return found
        return [Located(named[0], Extent.PARTIAL, None, index, f"'{self._words(phrase)}' stands in it")]

    def _locate(self, index: int, depth: int) -> list[Located] | NoPlace:
        phrase = self.sentence.np(index)
        if depth > _MAX_DEPTH:
            return NoPlace("too deep a phrase")
        if phrase.is_pronoun:
            return self.pointers.pronoun(index, phrase)
        unit = phrase.place
        if unit is not None:
            return self._named(index, phrase, unit)
        owner = next((u for u in reversed(phrase.possessor) if u.places), None)
        if owner is not None and phrase.head_is(*PLACE_NOUNS, Noun.PART, Noun.AROUND, Noun.WHOLE):
            place = self.place(owner)
            if place is not None:
                extent = Extent.NEAR if phrase.head_is(Noun.AROUND) else Extent.PARTIAL
                return [Located(place, extent, owner, index, f"part of '{owner.norm}'")]
        if (
            phrase.possessor
            and phrase.possessor[-1].noun(Noun.SETTLEMENT)
            and (self._is_part(phrase) or phrase.head_is(Noun.QUARTER))
        ):
            named = self.context.last_place(
                self.offset + phrase.first, self.number, (Noun.SETTLEMENT,), phrase.possessor[-1].norm
            )
            if named:
                return [Located(named[0], Extent.PARTIAL, None, index, f"'{self._words(phrase)}' is part of it")]
        if self._is_part(phrase):
            if phrase.determiner == "its" and phrase.head_is(Noun.PART, Noun.AROUND) and not self.sentence.chain(index):
                extent = Extent.NEAR if phrase.head_is(Noun.AROUND) else Extent.PARTIAL
                owner_of = self.pointers.topic(index)
                return owner_of if isinstance(owner_of, NoPlace) else [replace(one, extent=extent) for one in owner_of]
            return self._through(index, phrase, depth)
        if phrase.head_is(*PLACE_NOUNS):
            return self._typed(index, phrase, depth)
        unlisted = self._unlisted(index, phrase)
        if unlisted is not None:
            return unlisted
        if phrase.head_is(Noun.GROUP) or phrase.head.norm in _GROUPS or self._is_number(phrase):
            return self._through(index, phrase, depth)
        return NoPlace(f"'{self._words(phrase)}' is no place")

    def _is_number(self, phrase: NounPhrase) -> bool:
        return phrase.head.norm.isdecimal() or phrase.head.norm in words.NUMBERS or phrase.head.norm in words.INDEFINITE

    def _is_part(self, phrase: NounPhrase) -> bool:
        if phrase.head_is(*_TRANSPARENT) or phrase.head.norm == "%":
            return True
        return phrase.head.norm in words.DIRECTIONS

    # --- nouns for places

    def _typed(self, index: int, phrase: NounPhrase, depth: int) -> list[Located] | NoPlace:
        """ "The villages around Marea", "the town of Marea", "the district"."""
        beside = self.pointers.beside(index, phrase)
        if beside is not None:
            return [beside]
        apposed = self._apposed(index, phrase)
        if apposed:
            return apposed
        known = self._known_by_where_it_lies(index, phrase)
        if known is not None:
            return [known]
        if phrase.determiner == "the" and phrase.plural and self._counts(phrase) == 2:  # noqa: PLR2004  the two towns north of Z
            pair = self.pointers.pair(index, phrase)
            if pair:
                return pair
        listed, whole = self._enumerated(index, phrase)
        if listed:
            around = [] if whole else self._tied(index, phrase, depth)
            return [*([] if isinstance(around, NoPlace) else around), *listed]
        return self._tied(index, phrase, depth)

    def _known_by_where_it_lies(self, index: int, phrase: NounPhrase) -> Located | None:
        """The town west of Y, after X has been named: X."""
        chain = self.sentence.chain(index)
        where = chain[0][0] if chain else ""
        if phrase.plural or phrase.determiner != "the" or not phrase.head_is(Noun.SETTLEMENT):
            return None
        unit = self.sentence.np(chain[0][1]).place if where in words.COMPASS or where in {"near", "outside"} else None
        other = self.place(unit) if unit is not None else None
        found = self.pointers.noun(index, phrase, 1) if other is not None else NoPlace("")
        if (
            isinstance(found, NoPlace)
            or found[0].place == other
            or self.context.gazetteer.contains(other or found[0].place, found[0].place)
        ):
            return None
        return found[0]

    def _apposed(self, index: int, phrase: NounPhrase) -> list[Located]:
        """The group's last stronghold in the province, Tabqa, fell: the name between commas behind it."""
        if phrase.plural or not phrase.head_is(Noun.SETTLEMENT, Noun.QUARTER, Noun.SITE):
            return []
        chain = self.sentence.chain(index)
        name = (chain[-1][1] if chain else index) + 2
        if self.sentence.kind(name - 1) != "," or self.sentence.kind(name + 1) not in {",", "mark"}:
            return []
        unit = self.sentence.np(name).place if self.sentence.is_np(name) else None
        if unit is None or len(self.sentence.np(name).units) > 1:
            return []
        found = self._named(name, self.sentence.np(name), unit)
        return [] if isinstance(found, NoPlace) else found

    def _enumerated(self, index: int, phrase: NounPhrase) -> tuple[list[Located], bool]:
        """Three towns: X, Y and Z; villages, including X and Y. The names, and whether they are all of them."""
        if not phrase.plural and phrase.determiner != "the":
            return [], False
        j = index + 1
        while self.sentence.kind(j) in {"time", "adv"} or (
            self.sentence.kind(j) == "prep"
            and self.sentence.chunks[j].word != "including"
            and self.sentence.is_np(j + 1)
        ):
            j += 1 + (self.sentence.kind(j) == "prep")
        if self.sentence.kind(j) == "," and self.sentence.chunks[j + 1 : j + 2]:
            j += self.sentence.chunks[j + 1].word == "including"
        some = self.sentence.kind(j) == "prep" and self.sentence.chunks[j].word == "including"
        if not some and self.sentence.kind(j) not in {":", "-", "("}:
            return [], False
        found: list[Located] = []
        j += 1
        while self.sentence.is_np(j):
            unit = self.sentence.np(j).place
            named = self._named(j, self.sentence.np(j), unit) if unit is not None else NoPlace("no name")
            if not isinstance(named, NoPlace):
                found.extend(named)
            j += 1
            while self.sentence.kind(j) in {",", "cc"}:
                j += 1
        return found, not some

    def _tied(self, index: int, phrase: NounPhrase, depth: int) -> list[Located] | NoPlace:
        """A noun for a place, and what ties it to one: "around Marea", "of Marea", "the"."""
        chain = self.sentence.chain(index)
        if phrase.head_is(Noun.SITE) and phrase.determiner == "the" and not phrase.plural:
            known = self.pointers.noun(index, phrase, self._counts(phrase))
            if not isinstance(known, NoPlace):
                return known
        head_directed = phrase.head.norm in words.DIRECTIONS
        extent: Extent | None = None
        plural = phrase.plural or self._counts(phrase) > 1
        for word, other in chain:
            inner = self.sentence.np(other)
            if word == "between" or (word in _GOALS and inner.place is not None and not head_directed):
                break
            if inner.place is not None or inner.possessor:
                result = self.locate(other, depth + 1)
                if isinstance(result, NoPlace):
                    return result
                if word == "of" and plural:
                    result = [*result, *self.coordinated(other)]
                return [self._contained(found, phrase, word, extent, plural=plural) for found in result]
            if inner.head.norm in words.DIRECTIONS or inner.head_is(Noun.PART, Noun.AROUND):
                if word == "to" or inner.head_is(Noun.AROUND):
                    extent = Extent.NEAR
                continue
            if (
                word in {"of"} | INSIDE | AROUND
                and not inner.head.capital
                and inner.head_is(*PLACE_NOUNS)
                and not head_directed
            ):
                result = self.locate(other, depth + 1)
                if isinstance(result, NoPlace):
                    return result
                return [self._contained(found, phrase, word, extent, plural=plural) for found in result]
            if word == "of" and inner.head.capital:
                continue
            if word == "of" and (inner.head.norm in _OTHERS or inner.head_is(*PLACE_NOUNS)):
                return NoPlace(f"'{self._words(phrase)}' are of something else")
            if word in {"to", "from", "by", "with", "after", "during", "for", "under"}:
                break
        if phrase.head_is(Noun.SETTLEMENT, Noun.QUARTER, Noun.PROVINCE, Noun.SITE):
            named = self._unlisted_name(phrase) or (
                bool(chain) and chain[0][0] == "of" and self.sentence.np(chain[0][1]).head.capital
            )
            if named:
                at = chain[0][1] if chain and chain[0][0] == "of" else index
                last = at
                while self.sentence.kind(last + 1) in {"cc", ","} and self._is_unlisted_name(last + 2):
                    last += 2
                lies = self._unlisted(last, self.sentence.np(last)) if last > at else None
                lies = lies or self._described(at, self.sentence.np(at).head)
                return lies or self._quarter_of_city(index, phrase)
            return self.pointers.noun(index, phrase, self._counts(phrase))
        return NoPlace(f"'{self._words(phrase)}' is tied to no tracked place")

    def coordinated(self, noun: int) -> list[Located]:
        """The places that are joined to this one by commas and "and"."""
        found: list[Located] = []
        j = noun + 1
        while (
            self.sentence.kind(j) in {"cc", ","}
            and self.sentence.is_np(j + 1)
            and self.sentence.np(j + 1).place is not None
            and (self.sentence.np(j + 1).head.places or self.sentence.np(j + 1).head_is(Noun.SETTLEMENT, Noun.QUARTER))
        ):
            verb_before = any(self.sentence.is_vg(k) for k in range(noun))
            if verb_before and self.sentence.is_subject_ahead(j + 1):
                break
            places = self.locate(j + 1)
            if not isinstance(places, NoPlace):
                found.extend(places)
            j += 2
        return found

    def _contained(
        self, found: Located, phrase: NounPhrase, word: str, extent: Extent | None, *, plural: bool
    ) -> Located:
        kind = self.context.gazetteer[found.place].kind
        place = found.place
        how = found.how
        if phrase.head_is(Noun.PROVINCE) and found.unit is not None and word == "of":
            broad = self._broad(found.unit, place)
            place = broad or place
            chosen = Extent.PARTIAL if broad else Extent.NEAR
        elif extent is not None and word == "of":
            chosen = extent
        elif word in AROUND:
            chosen = Extent.NEAR
        elif word == "of" and not plural and not phrase.head_is(Noun.SITE):
            same_type = any(kind in kinds for noun, kinds in KINDS.items() if phrase.head_is(noun))
            chosen = found.extent if same_type or phrase.head_is(Noun.SETTLEMENT) else Extent.PARTIAL
        elif (
            word == "of"
            and plural
            and kind not in BROAD
            and (
                not phrase.head_is(Noun.QUARTER, Noun.SITE)
                or (phrase.head_is(Noun.QUARTER) and kind in KINDS[Noun.QUARTER])
            )
        ):
            chosen = found.extent
        else:
            chosen = Extent.PARTIAL if word in INSIDE or word == "of" or kind in BROAD else Extent.NEAR
            if kind == "city" and plural and phrase.head_is(Noun.SETTLEMENT) and found.unit is not None:
                broad = self._broad(found.unit, place)
                place = broad or place
        if kind not in BROAD and place == found.place and word in INSIDE and phrase.head_is(Noun.SETTLEMENT):
            chosen = Extent.NEAR
        return Located(place, chosen, found.unit, found.noun, how or f"'{phrase.head.norm} {word}' it", found.ambiguous)

    def _counts(self, phrase: NounPhrase) -> int:
        for unit in phrase.units:
            if unit.norm in words.NUMBERS:
                return words.NUMBERS[unit.norm]
            if unit.norm.isdecimal() and len(unit.norm) < 4:  # noqa: PLR2004  no year
                return int(unit.norm)
            if unit.norm == "both":
                return 2
        return 1

    # --- parts

    def _through(self, index: int, phrase: NounPhrase, depth: int) -> list[Located] | NoPlace:
        """Half of it, its outskirts, control of it: the place stands behind "of"."""
        directed = phrase.head.norm in words.DIRECTIONS and any(unit.noun(*PLACE_NOUNS) for unit in phrase.own[:-1])
        if (
            (self.in_title or phrase.determiner == "the")
            and not self.sentence.chain(index)
            and any(unit.noun(Noun.SETTLEMENT) for unit in phrase.own[:-1])
        ):
            named = self.context.last_place(self.offset + phrase.first, self.number, (Noun.SETTLEMENT,), "")
            if named:
                return [Located(named[0], Extent.PARTIAL, None, index, f"'{self._words(phrase)}' is part of it")]
        for word, other in self.sentence.chain(index)[:3]:
            if word not in INSIDE | AROUND | {"of", "over", "from", "to", "into", "out of"}:
                break
            result = self.locate(other, depth + 1)
            if isinstance(result, NoPlace):
                unlisted = self.sentence.np(other).head.capital or self._is_part(self.sentence.np(other))
                if word in {"of", "over"} and not unlisted:
                    return result
                if not self.sentence.np(other).place and self.sentence.np(other).head_is(
                    *PLACE_NOUNS, Noun.PART, Noun.AROUND
                ):
                    return result
                continue
            extent = None
            if directed or phrase.head_is(Noun.AROUND) or word in AROUND:
                extent = Extent.NEAR
            elif phrase.head_is(Noun.PART) or phrase.head.norm in words.DIRECTIONS or phrase.head.norm == "%":
                extent = Extent.PARTIAL
                if (
                    phrase.determiner == ""
                    and phrase.head.norm in {"north", "south", "east", "west"}
                    and len(phrase.units) == 1
                ):
                    extent = Extent.NEAR
            if word in {"of", "over"} and phrase.head_is(Noun.CONTROL, Noun.FLAG):
                result = [*result, *self.coordinated(other)]
            return [
                Located(found.place, extent or found.extent, found.unit, found.noun, found.how, found.ambiguous)
                for found in result
            ]
        if phrase.head_is(*PLACE_NOUNS):
            return self._typed(index, phrase, depth)
        if phrase.determiner == "the" and phrase.head.norm in words.COMPASS and not self.sentence.chain(index):
            named = self.context.last_place(self.offset + phrase.first, self.number, (Noun.SETTLEMENT,), "city")
            if named and self.context.has_quarters(named[0]):
                return [Located(named[0], Extent.PARTIAL, None, index, f"'{self._words(phrase)}' is part of it")]
        return NoPlace(f"'{self._words(phrase)}' is tied to no tracked place")


__all__ = ["PLACE_NOUNS", "Located", "Locator", "NoPlace"]
