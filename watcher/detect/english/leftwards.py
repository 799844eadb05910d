"""What stands left of a word in a sentence: the verb before, the comma that opens an insertion, an antecedent. Pure.

Between ``complements``, which looks right, and ``clauses``, which puts both together.
"""

from __future__ import annotations

from typing import Final

from watcher.detect.english import words
from watcher.detect.english.complements import RightSide
from watcher.detect.english.forms import Form
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.vocabulary import Effect, Frame, Noun

_TRANSPARENT: Final = frozenset(("time", "adv", "mark", '"', "'"))
_TRANSITIVE: Final = frozenset(
    (Frame.TAKES, Frame.LOSES, Frame.BESIEGES, Frame.HANDS_OVER, Frame.CUTS, Frame.DRIVES_OUT, Frame.ENDS_SIEGE)
)
_DECLARED: Final = frozenset(("declare", "declares", "declared", "proclaim", "proclaims", "proclaimed"))
_INCLUDES: Final = frozenset(("include", "includes", "included"))


class LeftSide(RightSide):
    """What is asked about the chunks before a given one."""

    def _is_transitive(self, group: VerbGroup) -> bool:
        return any(reading.group.frame in _TRANSITIVE for reading in group.events)

    def _is_absolute(self, index: int) -> bool:
        """With hardly a shot fired: a participle that hangs on a phrase of its own."""
        group = self.vg(index)
        noun = self.skip_left(index - 1)
        participle = group.form & Form.PARTICIPLE and not group.auxiliaries
        return bool(participle) and self.is_np(noun) and self.governed(self.chain_head(noun)) in {"with", "without"}

    def _hangs_on_participle(self, noun: int) -> bool:
        """Backed by A, B and C: the list belongs to a participle that only qualifies the noun before it."""
        while self.is_np(noun) and self.kind(noun - 1) == ",":
            noun -= 2
        return self.is_np(noun) and self.governed(noun) == "by" and self.is_vg(noun - 2) and self._is_reduced(noun - 2)

    def _won_over(self, verb: int) -> bool:
        """Drove B out to take X: the object has lost, so the subject acts on."""
        group = self.vg(verb)
        won = any(reading.group.frame in {Frame.TAKES, Frame.DRIVES_OUT} for reading in group.events)
        return won and group.effect(Effect.FACTUAL) is None and not group.passive

    def _may_act(self, noun: int, infinitive: int) -> bool:
        """Whether a noun phrase can be the one who does what the infinitive says."""
        phrase = self.np(noun)
        if phrase.is_pronoun or any(unit.actor or unit.modifier for unit in phrase.units):
            return True
        if (
            any(reading.group.frame is Frame.FALLS for reading in self.vg(infinitive).events)
            or self.vg(infinitive).passive
        ):
            return True
        return phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP, Noun.PEOPLE)

    def _is_verb_object_gap(self, noun: int, infinitive: int) -> bool:
        return any(isinstance(chunk, VerbGroup) and chunk.finite for chunk in self.chunks[noun + 1 : infinitive])

    def _are_two_sides(self, comma: int, second: int) -> bool:
        """A headline's "army, allies retake X": the comma stands for "and"."""
        pair = (comma - 1, second)
        return (
            comma == 1
            and second == comma + 1
            and all(
                self.is_np(j)
                and not self.np(j).determiner
                and (self.np(j).head.actor or self.np(j).head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP))
                for j in pair
            )
        )

    def _joins_nouns(self, conjunction: int) -> bool:
        """Whether the conjunction joins two subjects, not two clauses: no verb of its clause stands before it."""
        j = conjunction - 1
        while j >= 0 and self.kind(j) not in {"comp", "sub", ";", ":"}:
            if self.kind(j) == ",":
                nouns = all(self.kind(k) in {"np", "prep", "adv"} for k in range(j + 1, conjunction))
                fronted = self.kind(0) in {"prep", "time", "adv", "sub", "cue"}
                if nouns and (fronted or self._parenthetical(j) is not None or self._fronted_clause(j) is not None):
                    return True  # while they talked, A and B …
            if self.kind(j) == "cc" and self.chunks[j].word == "but":
                return True
            if self.is_vg(j) and self.vg(j).finite and not (self._is_reduced(j) or self._is_absolute(j)):
                # residents said A and B had …
                return self.reports(j) and self.is_np(j + 1) and self.chain_head(conjunction - 1) == j + 1
            j -= 1
        return True

    def _are_speakers(self, conjunction: int, index: int) -> bool:
        """…, the Red Cross and the army said: both speak."""
        if not self.reports(index) or not self.is_np(conjunction - 1):
            return False
        head = self.chain_head(conjunction - 1)
        return self.kind(head - 1) == "," and not self.governed(head)

    def _is_reporting_subject(self, index: int) -> bool:
        after = index + 1
        return self.is_vg(after) and self.reports(after)

    def _verb_before(
        self, index: int, *, coordinate: bool = False, main: bool = False, finite: bool = False
    ) -> int | None:
        """The nearest verb group to the left that is no part of a closed parenthesis."""
        j = index - 1
        fallback = None
        while j >= 0:
            chunk = self.chunks[j]
            if isinstance(chunk, VerbGroup) and (chunk.main is not None or chunk.auxiliaries):
                if main and (not chunk.finite or self._in_relative(j)):
                    fallback = j if fallback is None else fallback
                    j -= 1
                    continue
                if finite and self._is_reduced(j):
                    j -= 1
                    continue
                if (
                    coordinate
                    and not chunk.finite
                    and fallback is None
                    and not chunk.infinitive
                    and chunk.form != Form.ING
                ):
                    j -= 1
                    continue
                return j
            if chunk.kind in {";", ":"}:
                break
            if chunk.kind == "," and coordinate:
                opening = self._parenthetical(j)
                if opening is not None:
                    j = opening
            j -= 1
        return fallback

    def _in_relative(self, index: int) -> bool:
        before = self.skip_left(index - 1)
        if self.kind(before) == "rel":
            return True
        return self.is_np(before) and self.kind(self.skip_left(before - 1)) == "rel"

    def _verb_after(self, index: int) -> int | None:
        for j in range(index + 1, len(self.chunks)):
            if self.is_vg(j) and self.vg(j).finite:
                return j
        return None

    def _reporting_before(self, index: int) -> int | None:
        """The verb, or the noun ("reports that"), that the clause depends on."""
        j = self.skip_left(index - 1)
        verb = (
            self._verb_before(j) if self.is_np(j) and self.governed(j) in {"in", "by", "through", "on", "via"} else None
        )
        medium = verb is not None and self.reports(verb)  # announced in a statement
        head = self.chain_head(j) if self.is_np(j) else j
        if not medium and self.is_np(head) and self.np(head).head_is(Noun.REPORT):
            return head  # reports on social media that
        if self.is_np(j) and not medium and self.np(j).head_is(Noun.REPORT, Noun.ATTEMPT, Noun.DEAL):
            return j
        return self._verb_before(index)

    def _opens_clause(self, preposition: int) -> bool:
        """Whether "after" opens a clause here, rather than a phrase between the subject and its verb."""
        j = preposition - 1
        while self.kind(j) in _TRANSPARENT:
            j -= 1
        if not self.is_np(j):
            return True
        while j >= 0 and self.kind(j) not in {";", ":", "sub", "comp", "-"}:
            if self.is_vg(j):
                return True
            j -= 1
        return False

    def _parenthetical(self, comma: int) -> int | None:
        """The comma that opens the insertion which this comma closes, if the words between can be one."""
        opening = comma - 1
        while opening >= 0 and self.kind(opening) not in {",", ";", ":", "-"}:
            opening -= 1
        if opening <= 0 or self.kind(opening) != ",":
            return None
        first = self.chunks[opening + 1] if opening + 1 < comma else None
        if first is None:
            return None
        segment = self.chunks[opening + 1 : comma]
        if first.kind in {"rel", "prep", "time", "adv", "cue", "sub", "state"}:
            return opening
        if isinstance(first, VerbGroup):
            return opening if not first.finite or first.form & Form.PARTICIPLE else None
        if isinstance(first, NounPhrase):
            finite = [c for c in segment if isinstance(c, VerbGroup) and c.finite]
            in_relative = any(c.kind == "rel" for c in segment)
            asides = [k for k in range(opening + 1, comma) if self.reports(k)]
            return opening if not finite or in_relative or len(asides) == len(finite) else None
        return None

    def _is_list_comma(self, comma: int, candidate: int) -> bool:
        """A, B and C: the comma stands between noun phrases of one list, or before an apposition."""
        if not self.is_np(comma - 1):
            return False
        if any(isinstance(chunk, VerbGroup) and chunk.finite for chunk in self.chunks[:comma]):
            return False
        if self.governed(comma - 1) and self.chunks[comma - 1].kind != "np":
            return False
        head = self.chain_head(comma - 1)
        if self.is_vg(head - 1):
            return False  # a promise to spare the town, A and B …
        return not self.governed(head) and candidate > comma

    def _fronted_clause(self, comma: int) -> str | None:
        for chunk in reversed(self.chunks[:comma]):
            if chunk.kind == "sub":
                return chunk.word
        return None

    def _antecedent(self, relative: int, word: str) -> int | None:
        j = relative - 1
        while j >= 0 and (self.kind(j) in _TRANSPARENT or self.kind(j) in {",", "prep"}):
            j -= 1
        if not self.is_np(j):
            return None
        if word in {"who", "whom"}:
            nearest = j
            while j >= 0 and (self.is_np(j) or self.kind(j) in {"prep", ","}):
                if self.is_np(j) and (
                    self.np(j).head.actor or self.np(j).head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.PEOPLE)
                ):
                    return j
                j -= 1
            return nearest
        part = self.is_np(j - 2) and (self.np(j - 2).head.norm in words.DIRECTIONS or self.np(j - 2).head_is(Noun.PART))
        return j - 2 if self.governed(j) == "of" and part else j  # in the west of X, which …

    def _ends_by_itself(self, index: int, group: VerbGroup) -> bool:
        """Their hold on X ended on Thursday: what can end by itself is no participle where it is the only verb."""
        by_somebody = self.complements(index).after("by")
        if by_somebody or not any(reading.group.frame is Frame.FALLS for reading in group.events):
            return False
        return not any(
            isinstance(chunk, VerbGroup) and chunk.finite and j != index for j, chunk in enumerate(self.chunks)
        )

    def _is_an_armed_subject(self, noun: int, index: int) -> bool:
        """The army and its allies smashed through to X: they act, for nobody could be smashed through."""
        if not self.is_np(noun) or self.governed(noun):
            return False
        phrase = self.np(noun)
        armed = phrase.head.actor or phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
        frames = {reading.group.frame for reading in self.vg(index).events}
        by = any(word == "by" for word, _ in self.complements(index).prepositions)
        others = self._has_verb_behind(index)
        return bool(armed) and not by and not others and bool(frames) and frames <= {Frame.ENDS_SIEGE, Frame.CUTS}

    def _is_declared(self, noun: int, index: int) -> bool:
        """Declared X liberated; a headline's "says X liberated", with no other verb behind it."""
        before = self.chunks[noun - 1] if noun else None
        if not isinstance(before, VerbGroup) or before.main is None:
            return False
        last = not any(isinstance(chunk, VerbGroup) and chunk.finite for chunk in self.chunks[index + 1 :])
        return before.main.norm in _DECLARED or (last and not before.auxiliaries and self.reports(noun - 1))

    def _has_verb_behind(self, index: int) -> bool:
        """Whether a finite verb follows in the same clause, so that this one may only qualify a noun."""
        for j in range(index + 1, len(self.chunks)):
            if self.is_vg(j) and self.vg(j).finite:
                return not self.reports(j)
            if self.kind(j) in {"rel", "sub", "comp", ";", ":", "-", ",", "cc"}:
                return False
        return False

    def _gives_up(self, noun: int, index: int) -> bool:
        """X surrendered to A: the verb of a sentence of its own, no participle."""
        frames = {reading.group.frame for reading in self.vg(index).events}
        opening = self._parenthetical(noun) if self.kind(noun) == "," else None
        noun = opening - 1 if opening is not None else noun
        place = self.is_np(noun) and self.np(noun).place is not None
        after = self.complements(index)
        others = self._has_verb_behind(index)
        by = any(word == "by" for word, _ in after.prepositions)
        return place and frames == {Frame.HANDS_OVER} and not (after.objects or others or by)

    def _is_rid(self, index: int) -> bool:
        """X is free of B, was declared clear of B: what is told of X, as a passive tells it."""
        group = self.vg(index)
        plain = group.form == Form.BASE and not group.auxiliaries and not group.infinitive
        return plain and self.kind(index + 1) == "prep" and self.chunks[index + 1].word == "of"

    def _inverted_subject(self, index: int) -> int | None:
        """Lost, too, was X; among the villages captured were X and Y: what stands behind the verb "be" or "include"."""
        group = self.vg(index)
        if group.auxiliaries or not group.form & Form.PARTICIPLE or group.infinitive or self.kind(index - 1) == "cc":
            return None
        j = index + 1
        while self.kind(j) in {"time", "adv", "cue", ","} or (self.kind(j) == "prep" and self.is_np(j + 1)):
            j += 1 + (self.kind(j) == "prep")
        if not self.is_vg(j) or not self.is_np(j + 1):
            return None
        verb = self.vg(j)
        links = verb.main is not None and (
            (verb.main.norm in words.BE and not verb.auxiliaries) or verb.main.norm in _INCLUDES
        )
        before = self.skip_left(index - 1)
        named = before >= 0 and not (self.is_np(before) and not self.np(before).head.places)
        return j + 1 if links and not named else None
