"""Is it news? The first rule that applies decides the status, and says why. Pure.

Order: negated, prospective (``reality``), background, standing; what is left is told as a fact (``claims``).
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from watcher.detect.arabic import words
from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.arabic.dating import Dating
from watcher.detect.arabic.forms import Form
from watcher.detect.arabic.reality import Reality
from watcher.detect.arabic.sentence import SAYING, Sentence
from watcher.detect.calendar import Setting, Time
from watcher.detect.candidates import Candidate, Verdict
from watcher.detect.vocabulary import Effect, Frame, Noun
from watcher.model import Reason, Status


class Statuses:
    """Judges the candidates of one sentence."""

    def __init__(self, sentence: Sentence, setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting
        self.reality = Reality(sentence, setting)
        self.dating = Dating(sentence, setting)

    def judge(self, candidate: Candidate) -> Verdict:
        index = candidate.chunk
        times = self.dating.times(candidate)
        day = next((time.day for time in times if time.day is not None), None)
        unreal = self.reality.unreal(candidate, index)
        if unreal is not None:
            return Verdict(unreal[0], unreal[1], day)
        past = self._past(candidate, index, times)
        if past is not None:
            return Verdict(Status.BACKGROUND, past, day, dated_back=self._dated_back(candidate, times))
        standing = self._standing(candidate, index, times)
        if standing is not None:
            return Verdict(Status.STANDING, standing)
        if candidate.entry:
            return Verdict(Status.PROSPECTIVE, self._reason("an entry under fighting is not yet a capture", candidate))
        fresh = self.dating.is_fresh(times)
        return Verdict(
            Status.ASSERTED, self._reason("told as a recent fact", candidate), day, fresh, self._ongoing(index)
        )

    def _reason(self, text: str, candidate: Candidate) -> Reason:
        return Reason(text, candidate.word.origin)

    # --- background

    def _past(self, candidate: Candidate, index: int, times: list[Time]) -> Reason | None:
        if candidate.voice == "noun" and self._is_remembered(index):
            return Reason("told as of another time")
        dated = [time for time in times if self.dating.recent(time) is not None and not time.since]
        if candidate.standing and candidate.voice == "adjective":
            return None
        if dated and not any(self.dating.recent(time) for time in dated):
            return Reason(f"'{dated[0].words}': older than {self.setting.recency_days} days, so history")
        if dated:
            return None
        if self._has_cue(index, Effect.FRESH):
            return None
        if self._has_cue(index, Effect.BACKGROUND):
            return Reason("told as of another time")
        chunk = self.sentence.chunks[index]
        if candidate.standing:
            be = self.sentence.be_before(index)
            if be is not None and self.sentence.word(be) in words.WAS:
                return Reason(f"'{self.sentence.word(be)}': a state of another time")
            return self._goes_on(index) if candidate.voice != "state" else None
        if chunk.kind == "event":
            return self._past_noun(candidate, index)
        opener = self.sentence.opener(index)
        kind, word = self.sentence.kind(opener), self.sentence.word(opener)
        if kind == "cc" and (before := self._verb_before(opener)) is not None:
            was = self.sentence.be_before(before)
            if was is not None and self.sentence.word(was) in words.WAS:
                return Reason(f"it goes on from '{self.sentence.word(was)}': what came before the news")
        be = self.sentence.be_before(index)
        if be is not None and self.sentence.word(be) in words.WAS and kind != "that":
            return Reason(
                f"'{self.sentence.word(be)}' before the verb, without a fresh date: what came before the news"
            )
        if kind == "sub" and word.startswith("منذ"):
            return Reason("'منذ أن': a span that began with it, so history")
        lasts = candidate.frame is Frame.BESIEGES and any(time.since for time in times)
        if kind == "rel" and not lasts and not (chunk.form & Form.IMPERFECT and candidate.frame is Frame.BESIEGES):
            return Reason(f"a relative clause ('{word}') without a fresh date")
        return self._goes_on(index)

    def _is_remembered(self, index: int) -> bool:
        """بالذكرى السادسة لاستعادة المدينة: whatever day it is, it was another time."""
        near = self.sentence.chunks[max(0, index - 4) : index]
        return any(cue.cue.effect is Effect.BACKGROUND for chunk in near for cue in chunk.cues)

    def _verb_before(self, index: int) -> int | None:
        """The verb of the clause before, in a row of them."""
        for j in range(index - 1, -1, -1):
            if self.sentence.kind(j) == "verb":
                return j
            if self.sentence.kind(j) in {";", ":", "sub", "rel", "that"}:
                return None
        return None

    def _goes_on(self, index: int) -> Reason | None:
        """Whether a verb goes on with the history of its paragraph."""
        if not self.setting.history or self._has_cue(index, Effect.FRESH):
            return None
        return Reason(f"it goes on from '{self.setting.history}': history")

    def _dated_back(self, candidate: Candidate, times: list[Time]) -> str:
        """The old date of a main clause: the sentences after it go on from there."""
        if self.setting.in_title or self.sentence.kind(candidate.chunk) != "verb":
            return ""
        if self.sentence.kind(self.sentence.opener(candidate.chunk)) in {"rel", "sub", "that"}:
            return ""
        old = [time.words for time in times if self.dating.recent(time) is False and not time.since]
        return old[0] if old else ""

    def _past_noun(self, candidate: Candidate, index: int) -> Reason | None:
        """سقوط البلدة: history, unless it is reported, done ("تم"), or heads the sentence as headlines do."""
        preposition = self.sentence.governed(index)
        if preposition in {"من", "علي"} and self.sentence.kind(index - 2) == "time":
            preposition = self.sentence.word(index - 2).partition(" ")[0]  # بعد أيام من خسارتها
        if preposition in words.SINCE:
            return Reason("'منذ': a span that began with it, so history")
        if self._is_siege_noun(candidate, index):
            return Reason(f"'{preposition}' a siege: history") if preposition in words.AFTER | words.BEFORE else None
        if self.setting.in_title:
            return None
        if preposition in words.BEFORE:
            return Reason("'قبل', without a fresh date: history")
        if preposition in words.AFTER:
            return self._goes_on(index)
        if preposition == "ب" and not self._governor(index):
            return self._goes_on(index)
        if self._governor(index) or self._heads_sentence(index):
            return self._goes_on(index)
        return Reason(f"'{candidate.word.text}' as a noun: known already")

    def _is_siege_noun(self, candidate: Candidate, index: int) -> bool:
        """حصار is a state; تطويق and إحكام الطوق are done by somebody."""
        return candidate.frame is Frame.BESIEGES and self.sentence.chunks[index].head_is(Noun.SIEGE)

    def _governor(self, index: int) -> bool:
        """Whether a verb or noun of saying, managing or doing governs it."""
        j = index - 1
        wanted = {Effect.FACTUAL, Effect.ONGOING, *SAYING}
        while j >= 0:
            chunk = self.sentence.chunks[j]
            if any(cue.cue.effect in wanted or cue.cue.effect is Effect.HEDGED for cue in chunk.cues):
                return True
            if chunk.has(Noun.REPORT):
                return True
            if chunk.kind == "verb":
                return False
            if chunk.kind == "event" and self.sentence.kind(j + 1) in {"cc", "np", "prep"}:
                return self._governor(j) or self._heads_sentence(j)
            if chunk.kind in {";", ":", "rel", "sub"}:
                return False
            j -= 1
        return False

    def _heads_sentence(self, index: int) -> bool:
        """A sentence without a verb of its own, as monitors write: "سيطرة القوات على القرية بعد اشتباكات"."""
        for j in range(index - 1, -1, -1):
            if self.sentence.kind(j) in {"verb", "be", "become", "that", "rel"}:
                return False
        following = self.sentence.end(index)
        return self.sentence.kind(following) != "verb" or self.sentence.kind(following - 1) in {"sub", "rel"}

    def _has_cue(self, index: int, effect: Effect) -> bool:
        """Whether the clause of a verb, or the part of it that a noun governs, has a cue of that effect."""
        start, end = self.sentence.clause_start(index), self.sentence.end(index)
        if self.sentence.kind(start - 1) == "be":
            start = self.sentence.clause_start(start - 1)
        for j in range(start, end):
            if any(cue.cue.effect is effect for cue in self.sentence.chunks[j].cues):
                return True
        before = self.sentence.chunks[start - 1] if start else None
        return before is not None and before.kind == "verb" and before.effect(effect) is not None

    # --- standing

    def _standing(self, candidate: Candidate, index: int, times: list[Time]) -> Reason | None:
        became = self._became(index)
        if self.setting.in_title and candidate.standing and self._heads_title(candidate):
            return None
        if candidate.voice == "adjective":
            return None if became else self._reason(f"'{candidate.word.text}' tells a state", candidate)
        if candidate.standing:
            if became or (self._has_cue(index, Effect.FRESH) and not any(time.since for time in times)):
                return None
            return self._reason(f"'{candidate.word.text}' tells a state", candidate)
        if candidate.frame is not Frame.BESIEGES:
            return None
        if self.setting.in_title and not any(time.since for time in times):
            return None
        chunk = self.sentence.chunks[index]
        if chunk.kind == "event":
            if not self._is_siege_noun(candidate, index):
                return None
            if self._governor(index) and not self.sentence.governed(index):
                return None
            return self._reason(f"'{candidate.word.text}' as a noun tells a state", candidate)
        if any(time.since for time in times) or self._has_cue(index, Effect.STILL):
            return self._reason("it has been so for some time", candidate)
        imperfect = chunk.form & Form.IMPERFECT and not chunk.form & Form.PERFECT
        if imperfect and not self.dating.is_fresh(times) and not self._has_cue(index, Effect.FRESH):
            return self._reason("it goes on", candidate)
        return None

    def _heads_title(self, candidate: Candidate) -> bool:
        """A headline of a place and a state: "الرقة محاصرة", "تل أبيض بيد الوحدات" is news."""
        place, index = candidate.located.noun, candidate.chunk
        trigger = candidate.trigger
        if place > index or self.sentence.governed(place) or self._has_cue(index, Effect.STILL):
            return False
        if candidate.voice == "adjective" and (trigger is None or trigger.norm.startswith(ARTICLE)):
            return False
        return not any(self.sentence.kind(j) in {"verb", "rel", "event"} for j in range(index))

    def _became(self, index: int) -> bool:
        """باتت تحت سيطرة, أصبحت محاصرة: a change."""
        j = index - 1
        while j >= 0 and self.sentence.kind(j) not in {"verb", ";", ":", "sub", "rel"}:
            if self.sentence.kind(j) == "become":
                return True
            j -= 1
        return False

    def _ongoing(self, index: int) -> bool:
        """بدأت الانسحاب, تنسحب: partial."""
        chunk = self.sentence.chunks[index]
        if chunk.kind == "verb":
            imperfect = bool(chunk.form & Form.IMPERFECT) and not chunk.form & Form.PERFECT
            leaves = any(event.group.frame is Frame.LEAVES for event in chunk.events)
            if imperfect and leaves and not self.setting.in_title:
                return True
        if chunk.kind == "event" and self.sentence.governed(index) in words.AFTER | {"من"}:
            return False
        for j in range(index - 1, -1, -1):
            other = self.sentence.chunks[j]
            if other.kind in {"cue", "np"} and other.effect(Effect.ONGOING) is not None:
                return True
            if other.kind == "verb":
                return other.effect(Effect.ONGOING) is not None
            if other.kind in {";", ":", "sub", "rel", "event"}:
                return False
        return False
