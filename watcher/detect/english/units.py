"""The pieces of a sentence: units (words and phrases with their meanings), noun phrases, verb groups. Pure.

``phrases`` cuts them, ``clauses`` relates them.
"""

from __future__ import annotations

from typing import Final, final

from watcher.detect.candidates import Unit
from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.lexicon import CueReading, EventReading, Lexicon, Meaning
from watcher.detect.text import BREAK, Token
from watcher.detect.vocabulary import Effect, Noun

_QUOTES: Final = frozenset(('"', "'"))
_SCARE_QUOTE: Final = 4  # words
_FINITE: Final = Form.PAST | Form.THIRD | Form.BASE


class Chunk:
    """One piece of a sentence. ``kind`` is np, vg, prep, sub, rel, comp, cc, time, cue, adv, state or a mark.

    With an initialiser of its own, as ``Token``, for the same reason.
    """

    __slots__ = ("kind", "units", "word")

    def __init__(self, kind: str, units: list[Unit], word: str = "") -> None:
        self.kind = kind
        self.units = units
        self.word = word

    @property
    def first(self) -> int:
        return self.units[0].first

    @property
    def last(self) -> int:
        return self.units[-1].last


@final
class NounPhrase(Chunk):
    """A noun phrase. ``possessor``: units before its last "'s"; ``own``: the rest, of which ``head`` is the last."""

    __slots__ = ("determiner", "head", "own", "possessor")

    def __init__(self, units: list[Unit], determiner: str, possessor: list[Unit], own: list[Unit]) -> None:
        super().__init__("np", units)
        self.determiner = determiner
        self.possessor = possessor
        self.own = own
        self.head = own[-1] if own else units[-1]

    def head_is(self, *classes: Noun) -> bool:
        return self.head.noun(*classes)

    @property
    def plural(self) -> bool:
        meaning = self.head.meaning
        if self.head.norm in {"they", "we"}:
            return True
        if meaning is None or not meaning.nouns:
            return self.head.norm.endswith("s")
        return meaning.plural

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
        return self.head.meaning.event_noun if self.head.meaning is not None else None


@final
class VerbGroup(Chunk):
    """A verb with its auxiliaries. ``main`` is None for a bare auxiliary (a question, or one cut off)."""

    __slots__ = ("auxiliaries", "cues", "form", "infinitive", "main", "modal", "negation")

    def __init__(self, word: str, *, infinitive: bool = False) -> None:
        super().__init__("vg", [], word)
        self.main: Unit | None = None
        self.form = Form.BASE
        self.auxiliaries: list[str] = []
        self.negation: Unit | None = None
        self.modal = ""
        self.infinitive = infinitive
        self.cues: list[tuple[CueReading, Unit]] = []

    @property
    def passive(self) -> bool:
        if not self.auxiliaries or not self.form & Form.PARTICIPLE:
            return False
        last = self.auxiliaries[-1]
        return last in words.BE or last in words.GET

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
        return self.main.meaning.events_as(self.form)

    def effect(self, *effects: Effect) -> CueReading | None:
        """The cue that the verb itself is, if it has one of the effects."""
        if self.main is None or self.main.meaning is None or not self.main.meaning.cues:
            return None
        for cue in self.main.meaning.cues:
            if cue.form is not None and cue.cue.effect in effects:
                return cue
        return None


def read_units(lexicon: Lexicon, tokens: list[Token]) -> list[Unit]:
    """The sentence's tokens as units; names are kept as names only where they are written as such."""
    any_capital = any(token.capital for token in tokens)
    kept = _without_scare_quotes(tokens, _acronyms(tokens, lexicon))
    plain = [tokens[at] for at in kept]
    units: list[Unit] = []
    for start, end, meaning in _with_troops(lexicon.read(plain), lexicon, plain):
        if end == start + 1:
            if plain[start].norm != BREAK:
                units.append(_read_unit(tokens, kept[start], kept[start] + 1, meaning, any_capital=any_capital))
        elif meaning is not None and meaning.ignored is not None and _is_date_behind(plain, end):
            units.extend(
                _read_unit(tokens, kept[at], kept[at] + 1, lexicon.single(plain[at].norm), any_capital=any_capital)
                for at in range(start, end)
            )
        else:
            units.append(_read_unit(tokens, kept[start], kept[end - 1] + 1, meaning, any_capital=any_capital))
    return units


