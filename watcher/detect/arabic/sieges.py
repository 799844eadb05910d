"""Frames of sieges: besieges, cuts the road, tightens, breaks, lifts. Pure.

One method per frame; each returns its candidates, or why the word tells of no event.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.control import Control
from watcher.detect.arabic.sides import ARMED
from watcher.detect.candidates import Candidate, Located, NoPlace, Side
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Effect, Noun
from watcher.model import Action, Extent

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


class Sieges(Control):
    """Adds the frames of sieges."""

    def _besieges(self, reading: EventReading, index: int, chunk: Chunk) -> list[Candidate] | NoPlace:
        if reading.group.needs is Noun.SIEGE:
            return self._acts_on_siege(reading, index)
        gained = self.subject(index)
        if isinstance(gained, NoPlace):
            gained = None if chunk.kind == "event" else gained
        if isinstance(gained, NoPlace):
            return gained
        inside, lost = self._people_inside(index)
        places = inside or self._located(index, reading)
        if isinstance(places, NoPlace):
            if chunk.kind != "event":
                return places
            places = self._siege_places(index, index)
            if isinstance(places, NoPlace):
                return places
        if gained is None and chunk.kind == "event":
            gained = self._besieger(index)
        return self._make(reading, index, places, gained, lost)

    def _people_inside(self, index: int) -> tuple[list[Located] | None, Side | None]:
        """حاصرت القوات عناصر التنظيم في البلدة: the place is where they are."""
        for noun in self.bare(index):
            phrase = self.sentence.chunks[noun]
            side = self.sides.side(noun)
            behind = noun != self.bare(index)[0] or self.sentence.leading_noun(index) is not None
            if not phrase.has(Noun.PEOPLE) and not (side is not None and behind):
                continue
            for target in self.sentence.following(index, "في", "داخل", "ب", "ضمن"):
                places = self.places.locate(target)
                if not isinstance(places, NoPlace):
                    return places, side
        return None, None

    def _siege_places(self, noun: int, index: int) -> list[Located] | NoPlace:
        """The place of a siege: behind its preposition, right behind it, or what "the siege" means here."""
        self.used.add(noun)
        for start in dict.fromkeys((noun, index)):
            for target in self.sentence.following(start, *_SIEGE_OF):
                places = self.places.locate(target)
                if not isinstance(places, NoPlace):
                    return places
        chunk = self.sentence.chunks[noun]
        relative = self._relative_of(noun)
        if relative is not None:
            for target in self.sentence.following(relative, *_SIEGE_OF):
                places = self.places.locate(target)
                if not isinstance(places, NoPlace):
                    return places
        if chunk.place is not None:
            return self.places.locate(noun)
        for target in [j for j in (noun + 1, noun + 2) if self.sentence.is_np(j)]:
            places = self.places.locate(target)
            if not isinstance(places, NoPlace):
                return places
            if self.sides.side(target) is None:
                break
        if chunk.pronoun and not isinstance(places := self.places.pointed(noun, chunk.pronoun), NoPlace):
            return places
        if self.sentence.governed(noun) == "ل" and (undergone := self._undergone(noun)) is not None:
            return undergone
        if self.sieges:
            how = "'the siege' means that of before"
            return [replace(place, unit=None, noun=noun, how=how) for place in self.sieges]
        token = self.places.offset + chunk.first
        found = self.places.context.last_place(
            token, self.places.number, (Noun.SETTLEMENT, Noun.SITE, Noun.QUARTER), ""
        )
        if found and chunk.is_definite:
            return [Located(found[0], Extent.FULL, None, noun, "the siege is taken for that of the place named last")]
        return NoPlace("a siege of no tracked place")

    def _relative_of(self, noun: int) -> int | None:
        """The verb of the relative clause behind a noun: الحصار الذي كان التنظيم يفرضه."""
        j = noun + 1
        while self.sentence.kind(j) in {"rel", "be", "np", "time", "may"} and j < noun + 6:
            j += 1
        return j if self.sentence.kind(j) == "verb" and self.sentence.is_relative(j) else None

    def _undergone(self, noun: int) -> list[Located] | None:
        """يخضع القسم الشرقي لحصار: the subject of the verb is besieged."""
        for j in range(noun - 1, -1, -1):
            if self.sentence.kind(j) == "verb":
                for subject in (*self.bare(j)[:1], self.sentence.leading_noun(j)):
                    places = self.places.locate(subject) if subject is not None else NoPlace("")
                    if not isinstance(places, NoPlace):
                        return places
                return None
            if self.sentence.kind(j) in {";", ":", "sub", "rel"}:
                return None
        return None

    def _acts_on_siege(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        """فرض حصارا على, أحكم الطوق على, شدد حصاره على."""
        noun = self._needed(index, Noun.SIEGE)
        if noun is None:
            return NoPlace("no siege")
        gained = self.subject(index)
        if isinstance(gained, NoPlace):
            return gained
        places = self._siege_places(noun, index)
        if isinstance(places, NoPlace):
            return places
        return self._make(reading, index, places, gained or self.sides.side(noun + 1), None)

    def _besieger(self, noun: int) -> Side | None:
        """حصار قوات النظام عن: whose siege it was."""
        chunk = self.sentence.chunks[noun]
        if chunk.actor is not None:
            return Side(chunk.actor.actor, chunk.actor, noun)
        for j in (noun + 1, noun + 2):
            if self.sentence.is_np(j) and not self.sentence.governed(j):
                side = self.sides.side(j)
                if side is not None:
                    return side
        relative = self._relative_of(noun)
        if relative is None:
            return None
        subject = self.subject(relative)
        return subject if isinstance(subject, Side) else None

    def _ends_siege(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        needs = reading.group.needs
        if needs is Noun.CORRIDOR:
            return self._opens(reading, index)
        noun = self._needed(index, Noun.SIEGE) if needs is Noun.SIEGE else None
        if noun is None:
            return NoPlace("no siege ends")
        self.used.add(noun)
        places = self._siege_places(noun, index)
        if isinstance(places, NoPlace):
            return places
        besieger = self._besieger(noun)
        actor = self.subject(index) if noun != index + 1 or self.sentence.kind(index) == "verb" else None
        if self.sentence.kind(index) == "event":
            actor = self._governor_subject(index, 0)
            by = next(iter(self.sentence.following(index, *words.BY)), None)
            actor = self.sides.side(by) or actor
        if isinstance(actor, NoPlace):
            actor = None
        if besieger is not None and actor is not None and besieger.actor == actor.actor and besieger.unit is actor.unit:
            actor = None if self.sentence.kind(index) == "event" else actor
        action = reading.group.action
        own = bool(self.sentence.chunks[noun].pronoun) and actor is not None
        if action is Action.LIFTED:
            if own or besieger is None:
                return self._make(reading, index, places, None, actor or besieger)
            return self._make(reading, index, places, None, besieger)
        if besieger is not None and actor is not None and besieger.actor == actor.actor:
            besieger = None
        return self._make(reading, index, places, actor, besieger)

    def _opens(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        noun = self._needed(index, Noun.CORRIDOR)
        if noun is None or self._is_humane(noun):
            return NoPlace("no corridor of fighters")
        gained = self.subject(index)
        if isinstance(gained, NoPlace) or gained is None or gained.actor is None:
            return NoPlace("no side opens it")
        for start in (noun, index):
            for target in self.sentence.following(start, "الي", "نحو", "باتجاه"):
                places = self.places.locate(target)
                if not isinstance(places, NoPlace):
                    return self._make(reading, index, places, gained, None)
        return NoPlace("a corridor to no tracked place")

    def _is_humane(self, noun: int) -> bool:
        """A way out for civilians is none for fighters."""
        near = self.sentence.chunks[noun : noun + 5]
        return any(
            chunk.has(Noun.PEOPLE, Noun.THING) or "انساني" in chunk.word or "امن" in chunk.word.split()
            for chunk in near
        )

    def _cuts(self, reading: EventReading, index: int) -> list[Candidate] | NoPlace:
        route = self._needed(index, Noun.ROUTE)
        if route is None:
            return NoPlace("no road is cut")
        self.used.add(route)
        places = self._road_to(route, index)
        if isinstance(places, NoPlace):
            return places
        gained = self.subject(index)
        if isinstance(gained, NoPlace):
            return gained
        phrase = self.sentence.chunks[route]
        action = Action.IMPOSED if phrase.has(Noun.WHOLE) or self._is_last(route) else Action.TIGHTENED
        following = self.sentence.following(index, "ل")
        owners = (self.sentence.chunks[noun].actor for noun in following if noun > route)
        owner = phrase.actor or next((unit for unit in owners if unit is not None), None)
        lost = Side(owner.actor, owner, route) if owner is not None else None
        if lost is not None and gained is not None and lost.actor == gained.actor:
            lost = None
        return self._make(reading, index, places[:1], gained, lost, action=action)

    def _is_last(self, route: int) -> bool:
        """The only road: "آخر طريق", "الطريق الوحيد", "طريق الإمداد الأخير", "كل الطرق"."""
        near = self.sentence.chunks[route : route + 2]
        last = {
            "اخر",
            "وحيد",
            "الوحيد",
            "الوحيده",
            "الاخير",
            "الاخيره",
            "المتبقي",
            "المتبقيه",
            "كل",
            "جميع",
            "كافه",
            "وحيده",
        }
        return any(unit.norm in last for chunk in near if chunk.kind == "np" for unit in chunk.units)

    def _road_to(self, route: int, index: int) -> list[Located] | NoPlace:
        phrase = self.sentence.chunks[route]
        if phrase.place is not None:
            return self.places.locate(route)
        nouns = [j for j in (route + 1, route + 2) if self.sentence.is_np(j) and not self.sentence.governed(j)]
        nouns += [noun for noun in self.sentence.following(index, *_ROUTES_TO) if noun > route]
        j = route + 1
        while j < len(self.sentence.chunks) and self.sentence.kind(j) in {"prep", "np", "rel", "verb", "time", "cc"}:
            if self.sentence.is_np(j) and self.sentence.governed(j) in {*_ROUTES_TO, ""}:
                nouns.append(j)
            if self.sentence.governed(j) == "بين":
                return NoPlace("a road between two places")
            j += 1
        if any(
            self.sentence.governed(noun) == "بين" for noun in range(route, min(route + 5, len(self.sentence.chunks)))
        ):
            return NoPlace("a road between two places")
        for noun in sorted(set(nouns)):
            if self.sides.side(noun) is not None:
                continue
            places = self.places.locate(noun)
            if not isinstance(places, NoPlace):
                return places
        return NoPlace("a road to no tracked place")
