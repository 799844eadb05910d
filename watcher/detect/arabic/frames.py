"""From an event word to candidates: which action at which place, who gains and who loses. Pure.

The table says which preposition stands before the place ("سيطر على"), the frame who stands where. Verbs and the nouns
made of them ("سيطرة") have the same arguments behind them.
"""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.forms import Form, place_preposition
from watcher.detect.arabic.sides import ARMED
from watcher.detect.arabic.sieges import Sieges
from watcher.detect.candidates import Candidate, NoPlace, Refusal
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Effect, Frame, Noun

_SIEGE_OF: Final = ("عن", "علي", "ل", "حول", "في")
_ROUTES_TO: Final = ("الي", "نحو", "ب", "في", "من", "علي", "باتجاه", "عن", "ل")
_TAKERS: Final = ("ل", "الي", "لصالح", "لمصلحه", "امام")
_CONTROLLED_BY: Final = (
    Effect.FACTUAL,
    Effect.PROSPECTIVE,
    Effect.NEGATED,
    Effect.ONGOING,
    Effect.REPORTS,
    Effect.CLAIMS,
    Effect.CONFIRMS,
)
_SIDES_AROUND: Final = (Noun.SITE, *ARMED)


class Frames(Sieges):
    """Reads one sentence into candidates; what gave none is in ``refusals``."""

    def read(self) -> list[Candidate]:
        for index, chunk in enumerate(self.sentence.chunks):
            if chunk.kind == "verb" and chunk.events:
                self._head(index, chunk)
        for index, chunk in enumerate(self.sentence.chunks):
            if chunk.kind == "event" and index not in self.used:
                self._head(index, chunk)
            elif chunk.kind == "state" and index not in self.used:
                self._state(index, chunk)
            elif chunk.kind == "np":
                self._adjective(index, chunk)
        self.candidates.sort(key=lambda candidate: candidate.trigger.first if candidate.trigger else 0)
        return self.candidates

    def _head(self, index: int, chunk: Chunk) -> None:
        why, word = "", None
        readings = sorted(
            chunk.events, key=lambda reading: (reading.group.needs is None, self._misfits(chunk, reading))
        )
        for reading in readings:
            if self._misfits(chunk, reading):
                continue
            needs = reading.group.needs
            if needs is not None and reading.group.frame is not Frame.FALLS and self._needed(index, needs) is None:
                continue
            if needs is Noun.CONTROL and self._is_done(index, chunk):
                continue
            found = self._frame(reading, index, chunk)
            if isinstance(found, NoPlace):
                why, word = why or found.why, word or reading.word
            elif found:
                self.candidates.extend(found)
                return
        if word is not None:
            self.refusals.append(Refusal(chunk.units[0], word, why))

    def _is_done(self, index: int, chunk: Chunk) -> bool:
        """تمت السيطرة: control is what was done, and not what somebody completed."""
        cue = chunk.effect(Effect.FACTUAL)
        direct = cue is not None and place_preposition(cue.word.text) == ""
        return direct and self.sentence.kind(index + 1) == "event" and self.sentence.leading_noun(index) is None

    def _misfits(self, chunk: Chunk, reading: EventReading) -> bool:
        """Who "يسيطر" holds, who "سيطر" has taken: the imperfect tells a state, except in a headline."""
        if chunk.kind != "verb":
            return reading.group.frame is Frame.HOLDS
        imperfect = bool(chunk.form & Form.IMPERFECT) and not chunk.form & Form.PERFECT
        told_as_news = self.places.in_title or self._is_put_first(chunk)
        pair = any(other.group.frame is Frame.HOLDS and other.word.text == reading.word.text for other in chunk.events)
        if reading.group.frame is Frame.HOLDS:
            return not (imperfect and not told_as_news and not self._wants_change(chunk))
        return pair and imperfect and not told_as_news and not self._wants_change(chunk)

    def _is_put_first(self, chunk: Chunk) -> bool:
        """قسد تسيطر على الحي: the side before the verb at the head of a sentence, as headlines do it."""
        index = self.sentence.chunks.index(chunk)
        if index != 1 or self.sides.side(0) is None:
            return False
        behind = self.sentence.chunks[: self.sentence.end(index)]
        lasting = any(other.time is not None and other.time.since for other in behind)
        return not lasting and not any(other.effect(Effect.STILL) for other in behind)

    def _wants_change(self, chunk: Chunk) -> bool:
        """لم يسيطر, أن يسيطر: what has not happened is a change."""
        index = self.sentence.chunks.index(chunk)
        return chunk.negation is not None or chunk.may or self._behind_that(index) or self._goes_on_from_that(index)

    def _goes_on_from_that(self, index: int) -> bool:
        """قبل أن تعود الفصائل وتسيطر على البلدة."""
        opener = self.sentence.opener(index)
        if self.sentence.kind(opener) == "cc":
            before = next((j for j in range(opener - 1, -1, -1) if self.sentence.kind(j) == "verb"), None)
            opener = self.sentence.opener(before) if before is not None else -1
        return self.sentence.kind(opener) in {"sub", "that"} and self.sentence.word(opener).endswith(" ان")

    def _behind_that(self, index: int) -> bool:
        return self.sentence.word(index - 1) in words.THAT_ALONE and bool(
            self.sentence.chunks[index].form & Form.IMPERFECT
        )

    def _frame(self, reading: EventReading, index: int, chunk: Chunk) -> list[Candidate] | NoPlace:
        match reading.group.frame:
            case Frame.TAKES:
                if reading.group.needs is not None:
                    return self._takes_by(reading, index, reading.group.needs)
                return self._takes(reading, index)
            case Frame.LOSES:
                return self._loses(reading, index)
            case Frame.FALLS:
                return self._falls(reading, index)
            case Frame.LEAVES:
                return self._leaves(reading, index)
            case Frame.DRIVES_OUT:
                return self._drives_out(reading, index)
            case Frame.HANDS_OVER:
                return self._hands_over(reading, index)
            case Frame.ENTERS:
                return self._enters(reading, index)
            case Frame.HOLDS:
                return self._holds(reading, index)
            case Frame.BESIEGES:
                return self._besieges(reading, index, chunk)
            case Frame.CUTS:
                return self._cuts(reading, index)
            case Frame.ENDS_SIEGE:
                return self._ends_siege(reading, index)
