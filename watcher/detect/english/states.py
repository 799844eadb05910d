"""States, which are no changes: rebel-held, under siege, in the hands of, B out of X. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from watcher.detect.candidates import PLACE_NOUNS, Candidate, Located, NoPlace, Refusal, Side
from watcher.detect.english import words
from watcher.detect.english.roles import Roles
from watcher.detect.english.sieges import besieged
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.vocabulary import Effect, Frame, Noun
from watcher.model import Action, Event

_PUT: Final = frozenset(("put", "placed", "brought"))
_HOLDER_FIRST: Final = (
    "in control of",
    "in charge of",
    "in possession of",
    "in full control of",
    "in complete control of",
    "in total control of",
)


def suffix(roles: Roles, index: int, phrase: NounPhrase) -> None:
    holder = roles.suffix_holder(phrase, index)
    if holder is not None:
        side, reading, unit = holder
        places = roles.locator.locate(index)
        if isinstance(places, NoPlace):
            roles.refusals.append(Refusal(unit, reading.word, places.why))
            return
        found = roles.make(reading, index, "suffix", places, side, None, trigger=unit)
        for candidate in found:
            candidate.standing = True
        roles.candidates.extend(found)
        return
    for position, unit in enumerate(phrase.units[:-1]):
        if unit.meaning is None or unit.glued:
            continue
        told = next((state for state in unit.meaning.states if state.kind == "adjective"), None)
        named = any(u.places for u in phrase.units[position + 1 :]) or phrase.head_is(*PLACE_NOUNS)
        if told is None or not named:
            continue
        places = roles.locator.locate(index)
        if isinstance(places, NoPlace) or places[0].unit is None:
            why = places.why if isinstance(places, NoPlace) else "no place is named with it"
            roles.refusals.append(Refusal(unit, told.word, why))
            continue
        found = roles.make(told, index, "adjective", places, None, None, trigger=unit)
        for candidate in found:
            candidate.standing = True
        roles.candidates.extend(found)
        return


def read_state(roles: Roles, index: int) -> None:
    """In the hands of, under the control of, in control of, under siege."""
    chunk = roles.sentence.chunks[index]
    meaning = chunk.units[0].meaning
    assert meaning is not None
    reading = next(state for state in meaning.states if state.kind == "phrase")
    put = put_under(roles, index, chunk.word)
    if put:
        roles.candidates.extend(put)
        return
    subject = state_subject(roles, index)
    complements = roles.sentence.complements(index)
    left = roles.verb_left(index)
    subjects = roles.subjects(subject, index if left is None else left)
    places: list[Located] | NoPlace
    if reading.event is Event.SIEGE:
        places = roles.locate_all(subjects) if subject is not None else NoPlace("nothing is besieged")
        holder = next((s for s in map(roles.sides.side, complements.after("by", "from")) if s is not None), None)
    elif reading.word.text == "in charge":
        verb = roles.verb_left(index)
        clause = roles.sentence.clause(verb) if verb is not None else None
        where = clause is not None and clause.opener == "rel" and clause.word == "where"
        placed = roles.listed_before(clause.antecedent) if where and clause and clause.antecedent is not None else []
        places = roles.locate_all(placed) if placed else NoPlace("in charge of what, it does not say")
        holder = roles.sides.side(subject)
    elif reading.word.text in _HOLDER_FIRST:
        places = roles.locate_all([*complements.objects, *complements.after("of")])
        holder = roles.sides.side(subject)
    else:
        places = roles.locate_all(subjects) if subject is not None else NoPlace("nothing is held")
        holder = roles.sides.side(complements.objects[0]) if complements.objects else None
    if not isinstance(places, NoPlace) and holder is None and reading.event is Event.CONTROL_CHANGE:
        places = NoPlace("no side holds it")
    if isinstance(places, NoPlace):
        roles.refusals.append(Refusal(chunk.units[0], reading.word, places.why))
        return
    ended = roles.sentence.kind(index - 1) == "cue" and roles.sentence.chunks[index - 1].word == "no longer"
    if ended and reading.event is Event.SIEGE:
        roles.candidates.extend(
            roles.make(
                reading,
                index,
                "state",
                places,
                None,
                holder,
                action=Action.LIFTED,
                frame=Frame.ENDS_SIEGE,
                trigger=chunk.units[0],
            )
        )
        return
    found = roles.make(reading, index, "state", places, holder, None, trigger=chunk.units[0])
    verb = roles.verb_left(index)
    change = verb is not None and any(r.group.frame is Frame.FALLS for r in roles.sentence.vg(verb).events)
    main = roles.sentence.vg(verb).main if verb is not None and roles.sentence.vg(verb).passive else None
    change = change or (main is not None and main.norm in _PUT)  # was placed under the control of
    for candidate in found:
        candidate.standing = not change and not reading.word.text.startswith("back ")
        if change and verb is not None:
            candidate.chunk, candidate.voice, candidate.frame = verb, "active", Frame.FALLS
    roles.candidates.extend(found)


def put_under(roles: Roles, index: int, words_: str) -> list[Candidate]:
    """Put X under siege: the state is what the verb brings about."""
    if not (roles.sentence.is_np(index - 1) and roles.sentence.is_vg(index - 2)):
        return []
    group = roles.sentence.vg(index - 2)
    meaning = roles.lookup(f"{group.main.norm} {words_}") if group.main is not None else None
    reading = next((event for event in meaning.events if event.form is not None), None) if meaning is not None else None
    if reading is None:
        return []
    found = besieged(
        roles, reading, index - 2, "active", [index - 1], roles.sides.side(roles.subject(index - 2, group)), []
    )
    return [] if isinstance(found, NoPlace) else found


def state_subject(roles: Roles, index: int) -> int | None:
    j = roles.sentence.skip_left(index - 1)
    if roles.sentence.is_vg(j):
        return roles.subject(j, roles.sentence.vg(j))
    if roles.sentence.kind(j) == ",":
        j -= 1
    while roles.sentence.is_np(j) and roles.sentence.governed(j) == "of" and roles.sentence.is_np(j - 2):
        j -= 2
    return j if roles.sentence.is_np(j) else None


def hands(roles: Roles, index: int, phrase: NounPhrase) -> None:
    """X remains in rebel hands, X is under government control."""
    if phrase.head.norm == "ours" and roles.sentence.is_vg(index - 1):
        ours(roles, index, phrase)
    owned(roles, index, phrase)
    back_in(roles, index)
    if phrase.head.norm == "that" and roles.sentence.governed(index) in {"in", "under"}:
        hands_again(roles, index)
    if not phrase.head_is(Noun.CONTROL) or roles.sentence.governed(index) not in {"in", "under"}:
        return
    had = held_in_hands(roles, index)
    if had is not None and phrase.head.meaning is not None:
        held, places_held = had
        roles.candidates.extend(
            roles.make_state(phrase.head.meaning.nouns[Noun.CONTROL][0], index, place, held, phrase.head)
            for place in places_held
        )
        return
    verb = roles.verb_left(index)
    if verb is not None and any(reading.group.frame is Frame.FALLS for reading in roles.sentence.vg(verb).events):
        return
    holder = roles.controller(index) or armed_hands(phrase, index)
    subject = roles.subject(verb, roles.sentence.vg(verb)) if verb is not None else roles.noun_left(index)
    if holder is None or subject is None or phrase.head.meaning is None:
        return
    if (
        verb is None
        and roles.sentence.is_vg(subject - 1)
        and roles.has_needed(subject - 1, roles.sentence.vg(subject - 1), Noun.CONTROL)
    ):
        return  # brought X under its control: told by the verb
    places = roles.locate_all(roles.subjects(subject, index if verb is None else verb))
    if isinstance(places, NoPlace):
        return
    word = phrase.head.meaning.nouns[Noun.CONTROL][0]
    told = phrase.determiner == "our" and verb is not None and not goes_on(roles, verb)
    for place in places:
        candidate = roles.make_state(word, index, place, holder, phrase.head)
        candidate.standing = not told
        roles.candidates.append(candidate)


def armed_hands(phrase: NounPhrase, index: int) -> Side | None:
    """Jihadist hands: somebody's who bears arms, and the text does not say whose."""
    owners = [*phrase.possessor, *phrase.own[:-1]]
    armed = next((unit for unit in owners if unit.noun(Noun.FORCE, Noun.GROUP)), None)
    return Side(None, armed, index, f"'{armed.norm}' are armed people, the text does not say whose") if armed else None


