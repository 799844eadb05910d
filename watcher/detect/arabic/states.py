"""States that are no changes: "تحت سيطرة", "بيد", "المحاصرة". Pure."""

from __future__ import annotations

from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.arguments import Arguments
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.sides import ARMED
from watcher.detect.candidates import Located, NoPlace, Refusal, Side
from watcher.detect.lexicon import StateReading
from watcher.detect.vocabulary import Effect, Frame, Noun
from watcher.model import Event

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


class States(Arguments):
    """Adds states."""

    def _holder(self, index: int) -> Side | None:
        """In whose hands: the side behind the phrase, or the one that is written onto it."""
        j = index + 1
        while self.sentence.kind(j) in {"time", "cue"}:
            j += 1
        side = self.sides.side(j) if self.sentence.is_np(j) else None
        if side is not None:
            return side
        norm = self.sentence.chunks[index].units[0].norm
        if norm.endswith(("ها", "ه", "هم")) and not norm.endswith(("سيطره", "قبضه", "سلطه", "اداره")):
            mentions = self.sides._before(self.sides.offset + self.sentence.chunks[index].first)  # noqa: SLF001  one reading
            return Side(mentions[0].actor, None, index, f"'{norm}' means the side named before") if mentions else None
        return None

    def _state(self, index: int, chunk: Chunk) -> None:
        meaning = chunk.units[0].meaning
        assert meaning is not None
        reading = next(state for state in meaning.states if state.kind == "phrase")
        holder = self._holder(index)
        if holder is None and reading.event is Event.CONTROL_CHANGE:
            self.refusals.append(Refusal(chunk.units[0], reading.word, "it is told of no side"))
            return
        places = self._stated_of(index)
        if isinstance(places, NoPlace):
            self.refusals.append(Refusal(chunk.units[0], reading.word, places.why))
            return
        found = self._make(reading, index, places, holder, None, voice="state", frame=_frame_of(reading))
        for candidate in found:
            candidate.standing = True
        self.candidates.extend(found)

    def _stated_of(self, index: int) -> list[Located] | NoPlace:
        """What is in their hands: the nearest place to the left, in the clause; else what the sentence points to."""
        j = index - 1
        failure = NoPlace("no place is in their hands")
        while j >= 0 and self.sentence.kind(j) not in {"verb", ";", ":", "sub"}:
            if self.sentence.is_np(j) and not (self.sentence.governed(j) and self._is_inside(j)):
                found = self.places.locate(self._first_of_list(j))
                if not isinstance(found, NoPlace):
                    return found
                failure = found
            j -= 1
        if self.sentence.kind(j) == "verb":
            for noun in (*self.bare(j)[:1], self.sentence.leading_noun(j)):
                found = self.places.locate(noun) if noun is not None else failure
                if not isinstance(found, NoPlace):
                    return found
        return failure

    def _is_inside(self, index: int) -> bool:
        """Behind "in" it only says where the place lies that stands before."""
        return self.sentence.governed(index) in words.INSIDE | words.AROUND and self.sentence.is_np(index - 2)

    def _first_of_list(self, index: int) -> int:
        j = index
        while self.sentence.kind(j - 1) == "cc" and self.sentence.is_np(j - 2):
            j -= 2
        return j

    def _adjective(self, index: int, phrase: Chunk) -> None:
        """المدينة المحاصرة; عناصره محاصرين في البلدة."""
        for unit in phrase.units:
            reading = next(
                (state for state in (unit.meaning.states if unit.meaning else ()) if state.kind == "adjective"), None
            )
            if reading is None:
                continue
            lost: Side | None = None
            places: list[Located] | NoPlace = NoPlace("no besieged place")
            if unit is phrase.head:
                before = index - 1
                while before >= 0 and self.sentence.kind(before) in {"cue", "time", "become", "prep"}:
                    before -= 1
                inside = [
                    j for j in range(index + 1, min(index + 4, len(self.sentence.chunks))) if self.sentence.is_np(j)
                ]
                side = self.sides.side(before) if self.sentence.is_np(before) else None
                if side is None and self.sentence.is_np(before):
                    places = self.places.locate(before)
                if isinstance(places, NoPlace) and inside and self.sentence.governed(inside[0]) in words.INSIDE:
                    places = self.places.locate(inside[0])
                    lost = side
            else:
                places = self.places.locate(index)
            if isinstance(places, NoPlace):
                continue
            by = self.sentence.following(index, *words.BY)
            holder = next((side for side in map(self.sides.side, by) if side is not None), None)
            found = self._make(reading, index, places, holder, lost, voice="adjective", frame=_frame_of(reading))
            for candidate in found:
                candidate.standing = True
                candidate.trigger = unit
            self.candidates.extend(found)
            return


def _frame_of(reading: StateReading) -> Frame:
    return Frame.BESIEGES if reading.event is Event.SIEGE else Frame.HOLDS
