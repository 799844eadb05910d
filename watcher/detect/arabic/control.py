"""Frames of control: takes, loses, falls, leaves, drives out, hands over, enters, holds. Pure.

One method per frame; each returns its candidates, or why the word tells of no event.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.arabic.forms import Form, place_preposition
from watcher.detect.arabic.sides import ARMED
from watcher.detect.arabic.states import States
from watcher.detect.candidates import Candidate, Located, NoPlace, Side
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Effect, Noun
from watcher.model import Extent

_SIEGE_OF: Final = ("عن", "علي", "ل", "حول", "في")
_ROUTES_TO: Final = ("الي", "نحو", "ب", "في", "من", "علي", "باتجاه", "عن", "ل")
_TAKERS: Final = ("ل", "الي", "لصالح", "لمصلحه", "امام")
_CONTROLLED_BY: Final = (
    Effect.FACTUAL,
    Effect.PROSPECTIVE,
    Effect.NEGATED,
    Effect.ONGOING,
    Effect.REPORTS,
    Effect.CLAIMS,
    Effect.CONFIRMS,
)
_SIDES_AROUND: Final = (Noun.SITE, *ARMED)


class Control(States):
    """Adds the frames of control."""

    def _takes(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        gained = self.subject(index)
        if isinstance(gained, NoPlace):
            return gained
        places = self._located(index, reading)
        if isinstance(places, NoPlace):
            return places
        return self._make(reading, index, places, gained, self._from(index, places, gained))

    def _takes_by(self, reading: EventReading, index: int, needs: Noun) -> list[Candidate] | NoPlace:
        """بسط سيطرته على, أحكم قبضته على, رفع علمه فوق."""
        noun = self._needed(index, needs)
        if noun is None:
            return NoPlace("it does not act on control")
        self.used.add(noun)
        gained = self.subject(index)
        if isinstance(gained, NoPlace):
            return gained
        wanted = ("علي", "الي", "في") if needs is Noun.CONTROL else ("فوق", "علي", "في", "ب", "وسط")
        if needs is Noun.CONTROL and gained is None:
            gained = self.sides.side(noun + 1)
        for start in (noun, index):
            for target in self.sentence.following(start, *wanted):
                places = self.places.locate(target)
                if not isinstance(places, NoPlace):
                    if needs is Noun.FLAG and self.sentence.chunks[target].head_is(Noun.SITE):
                        places = [replace(place, extent=Extent.PARTIAL) for place in places]
                    return self._make(reading, index, places, gained, self._from(start, places, gained))
        return NoPlace("no place under it")

    def _loses(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        lost = self.subject(index)
        if isinstance(lost, NoPlace):
            return lost
        control = self._needed(index, Noun.CONTROL)
        places: list[Located] | NoPlace
        if control is not None:
            self.used.add(control)
            targets = [*self.sentence.following(index, "علي"), *self.sentence.following(control, "علي")]
            places = self.places.locate(targets[0]) if targets else NoPlace("control of nothing")
        else:
            places = self._located(index, reading)
        if isinstance(places, NoPlace):
            return places
        return self._make(reading, index, places, self._taker(index, lost), lost)

    def _taker(self, index: int, lost: Side | None) -> Side | None:
        for noun in self.sentence.following(index, *_TAKERS):
            side = self.sides.side(noun)
            if side is None and self.sentence.chunks[noun].actor is not None:
                unit = self.sentence.chunks[noun].actor
                side = Side(unit.actor, unit, noun) if unit is not None else None  # أمام تقدم القوات
            if side is not None and (lost is None or side.actor != lost.actor):
                return side
        j = index + 1
        while j < self.sentence.end(index):
            if self.sentence.kind(j) == "event" and self.sentence.governed(j) == "امام":
                side = self.sides.side(j + 1)
                if side is not None:
                    return side
            j += 1
        return None

    def _falls(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        gained = self._into_hands(index)
        hands = next((j for j in range(index, self.sentence.end(index)) if self.sentence.kind(j) == "state"), 1 << 30)
        nouns = [noun for noun in self.bare(index) if noun < hands]
        if not nouns:
            leading = self.sentence.leading_noun(index) if self.sentence.kind(index) == "verb" else None
            nouns = [leading] if leading is not None else []
        chunk = self.sentence.chunks[index]
        places: list[Located] | NoPlace = NoPlace("nothing falls")
        if chunk.kind == "event" and chunk.pronoun:
            places = self.places.pointed(index, chunk.pronoun)
        elif nouns:
            places = self.places.locate(nouns[0])
        elif self._opened_by(index) == "rel":
            places = self._antecedent(index)
        elif chunk.kind == "verb" and gained is not None:
            places = self.places.pointed(index, "ها" if chunk.form & Form.FEMININE else "ه")
        if isinstance(places, NoPlace):
            return places
        if reading.group.needs is not None and gained is None:
            return NoPlace("it passes to no side")
        found = self._make(
            reading, index, places, gained or self._taker(index, None), self._from(index, places, gained)
        )
        lasting = chunk.form & Form.IMPERFECT and not chunk.form & Form.PERFECT and reading.group.needs is not None
        for candidate in found:
            candidate.standing = bool(lasting) and not self.places.in_title and chunk.negation is None
        return found

    def _into_hands(self, index: int) -> Side | None:
        """بيد التنظيم, في قبضة القوات, إلى سيطرة قسد."""
        j = index + 1
        while j < len(self.sentence.chunks) and self.sentence.kind(j) in {
            "np",
            "prep",
            "state",
            "time",
            "event",
            ",",
            "cue",
        }:
            chunk = self.sentence.chunks[j]
            if chunk.kind == "state":
                self.used.add(j)
                return self._holder(j)
            if chunk.head_is(Noun.CONTROL) and self.sentence.governed(j) in {"الي", "في", "تحت", "ب"}:
                self.used.add(j)
                return self.sides.side(j + 1)
            j += 1
        return None

    def _leaves(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        lost = self.subject(index)
        if isinstance(lost, NoPlace):
            return lost
        places = self._located(index, reading)
        if isinstance(places, NoPlace):
            return places
        chunk = self.sentence.chunks[index]
        way = self.sentence.chunks[index - 2] if self.sentence.governed(index) == "ل" and index > 1 else None
        if way is not None and way.has(Noun.ROUTE, Noun.CORRIDOR):
            return NoPlace(f"what '{way.word}' is for")
        if lost is None and (chunk.kind == "verb" or place_preposition(reading.word.text)):
            return NoPlace("nobody armed leaves")
        return self._make(reading, index, places, None, lost)

    def _drives_out(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        """طرد A B من X; طرد B من X."""
        bare = self.bare(index)
        sides = [side for side in map(self.sides.side, bare) if side is not None]
        gained: Side | NoPlace | None
        chunk = self.sentence.chunks[index]
        if len(sides) > 1:
            gained, lost = sides[0], sides[1]
        elif chunk.form & Form.OBJECT or (chunk.kind == "event" and chunk.pronoun):
            gained, lost = self.subject(index), None
        else:
            lost = sides[0] if sides else None
            leading = self.sentence.leading_noun(index) if chunk.kind == "verb" else None
            gained = self.sides.side(leading) if leading is not None else None
            if gained is None and chunk.kind == "verb":
                gained = self._shared(index, 0)
            elif gained is None:
                gained = self._governor_subject(index, 0)
        if isinstance(gained, NoPlace):
            return gained
        if lost is None and not chunk.form & Form.OBJECT and not chunk.pronoun:
            return NoPlace("nobody armed is driven out")
        if lost is not None and gained is not None and gained.actor == lost.actor:
            gained = None
        for noun in self.sentence.following(index, "من", "خارج", "عن"):
            places = self.places.locate(noun)
            if not isinstance(places, NoPlace):
                return self._make(reading, index, places, gained, lost)
        return NoPlace("no place that they were driven from")

    def _hands_over(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        lost = self.subject(index)
        places = self._located(index, reading)
        if isinstance(places, NoPlace):
            return places
        takers = self.sentence.following(index, "ل", "الي")
        gained = next((side for side in map(self.sides.side, takers) if side is not None), None)
        if isinstance(lost, NoPlace):
            return lost
        if gained is None and not takers:
            return NoPlace("nobody is given it")
        if lost is not None and gained is not None and lost.actor == gained.actor:
            lost = None
        return self._make(reading, index, places, gained, lost)

    def _enters(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        gained = self.subject(index)
        if isinstance(gained, NoPlace):
            return gained
        places = self._located(index, reading)
        if isinstance(places, NoPlace) and not place_preposition(reading.word.text):
            targets = self.sentence.following(index, "الي", "في")
            places = self.places.locate(targets[0]) if targets else places
        if isinstance(places, NoPlace):
            return places
        if gained is None:
            return NoPlace("nobody armed enters")
        found = self._make(reading, index, places, gained, None)
        for candidate in found:
            candidate.entry = True
        return found

    def _holds(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        holder = self.subject(index)
        if isinstance(holder, NoPlace):
            return holder
        places = self._located(index, reading)
        if isinstance(places, NoPlace):
            return places
        if holder is None:
            return NoPlace("no side holds it")
        found = self._make(reading, index, places, holder, None)
        for candidate in found:
            candidate.standing = True
        return found