def held_in_hands(roles: Roles, index: int) -> tuple[Side, list[Located]] | None:
    """Still have X firmly in their hands; X, which the group has in its grip."""
    verb = next((j for j in range(index - 1, max(index - 6, -1), -1) if roles.sentence.is_vg(j)), None)
    if verb is None:
        return None
    main = roles.sentence.vg(verb).main
    if main is None or main.norm not in words.HAVE | {"keep", "kept", "keeps", "hold", "holds", "held"}:
        return None
    places = roles.locate_all(roles.objects(verb))
    holder = roles.sides.side(roles.subject(verb, roles.sentence.vg(verb)))
    return None if isinstance(places, NoPlace) or holder is None else (holder, places)


def goes_on(roles: Roles, verb: int) -> bool:
    """Remains, is still: nothing new."""
    main = roles.sentence.vg(verb).main
    return (
        main is None
        or main.norm not in words.BE
        or any(
            chunk.kind == "cue" and not any(cue.cue.effect is Effect.FRESH for cue in unit.meaning.cues)
            for chunk in roles.sentence.chunks[verb + 1 : verb + 2]
            for unit in chunk.units
            if unit.meaning is not None
        )
    )


def ours(roles: Roles, index: int, phrase: NounPhrase) -> None:
    """ "X is ours," says one of them: he tells of a gain."""
    verb = index - 1
    if goes_on(roles, verb):
        return
    subject = roles.subject(verb, roles.sentence.vg(verb))
    places = roles.locate_all(roles.subjects(subject, index)) if subject is not None else NoPlace("nothing is ours")
    meaning = roles.lookup("in possession of")
    holder = roles.sides.speaker(index)
    if isinstance(places, NoPlace) or meaning is None or holder is None:
        return
    roles.candidates.extend(roles.make(meaning.states[0], index, "state", places, holder, None, trigger=phrase.head))


