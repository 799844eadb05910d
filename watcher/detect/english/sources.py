"""Who says so: the attribution of a sentence, and whether the speaker profits from what he says. Pure."""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Candidate, Side, Source
from watcher.detect.context import Context
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.sides import Sides
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.lexicon import CueReading
from watcher.detect.text import Token
from watcher.detect.vocabulary import Effect, Noun
from watcher.model import ActorId

_CONFIRMATIONS: Final = frozenset(("confirmation", "admission", "acknowledgement"))
_SAID: Final = frozenset(("is", "was", "has", "had", "reported", "rumoured", "said"))
_SAYING: Final = (Effect.REPORTS, Effect.CONFIRMS, Effect.CLAIMS, Effect.DENIES)


class Sources:
    """Reads the attributions of one sentence. ``tokens`` are the sentence's, for the name as written."""

    def __init__(self, sentence: Sentence, sides: Sides, context: Context, tokens: list[Token], full: str) -> None:
        self.sentence = sentence
        self.sides = sides
        self.context = context
        self.tokens = tokens
        self.full = full

    def source(self, candidate: Candidate) -> Source:
        """Who says that the event happened."""
        source = Source()
        index = candidate.chunk
        verb = self._governing(index)
        if verb is not None:
            self._speak(source, verb)
        for j, chunk in enumerate(self.sentence.chunks):
            if (
                isinstance(chunk, VerbGroup)
                and j not in {verb, index}
                and chunk.effect(*_SAYING) is not None
                and self._is_aside(j)
            ):
                self._speak(source, j)
            elif chunk.kind == "cue" and chunk.word == "according to" and self.sentence.is_np(j + 1):
                self._speakers(source, [j + 1, *self._coordinated(j + 1)])
        source.independent = source.independent or self._confirmed_by_another()
        self._rumour(source, index)
        self._colon(source, index)
        source.hedge = source.hedge or self._hedge(index)
        return source

    def _confirmed_by_another(self) -> bool:
        """…, both said, and the Observatory confirmed that they had gone: somebody who takes no side stands by it."""
        for verb, chunk in enumerate(self.sentence.chunks):
            if not isinstance(chunk, VerbGroup) or chunk.effect(Effect.CONFIRMS) is None or chunk.infinitive:
                continue
            subject = self.sentence.clause(verb).subject
            if subject is None or chunk.negation is not None or chunk.modal or chunk.passive:
                continue
            phrase = self.sentence.np(subject)
            if phrase.head_is(Noun.WITNESS) and self._side(subject, phrase) is None:
                return True
        return False

    def _governing(self, index: int) -> int | None:
        """The verb of saying that the event's clause depends on."""
        current = index
        if not self.sentence.is_vg(current):
            j = current - 1
            while j >= 0 and not self.sentence.is_vg(j):
                j -= 1
            if self.sentence.is_vg(j) and self.sentence.vg(j).effect(*_SAYING) is not None:
                return j
            following = (
                j
                if self.sentence.is_vg(j)
                else next(
                    (
                        k
                        for k in range(current, len(self.sentence.chunks))
                        if self.sentence.is_vg(k) and self.sentence.vg(k).finite
                    ),
                    None,
                )
            )
            current = following if following is not None else -1
        for _ in range(6):
            if not self.sentence.is_vg(current):
                return None
            clause = self.sentence.clause(current)
            following = clause.shares if clause.shares is not None and clause.opener == "and" else clause.matrix
            if following is None or not self.sentence.is_vg(following):
                return None
            if self.sentence.vg(following).effect(*_SAYING) is not None:
                return following
            current = following
        return None

    def _is_aside(self, index: int) -> bool:
        """…, the Observatory said: after the comma, with nothing said behind it."""
        clause = self.sentence.clause(index)
        subject = clause.subject
        if subject is None:
            return self.sentence.is_np(index + 1) and self.sentence.kind(index - 1) in {",", '"', ""}
        before = subject - 1
        while before >= 0 and self.sentence.kind(before) in {"np", "cc", "prep", "time", "adv"}:
            before -= 1
        if self.sentence.kind(before) not in {",", '"', "-"} and before >= 0:
            return False
        after = index + 1
        while self.sentence.kind(after) in {"time", "adv", "prep", "mark", '"', "np"}:
            after += 1
        return after >= len(self.sentence.chunks) or self.sentence.kind(after) in {",", "sub", "mark", ";"}

    def _speak(self, source: Source, verb: int) -> None:
        group = self.sentence.vg(verb)
        effect = group.effect(Effect.CLAIMS)
        if effect is not None:
            source.hedge = source.hedge or effect
        if group.effect(Effect.CONFIRMS) is not None:
            source.confirmed = True
        subject = self.sentence.clause(verb).subject
        behind = self.sentence.is_np(verb + 1) and not self.sentence.is_subject_ahead(verb + 1)
        if behind and (subject is None or self.sentence.kind(verb - 1) in {",", '"'}):
            subject = verb + 1
        if subject is None or not self.sentence.is_np(subject):
            source.independent = source.independent or group.passive
            return
        phrase = self.sentence.np(subject)
        rumour = phrase.head_is(Noun.REPORT) or (phrase.head.norm == "it" and group.passive and group.word in _SAID)
        if rumour and phrase.head.norm not in _CONFIRMATIONS and group.effect(Effect.CONFIRMS) is None:
            told_by = self._named_owner(subject)  # a statement by the SDF; reports, with nobody behind them
            if told_by is not None:
                source.sides.append(told_by)
            else:
                source.rumour = phrase.head.norm
            return
        self._speakers(source, [subject, *self._coordinated(subject)])

    def _coordinated(self, index: int) -> list[int]:
        found = []
        j = index + 1
        while j < len(self.sentence.chunks):
            kind = self.sentence.kind(j)
            if kind == "cc" and self.sentence.is_np(j + 1):
                found.append(j + 1)
                j += 2
            elif kind == "prep" and self.sentence.is_np(j + 1):
                j += 2
            else:
                break
        return found

    def _speakers(self, source: Source, nouns: list[int]) -> None:
        for noun in nouns:
            phrase = self.sentence.np(noun)
            if source.name is None:
                source.name, source.first, source.last = self._name(noun)
            side = self._side(noun, phrase)
            if side is not None:
                source.sides.append(side)
            else:
                source.independent = True

    def _side(self, noun: int, phrase: NounPhrase) -> ActorId | None:
        """The side that a speaker speaks for; None for a monitor, residents, or anybody else."""
        for unit in phrase.units:
            if unit.meaning is not None and unit.meaning.outlet is not None and unit.capital:
                return unit.meaning.outlet
        if phrase.head_is(Noun.STATE_VOICE):
            return self._voice_of_state(noun, phrase)
        if phrase.head_is(Noun.WITNESS) and not phrase.head_is(Noun.SPEAKER):
            return None
        if phrase.is_pronoun and phrase.head.norm not in {"we", "it", "they", "he", "she"}:
            return None
        if phrase.head_is(Noun.SPEAKER, Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP) or phrase.head.actor is not None:
            owner = self._named_owner(noun)
            if owner is not None:
                return owner
            group = self._spoken_for(noun, phrase)
            if group is not None:
                return group.actor
        if phrase.head.actor is not None:
            return phrase.head.actor
        country = phrase.head.meaning is not None and phrase.head.meaning.country
        if phrase.head.modifier is not None and (country or not phrase.head.capital):
            return phrase.head.modifier  # Turkey, the government, the opposition
        if phrase.head_is(Noun.STATE_FORCE):
            side = self.sides.side(noun)
            return side.actor if side else None
        if phrase.head.norm in {"it", "they", "he", "she"}:
            side = self.sides.side(noun)
            return side.actor if side is not None and phrase.head.norm == "it" else None
        return None

    def _voice_of_state(self, noun: int, phrase: NounPhrase) -> ActorId | None:
        """The defence ministry: the country's own, or that of whom it is named with."""
        owner = self._named_owner(noun)
        if owner is None and phrase.possessor and not phrase.possessor[-1].noun(Noun.STATE_FORCE):
            theirs = self.sides.owner(noun)
            return theirs.actor if theirs is not None else None
        return owner or self.context.home

    def _spoken_for(self, noun: int, phrase: NounPhrase) -> Side | None:
        """Whose the speaker is: its spokesman, a spokeswoman for the alliance, the alliance itself."""
        own = phrase.possessor or phrase.determiner in {"its", "their"}
        theirs = self.sides.owner(noun) if own and phrase.head_is(Noun.SPEAKER) else None
        if theirs is not None:
            return theirs
        spoken_for = [other for word, other in self.sentence.chain(noun) if word in {"for", "of", "from", "by"}]
        group = noun if phrase.head_is(Noun.GROUP) and phrase.determiner == "the" else next(iter(spoken_for), None)
        if group is not None and self.sentence.np(group).head_is(Noun.GROUP, Noun.FORCE):
            return self.sides.side(group)
        return None

    def _named_owner(self, noun: int) -> ActorId | None:
        phrase = self.sentence.np(noun)
        for unit in (*reversed(phrase.own), *reversed(phrase.possessor)):
            if unit.actor or unit.modifier:
                return unit.actor or unit.modifier
        for word, other in self.sentence.chain(noun):
            if word in {"of", "for", "from", "with", "in", "by"}:
                for unit in reversed(self.sentence.np(other).units):
                    if unit.actor or (
                        unit.modifier and not unit.meaning.modifies_soldiers_only if unit.meaning else False
                    ):
                        return unit.actor or unit.modifier
        return None

    def _name(self, noun: int) -> tuple[str, int, int]:
        """The speaker as written, without the article."""
        phrase = self.sentence.np(noun)
        units = phrase.units[1:] if phrase.determiner in {"the", "a", "an"} and len(phrase.units) > 1 else phrase.units
        last = units[-1].last
        for word, other in self.sentence.chain(noun):
            if word not in {"for", "of", "in"}:
                break
            last = self.sentence.np(other).last
        first = units[0].first
        return self.full[self.tokens[first].start : self.tokens[last - 1].end], first, last

    def _rumour(self, source: Source, index: int) -> None:
        """There were reports that …: nobody stands behind them."""
        if self.sentence.is_vg(index):
            matrix = self.sentence.clause(index).matrix
            if (
                matrix is not None
                and self.sentence.is_np(matrix)
                and self.sentence.np(matrix).head_is(Noun.REPORT)
                and not source.sides
                and not source.confirmed
                and self.sentence.np(matrix).head.norm not in _CONFIRMATIONS
            ):
                source.rumour = self.sentence.np(matrix).head.norm

    def _colon(self, source: Source, index: int) -> None:
        """Monitor: Islamic State retakes …"""
        if source.name is None and self.sentence.is_np(0) and self.sentence.kind(1) == ":" and index > 1:
            phrase = self.sentence.np(0)
            if phrase.head_is(Noun.WITNESS, Noun.SPEAKER, Noun.STATE_VOICE) or phrase.head.actor:
                self._speakers(source, [0])

    def _hedge(self, index: int) -> CueReading | None:
        chunk = self.sentence.chunks[index]
        if isinstance(chunk, VerbGroup):
            for cue, _ in chunk.cues:
                if cue.cue.effect is Effect.HEDGED:
                    return cue
        for j, other in enumerate(self.sentence.chunks):
            if other.kind in {"cue", "adv"} or isinstance(other, NounPhrase):
                for unit in other.units:
                    for cue in unit.meaning.cues if unit.meaning is not None else ():
                        if cue.cue.effect is Effect.HEDGED and cue.form is None and self._same_clause(j, index):
                            return cue
        return None

    def _same_clause(self, one: int, other: int) -> bool:
        """Nothing that opens or closes a clause stands between."""
        low, high = sorted((one, other))
        return all(
            chunk.kind not in {";", "sub", "rel", ":"}
            and not (
                chunk.kind == ","
                and isinstance(self.sentence.chunks[high], VerbGroup)
                and position + low + 1 < high
                and low == one
            )
            for position, chunk in enumerate(self.sentence.chunks[low + 1 : high])
        )