def _acronyms(tokens: list[Token], lexicon: Lexicon) -> set[int]:
    """Islamic State (IS) militants: the short name in brackets, which parts the name from its noun."""
    found: set[int] = set()
    for at in [at for at, token in enumerate(tokens) if token.norm == "("]:
        if not at or at + 2 >= len(tokens) or tokens[at + 2].norm != ")":
            continue
        meaning = lexicon.single(tokens[at + 1].norm)
        if tokens[at - 1].capital and tokens[at + 1].capital and not (meaning is not None and meaning.places):
            found |= {at, at + 1, at + 2}
    return found


def _without_scare_quotes(tokens: list[Token], dropped: set[int]) -> list[int]:
    """The tokens but for quotation marks around a few words in the middle of a sentence: the "Islamic State" group."""
    opening = -1
    for at in [at for at, token in enumerate(tokens) if token.norm in _QUOTES]:
        token = tokens[at]
        if opening >= 0 and not _may_be_quoted(tokens[opening + 1 : at]):
            opening = -1
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        opens = after is not None and after.start == token.end and (at == 0 or tokens[at - 1].end < token.start)
        if opening >= 0 and tokens[opening].norm == token.norm and at > opening + 1 and not opens:
            dropped |= {opening, at}
            opening = -1
        elif opens and at > 0 and tokens[at - 1].norm[0].isalnum():
            opening = at
    return [at for at in range(len(tokens)) if at not in dropped] if dropped else list(range(len(tokens)))


def _may_be_quoted(inside: list[Token]) -> bool:
    """A few words, and other quotation marks."""
    return all(
        token.norm in _QUOTES or (number < _SCARE_QUOTE and token.norm[0].isalnum())
        for number, token in enumerate(inside)
    )


def _with_troops(
    stretches: list[tuple[int, int, Meaning | None]], lexicon: Lexicon, tokens: list[Token]
) -> list[tuple[int, int, Meaning | None]]:
    """Pulled its forces out of X: no "forces out", for what stands before makes it a noun."""
    for number, (start, end, _) in enumerate(stretches):
        if end != start + 2 or tokens[start].norm != "forces" or not start or tokens[end : end + 1] == []:
            continue
        before = lexicon.single(tokens[start - 1].norm)
        noun = tokens[start - 1].norm in words.DETERMINERS or (before is not None and before.adjective)
        if noun and tokens[end].norm == "of" and stretches[number + 1][1] == end + 1:
            troops = start, start + 1, lexicon.single("forces")
            out_of = start + 1, end + 1, lexicon.phrase("out of")
            return [*stretches[:number], troops, out_of, *stretches[number + 2 :]]
    return stretches


def _is_date_behind(tokens: list[Token], last: int) -> bool:
    """ "Was taken on Friday": no idiom ("taken on"), for the preposition belongs to the date."""
    if last >= len(tokens) or tokens[last - 1].norm not in {"on", "in", "by"}:
        return False
    following = tokens[last].norm
    return following in words.WEEKDAYS or following in words.MONTHS or following.isdecimal()


def _read_unit(tokens: list[Token], first: int, last: int, meaning: Meaning | None, *, any_capital: bool) -> Unit:
    """``any_capital``: the sentence has a capital, so that a name in it has one."""
    token = tokens[first]
    norm = token.norm if last == first + 1 or meaning is None else meaning.phrase
    unit = Unit(first, last, norm, meaning, capital=token.capital, glued=token.glued)
    if meaning is None or not (meaning.places or meaning.actor or meaning.modifier):
        return unit
    capital = not any_capital or any(token.capital for token in tokens[first:last])
    if meaning.places and (capital or not meaning.proper):
        unit.places = meaning.places
    if meaning.actor is not None and meaning.exact is None and (capital or meaning.common):
        unit.actor = meaning.actor
    elif meaning.exact is not None and token.capital:
        whole = token.end - token.start == len(meaning.exact.partition(" ")[0])
        if whole and any(not other.capital and other.norm[0].isalpha() for other in tokens):
            unit.actor = meaning.actor  # in a text all in capitals nobody can tell
    unit.modifier = meaning.modifier
    return unit
