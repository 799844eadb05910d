"""What the words around an event say of it: cues and their reach, failed attempts, nobody as the subject. Pure.

The base of ``reality``, which follows them through the clauses.
"""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.calendar import Setting
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.forms import Form
from watcher.detect.english.units import Chunk, VerbGroup
from watcher.detect.lexicon import CueReading
from watcher.detect.vocabulary import Effect, Frame, Reach
from watcher.model import Reason, Status

_FUTURE: Final = frozenset(("will", "'ll", "would", "shall", "can", "may"))
HYPOTHETICAL: Final = frozenset(
    ("would", "could", "may", "might", "should", "must", "shall", "can", "will", "'ll", "wo", "ca", "ought")
)


class Cues:
    """Answers for one sentence."""

    def __init__(self, sentence: Sentence, setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting

    def _says(self, what: str, cue: CueReading) -> Reason:
        return Reason(f"'{cue.word.text}': {what}", cue.word.origin)

    def cues(self, chunk: Chunk) -> list[CueReading]:
        return [
            cue for unit in chunk.units if unit.meaning is not None for cue in unit.meaning.cues if cue.form is None
        ]

    def _cue_effect(self, chunk: Chunk, *, forward: bool) -> tuple[Status, Reason] | None:
        if chunk.word in words.NEGATIONS:
            return Status.NEGATED, Reason(f"'{chunk.word}': it did not happen")
        for cue in self.cues(chunk):
            reaches = cue.cue.reach is Reach.EITHER or (cue.cue.reach is Reach.FORWARD) == forward
            if not reaches:
                continue
            if cue.cue.effect in {Effect.NEGATED, Effect.DENIES}:
                return Status.NEGATED, self._says("it did not happen", cue)
            if cue.cue.effect is Effect.PROSPECTIVE:
                return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
        return None

    def _is_factual(self, cue: CueReading) -> bool:
        return cue.cue.effect is Effect.FACTUAL

    def verb_left(self, index: int) -> int | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue"}:
            j -= 1
        return j if self.sentence.is_vg(j) else None

    def verb_right(self, index: int) -> int | None:
        for j in range(index + 1, len(self.sentence.chunks)):
            if (
                self.sentence.is_vg(j)
                and self.sentence.vg(j).finite
                and self.sentence.clause(j).opener in {"start", "and", "report", "comp"}
            ):
                return j
            if self.sentence.kind(j) in {";", ":"}:
                return None
        return None

    def _of_those_who(self, index: int) -> bool:
        """Rebels who refuse to leave will be …"""
        clause = self.sentence.clause(index)
        matrix = clause.matrix if clause.opener == "infinitive" else index
        if matrix is None or not self.sentence.is_vg(matrix):
            return False
        opener = self.sentence.clause(matrix)
        following = next((k for k in range(index + 1, len(self.sentence.chunks)) if self.sentence.is_vg(k)), None)
        return opener.opener == "rel" and following is not None and self.sentence.vg(following).modal in HYPOTHETICAL

    def _is_yet_to_come(self, index: int, matrix: int) -> bool:
        """Will begin when X is taken: the present in a clause of time under a future."""
        group = self.sentence.vg(index)
        present = (group.auxiliaries[0] if group.auxiliaries else "") in {"is", "are", "has", "have", "'s", "'re"} or (
            not group.auxiliaries and bool(group.form & (Form.THIRD | Form.BASE)) and not group.form & Form.PAST
        )
        governor = self.sentence.vg(matrix) if self.sentence.is_vg(matrix) else None
        return present and governor is not None and governor.modal in _FUTURE

    def _nobody(self, index: int) -> tuple[Status, Reason] | None:
        """Neither side has taken it; no side has; took neither A nor B."""
        following = self.sentence.chunks[index + 1] if index + 1 < len(self.sentence.chunks) else None
        clause = self.sentence.clause(index)
        region = self.sentence.chunks[max(clause.at, -1) + 1 : index]
        for chunk in (*region, *((following,) if following is not None else ())):
            if chunk.kind == "cue" and chunk.word == "neither":
                return Status.NEGATED, Reason("'neither': it did not happen")
        if clause.subject is not None and clause.opener != "rel":
            subject = self.sentence.np(clause.subject)
            if subject.determiner == "no" or subject.head.norm in {"nobody", "none"}:
                return Status.NEGATED, Reason(
                    f"'{subject.head.norm if not subject.determiner else 'no'}': it did not happen"
                )
        return None

    def _may_go_on(self, group: VerbGroup) -> bool:
        """Is withdrawing, are besieging: these count while they go on."""
        frames = {reading.group.frame for reading in group.events}
        return bool(frames & {Frame.LEAVES, Frame.BESIEGES, Frame.HOLDS, Frame.HANDS_OVER}) or not frames

    def _failed_after(self, index: int) -> tuple[Status, Reason] | None:
        """The attempt … failed, was repelled, ended in failure."""
        j = index + 1
        while j < len(self.sentence.chunks):
            chunk = self.sentence.chunks[j]
            if chunk.kind in {";", ":", "comp"}:
                return None
            if chunk.kind in {"rel", "sub"}:
                following = self.sentence.next_comma(j)
                if following is None:
                    return None
                j = following + 1
                continue
            if chunk.kind == "cue":
                for cue in self.cues(chunk):
                    if cue.cue.effect is Effect.NEGATED and cue.cue.reach is Reach.BACKWARD:
                        return Status.NEGATED, self._says("it did not happen", cue)
            if isinstance(chunk, VerbGroup):
                failed = self._backward(chunk)
                if failed is not None and (chunk.passive or not self.sentence.complements(j).objects):
                    return Status.NEGATED, self._says("it did not happen", failed)
                if self._phrase_after(j):
                    return self._phrase_after(j)
                if chunk.finite:
                    return None
            j += 1
        return None

    def _phrase_after(self, index: int) -> tuple[Status, Reason] | None:
        chunk = self.sentence.chunks[index + 1] if index + 1 < len(self.sentence.chunks) else None
        if chunk is not None and chunk.kind == "cue":
            for cue in self.cues(chunk):
                if cue.cue.effect is Effect.NEGATED and cue.cue.reach is Reach.BACKWARD:
                    return Status.NEGATED, self._says("it did not happen", cue)
        return None

    def _backward(self, group: VerbGroup) -> CueReading | None:
        if group.main is None or group.main.meaning is None:
            return None
        return next(
            (
                cue
                for cue in group.main.meaning.cues
                if cue.form is not None and cue.cue.effect is Effect.NEGATED and cue.cue.reach is Reach.BACKWARD
            ),
            None,
        )
