"""All words of a language and all names, compiled for one pass over a text: whole tokens, the longest match wins. Pure.

Single tokens are looked up in a dict, phrases by one Aho-Corasick automaton, so that the cost of a text does not
depend on the number of names.
"""

# ruff: noqa: C901, PLR0912  one case per kind of word

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import ahocorasick_rs

from watcher.detect.actors import Actors
from watcher.detect.english.forms import Form
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.text import Token, fold_phrase
from watcher.detect.vocabulary import Cue, Effect, EventWords, Frame, Noun, Reach, Vocabulary, Word
from watcher.model import Actor, ActorId, Event, PlaceId

_ARTICLE_LOOKALIKES: Final = frozenset(("at", "as", "an"))


@dataclass(frozen=True, slots=True)
class EventReading:
    """The word may tell of an event: as a verb in one of ``form``, or as a noun (None)."""

    group: EventWords
    word: Word
    form: int | None


@dataclass(frozen=True, slots=True)
class CueReading:
    """The word may be a cue: as a verb in one of ``form``, or as a fixed phrase (None)."""

    cue: Cue
    word: Word
    form: int | None


@dataclass(frozen=True, slots=True)
class StateReading:
    """The word tells of a state: as a phrase ("in the hands of"), a suffix ("-held") or an adjective ("besieged")."""

    event: Event
    word: Word
    kind: str


@dataclass(slots=True)
class Meaning:
    """Everything that one word or phrase may mean; the grammar chooses by context."""

    phrase: str
    places: tuple[PlaceId, ...] = ()
    weak: frozenset[PlaceId] = frozenset()  # of the places: those that this name means only in context
    actor: ActorId | None = None
    modifier: ActorId | None = None  # "rebel", "Turkish": an actor before a word for armed people
    country: bool = False  # the modifier is the name of a country or capital: it means its forces where it acts
    modifies_soldiers_only: bool = False  # "Syrian" is the army's adjective, not everybody's
    proper: bool = False  # the name is written with a capital
    common: bool = False  # the name is also written without one ("rebels")
    outlet: ActorId | None = None  # a medium that speaks for this side
    exact: str | None = None  # the name counts only as written here
    events: tuple[EventReading, ...] = ()
    nouns: dict[Noun, tuple[Word, bool]] = field(default_factory=dict)  # and whether it is a plural
    cues: tuple[CueReading, ...] = ()
    states: tuple[StateReading, ...] = ()
    plain: int = Form.NONE
    adjective: bool = False
    adverb: bool = False
    ignored: Word | None = None

    # what follows from the fields above, and is asked for every word: set when the lexicon is compiled
    verb: int = Form.NONE  # every verb form that it may be
    event_noun: EventReading | None = None  # the event that it tells of as a noun
    nominal: bool = False  # a noun or an adjective, too
    plural: bool = False
    fixed_cue: bool = False  # it is a cue as it stands, not as a verb
    tells: bool = False  # of a state, or of an event that needs no other noun than a place
    needs: frozenset[Noun] = frozenset()  # one of which makes the word an event
    _events: dict[int, tuple[EventReading, ...]] = field(default_factory=dict)  # by verb form

    def settle(self) -> None:
        """Sum up what was added."""
        self.verb = self.plain
        for event in self.events:
            self.verb |= event.form or Form.NONE
        for cue in self.cues:
            self.verb |= cue.form or Form.NONE
        self.event_noun = next((event for event in self.events if event.form is None), None)
        self.nominal = bool(self.nouns) or self.adjective or self.event_noun is not None
        self.plural = any(plural for _, plural in self.nouns.values())
        self.fixed_cue = any(cue.form is None for cue in self.cues)
        needed = [None if event.group.frame is Frame.FALLS else event.group.needs for event in self.events]
        self.tells = bool(self.states) or None in needed
        self.needs = frozenset(noun for noun in needed if noun is not None)

    @property
    def event_nouns(self) -> tuple[EventReading, ...]:
        """The events that it tells of as a noun."""
        return tuple(event for event in self.events if event.form is None)

    def events_as(self, form: int) -> tuple[EventReading, ...]:
        """The events that it tells of as a verb in one of these forms."""
        if not self.events:
            return ()
        found = self._events.get(form)
        if found is None:
            found = tuple(event for event in self.events if event.form is not None and event.form & form)
            self._events[form] = found
        return found


