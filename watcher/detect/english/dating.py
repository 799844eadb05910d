"""When: the times that belong to an event, found in its own clause, else in the clause that it depends on. Pure."""

# ruff: noqa: C901  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from watcher.detect.calendar import Setting, Time
from watcher.detect.candidates import Candidate
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.units import Chunk, VerbGroup


class Dating:
    """The times of one sentence and the events that they date."""

    def __init__(self, sentence: Sentence, times: list[tuple[Chunk, Time]], setting: Setting) -> None:
        self.sentence = sentence
        self.setting = setting
        self._times = {id(chunk): time for chunk, time in times}

    def times(self, candidate: Candidate) -> list[Time]:
        """When: the times of the candidate's own clause, else those of the clause that it depends on."""
        index = candidate.chunk
        if candidate.voice in {"noun", "adjective", "suffix", "state"} and not isinstance(
            self.sentence.chunks[index], VerbGroup
        ):
            return self._times_of_noun(index)
        header = self._leading_times()
        if header:
            return header
        return self._governing_times(index, candidate.located.noun) or self._neighbouring_times(index)

    def _governing_times(self, index: int, noun: int) -> list[Time]:
        """The times of the clause at hand, else of the one that governs it, and so on."""
        seen: set[int] = set()
        current: int | None = index
        while current is not None and current not in seen and self.sentence.is_vg(current):
            seen.add(current)
            found = self.own_times(current, noun if current == index else None)
            if found:
                return found
            clause = self.sentence.clause(current)
            matrix = clause.matrix if clause.matrix is not None and self.sentence.is_vg(clause.matrix) else None
            if clause.opener in {"comp", "report"} and clause.shares is None:
                told = self.own_times(matrix, None) if matrix is not None else []  # announced a year ago that …
                old = bool(told) and all(self.recent(time) is False for time in told)
                return [replace(time, earliest=None) for time in told] if old else []
            depends = clause.opener in {"participle", "gerund", "infinitive", "bare"} or (
                clause.opener == "sub" and clause.word in {"when", "as", "after", "while", "before"}
            )
            current = clause.shares if clause.shares is not None else matrix if depends else None
        return []

    def _neighbouring_times(self, index: int) -> list[Time]:
        """The times of a clause that tells when, of a verb of the same subject, of the clause before."""
        when = self._times_of_when(index)
        if when:
            return when
        for sibling in self._siblings(index):
            found = self.own_times(sibling, None)
            if found:
                return found
        return self._times_of_conjunct(index)

    def _times_of_when(self, index: int) -> list[Time]:
        """It began when the army took the road last July: the old date of the clause that tells when."""
        for j in range(index + 1, len(self.sentence.chunks)):
            clause = self.sentence.clause(j) if self.sentence.is_vg(j) else None
            if clause is not None and clause.opener == "sub" and clause.word == "when" and clause.matrix == index:
                return [time for time in self.own_times(j, None) if self.recent(time) is False]
        return []

    def _times_of_conjunct(self, index: int) -> list[Time]:
        """They landed in March, and they took X within a week: the days of the clause before carry over."""
        clause = self.sentence.clause(index)
        if clause.opener not in {"start", "and"} or not self.sentence.vg(index).finite:
            return []
        joined = False
        for j in range(index - 1, -1, -1):
            kind = self.sentence.kind(j)
            if kind in {"rel", "sub", "comp", ";", ":"}:
                return []
            joined = joined or kind == "cc"
            if self.sentence.is_vg(j) and self.sentence.vg(j).finite:
                return [time for time in self.own_times(j, None) if self.recent(time) is False] if joined else []
        return []

    def _leading_times(self) -> list[Time]:
        """March 2013: rebels seize … The date at the head of a line of a chronology governs the line."""
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

    def own_times(self, index: int, noun: int | None) -> list[Time]:
        chunks = self.sentence.chunks
        right: list[tuple[int, Time]] = []
        j = index + 1
        while j < len(chunks):
            chunk = chunks[j]
            if chunk.kind == "time":
                right.append((j, self._times[id(chunk)]))
            elif (
                chunk.kind in {"sub", "rel", "comp", ";", ":"}
                or isinstance(chunk, VerbGroup)
                or (chunk.kind == "cc" and self._verb_follows(j))
                or (
                    chunk.kind == "prep"
                    and chunk.word in words.CLAUSE_PREPOSITIONS
                    and self.sentence.is_np(j + 1)
                    and self.sentence.is_subject_ahead(j + 1)
                )
                or (
                    chunk.kind in {",", "cc", "-"}
                    and self.sentence.is_np(j + 1)
                    and self.sentence.is_subject_ahead(j + 1)
                )
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
                if self.sentence.clause(j).opener in {"rel", "contact"}:
                    # not: the siege that began on 27 May is broken; but: A, whom B has armed, on Wednesday took X
                    closed = max((k for k in range(j, index) if self.sentence.kind(k) == ","), default=index)
                    left = [(k, time) for k, time in left if k > closed]
                break
            j -= 1
        if clause.opener in {"start", "and"} and clause.at > 0 and self.sentence.kind(clause.at) == ",":
            left.extend(
                (k, self._times[id(chunks[k])])
                for k in range(clause.at)
                if chunks[k].kind == "time" and not any(self.sentence.is_vg(m) for m in range(k, clause.at))
            )
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
        """Times beside the noun phrase: "the capture of X on Friday", "two years after the fall of X"."""
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

    def recent(self, time: Time) -> bool | None:
        """Whether a time lies in the window of news; None when it has no days."""
        if time.hour:
            return True
        if time.latest is None or self.setting.today is None:
            return None
        return time.latest >= self.setting.today - timedelta(days=self.setting.recency_days)

    def is_fresh(self, times: list[Time]) -> bool:
        return any(self.recent(time) for time in times)
