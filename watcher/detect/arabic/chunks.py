"""The pieces of an Arabic sentence: noun phrases, verbs, nouns of events, prepositions, and what opens clauses. Pure.

An Arabic noun phrase begins with its head: "بلدة دابق القريبة". A noun of an event ("سيطرة") is a piece of its own, so
that what stands behind it is read like the subject and the object of a verb.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.arabic.forms import Form
from watcher.detect.calendar import Time, TimeSpan
from watcher.detect.candidates import PLACE_NOUNS, Unit
from watcher.detect.lexicon import CueReading, EventReading, Meaning
from watcher.detect.text import Token, fold
from watcher.detect.vocabulary import Effect, Noun

_MARKS: Final = frozenset((",", ";", ":", "(", ")", '"', "'", "-", ".", "?", "!", "/", "..."))
_SINGLE: Final = (Noun.CONTROL, Noun.SIEGE, Noun.FLAG, Noun.ROUTE, Noun.CORRIDOR)  # the objects of light verbs
_ARMED: Final = (Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
_LONGEST_VERBLIKE: Final = 4  # letters of an unknown word that may be a verb
_DAMMA: Final = "\u064f"  # on the first letter, of a passive
_VOWELS: Final = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_OWNERS: Final = ("هما", "ها", "هم", "نا", "ه")  # pronouns that are written onto nouns


@dataclass(slots=True)
class Chunk:
    """One piece. ``kind``: np, verb, event, prep, cc, sub, rel, that, be, become, neg, time, cue, state, or a mark.

    ``form`` is that of a verb; ``negation`` the "not" before it; ``may``: "قد" stands before it; ``pronoun``: what is
    written onto a preposition or an event ("منها"), or stands for a noun phrase.
    """

    kind: str
    units: list[Unit]
    word: str
    form: int = Form.NONE
    negation: Unit | None = None
    may: bool = False
    pronoun: str = ""
    time: Time | None = None
    events: tuple[EventReading, ...] = ()
    cues: tuple[CueReading, ...] = field(default=())

    @property
    def first(self) -> int:
        return self.units[0].first

    @property
    def last(self) -> int:
        return self.units[-1].last

    @property
    def head(self) -> Unit:
        """The first unit that is not a number or "about", "all"."""
        for unit in self.units:
            if unit.norm not in words.QUANTITIES and unit.norm not in words.NUMBERS and not unit.norm.isdecimal():
                return unit
        return self.units[0]

    @property
    def actor(self) -> Unit | None:
        return next((unit for unit in self.units if unit.actor is not None), None)

    @property
    def place(self) -> Unit | None:
        return next((unit for unit in self.units if unit.places), None)

    def head_is(self, *classes: Noun) -> bool:
        return self.head.noun(*classes)

    def has(self, *classes: Noun) -> bool:
        return any(unit.noun(*classes) for unit in self.units)

    def effect(self, *effects: Effect) -> CueReading | None:
        return next((cue for cue in self.cues if cue.cue.effect in effects), None)

    @property
    def is_definite(self) -> bool:
        return self.head.norm.startswith(ARTICLE) or bool(self.pronoun)

    @property
    def plural(self) -> bool:
        meaning = self.head.meaning
        return meaning is not None and any(plural for _, plural in meaning.nouns.values())

    @property
    def dual(self) -> bool:
        norm = self.head.norm
        return self.plural and (norm.endswith(("تي", "تين", "تان", "يي", "يين")))


class Chunker:
    """Cuts the units of one sentence. ``tokens`` are the sentence's, ``full`` is the text that they stand in."""

    def __init__(self, units: Sequence[Unit], times: Sequence[TimeSpan], tokens: Sequence[Token], full: str) -> None:
        self.units = units
        self.tokens = tokens
        self.full = full
        self.chunks: list[Chunk] = []
        self._time_at = {span.first: span for span in times}
        self._timed = {token: span for span in times for token in range(span.first, span.last)}

    def read(self) -> list[Chunk]:
        index = 0
        while index < len(self.units):
            index = self._next(index)
        return self.chunks

    def _norm(self, index: int) -> str:
        return self.units[index].norm if 0 <= index < len(self.units) else ""

    def _add(self, kind: str, first: int, last: int, word: str = "") -> Chunk:
        units = list(self.units[first:last])
        chunk = Chunk(kind, units, word or " ".join(unit.norm for unit in units))
        self.chunks.append(chunk)
        return chunk

    def _next(self, index: int) -> int:
        """Read the chunk that begins at a unit; where the next one begins."""
        unit = self.units[index]
        span = self._timed.get(unit.first)
        if span is not None and not unit.places:
            last = index
            while last < len(self.units) and self.units[last].first < span.last:
                last += 1
            self._add("time", index, last).time = span.time
            return last
        norm, meaning = unit.norm, unit.meaning
        for length in (3, 2):
            phrase = tuple(self._norm(at) for at in range(index, index + length))
            if phrase in words.SUBORDINATING_PHRASES:
                self._add("sub", index, index + length)
                return index + length
            if phrase in words.PREPOSITIONAL_PHRASES and not self._is_before(index + length):
                self._add("prep", index, index + length)
                return index + length
        if norm in _MARKS:
            self._add(norm, index, index + 1)
            return index + 1
        if meaning is not None and meaning.ignored is not None:
            self._add("np", index, index + 1)
            return index + 1
        if meaning is not None and any(state.kind == "phrase" for state in meaning.states):
            self._add("state", index, index + 1)
            return index + 1
        if meaning is not None and any(cue.form is None for cue in meaning.cues) and not meaning.nouns:
            chunk = self._add("cue", index, index + 1)
            chunk.cues = tuple(cue for cue in meaning.cues if cue.form is None)
            return index + 1
        if norm in words.BECOME and not (norm in words.AGAIN and not self._comes_back(index)):
            self._add("become", index, index + 1)
            return index + 1
        kind = _kind(norm)
        if kind == "pronoun":
            preposition, suffix = words.WITH_PRONOUN[norm]
            self._add("prep", index, index + 1, preposition)
            self._add("np", index, index + 1).pronoun = suffix
            return index + 1
        within = norm in words.INSIDE and len(norm) > 1 and bool(self.chunks) and self.chunks[-1].kind == "prep"
        if kind == "prep" and (self._is_about(index) or (within and unit.noun(Noun.PART))):
            return self._noun_phrase(index)
        if kind and not (kind == "prep" and meaning is not None and (unit.places or unit.actor)):
            self._add(kind, index, index + 1)
            return index + 1
        if self._is_verb(index):
            return self._verb(index)
        if meaning is not None and any(event.form is None for event in meaning.events):
            return self._noun_phrase(index) if self._is_state(index) else self._event(index)
        return self._noun_phrase(index)

    def _is_state(self, index: int) -> bool:
        """المحاصرتين is "besieged"; محاصرة before what is besieged is a noun."""
        unit = self.units[index]
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        named = following is not None and bool(following.places or following.actor or following.noun(*PLACE_NOUNS))
        told = unit.meaning is not None and any(state.kind == "adjective" for state in unit.meaning.states)
        return told and (unit.norm.startswith(ARTICLE) or not named)

    def _is_about(self, index: int) -> bool:
        """ "نحو" before a number or a part is "about", and not "towards"."""
        if self._norm(index) not in words.QUANTITIES or index + 1 >= len(self.units):
            return False
        following = self.units[index + 1]
        return following.norm in words.NUMBERS or following.norm.isdecimal() or following.noun(Noun.PART)

    def _is_before(self, index: int) -> bool:
        """ "من قبل" is "by" before a side, and "before" otherwise."""
        phrase = self.units[index - 1].norm
        return phrase == "قبل" and (index >= len(self.units) or self.units[index].norm in words.THAT)

    def _comes_back(self, index: int) -> bool:
        """Whether "عاد" means that something is so again, and not that somebody returned."""
        return any(
            unit.meaning is not None and any(state.kind == "phrase" for state in unit.meaning.states)
            for unit in self.units[index + 1 : index + 8]
        )

    # --- verbs

    def _is_verb(self, index: int) -> bool:
        unit = self.units[index]
        meaning = unit.meaning
        before = self.chunks[-1] if self.chunks else None
        if unit.places or unit.actor:
            return False
        if meaning is not None and meaning.verb & ~Form.OBJECT and not self._ends_as_noun(index, meaning):
            told = any(event.form is None for event in meaning.events)
            nominal = told or any(cue.form is None for cue in meaning.cues) or bool(meaning.nouns) or meaning.adjective
            if not told and self._opens(index, before) and (meaning.cues or meaning.events):
                return True  # طالب الأهالي: a verb comes first
            return not (nominal and self._wants_noun(index, before))
        if meaning is not None or unit.norm in words.KNOWN or len(unit.norm) < _LONGEST_VERBLIKE:
            return False
        return self._looks_like_verb(unit.norm, before) or self._looks_like_her_verb(index, before)

    def _written(self, index: int) -> str:
        """A unit's letters as they stand in the text, with their vowel signs."""
        unit = self.units[index]
        return self.full[self.tokens[unit.first].start : self.tokens[unit.last - 1].end]

    def _ends_as_noun(self, index: int, meaning: Meaning) -> bool:
        """استعادة is a noun; استعاده, which reads the same when folded, may be a verb with its object."""
        return bool(meaning.verb & Form.OBJECT) and self._written(index).rstrip(_VOWELS).endswith("ة")

    def _looks_like_verb(self, norm: str, before: Chunk | None) -> bool:
        """An unknown word in the form of a verb; it only tells where a clause begins."""
        if before is not None and before.kind == "prep":
            return False
        opens = before is None or before.kind in {"cc", "that", "rel", "sub", "neg", ",", '"', "."}
        if norm.startswith(("ي", "سي", "ست")) and not norm.endswith(("ه", "ات", "ين", "يا", "ي")):
            return opens or norm.startswith(("سي", "ست"))
        return opens and before is not None and norm.endswith("ت") and not norm.endswith("ات")

    def _looks_like_her_verb(self, index: int, before: Chunk | None) -> bool:
        """تحشد قسد: an unknown word before a side, in the form of a feminine verb and not of a noun like تحرير."""
        norm = self.units[index].norm
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        opens = before is None or before.kind in {"cc", "that", "sub", ",", "."}
        verbal = norm.startswith("ت") and not norm.endswith(("ه", "ات", "ين", "ي")) and norm[-2] not in {"ي", "ا"}
        return opens and verbal and following is not None and following.actor is not None

    def _wants_noun(self, index: int, before: Chunk | None) -> bool:
        """Whether a word that may be a verb or a noun ("فك", "طرد", "تقدم") is the noun here."""
        if self._written(index)[:2].endswith(_DAMMA):
            return False
        listed = (
            before is not None and before.kind == "cc" and len(self.chunks) > 1 and self.chunks[-2].place is not None
        )
        if listed and self.units[index].noun(*PLACE_NOUNS):
            return True  # مدينة الطبقة وسدها
        if before is not None and before.kind == "cc" and self._joins_events():
            return True
        if before is None or before.kind in {"cc", ",", ":", '"'}:
            following = self.units[index + 1] if index + 1 < len(self.units) else None
            return following is None or (following.actor is None and following.first not in self._timed)
        if before.kind in {"prep", "event"}:
            return True
        if before.kind == "verb":
            return True
        if before.kind == "np" and len(self.chunks) > 1 and self.chunks[-2].kind == "verb" and self.chunks[-2].cues:
            return True  # تحاول القوات كسر الحصار
        if before.kind == "np":
            return before.actor is None and before.place is None and not before.is_definite
        if before.kind == "time" and len(self.chunks) > 1:
            return self.chunks[-2].kind == "verb"
        return False

    def _opens(self, index: int, before: Chunk | None) -> bool:
        """Whether a word begins its clause, and what follows may be its subject."""
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        if following is None or (before is not None and before.kind not in {"cc", "that", "sub", ".", ":"}):
            return False
        return bool(following.actor or following.places) or following.norm.startswith(ARTICLE)

    def _joins_events(self) -> bool:
        """Whether "and" goes on with a noun of an event: اقتحامها وطرد التنظيم منها."""
        for chunk in reversed(self.chunks[:-1]):
            if chunk.kind == "event":
                return True
            if chunk.kind not in {"np", "prep", "time"}:
                return False
        return False

    def _verb(self, index: int) -> int:
        unit = self.units[index]
        meaning = unit.meaning
        negation: Unit | None = None
        may = False
        first = index
        while self.chunks and self.chunks[-1].kind in {"neg", "will", "may"}:
            chunk = self.chunks.pop()
            if chunk.kind == "neg" and not self._is_what(chunk):
                negation = chunk.units[0]
            may = may or chunk.kind == "may"
            first -= 1
        form = meaning.verb if meaning is not None else _guess(unit.norm)
        will = any(self.units[at].norm in words.FUTURE for at in range(first, index))
        chunk = self._add("verb", first, index + 1, unit.norm)
        chunk.units = [unit]
        chunk.negation, chunk.may = negation, may
        if form & Form.PERFECT and form & (Form.IMPERFECT | Form.FUTURE):
            form = self._one_tense(form, negation)
        chunk.form = Form.FUTURE | form if will else form
        if meaning is not None:
            tense = chunk.form & (Form.PERFECT | Form.IMPERFECT | Form.FUTURE)
            lost = Form.NONE if negation is not None else Form.JUSSIVE
            strict = tense != meaning.verb & (Form.PERFECT | Form.IMPERFECT | Form.FUTURE) and self._is_bound(chunk)
            chunk.events = tuple(
                event
                for event in meaning.events
                if event.form is not None and (event.form & tense or not strict) and not event.form & lost
            )
            chunk.cues = tuple(cue for cue in meaning.cues if cue.form is not None and not cue.form & lost)
        return index + 1

    def _is_bound(self, chunk: Chunk) -> bool:
        """Whether "not" or "that" before a verb decides its tense."""
        before = self.chunks[-2].word if len(self.chunks) > 1 else ""
        return chunk.negation is not None or before.rpartition(" ")[2] in words.THAT_ALONE

    def _is_what(self, chunk: Chunk) -> bool:
        """ "ما" behind a preposition or "according to" is "what", and not "not"."""
        before = self.chunks[-1] if self.chunks else None
        return chunk.word == "ما" and before is not None and before.kind in {"prep", "cue"}

    def _one_tense(self, form: int, negation: Unit | None) -> int:
        """A form that is two: behind "not" and "that" it is the imperfect."""
        before = self.chunks[-2].word if len(self.chunks) > 1 else ""
        imperfect = negation is not None and negation.norm != "ما"
        if imperfect or before.rpartition(" ")[2] in words.THAT_ALONE:
            return form & ~Form.PERFECT
        return form & ~(Form.IMPERFECT | Form.FUTURE)

    # --- nouns

    def _event(self, index: int) -> int:
        unit = self.units[index]
        assert unit.meaning is not None
        chunk = self._add("event", index, index + 1)
        chunk.events = tuple(event for event in unit.meaning.events if event.form is None)
        chunk.cues = tuple(cue for cue in unit.meaning.cues if cue.form is None)
        chunk.pronoun = owned_by(unit)
        last = index + 1
        while last < len(self.units) and self._is_adjective(last) and self._norm(last) not in words.QUANTITIES:
            chunk.units.append(self.units[last])
            last += 1
        return last

    def _noun_phrase(self, index: int) -> int:
        last = index + 1
        if not self._stands_alone(index):
            while last < len(self.units) and self._goes_on(index, last):
                last += 1
        chunk = self._add("np", index, last)
        cues = [cue for unit in chunk.units if unit.meaning is not None for cue in unit.meaning.cues]
        chunk.cues = tuple(cue for cue in cues if cue.form is None)
        chunk.pronoun = owned_by(chunk.head)
        return last

    def _stands_alone(self, index: int) -> bool:
        unit = self.units[index]
        return unit.norm in words.DEMONSTRATIVES

    def _goes_on(self, first: int, index: int) -> bool:
        """Whether a unit still belongs to the noun phrase that began at ``first``."""
        unit = self.units[index]
        norm, meaning = unit.norm, unit.meaning
        if unit.first in self._timed and not unit.places:
            return False
        if norm in _MARKS or (_kind(norm) and not unit.places):
            return False
        if norm in words.BECOME or self._is_verb_inside(index):
            return False
        phrase = self.units[first:index]
        has_actor = any(other.actor or _is_definite_force(other) for other in phrase)
        has_place = any(other.places for other in phrase)
        definite = has_actor or has_place or any(other.norm.startswith(ARTICLE) for other in phrase)
        if definite and not self._is_adjective(index) and not unit.actor and not unit.places:
            if not norm.startswith(ARTICLE) and not norm.isdecimal() and norm not in words.NUMBERS:
                return False  # behind "the", a word without it begins something else
            if unit.noun(*PLACE_NOUNS) and not phrase[0].noun(*PLACE_NOUNS, Noun.PART, Noun.AROUND, Noun.WHOLE):
                return False
        hit = bool(self.chunks) and self.chunks[-1].kind == "verb" and phrase[0].noun(Noun.THING, Noun.PEOPLE)
        if hit and unit.noun(*PLACE_NOUNS) and not unit.norm.startswith(ARTICLE):
            return False  # قصفت طائرات مدينة الباب
        if meaning is not None:
            if meaning.ignored or any(state.kind == "phrase" for state in meaning.states):
                return False
            if any(event.form is None for event in meaning.events) and not self._is_state(index):
                return False
            if any(cue.form is None for cue in meaning.cues) and not meaning.nouns:
                return False
        if unit.actor is not None:
            return not has_actor and not has_place
        if unit.places:
            return not has_actor and (not has_place or phrase[-1].noun(*PLACE_NOUNS))
        if meaning is not None and meaning.nouns and not self._is_adjective(index):
            if has_actor or has_place:
                return False
            counted = all(other.norm in words.QUANTITIES or other.norm in words.NUMBERS for other in phrase)
            return counted or not unit.noun(*_SINGLE) or any(other.noun(Noun.PART, Noun.WHOLE) for other in phrase)
        if (has_actor or has_place) and not norm.startswith(ARTICLE) and not self._is_adjective(index):
            return norm.isdecimal() and has_place  # behind a name only its adjectives go on
        return True

    def _is_verb_inside(self, index: int) -> bool:
        unit = self.units[index]
        if unit.places or unit.actor or unit.meaning is None or not unit.meaning.verb:
            return False
        nominal = any(event.form is None for event in unit.meaning.events) or bool(unit.meaning.nouns)
        return not nominal and not unit.meaning.adjective

    def _is_adjective(self, index: int) -> bool:
        unit = self.units[index]
        if unit.places or unit.actor or unit.first in self._timed:
            return False
        if unit.norm in words.DIRECTION_ADJECTIVES:
            return True
        meaning = unit.meaning
        return meaning is not None and (meaning.adjective or any(state.kind == "adjective" for state in meaning.states))