def _content(meaning: Meaning) -> tuple[object, ...]:
    """What tells two meanings apart, but for the phrase. Readings are compared as objects: equal ones are one."""
    nouns = tuple((noun, id(word), plural) for noun, (word, plural) in meaning.nouns.items())
    names = (meaning.places, meaning.weak, meaning.actor, meaning.modifier, meaning.outlet, meaning.exact)
    marks = (meaning.country, meaning.modifies_soldiers_only, meaning.proper, meaning.common)
    readings = (*map(id, meaning.events), None, *map(id, meaning.cues), None, *map(id, meaning.states))
    plain = (meaning.plain, meaning.adjective, meaning.adverb, id(meaning.ignored))
    return (nouns, names, marks, readings, plain)


class Lexicon:
    """The compiled words: ``add`` while it is built, then ``compile``, then ``read``."""

    def __init__(self) -> None:
        self._meanings: dict[tuple[str, ...], Meaning] = {}
        self._single: dict[str, Meaning] = {}
        self._phrases: list[Meaning] = []
        self._lengths: list[int] = []
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    def add(self, phrase: str) -> Meaning | None:
        """The meaning of a phrase, to be filled; None when nothing in it can be matched."""
        key = self.cut(phrase)
        if not key:
            return None
        meaning = self._meanings.get(key)
        if meaning is None:
            meaning = self._meanings[key] = Meaning(" ".join(key))
        return meaning

    def cut(self, phrase: str) -> tuple[str, ...]:
        """The words under which a phrase is found."""
        return fold_phrase(phrase)

    def compile(self) -> None:
        patterns = []
        shared: dict[tuple[object, ...], Meaning] = {}  # the forms of one word mean the same
        for key, meaning in self._meanings.items():
            if len(key) == 1:
                kept = shared.setdefault(_content(meaning), meaning)
                self._single[key[0]] = self._meanings[key] = kept
                if kept is meaning:
                    meaning.settle()
            else:
                meaning.settle()
                self._phrases.append(meaning)
                self._lengths.append(len(key))
                patterns.append(f" {meaning.phrase} ")
        self._automaton = ahocorasick_rs.AhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.Standard)

    def phrase(self, phrase: str) -> Meaning | None:
        """The meaning of a folded phrase."""
        return self._meanings.get(tuple(phrase.split()))

    def single(self, norm: str) -> Meaning | None:
        return self._single.get(norm)

    def read(self, tokens: Sequence[Token]) -> list[tuple[int, int, Meaning | None]]:
        """The tokens as stretches (first, last exclusive, meaning), left to right, the longest match first.

        A name in capitals in the gazetteer is taken only where the text writes a capital, unless the text has none.
        """
        assert self._automaton is not None
        single = self._single
        norms = [token.norm for token in tokens]
        line = " " + " ".join(norms) + " "
        longest: dict[int, tuple[int, Meaning]] = {}
        for pattern, start, _ in self._automaton.find_matches_as_indexes(line, overlapping=True):
            first = line.count(" ", 0, start)
            length = self._lengths[pattern]
            if first not in longest or longest[first][0] < length:
                meaning = self._phrases[pattern]
                if written_as_name(meaning, tokens, first, first + length):
                    longest[first] = (length, meaning)
        if not longest:
            return [(index, index + 1, single.get(norm)) for index, norm in enumerate(norms)]
        stretches: list[tuple[int, int, Meaning | None]] = []
        after = 0
        for index, norm in enumerate(norms):
            if index < after:
                continue
            found = longest.get(index)
            after = index + 1 if found is None else index + found[0]
            stretches.append((index, after, single.get(norm) if found is None else found[1]))
        return stretches


