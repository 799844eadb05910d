"""When: the times that belong to an event, found in its own clause, else in the clause that it depends on. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.sentence import SAYING, Sentence
from watcher.detect.calendar import Setting, Time
from watcher.detect.candidates import Candidate

_CUT: Final = words.AFTER | words.BEFORE | words.SINCE


class Dating:
    """The times of one sentence and the events that they date."""

    def __init__(self, sentence: Sentence, setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting

    def times(self, candidate: Candidate) -> list[Time]:
        """The times of the candidate's own clause; without any, of the clause that it depends on or of its "after"."""
        index = candidate.chunk
        found = self._behind(index) or self._before(index)
        if found or self.sentence.kind(index) in {"np", "state"}:
            return found
        end = self.sentence.end(index)
        following = next(
            (j for j in range(end, min(end + 3, len(self.sentence.chunks))) if self.sentence.kind(j) == "event"), None
        )
        if following is not None and self.sentence.governed(following) in words.AFTER:
            return [time for time in self._behind(following) if self.recent(time) is not None]
        return []

    def _behind(self, index: int) -> list[Time]:
        times = [
            time
            for j in range(index + 1, self.sentence.end(index))
            if (time := self.sentence.chunks[j].time) is not None
        ]
        dated = [time for time in times if time.latest is not None]
        return dated or [time for time in times if not time.duration]

    def _before(self, index: int) -> list[Time]:
        """Times to the left, up to the verb of saying or the start of the clause."""
        if self.sentence.kind(index) == "verb":
            return self._kept([*self._lead(index), *self._of_sub(index)])
        times: list[Time] = []
        j = index - 1
        while j >= 0:
            chunk = self.sentence.chunks[j]
            if chunk.time is not None:
                times.append(chunk.time)
            if chunk.kind == "verb":
                if any(cue.cue.effect in SAYING for cue in chunk.cues):
                    return []
                times.extend(self._lead(j))
                break
            if chunk.kind in {"that", "sub", "rel", ";", ":"}:
                break
            j -= 1
        return self._kept(times)

    def _lead(self, verb: int) -> list[Time]:
        """Times between the start of the clause and its verb: ويوم الأحد تمكنت القوات من."""
        found = (self.sentence.chunks[j].time for j in range(self.sentence.clause_start(verb), verb))
        return [time for time in found if time is not None]

    def _of_sub(self, index: int) -> list[Time]:
        opener = self.sentence.opener(index)
        return self._of_main(opener) if self.sentence.kind(opener) == "sub" and not self._lead(index) else []

    def _of_main(self, sub: int) -> list[Time]:
        """A subordinate clause happened about when its main clause did."""
        word = self.sentence.word(sub)
        if word not in {"بعدما", "بعد ان", "حيث", "فيما", "بينما", "عندما", "كما"}:
            return []
        verb = next((j for j in range(sub - 1, -1, -1) if self.sentence.kind(j) == "verb"), None)
        if verb is None or any(cue.cue.effect in SAYING for cue in self.sentence.chunks[verb].cues):
            return []
        return [time for time in (*self._behind(verb), *self._lead(verb)) if time.latest is not None]

    def _kept(self, times: list[Time]) -> list[Time]:
        dated = [time for time in times if time.latest is not None]
        return dated or [time for time in times if not time.duration]

    def recent(self, time: Time) -> bool | None:
        """Whether a time lies in the window of news; None when it has no days."""
        if time.hour:
            return True
        if time.latest is None or self.setting.today is None:
            return None
        return time.latest >= self.setting.today - timedelta(days=self.setting.recency_days)

    def is_fresh(self, times: list[Time]) -> bool:
        return any(self.recent(time) for time in times)
