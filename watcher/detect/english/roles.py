"""What every frame asks of a sentence: who acts, on what, from whom, and at which place. Pure.

``Candidate`` is what the frames make; ``Roles`` holds the sentence while they read it.
"""

# ruff: noqa: PLR0911  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Candidate, Located, NoPlace, Refusal, Side, Unit
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.holders import find_holder
from watcher.detect.english.locate import Locator
from watcher.detect.english.sides import Sides
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.lexicon import EventReading, Meaning, StateReading
from watcher.detect.vocabulary import Effect, Frame, Noun, Word
from watcher.model import Action, Event

_HELD: Final = frozenset((Frame.TAKES, Frame.ENTERS, Frame.HOLDS))


class Roles:
    """One sentence with its places and sides, and what the frames have found in it so far."""

    def __init__(
        self,
        sentence: Sentence,
        locator: Locator,
        sides: Sides,
        siege_places: list[Located],
        lookup: Callable[[str], Meaning | None],
        taken: tuple[Located, Side] | None = None,
    ) -> None:
        self.sentence = sentence
        self.locator = locator
        self.sides = sides
        self.siege_places = siege_places  # of the sentences before: what "the siege" means
        self.lookup = lookup  # a phrase of the table
        self.taken = taken  # what the sentence before tells to have been taken, and by whom
        self.candidates: list[Candidate] = []
        self.refusals: list[Refusal] = []
        self.used_nouns: set[int] = set()  # told by their verb: "broke the siege"

    def is_a(self, index: int, noun: Noun) -> bool:
        phrase = self.sentence.np(index)
        if phrase.head_is(noun):
            return True
        if noun is Noun.BESIEGED:
            return self.is_besieged(index)
        if phrase.head_is(Noun.PART, Noun.WHOLE) or phrase.head.norm in {"last", "only"}:
            chain = self.sentence.chain(index)
            return bool(chain) and chain[0][0] == "of" and self.sentence.np(chain[0][1]).head_is(noun)
        return False

    def is_besieged(self, index: int) -> bool:
        """Whether a noun phrase names a place that is besieged, as it says itself or as the item told before."""
        states = [state for unit in self.sentence.np(index).units if unit.meaning for state in unit.meaning.states]
        if any(state.event is Event.SIEGE and state.kind == "adjective" for state in states):
            return True
        places = self.locator.locate(index)
        told = {place.place for place in self.siege_places}
        return not isinstance(places, NoPlace) and all(place.place in told for place in places)

    def has_needed(self, index: int, group: VerbGroup, needs: Noun) -> bool:
        holders = self.sentence.complements(index).objects[:1]
        if self.voice(index, group) != "active" or needs in {Noun.SIEGE, Noun.FLAG}:
            subject = self.subject_of(index, group, needs)
            holders = [*holders, *([subject] if subject is not None else [])]
        if needs is Noun.CONTROL:
            holders = [*holders, *self.sentence.complements(index).after("under")]
        return any(self.is_a(np, needs) for np in holders)

    def voice(self, index: int, group: VerbGroup) -> str:
        del group
        return self.sentence.voice(index)

    def subject(self, index: int, group: VerbGroup) -> int | None:
        if self.voice(index, group) == "reduced" and not group.auxiliaries:
            before = self.sentence.skip_left(index - 1)
            if self.sentence.kind(before) == ",":
                before -= 1
            while (
                self.sentence.is_np(before)
                and self.sentence.governed(before) == "of"
                and self.sentence.is_np(before - 2)
            ):
                before -= 2
            if self.sentence.is_np(before):
                if not self.sentence.governed(before) or not isinstance(self.locator.locate(before), NoPlace):
                    return self._first_of_list(before)
                return self.sentence.chain_head(before)
        return self.sentence.clause(index).subject

    def _first_of_list(self, noun: int) -> int:
        """A headline's "X and Y taken": the first of the places that stand before its participle."""
        first = noun
        while (
            self.sentence.kind(first - 1) in {"cc", ","}
            and self.sentence.is_np(first - 2)
            and self.sentence.np(first - 2).head.places
            and self.sentence.np(first).head.places
        ):
            first -= 2
        return noun if any(self.sentence.is_vg(j) for j in range(first)) else first

    def subject_of(self, index: int, group: VerbGroup, noun: Noun) -> int | None:
        """The subject, if it is a noun of that class ("the ring around X tightened", "last road into X cut")."""
        subject = self.subject(index, group)
        if subject is None or self.is_a(subject, noun):
            return subject
        head = self.sentence.chain_head(subject)
        return head if self.is_a(head, noun) else None

    def objects(self, index: int) -> list[int]:
        """The direct objects; of a relative clause without one, what it refers to."""
        objects = self.sentence.complements(index).objects
        if objects:
            return objects
        current: int | None = index
        for _ in range(4):
            if current is None or not self.sentence.is_vg(current):
                break
            clause = self.sentence.clause(current)
            if (
                clause.opener in {"rel", "contact", "and"}
                and clause.antecedent is not None
                and clause.antecedent != clause.subject
            ):
                return [self.placed_antecedent(clause.antecedent)]
            current = clause.matrix if clause.opener in {"infinitive", "gerund"} else None  # which they tried to take
        return []

    def placed_antecedent(self, noun: int) -> int:
        """What "which" means: the nearest phrase to the left that is a place ("X, a district of garages, which …")."""
        j = noun
        while j >= 0 and self.sentence.kind(j) in {"np", "prep", ",", "cc", "adv", "time"}:
            if self.sentence.is_np(j) and not isinstance(self.locator.locate(j), NoPlace):
                while (
                    self._hangs_on_noun(j)
                    and self.sentence.is_np(j - 2)
                    and not isinstance(self.locator.locate(j - 2), NoPlace)
                ):
                    j -= 2
                return j
            j -= 1
        return noun

    def _hangs_on_noun(self, noun: int) -> bool:
        """Of X, or "a town north of X": the noun before is meant."""
        word = self.sentence.governed(noun)
        before = self.sentence.np(noun - 2) if word and self.sentence.is_np(noun - 2) else None
        return word == "of" or (
            before is not None and word in words.COMPASS | {"near", "outside"} and before.head_is(Noun.SETTLEMENT)
        )

    def make(
        self,
        reading: EventReading | StateReading,
        index: int,
        voice: str,
        places: list[Located],
        gained: Side | None,
        lost: Side | None,
        *,
        action: Action | None = None,
        frame: Frame | None = None,
        trigger: Unit | None = None,
    ) -> list[Candidate]:
        if isinstance(reading, EventReading):
            event, chosen, used = reading.group.event, action or reading.group.action, frame or reading.group.frame
        else:
            event, used = reading.event, frame or Frame.HOLDS
            chosen = action or (Action.CAPTURED if event is Event.CONTROL_CHANGE else Action.IMPOSED)
        chunk = self.sentence.chunks[index]
        unit = trigger or (chunk.main if isinstance(chunk, VerbGroup) and chunk.main else chunk.units[-1])
        return [
            Candidate(event, chosen, used, reading.word, index, voice, place, gained, lost, unit) for place in places
        ]

    def make_state(self, word: Word, index: int, place: Located, holder: Side, trigger: Unit) -> Candidate:
        """X is in A's hands."""
        return Candidate(
            Event.CONTROL_CHANGE,
            Action.CAPTURED,
            Frame.HOLDS,
            word,
            index,
            "state",
            place,
            holder,
            None,
            trigger,
            standing=True,
        )

    def locate_all(self, nouns: list[int]) -> list[Located] | NoPlace:
        """The places of coordinated noun phrases; the first failure counts when none has a place."""
        found: list[Located] = []
        failure = NoPlace("no object")
        for position, noun in enumerate(nouns):
            result = self.locator.locate(noun)
            if isinstance(result, NoPlace):
                if position == 0:
                    failure = result
                continue
            if found and any(place.unit is None for place in result):
                continue  # "Qabasin and Bza'a, two smaller towns": an apposition
            found.extend(place for place in result if all(place.place != other.place for other in found))
        return found or failure

    def subjects(self, subject: int | None, before: int) -> list[int]:
        """The subject and what is coordinated with it, up to the verb."""
        if subject is None:
            return []
        if subject > before:
            return self.sentence.complements(subject - 1).objects or [subject]  # captured were X and Y
        nouns = [subject]
        j = subject + 1
        while j < before:
            kind = self.sentence.kind(j)
            if kind == "," and not self._goes_on_to(j, before):
                closing = self.sentence.next_comma(j + 1)
                if closing is None or closing >= before:
                    break
                j = closing + 1  # an apposition
            elif kind in {"cc", ","} and self.sentence.is_np(j + 1):
                nouns.append(j + 1)
                j += 2
            elif kind in {"prep", "adv", "time", "cue"} or self.sentence.is_np(j):
                j += 1
            else:
                break
        return nouns

    def _goes_on_to(self, comma: int, verb: int) -> bool:
        """A, B and C fell: whether only nouns stand between the comma and the verb, joined at last."""
        kinds = [self.sentence.kind(j) for j in range(comma + 1, verb)]
        listed = kinds[:1] == ["np"] and "cc" in kinds and set(kinds) <= {"np", ",", "cc", "prep", "adv"}
        joined = comma + 1 + kinds.index("cc") if listed else verb
        return listed and self.sentence.is_np(joined + 1)

    def agent(self, index: int) -> Side | None:
        """By whom, in the passive."""
        for noun in self.sentence.complements(index).after("by"):
            side = self.sides.side(noun) or (self.sides.owner(noun) if self.sentence.np(noun).possessor else None)
            if side is not None:
                return side
        return None

    def source(self, index: int, *prepositions: str, gained: Side | None = None) -> Side | None:
        """From whom."""
        for noun in self.sentence.complements(index).after(*prepositions):
            side = self.sides.side(noun, other_than=gained.actor if gained else None)
            if side is not None and (side.actor is not None):
                return side
        return None

    def armed_subject(self, index: int, group: VerbGroup) -> Side | NoPlace | None:
        """The side that acts; NoPlace when it is somebody else, such as students."""
        subject = self.subject(index, group)
        if subject is None:
            return None
        side = self.sides.side(subject)
        if side is not None:
            return side
        phrase = self.sentence.np(subject)
        if self.sentence.is_vg(subject + 1) and self.sentence.vg(subject + 1).word in {"carrying", "transporting"}:
            carried = self.sentence.complements(subject + 1).objects  # buses carrying rebels
            return self.sides.side(carried[0]) if carried else NoPlace("nobody is carried")
        if phrase.head_is(Noun.ATTEMPT):
            return self.owner_of_attempt(subject)
        if phrase.head_is(Noun.THING) or (
            phrase.head_is(Noun.PEOPLE) and not phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
        ):
            return NoPlace(f"'{phrase.head.norm}' are no armed side")
        if (phrase.place is not None and phrase.head.places) or phrase.head_is(*PLACE_NOUNS):
            return NoPlace("a place cannot do that")
        if phrase.head.capital or phrase.head_is(Noun.SPEAKER) or phrase.is_pronoun:
            return None
        if phrase.determiner in {"a", "an"} and not phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP):
            return NoPlace(f"'{phrase.head.norm}' is no armed side")
        return None

    def owner_of_attempt(self, noun: int) -> Side | None:
        """Whose attempt: its adjective, "by" a side, or the subject of the verb that it is the object of."""
        for word, other in self.sentence.chain(noun):
            if word in {"by", "of", "between"}:
                side = self.sides.side(other)
                if side is not None:
                    return side
        owner = self.sides.owner(noun)
        if owner is not None:
            return owner
        if self.sentence.governed(noun) and self.sentence.is_np(noun - 2):
            return self.sides.side(noun - 2)
        verb = self.verb_left(noun)
        if (
            verb is not None
            and not self.sentence.governed(noun)
            and self.sentence.vg(verb).effect(Effect.NEGATED) is None
        ):
            return self.sides.side(self.sentence.clause(verb).subject)
        return None

    def held_by(self, places: list[Located]) -> Side | None:
        """Who held the places before, if the sentence says so: he loses what changes hands."""
        for place in places:
            for noun in range(len(self.sentence.chunks)):
                named = (
                    self.sentence.is_np(noun) and place.unit is not None and place.unit in self.sentence.np(noun).units
                )
                if not named and noun != place.noun:
                    continue
                suffix = self.suffix_holder(self.sentence.np(noun), noun)
                if suffix is None and self.sentence.is_np(noun - 2) and self.sentence.governed(noun) == "of":
                    suffix = self.suffix_holder(self.sentence.np(noun - 2), noun - 2)
                holder = suffix[0] if suffix is not None else find_holder(self.sentence, self.sides, noun)
                if holder is not None and holder.actor is not None:
                    return holder
        return None

    def held_by_driven(self, lost: Side) -> Located | None:
        """Threw them out again: of the place that they are told to have taken right before."""
        told = [(one.located, one.gained) for one in reversed(self.candidates) if one.frame in _HELD and one.gained]
        for located, side in [*told, *([self.taken] if self.taken is not None else [])]:
            if self.sides.context.actors.related(side.actor, lost.actor):
                return replace(located, unit=None, how="what they are told to have held")
        return None

    def suffix_holder(self, phrase: NounPhrase, index: int) -> tuple[Side, StateReading, Unit] | None:
        """Rebel-held, government-controlled."""
        for position, unit in enumerate(phrase.units):
            if not unit.glued or unit.meaning is None or position == 0:
                continue
            reading = next((state for state in unit.meaning.states if state.kind == "suffix"), None)
            if reading is None:
                continue
            owner = phrase.units[position - 1]
            actor = owner.actor or owner.modifier
            if actor is None and owner.noun(Noun.STATE_FORCE):
                actor = self.sides.context.home
            if actor is None and owner.noun(Noun.FORCE, Noun.GROUP):
                actor = self.sides.context.called(self.sides.offset + owner.first, owner.norm)
            if actor is not None:
                return Side(actor, owner, index), reading, unit
        return None

    def controller(self, noun: int) -> Side | None:
        """Whose hands or control."""
        for word, other in self.sentence.chain(noun)[:1]:
            if word == "of":
                return self.sides.side(other)
        return self.sides.owner(noun)

    def verb_left(self, index: int) -> int | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue"}:
            j -= 1
        return j if self.sentence.is_vg(j) else None

    def noun_left(self, index: int) -> int | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue", ","}:
            j -= 1
        return j if self.sentence.is_np(j) else None

    def chain_side(self, index: int, preposition: str) -> Side | None:
        for word, noun in self.sentence.chain(index):
            if word == preposition and not self.sentence.np(noun).head.places:
                side = self.sides.side(noun)
                if side is not None:
                    return side
        return None
