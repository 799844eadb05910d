"""Events told by nouns: "the fall of X", "the capture of X by A", "the battle for control of X". Pure."""

# ruff: noqa: C901, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from watcher.detect.candidates import PLACE_NOUNS, Candidate, Located, NoPlace, Refusal, Side
from watcher.detect.english.roles import Roles
from watcher.detect.english.sieges import siege_places
from watcher.detect.english.states import hands, suffix
from watcher.detect.english.units import NounPhrase
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Effect, Frame, Noun
from watcher.model import Action, Event, Extent, PlaceId


def read_noun(roles: Roles, index: int, phrase: NounPhrase) -> None:
    if any(unit.meaning is not None and unit.meaning.states for unit in phrase.units):
        suffix(roles, index, phrase)
    hands(roles, index, phrase)
    for_control(roles, index, phrase)
    if phrase.event_noun is None or index in roles.used_nouns:
        return
    if over(roles, index, phrase):
        return
    reading = fitting(roles, index, phrase) or phrase.event_noun
    found = noun_frame(roles, reading, index, phrase)
    if reading.group.frame is Frame.TAKES and not has_what_it_needs(roles, reading, index):
        found = NoPlace("it is not of a place that it tells")  # the restoration of the citadel
    if isinstance(found, NoPlace):
        roles.refusals.append(Refusal(phrase.head, reading.word, found.why))
    else:
        roles.candidates.extend(found)


def fitting(roles: Roles, index: int, phrase: NounPhrase) -> EventReading | None:
    """The restoration of control, of security: the reading that has what it needs."""
    readings = phrase.head.meaning.event_nouns if phrase.head.meaning is not None else ()
    return next((reading for reading in readings if has_what_it_needs(roles, reading, index)), None)


def has_what_it_needs(roles: Roles, reading: EventReading, index: int) -> bool:
    needs = reading.group.needs
    chain = roles.sentence.chain(index)
    return needs is None or (bool(chain) and roles.is_a(chain[0][1], needs))


def noun_frame(roles: Roles, reading: EventReading, index: int, phrase: NounPhrase) -> list[Candidate] | NoPlace:
    chain = roles.sentence.chain(index)
    frame = reading.group.frame
    wanted = {
        Frame.LEAVES: ("from", "out of"),
        Frame.DRIVES_OUT: ("from", "out of"),
        Frame.BESIEGES: ("of", "on", "around", "in"),
        Frame.ENTERS: ("into",),
        Frame.ENDS_SIEGE: ("of", "to"),
    }.get(frame, ("of",))
    places: list[Located] | NoPlace = NoPlace("it stands with no tracked place")
    at = index
    for word, noun in chain:
        if word in wanted:
            places = roles.locator.locate(noun)
            at = noun
            if not isinstance(places, NoPlace):
                places = [*places, *roles.locator.coordinated(noun)]
                break
    if frame is Frame.ENDS_SIEGE:
        if at == index or not roles.is_a(chain[0][1], Noun.SIEGE):
            return NoPlace("no siege ends")
        places = siege_places(roles, chain[0][1], index)
    if isinstance(places, NoPlace):
        owner = next((unit for unit in reversed(phrase.possessor) if unit.places), None)
        if phrase.determiner == "its" and frame in {Frame.TAKES, Frame.FALLS, Frame.LOSES}:
            places = meant_by_its(roles, index)
        place = roles.locator.place(owner) if owner is not None else owning_place(roles, phrase)
        if isinstance(places, NoPlace) and (place is None or frame is Frame.LEAVES):
            return places
        if isinstance(places, NoPlace) and place is not None:
            places = [Located(place, Extent.FULL, owner, index)]
    if isinstance(places, NoPlace):
        return places
    by = roles.chain_side(index, "by") or announcer(roles, index, frame)
    to = roles.chain_side(index, "to")
    of = roles.chain_side(index, "of")
    own = phrase.determiner == "its" and at == index  # its fall: that of the place
    owner_side = None if own else roles.sides.owner(index)
    match frame:
        case Frame.TAKES | Frame.BESIEGES | Frame.ENTERS:
            gained, lost = by or owner_side, roles.chain_side(index, "from")
        case Frame.FALLS:
            gained, lost = to, roles.held_by(places)
        case Frame.LOSES:
            gained, lost = to, by or owner_side
        case Frame.LEAVES:
            gained, lost = None, of or by or owner_side
            if lost is None:
                return NoPlace("nobody armed leaves")
        case Frame.DRIVES_OUT:
            gained, lost = by, of or owner_side
        case Frame.HANDS_OVER:
            gained, lost = to, by or owner_side
            if to is None and by is None and not reading.word.text.startswith("hand"):
                return NoPlace("nobody hands it over")
        case _:
            gained, lost = by or owner_side, None
    found = roles.make(reading, index, "noun", places, gained, lost, trigger=phrase.head)
    for candidate in found:
        candidate.entry = frame is Frame.ENTERS
    return found


