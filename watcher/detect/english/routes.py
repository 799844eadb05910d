"""Frames of roads: cuts the last road, opens a corridor. Pure.

Each function returns its candidates, or why the verb tells of no event.
"""

# ruff: noqa: C901  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Candidate, Located, NoPlace
from watcher.detect.english.roles import Roles
from watcher.detect.english.units import VerbGroup
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import Action, Extent

_ROUTES: Final = ("out of", "into", "to", "from", "of", "for", "in", "towards", "inside")


def opens_corridor(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    subject = roles.subject_of(index, group, Noun.CORRIDOR)
    objects = (
        roles.sentence.complements(index).objects if voice == "active" else [subject] if subject is not None else []
    )
    if not objects or any(unit.norm in {"humanitarian", "aid", "safe"} for unit in roles.sentence.np(objects[0]).units):
        return NoPlace("no corridor of fighters")
    gained = roles.armed_subject(index, group) if voice == "active" else roles.agent(index)
    if isinstance(gained, NoPlace) or gained is None:
        return NoPlace("no side opens it")
    for word, other in roles.sentence.chain(objects[0]):
        if word in {"into", "to", "inside"}:
            places = roles.locator.locate(other)
            if not isinstance(places, NoPlace):
                return roles.make(reading, index, voice, places, gained, None)
    return NoPlace("a corridor to no tracked place")


def cuts(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    complements = roles.sentence.complements(index)
    objects = roles.objects(index) if voice == "active" else []
    subject = roles.subject_of(index, group, Noun.ROUTE)
    nouns = objects or ([subject] if subject is not None and voice != "active" else [])
    if objects and roles.sentence.np(objects[0]).is_pronoun:
        nouns = [noun for noun in range(index - 1, -1, -1) if roles.sentence.is_np(noun)]  # reached the road and cut it
    route = next((noun for noun in nouns if roles.is_a(noun, Noun.ROUTE)), None)
    if route is None:
        return NoPlace("no road is cut")
    places = besieged_with(roles, index) or route_places(roles, route, complements.relative)
    if not places:
        return NoPlace("a road to no tracked place")
    gained = roles.armed_subject(index, group) if voice == "active" else roles.agent(index)
    if isinstance(gained, NoPlace):
        return gained
    by = complements.after("by") if voice != "active" and gained is None else []
    agent = roles.sentence.np(by[0]) if by else None
    if agent is not None and not agent.head.capital and (agent.head.meaning is None or agent.head_is(Noun.THING)):
        return NoPlace(f"'{agent.head.norm}' cut it")  # floods
    phrase = roles.sentence.np(route)
    taken = any(one.group.frame is Frame.TAKES for one in group.events)
    only = any(unit.norm in {"last", "only", "all", "sole", "final", "remaining", "every"} for unit in phrase.units)
    if taken and not only:
        return NoPlace("a road is taken, another may be left")
    action = Action.IMPOSED if only else Action.TIGHTENED
    lost = roles.held_by(places[:1]) or roles.sides.owner(route)  # B's last escape route
    if lost is not None and gained is not None and roles.sides.context.actors.related(lost.actor, gained.actor):
        lost = None
    return roles.make(reading, index, voice, places[:1], gained, lost, action=action)


def besieged_with(roles: Roles, index: int) -> list[Located]:
    """Surrounded X, cutting the last road to Y: the road is that of X."""
    clause = roles.sentence.clause(index)
    if clause.opener != "participle":
        return []
    return [
        candidate.located
        for candidate in roles.candidates
        if candidate.chunk == clause.matrix and candidate.frame is Frame.BESIEGES
    ]


def route_places(roles: Roles, route: int, relative: int | None) -> list[Located]:
    phrase = roles.sentence.np(route)
    owner = next((unit for unit in phrase.possessor if unit.places), None)
    if owner is not None:
        place = roles.locator.place(owner)
        if place is not None:
            return [Located(place, Extent.FULL, owner, route, "its road")]
    chain = list(roles.sentence.chain(route))
    end = chain[-1][1] + 1 if chain else route + 1
    if roles.sentence.is_vg(end) and not roles.sentence.vg(end).finite:
        joined = roles.sentence.complements(end)  # roads leading to X, the road linking X to Y
        chain.extend([("to", noun) for noun in joined.objects] + joined.prepositions)
    if relative is not None:
        j = relative
        while j < len(roles.sentence.chunks) and roles.sentence.kind(j) not in {",", ";", "sub"}:
            if roles.sentence.is_np(j) and roles.sentence.governed(j):
                chain.append((roles.sentence.governed(j), j))
            elif roles.sentence.is_np(j) and roles.sentence.is_vg(j - 1):
                chain.append(("to", j))
            j += 1
    for word, noun in chain:
        if word in _ROUTES:
            places = roles.locator.locate(noun)
            if not isinstance(places, NoPlace):
                return places
    return []
