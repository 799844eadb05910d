"""The pieces of a sentence: units (words and phrases with their meanings), noun phrases, verb groups. Pure.

``phrases`` cuts them, ``clauses`` relates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from watcher.detect.candidates import Unit
from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.lexicon import CueReading, EventReading, Lexicon, Meaning
from watcher.detect.text import BREAK, Token
from watcher.detect.vocabulary import Effect, Noun

_QUOTES: Final = frozenset(('"', "'"))
_SCARE_QUOTE: Final = 4  # words
_FINITE: Final = Form.PAST | Form.THIRD | Form.BASE


@dataclass(slots=True)
class Chunk:
    """One piece of a sentence. ``kind`` is np, vg, prep, sub, rel, comp, cc, time, cue, adv, state or a mark."""

    kind: str
    units: list[Unit]
    word: str = ""

    @property
    def first(self) -> int:
        return self.units[0].first

    @property
    def last(self) -> int:
        return self.units[-1].last


@dataclass(slots=True)
class NounPhrase(Chunk):
    """A noun phrase. ``possessor``: units before its last "'s"; ``own``: the rest, of which ``head`` is the last."""

    determiner: str = ""
    possessor: list[Unit] = field(default_factory=list)
    own: list[Unit] = field(default_factory=list)

    @property
    def head(self) -> Unit:
        return self.own[-1] if self.own else self.units[-1]

    def head_is(self, *classes: Noun) -> bool:
        return self.head.noun(*classes)

    @property
    def plural(self) -> bool:
        meaning = self.head.meaning
        if self.head.norm in {"they", "we"}:
            return True
        if meaning is None or not meaning.nouns:
            return self.head.norm.endswith("s")
        return any(plural for _, plural in meaning.nouns.values())

    @property
    def is_pronoun(self) -> bool:
        return (
            len(self.units) == 1
            and self.head.norm in words.PRONOUNS
            and not (self.head.norm == "us" and self.head.capital)
        )

    @property
    def place(self) -> Unit | None:
        """The place that the phrase itself names: its head, or what a place noun at its end belongs to."""
        for unit in reversed(self.own):
            if unit.places:
                return unit
        return None

    @property
    def event_noun(self) -> EventReading | None:
        meaning = self.head.meaning
        if meaning is None:
            return None
        return next((event for event in meaning.events if event.form is None), None)


@dataclass(slots=True)
class VerbGroup(Chunk):
    """A verb with its auxiliaries. ``main`` is None for a bare auxiliary (a question, or one cut off)."""

    main: Unit | None = None
    form: int = Form.BASE
    auxiliaries: list[str] = field(default_factory=list)
    negation: Unit | None = None
    modal: str = ""
    infinitive: bool = False
    cues: list[tuple[CueReading, Unit]] = field(default_factory=list)

    @property
    def passive(self) -> bool:
        return bool(self.form & Form.PARTICIPLE) and any(
            word in words.BE or word in words.GET for word in self.auxiliaries[-1:]
        )

    @property
    def perfect(self) -> bool:
        return any(word in words.HAVE for word in self.auxiliaries) and not self.infinitive

    @property
    def pluperfect(self) -> bool:
        return "had" in self.auxiliaries

    @property
    def progressive(self) -> bool:
        return self.form == Form.ING and any(word in words.BE for word in self.auxiliaries)

    @property
    def finite(self) -> bool:
        if self.infinitive or (self.form == Form.ING and not self.auxiliaries):
            return False
        if self.auxiliaries:
            return self.auxiliaries[0] not in {"being", "having", "been", "be"} or bool(self.modal)
        return bool(self.form & _FINITE) or self.form == Form.BASE

    @property
    def events(self) -> tuple[EventReading, ...]:
        if self.main is None or self.main.meaning is None:
            return ()
        return tuple(event for event in self.main.meaning.events if event.form is not None and event.form & self.form)

    def effect(self, *effects: Effect) -> CueReading | None:
        """The cue that the verb itself is, if it has one of the effects."""
        if self.main is None or self.main.meaning is None:
            return None
        for cue in self.main.meaning.cues:
            if cue.form is not None and cue.cue.effect in effects:
                return cue
        return None


def read_units(lexicon: Lexicon, tokens: Sequence[Token]) -> list[Unit]:
    """The sentence's tokens as units; names are kept as names only where they are written as such."""
    any_capital = any(token.capital for token in tokens)
    shouting = any_capital and all(token.capital or not token.norm[0].isalpha() for token in tokens)
    units = []
    kept = _without_scare_quotes(tokens)
    plain = [tokens[at] for at in kept]
    for start, end, meaning in _without_dates(lexicon.read(plain), lexicon, plain):
        first, last = kept[start], kept[end - 1] + 1
        token = tokens[first]
        if token.norm == BREAK:
            continue
        unit = Unit(
            first,
            last,
            token.norm if end == start + 1 else " ".join(one.norm for one in plain[start:end]),
            meaning,
            token.capital,
            token.glued,
        )
        if meaning is not None and (meaning.places or meaning.actor or meaning.modifier):
            _name(unit, meaning, tokens, any_capital=any_capital, shouting=shouting)
        units.append(unit)
    return units


def _without_scare_quotes(tokens: Sequence[Token]) -> list[int]:
    """The tokens but for quotation marks around a few words in the middle of a sentence: the "Islamic State" group."""
    dropped: set[int] = set()
    opening = -1
    for at, token in enumerate(tokens):
        if token.norm not in _QUOTES:
            if opening >= 0 and (at - opening > _SCARE_QUOTE or not token.norm[0].isalnum()):
                opening = -1
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        opens = after is not None and after.start == token.end and (at == 0 or tokens[at - 1].end < token.start)
        if opening >= 0 and tokens[opening].norm == token.norm and at > opening + 1 and not opens:
            dropped |= {opening, at}
            opening = -1
        elif opens and at > 0 and tokens[at - 1].norm[0].isalnum():
            opening = at
    return [at for at in range(len(tokens)) if at not in dropped]


def _without_dates(
    stretches: Iterable[tuple[int, int, Meaning | None]], lexicon: Lexicon, tokens: Sequence[Token]
) -> Iterator[tuple[int, int, Meaning | None]]:
    """ "Was taken on Friday": no idiom ("taken on"), for the preposition belongs to the date."""
    for first, last, meaning in stretches:
        idiom = meaning is not None and meaning.ignored is not None and last > first + 1
        following = tokens[last].norm if last < len(tokens) else ""
        dated = following in words.WEEKDAYS or following in words.MONTHS or following.isdecimal()
        if idiom and dated and tokens[last - 1].norm in {"on", "in", "by"}:
            yield from ((at, at + 1, lexicon.single(tokens[at].norm)) for at in range(first, last))
        else:
            yield first, last, meaning


def _name(unit: Unit, meaning: Meaning, tokens: Sequence[Token], *, any_capital: bool, shouting: bool) -> None:
    capital = any(token.capital for token in tokens[unit.first : unit.last]) or not any_capital
    if meaning.places and (capital or not meaning.proper):
        unit.places = meaning.places
    if meaning.actor is not None and meaning.exact is None and (capital or meaning.common):
        unit.actor = meaning.actor
    elif meaning.exact is not None:
        first = tokens[unit.first].end - tokens[unit.first].start == len(meaning.exact.partition(" ")[0])
        if first and tokens[unit.first].capital and not shouting:
            unit.actor = meaning.actor
    unit.modifier = meaning.modifier