def over(roles: Roles, index: int, phrase: NounPhrase) -> bool:
    """A headline's "siege of X over": the verb is left out."""
    chain = roles.sentence.chain(index)
    end = (chain[-1][1] if chain else index) + 1
    last = roles.sentence.chunks[end] if end < len(roles.sentence.chunks) else None
    if not roles.locator.in_title or last is None or last.kind != "adv" or not phrase.head_is(Noun.SIEGE):
        return False
    meaning = roles.lookup(f"is {last.word}")
    reading = next((one for one in meaning.events if one.group.frame is Frame.ENDS_SIEGE), None) if meaning else None
    places = siege_places(roles, index, index) if reading is not None else NoPlace("it is not over")
    if reading is None or isinstance(places, NoPlace):
        return False
    besieger = roles.chain_side(index, "by") or roles.sides.owner(index)
    roles.candidates.extend(roles.make(reading, index, "noun", places, None, besieger, trigger=phrase.head))
    return True


def meant_by_its(roles: Roles, index: int) -> list[Located] | NoPlace:
    """Its fall: of the place named or pointed at last ("the village"), be it tracked or not."""
    for noun in range(index - 1, -1, -1):
        if (
            roles.sentence.is_np(noun)
            and not roles.sentence.np(noun).place
            and roles.sentence.np(noun).head_is(*PLACE_NOUNS)
        ):
            return roles.locator.locate(noun)
        if roles.sentence.is_np(noun) and roles.sentence.np(noun).head.places:
            break
    return roles.locator.pointers.topic(index)


def owning_place(roles: Roles, phrase: NounPhrase) -> PlaceId | None:
    """The town's liberation."""
    owner = phrase.possessor[-1] if phrase.possessor else None
    nouns = [noun for noun in PLACE_NOUNS if owner is not None and owner.noun(noun)]
    if not nouns:
        return None
    token = roles.locator.offset + phrase.first
    found = roles.locator.context.last_place(token, roles.locator.number, nouns, owner.norm if owner else "", back=2)
    return found[0] if found else None


def announcer(roles: Roles, index: int, frame: Frame) -> Side | None:
    """The army announced the capture of X, denied the loss of X, led an offensive to the capture of X: its own."""
    verb = roles.verb_left(index)
    effects = [Effect.REPORTS, Effect.CLAIMS, Effect.PROSPECTIVE, Effect.FACTUAL]
    if frame is Frame.LOSES:
        effects.extend((Effect.DENIES, Effect.CONFIRMS))
    if verb is not None and roles.sentence.governed(index) == "to" and roles.sentence.vg(verb).effect(Effect.FACTUAL):
        subject = roles.sentence.clause(verb).subject
        return roles.sides.owner(subject) if subject is not None else None
    if verb is None or roles.sentence.governed(index) or roles.sentence.vg(verb).effect(*effects) is None:
        return None
    subject = roles.sentence.clause(verb).subject
    if subject is None or roles.sentence.np(subject).head_is(Noun.WITNESS, Noun.SPEAKER):
        return None
    side = roles.sides.side(subject)
    return side if side is not None and side.actor is not None else None


def for_control(roles: Roles, index: int, phrase: NounPhrase) -> None:
    """The battle for control of X."""
    if not phrase.head_is(Noun.CONTROL) or roles.sentence.governed(index) != "for" or phrase.head.meaning is None:
        return
    places = roles.locator.locate(index)
    if isinstance(places, NoPlace):
        return
    owner = roles.owner_of_attempt(index - 2) if roles.sentence.is_np(index - 2) else None
    if owner is None:
        verb = roles.verb_left(index)
        owner = roles.sides.side(roles.sentence.clause(verb).subject) if verb is not None else None
    word = phrase.head.meaning.nouns[Noun.CONTROL][0]
    roles.candidates.extend(
        Candidate(
            Event.CONTROL_CHANGE, Action.CAPTURED, Frame.TAKES, word, index, "noun", place, owner, None, phrase.head
        )
        for place in places
    )
