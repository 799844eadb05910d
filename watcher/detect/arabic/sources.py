"""Who says so: the attribution of an Arabic sentence, and for which side the speaker speaks. Pure."""

# ruff: noqa: PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.arabic.sentence import SAYING, Sentence
from watcher.detect.arabic.sides import ARMED, Sides
from watcher.detect.candidates import Candidate, Source
from watcher.detect.text import Token
from watcher.detect.vocabulary import Effect, Noun
from watcher.model import ActorId

_OF: Final = frozenset(("في", "من", "ل", "ب", "باسم", "عن"))
_PARTISAN: Final = words.folded("تابع تابعة تابعين موال موالي موالية موالون مقرب مقربة مقربون ناطق")
_VERBAL: Final = frozenset(("ما", "ان"))  # وفق ما ذكرت …


class Sources:
    """Reads the attributions of one sentence. ``tokens`` are the sentence's, for the name as written.

    ``before``: who spoke in the sentence before ("وأضاف أن …").
    """

    def __init__(self, sentence: Sentence, sides: Sides, tokens: list[Token], full: str, before: Source | None) -> None:
        self.sentence = sentence
        self.sides = sides
        self.tokens = tokens
        self.full = full
        self.before = before
        self.spoke: Source | None = None  # who spoke in this sentence

    def source(self, candidate: Candidate) -> Source:
        """Who says that the event happened."""
        source = Source()
        verb = self._governing(candidate.chunk)
        if verb is not None:
            self._speak(source, verb)
        for j, chunk in enumerate(self.sentence.chunks):
            if chunk.kind == "cue" and chunk.effect(*SAYING) is not None:
                self._according(source, j)
            elif chunk.kind == "verb" and j != verb and chunk.effect(*SAYING) is not None and self._is_aside(j):
                self._speak(source, j)
        self._rumour(source, candidate.chunk)
        self._colon(source, candidate.chunk)
        self._hedge(source, candidate.chunk)
        return source

    def speaker(self) -> Source | None:
        """Who spoke in this sentence, for the next one that says "and added"."""
        for j, chunk in enumerate(self.sentence.chunks):
            if chunk.kind == "verb" and chunk.effect(*SAYING) is not None:
                source = Source()
                self._speak(source, j)
                if source.name is not None or source.sides or source.independent:
                    return source
        return None

    def _governing(self, index: int) -> int | None:
        """The verb of saying that the event stands behind, with "that" or as its object."""
        j = index - 1
        while j >= 0:
            chunk = self.sentence.chunks[j]
            if chunk.kind == "verb" and chunk.effect(*SAYING) is not None:
                if self.sentence.kind(j - 1) == "neg" or self.sentence.word(j - 1) in _VERBAL:
                    return None
                return j
            if chunk.kind in {";", "."}:
                return None
            j -= 1
        return None

    def _is_aside(self, index: int) -> bool:
        """كما قال, كما يقول متحدث: behind the event."""
        return (
            self.sentence.word(index - 1) in {"كما", "ما", "حسبما", "وفقما"} or self.sentence.word(index - 2) == "كما"
        )

    def _according(self, source: Source, index: int) -> None:
        """بحسب المرصد, وفقا لمصادر, حسبما أفاد ناشطون."""
        j = index + 1
        while self.sentence.kind(j) in {"prep", "neg", "time", "cue", "may"} or self.sentence.word(j) in _VERBAL:
            j += 1
        if self.sentence.kind(j) == "verb":
            self._speak(source, j)
        elif self.sentence.is_np(j):
            self._speakers(source, j)

    def _speak(self, source: Source, verb: int) -> None:
        chunk = self.sentence.chunks[verb]
        hedge = chunk.effect(Effect.CLAIMS)
        if hedge is not None:
            source.hedge = source.hedge or hedge
        if chunk.effect(Effect.CONFIRMS) is not None:
            source.confirmed = True
        noun = self._subject(verb)
        if noun is not None:
            self._speakers(source, noun)
        else:
            self._as_before(source)

    def _as_before(self, source: Source) -> None:
        """وأضاف أن, وقال المصدر: who spoke in the sentence before."""
        if self.before is not None:
            source.name = source.name or self.before.name
            source.sides.extend(self.before.sides)
            source.independent = source.independent or self.before.independent

    def _is_same(self, phrase: Chunk) -> bool:
        """المصدر, المتحدث, with nothing said of whose: the one that was quoted before."""
        alone = len(phrase.units) == 1 and phrase.head_is(Noun.SPEAKER) and phrase.head.norm.startswith(ARTICLE)
        return alone and self.before is not None and bool(self.before.sides or self.before.independent)

    def _subject(self, verb: int) -> int | None:
        """The speaker: behind the verb, else before it."""
        for j in range(verb + 1, self.sentence.end(verb)):
            if self.sentence.is_np(j) and not self.sentence.governed(j):
                return j
            if self.sentence.kind(j) not in {"time", "prep", "np", "cue"}:
                break
        return self.sentence.leading_noun(verb)

    def _speakers(self, source: Source, noun: int) -> None:
        nouns = [noun]
        j = self._end_of(noun)
        while self.sentence.kind(j) == "cc" and self.sentence.is_np(j + 1):
            nouns.append(j + 1)
            j = self._end_of(j + 1)
        for one in nouns:
            if self._is_same(self.sentence.chunks[one]):
                self._as_before(source)
                continue
            if source.name is None:
                source.name, source.first, source.last = self._name(one)
            side = self._side(one, self.sentence.chunks[one])
            if side is not None:
                source.sides.append(side)
            elif self._speaks(self.sentence.chunks[one]):
                source.independent = True

    def _speaks(self, phrase: Chunk) -> bool:
        """Whether somebody without a side speaks, and nobody knows nothing of them."""
        return phrase.units[0].norm not in words.DEMONSTRATIVES

    def _end_of(self, noun: int) -> int:
        """Behind a speaker and what belongs to it: "متحدث باسم القوات", "ناشطون في المدينة"."""
        j = noun + 1
        while self.sentence.kind(j) == "prep" and self.sentence.word(j) in _OF and self.sentence.is_np(j + 1):
            j += 2
        return j

    def _side(self, noun: int, phrase: Chunk) -> ActorId | None:
        """The side that a speaker speaks for; None for a monitor, residents, or anybody else."""
        for unit in phrase.units:
            if unit.meaning is not None and unit.meaning.outlet is not None:
                return unit.meaning.outlet
        owner = self._owner(noun, phrase)
        if phrase.has(Noun.STATE_VOICE):
            return owner or self.sides.context.home
        if phrase.head_is(Noun.WITNESS) and not phrase.has(Noun.SPEAKER) and phrase.actor is None:
            return None
        if phrase.has(Noun.SPEAKER, *ARMED) or phrase.actor is not None or self._sides_with(phrase):
            if owner is not None:
                return owner
            side = self.sides.side(noun)
            if side is not None:
                return side.actor
            if phrase.pronoun and phrase.has(Noun.SPEAKER):
                left_out = self.sides.left_out(noun)
                return left_out.actor if left_out else None
        return None

    def _sides_with(self, phrase: Chunk) -> bool:
        """حسابات تابعة لتنظيم, صفحات موالية للنظام."""
        return any(unit.norm.removeprefix(ARTICLE) in _PARTISAN for unit in phrase.units)

    def _owner(self, noun: int, phrase: Chunk) -> ActorId | None:
        if phrase.actor is not None:
            return phrase.actor.actor
        for j in range(noun + 1, self._end_of(noun)):
            if self.sentence.is_np(j):
                inner = self.sentence.chunks[j]
                if inner.actor is not None:
                    return inner.actor.actor
                if inner.units[0].norm in words.WITH_PRONOUN and phrase.has(Noun.SPEAKER):
                    side = self.sides.left_out(noun)
                    return side.actor if side else None
                side = self.sides.side(j) if inner.head_is(*ARMED) and inner.is_definite else None
                if side is not None and side.actor is not None:
                    return side.actor
        return None

    def _name(self, noun: int) -> tuple[str, int, int]:
        """The speaker as written."""
        phrase = self.sentence.chunks[noun]
        last = phrase.last
        end = self._end_of(noun)
        if end > noun + 1 and phrase.has(Noun.SPEAKER, Noun.WITNESS, Noun.STATE_VOICE):
            last = self.sentence.chunks[end - 1].last
        return self.full[self.tokens[phrase.first].start : self.tokens[last - 1].end], phrase.first, last

    def _rumour(self, source: Source, index: int) -> None:
        """تحدثت أنباء عن: nobody stands behind them."""
        for j in range(index - 1, -1, -1):
            chunk = self.sentence.chunks[j]
            if chunk.kind == "np" and chunk.head_is(Noun.REPORT) and not source.sides and not source.confirmed:
                speaks = source.name is not None and source.first != chunk.first
                if not speaks:
                    source.rumour = chunk.word
                    source.independent = False
                return
            if chunk.kind in {";", "sub", "rel"}:
                return

    def _colon(self, source: Source, index: int) -> None:
        """المرصد: التنظيم يستعيد …"""
        if source.name is None and self.sentence.is_np(0) and self.sentence.kind(1) == ":" and index > 1:
            phrase = self.sentence.chunks[0]
            if phrase.has(Noun.WITNESS, Noun.SPEAKER, Noun.STATE_VOICE) or phrase.actor or self._side(0, phrase):
                self._speakers(source, 0)

    def _hedge(self, source: Source, index: int) -> None:
        if source.hedge is not None:
            return
        for j, chunk in enumerate(self.sentence.chunks):
            for cue in chunk.cues:
                if cue.cue.effect is Effect.HEDGED and cue.form is None and self._same_clause(j, index):
                    source.hedge = cue
                    return

    def _same_clause(self, one: int, other: int) -> bool:
        low, high = sorted((one, other))
        return all(chunk.kind not in {";", "sub", "rel", ":"} for chunk in self.sentence.chunks[low + 1 : high])
