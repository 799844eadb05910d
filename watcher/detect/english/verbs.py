"""Verb groups: auxiliaries, negation and adverbs around a main verb, and whether a word is a verb here at all. Pure.

The second layer of the reader, on top of ``wording``.
"""

# ruff: noqa: C901, PLR0911, PLR0912, PLR0915  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Unit
from watcher.detect.english import words
from watcher.detect.english.forms import Form
from watcher.detect.english.units import Chunk, NounPhrase, VerbGroup
from watcher.detect.english.wording import WordReader
from watcher.detect.vocabulary import Effect, Noun

NEWLY: Final = frozenset(("newly", "recently", "freshly", "just"))
FREE: Final = frozenset(("free", "clear", "empty"))
FLOATING: Final = frozenset(("all", "both", "each"))
_ADVERBIAL: Final = frozenset((Effect.FRESH, Effect.STILL, Effect.HEDGED, Effect.BACKGROUND, Effect.PROSPECTIVE))


class VerbReader(WordReader):
    """Cuts verb groups."""

    def _verb_group(self, index: int) -> int | None:
        """Auxiliaries, negation and adverbs up to a main verb; or a main verb alone, where it is one."""
        units = self.units
        unit = units[index]
        norm = unit.norm
        start = index
        infinitive = False
        if norm == "to":
            after = index + 1
            while after < len(units) and units[after].norm in {"not", "also", "fully", "completely", "then"}:
                after += 1
            if after >= len(units) or not (self._form(after) & Form.BASE or units[after].norm in {"be", "have"}):
                return None
            if units[after].places or (self._looks_nominal(after) and not units[after].meaning):
                return None
            meaning = units[after].meaning
            nominal = meaning is not None and meaning.nouns and not meaning.events
            if nominal and not self._starts_noun(after + 1) and not self._goes_on_as_verb(after + 1):
                return None
            infinitive = True
            index += 1
        elif norm in words.GET and self._is_event_participle(index + 1):
            pass
        elif (
            norm in words.MODALS
            or norm == "cannot"
            or norm in words.BE
            or norm in words.HAVE
            or norm in words.DO
            or self._is_contracted(index)
        ):
            if unit.actor or (unit.capital and norm in {"may", "will"} and index and not self._starts_sentence(index)):
                return None
        elif index and units[index - 1].norm.endswith(" to") and self._form(index) & Form.BASE:
            infinitive = True
        elif not self._is_main_verb(index):
            return None
        return self._complete(VerbGroup(norm, infinitive=infinitive), start, index)

    def _complete(self, group: VerbGroup, start: int, index: int) -> int:
        units = self.units
        end = index
        while index < len(units):
            unit = units[index]
            norm = unit.norm
            if norm in words.MODALS or norm == "cannot":
                group.modal = "can" if norm == "cannot" else norm
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
                    elif norm == "been":
                        group.form = Form.PARTICIPLE
                    elif norm in {"being", "having"}:
                        group.form = Form.ING
                    end = index + 1
                    break
                group.auxiliaries.append(norm)
            elif norm in {"not", "never"}:
                group.negation = unit
            elif norm in FLOATING and group.auxiliaries and self._form(index + 1):
                pass  # have all fallen
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

    def _goes_on_as_verb(self, index: int) -> bool:
        """(Managed to) advance and take: the verb that follows the conjunction says that this is one, too."""
        if self._next_norm(index - 1) not in {"and", "or"} or index + 1 >= len(self.units):
            return False
        meaning = self.units[index + 1].meaning
        return bool(self._form(index + 1) & Form.BASE) and (
            meaning is None or not meaning.nouns or bool(meaning.events)
        )

    def _note_cues(self, group: VerbGroup, unit: Unit) -> None:
        if unit.meaning is not None:
            group.cues.extend((cue, unit) for cue in unit.meaning.cues if cue.form is None)

    def _auxiliary_goes_on(self, index: int) -> bool:
        """Whether a verb follows the auxiliary, past adverbs."""
        after = index + 1
        while after < len(self.units) and (
            self._is_adverbial(after) or self.units[after].norm in FLOATING | {"not", "never"}
        ):
            after += 1
        if after >= len(self.units) or self.units[after - 1].norm.endswith(" to"):
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
            return not (form == Form.ING and unit.noun(Noun.SITE, Noun.PART, Noun.ATTEMPT))
        return not unit.meaning and norm.endswith(("ed", "ing")) and len(norm) > 5  # noqa: PLR2004  "wing", "red"

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
        return meaning.adverb or (
            meaning.fixed_cue and any(cue.form is None and cue.cue.effect in _ADVERBIAL for cue in meaning.cues)
        )

    def _is_adverbial(self, index: int) -> bool:
        unit = self.units[index]
        if unit.norm in words.PREPOSITIONS or unit.norm in words.CONJUNCTIONS or unit.norm in words.SUBORDINATORS:
            return False
        return self._is_adverbial_unit(unit)

    def _starts_object(self, index: int) -> bool:
        """A noun phrase, or an amount with an adverb before it: more than a third of X."""
        adverb = index < len(self.units) and self._is_adverbial(index)
        return self._starts_noun(index) or (adverb and self._starts_noun(index + 1))

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
        if form & Form.BASE and self._next_norm(index) in {"of", "from"} and unit.norm in FREE and self.chunks:
            return True  # is free of, was declared free of
        after_preposition = before is not None and (
            before.kind == "prep"
            or (before.kind == "cue" and before.word.rpartition(" ")[2] in words.PREPOSITIONS - {"to", "than"})
        )
        noun = unit.meaning is not None and unit.meaning.nouns
        if after_preposition and noun and not self._starts_noun(index + 1):
            return False  # after a month of fighting, …
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
        nominal = unit.meaning is not None and unit.meaning.nominal
        if form & (Form.PAST | Form.PARTICIPLE):
            return self._past_is_verb(index, before, nominal=nominal)
        if before is None:
            return form & Form.BASE != 0 and not nominal and self._starts_noun(index + 1)
        reduced = before.kind == "vg" and len(self.chunks) > 1 and isinstance(self.chunks[-2], NounPhrase)
        if reduced and isinstance(before, VerbGroup) and not before.auxiliaries and before.form & Form.PARTICIPLE:
            return not nominal and not self._only_event(index) and self._starts_noun(index + 1)  # those taken include X
        if before.kind == "cc":
            return self._verb_before() and (not nominal or self._starts_noun(index + 1))
        if (
            before.kind in {"adv", "cue"}
            and form & Form.BASE
            and self._is_adjective(index)
            and self._starts_noun(index + 1)
        ):
            return False  # almost complete control
        if before.kind in {"rel", "adv", "cue", "time", "comp"}:
            return not nominal or self._starts_object(index + 1) or index + 1 >= len(self.units)
        if isinstance(before, NounPhrase):
            if nominal:
                return self._noun_verb(index, before, form)
            if len(self.chunks) > 1 and self.chunks[-2].kind == "prep" and form & Form.BASE and self._plural_before():
                return True
            return self._agrees(before, form) and (self._only_event(index) or self._plausible_subject(before))
        if before.kind in {",", ")"}:
            return not nominal and any(isinstance(c, NounPhrase) for c in self.chunks)
        return False

    def _past_is_verb(self, index: int, before: Chunk | None, *, nominal: bool) -> bool:
        unit = self.units[index]
        adjective = unit.meaning is not None and any(state.kind == "adjective" for state in unit.meaning.states)
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        followed_by_name = (
            following is not None
            and (bool(following.places) or following.norm in words.DIRECTIONS)
            and following.norm not in words.DETERMINERS
        )
        if before is None:
            return not (adjective and followed_by_name) and not unit.glued
        if before.word in NEWLY and adjective and self._starts_noun(index + 1):
            return False  # in newly captured X
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
            return not (
                noun
                or (
                    unit.meaning is not None
                    and unit.meaning.event_noun is not None
                    and not self._starts_noun(index + 1)
                )
            )
        return not noun and before.kind != "prep"


