"""Frames of movement: leaves, drives out, hands over, enters. Pure.

One function per frame; each returns its candidates, or why the verb tells of no event.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Candidate, NoPlace, Side
from watcher.detect.english.roles import Roles
from watcher.detect.english.units import VerbGroup
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import Action

_NEED_A_TAKER: Final = frozenset(("give", "hand", "deliver", "return", "restore", "entrust", "consign"))
_ONWARDS: Final = ("to", "into", "towards", "toward", "within", "through", "past")
_LAST: Final = frozenset(("last", "remaining", "garrison", "defenders", "holdouts"))
_INHABITANTS: Final = frozenset(
    ("people", "residents", "inhabitants", "villagers", "townspeople", "locals", "tribesmen", "tribes", "elders")
)
_RAIDERS: Final = frozenset(("attackers", "attacker", "assailants", "assailant", "raiders", "infiltrators", "stormers"))


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
    if leaver is not None and is_one_man(roles, leaver):
        return NoPlace("one man leaves")
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


def is_one_man(roles: Roles, noun: int) -> bool:
    """A commander, a soldier; no group."""
    phrase = roles.sentence.np(noun)
    if phrase.head_is(Noun.SPEAKER) and not phrase.head.actor and phrase.head.norm not in {"fighter", "fighters"}:
        return True  # leaders and commanders, not their men
    return phrase.determiner in {"a", "an"} and not phrase.plural and not phrase.head_is(Noun.GROUP)


def taker(roles: Roles, nouns: list[int], lost: Side | None) -> Side | None:
    for noun in nouns:
        side = roles.sides.side(noun)
        if side is not None and side.actor is not None and (lost is None or side.actor != lost.actor):
            return side
    return None


def drives_out(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    complements = roles.sentence.complements(index)
    if voice == "active":
        objects = roles.objects(index)
        gained = None if by_its_people(roles, index, group) else roles.armed_subject(index, group)
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
        if voice == "reduced" and complements.after(*_ONWARDS):
            return NoPlace("they push on, nobody pushes them")
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


def by_its_people(roles: Roles, index: int, group: VerbGroup) -> bool:
    """The residents of X drove B out of it, its elders handed it to A: they are no side, but they can do that."""
    subject = roles.subject(index, group)
    if subject is None or roles.sides.side(subject) is not None:
        return False
    phrase = roles.sentence.np(subject)
    return phrase.head.norm in _INHABITANTS


def hands_over(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    takers = roles.sentence.complements(index).after("to")
    subject = roles.subject(index, group)
    last = roles.sentence.chain_head(subject) if voice == "reduced" and subject is not None else subject
    if voice == "active" or the_last_in(roles, last):
        objects = (roles.objects(index) if voice == "active" else []) or the_last_in(roles, last)
        places = roles.locate_all(objects)
        if not objects and subject is not None and not isinstance(roles.locator.locate(subject), NoPlace):
            given_up = roles.locate_all(roles.subjects(subject, index))
            if isinstance(given_up, NoPlace):
                return given_up
            side = next((one for one in map(roles.sides.side, takers) if one is not None), None)
            if side is None and roles.sentence.kind(index + 1) not in {"time", "mark", "", ","}:
                return NoPlace("nobody is given it")  # surrendered second place
            action = None if side is not None else Action.CAPTURED
            return roles.make(reading, index, voice, given_up, side, roles.held_by(given_up), action=action)
        lost = roles.armed_subject(index, group) if voice == "active" else roles.sides.side(last)
        if isinstance(lost, NoPlace) and by_its_people(roles, index, group):
            lost = None
        if isinstance(lost, NoPlace):
            return lost
    elif voice == "reduced" and last != subject and roles.sides.side(last) is not None:
        return NoPlace("some give up, the place is not given up")
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
    if takers and roles.sides.side(takers[0]) is None and roles.sentence.np(takers[0]).head_is(Noun.THING):
        return NoPlace(f"'{roles.sentence.np(takers[0]).head.norm}' is no side")  # a company
    if not takers and reading.word.text in _NEED_A_TAKER:
        return NoPlace("nobody is given it")
    gained = next((side for side in map(roles.sides.side, takers) if side is not None), None)
    action = None if takers else Action.WITHDRAWN
    return roles.make(reading, index, voice, places, gained, lost, action=action)


def the_last_in(roles: Roles, subject: int | None) -> list[int]:
    """The last fighters in X surrendered: X is given up with them."""
    if subject is None or not any(unit.norm in _LAST for unit in roles.sentence.np(subject).units):
        return []
    return [noun for word, noun in roles.sentence.chain(subject) if word in {"in", "at", "inside", "of"}][:1]


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
