"""Did it happen? Negation, attempts, plans, conditions: the cues that govern an event, and how far they reach. Pure.

The first two rules of the status: negated and prospective. What passes has happened, as far as the sentence tells.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Candidate
from watcher.detect.english import words
from watcher.detect.english.cues import HYPOTHETICAL, Cues
from watcher.detect.english.forms import Form
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.vocabulary import Effect, Frame, Noun, Reach
from watcher.model import Reason, Status

_MAX_CLIMB: Final = 6
_GERUND_NEGATES: Final = frozenset(("without", "from"))
_GERUND_AHEAD: Final = frozenset(("before", "for", "against"))
_AHEAD: Final = frozenset(("will", "wo", "would", "'ll", "shall", "must", "should", "may", "might", "ought"))
_WHEN: Final = frozenset(("when", "once", "after", "as soon as", "until", "till", "as", "where"))


class Reality(Cues):
    """Asks of each event of a sentence whether it is told as having happened."""

    def unreal(self, candidate: Candidate) -> tuple[Status, Reason] | None:
        index = candidate.chunk
        chunk = self.sentence.chunks[index]
        if candidate.ended and isinstance(chunk, VerbGroup):
            return self._governed_clause(index, 0)
        if isinstance(chunk, VerbGroup):
            found = self._unreal_verb(index, chunk, 0)
            if found is not None and found[0] is Status.NEGATED and self._of_those_who(index):
                found = Status.PROSPECTIVE, Reason("said of whoever would: it has not happened yet")
            if found is not None and found[0] is Status.PROSPECTIVE and not chunk.finite:
                found = self._failed_after(index) or found
        elif candidate.voice == "noun" and isinstance(chunk, NounPhrase):
            found = self._unreal_noun(index, chunk, 0)
        elif candidate.voice == "state" and chunk.kind in {"state", "np"}:
            found = self._unreal_state(index)
        else:
            return None
        if found is not None:
            return found
        if self.setting.question and candidate.voice not in {"suffix", "adjective"}:
            return Status.PROSPECTIVE, Reason("asked, not told")
        return None

    def _unreal_state(self, index: int) -> tuple[Status, Reason] | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue"}:
            j -= 1
        return self._unreal_verb(j, self.sentence.vg(j), 0) if self.sentence.is_vg(j) else None

    def _unreal_verb(self, index: int, group: VerbGroup, depth: int) -> tuple[Status, Reason] | None:
        if depth > _MAX_CLIMB:
            return None
        if group.negation is not None:
            if group.modal in _AHEAD:
                return Status.PROSPECTIVE, Reason(f"'{group.modal} not': about the future")
            return Status.NEGATED, Reason(f"'{group.negation.norm}': it did not happen")
        for cue, unit in group.cues:
            if cue.cue.effect in {Effect.NEGATED, Effect.PROSPECTIVE}:
                status = Status.NEGATED if cue.cue.effect is Effect.NEGATED else Status.PROSPECTIVE
                return status, self._says(
                    "it did not happen" if status is Status.NEGATED else "it has not happened yet", cue
                )
            del unit
        near = self._near_cue(index)
        if near is not None:
            return near
        absent = self._nobody(index)
        if absent is not None:
            return absent
        if (
            group.modal == "would"
            and "have" in group.auxiliaries
            and self.sentence.clause(index).opener not in {"comp", "report"}
        ):
            return Status.NEGATED, Reason("'would have': it did not happen")
        if group.modal == "could" and self.sentence.clause(index).word == "before":
            return Status.NEGATED, Reason("'before … could': it did not happen")
        if group.modal in HYPOTHETICAL:
            return Status.PROSPECTIVE, Reason(f"'{group.modal}': it has not happened yet")
        clause = self.sentence.clause(index)
        if clause.shares is not None:
            sibling = self.sentence.vg(clause.shares)
            if (group.form == Form.BASE and not group.auxiliaries) or (
                group.form == Form.ING and not group.auxiliaries
            ):
                return self._unreal_verb(clause.shares, sibling, depth + 1)
            return self._governed_clause(clause.shares, depth)
        if (group.infinitive or clause.opener == "infinitive") and self._is_lifted(index):
            return self._unreal_around(index - 1)
        if group.infinitive or clause.opener == "infinitive":
            return self._unreal_infinitive(index, clause.matrix, depth)
        if clause.opener == "bare" and clause.matrix is not None:
            matrix = self.sentence.vg(clause.matrix)
            if matrix.effect(Effect.FACTUAL):
                return self._unreal_verb(clause.matrix, matrix, depth + 1)
        if clause.opener == "gerund" and clause.matrix is not None and self.sentence.is_vg(clause.matrix):
            denial = self.sentence.vg(clause.matrix).effect(Effect.DENIES)
            if denial is not None and index == clause.matrix + 1:
                return Status.NEGATED, self._says("denied", denial)
        if clause.opener == "gerund":
            return self._unreal_gerund(index, clause.word, clause.matrix, depth)
        if clause.opener == "participle" and clause.matrix is not None and self.sentence.is_vg(clause.matrix):
            matrix = self.sentence.vg(clause.matrix)
            found = self._unreal_verb(clause.matrix, matrix, depth + 1)
            if found is not None and matrix.effect(Effect.FACTUAL) is None:
                return found
        if group.progressive and not self._may_go_on(group):
            return Status.PROSPECTIVE, Reason("under way, not done")
        return self._governed_clause(index, depth)

    def _near_cue(self, index: int) -> tuple[Status, Reason] | None:
        """A cue right before the verb: "unable to", "on the verge of", "nearly"."""
        j = index - 1
        while j >= 0:
            chunk = self.sentence.chunks[j]
            if chunk.kind in {"adv", "time", "mark", '"'}:
                j -= 1
                continue
            if chunk.kind != "cue":
                return None
            found = self._cue_effect(chunk, forward=True)
            if found is not None:
                return found
            if chunk.word == "had to" and self.sentence.clause(index).opener in {"comp", "report"}:
                return Status.PROSPECTIVE, Reason("'had to', as somebody says: a demand")
            if any(self._is_factual(cue) for cue in self.cues(chunk)):
                return self._unreal_around(j)
            j -= 1
        return None

    def _is_lifted(self, index: int) -> bool:
        """Whether "able to", "continues to" stands right before the verb."""
        before = self.sentence.chunks[index - 1] if index else None
        return (
            before is not None
            and before.kind == "cue"
            and any(
                cue.cue.effect in {Effect.FACTUAL, Effect.STILL} and cue.word.text.endswith(" to")
                for cue in self.cues(before)
            )
        )

    def _unreal_around(self, index: int) -> tuple[Status, Reason] | None:
        """Whether "able to" or "managed to" is itself denied or only possible."""
        j = index - 1
        if self.sentence.is_vg(j):
            return self._unreal_verb(j, self.sentence.vg(j), 1)
        return None

    def _unreal_infinitive(self, index: int, matrix: int | None, depth: int) -> tuple[Status, Reason] | None:
        """To take: ahead, unless "managed to" stands before; failed, if the attempt failed."""
        before = self.sentence.skip_left(index - 1)
        if (
            self.sentence.is_np(before)
            and any(
                unit.norm in {"first", "latest", "last", "second", "third"} for unit in self.sentence.np(before).units
            )
            and not self.sentence.np(before).head_is(Noun.ATTEMPT)
            and len(self.sentence.np(before).units) > 1
        ):
            return None  # the latest town to be taken
        if matrix is None:
            after = self._failed_after(index)
            return after or (Status.PROSPECTIVE, Reason("an infinitive: it has not happened yet"))
        governor = self.sentence.chunks[matrix]
        between = [
            chunk
            for j, chunk in enumerate(self.sentence.chunks[matrix + 1 : index], matrix + 1)
            if chunk.kind == "cue"
            and not (chunk.word == "not" and self.sentence.is_np(j + 1))  # "hours, not weeks, to"
        ]
        for chunk in between:
            found = self._cue_effect(chunk, forward=True)
            if found is not None:
                return found
            if any(self._is_factual(cue) for cue in self.cues(chunk)):
                return self._unreal_verb(matrix, governor, depth + 1) if isinstance(governor, VerbGroup) else None
        if isinstance(governor, VerbGroup):
            cue = governor.effect(Effect.FACTUAL, Effect.NEGATED, Effect.PROSPECTIVE, Effect.DENIES)
            if cue is not None and cue.cue.effect is Effect.FACTUAL:
                return self._unreal_verb(matrix, governor, depth + 1)
            aims = {reading.group.frame for reading in self.sentence.vg(index).events} & {Frame.TAKES, Frame.ENDS_SIEGE}
            if aims and self._has_won(matrix, governor):
                return self._unreal_verb(matrix, governor, depth + 1)
            told = governor.effect(Effect.CLAIMS, Effect.REPORTS, Effect.CONFIRMS)
            if told is not None and "have" in self.sentence.vg(index).auxiliaries:
                return self._unreal_verb(matrix, governor, depth + 1)
            above = self._unreal_verb(matrix, governor, depth + 1)
            if above is not None and above[0] is Status.PROSPECTIVE:
                return above
            if (
                cue is not None
                and cue.cue.effect in {Effect.NEGATED, Effect.DENIES}
                and cue.cue.reach is Reach.FORWARD
                and above is None
            ):
                return Status.NEGATED, self._says("it did not happen", cue)
            after = self._failed_after(index)
            if after is not None:
                return after
            if cue is not None:
                return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
            return Status.PROSPECTIVE, Reason(f"'{governor.word} … to': an aim, not yet a fact")
        if isinstance(governor, NounPhrase):
            found = self._unreal_noun(matrix, governor, depth + 1)
            return found or (Status.PROSPECTIVE, Reason(f"'{governor.head.norm} to': an aim, not yet a fact"))
        return Status.PROSPECTIVE, Reason("an infinitive: it has not happened yet")

    def _has_won(self, index: int, group: VerbGroup) -> bool:
        """Drove B out, broke through the lines, took the hill to capture X: what follows is the outcome, no aim."""
        frames = {reading.group.frame for reading in group.events}
        if not frames & {Frame.TAKES, Frame.DRIVES_OUT, Frame.ENDS_SIEGE} or group.infinitive or group.progressive:
            return False
        objects = self.sentence.complements(index).objects
        phrase = self.sentence.np(objects[0]) if objects else None
        return phrase is not None and bool(
            phrase.place
            or any(unit.actor or unit.modifier for unit in phrase.units)
            or phrase.head_is(Noun.FORCE, Noun.SETTLEMENT, Noun.QUARTER, Noun.SITE)
        )

    def _unreal_noun(self, index: int, phrase: NounPhrase, depth: int) -> tuple[Status, Reason] | None:
        """An attempt, or "the fall of X": failed, feared or planned?"""
        if depth > _MAX_CLIMB:
            return None
        for unit in phrase.units[:-1]:
            if unit.meaning is None:
                continue
            for cue in unit.meaning.cues:
                if (
                    cue.form is None
                    and cue.cue.reach is not Reach.BACKWARD
                    and cue.cue.effect in {Effect.NEGATED, Effect.PROSPECTIVE}
                ):
                    negated = cue.cue.effect is Effect.NEGATED
                    return (Status.NEGATED if negated else Status.PROSPECTIVE), self._says(
                        "it did not happen" if negated else "not yet", cue
                    )
        if phrase.head_is(Noun.REPORT):
            for chunk in self.sentence.chunks[index + 1 :]:
                for cue in self.cues(chunk) if chunk.kind == "cue" else ():
                    if cue.cue.effect is Effect.NEGATED and cue.cue.reach is Reach.BACKWARD:
                        return Status.NEGATED, self._says("it did not happen", cue)
        if phrase.head.meaning is not None:
            for cue in phrase.head.meaning.cues:
                if cue.form is None and cue.cue.effect is Effect.NEGATED:
                    return Status.NEGATED, self._says("it did not happen", cue)
        j = index - 1
        while j >= 0 and (self.sentence.kind(j) in {"prep", "adv", "time"} or self.sentence.kind(j) == "cue"):
            if self.sentence.kind(j) == "cue":
                found = self._cue_effect(self.sentence.chunks[j], forward=True)
                if found is not None:
                    return found
            j -= 1
        if self.sentence.is_vg(j):
            verb = self.sentence.vg(j)
            above = self._unreal_verb(j, verb, depth + 1)
            if above is not None:
                return above
            own = verb.effect(Effect.NEGATED, Effect.DENIES, Effect.PROSPECTIVE)
            if own is not None and own.cue.reach is not Reach.BACKWARD:
                negated = own.cue.effect is not Effect.PROSPECTIVE
                if self.sentence.kind(j + 1) != "prep" or " " in own.word.text or negated:
                    return (Status.NEGATED if negated else Status.PROSPECTIVE), self._says(
                        "it did not happen" if negated else "it has not happened yet", own
                    )
        elif self.sentence.is_np(j) and phrase.head_is(Noun.CONTROL) and self.sentence.governed(index) == "for":
            return self._failed_after(index) or (Status.PROSPECTIVE, Reason("'for control of': an aim, not yet a fact"))
        elif (
            self.sentence.is_np(j)
            and self.sentence.np(j).head_is(Noun.ATTEMPT, Noun.REPORT)
            and self.sentence.governed(index) in {"for", "of", "at", "against"}
        ):
            above = self._unreal_noun(j, self.sentence.np(j), depth + 1)
            if above is not None:
                return above
            if self.sentence.np(j).head_is(Noun.ATTEMPT):
                return Status.PROSPECTIVE, Reason(
                    f"'{self.sentence.np(j).head.norm} {self.sentence.governed(index)}': an aim, not yet a fact"
                )
        if phrase.head_is(Noun.CONTROL) and self.sentence.governed(index) == "for":
            return self._failed_after(index) or (Status.PROSPECTIVE, Reason("'for control of': an aim, not yet a fact"))
        for chunk in self.sentence.chunks[index + 1 :]:
            if chunk.kind in {"sub", "rel", "comp", ";", ":"}:
                break
            for cue in self.cues(chunk) if chunk.kind == "cue" else ():
                if cue.cue.effect is Effect.PROSPECTIVE and cue.cue.reach is Reach.EITHER:
                    return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
        after = self._failed_after(index)
        if after is not None:
            return after
        verb_after = self.verb_right(index)
        if (
            verb_after is not None
            and self.sentence.vg(verb_after).modal in HYPOTHETICAL
            and not phrase.head_is(Noun.SIEGE)
        ):
            return Status.PROSPECTIVE, Reason(f"'{self.sentence.vg(verb_after).modal}': it has not happened yet")
        return None

    def _unreal_gerund(self, index: int, word: str, matrix: int | None, depth: int) -> tuple[Status, Reason] | None:
        if word in _GERUND_NEGATES and not (word == "from" and matrix is not None and matrix > index):
            return Status.NEGATED, Reason(f"'{word}': it did not happen")
        done = matrix is not None and self.sentence.is_vg(matrix) and matrix < index and self._is_told(matrix)
        if word == "before" and done and matrix is not None and not self.sentence.vg(index).passive:
            return self._unreal_verb(matrix, self.sentence.vg(matrix), depth + 1)  # took X before taking Y
        if word in _GERUND_AHEAD:
            return Status.PROSPECTIVE, Reason(f"'{word}': it has not happened yet")
        if matrix is None or not self.sentence.is_vg(matrix):
            return None
        verb = self.sentence.vg(matrix)
        cue = verb.effect(Effect.NEGATED, Effect.PROSPECTIVE, Effect.DENIES, Effect.FACTUAL)
        above = self._unreal_verb(matrix, verb, depth + 1)
        if above is not None:
            return above
        direct = index == matrix + 1
        if (
            cue is not None
            and (direct or word in {"in", "at", "on", "of", "for"})
            and cue.cue.effect is not Effect.FACTUAL
            and cue.cue.reach is Reach.FORWARD
        ):
            negated = cue.cue.effect is not Effect.PROSPECTIVE
            return (Status.NEGATED if negated else Status.PROSPECTIVE), self._says(
                "it did not happen" if negated else "not yet", cue
            )
        return None

    def _is_told(self, index: int) -> bool:
        """Whether a verb tells of a change that happened, in the past."""
        group = self.sentence.vg(index)
        past = bool(group.form & Form.PAST) or group.perfect
        return past and group.finite and not group.modal and bool(group.events)

    def _governed_clause(self, index: int, depth: int) -> tuple[Status, Reason] | None:
        """What the word that opens the clause says: if, unless; denied that; feared that."""
        clause = self.sentence.clause(index)
        if clause.shares is not None:
            return self._governed_clause(clause.shares, depth + 1) if depth < _MAX_CLIMB else None
        if clause.opener == "sub":
            if clause.word in words.CONDITIONALS | {"should", "in case"}:
                return Status.PROSPECTIVE, Reason(f"'{clause.word}': a condition")
            if clause.word == "before" and clause.matrix is not None:
                verb = self.sentence.vg(clause.matrix)
                if verb.infinitive or verb.modal:
                    return Status.PROSPECTIVE, Reason("'before': it has not happened yet")
            if clause.word in _WHEN and clause.matrix is not None and self._is_yet_to_come(index, clause.matrix):
                return Status.PROSPECTIVE, Reason(f"'{clause.word}' of what will be: it has not happened yet")
        if clause.opener == "comp" and clause.at > 0 and self.sentence.kind(clause.at - 1) == "cue":
            found = self._cue_effect(self.sentence.chunks[clause.at - 1], forward=False) or self._cue_effect(
                self.sentence.chunks[clause.at - 1], forward=True
            )
            if found is not None:
                return found
        if clause.opener in {"comp", "report"} and clause.matrix is not None:
            if self.sentence.is_vg(clause.matrix):
                for cue, _ in self.sentence.vg(clause.matrix).cues:
                    if cue.cue.effect is Effect.NEGATED:
                        return Status.NEGATED, self._says("it did not happen", cue)
                near = self._near_cue(clause.matrix)
                if near is not None and near[0] is Status.NEGATED:
                    return near
            governor = self.sentence.chunks[clause.matrix]
            if isinstance(governor, NounPhrase):
                return self._unreal_noun(clause.matrix, governor, depth + 1)
            assert isinstance(governor, VerbGroup)
            told = governor.effect(
                Effect.DENIES, Effect.PROSPECTIVE, Effect.NEGATED, Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS
            )
            if told is None or told.cue.reach is Reach.BACKWARD:
                return None
            if told.cue.effect in {Effect.DENIES, Effect.NEGATED}:
                if governor.negation is not None:
                    return None
                return Status.NEGATED, self._says("denied", told)
            if told.cue.effect is Effect.PROSPECTIVE:
                return Status.PROSPECTIVE, self._says("it has not happened yet", told)
            if governor.negation is not None:
                return Status.NEGATED, Reason(f"'{governor.negation.norm} {told.word.text}'")
        return None
