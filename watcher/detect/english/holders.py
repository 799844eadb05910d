"""Who held a place before, by the words around its name: "the rebel bastion of X", "X, an army base". Pure.

Asked by ``roles`` for the side that loses what changes hands; looks only at the words around the place.
"""

# ruff: noqa: PLR0911  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.candidates import Side
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.sides import Sides
from watcher.detect.vocabulary import Frame, Noun

_HELD: Final = (Noun.SETTLEMENT, Noun.QUARTER, Noun.SITE, Noun.PROVINCE)
_OF_THEIRS: Final = (Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)


def find_holder(sentence: Sentence, sides: Sides, noun: int) -> Side | None:
    """The side that held the place of a noun phrase, if the words beside it say so."""
    if sentence.is_holding(noun + 1):
        return sides.side(noun + 3)
    owner = _owner(sentence, sides, noun)
    if owner is not None:
        return owner
    if sentence.governed(noun) == "of" and sentence.is_np(noun - 2):
        owner = _owner(sentence, sides, noun - 2)  # the rebel bastion of X
        if owner is not None:
            return owner
    end = noun
    for word, other in sentence.chain(noun):
        phrase = sentence.np(other)
        if word == "of" and phrase.place is None and (phrase.head_is(*_OF_THEIRS) or phrase.head.actor):
            return sides.side(other) or sides.owner(other)  # the base of the army's third brigade
        end = other
    return _relative(sentence, sides, end) or _apposition(sentence, sides, end)


def _owner(sentence: Sentence, sides: Sides, noun: int) -> Side | None:
    """Islamic State's bastion, the army base, the rebel town of: the side before a noun of place."""
    phrase = sentence.np(noun)
    if not (phrase.head_is(*_HELD) or phrase.head.places):
        return None
    for unit in (*reversed(phrase.possessor), *reversed(phrase.own[:-1])):
        actor = unit.actor or unit.modifier
        soldiers_only = unit.actor is None and unit.meaning is not None and unit.meaning.modifies_soldiers_only
        if actor is not None and not soldiers_only and not unit.places:
            return Side(actor, unit, noun)  # not "the Syrian town"
    units = [*phrase.possessor, *phrase.own[:-1]]
    if any(unit.noun(Noun.STATE_FORCE) and not unit.places for unit in units) and not any(unit.glued for unit in units):
        return Side(sides.context.home, None, noun, "'army' means the country's own")
    for unit in phrase.possessor:
        if unit.noun(*_OF_THEIRS):
            actor = sides.context.called(sides.offset + unit.first, unit.norm)
            if actor is not None:
                return Side(actor, None, noun, f"'{unit.norm}' means the side named last")
    return None


def _relative(sentence: Sentence, sides: Sides, end: int) -> Side | None:
    """X, which B (had) held until now."""
    at = end + 2 if sentence.kind(end + 1) == "," else end + 1
    if sentence.kind(at) != "rel" and not sentence.is_np(at):
        return None
    for verb in range(at, min(at + 6, len(sentence.chunks))):
        if not sentence.is_vg(verb):
            continue
        group = sentence.vg(verb)
        clause = sentence.clause(verb)
        frames = {reading.group.frame for reading in group.events}
        had_taken = group.pluperfect and bool(frames & {Frame.TAKES, Frame.ENTERS})  # which B had seized in May
        if (
            not (had_taken or Frame.HOLDS in frames)
            or clause.opener not in {"rel", "contact"}
            or group.infinitive
            or group.negation is not None
        ):
            return None
        if sentence.voice(verb) == "active":
            subject = clause.subject
            side = sides.side(subject) if subject is not None and subject > end else None
            return replace(side, unit=None) if side is not None and had_taken else side
        return next((side for side in map(sides.side, sentence.complements(verb).after("by")) if side), None)
    return None


def _apposition(sentence: Sentence, sides: Sides, end: int) -> Side | None:
    """X, the group's last redoubt; X, one of the army's last bases; X, an island of government rule."""
    at = end + 2
    if sentence.kind(end + 1) not in {",", "-", "("} or not sentence.is_np(at) or sentence.is_subject_ahead(at):
        return None
    phrase = sentence.np(at)
    chain = sentence.chain(at)
    if not phrase.head_is(*_HELD):
        if phrase.head.norm not in {"one", "among", "last", "part"} or not chain or chain[0][0] != "of":
            return None
        at, chain = chain[0][1], chain[1:]
        if not sentence.np(at).head_is(*_HELD):
            return None
    owner = _owner(sentence, sides, at)
    if owner is not None:
        return owner
    if chain and chain[0][0] == "of":
        other = sentence.np(chain[0][1])
        if other.head_is(Noun.CONTROL):
            return sides.owner(chain[0][1])
        if other.place is None and (other.head_is(*_OF_THEIRS) or other.head.actor):
            return sides.side(chain[0][1])
    return None