def owned(roles: Roles, index: int, phrase: NounPhrase) -> None:
    """By noon the village was the army's, theirs, their own: a state told by what belongs to whom."""
    verb = roles.verb_left(index)
    main = roles.sentence.vg(verb).main if verb is not None else None
    if verb is None or main is None or main.norm not in words.BE or roles.sentence.governed(index):
        return
    last = phrase.units[-1].norm
    if last == "theirs":
        holder = roles.sides.named_last(index)
    elif last in {"'s", "'"} or (phrase.determiner in {"its", "their"} and last == "own"):
        holder = roles.sides.owner(index)
    else:
        return
    subject = roles.subject(verb, roles.sentence.vg(verb))
    places = roles.locate_all(roles.subjects(subject, verb)) if subject is not None else NoPlace("nothing is owned")
    meaning = roles.lookup("in possession of")
    if isinstance(places, NoPlace) or meaning is None or holder is None:
        return
    for place in places:
        word = meaning.states[0].word
        roles.candidates.append(roles.make_state(word, index, place, holder, phrase.units[0]))


def back_in(roles: Roles, index: int) -> None:
    """B are back in X: they have taken it again."""
    if roles.sentence.governed(index) not in {"in", "inside"} or roles.sentence.kind(index - 2) != "cue":
        return
    verb = roles.verb_left(index)
    main = roles.sentence.vg(verb).main if verb is not None else None
    if verb is None or main is None or main.norm not in words.BE or roles.sentence.chunks[index - 2].word != "back":
        return
    holder = roles.sides.side(roles.subject(verb, roles.sentence.vg(verb)))
    places = roles.locator.locate(index)
    meaning = roles.lookup("in possession of")
    if holder is None or isinstance(places, NoPlace) or meaning is None:
        return
    trigger = roles.sentence.chunks[index - 2].units[0]
    roles.candidates.extend(roles.make(meaning.states[0], index, "state", places, holder, None, trigger=trigger))


def hands_again(roles: Roles, index: int) -> None:
    """X is under the control of A, and Y under that of B."""
    before = next((c for c in reversed(roles.candidates) if c.voice == "state"), None)
    holder = roles.controller(index)
    subject = roles.noun_left(index)
    if before is None or holder is None or subject is None:
        return
    places = roles.locator.locate(subject)
    if not isinstance(places, NoPlace):
        roles.candidates.extend(
            replace(before, chunk=index, located=place, gained=holder, trigger=roles.sentence.np(index).head, notes=[])
            for place in places
        )


def out_of(roles: Roles) -> None:
    """A headline's "B out of X", or "B is out of X"."""
    for index, chunk in enumerate(roles.sentence.chunks):
        if chunk.kind != "prep" or chunk.word != "out of" or not roles.sentence.is_np(index + 1):
            continue
        meaning = chunk.units[0].meaning
        reading = next(iter(meaning.events), None) if meaning is not None else None
        before = roles.sentence.skip_left(index - 1)
        if roles.sentence.is_vg(before):
            main = roles.sentence.vg(before).main
            before = (
                roles.subject(before, roles.sentence.vg(before)) or -1
                if main is not None and main.norm in words.BE
                else -1
            )
        elif any(isinstance(c, VerbGroup) for c in roles.sentence.chunks[:index]):
            continue
        side = roles.sides.side(before) if roles.sentence.is_np(before) else None
        if reading is None or side is None or side.unit is None:
            continue
        places = roles.locator.locate(index + 1)
        if not isinstance(places, NoPlace):
            roles.candidates.extend(roles.make(reading, index, "state", places, None, side, trigger=chunk.units[0]))
