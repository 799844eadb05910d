"""Frames of control: takes, loses, falls, leaves, drives out, hands over, enters, holds. Pure.

One function per frame; each returns its candidates, or why the verb tells of no event.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.candidates import Candidate, NoPlace, Side
from watcher.detect.english.forms import Form
from watcher.detect.english.roles import Roles
from watcher.detect.english.units import VerbGroup
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import Action, Extent

_INTO: Final = frozenset(("to", "into", "under", "in"))
_OWN_GAINS: Final = frozenset(
    (
        "liberate",
        "re-liberate",
        "free",
        "clear",
        "cleanse",
        "secure",
        "recapture",
        "retake",
        "recover",
        "regain",
        "purge",
    )
)
_RAIDERS: Final = frozenset(("attackers", "attacker", "assailants", "assailant", "raiders", "infiltrators", "stormers"))


def takes(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    if voice == "active":
        objects = roles.objects(index)
        if not objects:
            return NoPlace("nothing is taken")
        places = roles.locate_all(objects)
        if isinstance(places, NoPlace):
            return places
        gained = roles.armed_subject(index, group)
        if isinstance(gained, NoPlace):
            return gained
        cleared = cleared_of_others(roles, index)
        if cleared is not None:
            return cleared
        lost = roles.source(index, "from", "of")
        if lost is None and reading.group.needs is Noun.CONTROL:
            lost = roles.sides.owner(objects[0])
        if lost is not None and gained is not None and gained.unit is None and gained.actor == lost.actor:
            gained = roles.sides.side(roles.subject(index, group), other_than=lost.actor)
        if lost is not None and gained is not None and lost.actor == gained.actor:
            lost = None
        found = roles.make(reading, index, voice, places, gained, lost or roles.held_by(places))
        return [*found, *denied_beside(roles, reading, index, gained)]
    subject = roles.subject(index, group)
    places = roles.locate_all(roles.subjects(subject, index))
    if isinstance(places, NoPlace):
        return places
    cleared = cleared_of_others(roles, index)
    if cleared is not None:
        return cleared
    gained = roles.agent(index) or whose_own(roles, reading, index)
    return roles.make(
        reading, index, voice, places, gained, roles.source(index, "from", "of", gained=gained) or roles.held_by(places)
    )


def whose_own(roles: Roles, reading: EventReading, index: int) -> Side | None:
    """A said that X had been liberated: by A, for nobody calls the gain of his enemy so."""
    clause = roles.sentence.clause(index)
    if reading.word.text not in _OWN_GAINS or clause.opener not in {"comp", "report"} or clause.matrix is None:
        return None
    side = roles.sides.speaker_before(index)
    return side if side is not None and side.actor is not None else None


def cleared_of_others(roles: Roles, index: int) -> NoPlace | None:
    """Cleared of mines, emptied of residents: not of a side."""
    for noun in roles.sentence.complements(index).after("of")[:1]:
        others = roles.sentence.np(noun).head_is(Noun.THING, Noun.PEOPLE) or roles.sentence.vg(index).form == Form.BASE
        if others and roles.sides.side(noun) is None and isinstance(roles.locator.locate(noun), NoPlace):
            return NoPlace(f"cleared of '{roles.sentence.np(noun).head.norm}'")
    return None


def denied_beside(roles: Roles, reading: EventReading, index: int, gained: Side | None) -> list[Candidate]:
    """A has taken X, not Y."""
    end = roles.sentence.complements(index).end
    if roles.sentence.kind(end) != "," or roles.sentence.kind(end + 1) != "cue" or not roles.sentence.is_np(end + 2):
        return []
    places = roles.locator.locate(end + 2)
    if roles.sentence.chunks[end + 1].word != "not" or isinstance(places, NoPlace):
        return []
    found = roles.make(reading, index, "active", places, gained, None)
    for candidate in found:
        candidate.denied = True
    return found


def flag(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    complements = roles.sentence.complements(index)
    decked = False  # with flags, for a feast
    if roles.voice(index, group) != "active":
        subject = roles.subject(index, group)
        gained = roles.controller(subject) if subject is not None else None
    elif (flying := roles.subject(index, group)) is not None and roles.is_a(flying, Noun.FLAG):
        gained = roles.controller(flying)  # the flag of A flies over X
        decked = roles.sentence.np(flying).plural
    else:
        owner = roles.armed_subject(index, group)
        if isinstance(owner, NoPlace):
            return owner
        gained = owner
    for noun in complements.after("over", "in", "on", "above", "at", "atop", "across"):
        places = roles.locator.locate(noun)
        if not isinstance(places, NoPlace):
            site = roles.sentence.np(noun).head_is(Noun.SITE)
            if site and decked:
                return NoPlace("decked with flags")
            extent = Extent.PARTIAL if site else places[0].extent
            return roles.make(reading, index, "active", [replace(places[0], extent=extent)], gained, None)
    for noun in range(index - 1, -1, -1):
        if roles.sentence.is_np(noun) and roles.sentence.governed(noun) == "in":
            places = roles.locator.locate(noun)
            if not isinstance(places, NoPlace):
                return roles.make(reading, index, "active", [replace(places[0], extent=Extent.PARTIAL)], gained, None)
    return NoPlace("no place under the flag")


def loses(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    gained = roles.source(index, "to")
    if voice == "active":
        places = roles.locate_all(roles.objects(index))
        if isinstance(places, NoPlace):
            return places
        lost = roles.armed_subject(index, group)
        if isinstance(lost, NoPlace):
            return lost
    else:
        places = roles.locate_all(roles.subjects(roles.subject(index, group), index))
        if isinstance(places, NoPlace):
            return places
        if voice == "reduced" and is_the_only_verb(roles, index) and not roles.locator.in_title:
            return NoPlace("it lost something")  # "X lost to Y in the final": no participle in a sentence of its own
        lost = roles.agent(index)
    return roles.make(reading, index, "active", places, gained, lost)


def is_the_only_verb(roles: Roles, index: int) -> bool:
    """Whether the sentence has no other finite verb, but for those of saying."""
    return not any(
        j != index and roles.sentence.is_vg(j) and roles.sentence.vg(j).finite and not roles.sentence.reports(j)
        for j in range(len(roles.sentence.chunks))
    )


def falls(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    subject = roles.subject(index, group)
    if subject is None:
        return NoPlace("nothing falls")
    complements = roles.sentence.complements(index)
    if complements.objects[:1] == [index + 1] and reading.word.text == "fall":
        return NoPlace("something else falls")
    gained: Side | None = None
    escaped = slipped_from(roles, index)
    for preposition, noun in complements.prepositions:
        if preposition not in _INTO:
            continue
        side = roles.controller(noun) if roles.sentence.np(noun).head_is(Noun.CONTROL) else roles.sides.side(noun)
        if side is not None:
            gained = side
            break
        if preposition == "to" and not roles.sentence.np(noun).head.capital and not roles.sentence.np(noun).place:
            return NoPlace(f"to '{roles.sentence.np(noun).head.norm}' is to no side")
    if gained is None:
        gained = going_to(roles, complements.end)
    rule = roles.sides.owner(subject) if roles.is_a(subject, Noun.CONTROL) else None
    if gained is None and escaped is None and rule is not None and not roles.sentence.governed(subject):
        escaped = rule  # A's rule over X is over
    if gained is None and escaped is None and reading.group.needs is not None:
        return NoPlace("it passes to no side")
    places = roles.locate_all(roles.subjects(subject, index))
    if isinstance(places, NoPlace):
        return places
    lost = escaped or roles.source(index, "from") or roles.held_by(places)
    return roles.make(reading, index, "active", places, gained, lost)


def slipped_from(roles: Roles, index: int) -> Side | None:
    """Slipped from B's grip, out of the hands of B."""
    for noun in roles.sentence.complements(index).after("from", "out of", "of"):
        if roles.sentence.np(noun).head_is(Noun.CONTROL):
            return roles.controller(noun)
    return None


