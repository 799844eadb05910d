"""Which place an Arabic noun phrase means, and how much of it: the typing of what is taken, left or besieged. Pure."""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.arabic.sentence import Sentence
from watcher.detect.candidates import PLACE_NOUNS, Located, NoPlace, Unit
from watcher.detect.context import KINDS, Context, Plural
from watcher.detect.vocabulary import Noun
from watcher.model import Extent, PlaceId

_BROAD: Final = KINDS[Noun.PROVINCE] | {"district", "subdistrict"}
_PARTS: Final = (Noun.PART, Noun.AROUND, Noun.WHOLE)
_MOST_STEPS: Final = 4
_BACK: Final = 2  # sentences that "it" looks back


class Places:
    """Answers for one sentence of one item."""

    def __init__(self, sentence: Sentence, context: Context, number: int, offset: int, *, in_title: bool) -> None:
        self.sentence = sentence
        self.context = context
        self.number = number
        self.offset = offset
        self.in_title = in_title

    def locate(self, index: int) -> list[Located] | NoPlace:
        """The places of a noun phrase and of those joined to it by "and", or why there are none."""
        first = self._locate(index, 0)
        phrase = self.sentence.chunks[index]
        if isinstance(first, NoPlace) and not (phrase.head_is(*PLACE_NOUNS) and phrase.actor is None):
            return first
        found = [] if isinstance(first, NoPlace) else list(first)
        for other in self._joined(index):
            more = self._locate(other, 0)
            if not isinstance(more, NoPlace) and (
                not more[0].how or not self.sentence.chunks[other].head_is(Noun.SITE)
            ):
                found.extend(one for one in more if all(one.place != known.place for known in found))
        if not found:
            return first
        if all(one.extent is not Extent.FULL for one in found):
            places = tuple((one.place, one.extent) for one in found)
            self.context.plurals.append(Plural(self.number, self.offset + self.sentence.chunks[index].first, places))
        return found

    def _joined(self, index: int) -> list[int]:
        """The noun phrases that go on with a list of places: مدينتي مارع واعزاز."""
        found = []
        j = self._past_where(index + 1)
        while self.sentence.kind(j) in {"cc", ","}:
            if self.sentence.kind(j) == "," and self.sentence.kind(j + 1) == "cc":
                j += 1
            if not self.sentence.is_np(j + 1):
                break
            phrase = self.sentence.chunks[j + 1]
            if phrase.actor is not None or self.sentence.kind(j + 2) == "verb":
                break
            named = phrase.place is not None or phrase.head_is(*PLACE_NOUNS, *_PARTS)
            unlisted = len(phrase.units) <= 2 and phrase.head.meaning is None  # noqa: PLR2004  a name that nobody lists
            if not named and not unlisted:
                break
            if named:
                found.append(j + 1)
            j = self._past_where(j + 2)
        return found

    def _past_where(self, index: int) -> int:
        """Behind what only says where a place lies: "شمالي حلب", "في ريف حلب"."""
        j = index
        while self.sentence.kind(j) in {"prep", "np", "time"}:
            if self.sentence.is_np(j):
                head = self.sentence.chunks[j].head
                if head.norm not in words.DIRECTIONS:
                    break
                j += 1
            elif self.sentence.kind(j) == "time":
                j += 1
            elif self.sentence.word(j) in words.INSIDE | words.AROUND and self.sentence.is_np(j + 1):
                j += 2
            else:
                break
        return j if self.sentence.kind(j) in {"cc", ","} else index

    def _locate(self, index: int, depth: int) -> list[Located] | NoPlace:
        phrase = self.sentence.chunks[index]
        if depth > _MOST_STEPS:
            return NoPlace("too deep a phrase")
        if phrase.word not in words.DEMONSTRATIVES and phrase.units[0].norm in words.WITH_PRONOUN:
            return self.pointed(index, phrase.pronoun)
        if phrase.units[0].norm in {"هذا", "هذه", "تلك", "ذلك"} and len(phrase.units) == 1:
            return self._locate(index + 1, depth + 1) if self.sentence.is_np(index + 1) else NoPlace("no place")
        if phrase.has(Noun.PEOPLE, Noun.THING) and not phrase.head_is(*PLACE_NOUNS) and not phrase.head.places:
            return NoPlace(f"'{phrase.word}' is no place")
        if phrase.place is not None and phrase.actor is None:
            return self._named(index, phrase, phrase.place)
        if phrase.head_is(*_PARTS) or phrase.head.norm in words.DIRECTIONS or self._counts(phrase):
            return self._part(index, phrase, depth)
        if phrase.head_is(*PLACE_NOUNS):
            return self._typed(index, phrase, depth)
        return NoPlace(f"'{phrase.word}' is no place")

    def _counts(self, phrase: Chunk) -> bool:
        return all(
            unit.norm in words.QUANTITIES or unit.norm in words.NUMBERS or unit.norm.isdecimal()
            for unit in phrase.units
        )

    # --- named

    def place(self, unit: Unit) -> PlaceId | None:
        return self.context.at_token.get(self.offset + unit.first)

    def _named(self, index: int, phrase: Chunk, unit: Unit) -> list[Located] | NoPlace:
        place = self.place(unit)
        if place is None:
            return NoPlace(f"'{unit.norm}' alone is no place here")
        token = self.offset + unit.first
        ambiguous = self.context.ambiguous.get(token, ())
        extent, place = self._extent(index, phrase, unit, place)
        found = [Located(place, extent, unit, index, "", ambiguous)]
        for other in phrase.units:
            if other is not unit and other.places and (named := self.place(other)) is not None:
                outer = self.context.gazetteer.contains(named, place) or self.context.gazetteer.contains(place, named)
                if not outer:
                    found.append(Located(named, extent, other, index))
        if self._container(unit, phrase) and (unlisted := self._inner(index, phrase, unit)) is not None:
            return unlisted
        return found

    def _container(self, unit: Unit, phrase: Chunk) -> bool:
        return unit is not phrase.head and phrase.head_is(Noun.SITE, Noun.QUARTER, Noun.SETTLEMENT)

    def _inner(self, index: int, phrase: Chunk, unit: Unit) -> list[Located] | None:
        """مطار كذا: the name of an unlisted site before the name of what contains it."""
        at = phrase.units.index(unit)
        between = [other for other in phrase.units[1:at] if other.meaning is None and other.norm not in words.KNOWN]
        place = self.place(unit)
        if not between or place is None or phrase.plural:
            return None
        how = f"'{between[0].norm}', which is not listed, lies there"
        return [Located(place, Extent.PARTIAL, unit, index, how)]

    def _extent(self, index: int, phrase: Chunk, unit: Unit, place: PlaceId) -> tuple[Extent, PlaceId]:
        kind = self.context.gazetteer[place].kind
        before = phrase.units[: phrase.units.index(unit)]
        behind = phrase.units[phrase.units.index(unit) + 1 :]
        if any(other.noun(Noun.AROUND) for other in before):
            return Extent.NEAR, place
        if any(other.noun(Noun.PROVINCE) for other in before):
            broad = self._broad(unit, place)
            return (Extent.PARTIAL, broad) if broad else (Extent.FULL if kind in _BROAD else Extent.NEAR, place)
        direction = next((other.norm for other in before if other.norm in words.DIRECTIONS), "")
        if direction in words.DIRECTIONS_OF:
            return Extent.NEAR, place
        if direction:
            return (Extent.PARTIAL if self.context.has_quarters(place) else Extent.NEAR), place
        if any(other.noun(Noun.PART) for other in before):
            return Extent.PARTIAL, place
        if self.context.has_quarters(place) and any(other.norm in words.DIRECTION_ADJECTIVES for other in behind):
            return Extent.PARTIAL, place
        head = next((other for other in before if other.noun(*PLACE_NOUNS)), None)
        if head is not None and phrase.plural and not phrase.dual and not self._joined(index):
            if kind in _BROAD or (head.noun(Noun.QUARTER) and kind not in KINDS[Noun.QUARTER]):
                return Extent.PARTIAL, place
            if head.noun(Noun.SETTLEMENT) and kind == "city":
                return Extent.PARTIAL, self._broad(unit, place) or place
            return (Extent.NEAR if head.noun(Noun.SETTLEMENT) else Extent.PARTIAL), place
        if head is not None and head.noun(Noun.SITE, Noun.QUARTER) and not self._is_of_kind(head, kind):
            return Extent.PARTIAL, place
        if kind in _BROAD and "ريف" in unit.norm.split() and not self.sentence.governed(index):
            return Extent.PARTIAL, place
        return Extent.FULL, place

    def _is_of_kind(self, head: Unit, kind: str) -> bool:
        return any(kind in kinds for noun, kinds in KINDS.items() if head.noun(noun))

    def _broad(self, unit: Unit, place: PlaceId) -> PlaceId | None:
        """The province that bears the name of a city."""
        if self.context.gazetteer[place].kind in _BROAD:
            return place
        broad = [other for other in unit.places if self.context.gazetteer[other].kind in KINDS[Noun.PROVINCE]]
        return broad[0] if broad else None

    # --- nouns for places

    def _typed(self, index: int, phrase: Chunk, depth: int) -> list[Located] | NoPlace:
        """ "البلدة", "قرى في ريف حلب", "الأحياء الشرقية لمدينة حلب", "قرية كذا بريف منبج"."""
        unlisted = [unit for unit in phrase.units[1:] if unit.meaning is None and unit.norm not in words.KNOWN]
        inside = self._inside(index, phrase, depth, unlisted=bool(unlisted))
        if inside is not None:
            return inside
        if phrase.pronoun:
            return self._owned(index, phrase)
        definite = phrase.head.norm.startswith(ARTICLE)
        if not definite or unlisted:
            if self.in_title and not definite and not unlisted and not phrase.plural:
                return NoPlace(f"'{phrase.word}' is not named")
            return NoPlace(f"'{phrase.word}' is no tracked place")
        return self._anaphor(index, phrase)

    def _inside(self, index: int, phrase: Chunk, depth: int, *, unlisted: bool) -> list[Located] | None:
        """What the phrases behind say of where it lies."""
        j = index + 1
        while self.sentence.kind(j) == "cc" and self.sentence.is_np(j + 1) and self._adds_kind(j + 1):
            j += 2  # سبع عشرة بلدة وقرية في …
        if phrase.plural or self._is_counted(phrase):
            j = self._where(j)
        steps = 0
        while steps < _MOST_STEPS and j < len(self.sentence.chunks):
            if self.sentence.is_np(j) and self.sentence.chunks[j].head.norm in words.DIRECTIONS:
                named = self._locate(j, depth + 1)
                if isinstance(named, NoPlace):
                    return None
                return self._contained(named, phrase, Extent.NEAR, unlisted=unlisted)
            if self.sentence.kind(j) != "prep" or not self.sentence.is_np(j + 1):
                return None
            word = self.sentence.word(j)
            if word not in words.INSIDE | words.AROUND | {"من", "ل"}:
                return None
            inner = self.sentence.chunks[j + 1]
            if word == "ل" and (inner.units[0].norm in words.WITH_PRONOUN or inner.actor is not None):
                j += 2  # آخر قرية له في …
                continue
            if inner.actor is not None or inner.units[0].norm in words.WITH_PRONOUN:
                return None
            if word in {"من", "ل"} and not inner.place and not inner.head_is(*PLACE_NOUNS):
                return None
            if word == "من" and phrase.is_definite and phrase.head_is(Noun.SETTLEMENT):
                return None
            named = self._locate(j + 1, depth + 1)
            if not isinstance(named, NoPlace):
                near = word in words.AROUND or named[0].extent is Extent.NEAR
                return self._contained(named, phrase, Extent.NEAR if near else Extent.PARTIAL, unlisted=unlisted)
            j += 2
            steps += 1
        return None

    def _adds_kind(self, index: int) -> bool:
        phrase = self.sentence.chunks[index]
        if phrase.head_is(Noun.AROUND) and phrase.pronoun:
            return True  # دوار كذا ومحيطه في …
        return phrase.head_is(*PLACE_NOUNS, Noun.PART) and phrase.place is None and not phrase.is_definite

    def _is_counted(self, phrase: Chunk) -> bool:
        return any(unit.norm in words.NUMBERS or unit.norm.isdecimal() for unit in phrase.units)

    def _where(self, index: int) -> int:
        """Where a group lies, when a clause stands between: "قرى كانت آخر ما تبقى له في محافظة حلب"."""
        if self.sentence.kind(index) != "be":
            return index
        j = index
        while j < len(self.sentence.chunks) and self.sentence.kind(j) not in {",", ".", ";", "sub"}:
            pointing = self.sentence.is_np(j + 1) and self.sentence.chunks[j + 1].units[0].norm in words.WITH_PRONOUN
            if self.sentence.word(j) in words.INSIDE and self.sentence.is_np(j + 1) and not pointing:
                return j
            j += 1
        return index

    def _contained(
        self, named: list[Located], phrase: Chunk, extent: Extent, *, unlisted: bool
    ) -> list[Located] | None:
        found = named[0]
        kind = self.context.gazetteer[found.place].kind
        definite = phrase.head.norm.startswith(ARTICLE)
        if definite and not phrase.plural and not unlisted and phrase.head_is(Noun.SETTLEMENT) and kind in _BROAD:
            return None  # "the town, in Aleppo's countryside" points back
        if kind in _BROAD:
            extent = Extent.PARTIAL
        elif extent is Extent.PARTIAL and phrase.head_is(Noun.SETTLEMENT) and kind not in KINDS[Noun.QUARTER]:
            broad = self._broad(found.unit, found.place) if found.unit is not None and kind == "city" else None
            extent, found = (Extent.PARTIAL, replace(found, place=broad)) if broad else (Extent.NEAR, found)
        how = f"'{phrase.word}' lies there"
        return [replace(found, extent=extent, how=found.how or how)]

    def _owned(self, index: int, phrase: Chunk) -> list[Located] | NoPlace:
        """مدينتهم: the place of those kind that was named; أحياؤها: a part of it."""
        if phrase.head_is(Noun.PROVINCE):
            return self._its_province(index, phrase)
        if phrase.plural or phrase.head_is(*_PARTS):
            found = self.pointed(index, phrase.pronoun)
            if isinstance(found, NoPlace):
                return found
            extent = Extent.NEAR if phrase.head_is(Noun.AROUND) else Extent.PARTIAL
            return [replace(found[0], extent=extent)]
        return self._anaphor(index, phrase)

    def _its_province(self, index: int, phrase: Chunk) -> list[Located] | NoPlace:
        """ريفها: of the province or the town that was named."""
        token = self.offset + phrase.first
        for mention in self.context.places_before(token, self.number, _BACK):
            for place in (mention.place, *self.context.gazetteer.ancestors(mention.place)):
                if self.context.gazetteer[place].kind in KINDS[Noun.PROVINCE]:
                    return [Located(place, Extent.PARTIAL, None, index, f"'{phrase.word}' lies there")]
        return NoPlace(f"'{phrase.word}' points to no place that was named")

    def _anaphor(self, index: int, phrase: Chunk) -> list[Located] | NoPlace:
        """The town: the place of that kind that was named last."""
        head = phrase.head
        nouns = tuple(noun for noun in PLACE_NOUNS if head.noun(noun))
        if not nouns or Noun.PROVINCE in nouns:
            return NoPlace(f"'{phrase.word}' is no tracked place")
        assert head.meaning is not None
        word = words.KINDS.get(head.meaning.nouns[nouns[0]][0].text, "")
        token = self.offset + phrase.first
        if phrase.plural and not phrase.dual:
            return self._group(index, phrase, token, nouns)
        found = self.context.last_place(token, self.number, nouns, word, 2 if phrase.dual else 1)
        if not found:
            return NoPlace(f"'{phrase.word}' points to no place that was named")
        how = f"'{phrase.word}' is the one named before"
        return [Located(place, Extent.FULL, None, index, how) for place in found]

    def _group(self, index: int, phrase: Chunk, token: int, nouns: tuple[Noun, ...]) -> list[Located] | NoPlace:
        """ "الأحياء الشرقية": of the city that was named; "القرى": those named together."""
        group = self.context.plural_before(token, self.number - _BACK)
        if group is not None:
            return [Located(place, extent, None, index, "those named before") for place, extent in group.places]
        if Noun.QUARTER in nouns:
            city = self.context.last_place(token, self.number, (Noun.SETTLEMENT,), "city")
            if city and self.context.has_quarters(city[0]):
                return [Located(city[0], Extent.PARTIAL, None, index, f"'{phrase.word}' are part of it")]
        listed = self.context.listed(token, self.number)
        if listed:
            return [Located(place, Extent.FULL, None, index, "those named before") for _, place in listed]
        return NoPlace(f"'{phrase.word}' points to no place that was named")

    # --- parts

    def _part(self, index: int, phrase: Chunk, depth: int) -> list[Located] | NoPlace:
        """أجزاء من, نصف, معظم أحياء, محيط, شرق, 17 قرية: the place stands behind."""
        extent = self._part_extent(phrase)
        if phrase.pronoun:
            found = self.pointed(index, phrase.pronoun)
            return found if isinstance(found, NoPlace) else [replace(found[0], extent=extent or found[0].extent)]
        at = next((k for k, unit in enumerate(phrase.units) if unit.noun(*PLACE_NOUNS)), None)
        if at is not None:
            inner_phrase = phrase if at == 0 else replace(phrase, units=phrase.units[at:])  # مساحة المدينة
            typed = self._typed(index, inner_phrase, depth)
            if isinstance(typed, NoPlace) or extent is None:
                return typed
            return [replace(one, extent=extent) for one in typed]
        j = index + 1
        while self.sentence.kind(j) == "time":
            j += 1
        if self.sentence.is_np(j + 1) and self.sentence.chunks[j + 1].word in {"الميه", "المايه"}:
            j += 2  # 45 في المئة من المدينة
        prepositions = words.INSIDE | words.AROUND | {"من", "ل"}
        if self.sentence.kind(j) == "prep" and self.sentence.word(j) in prepositions and self.sentence.is_np(j + 1):
            inner = self._locate(j + 1, depth + 1)
        elif self.sentence.is_np(j):
            inner = self._locate(j, depth + 1)
        else:
            return NoPlace(f"'{phrase.word}' is tied to no tracked place")
        if isinstance(inner, NoPlace):
            return inner
        return [replace(one, extent=extent or one.extent) for one in inner]

    def _part_extent(self, phrase: Chunk) -> Extent | None:
        if phrase.has(Noun.AROUND) or any(unit.norm in words.DIRECTIONS_OF for unit in phrase.units):
            return Extent.NEAR
        if phrase.has(Noun.PART) or any(unit.norm in words.DIRECTIONS for unit in phrase.units):
            return Extent.PARTIAL
        return None

    # --- pronouns

    def pointed(self, index: int, pronoun: str) -> list[Located] | NoPlace:
        """What "it" means: the place named last that agrees with the pronoun."""
        phrase = self.sentence.chunks[index]
        token = self.offset + phrase.first
        if pronoun in {"هم", "نا"}:
            return NoPlace(f"'{phrase.word}' are people")
        thing = self._thing_before(index)
        if thing is not None:
            return NoPlace(f"'{phrase.word}' points to '{thing.word}'")
        group = self.context.plural_before(token, self.number) if pronoun == "ها" else None
        if group is not None:
            how = "those spoken of before"
            return [Located(place, extent, None, index, how) for place, extent in group.places]
        count = 2 if pronoun == "هما" else 1
        loose: list[PlaceId] = []
        found: list[PlaceId] = []
        for mention in self.context.places_before(token, self.number, _BACK):
            place = self.context.gazetteer[mention.place]
            if place.id in found or place.kind in _BROAD | {"country"}:
                continue
            if count == 1 and (place.kind in words.MASCULINE_KINDS) != (pronoun == "ه"):
                if mention.sentence == self.number:
                    loose.append(place.id)
                continue
            found.append(place.id)
            if len(found) == count:
                break
        found = found or loose[:1]
        if not found:
            return NoPlace(f"'{phrase.word}' points to no place that was named")
        how = f"'{phrase.word}' points to it"
        return [Located(place, Extent.FULL, None, index, how) for place in reversed(found)]

    def _thing_before(self, index: int) -> Chunk | None:
        """A thing that stands nearer than any place, so that "it" or "them" are that."""
        for chunk in reversed(self.sentence.chunks[:index]):
            if chunk.kind != "np" or chunk.units[0].norm in words.WITH_PRONOUN:
                continue
            if chunk.place is not None or chunk.head_is(*PLACE_NOUNS):
                return None
            if chunk.head_is(Noun.THING):
                return chunk
        return None
