"""Who acts in an Arabic clause: the subject that is named, shared, left out, or that of what governs a noun. Pure."""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.forms import Form, place_preposition
from watcher.detect.arabic.places import Places
from watcher.detect.arabic.sentence import Sentence
from watcher.detect.arabic.sides import ARMED, Sides, is_feminine
from watcher.detect.candidates import PLACE_NOUNS, Candidate, Located, NoPlace, Refusal, Side
from watcher.detect.vocabulary import Effect, Frame, Noun

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

_OWN: Final = frozenset((Frame.LEAVES, Frame.HANDS_OVER))  # what one does oneself, or refuses to do


class Roles:
    """One sentence with its places and sides, and what the frames have found in it so far."""

    def __init__(self, sentence: Sentence, places: Places, sides: Sides, sieges: Sequence[Located]) -> None:
        self.sentence = sentence
        self.places = places
        self.sides = sides
        self.sieges = sieges  # of the sentences before: what "the siege" means
        self.candidates: list[Candidate] = []
        self.refusals: list[Refusal] = []
        self.used: set[int] = set()  # nouns and states that are told by their verb

    def bare(self, index: int) -> list[int]:
        return [argument.index for argument in self.sentence.arguments(index) if argument.preposition == ""]

    def _needed(self, index: int, noun: Noun) -> int | None:
        """The siege, control or road that the verb acts on."""
        for argument in self.sentence.arguments(index):
            if argument.preposition == "" and self.sentence.chunks[argument.index].head_is(noun):
                return argument.index
        for j in range(index + 1, self._reach(index)):
            chunk = self.sentence.chunks[j]
            if chunk.kind in {"event", "np"} and self._is_a(chunk, noun):
                governed = self.sentence.governed(j)
                if not governed or governed in {"من", "علي"}:
                    return j
        if noun in {Noun.SIEGE, Noun.FLAG}:
            before = self.sentence.leading_noun(index)
            if before is not None and self._is_a(self.sentence.chunks[before], noun):
                return before
        return None

    def _reach(self, index: int) -> int:
        """The end of a verb's clause, and the noun of an event that may be its object."""
        end = self.sentence.end(index)
        return min(end + 1, len(self.sentence.chunks)) if self.sentence.kind(end) == "event" else end

    def _is_a(self, chunk: Chunk, noun: Noun) -> bool:
        return (
            chunk.head_is(noun)
            or (chunk.head_is(Noun.PART, Noun.WHOLE) and chunk.has(noun))
            or (noun is Noun.ROUTE and chunk.has(noun) and chunk.actor is None)
        )

    def subject(self, index: int, depth: int = 0) -> Side | NoPlace | None:
        """Who acts; NoPlace when it is somebody who is no armed side."""
        chunk = self.sentence.chunks[index]
        if chunk.kind == "event":
            return self._subject_of_event(index, depth)
        first = next(iter(self.sentence.arguments(index)), None)
        for noun in self.bare(index)[:1]:
            found = self._armed(noun)
            late = first is not None and first.index != noun  # a subject comes before what a preposition governs
            if found is not None and not (late and isinstance(found, NoPlace)):
                return found
        leading = self.sentence.leading_noun(index)
        if leading is not None:
            found = self._armed(leading)
            if found is not None:
                return found
        if self._opened_by(index) == "rel":
            antecedent = self.sentence.opener(index) - 1
            side = self.sides.side(self._head_of(antecedent))
            if side is not None:
                return side
        be = self.sentence.be_before(index)
        behind = range(be + 1, index) if be is not None else ()
        named = (self._armed(j) for j in behind if self.sentence.is_np(j) and not self.sentence.governed(j))
        return next((found for found in named if found is not None), None) or self._shared(index, depth)

    def _head_of(self, index: int) -> int:
        """The noun that a relative clause belongs to: behind "of" and its adjectives."""
        j = index
        while j > 0 and not (self.sentence.is_np(j) and not self.sentence.governed(j)):
            j -= 1
        return j

    def _opened_by(self, index: int) -> str:
        return self.sentence.kind(self.sentence.opener(index))

    def _shared(self, index: int, depth: int) -> Side | None:
        """The subject that a verb leaves out: that of the verb before in the sentence, if it agrees."""
        chunk = self.sentence.chunks[index]
        if depth < 3:  # noqa: PLR2004  verbs in a row
            for j in range(index - 1, -1, -1):
                other = self.sentence.chunks[j]
                if other.kind == "verb" and not (self.sentence.is_relative(j) and not self.sentence.is_relative(index)):
                    side = self.subject(j, depth + 1)
                    agrees = (other.form & Form.FEMININE) == (chunk.form & Form.FEMININE) or chunk.form & Form.PLURAL
                    if isinstance(side, Side) and side.actor is not None and agrees:
                        return replace(
                            side, unit=None, how=side.how or f"'{chunk.word}' goes on with the subject before"
                        )
                    break
        if chunk.form & Form.PASSIVE:
            return None
        return self.sides.left_out(index)

    def _armed(self, noun: int) -> Side | NoPlace | None:
        """The side of a noun phrase in the place of a subject; None when it is no subject but a place or a thing."""
        side = self.sides.side(noun)
        if side is not None:
            return side
        phrase = self.sentence.chunks[noun]
        if phrase.head_is(Noun.ATTEMPT):
            return self._owner(noun)
        if phrase.head.places or phrase.head_is(
            *PLACE_NOUNS, Noun.PART, Noun.AROUND, Noun.WHOLE, Noun.CONTROL, Noun.SIEGE
        ):
            return None
        if phrase.head_is(Noun.ROUTE, Noun.FLAG, Noun.CORRIDOR) or phrase.units[0].norm in words.WITH_PRONOUN:
            return None
        if (
            phrase.units[0].norm in words.DEMONSTRATIVES
            or phrase.head.norm in words.DIRECTIONS
            or phrase.head.norm.isdecimal()
        ):
            return None
        if phrase.head_is(Noun.SPEAKER, Noun.DEAL):
            return None
        return NoPlace(f"'{phrase.word}' are no armed side")

    def _owner(self, noun: int) -> Side | None:
        """Whose attempt: محاولة التنظيم, هجوم لقسد, هجوم شنته الفصائل."""
        phrase = self.sentence.chunks[noun]
        if phrase.actor is not None:
            return Side(phrase.actor.actor, phrase.actor, noun)
        j = noun + 1
        while self.sentence.kind(j) in {"prep", "np", "time"}:
            if self.sentence.is_np(j) and self.sentence.governed(j) in {"", "ل", "من", *words.BY}:
                side = self.sides.side(j)
                if side is not None:
                    return side
            j += 1
        if self.sentence.kind(j) == "rel":
            j += 1
        if self.sentence.kind(j) == "verb":
            side = self.sides.side(next(iter(self.bare(j)), None))
            if side is not None:
                return side
        return None

    def _subject_of_event(self, index: int, depth: int) -> Side | NoPlace | None:
        """سيطرة التنظيم على, السيطرة من قبل قسد; else the subject of what governs it: تمكنت الفصائل من السيطرة."""
        chunk = self.sentence.chunks[index]
        for noun in self.sentence.following(index, *words.BY):
            side = self.sides.side(noun)
            if side is not None:
                return side
        bare = self.bare(index)
        if bare and bare[0] == index + 1:
            found = self._armed(bare[0])
            if found is not None:
                return found
        if chunk.pronoun in {"ه", "ها", "هم"} and not self._takes_object(chunk):
            above = self._governor_subject(index, depth)
            if isinstance(above, Side) and above.actor is not None and self._agrees(above, chunk.pronoun):
                return replace(above, unit=None, how=above.how or f"'{chunk.word}': the subject before")
            return self.sides.left_out(index)
        return self._governor_subject(index, depth)

    def _agrees(self, side: Side, pronoun: str) -> bool:
        if side.unit is None or pronoun == "هم":
            return True
        return is_feminine(side.unit.norm.partition(" ")[0]) == (pronoun == "ها")

    def _takes_object(self, chunk: Chunk) -> bool:
        return all(place_preposition(reading.word.text) == "" for reading in chunk.events)

    def _governor_subject(self, index: int, depth: int) -> Side | NoPlace | None:
        """The subject of the verb or attempt that an event without a subject of its own depends on."""
        if depth > 3:  # noqa: PLR2004  a chain of governors
            return None
        for j in range(index - 1, -1, -1):
            chunk = self.sentence.chunks[j]
            if chunk.kind == "np" and chunk.head_is(Noun.ATTEMPT):
                owner = self._owner(j)
                if owner is not None:
                    return owner
            if chunk.kind == "event" and self.sentence.kind(j + 1) == "cc" and j + 2 == index:
                return self.subject(j, depth + 1)
            if chunk.kind == "verb" and self.sentence.is_relative(j) and self._is_outside(j, index):
                continue
            if chunk.kind == "verb":
                if chunk.effect(Effect.DENIES):
                    return None
                saying = chunk.effect(Effect.REPORTS, Effect.CLAIMS, Effect.CONFIRMS) is not None
                if self._is_impersonal(j, index):
                    return self._explicit(j)
                moved = self._moved(j, index)
                if moved is not None:
                    return moved
                subject = self.subject(j, depth + 1)
                if saying:
                    return subject if isinstance(subject, Side) else self._spoken_for(j)
                if self._repels(chunk, index):
                    return None
                return subject if isinstance(subject, Side) else None
            if chunk.kind in {"sub", ";", ":"}:
                return None
            if chunk.kind == "event" and self.sentence.kind(j + 1) == "np":
                subject = self.subject(j, depth + 1)
                if isinstance(subject, Side):
                    return subject
        if not any(chunk.kind == "cue" for chunk in self.sentence.chunks[:index]):
            return None
        heads = (j for j in range(index) if self.sentence.is_np(j) and not self.sentence.governed(j))
        return next((side for side in map(self.sides.side, heads) if side is not None), None)  # التنظيم على وشك السيطرة

    def _moved(self, verb: int, index: int) -> Side | None:
        """أجبرت A B على الانسحاب: who is made to leave is the second side."""
        if not any(reading.group.frame in _OWN for reading in self.sentence.chunks[index].events):
            return None
        sides = [side for side in map(self.sides.side, self.bare(verb)) if side is not None]
        leading = self.sentence.leading_noun(verb)
        if leading is not None and self.sides.side(leading) is not None and sides:
            return sides[-1]
        return sides[-1] if len(sides) > 1 else None

    def _spoken_for(self, verb: int) -> Side | None:
        """أكد قائد في قسد تحرير البلدة: his side's doing."""
        for noun in (*self.bare(verb)[:1], self.sentence.leading_noun(verb)):
            if noun is None or not self.sentence.chunks[noun].head_is(Noun.SPEAKER):
                continue
            for j in range(noun, min(noun + 4, len(self.sentence.chunks))):
                if self.sentence.is_np(j) and (unit := self.sentence.chunks[j].actor) is not None:
                    return Side(unit.actor, unit, j)
        return None

    def _is_impersonal(self, verb: int, index: int) -> bool:
        """تمت السيطرة, تبع ذلك السيطرة: what stands behind the verb is its subject."""
        cue = self.sentence.chunks[verb].effect(Effect.FACTUAL)
        direct = cue is not None and place_preposition(cue.word.text) == ""
        return direct and not self.sentence.chunks[verb].events and not self.sentence.governed(index)

    def _explicit(self, verb: int) -> Side | None:
        """The subject that a verb names, and none that it may leave out."""
        nouns = [*self.bare(verb)[:1], self.sentence.leading_noun(verb)]
        return next((side for side in map(self.sides.side, nouns) if side is not None), None)

    def _is_outside(self, verb: int, index: int) -> bool:
        """Whether an event stands behind a relative clause and not in it."""
        between = self.sentence.chunks[verb:index]
        return any(chunk.kind == "," for chunk in between) or self.sentence.governed(index) in words.AFTER

    def _repels(self, chunk: Chunk, index: int) -> bool:
        """أحبط, تصدى: its subject is not who tried; who refuses to leave is."""
        cue = chunk.effect(Effect.NEGATED)
        if any(reading.group.frame in _OWN for reading in self.sentence.chunks[index].events):
            return False
        return cue is not None and place_preposition(cue.word.text) not in {"في", "عن"}
