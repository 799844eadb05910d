"""Cuts a sentence into noun phrases, verb groups, prepositions, times and cues: the pieces that clauses are made of. Pure.

A shallow reading: function words and the table's words are known, everything else is taken for a noun or an adjective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.english.times import Time, TimeSpan
from watcher.detect.lexicon import CueReading, EventReading, Lexicon, Meaning, StateReading
from watcher.detect.text import BREAK, Token
from watcher.detect.vocabulary import Effect, Noun, Reach
from watcher.model import ActorId, PlaceId

_FINITE = Form.PAST | Form.THIRD | Form.BASE
_LINKS = frozenset((",", ";", ":", "-", "(", ")", '"', "'", "[", "]", "/"))
_ADVERBIAL = frozenset((Effect.FRESH, Effect.STILL, Effect.HEDGED, Effect.BACKGROUND))


@dataclass(slots=True)
class Unit:
    """A token, or a phrase of the table, with its possible meanings. ``first``/``last`` count the sentence's tokens."""

    first: int
    last: int
    norm: str
    meaning: Meaning | None
    capital: bool
    glued: bool
    places: tuple[PlaceId, ...] = ()
    actor: ActorId | None = None
    modifier: ActorId | None = None

    def noun(self, *classes: Noun) -> bool:
        return self.meaning is not None and any(noun in self.meaning.nouns for noun in classes)

    @property
    def is_word(self) -> bool:
        return self.norm[:1].isalnum()


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
    """A noun phrase. ``possessor`` are the units before its last "'s"; ``own`` the rest; ``head`` the last noun of it."""

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
    for first, last, meaning in lexicon.read(tokens):
        token = tokens[first]
        if token.norm == BREAK:
            continue
        unit = Unit(
            first,
            last,
            token.norm if last == first + 1 else " ".join(t.norm for t in tokens[first:last]),
            meaning,
            token.capital,
            token.glued,
        )
        if meaning is not None and (meaning.places or meaning.actor or meaning.modifier):
            _name(unit, meaning, tokens, any_capital=any_capital, shouting=shouting)
        units.append(unit)
    return units


def _name(unit: Unit, meaning: Meaning, tokens: Sequence[Token], *, any_capital: bool, shouting: bool) -> None:
    capital = any(token.capital for token in tokens[unit.first : unit.last]) or not any_capital
    if meaning.places and (capital or not meaning.proper):
        unit.places = meaning.places
    if meaning.actor is not None and meaning.exact is None and (capital or meaning.common):
        unit.actor = meaning.actor
    elif meaning.exact is not None:
        upper = tokens[unit.first].end - tokens[unit.first].start == len(meaning.exact)
        if upper and tokens[unit.first].capital and not shouting:
            unit.actor = meaning.actor
    unit.modifier = meaning.modifier


def unit_ends_out(unit: Unit) -> bool:
    """Pull out of: the particle goes with the preposition that follows."""
    return unit.norm.endswith((" out", " back"))


