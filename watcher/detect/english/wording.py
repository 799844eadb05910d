"""What a word can be where it stands: a verb, a noun, the start of a noun phrase. Pure.

The base of the reader whose next layers are ``verbs`` and ``phrases``; all three work on one sentence.
"""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence

from watcher.detect.calendar import Time, TimeSpan
from watcher.detect.candidates import Unit
from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.english.units import Chunk, NounPhrase, VerbGroup
from watcher.detect.vocabulary import Effect, Noun


class WordReader:
    """The units of one sentence, the chunks that were cut so far, and what is asked about a word among them."""

    def __init__(self, units: list[Unit], times: Sequence[TimeSpan]) -> None:
        self.units = units
        self.chunks: list[Chunk] = []
        self.times: list[tuple[Chunk, Time]] = []
        self._inverted: list[str] = []  # the auxiliary of a question, until its verb comes
        written = [unit for unit in units if unit.is_word and not (unit.places or unit.actor)]
        self._low_verbs = 2 * sum(unit.capital for unit in written) < len(written)  # no headline in capitals
        self._time_at: dict[int, TimeSpan] = {}
        for span in times:
            inside = next((unit for unit in units if unit.first >= span.first), None)
            if inside is not None and inside.first < span.last:
                self._time_at[inside.first] = span

    def _next_norm(self, index: int) -> str:
        return self.units[index + 1].norm if index + 1 < len(self.units) else ""

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

    def _is_adjective(self, index: int) -> bool:
        meaning = self.units[index].meaning
        return meaning is not None and meaning.adjective and not meaning.places

    def _is_amount(self, index: int) -> bool:
        unit = self.units[index]
        return (
            unit.norm[0].isdigit()
            or unit.norm in words.NUMBERS
            or (unit.noun(Noun.PART) and unit.norm not in words.DIRECTIONS)
        )

    def _compass_end(self, index: int) -> int | None:
        """The end of "south of", "south-east of", "east and north of"; None when there is none."""
        if self.units[index].norm not in words.COMPASS:
            return None
        after = index + 1
        while after < len(self.units):
            norm = self.units[after].norm
            listed = norm in {"and", "or", ","} and after + 1 < len(self.units)
            if listed and self.units[after + 1].norm in words.COMPASS:
                after += 2
            elif self.units[after].glued and norm in words.COMPASS:
                after += 1
            else:
                break
        return after + 1 if after < len(self.units) and self.units[after].norm == "of" else None

    def _determined(self, index: int) -> bool:
        return index > 0 and (self.units[index - 1].norm in words.DETERMINERS or self.units[index - 1].norm == "'s")

    def _form(self, index: int) -> int:
        if index >= len(self.units):
            return Form.NONE
        unit = self.units[index]
        if unit.places or unit.actor or unit.glued or unit.norm in words.PRONOUNS:
            return Form.NONE
        if unit.capital and index and self.units[index - 1].is_word and self._low_verbs:
            return Form.NONE  # the United States
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
        if (before == "to" and not unit.modifier) or before in words.MODALS:
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
        if self.units[index].actor:
            return False  # IS, not "is"
        return bool(self._form(index)) or norm in words.BE or norm in words.HAVE or norm in words.MODALS

    def _noun_verb(self, index: int, before: NounPhrase, form: int) -> bool:
        """Whether "attack" or "advance" after a noun is its verb: an object can follow, and no verb stands yet."""
        if not self._agrees(before, form) or self._is_in_their_hands(index, before):
            return False
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        if following is None or following.norm in {",", "?"}:
            told = form == Form.THIRD or (bool(self._inverted) and bool(form & Form.BASE))  # if X falls, …
            return told and not self._verb_before() and (following is None or bool(before.head.places))
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
        if form == Form.THIRD and following.meaning is not None and following.meaning.event_noun is not None:
            return before.head.actor is not None or before.head_is(Noun.FORCE, Noun.STATE_FORCE)
        if self.units[index].noun(Noun.CONTROL) and form == Form.BASE and following.norm in {"in", "over"}:
            return False  # IS rule in X
        if following.norm in {"of", "by", "for"}:
            return following.norm == "of" and unit_ends_out(self.units[index]) and before.plural
        if following.norm in words.PREPOSITIONS:
            return form == Form.THIRD or before.plural
        return (
            following.meaning is not None
            and (following.meaning.adjective or bool(following.meaning.nouns))
            and self._form(index + 1) == Form.NONE
        )

    def _is_in_their_hands(self, index: int, before: NounPhrase) -> bool:
        """Back in army hands, under rebel control: a noun, for a preposition governs the side before it."""
        behind = self.chunks[-2:-1] if self.chunks and self.chunks[-1] is before else self.chunks[-1:]
        governed = bool(behind) and behind[0].kind == "prep" and behind[0].word in {"in", "into", "under", "to"}
        head = before.head
        armed = head.actor or head.modifier or before.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
        return governed and bool(armed) and self.units[index].noun(Noun.CONTROL)

    def _hangs_on_report(self) -> bool:
        """Confirmation from both sides that …"""
        plain = [chunk for chunk in self.chunks if chunk.kind != "adv"]
        at = len(plain) - 1
        while at > 1 and plain[at - 1].kind == "prep" and isinstance(plain[at - 2], NounPhrase):
            at -= 2
        head = plain[at]
        return isinstance(head, NounPhrase) and head.head_is(Noun.REPORT)

    def _is_share(self, index: int) -> bool:
        """Most of, control of."""
        return self.units[index].noun(Noun.PART, Noun.WHOLE, Noun.CONTROL) and self._next_norm(index) in {"of", "over"}

    def _joins_adjectives(self, index: int) -> bool:
        """Whether a conjunction stands between two adjectives of one noun."""
        before = self.units[index - 1].meaning
        plain = before is not None and before.adjective and not before.nouns
        return plain and index + 2 < len(self.units) and self._is_adjective(index + 1) and self._starts_noun(index + 2)

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

    def _goes_on_saying(self, index: int) -> bool:
        """A said B had left and that the town …: no pointing word, for a determiner or a name follows it."""
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        said = any(
            isinstance(chunk, VerbGroup)
            and chunk.effect(Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS, Effect.DENIES) is not None
            for chunk in self.chunks
        )
        return (
            said
            and following is not None
            and bool(
                following.norm in words.DETERMINERS | words.PRONOUNS
                or following.places
                or following.actor
                or following.capital
                or (following.meaning is not None and following.meaning.nouns and following.norm.endswith("s"))
            )
        )

    def _is_empty_clause(self) -> bool:
        """It was clear, by noon on Thursday, that …"""
        return any(
            chunk.kind == "adv" and chunk.word.startswith(("it was clear", "it is clear")) for chunk in self.chunks
        )

    def _starts_sentence(self, index: int) -> bool:
        return index == 0 or not any(unit.is_word for unit in self.units[:index])

    def _starts_noun(self, index: int) -> bool:
        if index >= len(self.units):
            return False
        unit = self.units[index]
        norm = unit.norm
        if unit.places or unit.actor or norm in words.DETERMINERS or norm in words.NUMBERS or norm.isdecimal():
            return True
        if norm in {"about", "around", "over"} and index + 1 < len(self.units) and self._is_amount(index + 1):
            return True  # (hold) about half of X
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


def unit_ends_out(unit: Unit) -> bool:
    """Pull out of: the particle goes with the preposition that follows."""
    return unit.norm.endswith((" out", " back"))
