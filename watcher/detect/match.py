"""START HERE: from an item's title and text to its findings. Pure, deterministic, every decision with its reason.

    text -> prefilter (no tracked place: out) -> tokens, sentences -> phrases -> clauses -> frames -> status -> merged

``compile_detector`` turns the rules into a ``Detector`` once; ``Detector.match`` is then called for every item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from watcher.detect.actors import Actors
from watcher.detect.english.grammar import EnglishGrammar
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.prefilter import Prefilter
from watcher.detect.text import read_text
from watcher.detect.vocabulary import Vocabulary
from watcher.model import Finding, Mark, PlaceId, Position, Reason

_GRAMMARS = {"en": EnglishGrammar}
_ARABIC = "\u0600", "\u06ff"


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
        self._grammars = {
            vocabulary.language: _GRAMMARS[vocabulary.language](vocabulary, gazetteer, actors, frozenset(areas))
            for vocabulary in vocabularies
            if vocabulary.language in _GRAMMARS
        }

    def match(
        self, title: str, text: str, *, published_at: datetime | None, language: str | None, source: str | None
    ) -> tuple[Finding, ...]:
        """The findings of every status, in text order. ``published_at`` None: relative dates stay unknown."""
        if not self._prefilter.finds_a_place(title, text):
            return ()
        return self.examine(title, text, published_at=published_at, language=language, source=source).findings

    def examine(
        self, title: str, text: str, *, published_at: datetime | None, language: str | None, source: str | None
    ) -> Examination:
        """The findings and what was looked at and rejected, for showing."""
        tag = _language_of(title, text, language)
        grammar = self._grammars.get(tag)
        if grammar is None:
            return Examination((), note=f"no language table for '{tag}'")
        if not self._prefilter.finds_a_place(title, text):
            return Examination((), note="no tracked place is named")
        findings, rejected, marks = grammar.examine(read_text(title, text), published_at, source)
        return Examination(
            findings,
            tuple(Rejected(start, end, words, reason, rule) for start, end, words, reason, rule in rejected),
            marks,
        )


def compile_detector(
    gazetteer: Gazetteer, actors: Actors, vocabularies: Iterable[Vocabulary], areas: Collection[PlaceId]
) -> Detector:
    """Compile the rules for matching. ``areas`` are the places that the watches track."""
    return Detector(gazetteer, actors, vocabularies, areas)


def _language_of(title: str, text: str, language: str | None) -> str:
    """The primary language subtag, or a guess by script when the feed names none."""
    if language:
        return language.replace("_", "-").partition("-")[0].lower()
    sample = f"{title} {text[:400]}"
    arabic = sum(_ARABIC[0] <= character <= _ARABIC[1] for character in sample)
    return "ar" if 2 * arabic > sum(map(str.isalpha, sample)) else "en"
