"""START HERE: from an item's title and text to its findings. Pure, deterministic, every decision with its reason.

    text -> prefilter (no tracked place: out) -> tokens, sentences -> phrases -> clauses -> frames -> status -> merged

``compile_detector`` turns the rules into a ``Detector`` once; ``Detector.match`` is then called for every item.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from watcher.detect.actors import Actors
from watcher.detect.arabic.grammar import ArabicGrammar
from watcher.detect.calendar import item_day
from watcher.detect.english.grammar import EnglishGrammar
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.inference import infer_roles
from watcher.detect.languages import by_language, primary_tag
from watcher.detect.merge import Told, merge
from watcher.detect.prefilter import Prefilter
from watcher.detect.tellings import Reading
from watcher.detect.text import Text, read_text
from watcher.detect.vocabulary import Vocabulary
from watcher.model import ActorId, Finding, Mark, PlaceId, Position, Reason


class Grammar(Protocol):
    """How one language is read; ``allies`` are the pairs of sides that do not fight each other."""

    allies: frozenset[frozenset[ActorId]]

    def read(self, text: Text, today: date | None, source: str | None) -> Reading:
        """What the sentences of ``text`` tell. ``today`` is the item's date; ``source`` names the outlet."""


_GRAMMARS: Final[dict[str, Callable[[Vocabulary, Gazetteer, Actors, frozenset[PlaceId]], Grammar]]] = {
    "ar": ArabicGrammar,
    "en": EnglishGrammar,
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event word that gave no finding, and why."""

    start: int
    end: int
    words: str
    reason: Reason
    rule: Position


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was seen in one item. ``note`` says why nothing could be read, if so."""

    findings: tuple[Finding, ...]
    rejected: tuple[Rejected, ...] = ()
    marks: tuple[Mark, ...] = ()
    note: str | None = None


class Detector:
    """The compiled rules of all languages."""

    def __init__(
        self, gazetteer: Gazetteer, actors: Actors, vocabularies: Iterable[Vocabulary], areas: Collection[PlaceId]
    ) -> None:
        tracked = [place for place in gazetteer if gazetteer.area_of(place.id, areas) is not None]
        self._prefilter = Prefilter(name for place in tracked for name in place.names)
        self._gazetteer = gazetteer
        self._actors = actors
        self._grammars: dict[str, Grammar] = {
            vocabulary.language: _GRAMMARS[vocabulary.language](vocabulary, gazetteer, actors, frozenset(areas))
            for vocabulary in vocabularies
            if vocabulary.language in _GRAMMARS
        }
        self._allies = frozenset[frozenset[ActorId]]().union(*(grammar.allies for grammar in self._grammars.values()))

    def match(
        self, title: str, text: str, *, published_at: datetime | None, language: str | None, source: str | None
    ) -> tuple[Finding, ...]:
        """The findings of every status, in text order. ``published_at`` None: relative dates stay unknown."""
        if not self._prefilter.finds_a_place(title, text):
            return ()
        readings = self._read(title, text, published_at, language, source)
        return self._findings(readings) if readings else ()

    def examine(
        self, title: str, text: str, *, published_at: datetime | None, language: str | None, source: str | None
    ) -> Examination:
        """The findings and what was looked at and rejected, for showing."""
        if not self._prefilter.finds_a_place(title, text):
            known = [tag for tag, _ in by_language(read_text(title, text), language) if tag in self._grammars]
            return Examination((), note="no tracked place is named" if known else _no_table(title, text, language))
        readings = self._read(title, text, published_at, language, source)
        if not readings:
            return Examination((), note=_no_table(title, text, language))
        marks = dict.fromkeys(mark for reading in readings for mark in reading.marks)
        return Examination(
            self._findings(readings),
            tuple(Rejected(*rejection) for reading in readings for rejection in reading.rejected),
            tuple(sorted(marks, key=lambda mark: mark.start)),
        )

    def _read(
        self, title: str, text: str, published_at: datetime | None, language: str | None, source: str | None
    ) -> list[Reading]:
        """What each grammar reads in the sentences of its language."""
        whole = read_text(title, text)
        today = item_day(published_at)
        return [
            self._grammars[tag].read(replace(whole, sentences=sentences), today, source)
            for tag, sentences in by_language(whole, language)
            if tag in self._grammars
        ]

    def _findings(self, readings: Sequence[Reading]) -> tuple[Finding, ...]:
        """One finding for each event that is told, with the sides that only the whole item tells."""
        return tuple(
            infer_roles(
                merge(_in_text_order(readings), self._actors, self._gazetteer),
                [side for reading in readings for side in reading.sides],
                {start: sides for reading in readings for start, sides in reading.near.items()},
                self._actors,
                self._allies,
            )
        )


def compile_detector(
    gazetteer: Gazetteer, actors: Actors, vocabularies: Iterable[Vocabulary], areas: Collection[PlaceId]
) -> Detector:
    """Compile the rules for matching. ``areas`` are the places that the watches track."""
    return Detector(gazetteer, actors, vocabularies, areas)


def _in_text_order(readings: Sequence[Reading]) -> Sequence[Told]:
    """What several grammars were told, as one item tells it."""
    if len(readings) == 1:
        return readings[0].told
    told = sorted((one for reading in readings for one in reading.told), key=lambda one: one.finding.start)
    return [replace(one, order=order) for order, one in enumerate(told)]


def _no_table(title: str, text: str, language: str | None) -> str:
    tags = [tag for tag, _ in by_language(read_text(title, text), language)]
    return f"no language table for '{tags[0] if tags else primary_tag(language) or 'en'}'"
