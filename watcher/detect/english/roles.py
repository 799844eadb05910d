"""What every frame asks of a sentence: who acts, on what, from whom, and at which place. Pure.

``Candidate`` is what the frames make; ``Roles`` holds the sentence while they read it.
"""

# ruff: noqa: PLR0911  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Candidate, Located, NoPlace, Refusal, Side, Unit
from watcher.detect.english.arguments import Arguments
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.holders import find_holder
from watcher.detect.english.locate import Locator
from watcher.detect.english.sides import Sides
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.lexicon import EventReading, Meaning, StateReading
from watcher.detect.vocabulary import Effect, Frame, Noun, Word
from watcher.model import Action, Event

_HELD: Final = frozenset((Frame.TAKES, Frame.ENTERS, Frame.HOLDS))


class Roles(Arguments):
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
        super().__init__(sentence, locator, siege_places)
        self.sides = sides
        self.lookup = lookup  # a phrase of the table
        self.taken = taken  # what the sentence before tells to have been taken, and by whom
        self.candidates: list[Candidate] = []
        self.refusals: list[Refusal] = []
        self.used_nouns: set[int] = set()  # told by their verb: "broke the siege"

    def has_needed(self, index: int, group: VerbGroup, needs: Noun) -> bool:
        holders = self.sentence.complements(index).objects[:1]
        if self.voice(index, group) != "active" or needs in {Noun.SIEGE, Noun.FLAG}:
            subject = self.subject_of(index, group, needs)
            holders = [*holders, *([subject] if subject is not None else [])]
        if needs is Noun.CONTROL:
            holders = [*holders, *self.sentence.complements(index).after("under")]

        return any(self.is_a(np, needs) for np in holders)

    def rules_over(self, index: int, group: VerbGroup) -> list[int]:
        """B's rule in X, as the object of a verb (two years of it, too), or as the subject of a passive."""
        complements = self.sentence.complements(index)
        subject = self.subject(index, group)
        nouns = [*complements.objects, *complements.after("of")]
        if self.voice(index, group) != "active" and subject is not None:
            nouns = [subject]
        return [noun for noun in nouns if self.sentence.np(noun).head_is(Noun.CONTROL) and self.sides.owner(noun)]

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
        if self.are_others(phrase):
            return NoPlace(f"'{phrase.head.norm}' are no armed side")  # engineers
        return None

    def are_others(self, phrase: NounPhrase) -> bool:
        """Engineers, looters: several of whom no table says that they bear arms."""
        unknown = phrase.head.meaning is None and not phrase.head.capital and not phrase.is_pronoun
        return unknown and phrase.head.norm.endswith("s") and phrase.head.is_word

    def by_others(self, index: int) -> NoPlace | None:
        """Occupied by the displaced: whoever it is, he bears no arms."""
        for noun in self.sentence.complements(index).after("by")[:1]:
            phrase = self.sentence.np(noun)
            people = phrase.head_is(Noun.PEOPLE) and not phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
            if self.sides.side(noun) is None and (people or phrase.head_is(Noun.THING) or self.are_others(phrase)):
                return NoPlace(f"'{phrase.head.norm}' are no armed side")
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

    def chain_side(self, index: int, preposition: str) -> Side | None:
        for word, noun in self.sentence.chain(index):
            if word == preposition and not self.sentence.np(noun).head.places:
                side = self.sides.side(noun)
                if side is not None:
                    return side
        return None
