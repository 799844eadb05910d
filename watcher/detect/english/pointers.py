"""What points back: "it", "them", "the town", "their village", "the last villages", "the province". Pure.

``locate`` asks it for noun phrases that name no place. It looks back over the item's names, kept in ``context``.
"""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Located, NoPlace, Unit
from watcher.detect.context import KINDS, Context, Topic
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.units import NounPhrase
from watcher.detect.vocabulary import Noun
from watcher.model import Extent, PlaceId

_POINTING: Final = frozenset(("the", "this", "that", "these", "those", "its", "their", "both"))
_OWN: Final = frozenset(("its", "their", "our"))
_FINAL: Final = frozenset(("last", "remaining", "final", "all"))
_WHERE: Final = words.COMPASS | {"near", "around", "outside", "in", "of", "inside", "across", "at"}
_BROAD: Final = KINDS[Noun.PROVINCE] | {"district", "subdistrict"}
_FEW: Final = 3  # "the three towns" are the three named last; more are a group of which nobody gives the names
_SENTENCES_BACK: Final = 2  # that "the villages" look back
_FAR_BACK: Final = 20  # that "the province" looks back


def read_topic(units: Sequence[Unit], offset: int, at_token: Mapping[int, PlaceId]) -> Topic | None:
    """The place that a sentence begins with, named or as "the quarter"."""
    for position, unit in enumerate(units[:3]):
        place = at_token.get(offset + unit.first)
        if place is not None:
            own = [at_token.get(offset + other.first) for other in units[position + 2 : position + 4]]
            if position + 1 < len(units) and units[position + 1].norm == "'s":
                place = next((part for part in own if part is not None), place)  # Raqqa's al-Senaa quarter
            return Topic(offset + unit.first, place)
        nouns = tuple(noun for noun in PLACE_NOUNS if unit.noun(noun))
        if nouns and position and units[position - 1].norm == "the" and unit.meaning is not None:
            return Topic(offset + unit.first, None, nouns, unit.meaning.nouns[nouns[0]][0].text)
        if unit.norm not in {"the", '"'}:
            return None
    return None


