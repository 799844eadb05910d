"""Did it happen, and is it news? The first rule that applies decides the status, and says why. Pure.

Order: negated, prospective, background, standing; what is left is told as a fact (claimed or asserted: ``sources``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.forms import Form
from watcher.detect.english.roles import Candidate
from watcher.detect.english.times import Time
from watcher.detect.english.units import Chunk, NounPhrase, VerbGroup
from watcher.detect.lexicon import CueReading
from watcher.detect.vocabulary import Effect, Frame, Noun, Reach
from watcher.model import Event, Position, Reason, Status

_MAX_CLIMB = 6
_GERUND_NEGATES = frozenset(("without", "from"))
_GERUND_AHEAD = frozenset(("before", "for", "against"))
_HYPOTHETICAL = frozenset(
    ("would", "could", "may", "might", "should", "must", "shall", "can", "will", "'ll", "wo", "ca", "ought")
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status with its reason, and the day of the event if one is named."""

    status: Status
    reason: Reason
    day: date | None = None
    fresh: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the sentence stands: in the title, in the lead; the item's date; the days that still count as news."""

    in_title: bool
    in_lead: bool
    question: bool
    today: date | None
    recency_days: int


class Statuses:
    """Judges the candidates of one sentence."""

    def __init__(self, sentence: Sentence, times: list[tuple[Chunk, Time]], setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting
        self._times = {id(chunk): time for chunk, time in times}

    def judge(self, candidate: Candidate) -> Verdict:
        if candidate.denied:
            return Verdict(Status.NEGATED, self._reason("'not' before the place: it did not happen", candidate))
        times = self.times(candidate)
        day = next((time.day for time in times if time.day is not None), None)
        unreal = self._unreal(candidate)
        if unreal is not None:
            return Verdict(unreal[0], unreal[1], day)
        past = self._past(candidate, times)
        if past is not None:
            return Verdict(Status.BACKGROUND, past, day)
        standing = self._standing(candidate, times)
        if standing is not None:
            return Verdict(Status.STANDING, standing)
        if candidate.entry:
            return Verdict(Status.PROSPECTIVE, self._reason("an entry under fighting is not yet a capture", candidate))
        return Verdict(
            Status.ASSERTED,
            self._reason("told as a recent fact", candidate),
            day,
            self._is_fresh(times),
            self._ongoing(candidate),
        )

    def _reason(self, text: str, candidate: Candidate) -> Reason:
        return Reason(text, candidate.word.origin)

    def _says(self, what: str, cue: CueReading) -> Reason:
        return Reason(f"'{cue.word.text}': {what}", cue.word.origin)

    # --- negated, prospective

    def _unreal(self, candidate: Candidate) -> tuple[Status, Reason] | None:
        index = candidate.chunk
        chunk = self.sentence.chunks[index]
        if isinstance(chunk, VerbGroup):
            found = self._unreal_verb(index, chunk, 0)
            if found is not None and found[0] is Status.NEGATED and self._of_those_who(index):
                found = Status.PROSPECTIVE, Reason("said of whoever would: it has not happened yet")
            if found is not None and found[0] is Status.PROSPECTIVE and not chunk.finite:
                found = self._failed_after(index) or found
        elif candidate.voice in {"noun"} and isinstance(chunk, NounPhrase):
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

    def _of_those_who(self, index: int) -> bool:
        """Rebels who refuse to leave will be …"""
        clause = self.sentence.clause(index)
        matrix = clause.matrix if clause.opener == "infinitive" else index
        if matrix is None or not self.sentence.is_vg(matrix):
            return False
        opener = self.sentence.clause(matrix)
        following = next((k for k in range(index + 1, len(self.sentence.chunks)) if self.sentence.is_vg(k)), None)
        return opener.opener == "rel" and following is not None and self.sentence.vg(following).modal in _HYPOTHETICAL

    def _unreal_state(self, index: int) -> tuple[Status, Reason] | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue"}:
            j -= 1
        return self._unreal_verb(j, self.sentence.vg(j), 0) if self.sentence.is_vg(j) else None

    def _unreal_verb(self, index: int, group: VerbGroup, depth: int) -> tuple[Status, Reason] | None:  # noqa: C901, PLR0911, PLR0912  the rules in their order
        if depth > _MAX_CLIMB:
            return None
        if group.negation is not None:
            if group.modal in {"will", "wo", "would", "'ll", "shall"}:
                return Status.PROSPECTIVE, Reason(f"'{group.modal} not': a vow about the future")
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
        if group.modal in _HYPOTHETICAL:
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
            cue = self.sentence.vg(clause.matrix).effect(Effect.DENIES)
            if cue is not None and index == clause.matrix + 1:
                return Status.NEGATED, self._says("denied", cue)
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
            if any(self._is_factual(cue) for cue in self._cues(chunk)):
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
                for cue in self._cues(before)
            )
        )

    def _unreal_around(self, index: int) -> tuple[Status, Reason] | None:
        """Whether "able to" or "managed to" is itself denied or only possible."""
        j = index - 1
        if self.sentence.is_vg(j):
            return self._unreal_verb(j, self.sentence.vg(j), 1)
        return None

    def _is_factual(self, cue: CueReading) -> bool:
        return cue.cue.effect is Effect.FACTUAL

    def _cues(self, chunk: Chunk) -> list[CueReading]:
        return [
            cue for unit in chunk.units if unit.meaning is not None for cue in unit.meaning.cues if cue.form is None
        ]

    def _cue_effect(self, chunk: Chunk, *, forward: bool) -> tuple[Status, Reason] | None:
        if chunk.word in words.NEGATIONS:
            return Status.NEGATED, Reason(f"'{chunk.word}': it did not happen")
        for cue in self._cues(chunk):
            reaches = cue.cue.reach is Reach.EITHER or (cue.cue.reach is Reach.FORWARD) == forward
            if not reaches:
                continue
            if cue.cue.effect in {Effect.NEGATED, Effect.DENIES}:
                return Status.NEGATED, self._says("it did not happen", cue)
            if cue.cue.effect is Effect.PROSPECTIVE:
                return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
        return None

    def _unreal_infinitive(self, index: int, matrix: int | None, depth: int) -> tuple[Status, Reason] | None:
        """To take: ahead, unless "managed to" stands before; failed, if the attempt failed."""
        before = self.sentence.skip_left(index - 1)
        if self.sentence.is_np(before) and any(
            unit.norm in {"first", "latest", "last", "second", "third"} for unit in self.sentence.np(before).units
        ):
            if not self.sentence.np(before).head_is(Noun.ATTEMPT):
                return None  # the latest town to be taken
        if matrix is None:
            after = self._failed_after(index)
            return after or (Status.PROSPECTIVE, Reason("an infinitive: it has not happened yet"))
        governor = self.sentence.chunks[matrix]
        between = [c for c in self.sentence.chunks[matrix + 1 : index] if c.kind == "cue"]
        for chunk in between:
            found = self._cue_effect(chunk, forward=True)
            if found is not None:
                return found
            if any(self._is_factual(cue) for cue in self._cues(chunk)):
                return self._unreal_verb(matrix, governor, depth + 1) if isinstance(governor, VerbGroup) else None
        if isinstance(governor, VerbGroup):
            cue = governor.effect(Effect.FACTUAL, Effect.NEGATED, Effect.PROSPECTIVE, Effect.DENIES)
            if cue is not None and cue.cue.effect is Effect.FACTUAL:
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
                for cue in self._cues(chunk) if chunk.kind == "cue" else ():
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
            cue = verb.effect(Effect.NEGATED, Effect.DENIES, Effect.PROSPECTIVE)
            if cue is not None and cue.cue.reach is not Reach.BACKWARD:
                negated = cue.cue.effect is not Effect.PROSPECTIVE
                if self.sentence.kind(j + 1) != "prep" or " " in cue.word.text or negated:
                    return (Status.NEGATED if negated else Status.PROSPECTIVE), self._says(
                        "it did not happen" if negated else "it has not happened yet", cue
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
            for cue in self._cues(chunk) if chunk.kind == "cue" else ():
                if cue.cue.effect is Effect.PROSPECTIVE and cue.cue.reach is Reach.EITHER:
                    return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
        after = self._failed_after(index)
        if after is not None:
            return after
        verb_after = self._verb_right(index)
        if (
            verb_after is not None
            and self.sentence.vg(verb_after).modal in _HYPOTHETICAL
            and not phrase.head_is(Noun.SIEGE)
        ):
            return Status.PROSPECTIVE, Reason(f"'{self.sentence.vg(verb_after).modal}': it has not happened yet")
        return None

    def _verb_right(self, index: int) -> int | None:
        for j in range(index + 1, len(self.sentence.chunks)):
            if (
                self.sentence.is_vg(j)
                and self.sentence.vg(j).finite
                and self.sentence.clause(j).opener in {"start", "and"}
            ):
                return j
            if self.sentence.kind(j) in {";", ":"}:
                return None
        return None

    def _failed_after(self, index: int) -> tuple[Status, Reason] | None:
        """The attempt … failed, was repelled, ended in failure."""
        j = index + 1
        while j < len(self.sentence.chunks):
            chunk = self.sentence.chunks[j]
            if chunk.kind in {";", ":", "comp"}:
                return None
            if chunk.kind == "rel" or chunk.kind == "sub":
                following = self.sentence.next_comma(j)
                if following is None:
                    return None
                j = following + 1
                continue
            if chunk.kind == "cue":
                for cue in self._cues(chunk):
                    if cue.cue.effect is Effect.NEGATED and cue.cue.reach is Reach.BACKWARD:
                        return Status.NEGATED, self._says("it did not happen", cue)
            if isinstance(chunk, VerbGroup):
                cue = self._backward(chunk)
                if cue is not None:
                    passive = chunk.passive or cue.word.text in {
                        "fail",
                        "stall",
                        "falter",
                        "collapse",
                        "prove unsuccessful",
                        "end in failure",
                        "come to nothing",
                        "fizzle out",
                    }
                    if passive:
                        return Status.NEGATED, self._says("it did not happen", cue)
                if self._phrase_after(j):
                    return self._phrase_after(j)
                if chunk.finite:
                    return None
            j += 1
        return None

    def _phrase_after(self, index: int) -> tuple[Status, Reason] | None:
        chunk = self.sentence.chunks[index + 1] if index + 1 < len(self.sentence.chunks) else None
        if chunk is not None and chunk.kind == "cue":
            for cue in self._cues(chunk):
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

    def _unreal_gerund(self, index: int, word: str, matrix: int | None, depth: int) -> tuple[Status, Reason] | None:
        if word in _GERUND_NEGATES:
            return Status.NEGATED, Reason(f"'{word}': it did not happen")
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
            cue = governor.effect(
                Effect.DENIES, Effect.PROSPECTIVE, Effect.NEGATED, Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS
            )
            if cue is None or cue.cue.reach is Reach.BACKWARD:
                return None
            if cue.cue.effect in {Effect.DENIES, Effect.NEGATED}:
                if governor.negation is not None:
                    return None
                return Status.NEGATED, self._says("denied", cue)
            if cue.cue.effect is Effect.PROSPECTIVE:
                return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
            if governor.negation is not None:
                return Status.NEGATED, Reason(f"'{governor.negation.norm} {cue.word.text}'")
        return None

    # --- times

    def times(self, candidate: Candidate) -> list[Time]:
        """When: the times of the candidate's own clause, else those of the clause that it depends on."""
        index = candidate.chunk
        if candidate.voice in {"noun", "adjective", "suffix", "state"} and not isinstance(
            self.sentence.chunks[index], VerbGroup
        ):
            return self._times_of_noun(index)
        seen: set[int] = set()
        current: int | None = index
        while current is not None and current not in seen and self.sentence.is_vg(current):
            seen.add(current)
            found = self._own_times(current, candidate.located.noun if current == index else None)
            if found:
                return found
            clause = self.sentence.clause(current)
            if clause.shares is not None:
                current = clause.shares
            elif clause.opener in {"participle", "gerund", "infinitive", "bare"}:
                current = clause.matrix if clause.matrix is not None and self.sentence.is_vg(clause.matrix) else None
            elif clause.opener == "sub" and clause.word in {"when", "as", "after", "while", "before"}:
                current = clause.matrix
            else:
                break
        for sibling in self._siblings(index):
            found = self._own_times(sibling, None)
            if found:
                return found
        return self._leading_times()

    def _leading_times(self) -> list[Time]:
        """March 2013: Rebels seize …"""
        if len(self.sentence.chunks) > 1 and self.sentence.kind(0) == "time" and self.sentence.kind(1) in {":", "-"}:
            return [self._times[id(self.sentence.chunks[0])]]
        return []

    def _siblings(self, index: int) -> list[int]:
        """Verb groups that share the subject of this one, to the right."""
        return [
            j
            for j in range(index + 1, len(self.sentence.chunks))
            if self.sentence.is_vg(j) and self.sentence.clause(j).shares == index
        ]

    def _own_times(self, index: int, noun: int | None) -> list[Time]:
        chunks = self.sentence.chunks
        right: list[tuple[int, Time]] = []
        j = index + 1
        while j < len(chunks):
            chunk = chunks[j]
            if chunk.kind == "time":
                right.append((j, self._times[id(chunk)]))
            elif chunk.kind in {"sub", "rel", "comp", ";", ":"} or isinstance(chunk, VerbGroup):
                break
            elif chunk.kind == "cc" and self._verb_follows(j):
                break
            elif (
                chunk.kind == "prep"
                and chunk.word in words.CLAUSE_PREPOSITIONS
                and self.sentence.is_np(j + 1)
                and self.sentence.is_subject_ahead(j + 1)
            ):
                break
            elif (
                chunk.kind in {",", "cc", "-"} and self.sentence.is_np(j + 1) and self.sentence.is_subject_ahead(j + 1)
            ):
                break
            j += 1
        left: list[tuple[int, Time]] = []
        clause = self.sentence.clause(index)
        j = index - 1
        while j > max(clause.at, -1):
            chunk = chunks[j]
            if chunk.kind == "time" and not (self.sentence.is_vg(j - 1) and self.sentence.reports(j - 1)):
                left.append((j, self._times[id(chunk)]))
            elif isinstance(chunk, VerbGroup) and chunk.finite:
                break
            j -= 1
        if clause.opener in {"start", "and"} and clause.at > 0 and self.sentence.kind(clause.at) == ",":
            for k in range(clause.at):
                if chunks[k].kind == "time" and not any(self.sentence.is_vg(m) for m in range(k, clause.at)):
                    left.append((k, self._times[id(chunks[k])]))
        if clause.at > 0 and clause.opener == "sub":
            at = clause.at - 1 - (self.sentence.kind(clause.at - 1) == "," and clause.word == "when")
            time = self._times[id(chunks[at])] if self.sentence.kind(at) == "time" else None
            if time is not None and time.latest is not None and clause.word in {"after", "before", "since", "when"}:
                left.append((at, replace(time, since=False)))
        if noun is not None and len(right) > 1:
            right.sort(key=lambda item: (item[0] < noun, item[0]))
        dated = [time for _, time in (*right, *left) if time.latest is not None]
        others = [time for _, time in (*right, *left) if time.latest is None and not time.duration]
        return dated or others

    def _verb_follows(self, index: int) -> bool:
        """Whether a verb, or a time and then a verb, comes after a conjunction."""
        j = index + 1
        while self.sentence.kind(j) in {",", "time", "adv", "cue"}:
            j += 1
        return self.sentence.is_vg(j) or self.sentence.kind(index + 1) == "time"

    def _times_of_noun(self, index: int) -> list[Time]:
        """Times beside the noun phrase: "the capture of X on Friday", "Friday's capture"; else of the verb it goes with."""
        chunks = self.sentence.chunks
        j = index + 1
        while j < len(chunks) and chunks[j].kind in {"prep", "np", "time", "adv", "state"}:
            if chunks[j].kind == "time":
                return [self._times[id(chunks[j])]]
            j += 1
        if (
            index > 1
            and self.sentence.governed(index) in {"after", "since", "before"}
            and chunks[index - 2].kind == "time"
        ):
            return [self._times[id(chunks[index - 2])]]
        if index and chunks[index - 1].kind == "time":
            return [self._times[id(chunks[index - 1])]]
        return []

    def _recent(self, time: Time) -> bool | None:
        """Whether a time lies in the window of news; None when it has no days."""
        if time.hour:
            return True
        if time.latest is None or self.setting.today is None:
            return None
        return time.latest >= self.setting.today - timedelta(days=self.setting.recency_days)

    def _is_fresh(self, times: list[Time]) -> bool:
        return any(self._recent(time) for time in times)

    # --- background

    def _past(self, candidate: Candidate, times: list[Time]) -> Reason | None:  # noqa: C901, PLR0911, PLR0912  the rules in their order
        dated = [time for time in times if self._recent(time) is not None and not time.since]
        if candidate.standing and candidate.voice in {"suffix", "adjective"}:
            return None
        if dated and not any(self._recent(time) for time in dated):
            if candidate.standing and any(time.since for time in times):
                return None
            return Reason(f"'{dated[0].words}': older than {self.setting.recency_days} days, so history")
        if dated:
            return None
        index = candidate.chunk
        chunk = self.sentence.chunks[index]
        if candidate.standing:
            past = (
                isinstance(chunk, VerbGroup)
                and bool(chunk.form & Form.PAST)
                and self._has_cue(index, Effect.BACKGROUND)
            )
            return Reason("told as of another time") if past else None
        if candidate.voice == "noun":
            return self._past_noun(candidate, index)
        if not isinstance(chunk, VerbGroup):
            return None
        if self._has_cue(index, Effect.FRESH):
            return None
        if self._has_cue(index, Effect.BACKGROUND):
            return Reason("told as of another time")
        clause = self.sentence.clause(index)
        base = clause
        if clause.shares is not None:
            base = self.sentence.clause(clause.shares)
        if base.opener == "sub" and base.word == "before":
            return Reason("'before', without a fresh date: history")
        if base.opener == "sub" and base.word == "since":
            return Reason("'since': a span that began with it, so history")
        if base.opener in {"rel", "contact"} and not self._in_relative_of_actor(base.word, candidate):
            return Reason(f"a relative clause ('{base.word or 'that'}') without a fresh date")
        if candidate.voice == "reduced" and candidate.frame is Frame.BESIEGES:
            return None
        if candidate.voice == "reduced" and not self.setting.in_title and not self.setting.in_lead:
            return Reason("a participle after its noun, without a fresh date")
        if candidate.voice == "reduced" and self.setting.in_lead and self._verb_elsewhere(index):
            return Reason("a participle after its noun, without a fresh date")
        told = any(
            self.sentence.is_vg(j) and j > index and self.sentence.reports(j) for j in range(len(self.sentence.chunks))
        )
        if self._pluperfect(index, chunk) and base.opener not in {"comp", "report"} and not told:
            return Reason("'had' without a fresh date: what came before the news")
        return None

    def _in_relative_of_actor(self, word: str, candidate: Candidate) -> bool:
        """Rebels, who took X on the way: only "which" and "that" make history by themselves."""
        del word, candidate
        return False

    def _verb_elsewhere(self, index: int) -> bool:
        return any(
            self.sentence.is_vg(j) and self.sentence.vg(j).finite
            for j in range(len(self.sentence.chunks))
            if j != index
        )

    def _pluperfect(self, index: int, group: VerbGroup) -> bool:
        if group.pluperfect:
            return True
        clause = self.sentence.clause(index)
        return (
            clause.shares is not None
            and not group.auxiliaries
            and bool(group.form & Form.PARTICIPLE)
            and self.sentence.vg(clause.shares).pluperfect
        )

    def _has_cue(self, index: int, effect: Effect) -> bool:
        """Whether the clause has an adverbial cue of that effect."""
        group = self.sentence.vg(index)
        if any(cue.cue.effect is effect for cue, _ in group.cues):
            return True
        clause = self.sentence.clause(index)
        j = index - 1
        while j > max(clause.at, -1):
            if self.sentence.kind(j) == "cue" and any(
                cue.cue.effect is effect for cue in self._cues(self.sentence.chunks[j])
            ):
                return True
            if self.sentence.is_vg(j):
                break
            j -= 1
        j = index + 1
        while j < len(self.sentence.chunks):
            kind = self.sentence.kind(j)
            if kind == "cue" and any(cue.cue.effect is effect for cue in self._cues(self.sentence.chunks[j])):
                return True
            if kind in {"vg", "sub", "rel", "comp", ";", ":"}:
                break
            j += 1
        return False

    def _past_noun(self, candidate: Candidate, index: int) -> Reason | None:
        """The fall of X: history, unless it is announced, or stands in the headline."""
        if candidate.event is Event.SIEGE and candidate.frame is Frame.BESIEGES:
            return self._past_siege(index)
        if self.setting.in_title:
            return None
        preposition = self.sentence.governed(index)
        verb = self._verb_left(index)
        if verb is not None and self.sentence.vg(verb).effect(Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS):
            return None
        if verb is not None and preposition == "to" and self.sentence.vg(verb).effect(Effect.FACTUAL):
            return None
        following = self._verb_right(index)
        if (
            not preposition
            and following is not None
            and self.sentence.vg(following).effect(Effect.FACTUAL, Effect.ONGOING, Effect.CONFIRMS, Effect.REPORTS)
        ):
            when = self._own_times(following, None)
            old = [time for time in when if self._recent(time) is False]
            return Reason(f"'{old[0].words}': history") if old else None
        noun_before = self._report_noun(index)
        if noun_before:
            return None
        return Reason(
            f"'{candidate.trigger.norm if candidate.trigger else 'it'}' as a noun{f' after {preposition!r}' if preposition else ''}: known already"
        )

    def _past_siege(self, index: int) -> Reason | None:
        preposition = self.sentence.governed(index)
        if preposition in {"during", "after", "since", "before"}:
            return Reason(f"'{preposition}' a siege: history")
        return None

    def _report_noun(self, index: int) -> bool:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "vg", "cue"}:
            j -= 1
        return self.sentence.is_np(j) and self.sentence.np(j).head_is(Noun.REPORT)

    def _verb_left(self, index: int) -> int | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue"}:
            j -= 1
        return j if self.sentence.is_vg(j) else None

    # --- standing

    def _standing(self, candidate: Candidate, times: list[Time]) -> Reason | None:  # noqa: PLR0911  the rules in their order
        if candidate.voice in {"suffix", "adjective"}:
            return self._reason(f"'{candidate.word.text}' tells a state", candidate)
        index = candidate.chunk
        chunk = self.sentence.chunks[index]
        if candidate.standing:
            verb = index if isinstance(chunk, VerbGroup) else self._verb_left(index)
            if verb is not None and self._changed_just_now(verb, times):
                return None
            if verb is None and candidate.voice == "state" and self._fresh_before(index):
                return None
            return self._reason(f"'{candidate.word.text}' tells a state", candidate)
        if candidate.voice == "noun" and candidate.frame is Frame.BESIEGES:
            if self._announced(index):
                return None
            return self._reason(f"'{candidate.word.text}' as a noun tells a state", candidate)
        if not isinstance(chunk, VerbGroup) or candidate.frame is not Frame.BESIEGES:
            return None
        if any(time.since and not (time.day is not None and self._recent(time)) for time in times) or self._has_cue(
            index, Effect.STILL
        ):
            return self._reason("it has been so for some time", candidate)
        present = chunk.auxiliaries[:1] and chunk.auxiliaries[0] in {"is", "are", "'re"}
        if (
            candidate.voice == "passive"
            and present
            and "been" not in chunk.auxiliaries
            and not self._has_cue(index, Effect.FRESH)
            and not self._is_fresh(times)
        ):
            return self._reason("the present of a state", candidate)
        if candidate.voice == "reduced" and not self.setting.in_title and not self._is_fresh(times):
            return self._reason("a participle that tells a state", candidate)
        if chunk.progressive:
            return self._reason("it goes on", candidate)
        return None

    def _fresh_before(self, index: int) -> bool:
        """A headline's "X back in rebel hands"."""
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "cue"}:
            if any(cue.cue.effect is Effect.FRESH for cue in self._cues(self.sentence.chunks[j])):
                return True
            j -= 1
        return False

    def _changed_just_now(self, verb: int, times: list[Time]) -> bool:
        group = self.sentence.vg(verb)
        if (
            self._has_cue(verb, Effect.STILL)
            or (group.effect(Effect.STILL) is not None)
            or (group.main and group.main.norm in {"remain", "remains", "remained", "stay", "stays", "stayed"})
        ):
            return False
        if any(time.since for time in times):
            return False
        return self._has_cue(verb, Effect.FRESH)

    def _announced(self, index: int) -> bool:
        verb = self._verb_left(index)
        return (
            verb is not None
            and self.sentence.vg(verb).effect(Effect.REPORTS) is not None
            and not self.sentence.governed(index)
        )

    def _ongoing(self, candidate: Candidate) -> bool:
        """Is withdrawing, began to withdraw: partial."""
        index = candidate.chunk
        chunk = self.sentence.chunks[index]
        if not isinstance(chunk, VerbGroup):
            return False
        if chunk.progressive:
            return True
        clause = self.sentence.clause(index)
        return (
            clause.matrix is not None
            and self.sentence.is_vg(clause.matrix)
            and self.sentence.vg(clause.matrix).effect(Effect.ONGOING) is not None
        )


__all__ = ["Position", "Setting", "Statuses", "Verdict"]
