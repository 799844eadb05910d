"""What stands right of a verb or a noun: objects, prepositional phrases, and where they end. Pure.

The base of ``clauses``, which looks to the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.english.units import Chunk, NounPhrase, VerbGroup
from watcher.detect.vocabulary import Effect, Frame

_TRANSPARENT: Final = frozenset(("time", "adv", "mark", '"', "'"))
_STOPS: Final = frozenset((";", ":", "comp", "-"))
_TRANSITIVE: Final = frozenset(
    (Frame.TAKES, Frame.BESIEGES, Frame.HANDS_OVER, Frame.CUTS, Frame.DRIVES_OUT, Frame.ENDS_SIEGE)
)
_REPORTING: Final = (Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS, Effect.DENIES)


@dataclass(slots=True)
class Complements:
    """What stands right of a verb group: direct objects, then (preposition, noun phrase) in order."""

    objects: list[int] = field(default_factory=list)
    prepositions: list[tuple[str, int]] = field(default_factory=list)
    relative: int | None = None
    end: int = 0

    def after(self, *wanted: str) -> list[int]:
        return [np for word, np in self.prepositions if word in wanted]


class RightSide:
    """The chunks of one sentence, and what follows each of them."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.chunks = chunks
        self._complements: dict[int, Complements] = {}
        self._governed: dict[int, str] = {}
        self._chains: dict[int, list[tuple[str, int]]] = {}
        self._subjects_ahead: dict[int, bool] = {}

    def np(self, index: int) -> NounPhrase:
        chunk = self.chunks[index]
        assert isinstance(chunk, NounPhrase)
        return chunk

    def vg(self, index: int) -> VerbGroup:
        chunk = self.chunks[index]
        assert isinstance(chunk, VerbGroup)
        return chunk

    def is_np(self, index: int) -> bool:
        return 0 <= index < len(self.chunks) and isinstance(self.chunks[index], NounPhrase)

    def is_vg(self, index: int) -> bool:
        return 0 <= index < len(self.chunks) and isinstance(self.chunks[index], VerbGroup)

    def kind(self, index: int) -> str:
        return self.chunks[index].kind if 0 <= index < len(self.chunks) else ""

    def governed(self, index: int) -> str:
        """The preposition right before a noun phrase, or nothing."""
        found = self._governed.get(index)
        if found is None:
            found = self._governed[index] = self._preposition_before(index)
        return found

    def _preposition_before(self, index: int) -> str:
        before = index - 1
        while self.kind(before) in {"adv", '"'} and before > 0 and self.kind(before - 1) == "prep":
            before -= 1
        if self.kind(before) == "cue":
            last = self.chunks[before].word.rpartition(" ")[2]
            return last if last in words.PREPOSITIONS else ""
        return self.chunks[before].word if self.kind(before) == "prep" else ""

    def skip_left(self, j: int) -> int:
        while j >= 0 and (self.kind(j) in _TRANSPARENT or self.kind(j) == "cue"):
            j -= 1
        return j

    def reports(self, index: int) -> bool:
        return self.is_vg(index) and self.vg(index).effect(*_REPORTING) is not None

    def chain_head(self, index: int) -> int:
        """The noun phrase that a chain of prepositional phrases hangs on."""
        j = index
        while self.governed(j) and j >= 2 and self.is_np(j - 2):  # noqa: PLR2004  noun, preposition, noun
            j -= 2
        return j

    def _is_reduced(self, index: int) -> bool:
        """Backed by, led by: a participle that only qualifies the noun before it."""
        group = self.vg(index)
        if group.auxiliaries or not group.form & Form.PARTICIPLE:
            return False
        return self.kind(index + 1) == "prep" and self.chunks[index + 1].word == "by"

    def _opening(self, index: int, mark: str) -> int:
        j = index - 1
        while j > 0 and self.kind(j) != mark:
            j -= 1
        return j

    def complements(self, index: int) -> Complements:
        found = self._complements.get(index)
        if found is None:
            found = self._complements[index] = self._right(index)
        return found

    def _right(self, index: int) -> Complements:  # noqa: C901, PLR0912, PLR0915  one walk, one case per kind of chunk
        found = Complements()
        j = index + 1
        count = len(self.chunks)
        last_direct = True
        while j < count:
            chunk = self.chunks[j]
            kind = chunk.kind
            if kind in _TRANSPARENT or kind == "cue":
                if kind == "cue" and chunk.word in words.CONDITIONALS:
                    break
                j += 1
            elif kind == "(":
                j = self._closing(j)
            elif isinstance(chunk, NounPhrase):
                preposition = self.governed(j)
                if preposition:
                    found.prepositions.append((preposition, j))
                    last_direct = False
                elif self.is_subject_ahead(j) and (found.objects or found.prepositions or self.reports(index)):
                    break
                elif not found.objects and not self._is_tail(j):
                    found.objects.append(j)
                    last_direct = True
                else:
                    break
                j += 1
            elif kind == "prep":
                if self.is_np(j + 1) and chunk.word in words.CLAUSE_PREPOSITIONS and self.is_subject_ahead(j + 1):
                    break
                if self.is_vg(j + 1):
                    break
                j += 1
            elif kind == "cc":
                j += 1
                while self.kind(j) in _TRANSPARENT:
                    j += 1
                if self.kind(j) == "prep":
                    continue
                if not self.is_np(j) or self.is_subject_ahead(j):
                    break
                if last_direct and found.objects:
                    found.objects.append(j)
                elif found.prepositions:
                    found.prepositions.append((found.prepositions[-1][0], j))
                else:
                    break
                j += 1
            elif kind == ",":
                following = j + 1
                while self.kind(following) in _TRANSPARENT:
                    following += 1
                if self.kind(following) == "cc":
                    j = following
                    continue
                then = following > j + 1 and self.chunks[following - 1].word == "then"  # X, then Y
                if then and self.is_np(following) and not self.is_subject_ahead(following) and last_direct:
                    found.objects.append(following)
                    j = following + 1
                    continue
                if self.is_np(following):
                    if self.is_subject_ahead(following):
                        break
                    if self.list_goes_on(following) and (found.objects or found.prepositions):
                        if last_direct and found.objects:
                            found.objects.append(following)
                        else:
                            found.prepositions.append(
                                (found.prepositions[-1][0] if found.prepositions else "", following)
                            )
                        j = following + 1
                        continue
                    closing = self.next_comma(following)
                    if closing is None:
                        break
                    j = closing
                elif self.kind(following) == "rel":
                    closing = self.next_comma(following)
                    if closing is None:
                        break
                    j = closing
                elif (self.kind(following) == "prep" and not self.is_vg(following + 1)) or self.kind(following) == ",":
                    j = following if found.objects or found.prepositions else self._after_insertion(following)
                else:
                    break
            elif kind == "-" and any(self.kind(k) == "-" for k in range(j + 1, count)):
                j = next(k for k in range(j + 1, count) if self.kind(k) == "-") + 1
            elif kind == "rel":
                found.relative = j
                break
            else:
                break
        found.end = j
        return found

    def _is_tail(self, index: int) -> bool:
        """Left X, and with it the last road: no object."""
        return (
            index > 2  # noqa: PLR2004  conjunction, preposition, pronoun
            and self.is_np(index - 1)
            and self.np(index - 1).is_pronoun
            and self.kind(index - 2) == "prep"
            and self.kind(index - 3) == "cc"
        )

    def _after_insertion(self, index: int) -> int:
        """Took, among others, X and Y: where the object begins behind the insertion, if it is one."""
        closing = index
        while self.kind(closing) in {"prep", "np", "time", "adv", "cc"}:
            closing += 1
        inserted = self.kind(closing) == "," and self.is_np(closing + 1) and not self.is_subject_ahead(closing + 1)
        return closing + 1 if inserted else index

    def _closing(self, index: int) -> int:
        j = index + 1
        while j < len(self.chunks) and self.kind(j) != ")":
            j += 1
        return j + 1

    def next_comma(self, index: int) -> int | None:
        for j in range(index, len(self.chunks)):
            if self.kind(j) == ",":
                return j
        return None

    def is_subject_ahead(self, index: int) -> bool:
        """Whether the noun phrase is the subject of a finite verb that follows it."""
        found = self._subjects_ahead.get(index)
        if found is None:
            found = self._subjects_ahead[index] = self._finite_verb_follows(index)
        return found

    def _finite_verb_follows(self, index: int) -> bool:
        j = index + 1
        while j < len(self.chunks):
            chunk = self.chunks[j]
            if isinstance(chunk, VerbGroup):
                if not chunk.finite:
                    return False
                reduced = (
                    chunk.form & Form.PARTICIPLE
                    and not chunk.auxiliaries
                    and not (self.is_np(j + 1) or self.kind(j + 1) == "comp" or self.reports(j))
                )
                if reduced and self.kind(j + 1) == "prep" and self.chunks[j + 1].word == "by":
                    return False
                return not reduced or (chunk.form & Form.PAST != 0 and self.kind(j + 1) != "prep")
            if (
                chunk.kind == "prep"
                and chunk.word in words.CLAUSE_PREPOSITIONS
                and self.is_np(j + 1)
                and self.is_vg(j + 2)
            ):
                return False  # (took) X after B left
            if (
                chunk.kind in _TRANSPARENT
                or chunk.kind in {"cue", "prep"}
                or (isinstance(chunk, NounPhrase) and self.governed(j))
            ):
                j += 1
            else:
                return False
        return False

    def list_goes_on(self, index: int) -> bool:
        """…, B and C: after this noun phrase the list goes on to a conjunction."""
        j = index
        while j < len(self.chunks):
            kind = self.kind(j)
            if kind == "cc":
                return self.is_np(j + 1) and not self.is_subject_ahead(j + 1)
            if kind not in {"np", ",", "prep", "adv", "time"}:
                return False
            j += 1
        return False

    def is_holding(self, index: int) -> bool:
        """A participle that only says who holds the noun before it: "villages held by B north of X"."""
        if not self.is_vg(index) or self.kind(index + 1) != "prep" or not self.is_np(index + 2):
            return False
        group = self.vg(index)
        holds = any(reading.group.frame is Frame.HOLDS for reading in group.events)
        return holds and not group.auxiliaries and self.chunks[index + 1].word == "by"

    def chain(self, index: int) -> list[tuple[str, int]]:
        """The prepositional phrases that hang on a noun phrase, nearest first."""
        found = self._chains.get(index)
        if found is None:
            found = self._chains[index] = self._read_chain(index)
        return found

    def _read_chain(self, index: int) -> list[tuple[str, int]]:
        found = []
        j = index + 1
        while j < len(self.chunks):
            if self.kind(j) in {"adv", "(", '"'}:
                j += 1
            elif self.is_holding(j):
                j += 3  # held by B
            elif self.is_np(j) and self.np(j).is_pronoun and self.is_vg(j + 1) and self.kind(j + 2) == "prep":
                j += 2  # (the last quarter) they held (in X)
            elif self.kind(j) == "prep" and self.is_np(j + 1):
                found.append((self.chunks[j].word, j + 1))
                j += 2
            elif self.kind(j) == "prep" and self.kind(j + 1) == "adv" and self.is_np(j + 2):
                found.append((self.chunks[j].word, j + 2))  # of about half
                j += 3
            elif (
                self.kind(j) == ","
                and self.kind(j + 1) == "prep"
                and self.is_np(j + 2)
                and self.chunks[j + 1].word in {"in", "near", "north", "south", "on", "of", "around", "outside"}
            ):
                found.append((self.chunks[j + 1].word, j + 2))
                j += 3
            else:
                break
        return found