def _is_definite_force(unit: Unit) -> bool:
    return unit.noun(*_ARMED) and unit.norm.startswith(ARTICLE)


def owned_by(unit: Unit) -> str:
    """The pronoun that is written onto a noun: ها of سيطرتها; "" if there is none."""
    meaning = unit.meaning
    if meaning is None or unit.norm.startswith(ARTICLE):
        return ""
    texts = [word.text for word, _ in meaning.nouns.values()]
    texts += [event.word.text for event in meaning.events if event.form is None]
    for text in texts:
        plain = fold(text.partition(" ")[0])
        for suffix in _OWNERS:
            stem = unit.norm.removesuffix(suffix)
            if stem != unit.norm and stem in {plain, f"{plain[:-1]}ت", f"{plain}ي", f"{plain}و"}:
                return suffix
    return ""


def _kind(norm: str) -> str:
    """The kind of a function word."""
    if norm in words.WITH_PRONOUN:
        return "pronoun"
    for kind, members in (
        ("cc", words.CONJUNCTIONS),
        ("sub", words.SUBORDINATORS),
        ("rel", words.RELATIVES),
        ("that", words.THAT),
        ("be", words.BE),
        ("neg", words.NEGATIONS),
        ("will", words.FUTURE),
        ("may", {words.MAY}),
        ("prep", words.PREPOSITIONS),
    ):
        if norm in members:
            return kind
    return ""


def _guess(norm: str) -> int:
    if norm.startswith(("سي", "ست")):
        return Form.FUTURE
    return Form.IMPERFECT if norm.startswith("ي") else Form.PERFECT