class Chunker:
    """Cuts the units of one sentence."""

    def __init__(self, units: list[Unit], times: Sequence[TimeSpan]) -> None:
        self.units = units
        self.chunks: list[Chunk] = []
        self.times: list[tuple[Chunk, Time]] = []
        self._inverted: list[str] = []  # the auxiliary of a question, until its verb comes
        self._time_at: dict[int, TimeSpan] = {}
        for span in times:
            inside = next((unit for unit in units if unit.first >= span.first), None)
            if inside is not None and inside.first < span.last:
                self._time_at[inside.first] = span

    def read(self) -> list[Chunk]:
        index = 0
        while index < len(self.units):
            index = self._step(index)
        return self.chunks

    def _add(self, kind: str, first: int, last: int) -> int:
        self.chunks.append(Chunk(kind, self.units[first:last], self.units[first].norm))
        return last

    def _step(self, index: int) -> int:
        unit = self.units[index]
        span = self._time_at.get(unit.first)
        if span is not None:
            last = index
            while last < len(self.units) and self.units[last].first < span.last:
                last += 1
            chunk = Chunk("time", self.units[index:last], span.time.words)
            self.chunks.append(chunk)
            self.times.append((chunk, span.time))
            return last
        norm, meaning = unit.norm, unit.meaning
        if not unit.is_word and not (norm.startswith("'") and len(norm) > 1) and norm != "'":
            return self._add(norm if norm in _LINKS else "mark", index, index + 1)
        if norm == "'":
            return self._add('"', index, index + 1)
        if meaning is not None and meaning.ignored is not None:
            return self._add("adv", index, index + 1)
        if norm == "as well" and self._next_norm(index) == "as":
            return self._add("cc", index, index + 2)
        if self._is_distance(index):
            return self._add("adv", index, index + 2)
        if norm == "out of":
            return self._add("prep", index, index + 1)
        if meaning is not None and unit.last > unit.first + 1:
            phrase = self._phrase(index, meaning)
            if phrase is not None:
                return phrase
        found = self._verb_group(index)
        if found is not None:
            return found
        found = self._function_word(index)
        if found is not None:
            return found
        return self._noun_phrase(index)

    def _phrase(self, index: int, meaning: Meaning) -> int | None:
        """A fixed phrase of the table: a cue or a state."""
        if any(state.kind == "phrase" for state in meaning.states):
            return self._add("state", index, index + 1)
        if any(cue.form is None for cue in meaning.cues):
            return self._add("cue", index, index + 1)
        if meaning.adverb and not meaning.nouns and not meaning.verb:
            return self._add("adv", index, index + 1)
        return None

    # --- function words

    def _function_word(self, index: int) -> int | None:
        unit = self.units[index]
        norm, meaning = unit.norm, unit.meaning
        if norm == "as" and self._next_norm(index) == "well" and self._next_norm(index + 1) == "as":
            return self._add("cc", index, index + 3)
        if norm in {"about", "around", "over", "nearly"} and index + 1 < len(self.units) and self._is_amount(index + 1):
            return self._add("adv", index, index + 1)
        compass = self._compass_end(index)
        if compass is not None and not self._determined(index):
            self._add("prep", index, compass)
            self.chunks[-1].word = norm
            return compass
        if norm in words.CONJUNCTIONS:
            return self._add("cc", index, index + 1)
        if norm in words.RELATIVES:
            return self._add("rel", index, index + 1)
        if norm == "so" and self._next_norm(index) == "that":
            return self._add("sub", index, index + 2)
        if norm == "that":
            return self._that(index)
        if norm in {"where", "when"} and self.chunks and self.chunks[-1].kind in {",", "np"} and norm == "where":
            return self._add("rel", index, index + 1)
        if (
            meaning is not None
            and any(cue.form is None for cue in meaning.cues)
            and not unit.places
            and not self._is_nominal_cue(index)
        ):
            return self._add("cue", index, index + 1)
        if norm in words.SUBORDINATORS:
            return self._add("sub", index, index + 1)
        if norm == "to":
            return self._add("prep", index, index + 1)
        if norm in words.PREPOSITIONS and not (unit.places or unit.actor):
            if norm in {"out", "off", "over", "through"} and (
                index + 1 >= len(self.units) or not self._starts_noun(index + 1)
            ):
                return self._add("adv", index, index + 1)
            return self._add("prep", index, index + 1)
        if norm in words.NEGATIONS:
            return self._add("cue", index, index + 1)
        adverb = meaning is not None and meaning.adverb and not meaning.nouns and not meaning.adjective
        if (adverb or (norm.endswith("ly") and len(norm) > 4 and meaning is None)) and not self._inside_noun(index):  # noqa: PLR2004  "only" is more
            return self._add("adv", index, index + 1)
        return None

    def _is_distance(self, index: int) -> bool:
        """5 km, 20 miles."""
        return self.units[index].norm[0].isdigit() and self._next_norm(index) in {
            "km",
            "kilometres",
            "kilometers",
            "miles",
            "metres",
            "meters",
            "mile",
        }

    def _is_amount(self, index: int) -> bool:
        unit = self.units[index]
        return (
            unit.norm[0].isdigit()
            or unit.norm in words.NUMBERS
            or (unit.noun(Noun.PART) and unit.norm not in words.DIRECTIONS)
        )

    def _compass_end(self, index: int) -> int | None:
        """The end of "south of", "south-east of"; None when there is none."""
        if self.units[index].norm not in words.COMPASS:
            return None
        after = index + 1
        if after < len(self.units) and self.units[after].glued and self.units[after].norm in words.COMPASS:
            after += 1
        return after + 1 if after < len(self.units) and self.units[after].norm == "of" else None

    def _next_norm(self, index: int) -> str:
        return self.units[index + 1].norm if index + 1 < len(self.units) else ""

    def _is_nominal_cue(self, index: int) -> bool:
        """A cue adjective right before a noun ("an abortive attempt") is read inside its noun phrase."""
        meaning = self.units[index].meaning
        assert meaning is not None
        if meaning.nouns:
            return True
        if any(cue.cue.effect in _ADVERBIAL for cue in meaning.cues):
            return False
        return self._determined(index) and index + 1 < len(self.units) and self._starts_noun(index + 1)

    def _determined(self, index: int) -> bool:
        return index > 0 and (self.units[index - 1].norm in words.DETERMINERS or self.units[index - 1].norm == "'s")

    def _that(self, index: int) -> int:
        before = self.chunks[-1] if self.chunks else None
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        previous_verb = next(
            (c for c in reversed(self.chunks) if isinstance(c, VerbGroup) or c.kind in {";", "sub", "rel"}), None
        )
        reporting = isinstance(previous_verb, VerbGroup) and previous_verb.effect(
            Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS, Effect.DENIES, Effect.PROSPECTIVE
        )
        if before is not None and before.kind == "cue":
            return self._add("comp", index, index + 1)
        if isinstance(before, NounPhrase) and len(self.chunks) > 1 and isinstance(self.chunks[-2], VerbGroup):
            copula = self.chunks[-2].main
            empty = any(isinstance(c, NounPhrase) and c.head.norm == "it" for c in self.chunks[:-2]) or any(
                c.word == "there" for c in self.chunks[:-2]
            )
            if copula is not None and copula.norm in words.BE and empty:
                return self._add("comp", index, index + 1)  # it is true that
        if before is not None and before.kind in {"time", "adv"} and self._is_empty_clause():
            return self._add("comp", index, index + 1)
        if before is not None and before.kind == "vg":
            noun = (
                following is not None
                and following.meaning is not None
                and following.meaning.nouns
                and not following.places
            )
            if noun and not reporting:
                return self._noun_phrase(index)
            return self._add("comp", index, index + 1)
        noun = next((chunk for chunk in reversed(self.chunks) if chunk.kind not in {"time", "adv"}), None)
        if isinstance(noun, NounPhrase) and noun.head_is(Noun.REPORT):
            return self._add("comp", index, index + 1)
        if (
            reporting
            and before is not None
            and before.kind in {"time", "np", "adv", "cue"}
            and not (isinstance(before, NounPhrase) and following is not None and self._may_be_verb(index + 1))
        ):
            return self._add("comp", index, index + 1)
        if isinstance(before, NounPhrase):
            return self._add("rel", index, index + 1)
        if before is not None and before.kind in {"cc", ","} and reporting:
            return self._add("comp", index, index + 1)
        if following is not None and self._may_be_verb(index + 1):
            return self._add("rel", index, index + 1)
        return self._noun_phrase(index)

    def _is_empty_clause(self) -> bool:
        """It was clear, by noon on Thursday, that …"""
        return any(
            chunk.kind == "adv" and chunk.word.startswith(("it was clear", "it is clear")) for chunk in self.chunks
        )

    # --- verb groups

    def _verb_group(self, index: int) -> int | None:
        """Auxiliaries, negation and adverbs up to a main verb; or a main verb alone, where it is one."""
        units = self.units
        unit = units[index]
        norm = unit.norm
        start = index
        group = VerbGroup("vg", [], norm)
        if norm == "to":
            after = index + 1
            while after < len(units) and units[after].norm in {"not", "also", "fully", "completely", "then"}:
                after += 1
            if after >= len(units) or not (self._form(after) & Form.BASE or units[after].norm in {"be", "have"}):
                return None
            if units[after].places or (self._looks_nominal(after) and not units[after].meaning):
                return None
            if (
                units[after].meaning is not None
                and units[after].meaning.nouns
                and not self._starts_noun(after + 1)
                and not units[after].meaning.events
            ):
                return None
            group.infinitive = True
            index += 1
        elif norm in words.GET and self._is_event_participle(index + 1):
            pass
        elif (
            norm in words.MODALS
            or norm in words.BE
            or norm in words.HAVE
            or norm in words.DO
            or self._is_contracted(index)
        ):
            if unit.actor or (unit.capital and norm in {"may", "will"} and index and not self._starts_sentence(index)):
                return None
        elif index and units[index - 1].norm.endswith(" to") and self._form(index) & Form.BASE:
            group.infinitive = True
        elif not self._is_main_verb(index):
            return None
        return self._complete(group, start, index)

    def _complete(self, group: VerbGroup, start: int, index: int) -> int:
        units = self.units
        end = index
        while index < len(units):
            unit = units[index]
            norm = unit.norm
            if norm in words.MODALS:
                group.modal = norm
                group.auxiliaries.append(norm)
                if self._opens_question(index, group) and self._starts_noun(index + 1):
                    self._inverted = [norm]
            elif norm in words.GET and self._is_event_participle(index + 1):
                group.auxiliaries.append(norm)
            elif norm in words.BE or norm in words.HAVE or norm in words.DO or self._is_contracted(index):
                if not self._auxiliary_goes_on(index):
                    if self._opens_question(index, group):
                        self._inverted = [norm]
                        group.auxiliaries.append(norm)
                        end = index + 1
                        break
                    group.main = unit
                    group.form = Form.PAST if norm in {"was", "were", "had", "did"} else Form.THIRD
                    if norm in {"be", "have", "do"}:
                        group.form = Form.BASE
                    elif norm in {"been"}:
                        group.form = Form.PARTICIPLE
                    elif norm in {"being", "having"}:
                        group.form = Form.ING
                    end = index + 1
                    break
                group.auxiliaries.append(norm)
            elif norm in {"not", "never"}:
                group.negation = unit
            elif self._is_adverbial(index) and (group.auxiliaries or group.infinitive):
                self._note_cues(group, unit)
            elif self._form(index) and (group.auxiliaries or group.infinitive or index == start):
                group.main = unit
                group.form = self._choose_form(group, self._form(index))
                end = index + 1
                break
            else:
                break
            index += 1
            end = index
        if group.main is not None and self._inverted and not group.auxiliaries and not group.infinitive:
            group.auxiliaries = self._inverted
            group.modal = next((word for word in self._inverted if word in words.MODALS), "")
            group.form = self._choose_form(group, self._form(end - 1))
            self._inverted = []
        group.units = units[start:end]
        while len(group.units) > 1 and group.main is None and self._is_adverbial_unit(group.units[-1]):
            group.units.pop()
            end -= 1
        self.chunks.append(group)
        return end

    def _opens_question(self, index: int, group: VerbGroup) -> bool:
        """Has the SDF taken …: an auxiliary that opens its sentence and is followed by a noun."""
        if group.infinitive or len(group.auxiliaries) > 1 or not self._starts_noun(index + 1):
            return False
        conditional = self.units[index].norm in {"should", "were", "had"}
        return self._starts_sentence(index) and (self.units[-1].norm == "?" or conditional)

    def _is_event_participle(self, index: int) -> bool:
        """Got overrun: "get" is the auxiliary of an event verb's passive."""
        if index >= len(self.units):
            return False
        meaning = self.units[index].meaning
        return meaning is not None and any(
            event.form is not None and event.form & Form.PARTICIPLE for event in meaning.events
        )

    def _is_contracted(self, index: int) -> bool:
        """It's, they're, he'd: after a pronoun, the clitic is an auxiliary."""
        norm = self.units[index].norm
        if norm in {"'ve", "'re", "'m", "'d"}:
            return True
        return norm == "'s" and index > 0 and self.units[index - 1].norm in words.PRONOUNS | {"that", "there", "who"}

    def _note_cues(self, group: VerbGroup, unit: Unit) -> None:
        if unit.meaning is not None:
            group.cues.extend((cue, unit) for cue in unit.meaning.cues if cue.form is None)

    def _auxiliary_goes_on(self, index: int) -> bool:
        """Whether a verb follows the auxiliary, past adverbs."""
        after = index + 1
        while after < len(self.units) and (self._is_adverbial(after) or self.units[after].norm in {"not", "never"}):
            after += 1
        if after >= len(self.units):
            return False
        unit = self.units[after]
        norm = unit.norm
        if norm in words.BE or norm in words.HAVE:
            return True
        if unit.places or unit.actor:
            return False
        form = self._form(after)
        auxiliary = self.units[index].norm
        if auxiliary in words.DO:
            return bool(form & Form.BASE)
        if auxiliary in words.HAVE:
            return bool(form & Form.PARTICIPLE) or (not unit.meaning and norm.endswith(("ed", "en")))
        if form & (Form.PARTICIPLE | Form.ING):
            if form == Form.ING and unit.noun(Noun.SITE, Noun.PART, Noun.ATTEMPT):
                return False
            return True
        return not unit.meaning and norm.endswith(("ed", "ing")) and len(norm) > 5  # noqa: PLR2004  "wing", "red"

    def _form(self, index: int) -> int:
        if index >= len(self.units):
            return Form.NONE
        unit = self.units[index]
        if unit.places or unit.actor or unit.glued:
            return Form.NONE
        if unit.meaning is not None:
            if unit.meaning.verb:
                return unit.meaning.verb
            if (
                unit.meaning.nouns
                or unit.meaning.adjective
                or unit.meaning.adverb
                or unit.meaning.cues
                or unit.meaning.states
            ):
                return Form.NONE
        norm = unit.norm
        before = self.units[index - 1].norm if index else ""
        if norm == "like" and before in words.MODALS:
            return Form.BASE
        if unit.last > unit.first + 1 or not norm.isalpha() or norm in words.PREPOSITIONS or norm in words.DETERMINERS:
            return Form.NONE
        if norm.endswith("ed") and len(norm) > 4 and not unit.capital:  # noqa: PLR2004  "red", "need"
            qualifies = (
                before in {"", "and", "or", ",", "but"} or before in words.PREPOSITIONS or before in words.DETERMINERS
            )
            return Form.NONE if qualifies and self._is_bare_noun(index + 1) else Form.PAST | Form.PARTICIPLE
        if norm.endswith("ing") and len(norm) > 5 and not unit.capital:  # noqa: PLR2004  "king", "wing"
            return Form.ING
        if before == "to" or before in words.MODALS:
            return Form.BASE
        return Form.NONE

    def _is_bare_noun(self, index: int) -> bool:
        """A noun without an article: an unknown "-ed" before it is its adjective ("allied militiamen")."""
        if index >= len(self.units):
            return False
        unit = self.units[index]
        if unit.places or unit.capital or unit.first in self._time_at:
            return False
        if unit.actor:
            return True
        return unit.meaning is not None and bool(unit.meaning.nouns) and not unit.meaning.verb

    def _may_be_verb(self, index: int) -> bool:
        norm = self.units[index].norm
        return bool(self._form(index)) or norm in words.BE or norm in words.HAVE or norm in words.MODALS

    def _choose_form(self, group: VerbGroup, form: int) -> int:
        auxiliaries = group.auxiliaries
        if group.infinitive and not auxiliaries:
            return Form.BASE
        if auxiliaries:
            last = auxiliaries[-1]
            if last in words.BE or last in words.HAVE or last in words.GET:
                return (form & Form.PARTICIPLE) or (form & Form.ING) or form
            return (form & Form.BASE) or form
        return form

    def _is_adverbial_unit(self, unit: Unit) -> bool:
        meaning = unit.meaning
        if meaning is None:
            return unit.norm.endswith("ly") and len(unit.norm) > 4  # noqa: PLR2004
        if meaning.verb or meaning.nouns or meaning.states:
            return False
        return meaning.adverb or any(
            cue.form is None and cue.cue.effect in (*_ADVERBIAL, Effect.PROSPECTIVE) for cue in meaning.cues
        )

    def _is_adverbial(self, index: int) -> bool:
        unit = self.units[index]
        if unit.norm in words.PREPOSITIONS or unit.norm in words.CONJUNCTIONS or unit.norm in words.SUBORDINATORS:
            return False
        return self._is_adverbial_unit(unit)

    def _is_main_verb(self, index: int) -> bool:
        """Whether a word that can be a verb is one here."""
        unit = self.units[index]
        form = self._form(index)
        if not form or unit.norm in words.PREPOSITIONS:
            return False
        previous = self.units[index - 1] if index else None
        before = next((chunk for chunk in reversed(self.chunks) if chunk.kind != '"'), None)
        if (
            previous is not None
            and (previous.norm in words.DETERMINERS or previous.norm == "'s")
            and previous.norm not in {"all", "both", "that"}
        ):
            return False
        after_preposition = before is not None and (
            before.kind == "prep"
            or (before.kind == "cue" and before.word.rpartition(" ")[2] in words.PREPOSITIONS - {"to", "than"})
        )
        if after_preposition:
            return form == Form.ING or bool(form & Form.ING)
        if (
            previous is not None
            and previous.meaning is not None
            and previous.meaning.adjective
            and not previous.meaning.adverb
            and form & (Form.BASE | Form.THIRD | Form.ING)
        ):
            return False
        if form == Form.ING:
            return self._ing_is_verb(index, before)
        nominal = unit.meaning is not None and (
            bool(unit.meaning.nouns) or unit.meaning.adjective or any(e.form is None for e in unit.meaning.events)
        )
        if form & (Form.PAST | Form.PARTICIPLE):
            return self._past_is_verb(index, before, nominal=nominal)
        if before is None:
            return form & Form.BASE != 0 and not nominal and self._starts_noun(index + 1)
        if before.kind in {"cc"}:
            return self._verb_before() and (not nominal or self._starts_noun(index + 1))
        if before.kind in {"rel", "adv", "cue", "time", "comp"}:
            return not nominal or self._starts_noun(index + 1) or index + 1 >= len(self.units)
        if isinstance(before, NounPhrase):
            if nominal:
                return self._noun_verb(index, before, form)
            if len(self.chunks) > 1 and self.chunks[-2].kind == "prep" and form & Form.BASE and self._plural_before():
                return True
            return self._agrees(before, form) and (self._only_event(index) or self._plausible_subject(before))
        if before.kind in {",", ")"}:
            return not nominal and any(isinstance(c, NounPhrase) for c in self.chunks)
        return False

    def _noun_verb(self, index: int, before: NounPhrase, form: int) -> bool:
        """ "Attack", "control", "advance" after a noun: a verb when what follows can be its object and no verb stands yet."""
        if not self._agrees(before, form):
            return False
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        if following is None:
            return not self._verb_before() and form == Form.THIRD
        if self._verb_since_boundary():
            return False
        if (
            following.norm in words.DETERMINERS
            or following.places
            or following.norm in words.NUMBERS
            or following.norm.isdecimal()
        ):
            return True
        if self._form(index + 1) == Form.ING and self._only_event(index + 1) and before.head.actor is not None:
            return True
        if (
            form == Form.THIRD
            and following.meaning is not None
            and any(e.form is None for e in following.meaning.events)
        ):
            return before.head.actor is not None or before.head_is(Noun.FORCE, Noun.STATE_FORCE)
        if following.norm in {"of", "by", "for"}:
            return following.norm == "of" and unit_ends_out(self.units[index]) and before.plural
        if following.norm in words.PREPOSITIONS:
            return form == Form.THIRD or before.plural
        return (
            following.meaning is not None
            and (following.meaning.adjective or bool(following.meaning.nouns))
            and self._form(index + 1) == Form.NONE
        )

    def _plural_before(self) -> bool:
        return any(isinstance(chunk, NounPhrase) and chunk.plural for chunk in self.chunks)

    def _only_event(self, index: int) -> bool:
        meaning = self.units[index].meaning
        return meaning is not None and bool(meaning.events or meaning.cues)

    def _plausible_subject(self, before: NounPhrase) -> bool:
        """Whether a plain verb may follow: "air strikes", "violent clashes" are nouns."""
        head = before.head
        return bool(
            before.determiner
            or before.possessor
            or head.actor
            or head.places
            or before.is_pronoun
            or (head.capital and head.first > 0)
            or (before.plural and head.meaning is not None and head.meaning.nouns)
        )

    def _agrees(self, before: NounPhrase, form: int) -> bool:
        if before.possessor and not before.own:
            return False
        if form & Form.BASE and not form & Form.PAST:
            return (
                before.plural
                or before.head.actor is not None
                or before.is_pronoun
                or before.head_is(Noun.FORCE, Noun.STATE_FORCE)
            )
        return True

    def _past_is_verb(self, index: int, before: Chunk | None, *, nominal: bool) -> bool:
        unit = self.units[index]
        adjective = unit.meaning is not None and any(state.kind == "adjective" for state in unit.meaning.states)
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        followed_by_name = (
            following is not None
            and (bool(following.places) or following.norm in words.DIRECTIONS)
            and not following.norm in words.DETERMINERS
        )
        if before is None:
            return not (adjective and followed_by_name) and not unit.glued
        if before.kind == "vg" and isinstance(before, VerbGroup) and before.main is not None:
            return False
        if before.kind == "cc" and adjective and followed_by_name and not self._verb_before():
            return False
        if (
            nominal
            and isinstance(before, NounPhrase)
            and unit.meaning is not None
            and not unit.meaning.verb & Form.PARTICIPLE
        ):
            return True
        return True

    def _ing_is_verb(self, index: int, before: Chunk | None) -> bool:
        unit = self.units[index]
        noun = unit.meaning is not None and bool(unit.meaning.nouns)
        if before is None:
            return self._starts_noun(index + 1) and not noun
        if before.kind in {",", "cc", "sub", "cue", "adv", "time", "-", "comp"}:
            return not noun
        if isinstance(before, NounPhrase):
            if noun or (
                unit.meaning is not None
                and any(e.form is None for e in unit.meaning.events)
                and not self._starts_noun(index + 1)
            ):
                return False
            return True
        return not noun and before.kind not in {"prep"}

    def _verb_before(self) -> bool:
        return any(isinstance(chunk, VerbGroup) for chunk in self.chunks)

    def _verb_since_boundary(self) -> bool:
        """Whether the clause at hand already has its finite verb."""
        for chunk in reversed(self.chunks):
            if isinstance(chunk, VerbGroup) and chunk.finite:
                return True
            if chunk.kind in {"sub", "rel", "comp", ";", ":", "cc", ",", "-", '"'}:
                return False
        return False

    # --- noun phrases

    def _starts_sentence(self, index: int) -> bool:
        return index == 0 or not any(unit.is_word for unit in self.units[:index])

    def _starts_noun(self, index: int) -> bool:
        if index >= len(self.units):
            return False
        unit = self.units[index]
        norm = unit.norm
        if unit.places or unit.actor or norm in words.DETERMINERS or norm in words.NUMBERS or norm.isdecimal():
            return True
        if norm in words.PREPOSITIONS or norm in words.CONJUNCTIONS or norm in words.SUBORDINATORS or not unit.is_word:
            return False
        if (
            norm in words.BE
            or norm in words.HAVE
            or norm in words.MODALS
            or norm in words.RELATIVES
            or norm in {"to", "not"}
        ):
            return False
        if unit.first in self._time_at:
            return False
        meaning = unit.meaning
        if meaning is None:
            return not norm.endswith("ly")
        return bool(meaning.nouns or meaning.adjective or meaning.modifier or norm in words.PRONOUNS) or not (
            meaning.adverb or meaning.cues or meaning.verb
        )

    def _looks_nominal(self, index: int) -> bool:
        return self.units[index].capital

    def _inside_noun(self, index: int) -> bool:
        return self._determined(index) and self._starts_noun(index + 1)

    def _noun_phrase(self, index: int) -> int:
        units = self.units
        phrase = NounPhrase("np", [])
        after_preposition = (
            bool(self.chunks)
            and self.chunks[-1].kind == "prep"
            and len([c for c in self.chunks if c.kind != "adv"]) == 1
        )
        end = index
        while end < len(units):
            unit = units[end]
            if end > index and self._ends_noun_phrase(index, end, after_preposition=after_preposition):
                break
            end += 1
        phrase.units = units[index:end]
        if phrase.units[0].norm in words.DETERMINERS and len(phrase.units) > 0:
            phrase.determiner = phrase.units[0].norm
        cut = max((position for position, unit in enumerate(phrase.units) if unit.norm in {"'s", "'"}), default=-1)
        if cut >= 0:
            phrase.possessor = phrase.units[:cut]
            phrase.own = phrase.units[cut + 1 :]
        else:
            phrase.own = [unit for unit in phrase.units if unit.norm not in words.DETERMINERS] or phrase.units
        self.chunks.append(phrase)
        return end

    def _ends_noun_phrase(self, start: int, index: int, *, after_preposition: bool) -> bool:
        unit, before = self.units[index], self.units[index - 1]
        norm = unit.norm
        if unit.first in self._time_at:
            return True
        if norm == "'s":
            return self._is_contracted(index)
        if norm in {"'ve", "'re", "'m", "'d", "'ll"}:
            return True
        if norm == "'":
            plural_owner = before.norm.endswith("s") and self._starts_noun(index + 1) and before.last == unit.first
            return not plural_owner
        if before.norm in {"'s", "'"}:
            return not unit.is_word or norm in words.PREPOSITIONS or norm in words.CONJUNCTIONS
        if not unit.is_word:
            return not (norm == "%" and before.norm.isdecimal())
        if self._compass_end(index) is not None and not unit.glued and not before.glued:
            qualified = before.meaning is not None and before.meaning.adjective and not before.meaning.nouns
            return before.norm not in words.DETERMINERS and not qualified
        if norm in words.DETERMINERS:
            return before.norm not in {"all", "both", "half", "such"}
        if self._is_distance(index):
            return True
        if norm in words.PRONOUNS and norm != "one" and not (norm == "us" and unit.capital):
            return True
        if (
            before.norm in words.PRONOUNS
            and not (before.norm == "us" and before.capital)
            and index == start + 1
            and unit.is_word
        ):
            return True
        if (
            norm in words.CONJUNCTIONS
            or norm in words.SUBORDINATORS
            or norm in words.RELATIVES
            or norm in words.MODALS
            or norm == "that"
        ):
            return True
        if norm in words.BE or norm in words.HAVE or norm in words.DO or norm in {"to", "not", "never"}:
            return not unit.actor
        if (norm in words.PREPOSITIONS and not (unit.places or unit.actor or unit.glued)) or norm == "out of":
            return True
        meaning = unit.meaning
        if meaning is not None:
            if meaning.ignored is not None:
                return True
            if (
                unit.last > unit.first + 1
                and not (meaning.places or meaning.actor or meaning.nouns or meaning.modifier)
                and (meaning.cues or meaning.states)
            ):
                return True
            if meaning.cues and not meaning.nouns and any(cue.form is None for cue in meaning.cues) and not unit.glued:
                only_before_noun = before.norm in words.DETERMINERS and self._starts_noun(index + 1)
                if not only_before_noun:
                    return True
            if meaning.adverb and not meaning.nouns and not meaning.adjective and not unit.glued:
                return not (before.norm in words.DETERMINERS and self._starts_noun(index + 1))
        if after_preposition and before.places and unit.actor and not unit.capital:
            return True
        if (
            unit.actor
            and not unit.capital
            and unit.norm.endswith("s")
            and before.meaning is not None
            and before.meaning.nouns
        ):
            plain = not (before.meaning.adjective or before.modifier or before.actor or before.places or before.glued)
            if plain and self.units[start].norm in words.DETERMINERS:
                return True  # "despite the jets insurgents took …"
        if before.places and not unit.glued and norm.endswith("ly") and meaning is None:
            return True
        if self._is_verb_inside(start, index):
            return True
        return False

    def _is_verb_inside(self, start: int, index: int) -> bool:
        """Whether the word ends the noun phrase because it is its verb."""
        unit = self.units[index]
        form = self._form(index)
        if not form or unit.glued:
            return False
        before = self.units[index - 1]
        if before.norm in words.DETERMINERS or before.norm == "'s":
            return False
        phrase = NounPhrase("np", self.units[start:index], own=self.units[start:index])
        meaning = unit.meaning
        nominal = meaning is not None and (
            bool(meaning.nouns) or meaning.adjective or any(e.form is None for e in meaning.events)
        )
        if (
            before.norm in {"first", "last"}
            and index - 2 >= start
            and (self.units[index - 2].actor or self.units[index - 2].norm.endswith("s"))
        ):
            return True  # insurgents first captured …
        if (
            before.meaning is not None
            and before.meaning.adjective
            and not before.meaning.nouns
            and not (before.actor or before.modifier)
            and form != Form.PAST
        ):
            return False
        if form == Form.ING:
            return not nominal or self._starts_noun(index + 1)
        if form & (Form.PAST | Form.PARTICIPLE):
            if (
                before.modifier
                and not before.actor
                and before.norm not in words.DETERMINERS
                and self._starts_noun(index + 1)
                and meaning is not None
                and meaning.states
                and not meaning.verb & Form.PAST
            ):
                return False
            return True
        if nominal:
            return self._noun_verb(index, phrase, form)
        if (
            self.chunks
            and self.chunks[-1].kind == "prep"
            and meaning is not None
            and not form & Form.THIRD
            and self._plural_before()
        ):
            return True  # the subject stands before the preposition
        return self._agrees(phrase, form) and (self._only_event(index) or self._plausible_subject(phrase))


def read_chunks(units: list[Unit], times: Sequence[TimeSpan]) -> tuple[list[Chunk], list[tuple[Chunk, Time]]]:
    """The chunks of a sentence, and which of them are times."""
    chunker = Chunker(units, times)
    return chunker.read(), chunker.times


__all__ = ["Chunk", "NounPhrase", "Reach", "StateReading", "Unit", "VerbGroup", "read_chunks", "read_units"]
