"""Who does what in a sentence: the subject and the governor of each verb group. Pure.

Works on the chunks of ``phrases``; looks left, where ``complements`` looks right.
"""

# ruff: noqa: PLR0915, C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.english.leftwards import LeftSide
from watcher.detect.english.units import Chunk, NounPhrase, VerbGroup
from watcher.detect.vocabulary import Effect, Frame, Noun

_TRANSPARENT: Final = frozenset(("time", "adv", "mark", '"', "'"))
_CARRIES: Final = frozenset(("carrying", "transporting", "taking", "bearing"))
_STOPS: Final = frozenset((";", ":", "comp", "-"))
_REPORTING: Final = (Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS, Effect.DENIES)


@dataclass(slots=True)
class Clause:
    """What stands left of a verb group: its subject, and what opens its clause.

    ``opener``: start, sub, rel, comp (that), report (said …), contact (a relative without "which"), and (coordinated),
    bare (watched them take). ``word`` is the opening word, ``matrix`` the governing verb group or antecedent.
    """

    subject: int | None = None
    opener: str = "start"
    word: str = ""
    at: int = -1
    matrix: int | None = None
    antecedent: int | None = None
    shares: int | None = None  # the verb group whose subject it shares


class Sentence(LeftSide):
    """The chunks of one sentence, with the questions that frames and status ask about them."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        super().__init__(chunks)
        self._clauses: dict[int, Clause] = {}
        self._voices: dict[int, str] = {}

    def clause(self, index: int) -> Clause:
        found = self._clauses.get(index)
        if found is None:
            found = self._clauses[index] = Clause()  # a cycle would end here
            computed = self._left(index)
            self._clauses[index] = found = computed
        return found

    def _left(self, index: int) -> Clause:
        group = self.vg(index)
        inverted = self._inverted_subject(index)
        if inverted is not None:
            return Clause(inverted)
        if self.voice(index) == "reduced" or self._is_gapped(index):
            return self._left_nonfinite(index)
        if not group.finite and not (group.form == Form.BASE and not group.infinitive):
            return self._left_nonfinite(index)
        return self._left_finite(index)

    def voice(self, index: int) -> str:
        """Active, passive, or reduced: a participle after its noun ("the town seized by A")."""
        found = self._voices.get(index)
        if found is None:
            found = self._voices[index] = self._read_voice(index)
        return found

    def _read_voice(self, index: int) -> str:
        group = self.vg(index)
        if group.passive or self._is_rid(index) or self._inverted_subject(index) is not None:
            return "passive"
        if not group.form & Form.PARTICIPLE or group.auxiliaries or group.infinitive:
            return "active"
        if self._is_gapped(index):
            return "passive"
        if group.form & (Form.PAST | Form.BASE) and self.complements(index).objects:
            return "active"
        before = self.skip_left(index - 1)
        while self.kind(before) == "prep" and self.kind(before + 1) in {"time", "adv"}:
            before = self.skip_left(before - 1)  # a siege of two years imposed
        if self.kind(before) == "cc":
            verb = self._verb_before(before, coordinate=True)
            if verb is not None and self.vg(verb).passive:
                return "passive"  # was bombed and captured
            if verb is not None and self.vg(verb).perfect:
                return "active"  # have entered and taken
        if group.form & Form.PAST and self.is_np(before) and self.np(before).is_pronoun:
            return "active"
        if group.form & Form.PAST and self.is_np(before):
            behind = self.skip_left(before - 1)
            contact = self.is_np(before - 1) and self.np(before).determiner == "the"
            if self.kind(behind) == "rel" or contact:
                return "active"
        if group.form & Form.PAST and (self._is_an_armed_subject(before, index) or self._gives_up(before, index)):
            return "active"
        if group.form & Form.PAST and self._ends_by_itself(index, group):
            return "active"
        if self.is_np(before) or self.kind(before) == ",":
            if group.form & Form.PAST and not self._is_transitive(group) and not self._is_reduced(index):
                return "active"
            return "reduced"
        return "active" if group.form & Form.PAST else "reduced"

    def _is_gapped(self, index: int) -> bool:
        group = self.vg(index)
        if group.auxiliaries or not group.form & Form.PARTICIPLE or group.infinitive:
            return False
        return self._gapped(self.skip_left(index - 1)) is not None

    def _left_finite(self, index: int) -> Clause:
        candidate: int | None = None
        listed = False
        conjoined = False  # a conjunction stands between the candidate and what is looked at
        j = index - 1
        while j >= 0:
            chunk = self.chunks[j]
            kind = chunk.kind
            if kind == "cue" and candidate is not None and chunk.word in words.CONDITIONALS | {"should", "in case"}:
                return Clause(candidate, "sub", chunk.word, j)
            if kind in _TRANSPARENT or kind in {"cue", "state", "("}:
                j -= 1
            elif kind == ")":
                j = self._opening(j, "(") - 1
            elif isinstance(chunk, NounPhrase):
                preposition = self.governed(j)
                if preposition:
                    before = j - 1
                    while self.kind(before) not in {"prep", "cue"}:
                        before -= 1
                    if preposition in words.CLAUSE_PREPOSITIONS and candidate is None and self._opens_clause(before):
                        main = self.kind(before - 1) == ","
                        return Clause(j, "sub", preposition, before, self._verb_before(before, main=main))
                    if listed:
                        candidate = None  # the whole list hangs on the preposition
                        listed = conjoined = False
                    j = before - 1
                elif candidate is None or listed:
                    candidate = j
                    listed = False
                    j -= 1
                else:
                    verb = self._verb_before(j + 1)
                    if verb is not None and self.reports(verb) and not self.governed(j):
                        return Clause(candidate, "report", "", j, verb)
                    if self._is_reporting_subject(j):
                        return Clause(candidate, "start", "", j)
                    return Clause(candidate, "contact", "", j, None, j)
            elif kind == ",":
                opening = self._parenthetical(j)
                if candidate is not None and self._are_two_sides(j, candidate):
                    return Clause(j - 1, "start", "", -1)
                if opening is not None and candidate is None:
                    j = opening - 1
                elif candidate is None:
                    verb = self._row_of_verbs(j, index)
                    if verb is not None:
                        parent = self.clause(verb)
                        return Clause(parent.subject, "and", ",", j, parent.matrix, parent.antecedent, verb)
                    j -= 1
                elif (conjoined and self._hangs_on_participle(j - 1)) or (
                    conjoined and self._is_list_comma(j, candidate)
                ):
                    listed = True
                    j -= 1
                else:
                    verb = self._verb_before(j)
                    if verb is not None and self.reports(verb) and self.kind(verb + 1) != ",":
                        return Clause(candidate, "report", "", j, verb)
                    opener = self._fronted_clause(j)
                    if opener is not None:
                        return Clause(candidate, "start", "", j, None, None)
                    return Clause(candidate, "start", "", j)
            elif kind == "cc":
                if candidate is None:
                    verb = self._verb_before(j, coordinate=True)
                    past = self.vg(index).form & Form.PAST and not self.vg(index).auxiliaries
                    while verb is not None and past and self.vg(verb).infinitive:
                        verb = self._verb_before(verb, coordinate=True)  # pushed them to retreat and entered X
                    if verb is None:
                        j -= 1
                        continue
                    parent = self.clause(verb)
                    return Clause(parent.subject, "and", chunk.word, j, parent.matrix, parent.antecedent, verb)
                if self._joins_nouns(j) or self._are_speakers(j, index):
                    listed = conjoined = True
                    j -= 1
                else:
                    return Clause(candidate, "and", chunk.word, j, None, None, None)
            elif kind == "rel":
                antecedent = self._antecedent(j, chunk.word)
                if antecedent is not None and any(self.is_vg(k) and self.vg(k).finite for k in range(j + 1, index)):
                    candidate, listed, conjoined = None, False, False
                    j = antecedent  # the town that they seized (in May) fell
                    continue
                if candidate is None:
                    return Clause(antecedent, "rel", chunk.word, j, None, antecedent)
                return Clause(candidate, "rel", chunk.word, j, None, antecedent)
            elif kind == "sub":
                return Clause(candidate, "sub", chunk.word, j, self._verb_before(j, main=self.kind(j - 1) == ","))
            elif kind == "comp":
                return Clause(candidate, "comp", chunk.word, j, self._reporting_before(j), None)
            elif kind == "-" and candidate is None and self._opening(j, "-") > 0:
                j = self._opening(j, "-") - 1
            elif kind in _STOPS:
                return Clause(candidate, "start", kind, j)
            elif isinstance(chunk, VerbGroup):
                if candidate is None:
                    j -= 1
                    continue
                if self.reports(j) or chunk.effect(Effect.PROSPECTIVE, Effect.NEGATED):
                    return Clause(candidate, "report", chunk.word, j, j)
                if self.vg(index).form == Form.BASE and not self.vg(index).auxiliaries:
                    return Clause(candidate, "bare", chunk.word, j, j)
                if chunk.form == Form.ING and not chunk.auxiliaries and chunk.word in _CARRIES and self.is_np(j - 1):
                    candidate, listed, conjoined = j - 1, False, False
                    j -= 2  # buses carrying rebels left
                    continue
                relative = self.clause(j)
                if (
                    relative.opener == "rel"
                    and relative.subject is not None
                    and relative.subject == relative.antecedent
                ):
                    return Clause(relative.subject, "start", "", j)  # rebels who hold X took Y
                if chunk.form == Form.ING and not chunk.auxiliaries and self.kind(j - 1) in {"", ",", '"'}:
                    return Clause(None, "start", "", j)
                return Clause(candidate, "start", "", j, j)
            else:
                j -= 1
        return Clause(candidate, "start", "", -1)

    def _row_of_verbs(self, comma: int, index: int) -> int | None:
        """A marched in, took the town(,) and left: the finite verb right behind a comma goes on from the one before."""
        if self.skip_left(index - 1) != comma:
            return None
        j = comma - 1
        while j >= 0 and self.kind(j) not in {"sub", "rel", "comp", ";", ":", "-", '"', ")"}:
            if self.is_vg(j) and self.vg(j).finite and not self._is_absolute(j):
                group = self.vg(j)
                plain = self.clause(j).opener in {"start", "and", "report", "comp"} and not self.reports(j)
                return j if plain and self.voice(j) != "reduced" and bool(group.main) else None
            j -= 1
        return None

    def _left_nonfinite(self, index: int) -> Clause:
        """The subject of a participle or infinitive: that of its governor; of an infinitive, the nearest object."""
        group = self.vg(index)
        before = self.skip_left(index - 1)
        if index and self.kind(index - 1) == "cue" and self.chunks[index - 1].word == "without":
            verb = self._verb_before(index - 1)
            return Clause(self._subject_of(verb), "gerund", "without", index - 1, verb)
        if group.form & Form.PARTICIPLE and not group.auxiliaries and not group.infinitive:
            gapped = self._gapped(before)
            if gapped is not None:
                parent = self.clause(gapped)
                return Clause(before, "and", "", before, parent.matrix, parent.antecedent, gapped)
            if self.is_np(before):
                if self._is_declared(before, index):
                    return Clause(before, "report", "", before, before - 1)
                return Clause(before, "reduced", "", before, None, before)
            if self.kind(before) == "," and self.is_np(before - 1):
                return Clause(before - 1, "reduced", "", before, None, before - 1)
        gerund = group.form == Form.ING or group.auxiliaries[:1] in (["having"], ["being"])
        if self.is_vg(before) and gerund and self.vg(before).main is not None and before == index - 1:
            main = self.vg(before).main
            assert main is not None
            return Clause(self._subject_of(before), "gerund", main.norm.rpartition(" ")[2], before, before)
        if self.kind(before) == "prep":
            verb = self._verb_before(before)
            if verb is None:
                verb = self._verb_after(index)
            if (
                verb is not None
                and verb < before
                and self.chunks[before].word == "from"
                and self.complements(verb).objects
            ):
                return Clause(self.complements(verb).objects[0], "gerund", "from", before, verb)
            return Clause(self._subject_of(verb), "gerund", self.chunks[before].word, before, verb)
        if group.infinitive:
            return self._left_infinitive(index, before)
        if self.kind(before) == "cc":
            verb = self._verb_before(before)
            if verb is not None:
                parent = self.clause(verb)
                return Clause(parent.subject, "and", "", before, parent.matrix, parent.antecedent, verb)
        if self.is_np(before) and group.form == Form.ING:
            return Clause(before, "participle", "", before, self._verb_before(before), None)
        if self.kind(before) == "sub":
            verb = self._verb_before(before)
            return Clause(self._subject_of(verb), "gerund", self.chunks[before].word, before, verb)
        verb = self._verb_before(before + 1, main=True)
        if verb is not None and self.vg(verb).passive:
            agent = next(iter(self.complements(verb).after("by")), None)
            return Clause(agent if agent is not None else self._subject_of(verb), "participle", "", before, verb)
        if verb is None:
            following = self._verb_after(index)
            return Clause(self._subject_of(following), "participle", "", before, following)
        return Clause(self._subject_of(verb), "participle", "", before, verb)

    def _gapped(self, before: int) -> int | None:
        """The road was cut and the city besieged: the passive that the second participle shares."""
        if not self.is_np(before):
            return None
        head = self.chain_head(before)
        if self.kind(head - 1) != "cc":
            return None
        verb = self._verb_before(head - 1)
        return verb if verb is not None and self.vg(verb).passive else None

    def _left_infinitive(self, index: int, before: int) -> Clause:
        j = before
        nearest: int | None = None
        while j >= 0:
            chunk = self.chunks[j]
            if isinstance(chunk, NounPhrase):
                if chunk.head.places and self.governed(j):
                    j -= 1
                    continue
                if (
                    chunk.head.places
                    and self.is_vg(j - 1)
                    and any(r.group.frame is Frame.LEAVES for r in self.vg(j - 1).events)
                ):
                    j -= 1
                    continue
                if (nearest is None and (not self.governed(j) or self.governed(j) in {"by", "for", "on", "upon"})) or (
                    nearest is None and self.governed(j) == "of" and chunk.head.actor
                ):
                    nearest = j
                if chunk.head_is(Noun.ATTEMPT, Noun.DEAL, Noun.REPORT) and not self._is_verb_object_gap(j, index):
                    return Clause(j if nearest is None else nearest, "infinitive", "", j, j)
            elif isinstance(chunk, VerbGroup):
                if nearest is not None and (not self._may_act(nearest, index) or self._won_over(j)):
                    nearest = None  # the object is a thing, so the one who acts is the subject
                if chunk.effect(*_REPORTING) is None or nearest is None:
                    if nearest is not None:
                        return Clause(nearest, "infinitive", "", j, j)
                    subject = self._subject_of(j)
                    return Clause(nearest if chunk.passive and subject is None else subject, "infinitive", "", j, j)
                return Clause(nearest, "infinitive", "", j, j)
            elif chunk.kind == "cc" and self.is_vg(self.skip_left(j - 1)):
                pass
            elif chunk.kind in _STOPS or chunk.kind in {"sub", "rel"}:
                break
            j -= 1
        following = self._verb_after(index)
        return Clause(nearest if nearest is not None else self._subject_of(following), "infinitive", "", -1, None)

    def _subject_of(self, verb: int | None) -> int | None:
        return None if verb is None else self.clause(verb).subject
