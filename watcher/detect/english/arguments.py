"""Which noun phrases a verb speaks of: its subject, its objects, the lists of them, what "which" means. Pure.

The base of ``roles``, which adds the sides.
"""

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Located, NoPlace
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.locate import Locator
from watcher.detect.english.units import VerbGroup
from watcher.detect.vocabulary import Noun
from watcher.model import Event

# what stands for the noun behind its "of": years of siege
_STAND_FOR: Final = frozenset(("last", "only", "years", "months", "weeks", "days"))


class Arguments:
    """Answers for one sentence. ``siege_places``: of the sentences before, what "the siege" means."""

    def __init__(self, sentence: Sentence, locator: Locator, siege_places: list[Located]) -> None:
        self.sentence = sentence
        self.locator = locator
        self.siege_places = siege_places

    def is_a(self, index: int, noun: Noun) -> bool:
        phrase = self.sentence.np(index)
        if phrase.head_is(noun):
            return True
        if noun is Noun.BESIEGED:
            inner = [other for word, other in self.sentence.chain(index)[:1] if word in {"of", "in", "at"}]
            return self.is_besieged(index) or (phrase.head_is(Noun.FORCE) and any(map(self.is_besieged, inner)))
        if noun is Noun.CORRIDOR and phrase.head_is(Noun.ROUTE):
            return any(
                word in {"into", "to", "inside"} and self.is_besieged(other)
                for word, other in self.sentence.chain(index)
            )
        if phrase.head_is(Noun.PART, Noun.WHOLE) or phrase.head.norm in _STAND_FOR:
            chain = self.sentence.chain(index)
            return bool(chain) and chain[0][0] == "of" and self.sentence.np(chain[0][1]).head_is(noun)
        return False

    def is_besieged(self, index: int) -> bool:
        """Whether a noun phrase names a place that is besieged, as it says itself or as the item told before."""
        states = [state for unit in self.sentence.np(index).units if unit.meaning for state in unit.meaning.states]
        if any(state.event is Event.SIEGE and state.kind == "adjective" for state in states):
            return True
        before = self.sentence.chunks[index - 1] if index else None
        if isinstance(before, VerbGroup) and before.main is not None and before.main.norm.startswith("reach"):
            return False  # one may reach what is besieged by the back door
        places = self.locator.locate(index)
        told = {place.place for place in self.siege_places}
        return not isinstance(places, NoPlace) and all(place.place in told for place in places)

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
                return self._apposed_list(self.placed_antecedent(clause.antecedent), clause.antecedent)
            current = clause.matrix if clause.opener in {"infinitive", "gerund"} else None  # which they tried to take
        return []

    def _apposed_list(self, noun: int, antecedent: int) -> list[int]:
        """X and Y, two towns that …: both."""
        phrase = self.sentence.np(antecedent)
        listed = [noun]
        if noun != antecedent and phrase.plural:
            while self.sentence.kind(listed[0] - 1) in {"cc", ","} and self.sentence.is_np(listed[0] - 2):
                listed.insert(0, listed[0] - 2)
        return listed

    def listed_before(self, noun: int) -> list[int]:
        """X and Y, where …: both."""
        listed = [self.placed_antecedent(noun)]
        while (
            self.sentence.kind(listed[0] - 1) == "cc"
            and self.sentence.is_np(listed[0] - 2)
            and self.sentence.np(listed[0] - 2).head.places
        ):
            listed.insert(0, listed[0] - 2)
        return listed

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
