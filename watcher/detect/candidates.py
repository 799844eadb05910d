"""What the grammar of every language makes of a sentence, before it becomes a finding. Pure values.

A grammar reads units, and gives candidates with a verdict and a source; ``tellings`` makes findings of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, final

from watcher.detect.lexicon import CueReading, Meaning
from watcher.detect.vocabulary import Frame, Noun, Word
from watcher.model import Action, ActorId, Event, Extent, PlaceId, Reason, Status

PLACE_NOUNS: Final = (Noun.SETTLEMENT, Noun.QUARTER, Noun.PROVINCE, Noun.SITE)


@final
class Unit:
    """A token, or a phrase of the table, with its possible meanings. ``first``/``last`` count the sentence's tokens.

    With an initialiser of its own, as ``Token``, for the same reason. Two units are the same only if they are one.
    """

    __slots__ = ("actor", "capital", "first", "glued", "is_word", "last", "meaning", "modifier", "norm", "places")

    def __init__(
        self, first: int, last: int, norm: str, meaning: Meaning | None, *, capital: bool, glued: bool
    ) -> None:
        self.first = first
        self.last = last
        self.norm = norm
        self.meaning = meaning
        self.capital = capital
        self.glued = glued
        self.is_word = norm[:1].isalnum()
        self.places: tuple[PlaceId, ...] = ()
        self.actor: ActorId | None = None
        self.modifier: ActorId | None = None

    def noun(self, *classes: Noun) -> bool:
        if self.meaning is None or not self.meaning.nouns:
            return False
        nouns = self.meaning.nouns
        for noun in classes:  # noqa: SIM110  asked for every noun phrase, many times
            if noun in nouns:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Located:
    """A place that a noun phrase means. ``unit`` names it; None for an anaphor. ``noun`` is the noun phrase's chunk."""

    place: PlaceId
    extent: Extent
    unit: Unit | None
    noun: int
    how: str = ""
    ambiguous: tuple[PlaceId, ...] = ()


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Why a noun phrase means no tracked place."""

    why: str


@dataclass(frozen=True, slots=True)
class Side:
    """A side in a role. ``actor`` None: armed people without a name. ``unit`` names it; None when it was inferred."""

    actor: ActorId | None
    unit: Unit | None
    noun: int
    how: str = ""


@dataclass(slots=True)
class Candidate:
    """An event that the sentence may tell of, before it is decided whether it happened.

    ``chunk`` is the verb group, noun phrase or state that tells of it; ``voice`` says how it is told:
    active, passive, reduced, noun, state, adjective or suffix.
    """

    event: Event
    action: Action
    frame: Frame
    word: Word
    chunk: int
    voice: str
    located: Located
    gained: Side | None = None
    lost: Side | None = None
    trigger: Unit | None = None
    notes: list[str] = field(default_factory=list)
    standing: bool = False  # the words tell of a state
    entry: bool = False  # the words tell of an entry, not yet of a capture
    partial: bool = False
    denied: bool = False  # "not B": said not to be so beside what is
    ended: bool = False  # "no longer" before a state: it has ended


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event word that gives no candidate, and why."""

    unit: Unit
    word: Word
    why: str


@dataclass(slots=True)
class Source:
    """Who tells a sentence. ``sides``: the armed sides among them; ``independent``: somebody else is, too."""

    name: str | None = None
    sides: list[ActorId] = field(default_factory=list)
    independent: bool = False
    hedge: CueReading | None = None
    confirmed: bool = False
    rumour: str = ""  # "reports", with nobody behind them
    first: int = -1
    last: int = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status with its reason, and the day of the event if one is named."""

    status: Status
    reason: Reason
    day: date | None = None
    fresh: bool = False
    partial: bool = False
    dated_back: str = ""  # the old date of a main clause: the sentences after it go on from there