def written_as_name(meaning: Meaning, tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a phrase that is only a name is written as one, with a capital."""
    if not (meaning.places or meaning.actor):
        return True
    if meaning.events or meaning.nouns or meaning.cues or meaning.ignored:
        return True
    opening = tokens[first]
    if opening.norm in _ARTICLE_LOOKALIKES and not opening.capital and last > first + 1 and not tokens[first + 1].glued:
        return False  # "at Tabqa" is no "at-Tabqa"
    if meaning.common or not meaning.proper:
        return True
    return any(token.capital for token in tokens[first:last]) or not any(token.capital for token in tokens)


def add_places(lexicon: Lexicon, gazetteer: Gazetteer, is_place_noun: Callable[[str], bool]) -> None:
    """Add names of places. A name that ends in a common noun ("municipal stadium") needs no capital."""
    for place in gazetteer:
        for name in place.names:
            meaning = lexicon.add(name)
            if meaning is not None:
                if place.id not in meaning.places:
                    meaning.places = (*meaning.places, place.id)
                if place.needs_context or name in place.weak_names:
                    meaning.weak |= {place.id}
                described = " " in meaning.phrase and is_place_noun(meaning.phrase.rpartition(" ")[2])
                meaning.proper = not described and (meaning.proper or name != name.lower())


def add_actors(lexicon: Lexicon, actors: Actors, is_force: Callable[[str], Noun | None]) -> None:
    """Add names of sides, and the adjectives that follow from them: "rebel" from "rebel fighters"."""
    modifiers: dict[tuple[str, ...], list[tuple[Actor, bool]]] = {}
    for actor in actors:
        for name in (*actor.names, *actor.exact_case):
            meaning = lexicon.add(name)
            if meaning is None:
                continue
            meaning.actor = actor.id
            meaning.common = meaning.common or name == name.lower()
            meaning.proper = meaning.proper or name != name.lower()
            if name in actor.exact_case:
                meaning.exact = name
            for modifier, soldiers_only in _modifiers(fold_phrase(name), is_force):
                modifiers.setdefault(modifier, []).append((actor, soldiers_only))
        for name in actor.countries:
            meaning = lexicon.add(name)
            if meaning is not None and meaning.actor is None:
                meaning.modifier, meaning.country, meaning.proper = actor.id, True, True
                meaning.modifies_soldiers_only = True
        for name in actor.outlets:
            meaning = lexicon.add(name)
            if meaning is not None:
                meaning.outlet = actor.id
    for key, owners in modifiers.items():
        first = owners[0][0].id
        if all(actors.related(first, owner.id) for owner, _ in owners):
            meaning = lexicon.add(" ".join(key))
            if meaning is not None and meaning.actor is None and not meaning.country:
                meaning.modifier = first
                meaning.modifies_soldiers_only = all(only for _, only in owners)


def _modifiers(name: tuple[str, ...], is_force: Callable[[str], Noun | None]) -> Iterable[tuple[tuple[str, ...], bool]]:
    if len(name) == 1:
        if name[0].endswith("s") and is_force(name[0]):
            yield (name[0][:-1],), False
        return
    kind = is_force(name[-1])
    if kind is not None:
        yield name[:-1], kind is Noun.STATE_FORCE
    for index in range(1, len(name)):
        if name[index] in {"backed", "led", "allied", "supported"}:
            yield name[index - 1 : index + 1], False


def add_vocabulary(
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    verb_forms: Callable[[str], dict[str, int]],
    noun_forms: Callable[[str], dict[str, bool]],
) -> None:
    """Add every word of the table in every form that it may have."""
    for group in vocabulary.events:
        for word in group.verbs:
            readings: dict[int, EventReading] = {}  # one for all words in the same form, so that they can share it
            for written, form in verb_forms(word.text).items():
                event = readings.setdefault(form, EventReading(group, word, form))
                _extend(lexicon, written, events=event)
        for word in group.nouns:
            as_noun = EventReading(group, word, None)
            for written in noun_forms(word.text):
                _extend(lexicon, written, events=as_noun)
        for word in group.phrases:
            _extend(lexicon, word.text, events=EventReading(group, word, None))
    for cue in vocabulary.cues:
        for word in cue.verbs:
            effects: dict[int, CueReading] = {}
            for written, form in verb_forms(word.text).items():
                _extend(lexicon, written, cues=effects.setdefault(form, CueReading(cue, word, form)))
        for word in cue.phrases:
            _extend(lexicon, word.text, cues=CueReading(cue, word, None))
    for state in vocabulary.states:
        for kind, words in (("phrase", state.phrases), ("suffix", state.suffixes), ("adjective", state.adjectives)):
            for word in words:
                _extend(lexicon, word.text, states=StateReading(state.event, word, kind))
    for noun_class in vocabulary.nouns:
        for word in noun_class.words:
            for written, plural in noun_forms(word.text).items():
                meaning = lexicon.add(written)
                if meaning is not None:
                    meaning.nouns.setdefault(noun_class.noun, (word, plural))
    for word in vocabulary.plain_verbs:
        for written, form in verb_forms(word.text).items():
            meaning = lexicon.add(written)
            if meaning is not None:
                meaning.plain |= form
    for words, name in ((vocabulary.adjectives, "adjective"), (vocabulary.adverbs, "adverb")):
        for word in words:
            meaning = lexicon.add(word.text)
            if meaning is not None:
                setattr(meaning, name, True)
    for word in vocabulary.ignored:
        meaning = lexicon.add(word.text)
        if meaning is not None:
            meaning.ignored = word


def _extend(
    lexicon: Lexicon,
    written: str,
    *,
    events: EventReading | None = None,
    cues: CueReading | None = None,
    states: StateReading | None = None,
) -> None:
    meaning = lexicon.add(written)
    if meaning is None:
        return
    if events is not None:
        meaning.events = (*meaning.events, events)
    if cues is not None:
        meaning.cues = (*meaning.cues, cues)
    if states is not None:
        meaning.states = (*meaning.states, states)


__all__ = ["CueReading", "Effect", "EventReading", "Lexicon", "Meaning", "Reach", "StateReading"]
