"""From an event word to candidates: which action at which place, who gains and who loses. Pure.

Chooses the reading of each verb, noun and state; the frames themselves stand in ``control``, ``movements``,
``sieges``, ``routes``, ``nouns`` and ``states``.
"""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from watcher.detect.candidates import Candidate, NoPlace, Refusal
from watcher.detect.english.control import falls, flag, holds, loses, takes
from watcher.detect.english.forms import Form
from watcher.detect.english.movements import drives_out, enters, hands_over, leaves
from watcher.detect.english.nouns import read_noun
from watcher.detect.english.roles import Roles
from watcher.detect.english.routes import cuts
from watcher.detect.english.sieges import besieges, ends_siege
from watcher.detect.english.states import out_of, read_state
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.lexicon import EventReading
from watcher.detect.vocabulary import Effect, Frame, Noun


def read_frames(roles: Roles) -> list[Candidate]:
    """All candidates of the sentence, in text order; what gave none is in ``roles.refusals``."""
    for index, chunk in enumerate(roles.sentence.chunks):
        if isinstance(chunk, VerbGroup):
            read_verb(roles, index, chunk)
        elif chunk.kind == "state":
            read_state(roles, index)
    for index, chunk in enumerate(roles.sentence.chunks):
        if isinstance(chunk, NounPhrase):
            read_noun(roles, index, chunk)
    out_of(roles)
    roles.candidates.sort(key=lambda candidate: candidate.trigger.first if candidate.trigger else 0)
    return roles.candidates


def read_verb(roles: Roles, index: int, group: VerbGroup) -> None:
    if group.main is None:
        return
    readings = [*separated(roles, index, group), *group.events]
    if not readings:
        return
    readings.sort(
        key=lambda reading: (
            reading.group.needs is None,
            reading.group.frame is Frame.TAKES and not wants_change(roles, index, group),
        ),
    )
    why = ""
    for reading in readings:
        if (
            reading.group.needs is not None
            and reading.group.frame is not Frame.FALLS
            and not roles.has_needed(index, group, reading.group.needs)
            and not (reading.group.frame is Frame.ENDS_SIEGE and roles.rules_over(index, group))
        ):
            continue
        found = read_frame(roles, reading, index, group)
        if isinstance(found, NoPlace):
            why = why or found.why
            continue
        if found:
            roles.candidates.extend(found)
            return
    if readings and group.main is not None:
        roles.refusals.append(Refusal(group.main, readings[0].word, why or "no place in the role that it needs"))


def goes_on(roles: Roles, index: int) -> bool:
    """Continues to control: a state, whatever the verb could mean."""
    before = roles.sentence.chunks[index - 1] if index else None
    if before is None:
        return False
    if isinstance(before, VerbGroup):
        return before.effect(Effect.ONGOING, Effect.STILL) is not None and before.word not in {
            "began",
            "begun",
            "started",
        }
    return any(cue.cue.effect is Effect.STILL for unit in before.units if unit.meaning for cue in unit.meaning.cues)


def separated(roles: Roles, index: int, group: VerbGroup) -> tuple[EventReading, ...]:
    """Turned X over: the particle stands behind the object."""
    assert group.main is not None
    for j in range(index + 1, min(index + 5, len(roles.sentence.chunks))):
        chunk = roles.sentence.chunks[j]
        if chunk.kind in {"adv", "cue"} and chunk.word in {"over", "back", "out", "up", "off", "away"}:
            meaning = roles.lookup(f"{group.main.norm} {chunk.word}")
            if meaning is not None:
                return tuple(e for e in meaning.events if e.form is not None and e.form & group.form)
        if not (roles.sentence.is_np(j) or roles.sentence.kind(j) == "prep"):
            break
    return ()


def wants_change(roles: Roles, index: int, group: VerbGroup) -> bool:
    """ "Control", "occupy": taking in "managed to control", holding in "controls"."""
    if goes_on(roles, index):
        return False
    if group.infinitive:
        return True
    if group.perfect and not any(
        chunk.word.startswith(("since", "for")) for chunk in roles.sentence.chunks[index + 1 :]
    ):
        return True
    told = group.passive and group.auxiliaries[0] in {"was", "were"}  # was occupied on Thursday
    if (group.form & Form.PAST and not group.auxiliaries) or told:
        nearby = [*roles.sentence.chunks[index + 1 : index + 5], *roles.sentence.chunks[max(index - 2, 0) : index]]
        dated = [chunk for chunk in nearby if chunk.kind == "time"]
        if dated and not dated[0].word.startswith(("since", "for", "until")):
            return True
    clause = roles.sentence.clause(index)
    if clause.opener == "gerund" and clause.word == "after":
        return True
    return clause.shares is not None and roles.sentence.vg(clause.shares).infinitive


def read_frame(roles: Roles, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
    frame = reading.group.frame
    match frame:
        case Frame.TAKES:
            if reading.group.needs is Noun.FLAG:
                return flag(roles, reading, index, group)
            return takes(roles, reading, index, group)
        case Frame.LOSES:
            return loses(roles, reading, index, group)
        case Frame.FALLS:
            return falls(roles, reading, index, group)
        case Frame.LEAVES:
            return leaves(roles, reading, index, group)
        case Frame.DRIVES_OUT:
            return drives_out(roles, reading, index, group)
        case Frame.HANDS_OVER:
            return hands_over(roles, reading, index, group)
        case Frame.ENTERS:
            return enters(roles, reading, index, group)
        case Frame.HOLDS:
            return holds(roles, reading, index, group)
        case Frame.BESIEGES:
            return besieges(roles, reading, index, group)
        case Frame.CUTS:
            return cuts(roles, reading, index, group)
        case Frame.ENDS_SIEGE:
            return ends_siege(roles, reading, index, group)
