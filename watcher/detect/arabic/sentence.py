"""What stands where in an Arabic sentence: the arguments behind a verb or a noun of an event, and its subject. Pure.

The verb comes first ("سيطرت القوات على البلدة"), or its subject does ("القوات تسيطر على البلدة").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.forms import Form
from watcher.detect.vocabulary import Effect

SAYING: Final = (Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS, Effect.DENIES)
_STOPS: Final = frozenset((";", ":", ".", "?", "!", "sub", "rel", "that", "..."))
_SKIPPED: Final = frozenset(("time", '"', "'", "(", ")"))
_CUT: Final = words.AFTER | words.BEFORE | words.SINCE


@dataclass(frozen=True, slots=True)
class Argument:
    """A noun phrase behind a verb, with the preposition that governs it ("" for none)."""

    preposition: str
    index: int


class Sentence:
    """The chunks of one sentence, with the questions that frames and status ask about them."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.chunks = chunks
        self._arguments: dict[int, list[Argument]] = {}

    def kind(self, index: int) -> str:
        return self.chunks[index].kind if 0 <= index < len(self.chunks) else ""

    def word(self, index: int) -> str:
        return self.chunks[index].word if 0 <= index < len(self.chunks) else ""

    def is_np(self, index: int) -> bool:
        return self.kind(index) == "np"

    def is_head(self, index: int) -> bool:
        return self.kind(index) in {"verb", "event"}

    def governed(self, index: int) -> str:
        """The preposition right before a noun phrase or noun of an event."""
        if index >= len(self.chunks):
            return ""
        return self.word(index - 1) if self.kind(index - 1) == "prep" else ""

    def skip_left(self, index: int) -> int:
        """The first chunk at or before ``index`` that is no time, quotation mark or bracketed aside."""
        while self.kind(index) in _SKIPPED:
            index = self._opening(index) - 1 if self.kind(index) == ")" else index - 1
        return index

    def _opening(self, index: int) -> int:
        at = index - 1
        while at >= 0 and self.kind(at) != "(":
            at -= 1
        return max(at, 0) if at >= 0 else index

    def end(self, index: int) -> int:
        """Where the clause of a verb or noun of an event ends, to the right."""
        j = index + 1
        while j < len(self.chunks):
            kind = self.kind(j)
            if kind == "verb" or kind in _STOPS or kind in {"be", "become"}:
                break
            if kind == "cc" and self._opens_clause(j):
                break
            if kind == "prep" and self.word(j) in _CUT and self.kind(self._after(j)) == "event":
                break
            if kind == "cue" and any(cue.cue.effect in SAYING for cue in self.chunks[j].cues):
                break
            j += 1
        return j

    def _after(self, index: int) -> int:
        j = index + 1
        while self.kind(j) in {"time", '"'}:
            j += 1
        return j

    def _opens_clause(self, index: int) -> bool:
        following = index + 1
        while self.kind(following) in {"time", "cue", "may", "neg", ","}:
            following += 1
        if self.kind(following) in {"verb", "be", "become", "event", "that", "sub", "state"}:
            return True
        return self.is_np(following) and self.kind(following + 1) == "verb"

    def arguments(self, index: int) -> list[Argument]:
        """The noun phrases behind a verb or noun of an event, in order, up to the end of its clause."""
        found = self._arguments.get(index)
        if found is None:
            found = self._arguments[index] = list(self._read_arguments(index))
        return found

    def _read_arguments(self, index: int) -> Iterator[Argument]:
        end = self.end(index)
        j = index + 1
        last = ""
        while j < end:
            if self.is_np(j):
                joined = self.kind(j - 1) == "cc" and self.is_np(j - 2)
                last = last if joined else self.governed(j)
                yield Argument(last, j)
            j += 1

    def following(self, index: int, *prepositions: str) -> list[int]:
        """The noun phrases behind one of the prepositions."""
        return [argument.index for argument in self.arguments(index) if argument.preposition in prepositions]

    def clause_start(self, index: int) -> int:
        """The first chunk of the clause that a verb stands in."""
        j = index - 1
        while j >= 0:
            kind = self.kind(j)
            if kind in _STOPS or kind in {"verb", "become"}:
                return j + 1
            if kind == "cc" and (j + 1 == index or self._opens_clause(j)):
                return j + 1
            if kind == "event" and self.kind(j - 1) != "prep":
                return j + 1
            j -= 1
        return 0

    def opener(self, index: int) -> int:
        """The word that opens the clause of a verb: "that", "which", "if", or its conjunction; -1 for none."""
        start = self.clause_start(index)
        before = start - 1
        if self.kind(before) in {"that", "rel", "sub", "cc", ":", ";"}:
            return before
        return -1

    def is_relative(self, index: int) -> bool:
        """Whether a verb stands in a relative clause: الحصار الذي تفرضه, حصار تفرضه."""
        if self.kind(self.opener(index)) == "rel":
            return True
        before = self.chunks[index - 1] if index else None
        bare = before is not None and before.kind in {"np", "event"} and not before.is_definite and before.actor is None
        return bare and bool(self.chunks[index].form & Form.OBJECT)

    def be_before(self, index: int) -> int | None:
        """ "كان" in the clause of a verb: كانت القوات قد سيطرت."""
        for j in range(index - 1, self.clause_start(index) - 1, -1):
            if self.kind(j) == "be":
                return j
        start = self.clause_start(index) - 1
        return start if self.kind(start) == "be" else None

    def leading_noun(self, index: int) -> int | None:
        """The noun phrase that a verb's clause begins with, before the verb."""
        start = self.clause_start(index)
        return next((j for j in range(start, index) if self.is_np(j) and not self.governed(j)), None)