def join_split_verbs(chunks: list[Chunk]) -> list[Chunk]:
    """ "Had on Tuesday captured" is one verb group, after its time."""
    joined: list[Chunk] = []
    for chunk in chunks:
        auxiliary = len(joined) - 1
        while auxiliary >= 0 and joined[auxiliary].kind in {"time", "adv", "cue"}:
            auxiliary -= 1
        first = joined[auxiliary] if 0 <= auxiliary < len(joined) - 1 else None
        if (
            isinstance(chunk, VerbGroup)
            and isinstance(first, VerbGroup)
            and first.main is not None
            and (first.main.norm in words.HAVE or first.main.norm in words.BE)
            and bool(chunk.form & Form.PARTICIPLE)
            and not (chunk.auxiliaries or chunk.infinitive)
            and any(between.kind == "time" for between in joined[auxiliary + 1 :])
        ):
            chunk.auxiliaries = [*first.auxiliaries, first.main.norm]
            chunk.form = Form.PARTICIPLE
            chunk.modal, chunk.negation = first.modal, first.negation
            chunk.cues = [*first.cues, *chunk.cues]
            del joined[auxiliary]
        _join_over_insertion(joined, chunk)
        joined.append(chunk)
    return joined


def _join_over_insertion(joined: list[Chunk], chunk: Chunk) -> None:
    """ "Have, after a month of fighting, withdrawn" is one verb group, after the insertion."""
    if (
        not isinstance(chunk, VerbGroup)
        or chunk.auxiliaries
        or chunk.infinitive
        or not joined
        or joined[-1].kind != ","
    ):
        return
    opening = len(joined) - 2
    while opening > 0 and joined[opening].kind in {"time", "prep", "np", "adv", "cue"}:
        opening -= 1
    first = joined[opening - 1] if opening > 0 and joined[opening].kind == "," else None
    if not isinstance(first, VerbGroup) or first.main is None or not chunk.form & Form.PARTICIPLE:
        return
    if first.main.norm in words.HAVE or first.main.norm in words.BE:
        chunk.auxiliaries = [*first.auxiliaries, first.main.norm]
        chunk.form = Form.PARTICIPLE
        chunk.modal, chunk.negation = first.modal, first.negation
        chunk.cues = [*first.cues, *chunk.cues]
        del joined[opening - 1]
