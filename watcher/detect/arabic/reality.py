"""Did it happen? Negation, attempts, plans, conditions: what governs an event, and how far it reaches. Pure.

The first two rules of the status: negated and prospective. What passes has happened, as far as the sentence tells.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.forms import Form, place_preposition
from watcher.detect.arabic.sentence import SAYING, Sentence
from watcher.detect.calendar import Setting
from watcher.detect.candidates import Candidate
from watcher.detect.lexicon import CueReading
from watcher.detect.vocabulary import Effect, Noun, Reach
from watcher.model import Reason, Status

Unreal = tuple[Status, Reason]
_MOST_STEPS: Final = 6


class Reality:
    """Answers for one sentence."""

    def __init__(self, sentence: Sentence, setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting

    def unreal(self, candidate: Candidate, index: int) -> Unreal | None:
        """Negated or prospective, and why; None when nothing says so. ``index`` is the candidate's chunk."""
        if self.setting.question:
            return Status.PROSPECTIVE, Reason("a question")
        if candidate.voice == "adjective":
            return None
        found = self._unreal(index, 0)
        return found or self._failed_behind(index, candidate) or self._denied_report(index)

    def _denied_report(self, index: int) -> Unreal | None:
        """أنباء عن انسحاب … إلا أن لا صحة لهذه الأخبار; لا صحة لما يقال عن."""
        for chunk in self.sentence.chunks[:index]:
            denial = chunk.effect(Effect.DENIES) if chunk.kind == "cue" else None
            if denial is not None and self.sentence.kind(index) == "event":
                return Status.NEGATED, self._says("denied", denial)
        for j in range(index - 1, -1, -1):
            chunk = self.sentence.chunks[j]
            if chunk.kind == "np" and chunk.head_is(Noun.REPORT):
                for later in self.sentence.chunks[index + 1 :]:
                    denial = later.effect(Effect.DENIES)
                    if denial is not None and denial.form is None:
                        return Status.NEGATED, self._says("denied", denial)
                return None
            if chunk.kind in {"that", "rel", "sub", ";"}:
                return None
        return None

    def _says(self, text: str, cue: CueReading) -> Reason:
        return Reason(f"'{cue.word.text}': {text}", cue.word.origin)

    def _of_cue(self, cue: CueReading) -> Unreal | None:
        if cue.cue.effect is Effect.NEGATED:
            return Status.NEGATED, self._says("it did not happen", cue)
        if cue.cue.effect is Effect.DENIES:
            return Status.NEGATED, self._says("denied", cue)
        if cue.cue.effect is Effect.PROSPECTIVE:
            return Status.PROSPECTIVE, self._says("it has not happened yet", cue)
        return None

    def _unreal(self, index: int, depth: int) -> Unreal | None:
        if depth > _MOST_STEPS or index < 0:
            return None
        chunk = self.sentence.chunks[index]
        if chunk.kind == "verb":
            return self._unreal_verb(index, chunk, depth)
        if chunk.kind == "state":
            return self._unreal_state(index, depth)
        return self._unreal_noun(index, depth)

    # --- verbs

    def _unreal_verb(self, index: int, chunk: Chunk, depth: int) -> Unreal | None:
        own = self._own(chunk)
        if own is not None:
            return own
        near = self._cue_in_clause(index)
        if near is not None:
            return near
        at = self.sentence.opener(index)
        kind, word = self.sentence.kind(at), self.sentence.word(at)
        if kind == "sub" and word in words.HYPOTHETICAL:
            return Status.PROSPECTIVE, Reason(f"'{word}': a condition or an aim")
        if kind == "sub" and word == "قبل ان":
            return self._main_is_ahead(at, depth)
        if kind == "that":
            return self._behind_that(at, index, depth)
        if kind == "cc" and chunk.form & Form.IMPERFECT and not chunk.form & Form.PERFECT:
            before = self._verb_before(at)
            if before is not None and self.sentence.word(self.sentence.opener(before)) in words.THAT_ALONE:
                return self._unreal(before, depth + 1)
        if kind != "cc" and chunk.form & Form.IMPERFECT and not chunk.form & Form.PERFECT:
            before = self._verb_before(index)
            if before is not None and kind in {"", "verb"} and before >= self.sentence.clause_start(index) - 1:
                cue = self._governing_cue(self.sentence.chunks[before])
                if cue is not None:
                    return self._under(before, cue, depth)
        preposition = self.sentence.word(index - 1) if self.sentence.kind(index - 1) == "prep" else ""
        if preposition == "حتي" or (preposition == "ل" and chunk.form & Form.IMPERFECT):
            before = self._verb_before(index - 1)
            if before is not None:
                cue = self._governing_cue(self.sentence.chunks[before])
                above = self._under(before, cue, depth) if cue is not None else self._unreal(before, depth + 1)
                if above is not None:
                    return above
            if preposition == "حتي" and chunk.form & Form.IMPERFECT and not chunk.form & Form.PERFECT:
                return Status.PROSPECTIVE, Reason("'حتى': until it happens")
        return None

    def _own(self, chunk: Chunk) -> Unreal | None:
        """What the verb says of itself: not, will, may."""
        if chunk.negation is not None:
            if chunk.negation.norm == "لن":
                return Status.PROSPECTIVE, Reason("'لن': told of the future")
            return Status.NEGATED, Reason(f"'{chunk.negation.norm}' before the verb: it did not happen")
        if chunk.form & Form.FUTURE and not chunk.form & Form.PERFECT:
            return Status.PROSPECTIVE, Reason("told of the future")
        if chunk.may and chunk.form & Form.IMPERFECT and not chunk.form & Form.PERFECT:
            return Status.PROSPECTIVE, Reason("'قد' before the imperfect: it may happen")
        return None

    def _cue_in_clause(self, index: int) -> Unreal | None:
        """على وشك, من المتوقع, دون: a phrase before the verb in its clause."""
        start = self.sentence.clause_start(index)
        for j in range(index - 1, start - 1, -1):
            chunk = self.sentence.chunks[j]
            if chunk.kind == "cue":
                for cue in chunk.cues:
                    found = self._of_cue(cue)
                    if found is not None and cue.cue.reach is not Reach.BACKWARD:
                        return found
        return None

    def _verb_before(self, index: int) -> int | None:
        for j in range(index - 1, -1, -1):
            if self.sentence.kind(j) == "verb":
                return j
            if self.sentence.kind(j) in {";", ":", "."}:
                return None
        return None

    def _main_is_ahead(self, at: int, depth: int) -> Unreal | None:
        before = self._verb_before(at)
        return self._unreal(before, depth + 1) if before is not None else None

    def _behind_that(self, at: int, index: int, depth: int) -> Unreal | None:
        """تحاول أن تسيطر, قالت إنها سيطرت, نفت أن تكون سيطرت."""
        del index
        j = self.sentence.skip_left(at - 1)
        while j >= 0:
            chunk = self.sentence.chunks[j]
            if chunk.kind == "verb" and self.sentence.word(j - 1) == "ما":
                j -= 2  # وفق ما تسرب منه
                continue
            if chunk.kind == "verb":
                cue = self._governing_cue(chunk)
                if cue is not None:
                    return self._under(j, cue, depth)
                return self._unreal(j, depth + 1)
            if chunk.kind in {"np", "cue", "event"} and chunk.cues:
                for cue in chunk.cues:
                    if cue.cue.effect in SAYING:
                        return None
                    found = self._of_cue(cue)
                    if found is not None and cue.cue.reach is not Reach.BACKWARD:
                        return found
                    if cue.cue.effect is Effect.FACTUAL:
                        return self._unreal_noun(j, depth + 1)
            if chunk.kind in {";", ":", "sub", "rel"}:
                return None
            if chunk.kind == "that":
                return self._behind_that(j, j, depth + 1)
            j -= 1
        return None

    def _governing_cue(self, chunk: Chunk) -> CueReading | None:
        order = (Effect.FACTUAL, Effect.DENIES, Effect.NEGATED, Effect.PROSPECTIVE, Effect.ONGOING, *SAYING)
        found = [cue for effect in order for cue in chunk.cues if cue.cue.effect is effect]
        return next((cue for cue in found if cue.cue.reach is not Reach.BACKWARD), None)

    def _under(self, verb: int, cue: CueReading, depth: int) -> Unreal | None:
        """What a governing verb makes of the event: its own cue, and what governs it in turn."""
        chunk = self.sentence.chunks[verb]
        effect = cue.cue.effect
        if effect in {Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS}:
            own = self._own(chunk)
            return own if own is not None and own[0] is Status.NEGATED else None
        if effect is Effect.DENIES:
            return None if chunk.negation is not None else self._of_cue(cue)
        if effect in {Effect.FACTUAL, Effect.ONGOING}:
            return self._unreal_verb(verb, chunk, depth + 1)
        if effect is Effect.NEGATED:
            if chunk.negation is not None:
                return None
            own = self._own(chunk)
            if own is None and self.sentence.governed(verb) in words.AIMS:
                return Status.PROSPECTIVE, self._says("feared, and to be prevented", cue)
            return own if own is not None else self._of_cue(cue)
        above = self._unreal_verb(verb, chunk, depth + 1)
        return (
            above if above is not None and above[0] is Status.NEGATED and chunk.negation is None else self._of_cue(cue)
        )

    # --- states

    def _unreal_state(self, index: int, depth: int) -> Unreal | None:
        verb = self._verb_before(index)
        start = self.sentence.clause_start(index)
        denied = next((j for j in range(start, index) if self.sentence.kind(j) == "neg"), None)
        if denied is not None:
            return Status.NEGATED, Reason(f"'{self.sentence.word(denied)}': it is not so")
        if verb is not None and verb >= start - 1:
            chunk = self.sentence.chunks[verb]
            own = self._own(chunk)
            if own is not None and not chunk.effect(Effect.STILL):
                return own
        at = start - 1
        if self.sentence.kind(at) == "that":
            return self._behind_that(at, index, depth)
        if self.sentence.kind(at) == "sub" and self.sentence.word(at) in words.HYPOTHETICAL:
            return Status.PROSPECTIVE, Reason(f"'{self.sentence.word(at)}': a condition")
        return None

    # --- nouns

    def _unreal_noun(self, index: int, depth: int) -> Unreal | None:
        """A noun of an event is as real as what governs it: تمكنت من, تحاول, فشلت في, هدفها, بعد."""
        preposition = ""
        if self.sentence.kind(index - 1) == "neg":
            return Status.NEGATED, Reason(f"'{self.sentence.word(index - 1)}' before it: it did not happen")
        if self.sentence.governed(index) == "قرب":
            return Status.PROSPECTIVE, Reason("'قرب': it is near, not yet a fact")
        j = self.sentence.skip_left(index - 1)
        if self.sentence.kind(j) == "cc" and self._conjunct(j) is not None:
            return self._unreal(self._conjunct(j) or 0, depth + 1)
        if self.sentence.kind(j) == "prep":
            preposition = self.sentence.word(j)
            if self.sentence.kind(j - 1) == "time" and preposition in {"من", "علي"}:
                preposition = self.sentence.word(j - 1).partition(" ")[0]  # بعد يوم من إحكام الطوق
            if preposition in words.WITHOUT:
                return Status.NEGATED, Reason(f"'{preposition}': it did not happen")
            j -= 1
        if self._is_duty(index):
            return Status.PROSPECTIVE, Reason("'على' somebody: a duty, not yet a fact")
        first = True
        while j >= 0:
            chunk = self.sentence.chunks[j]
            kind = chunk.kind
            if kind == "verb":
                return self._governed_by_verb(j, preposition, depth)
            if kind == "sub" and chunk.word in words.HYPOTHETICAL:
                return Status.PROSPECTIVE, Reason(f"'{chunk.word}': a condition")
            if kind in {";", ":", ".", "sub", "rel", "that", "?", "!"}:
                break
            if kind == "np" and preposition and chunk.has(Noun.ATTEMPT):
                verb = self._verb_with(j, preposition)
                if verb is not None:
                    return self._governed_by_verb(verb, preposition, depth)  # أدى الهجوم إلى سقوط
            if kind == "cue" and any(cue.cue.effect is Effect.BACKGROUND for cue in chunk.cues):
                return None  # ذكرى كسر الحصار
            whenever = preposition in words.AFTER | words.BEFORE | words.SINCE
            if kind in {"np", "cue"} and not whenever and (chunk.cues or chunk.has(Noun.ATTEMPT, Noun.DEAL)):
                found = self._governed_by_noun(j, chunk, preposition, depth)
                if found is not None:
                    return found
                if any(cue.cue.effect in {Effect.FACTUAL, *SAYING} for cue in chunk.cues):
                    return None
            if kind == "event" and first and preposition not in words.AFTER | words.SINCE:
                return self._unreal(j, depth + 1)
            if kind == "cc" and not self.sentence.is_np(j + 1):
                break
            if preposition in words.AFTER | words.BEFORE | words.SINCE and kind in {"np", ","}:
                j -= 1
                continue
            if kind == "prep":
                preposition = preposition or ""
            first = first and kind in {"np", "prep", "time"}
            j -= 1
        if preposition in {"ل", "بغيه", "بهدف", "قصد", "بقصد", "حتي", "من اجل"} and not self.setting.in_title:
            return Status.PROSPECTIVE, Reason(f"'{preposition}': an aim, not yet a fact")
        if preposition in {"ل", "نحو", "باتجاه"}:
            return Status.PROSPECTIVE, Reason(f"'{preposition}': an aim, not yet a fact")
        return None

    def _is_duty(self, index: int) -> bool:
        """على الوحدات مغادرة المدينة: what somebody is told to do."""
        who = self.sentence.skip_left(index - 1)
        if not self.sentence.is_np(who) or self.sentence.governed(who) != "علي":
            return False
        return (
            self.sentence.kind(who - 2) in {"", "that", "cc", ",", ":"} and self.sentence.chunks[who].actor is not None
        )

    def _verb_with(self, noun: int, preposition: str) -> int | None:
        """The verb before a noun phrase that the table names with this preposition."""
        verb = noun - 1
        if self.sentence.kind(verb) != "verb":
            return None
        cues = self.sentence.chunks[verb].cues
        return verb if any(place_preposition(cue.word.text) == preposition for cue in cues) else None

    def _conjunct(self, at: int) -> int | None:
        """The noun of an event that a conjunction joins this one to."""
        for j in range(at - 1, -1, -1):
            kind = self.sentence.kind(j)
            if kind == "event":
                return j
            if (
                kind == "verb"
                and self.sentence.chunks[j].form & Form.IMPERFECT
                and (self.sentence.word(self.sentence.opener(j)) in words.THAT_ALONE)
            ):
                return j
            if kind in {"verb", ";", ":", "sub", "rel", "that", "be", "become"}:
                return None
        return None

    def _governed_by_verb(self, verb: int, preposition: str, depth: int) -> Unreal | None:
        chunk = self.sentence.chunks[verb]
        if preposition in words.AFTER and preposition not in {"مع", "عبر"}:
            own = self._own(chunk)
            if own is not None and own[0] is Status.PROSPECTIVE:
                return own
            return None
        if preposition in words.SINCE:
            return None
        attempt = verb - 1 - (self.sentence.kind(verb - 1) == "rel")
        if (
            chunk.form & Form.OBJECT
            and self.sentence.is_np(attempt)
            and self.sentence.chunks[attempt].has(Noun.ATTEMPT)
        ):
            return self._governed_by_noun(attempt, self.sentence.chunks[attempt], "", depth)  # هجوم شنته الفصائل بهدف
        cue = self._governing_cue(chunk)
        if preposition in words.BEFORE:
            own = self._own(chunk)
            return own if own is not None and own[0] is Status.PROSPECTIVE else None
        if cue is not None:
            return self._under(verb, cue, depth)
        above = self._unreal_verb(verb, chunk, depth + 1)
        if above is not None:
            return above
        if preposition in words.AIMS:
            return Status.PROSPECTIVE, Reason(f"'{preposition}': an aim, not yet a fact")
        return None

    def _governed_by_noun(self, index: int, chunk: Chunk, preposition: str, depth: int) -> Unreal | None:
        """محاولة السيطرة, هجوم بهدف, فشل في, أنباء عن."""
        if preposition in words.AFTER and chunk.kind == "np":
            return None
        for cue in chunk.cues:
            if cue.cue.reach is Reach.BACKWARD:
                continue
            found = self._of_cue(cue)
            if found is None:
                if cue.cue.effect is Effect.FACTUAL:
                    return self._unreal_noun(index, depth + 1)
                continue
            if found[0] is Status.PROSPECTIVE:
                above = self._attempt_failed(index, depth)
                return above or found
            return found
        if chunk.has(Noun.DEAL) and preposition in {"علي", "ب", "ل", "حول"}:
            return Status.PROSPECTIVE, Reason(f"'{chunk.word}': agreed, not yet a fact")
        if chunk.has(Noun.ATTEMPT):
            return self._attempt_failed(index, depth) or (
                Status.PROSPECTIVE,
                Reason(f"'{chunk.head.norm}': an attempt, not yet a fact"),
            )
        return None

    def _attempt_failed(self, index: int, depth: int) -> Unreal | None:
        """أحبطت محاولة, تصدت لهجوم."""
        above = self._unreal_noun(index, depth + 1)
        return above if above is not None and above[0] is Status.NEGATED else None

    def _failed_behind(self, index: int, candidate: Candidate) -> Unreal | None:
        """المحاولة فشلت: said behind the event, in the same clause."""
        if candidate.voice in {"state", "adjective"}:
            return None
        end = self.sentence.end(index)
        if self.sentence.kind(end) == "become":
            end = self.sentence.end(end)
        for j in range(index + 1, min(end + 1, len(self.sentence.chunks))):
            chunk = self.sentence.chunks[j]
            for cue in chunk.cues:
                if cue.cue.reach is Reach.BACKWARD or (cue.cue.reach is Reach.EITHER and chunk.kind == "cue"):
                    found = self._of_cue(cue)
                    if found is not None:
                        return found
        return None
