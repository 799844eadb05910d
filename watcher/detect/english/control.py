"""Frames of control: takes, loses, falls, holds. Pure; who moves, and gives up by it, stands in ``movements``.

One function per frame; each returns its candidates, or why the verb tells of no event.
"""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.candidates import Candidate, Located, NoPlace, Side
from watcher.detect.english.forms import Form
from watcher.detect.english.named import BROAD
from watcher.detect.english.roles import Roles
from watcher.detect.english.units import VerbGroup
from watcher.detect.english.unlisted import AROUND, INSIDE
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
_FULL: Final = frozenset(("full", "complete", "total"))
_STOPS: Final = frozenset((";", ":", "sub", "rel", "comp"))


def takes(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    voice = roles.voice(index, group)
    if voice == "active":
        objects = won_battle(roles, reading, roles.objects(index))
        if not objects:
            return NoPlace("nothing is taken")
        places = in_the_scene(roles, index, objects, roles.locate_all(objects))
        if isinstance(places, NoPlace):
            return places
        gained = roles.armed_subject(index, group)
        if isinstance(gained, NoPlace):
            return gained
        cleared = cleared_of_others(roles, index)
        if cleared is not None:
            return cleared
        if gained is None and is_figure(reading):
            return NoPlace("nobody armed takes it")  # fog rolled over X
        lost = roles.source(index, "from", "of")
        if lost is None and reading.group.needs is Noun.CONTROL:
            lost = roles.sides.owner(objects[0])
        if lost is not None and gained is not None and gained.unit is None and gained.actor == lost.actor:
            gained = roles.sides.side(roles.subject(index, group), other_than=lost.actor)
        if lost is not None and gained is not None and lost.actor == gained.actor:
            lost = None
        found = roles.make(reading, index, voice, places, gained, lost or roles.held_by(places))
        return [*found, *denied_beside(roles, reading, index, gained)]
    return taken(roles, reading, index, group)


def taken(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    """X was taken by A; X, taken by A."""
    voice = roles.voice(index, group)
    subject = roles.subject(index, group)
    taken = won_battle(roles, reading, roles.subjects(subject, index))
    places = in_the_scene(roles, index, taken, roles.locate_all(taken))
    if isinstance(places, NoPlace) and reading.group.needs is Noun.CONTROL:
        places = roles.locate_all(roles.sentence.complements(index).after("in", "over", "across", "to"))
    if isinstance(places, NoPlace):
        return places
    others = cleared_of_others(roles, index) or roles.by_others(index)
    if others is not None:
        return others
    under = put_under(roles, index)
    if under is not None:
        return roles.make(reading, index, voice, places, under, roles.held_by(places))
    gained = roles.agent(index) or whose_own(roles, reading, index)
    if gained is None and is_figure(reading):
        return NoPlace("nobody armed takes it")  # engulfed by flames
    return roles.make(
        reading, index, voice, places, gained, roles.source(index, "from", "of", gained=gained) or roles.held_by(places)
    )


def is_figure(reading: EventReading) -> bool:
    """Whether the verb is said of fog and flames as well."""
    verb, _, particle = reading.word.text.rpartition(" ")
    return particle in {"through", "across", "engulf", "swallow"} or (particle == "over" and verb != "take")


def put_under(roles: Roles, index: int) -> Side | None:
    """X was brought under the control of A."""
    complements = roles.sentence.complements(index)
    for noun in [*complements.objects, *complements.after("under", "to", "into")]:
        if roles.sentence.np(noun).head_is(Noun.CONTROL):
            return roles.controller(noun)
    return None


def in_the_scene(
    roles: Roles, index: int, nouns: list[int], places: list[Located] | NoPlace
) -> list[Located] | NoPlace:
    """33 villages were freed in the countryside of X: villages that are tied to a place by where it happened."""
    if not isinstance(places, NoPlace) or not nouns:
        return places
    phrase = roles.sentence.np(nouns[0])
    if not phrase.plural or not phrase.head_is(Noun.SETTLEMENT) or roles.sentence.chain(nouns[0]):
        return places
    for word, noun in roles.sentence.complements(index).prepositions:
        scene = roles.locator.locate(noun) if word in INSIDE | AROUND else places
        if isinstance(scene, NoPlace):
            continue
        broad = roles.locator.context.gazetteer[scene[0].place].kind in BROAD
        whole = Extent.PARTIAL if broad else Extent.NEAR
        return [
            replace(one, extent=whole if one.extent is Extent.FULL else one.extent, how="where it happened")
            for one in scene
        ]
    return places


def won_battle(roles: Roles, reading: EventReading, nouns: list[int]) -> list[int]:
    """Won the battle for X: X."""
    if reading.word.text != "win" or not nouns or not roles.sentence.np(nouns[0]).head_is(Noun.ATTEMPT):
        return nouns
    return [noun for word, noun in roles.sentence.chain(nouns[0]) if word in {"for", "of", "over"}][:1] or nouns


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
        places = roles.locator.locate_building(noun)
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
    if group.main is not None and group.main.norm == "gone" and group.perfect:
        left = roles.locate_all(roles.sentence.complements(index).after("from"))
        side = roles.sides.side(subject)
        if side is not None and not isinstance(left, NoPlace):  # the last of them have gone from X
            return roles.make(reading, index, "active", left, None, side, action=Action.WITHDRAWN, frame=Frame.LEAVES)
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
    if gained is None and escaped is None and reading.group.needs is not None and not in_full(roles, index):
        return NoPlace("it passes to no side")
    places = roles.locate_all(roles.subjects(subject, index))
    if isinstance(places, NoPlace):
        return places
    lost = escaped or roles.source(index, "from") or roles.held_by(places)
    found = roles.make(reading, index, "active", places, gained, lost)
    return [*found, *fell_as_well(roles, reading, index, gained)]


def in_full(roles: Roles, index: int) -> bool:
    """X came under full control: that of whoever says so."""
    return any(
        roles.sentence.np(noun).head_is(Noun.CONTROL)
        and any(_FULL & set(u.norm.split()) for u in roles.sentence.np(noun).own)
        for noun in roles.sentence.complements(index).after("under")
    )


def fell_as_well(roles: Roles, reading: EventReading, index: int, gained: Side | None) -> list[Candidate]:
    """X fell to A on Monday, Y on Tuesday and Z to B: the verb is left out."""
    found: list[Candidate] = []
    j = index + 1
    while j < len(roles.sentence.chunks) and not roles.sentence.is_vg(j) and roles.sentence.kind(j) not in _STOPS:
        joined = roles.sentence.kind(j - 1) in {"cc", ","} and roles.sentence.is_np(j)
        to = roles.sentence.kind(j + 1) == "prep" and roles.sentence.chunks[j + 1].word == "to"
        if joined and roles.sentence.np(j).head.places and (roles.sentence.kind(j + 1) == "time" or to):
            places = roles.locator.locate(j)
            taker = roles.sides.side(j + 2) if to else gained
            if not isinstance(places, NoPlace):
                found.extend(roles.make(reading, index, "active", places, taker, None))
        j += 1
    return found


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