class Pointers:
    """Answers for one sentence of one item. ``offset`` turns the sentence's tokens into the item's."""

    def __init__(self, sentence: Sentence, context: Context, number: int, offset: int, *, in_title: bool) -> None:
        self.sentence = sentence
        self.context = context
        self.number = number
        self.offset = offset
        self.in_title = in_title

    def pronoun(self, index: int, phrase: NounPhrase) -> list[Located] | NoPlace:
        token = self.offset + phrase.first
        word = phrase.head.norm
        if word in {"it", "itself"}:
            place = self._topic(token)
            found = [(place, Extent.FULL)] if place is not None else []
        elif word in {"them", "both", "themselves"}:
            found = self._several(token, back=1)
        else:
            return NoPlace(f"'{word}' is no place")
        found = [(place, extent) for place, extent in found if self.context.gazetteer[place].kind != "country"]
        if not found:
            return NoPlace(f"'{word}' follows no place")
        return [Located(place, extent, None, index, f"'{word}' means it") for place, extent in found]

    def topic(self, index: int) -> list[Located] | NoPlace:
        """Its fall, its loss: of the place that "it" means."""
        place = self._topic(self.offset + self.sentence.np(index).first)
        if place is None or self.context.gazetteer[place].kind == "country":
            return NoPlace("'its' follows no place")
        return [Located(place, Extent.FULL, None, index, "'its' means it")]

    def _topic(self, token: int) -> PlaceId | None:
        """It: a place of this sentence, else the one that the sentence before is about, else its last one.

        Of "al-Senaa in Raqqa" the narrower place is meant.
        """
        context = self.context
        here = self._no_countries(context.last_place(token, self.number, (), "", 3, back=0))
        if not here:
            topic = context.topics.get(self.number - 1)
            if topic is not None:
                nouns, word = topic.nouns, topic.word
                named = context.last_place(topic.token, self.number - 1, nouns, word) if nouns else [topic.place]
                if named and named[0] is not None:
                    return named[0]
            here = self._no_countries(context.last_place(token, self.number, (), "", 3, back=1))
        if not here:
            return None
        nearest = here[-1]
        return next((place for place in here[:-1] if context.gazetteer.contains(nearest, place)), nearest)

    def _no_countries(self, places: list[PlaceId]) -> list[PlaceId]:
        return [place for place in places if self.context.gazetteer[place].kind != "country"]

    def _several(self, token: int, back: int) -> list[tuple[PlaceId, Extent]]:
        """Them: the places named together, or the group ("villages around Marea") that was spoken of last."""
        listed = self.context.listed(token, self.number - back)
        group = self.context.plural_before(token, self.number - back)
        if group is not None and (not listed or group.token > listed[0][0]):
            return list(group.places)
        return [(place, Extent.FULL) for _, place in listed]

    def noun(self, index: int, phrase: NounPhrase, count: int) -> list[Located] | NoPlace:
        """The town, its villages, both quarters."""
        words_of = " ".join(unit.norm for unit in phrase.units)
        settlement = phrase.head_is(Noun.SETTLEMENT)
        if not self._points_back(phrase):
            around = self._scene(index) if phrase.plural and phrase.head_is(Noun.SETTLEMENT) else None
            if around is not None:
                return [around]
            return NoPlace(f"'{words_of}' is tied to no tracked place")
        if phrase.head_is(Noun.PROVINCE) or phrase.head.norm == "place":
            return self.province(index, phrase) if phrase.head_is(Noun.PROVINCE) else self._the_place(index, phrase)
        nouns = [noun for noun in PLACE_NOUNS if phrase.head_is(noun)]
        word = phrase.head.norm
        meaning = phrase.head.meaning
        if meaning is not None:
            for noun in nouns:
                word = meaning.nouns[noun][0].text
        token = self.offset + phrase.first
        how = f"'{words_of}' means it"
        if phrase.plural and settlement and not 1 < count <= _FEW:
            group = self._several(token, _SENTENCES_BACK)
            if group and phrase.determiner != "both":
                return [Located(place, extent, None, index, how) for place, extent in group]
            if phrase.determiner != "both":
                return self._of_province(index, phrase, words_of)
        if phrase.plural and count == 1:
            count = 2 if phrase.determiner == "both" else 1
        found = self._own(token, nouns, word) if phrase.determiner in _OWN and count == 1 else []
        found = found or self.context.last_place(token, self.number, nouns, word, count)
        if not found and phrase.plural and phrase.head_is(Noun.QUARTER):
            whole = self.context.last_place(token, self.number, (Noun.SETTLEMENT,), "city")
            if whole:
                return [Located(whole[0], Extent.PARTIAL, None, index, f"'{words_of}' are parts of it")]
        if not found:
            return NoPlace(f"'{words_of}' follows no place of that kind")
        extent = Extent.PARTIAL if phrase.plural and count == 1 and phrase.head_is(Noun.QUARTER) else Extent.FULL
        return [Located(place, extent, None, index, how) for place in found]

    def pair(self, index: int, phrase: NounPhrase) -> list[Located]:
        """The two towns: the two that the sentence, or the one before, names together."""
        listed = self.context.listed(self.offset + phrase.first, self.number)
        if len(listed) != 2:  # noqa: PLR2004  the two
            return []
        fits = all(
            self.context.fits(self.context.gazetteer[place], [n for n in PLACE_NOUNS if phrase.head_is(n)], "")
            for _, place in listed
        )
        how = f"'{' '.join(unit.norm for unit in phrase.units)}' means it"
        return [Located(place, Extent.FULL, None, index, how) for _, place in listed] if fits else []

    def _the_place(self, index: int, phrase: NounPhrase) -> list[Located] | NoPlace:
        """The place: the settlement that the title names, else the one named last; but not "the last place to …"."""
        words_of = " ".join(unit.norm for unit in phrase.units)
        if len(phrase.own) > 1 or phrase.plural:
            return NoPlace(f"'{words_of}' may be anything")
        titled = [mention.place for mention in self.context.places_in(0)] if self.number else []
        fits = [place for place in titled if self.context.fits(self.context.gazetteer[place], (Noun.SETTLEMENT,), "")]
        token = self.offset + phrase.first
        found = fits[:1] or self.context.last_place(token, self.number, (Noun.SETTLEMENT,), "")
        return [Located(place, Extent.FULL, None, index, f"'{words_of}' means it") for place in found] or NoPlace(
            f"'{words_of}' follows no place"
        )

    def _scene(self, index: int) -> Located | None:
        """Advanced north of Azaz, taking two villages: in the one place where the sentence is set."""
        if self.sentence.chain(index) and self.sentence.chain(index)[0][0] in _WHERE:
            return None
        places = {mention.place for mention in self.context.places_in(self.number)}
        if len(places) != 1:
            return None
        for j in range(len(self.sentence.chunks)):
            unit = self.sentence.np(j).place if self.sentence.is_np(j) else None
            place = self.context.at_token.get(self.offset + unit.first) if unit is not None else None
            if unit is None or place not in places or self.sentence.governed(j) not in _WHERE:
                continue
            wide = self.context.gazetteer[place].kind in _BROAD or self.sentence.np(j).head_is(
                Noun.PROVINCE, Noun.AROUND
            )
            if (self.sentence.np(j).head is not unit and not wide) or (
                not wide and self.sentence.governed(j) in {"in", "of", "inside", "at", "across"}
            ):
                return None  # no village lies in a town
            broad = self.context.gazetteer[place].kind in _BROAD
            extent = Extent.PARTIAL if broad else Extent.NEAR
            return Located(place, extent, unit, index, "the only place where the sentence is set")
        return None

    def _points_back(self, phrase: NounPhrase) -> bool:
        """Whether its first word says that its place is known; "districts" and, in a title, "town" need none."""
        if phrase.determiner in _POINTING or phrase.possessor or phrase.units[0].norm == "both":
            return True
        if phrase.plural:
            return phrase.head_is(Noun.QUARTER)
        return self.in_title and not phrase.determiner and phrase.head_is(Noun.SETTLEMENT)

    def beside(self, index: int, phrase: NounPhrase) -> Located | None:
        """Marea, a town north of Aleppo: the name that it stands beside."""
        if (
            phrase.determiner not in {"a", "an"}
            or self.sentence.kind(index - 1) != ","
            or not self.sentence.is_np(index - 2)
        ):
            return None
        before = index - 2 if self.sentence.np(index - 2).place else self.sentence.chain_head(index - 2)
        unit = self.sentence.np(before).place
        place = self.context.at_token.get(self.offset + unit.first) if unit is not None else None
        nouns = [noun for noun in PLACE_NOUNS if phrase.head_is(noun)]
        if place is None or not self.context.fits(self.context.gazetteer[place], nouns, phrase.head.norm):
            return None
        words_of = " ".join(unit.norm for unit in phrase.units)
        return Located(place, Extent.FULL, unit, index, f"'{words_of}' stands beside it")

    def _own(self, token: int, nouns: list[Noun], word: str) -> list[PlaceId]:
        """The defenders of Marea … their town: the first place of that kind in the sentence."""
        places = self.context.last_place(token, self.number, nouns, word, 9, back=0)
        return places[:1]

    def _of_province(self, index: int, phrase: NounPhrase, words_of: str) -> list[Located] | NoPlace:
        """The last villages, in an item about a province: those of it."""
        place = self._province_named(self.offset + phrase.first)
        if place is None:
            return NoPlace(f"'{words_of}' follows no places of that kind")
        final = any(unit.norm in _FINAL for unit in phrase.units)
        return [Located(place, Extent.FULL if final else Extent.PARTIAL, None, index, f"'{words_of}' lie in it")]

    def _province_named(self, token: int) -> PlaceId | None:
        """The province that this sentence, the one or two before, or the title names as such."""
        gazetteer = self.context.gazetteer
        end = self.context.end_of(self.number)
        for before in (token, end):
            for mention in self.context.places_before(before, self.number, _SENTENCES_BACK):
                if gazetteer[mention.place].kind in KINDS[Noun.PROVINCE]:
                    return mention.place
        return None

    def province(self, index: int, phrase: NounPhrase) -> list[Located] | NoPlace:
        """ "The northern countryside": of the province that was named, else of the one that the last place lies in."""
        gazetteer = self.context.gazetteer
        words_of = " ".join(unit.norm for unit in phrase.units)
        token = self.offset + phrase.first
        named = self._province_named(token)
        for mention in self.context.places_before(token, self.number, _FAR_BACK) if named is None else ():
            for place in (mention.place, *gazetteer.ancestors(mention.place)):
                if gazetteer[place].kind in KINDS[Noun.PROVINCE]:
                    named = named or place
        if named is None:
            return NoPlace(f"'{words_of}' follows no place of that kind")
        directed = any(unit.norm in words.DIRECTIONS for unit in phrase.own)
        partial = directed or phrase.head.norm.startswith("countryside")
        return [Located(named, Extent.PARTIAL if partial else Extent.FULL, None, index, f"'{words_of}' means it")]