def going_to(roles: Roles, start: int) -> Side | None:
    """Changed hands, this time going to the rebels."""
    for j in range(start, len(roles.sentence.chunks)):
        if roles.sentence.is_vg(j) and roles.sentence.vg(j).form == Form.ING:
            for noun in roles.sentence.complements(j).after("to"):
                return roles.sides.side(noun)
        if roles.sentence.kind(j) == "adv" and roles.sentence.chunks[j].word == "going to":
            return roles.sides.side(j + 1)
    return None


def leaves(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    complements = roles.sentence.complements(index)
    if voice != "active":
        subject = roles.subject(index, group)
        phrase = roles.sentence.np(subject) if subject is not None else None
        if phrase is not None and (roles.sides.side(subject) or phrase.head_is(Noun.FORCE)) and not phrase.head.places:
            side = roles.sides.side(subject)
            behind = ("from", "out of", "of") if reading.word.text.endswith(" out") else ("from", "out of")
            for noun in complements.after(*behind):
                located = roles.locator.locate(noun)
                if not isinstance(located, NoPlace):
                    return roles.make(reading, index, voice, located, None, side)
            return NoPlace("no place is left")
        places = roles.locate_all(roles.subjects(subject, index))
        if isinstance(places, NoPlace):
            return places
        return roles.make(reading, index, voice, places, None, roles.agent(index))
    lost = roles.armed_subject(index, group)
    if isinstance(lost, NoPlace):
        return lost
    if lost is not None and lost.actor is None and roles.sentence.clause(index).opener == "participle":
        return NoPlace("those who flee, not who leaves")  # fighters fleeing X were shelled
    leaver = roles.subject(index, group)
    if leaver is not None and roles.sentence.np(leaver).head.norm in _RAIDERS:
        return NoPlace("who attacks holds no place that he could leave")
    objects = roles.objects(index)
    first = roles.sentence.np(objects[0]) if objects else None
    moved = (
        first is not None
        and not first.is_pronoun
        and not first.head.places
        and roles.sides.side(objects[0]) is not None
    )
    if objects and not moved:
        places = roles.locate_all(objects)
        if isinstance(places, NoPlace):
            return places
        besieged = roles.sentence.is_vg(complements.end) and any(
            r.group.frame is Frame.BESIEGES for r in roles.sentence.vg(complements.end).events
        )
        if (
            besieged
            or roles.sentence.kind(complements.end) == "state"
            or (first is not None and first.is_pronoun and complements.after("with"))
        ):
            return NoPlace("left as it is")
        if lost is not None:
            return roles.make(reading, index, voice, places, taker(roles, complements.after("to"), lost), lost)
    nouns = complements.after("from", "out of")
    if not nouns and reading.word.text.endswith("out"):
        nouns = complements.after("of")[:1]
    places = roles.locate_all(nouns)
    if isinstance(places, NoPlace):
        return places if nouns else NoPlace("no place is left")
    if lost is None:
        return NoPlace("nobody armed leaves")
    return roles.make(reading, index, voice, places, None, lost)


def taker(roles: Roles, nouns: list[int], lost: Side | None) -> Side | None:
    for noun in nouns:
        side = roles.sides.side(noun)
        if side is not None and side.unit is not None and (lost is None or side.actor != lost.actor):
            return side
    return None


def drives_out(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    complements = roles.sentence.complements(index)
    if voice == "active":
        objects = roles.objects(index)
        gained = roles.armed_subject(index, group)
        if isinstance(gained, NoPlace):
            return gained
        lost = roles.sides.side(objects[0], other_than=gained.actor if gained else None) if objects else None
        if lost is None:
            return NoPlace("nobody is driven out")
    else:
        subject = roles.subject(index, group)
        lost = roles.sides.side(subject)
        if lost is None:
            return NoPlace("nobody armed is driven out")
        gained = roles.agent(index)
    for noun in complements.after("out of", "from", "of"):
        places = roles.locator.locate(noun)
        if not isinstance(places, NoPlace):
            return roles.make(reading, index, voice, places, gained, lost)
    if reading.word.text.endswith(" out") and not complements.after("from", "out of"):
        for noun in range(index):
            if roles.sentence.is_np(noun):
                places = roles.locator.locate(noun)
                if not isinstance(places, NoPlace):
                    return roles.make(reading, index, voice, places, gained, lost)
    held = roles.held_by_driven(lost) if voice == "active" and not complements.after("from", "out of", "of") else None
    if held is not None and reading.word.text.endswith(" out"):
        return roles.make(reading, index, voice, [held], gained, lost)
    return NoPlace("no place that they were driven from")


def hands_over(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    takers = roles.sentence.complements(index).after("to")
    if voice == "active":
        places = roles.locate_all(roles.objects(index))
        lost = roles.armed_subject(index, group)
        if isinstance(lost, NoPlace):
            return lost
    else:
        subject = roles.subject(index, group)
        objects = roles.sentence.complements(index).objects
        taking = roles.sides.side(subject) if subject is not None else None
        lost = roles.agent(index)
        if objects and taking is not None and not roles.sentence.np(subject or 0).head.places:
            given = roles.locate_all(objects)  # A was given X by B
            return given if isinstance(given, NoPlace) else roles.make(reading, index, voice, given, taking, lost)
        places = roles.locate_all(roles.subjects(subject, index))
    if isinstance(places, NoPlace):
        return places
    if not takers and reading.word.text in {"give", "hand", "deliver"}:
        return NoPlace("nobody is given it")
    gained = next((side for side in map(roles.sides.side, takers) if side is not None), None)
    action = None if takers else Action.WITHDRAWN
    return roles.make(reading, index, voice, places, gained, lost, action=action)


def enters(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    if roles.voice(index, group) != "active":
        return NoPlace("entered by nobody")
    complements = roles.sentence.complements(index)
    gained = roles.armed_subject(index, group)
    if isinstance(gained, NoPlace):
        return gained
    nouns = roles.objects(index) or complements.after("into", "inside", "in")
    places = roles.locate_all(nouns)
    if isinstance(places, NoPlace):
        return places
    if gained is None:
        return NoPlace("nobody armed enters")
    found = roles.make(reading, index, "active", places, gained, None)
    for candidate in found:
        candidate.entry = True
    return found


def holds(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    if voice == "active":
        places = roles.locate_all(roles.objects(index))
        holder = roles.armed_subject(index, group)
        if isinstance(holder, NoPlace):
            return holder
        if holder is None and not isinstance(places, NoPlace):
            return NoPlace("no side holds it")
    else:
        places = roles.locate_all(roles.subjects(roles.subject(index, group), index))
        holder = roles.agent(index)
        if holder is None and not isinstance(places, NoPlace):
            return NoPlace("no side holds it")
    if isinstance(places, NoPlace):
        return places
    if no_longer(roles, index):
        found = roles.make(reading, index, voice, places, None, holder, frame=Frame.LOSES)
        for candidate in found:
            candidate.ended = True
        return found
    found = roles.make(reading, index, voice, places, holder, None)
    for candidate in found:
        candidate.standing = True
    return found


def no_longer(roles: Roles, index: int) -> bool:
    """A no longer holds X: the state has ended."""
    group = roles.sentence.vg(index)
    inside = any(cue.word.text == "no longer" for cue, _ in group.cues)
    before = roles.sentence.chunks[index - 1] if index else None
    return not group.modal and (inside or (before is not None and before.word == "no longer"))
