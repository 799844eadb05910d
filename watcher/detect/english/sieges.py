"""Frames of sieges: besieges, tightens, breaks, lifts. Pure; the roads stand in ``routes``.

One function per frame; each returns its candidates, or why the verb tells of no event.
"""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.candidates import Candidate, Located, NoPlace, Side
from watcher.detect.english import words
from watcher.detect.english.roles import Roles
from watcher.detect.english.routes import opens_corridor
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import Action, Event, Extent

_RULED: Final = frozenset(("in", "of", "over", "on", "across"))
_BY_THE_BESIEGER: Final = frozenset(("lift", "raise", "remove", "abandon", "call off", "give up", "relax"))
_SIEGES: Final = ("of", "on", "around", "over", "against", "to", "in", "round", "at", "for")


def besieges(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    if reading.group.needs is Noun.SIEGE:
        return acts_on_siege(roles, reading, index, group)
    voice = roles.voice(index, group)
    complements = roles.sentence.complements(index)
    if voice == "active":
        objects = roles.objects(index)
        gained = roles.armed_subject(index, group)
        if isinstance(gained, NoPlace):
            return gained
        if not objects:
            return NoPlace("nothing is besieged")
        return besieged(roles, reading, index, voice, objects, gained, complements.after("in", "inside"))
    subject = roles.subject(index, group)
    if subject is None:
        return NoPlace("nothing is besieged")
    gained = roles.agent(index)
    cut = complements.after("from")
    if cut and roles.sentence.np(cut[0]).head_is(Noun.THING):
        return NoPlace(f"cut off from '{roles.sentence.np(cut[0]).head.norm}'")
    by = complements.after("by")
    if gained is None and by and not roles.sentence.np(by[0]).head.capital:
        return NoPlace(f"'{roles.sentence.np(by[0]).head.norm}' besiege nobody")
    leaving = leaving_before(roles, subject)
    if voice == "reduced" and leaving is not None:
        side = roles.sides.side(roles.sentence.clause(leaving).subject)
        return besieged(roles, reading, index, "active", [subject], side, [])
    have = have_before(roles, subject)
    if voice == "reduced" and have is not None:
        holder = roles.sides.side(roles.sentence.clause(have).subject)
        found = besieged(roles, reading, index, voice, [subject], holder, [])
        if not isinstance(found, NoPlace):
            for candidate in found:
                candidate.standing = True
        return found
    nouns = [noun for word, noun in roles.sentence.chain(subject) if word in {"in", "inside", "of"}]
    return besieged(
        roles,
        reading,
        index,
        voice,
        roles.subjects(subject, index),
        gained,
        [*nouns, *complements.after("in", "inside")],
    )


def leaving_before(roles: Roles, noun: int) -> int | None:
    """…, leaving X surrounded."""
    if roles.sentence.is_vg(noun - 1) and any(
        r.group.frame is Frame.LEAVES for r in roles.sentence.vg(noun - 1).events
    ):
        return noun - 1
    return None


def have_before(roles: Roles, noun: int) -> int | None:
    """Have had X surrounded."""
    before = noun - 1
    if roles.sentence.is_vg(before):
        main = roles.sentence.vg(before).main
        if main is not None and main.norm in words.HAVE:
            return before
    return None


def besieged(
    roles: Roles,
    reading: EventReading,
    index: int,
    voice: str,
    nouns: list[int],
    gained: Side | None,
    inside: list[int],
) -> list[Candidate] | NoPlace:
    """The object is a place, or people in a place."""
    places = roles.locate_all(nouns)
    lost: Side | None = None
    phrase = roles.sentence.np(nouns[0])
    if isinstance(places, NoPlace) or not phrase.head.places:
        side = roles.sides.side(nouns[0])
        people = phrase.head_is(Noun.PEOPLE)
        if side is not None or people:
            for noun in inside:
                found = roles.locator.locate(noun)
                if not isinstance(found, NoPlace):
                    return roles.make(
                        reading,
                        index,
                        voice,
                        found,
                        gained,
                        side if side and (not gained or side.actor != gained.actor) else None,
                    )
    if isinstance(places, NoPlace):
        return places
    lost = lost or roles.held_by(places)
    return roles.make(reading, index, voice, places, gained, lost)


def siege_noun(roles: Roles, index: int, group: VerbGroup) -> int | None:
    for noun in roles.sentence.complements(index).objects[:1]:
        if roles.is_a(noun, Noun.SIEGE):
            return noun
    return roles.subject_of(index, group, Noun.SIEGE)


def siege_places(roles: Roles, noun: int, index: int) -> list[Located] | NoPlace:
    """The place of a siege: behind "of", before "'s siege", else what "the siege" means here."""
    roles.used_nouns.add(noun)
    for word, other in roles.sentence.chain(noun):
        if word in _SIEGES:
            places = roles.locator.locate(other)
            if not isinstance(places, NoPlace):
                more = roles.locator.coordinated(other)
                return [*places, *more]
        roles.used_nouns.add(other)
    for word, other in roles.sentence.complements(index).prepositions:
        if word in _SIEGES and word != "to":
            places = roles.locator.locate(other)
            if not isinstance(places, NoPlace):
                return places
            side = roles.sides.side(other)
            if side is not None:
                for _, inner in roles.sentence.chain(other):
                    places = roles.locator.locate(inner)
                    if not isinstance(places, NoPlace):
                        return places
    phrase = roles.sentence.np(noun)
    for unit in (*phrase.possessor, *phrase.own):
        if unit.places:
            place = roles.locator.place(unit)
            if place is not None:
                return [Located(place, Extent.FULL, unit, noun)]
    reached = reached_before(roles, index)
    if reached:
        return [replace(place, unit=None, noun=noun, how="the siege is that of what was reached") for place in reached]
    if roles.siege_places:
        return [
            replace(place, unit=None, noun=noun, how="'the siege' means that of before") for place in roles.siege_places
        ]
    token = roles.locator.offset + phrase.first
    found = roles.locator.context.last_place(
        token, roles.locator.number, (Noun.SETTLEMENT, Noun.SITE, Noun.QUARTER), ""
    )
    kinds = [place for place in found if roles.locator.context.gazetteer[place].kind not in {"road", "country"}]
    if kinds:
        return [Located(kinds[0], Extent.FULL, None, noun, "the siege is taken for that of the place named last")]
    return NoPlace("a siege of no tracked place")


def reached_before(roles: Roles, index: int) -> list[Located]:
    """Reached X and Y, ending a siege of three years."""
    clause = roles.sentence.clause(index) if roles.sentence.is_vg(index) else None
    if clause is None or clause.opener != "participle" or clause.matrix is None:
        return []
    if not roles.sentence.is_vg(clause.matrix):
        return []
    places = roles.locate_all(roles.sentence.complements(clause.matrix).objects)
    return [] if isinstance(places, NoPlace) else places


def acts_on_siege(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    noun = siege_noun(roles, index, group)
    if noun is None:
        return NoPlace("no siege")
    voice = roles.voice(index, group)
    places = siege_places(roles, noun, index)
    if isinstance(places, NoPlace):
        return places
    lost: Side | None = None
    if roles.sentence.complements(index).objects[:1] == [noun]:
        gained = roles.armed_subject(index, group)
        if isinstance(gained, NoPlace):
            return gained
    else:
        gained = roles.agent(index)
    for word, other in (*roles.sentence.chain(noun), *roles.sentence.complements(index).prepositions):
        if (
            word in {"around", "on", "of", "against"}
            and roles.sides.side(other)
            and not roles.sentence.np(other).head.places
        ):
            lost = roles.sides.side(other)
    return roles.make(reading, index, voice, places, gained or roles.sides.owner(noun), lost or roles.held_by(places))


def ends_siege(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    needs = reading.group.needs
    voice = roles.voice(index, group)
    if needs is Noun.CORRIDOR:
        return opens_corridor(roles, reading, index, group)
    if needs is None or needs is Noun.BESIEGED:
        if voice != "active":
            subject = roles.subject(index, group)
            if subject is None or roles.sentence.governed(subject):
                return NoPlace("people are relieved")
            relieved = roles.locate_all(roles.subjects(subject, index))
            if isinstance(relieved, NoPlace):
                return relieved
            return roles.make(reading, index, voice, relieved, roles.agent(index), None)
        reached = roles.objects(index)
        places = roles.locate_all(reached)
        if isinstance(places, NoPlace) and reached:  # the defenders of X
            places = roles.locate_all(
                [noun for word, noun in roles.sentence.chain(reached[0]) if word in {"of", "in", "at"}]
            )
        gained = roles.armed_subject(index, group)
        if isinstance(places, NoPlace) or isinstance(gained, NoPlace):
            return places if isinstance(places, NoPlace) else NoPlace("no side relieves it")
        if needs is Noun.BESIEGED and gained is None:
            return NoPlace("no side reaches it")
        return roles.make(reading, index, voice, places, gained, None)
    noun = siege_noun(roles, index, group)
    if noun is None or roles.sentence.np(noun).head.norm == "grip":
        return ends_rule(roles, reading, index, group)
    places = siege_places(roles, noun, index)
    if isinstance(places, NoPlace):
        return places
    besieger = find_besieger(roles, noun)
    if roles.sentence.complements(index).objects[:1] == [noun]:
        actor = roles.armed_subject(index, group)
        if isinstance(actor, NoPlace):
            actor = None
    else:
        actor = roles.agent(index)
    action = reading.group.action
    own = roles.sentence.np(noun).determiner in words.POSSESSIVES
    if action is Action.LIFTED:
        related = (
            actor is not None
            and besieger is not None
            and roles.sides.context.actors.related(actor.actor, besieger.actor)
        )
        if own or related:
            return roles.make(reading, index, voice, places, None, actor)
        lifting = (voice == "active" and group.finite) or group.infinitive
        if actor is not None and besieger is None and lifting and reading.word.text in _BY_THE_BESIEGER:
            return roles.make(reading, index, voice, places, None, actor)
        if actor is not None and actor.actor is not None and not agreed(roles):
            action = Action.BROKEN
        elif actor is None and not by_battle(roles, index, group):
            return roles.make(reading, index, voice, places, None, besieger)
        elif actor is None:
            action = Action.BROKEN
    elif own:
        besieger = None
    if besieger is not None and actor is not None and besieger.actor == actor.actor:
        besieger = None
    return roles.make(reading, index, voice, places, actor, besieger, action=action)


def ends_rule(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    """A put an end to B's rule in X, ended two years of it, broke B's grip on it: X has a new master."""
    told = roles.voice(index, group) == "active"
    for noun in roles.rules_over(index, group):
        owner = roles.sides.owner(noun)
        places = roles.locate_all([other for word, other in roles.sentence.chain(noun) if word in _RULED])
        if owner is None or isinstance(places, NoPlace):
            continue
        gained = roles.armed_subject(index, group) if told else roles.agent(index)
        if isinstance(gained, NoPlace) or (gained is not None and gained.actor == owner.actor):
            gained = None
        found = roles.make(reading, index, "active", places, gained, owner, action=Action.CAPTURED, frame=Frame.TAKES)
        for candidate in found:
            candidate.event = Event.CONTROL_CHANGE
        return found
    return NoPlace("no siege")


def by_battle(roles: Roles, index: int, group: VerbGroup) -> bool:
    """A battle ended the siege."""
    subject = roles.subject(index, group)
    return subject is not None and roles.sentence.np(subject).head_is(Noun.ATTEMPT)


def find_besieger(roles: Roles, noun: int) -> Side | None:
    for word, other in roles.sentence.chain(noun):
        if word == "by":
            return roles.sides.side(other)
    return roles.sides.owner(noun)


def agreed(roles: Roles) -> bool:
    return any(chunk.head_is(Noun.DEAL) for chunk in roles.sentence.chunks if isinstance(chunk, NounPhrase))
