"""Cuts a sentence into noun phrases, verb groups, prepositions, times and cues: what clauses are made of. Pure.

A shallow reading: function words and the table's words are known, everything else is taken for a noun or an adjective.
The top layer of the reader, on ``wording`` and ``verbs``.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from watcher.detect.calendar import Time, TimeSpan
from watcher.detect.candidates import Unit
from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.english.units import Chunk, NounPhrase, VerbGroup
from watcher.detect.english.verbs import FLOATING, FREE, NEWLY, VerbReader, join_split_verbs
from watcher.detect.lexicon import Meaning
from watcher.detect.vocabulary import Effect, Noun

_FINITE: Final = Form.PAST | Form.THIRD | Form.BASE
_LINKS: Final = frozenset((",", ";", ":", "-", "(", ")", '"', "'", "[", "]", "/"))
_ADVERBIAL: Final = frozenset((Effect.FRESH, Effect.STILL, Effect.HEDGED, Effect.BACKGROUND))


class Chunker(VerbReader):
    """Cuts the units of one sentence."""

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
        if norm == "in" and self._next_norm(index) == "addition" and self._next_norm(index + 1) == "to":
            return self._add("cc", index, index + 3)
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
        if meaning.fixed_cue:
            return self._add("cue", index, index + 1)
        if meaning.adverb and not meaning.nouns and not meaning.verb:
            return self._add("adv", index, index + 1)
        return None

    def _floats(self, index: int) -> bool:
        """X, Y and Z were all in rebel hands: the quantifier belongs to the subject before the verb."""
        before = self.chunks[-1] if self.chunks else None
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        if not isinstance(before, VerbGroup) or following is None or before.main is None:
            return False
        state = following.meaning is not None and any(one.kind == "phrase" for one in following.meaning.states)
        return before.main.norm in words.BE and (state or following.norm in words.PREPOSITIONS - {"of"})

    def _function_word(self, index: int) -> int | None:
        unit = self.units[index]
        norm, meaning = unit.norm, unit.meaning
        if norm == "as" and self._next_norm(index) == "well" and self._next_norm(index + 1) == "as":
            return self._add("cc", index, index + 3)
        if norm == "near" and index + 1 < len(self.units) and self._is_adjective(index + 1):
            return self._add("adv", index, index + 1)  # near complete control
        governs = (  # control over three villages
            index > 0 and self.units[index - 1].noun(Noun.CONTROL) and not isinstance(self.chunks[-1], VerbGroup)
        )
        if (
            norm in {"about", "around", "over", "nearly"}
            and not governs
            and index + 1 < len(self.units)
            and self._is_amount(index + 1)
        ):
            return self._add("adv", index, index + 1)
        compass = self._compass_end(index)
        if compass is not None and not self._determined(index):
            self._add("prep", index, compass)
            self.chunks[-1].word = norm
            return compass
        if norm in FLOATING and self._floats(index):
            return self._add("adv", index, index + 1)
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
        if meaning is not None and meaning.fixed_cue and not unit.places and not self._is_nominal_cue(index):
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
        quantifies = norm in FLOATING and self._starts_noun(index + 1)  # both quarters
        if quantifies:
            return None
        if (adverb or (norm.endswith("ly") and len(norm) > 4 and meaning is None)) and not self._inside_noun(index):  # noqa: PLR2004  "only" is more
            return self._add("adv", index, index + 1)
        return None

    def _is_nominal_cue(self, index: int) -> bool:
        """A cue adjective right before a noun ("an abortive attempt") is read inside its noun phrase."""
        meaning = self.units[index].meaning
        assert meaning is not None
        if meaning.nouns:
            return True
        if any(cue.cue.effect in _ADVERBIAL for cue in meaning.cues):
            return False
        return self._determined(index) and index + 1 < len(self.units) and self._starts_noun(index + 1)

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
            is_noun = bool(
                following is not None
                and following.meaning is not None
                and following.meaning.nouns
                and not following.places
            )
            if is_noun and not reporting:
                return self._noun_phrase(index)
            return self._add("comp", index, index + 1)
        noun = next((chunk for chunk in reversed(self.chunks) if chunk.kind not in {"time", "adv"}), None)
        if isinstance(noun, NounPhrase) and (noun.head_is(Noun.REPORT) or self._hangs_on_report()):
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
        if before is not None and before.kind in {"cc", ","} and (reporting or self._goes_on_saying(index)):
            return self._add("comp", index, index + 1)
        if following is not None and self._may_be_verb(index + 1):
            return self._add("rel", index, index + 1)
        return self._noun_phrase(index)

    def _noun_phrase(self, index: int) -> int:
        units = self.units
        after_preposition = (
            bool(self.chunks)
            and self.chunks[-1].kind == "prep"
            and len([c for c in self.chunks if c.kind != "adv"]) == 1
        )
        end = index
        while end < len(units):
            if end > index and self._ends_noun_phrase(index, end, after_preposition=after_preposition):
                break
            end += 1
        inside = units[index:end]
        opening = inside[0].norm
        cut = end - index - 1
        while cut >= 0 and inside[cut].norm not in {"'s", "'"}:
            cut -= 1
        self.chunks.append(
            NounPhrase(
                inside,
                opening if opening in words.DETERMINERS else "",
                inside[:cut] if cut >= 0 else [],
                inside[cut + 1 :] if cut >= 0 else _without_determiners(inside),
            )
        )
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
        theirs = before.actor and not before.capital and before.norm.endswith("s")
        if (norm == "one" and before.places) or (theirs and (unit.places or self._is_share(index))):
            return True  # left X one by one; wrested from the rebels X, most of X
        if norm in words.PRONOUNS and norm != "one" and not (norm == "us" and unit.capital):
            return True
        if (
            before.norm in words.PRONOUNS
            and not (before.norm == "us" and before.capital)
            and index == start + 1
            and unit.is_word
        ):
            return True
        if norm in {"but", "and"} and self._joins_adjectives(index):
            return False  # the small but strategic town
        if (
            norm in words.CONJUNCTIONS
            or norm in words.SUBORDINATORS
            or norm in words.RELATIVES
            or norm in words.MODALS
            or norm in {"cannot", "that"}
        ):
            return True
        if norm in words.BE or norm in words.HAVE or norm in words.DO or norm in {"to", "not", "never"}:
            return not unit.actor
        if norm == "following" and before.norm == "the":
            return False
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
            if meaning.fixed_cue and not meaning.nouns and not unit.glued:
                # "its only remaining route"
                qualified = self._is_adjective(index - 1) and not before.noun(Noun.FORCE, Noun.PART)
                only_before_noun = (before.norm in words.DETERMINERS or qualified) and self._starts_noun(index + 1)
                if not only_before_noun:
                    return True
            if meaning.adverb and not meaning.nouns and not meaning.adjective and not unit.glued:
                return not (before.norm in words.DETERMINERS and self._starts_noun(index + 1))
        placed = before.places or (
            index - start > 1
            and before.noun(Noun.SETTLEMENT, Noun.PROVINCE, Noun.QUARTER)
            and self.units[index - 2].places
        )
        if after_preposition and placed and unit.actor:
            return True  # in Aleppo province Islamic State withdrew
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
        return bool(self._is_verb_inside(start, index))

    def _is_verb_inside(self, start: int, index: int) -> bool:
        """Whether the word ends the noun phrase because it is its verb."""
        unit = self.units[index]
        form = self._form(index)
        if not form or unit.glued:
            return False
        before = self.units[index - 1]
        if before.norm in words.DETERMINERS or before.norm == "'s":
            return False
        inside = self.units[start:index]
        phrase = NounPhrase(inside, "", [], inside)
        meaning = unit.meaning
        nominal = meaning is not None and meaning.nominal
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
            and not (form & Form.PAST and self._next_norm(index) in words.DETERMINERS)  # from the border fought a
        ):
            return False
        if form == Form.ING:
            return not nominal or self._starts_noun(index + 1)
        if unit.norm in FREE and before.places and self._next_norm(index) == "of":
            return True  # declared X free of B
        if before.norm in NEWLY and meaning is not None and any(state.kind == "adjective" for state in meaning.states):
            return False  # the newly captured town
        if form & (Form.PAST | Form.PARTICIPLE):
            return not (
                before.modifier
                and not before.actor
                and before.norm not in words.DETERMINERS
                and self._starts_noun(index + 1)
                and meaning is not None
                and meaning.states
                and not meaning.verb & Form.PAST
            )
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


def _without_determiners(units: list[Unit]) -> list[Unit]:
    """All of them, when there is nothing else."""
    return [unit for unit in units if unit.norm not in words.DETERMINERS] or units


def read_chunks(units: list[Unit], times: Sequence[TimeSpan]) -> tuple[list[Chunk], list[tuple[Chunk, Time]]]:
    """The chunks of a sentence, and which of them are times."""
    chunker = Chunker(units, times)
    return join_split_verbs(chunker.read()), chunker.times
