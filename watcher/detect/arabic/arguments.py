"""What an event is about: the places in the role that its word wants, from whom; the candidate of them. Pure."""

from __future__ import annotations

from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.forms import Form, place_preposition
from watcher.detect.arabic.roles import Roles
from watcher.detect.arabic.sides import ARMED
from watcher.detect.candidates import Candidate, Located, NoPlace, Side, Unit
from watcher.detect.lexicon import EventReading, StateReading
from watcher.detect.vocabulary import Effect, Frame, Noun
from watcher.model import Action, Event

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


class Arguments(Roles):
    """Adds the places to the sides."""

    def _objects(self, index: int, reading: EventReading) -> list[int]:
        """The noun phrases in the role of the place: behind the preposition of the table, or the direct object."""
        preposition = place_preposition(reading.word.text)
        if preposition:
            return self.sentence.following(index, preposition)
        found = []
        for position, noun in enumerate(self.bare(index)):
            side = self.sides.side(noun)
            if side is not None and position == 0:
                continue
            if self.sentence.chunks[noun].head_is(Noun.CONTROL, Noun.SIEGE, Noun.FLAG):
                continue
            found.append(noun)
        return found

    def _located(self, index: int, reading: EventReading) -> list[Located] | NoPlace:
        """The places that the event is about."""
        chunk = self.sentence.chunks[index]
        preposition = place_preposition(reading.word.text)
        if not preposition and (chunk.form & Form.OBJECT or (chunk.kind == "event" and chunk.pronoun)):
            suffix = _suffix(chunk)
            named = self.places.pointed(index, suffix)
            if not isinstance(named, NoPlace):
                return named
        failure = NoPlace("no place in the role that it needs")
        for noun in self._objects(index, reading):
            found = self.places.locate(noun)
            if not isinstance(found, NoPlace):
                return [*found, *self._more(index, noun, preposition, found)]
            failure = found
            if not preposition and not self.sentence.chunks[noun].head_is(Noun.PART):
                break  # something else is taken
        if self._opened_by(index) == "rel" and not preposition and not self._objects(index, reading):
            return self._antecedent(index)
        if chunk.kind == "verb" and not self._objects(index, reading):
            leading = self.sentence.leading_noun(index)
            if leading is not None and self.sides.side(leading) is None and not preposition:
                return self.places.locate(leading)
        return failure

    def _more(self, index: int, noun: int, preposition: str, found: list[Located]) -> list[Located]:
        """على الفرقة 17، ثم على اللواء 93: the preposition again, behind a conjunction."""
        more: list[Located] = []
        for other in self.sentence.following(index, preposition) if preposition else ():
            if other > noun and self.sentence.kind(other - 2) == "cc":
                places = self.places.locate(other)
                if not isinstance(places, NoPlace):
                    known = {one.place for one in (*found, *more)}
                    more.extend(place for place in places if place.place not in known)
        return more

    def _antecedent(self, index: int) -> list[Located] | NoPlace:
        """المدينة التي حاصرتها القوات: what the relative pronoun means."""
        j = self.sentence.opener(index) - 1
        while j >= 0 and self.sentence.kind(j) in {"np", "prep", "time", ","}:
            if self.sentence.is_np(j):
                found = self.places.locate(j)
                if not isinstance(found, NoPlace):
                    return found
            j -= 1
        return NoPlace("no place that it refers to")

    def _from(self, index: int, places: list[Located], gained: Side | None) -> Side | None:
        """From whom."""
        for noun in self.sentence.following(index, *words.FROM):
            if any(place.noun == noun for place in places) or self._is_backing(noun):
                continue
            side = self.sides.side(noun)
            if (
                side is not None
                and not (gained and side.actor == gained.actor)
                and self.sides.sentence.chunks[noun].place is None
            ):
                return side
        return None

    def _is_backing(self, noun: int) -> bool:
        """بإسناد من القوات التركية: from whom the help comes, and not the town."""
        before = self.sentence.word(noun - 2)
        return self.sentence.kind(noun - 2) == "prep" or bool(words.BACKING & set(before.split()))

    def _make(
        self,
        reading: EventReading | StateReading,
        index: int,
        places: list[Located],
        gained: Side | NoPlace | None,
        lost: Side | None,
        *,
        action: Action | None = None,
        frame: Frame | None = None,
        voice: str = "",
    ) -> list[Candidate]:
        chunk = self.sentence.chunks[index]
        if isinstance(reading, EventReading):
            event, chosen, used = reading.group.event, action or reading.group.action, frame or reading.group.frame
        else:
            event, used = reading.event, frame or Frame.HOLDS
            chosen = action or (Action.CAPTURED if event is Event.CONTROL_CHANGE else Action.IMPOSED)
        if not voice:
            voice = "noun" if chunk.kind == "event" else "passive" if chunk.form & Form.PASSIVE else "active"
        side = gained if isinstance(gained, Side) else None
        return [
            Candidate(event, chosen, used, reading.word, index, voice, place, side, lost, self._trigger(index))
            for place in places
        ]

    def _trigger(self, index: int) -> Unit:
        return self.sentence.chunks[index].units[0]


def _suffix(chunk: Chunk) -> str:
    """The object that is written onto a verb, or the owner onto a noun."""
    if chunk.pronoun:
        return chunk.pronoun
    norm = chunk.units[0].norm
    return next((suffix for suffix in ("هما", "ها", "هم", "ه") if norm.endswith(suffix)), "")
