"""Reads one language table (rules/language/*.yaml) into a ``Vocabulary``; every word keeps its line.

Part of loading the rules; what the classes mean to the detector stands in ``watcher.detect.vocabulary``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from watcher.detect.vocabulary import (
    Cue,
    Effect,
    EventWords,
    Frame,
    Noun,
    NounClass,
    Reach,
    State,
    Vocabulary,
    Weight,
    Word,
)
from watcher.model import Action, Event, Position, Problem
from watcher.rulebook.yaml import YamlDocument, validate

Location = tuple[str | int, ...]
Words = list[str]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EventSection(_Section):
    """One group of verbs and nouns of the same frame and action."""

    frame: Frame
    event: Event
    action: Action
    needs: Noun | None = None
    verbs: Words = []
    nouns: Words = []
    phrases: Words = []


class StateSection(_Section):
    """Phrases and adjectives that tell of a state."""

    event: Event
    phrases: Words = []
    suffixes: Words = []
    adjectives: Words = []


class CueSection(_Section):
    """One group of cues of the same effect and reach."""

    effect: Effect
    reach: Reach
    verbs: Words = []
    phrases: Words = []


class LanguageFile(_Section):
    """A file in rules/language/."""

    version: Literal["1"]
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    recency_days: int = Field(ge=0, le=60)
    events: list[EventSection]
    states: list[StateSection] = []
    nouns: dict[Noun, Words]
    cues: list[CueSection]
    ignored: Words = []
    plain_verbs: Words = []
    adjectives: Words = []
    adverbs: Words = []
    skipped_lines: Words = []
    irregular_verbs: dict[str, str] = {}
    plurals: dict[str, str] = {}
    weights: dict[str, float]


def read_vocabulary(document: YamlDocument) -> tuple[Vocabulary | None, tuple[Problem, ...]]:
    """The document as a vocabulary, or None with every problem in it."""
    file, problems = validate(document, LanguageFile)
    if file is None:
        return None, problems
    bad_verbs = [verb for verb, forms in file.irregular_verbs.items() if len(forms.split()) != 2]  # noqa: PLR2004
    if bad_verbs:
        return None, tuple(
            document.problem(
                ("irregular_verbs", verb),
                f"expected the past and the participle of '{verb}', such as 'took taken', "
                f"got '{file.irregular_verbs[verb]}'",
            )
            for verb in bad_verbs
        )
    return _to_vocabulary(file, _Reader(document)), problems


class _Reader:
    """Gives each word of a list its position."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document

    def position(self, *loc: str | int) -> Position:
        return self._document.position(loc)

    def words(self, words: Words, *loc: str | int) -> tuple[Word, ...]:
        return tuple(Word(word, self.position(*loc, number)) for number, word in enumerate(words))


def _to_vocabulary(file: LanguageFile, read: _Reader) -> Vocabulary:
    lists: dict[str, Any] = {
        name: read.words(getattr(file, name), name)
        for name in ("ignored", "plain_verbs", "adjectives", "adverbs", "skipped_lines")
    }
    return Vocabulary(
        language=file.language,
        origin=read.position(),
        recency_days=file.recency_days,
        events=tuple(
            EventWords(
                frame=group.frame,
                event=group.event,
                action=group.action,
                verbs=read.words(group.verbs, "events", number, "verbs"),
                nouns=read.words(group.nouns, "events", number, "nouns"),
                phrases=read.words(group.phrases, "events", number, "phrases"),
                needs=group.needs,
            )
            for number, group in enumerate(file.events)
        ),
        nouns=tuple(NounClass(noun, read.words(words, "nouns", noun.value)) for noun, words in file.nouns.items()),
        cues=tuple(
            Cue(
                effect=group.effect,
                reach=group.reach,
                verbs=read.words(group.verbs, "cues", number, "verbs"),
                phrases=read.words(group.phrases, "cues", number, "phrases"),
            )
            for number, group in enumerate(file.cues)
        ),
        states=tuple(
            State(
                event=group.event,
                phrases=read.words(group.phrases, "states", number, "phrases"),
                suffixes=read.words(group.suffixes, "states", number, "suffixes"),
                adjectives=read.words(group.adjectives, "states", number, "adjectives"),
            )
            for number, group in enumerate(file.states)
        ),
        irregular=tuple((verb, *forms.split()) for verb, forms in file.irregular_verbs.items()),  # type: ignore[misc]  # two forms, checked above
        plurals=tuple((noun, tuple(plurals.split())) for noun, plurals in file.plurals.items()),
        weights=tuple(Weight(name, value, read.position("weights", name)) for name, value in file.weights.items()),
        **lists,
    )
