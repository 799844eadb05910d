"""Is it news? The first rule that applies decides the status, and says why. Pure.

Order: negated, prospective (``reality``), background, standing; what is left is told as a fact (``sources``).
"""

# ruff: noqa: PLR0912, C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.calendar import Setting, Time
from watcher.detect.candidates import Candidate, Verdict
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.dating import Dating
from watcher.detect.english.forms import Form
from watcher.detect.english.reality import Reality
from watcher.detect.english.units import Chunk, VerbGroup
from watcher.detect.vocabulary import Effect, Frame, Noun
from watcher.model import Event, Reason, Status

_LOOKS_BACK: Final = frozenset(
    ("how", "why", "timeline", "explainer", "explained", "factbox", "profile", "obituary", "review")
)
_FULL: Final = frozenset(("full", "complete", "total"))
_COMPLETES: Final = frozenset(("complete", "completes", "completed", "finish", "finishes", "finished"))
_WHOLE: Final = frozenset(("complete", "completed", "total"))
_TIME_NOUNS: Final = frozenset(("day", "night", "morning", "evening", "week", "month", "year", "date"))


class Statuses:
    """Judges the candidates of one sentence."""

    def __init__(self, sentence: Sentence, times: list[tuple[Chunk, Time]], setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting
        self.reality = Reality(sentence, setting)
        self.dating = Dating(sentence, times, setting)

    def judge(self, candidate: Candidate) -> Verdict:
        if candidate.denied:
            return Verdict(Status.NEGATED, self._reason("'not' before the place: it did not happen", candidate))
        times = self.dating.times(candidate)
        day = next((time.day for time in times if time.day is not None), None)
        unreal = self.reality.unreal(candidate)
        if unreal is not None:
            return Verdict(unreal[0], unreal[1], day)
        past = self._past(candidate, times)
        if past is not None:
            return Verdict(Status.BACKGROUND, past, day, dated_back=self._dated_back(candidate, times))
        standing = self._standing(candidate, times)
        if standing is not None:
            return Verdict(Status.STANDING, standing)
        if candidate.entry:
            return Verdict(Status.PROSPECTIVE, self._reason("an entry under fighting is not yet a capture", candidate))
        return Verdict(
            Status.ASSERTED,
            self._reason("told as a recent fact", candidate),
            day,
            self.dating.is_fresh(times),
            self._ongoing(candidate),
        )

    def _reason(self, text: str, candidate: Candidate) -> Reason:
        return Reason(text, candidate.word.origin)

    def _past(self, candidate: Candidate, times: list[Time]) -> Reason | None:
        dated = [time for time in times if self.dating.recent(time) is not None and not time.since]
        if candidate.standing and candidate.voice in {"suffix", "adjective"}:
            return None
        before = self.sentence.chunks[candidate.chunk - 1] if candidate.chunk else None
        if candidate.voice == "noun" and before is not None and before.kind == "cue":
            recalled = any(cue.cue.effect is Effect.BACKGROUND for cue in self.reality.cues(before))
            if recalled and before.word.endswith(" of"):
                return Reason(f"'{before.word}': remembered, not new")  # the anniversary of the capture
        if self._on_the_day(candidate):
            return Reason("the day on which it happened, told for something else")
        if dated and not any(self.dating.recent(time) for time in dated):
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
        if self._has_cue(index, Effect.BACKGROUND) and not any(
            time.since and self.dating.recent(time) for time in times
        ):
            return Reason("told as of another time")  # but: twice since Tuesday
        clause = self.sentence.clause(index)
        base = clause
        if clause.shares is not None:
            base = self.sentence.clause(clause.shares)
        if base.opener == "sub" and self._is_one_life(base.matrix):
            return Reason(f"'{base.word}' in one person's story, without a fresh date")
        if self.setting.in_title and self._is_feature(index):
            return Reason("the headline of a story that looks back")
        if base.opener == "sub" and base.word in {"how", "why"}:
            return Reason(f"'{base.word}': retold")
        if base.opener == "sub" and base.word == "before":
            return Reason("'before', without a fresh date: history")
        if base.opener == "sub" and base.word == "since":
            return Reason("'since': a span that began with it, so history")
        lasts = candidate.frame is Frame.BESIEGES and any(time.since for time in times)  # "have besieged since July"
        perfect = chunk.auxiliaries[:1] in (["have"], ["has"])
        goes_on = candidate.frame is Frame.BESIEGES and chunk.progressive
        if base.opener in {"rel", "contact"} and not ((lasts or base.word == "where") and perfect) and not goes_on:
            return Reason(f"a relative clause ('{base.word or 'that'}') without a fresh date")
        if candidate.voice == "reduced" and (candidate.frame is Frame.BESIEGES or base.opener == "report"):
            return None  # declared X liberated
        if candidate.voice == "reduced" and not self.setting.in_title and not self.setting.in_lead:
            return Reason("a participle after its noun, without a fresh date")
        if candidate.voice == "reduced" and self.setting.in_lead and self._verb_elsewhere(index):
            return Reason("a participle after its noun, without a fresh date")
        told = self._is_ascribed() or any(
            self.sentence.is_vg(j) and j > index and self.sentence.reports(j) for j in range(len(self.sentence.chunks))
        )
        if self._goes_on(index, chunk):
            return Reason(f"it goes on from '{self.setting.history}': history")
        if self._pluperfect(index, chunk) and base.opener not in {"comp", "report"} and not told:
            return Reason("'had' without a fresh date: what came before the news")
        return None

    def _is_ascribed(self) -> bool:
        """According to A, …; A spokesman: …"""
        return self.sentence.kind(1) == ":" or any(chunk.word == "according to" for chunk in self.sentence.chunks)

    def _on_the_day(self, candidate: Candidate) -> bool:
        """The day the rebels took X; the night when …"""
        if not isinstance(self.sentence.chunks[candidate.chunk], VerbGroup):
            return False
        clause = self.sentence.clause(candidate.chunk)
        if clause.subject is None or clause.opener == "infinitive":
            return False
        index = clause.subject - 1
        if self.sentence.kind(index) in {"sub", "rel", "comp"}:
            index -= 1
        if index < 0 or not self.sentence.is_np(index):
            return False
        phrase = self.sentence.np(index)
        return phrase.determiner == "the" and phrase.head.norm in _TIME_NOUNS

    def _is_one_life(self, matrix: int | None) -> bool:
        """He left when they took the town: told of one person or family, not of the town."""
        subject = self.sentence.clause(matrix).subject if matrix is not None and self.sentence.is_vg(matrix) else None
        if subject is None:
            return False
        phrase = self.sentence.np(subject)
        if phrase.head.norm in {"he", "she", "i"}:
            return True
        return phrase.head_is(Noun.PEOPLE) and not phrase.plural and phrase.head.norm != "people"

    def _is_feature(self, index: int) -> bool:
        """How Raqqa fell; Timeline: …"""
        return any(unit.norm in _LOOKS_BACK for chunk in self.sentence.chunks[:index] for unit in chunk.units)

    def _dated_back(self, candidate: Candidate, times: list[Time]) -> str:
        """The old date of a main clause in the past."""
        chunk = self.sentence.chunks[candidate.chunk]
        if not isinstance(chunk, VerbGroup) or self.sentence.clause(candidate.chunk).opener not in {"start", "and"}:
            return ""
        old = [time.words for time in times if self.dating.recent(time) is False and not time.since]
        return old[0] if old and not self.setting.in_title else ""

    def _goes_on(self, index: int, group: VerbGroup) -> bool:
        """Whether the simple past, or the present of a chronicle, goes on with the history of the paragraph."""
        if not self.setting.history or self._has_cue(index, Effect.FRESH):
            return False
        first = group.auxiliaries[0] if group.auxiliaries else ""
        return first in {"was", "were", "did", "had"} or (not first and bool(group.form & (Form.PAST | Form.THIRD)))

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
        fronted = clause.opener in {"start", "and"} and clause.at > 0 and self.sentence.kind(clause.at) == ","
        fronted = fronted and not any(self.sentence.is_vg(k) for k in range(clause.at))  # "In the novel, …"
        while j > (-1 if fronted else max(clause.at, -1)):
            if self.sentence.kind(j) == "cue" and any(
                cue.cue.effect is effect for cue in self.reality.cues(self.sentence.chunks[j])
            ):
                return True
            if self.sentence.is_vg(j):
                break
            j -= 1
        j = index + 1
        while j < len(self.sentence.chunks):
            kind = self.sentence.kind(j)
            if kind == "cue" and any(cue.cue.effect is effect for cue in self.reality.cues(self.sentence.chunks[j])):
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
        verb = self.reality.verb_left(index)
        told = verb is not None and self.sentence.vg(verb).effect(Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS)
        if told and not self.sentence.is_subject_ahead(index):
            return None  # announced the capture of X; but not: said the capture of X gave them hope
        if verb is not None and preposition == "to" and self.sentence.vg(verb).effect(Effect.FACTUAL):
            return None
        if not preposition and verb is not None and self.sentence.vg(verb).word in _COMPLETES:
            return None  # completed the capture of X
        following = self.reality.verb_right(index)
        if (
            not preposition
            and following is not None
            and self.sentence.vg(following).effect(Effect.FACTUAL, Effect.ONGOING, Effect.CONFIRMS, Effect.REPORTS)
        ):
            when = self.dating.own_times(following, None)
            old = [time for time in when if self.dating.recent(time) is False]
            return Reason(f"'{old[0].words}': history") if old else None
        noun_before = self._report_noun(index)
        if noun_before:
            return None
        after = f" after '{preposition}'" if preposition else ""
        return Reason(f"'{candidate.word.text}' as a noun{after}: known already")

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

    def _standing(self, candidate: Candidate, times: list[Time]) -> Reason | None:
        if candidate.voice in {"suffix", "adjective"}:
            return self._reason(f"'{candidate.word.text}' tells a state", candidate)
        index = candidate.chunk
        chunk = self.sentence.chunks[index]
        if candidate.standing:
            verb = index if isinstance(chunk, VerbGroup) else self.reality.verb_left(index)
            if verb is not None and self._changed_just_now(verb, times):
                return None
            if verb is None and candidate.voice == "state" and self._fresh_before(index):
                return None
            news = self.setting.in_title or self.setting.in_lead
            if news and candidate.voice == "state" and self._in_full(index) and not any(time.since for time in times):
                return None
            return self._reason(f"'{candidate.word.text}' tells a state", candidate)
        if candidate.voice == "noun" and candidate.frame is Frame.BESIEGES:
            if self._announced(index) or self._completed(index):
                return None
            return self._reason(f"'{candidate.word.text}' as a noun tells a state", candidate)
        if not isinstance(chunk, VerbGroup) or candidate.frame not in {Frame.BESIEGES, Frame.CUTS}:
            return None
        if any(
            time.since and not (time.day is not None and self.dating.recent(time)) for time in times
        ) or self._has_cue(index, Effect.STILL):
            return self._reason("it has been so for some time", candidate)
        if candidate.frame is Frame.CUTS:
            return None
        present = chunk.auxiliaries[:1] and chunk.auxiliaries[0] in {"is", "are", "'re"}
        if (
            candidate.voice == "passive"
            and present
            and "been" not in chunk.auxiliaries
            and not self._has_cue(index, Effect.FRESH)
            and not self.dating.is_fresh(times)
        ):
            return self._reason("the present of a state", candidate)
        if candidate.voice == "reduced" and not self.setting.in_title and not self.dating.is_fresh(times):
            return self._reason("a participle that tells a state", candidate)
        if chunk.progressive:
            return self._reason("it goes on", candidate)
        return None

    def _in_full(self, index: int) -> bool:
        """A headline's or a lead's "in full control of X": nothing that was so for long."""
        return any(unit in _FULL for one in self.sentence.chunks[index].units for unit in one.norm.split())

    def _fresh_before(self, index: int) -> bool:
        """A headline's "X back in rebel hands"."""
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "cue"}:
            if any(cue.cue.effect is Effect.FRESH for cue in self.reality.cues(self.sentence.chunks[j])):
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
        if any(time.since for time in times):  # under siege since Sunday; not: since July
            return any(time.since and time.day is not None and self.dating.recent(time) for time in times)
        by_then = [time for time in self.dating.own_times(verb, None) if time.words.startswith(("by ", "as of "))]
        return self._has_cue(verb, Effect.FRESH) or self.dating.is_fresh(by_then)  # by dawn it was in their hands

    def _completed(self, index: int) -> bool:
        """The encirclement of X is complete, has begun, began on Tuesday."""
        verb = self.reality.verb_right(index)
        if verb is None or self.sentence.governed(index):
            return False
        group = self.sentence.vg(verb)
        if group.effect(Effect.ONGOING) is not None and not self.dating.own_times(verb, None):
            return group.perfect
        if group.effect(Effect.ONGOING) is not None:
            return self.dating.is_fresh(self.dating.own_times(verb, None))
        following = self.sentence.chunks[verb + 1].units[-1].norm if verb + 1 < len(self.sentence.chunks) else ""
        return group.main is not None and group.main.norm in words.BE and following in _WHOLE

    def _announced(self, index: int) -> bool:
        verb = self.reality.verb_left(index)
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
