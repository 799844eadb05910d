"""What the events of one sentence say about each other: who moved in after whom, by which deal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.sentence import Sentence
from watcher.detect.arabic.status import Statuses
from watcher.detect.candidates import Candidate, Side, Verdict
from watcher.detect.context import Context
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import Action, Event, Extent, PlaceId, Status

Judged = tuple[Candidate, Verdict]
_FIGHTS: Final = words.folded("قتال مقاومة معارك اشتباك اشتباكات معركة مواجهات")
_UNDER: Final = words.folded("بموجب ب في بعد ضمن إثر عقب على ل إلى")
_NEWS: Final = frozenset((Status.ASSERTED,))


def relate(
    candidates: list[Candidate],
    statuses: Statuses,
    sentence: Sentence,
    context: Context,
    left: Mapping[PlaceId, Side],
) -> list[Judged]:
    """The candidates with their verdicts, and with the roles and actions that only their neighbours tell.

    ``left``: places of which the item has told that a side left them.
    """
    _entered_what_was_left(candidates, context, left)
    _entered_without_a_fight(candidates, sentence)
    candidates = _lifted_by_leaving(candidates)
    judged = [(candidate, statuses.judge(candidate)) for candidate in candidates]
    _not_against_oneself(judged, context)
    judged = _moved_in(judged, context)
    judged = _entered_and_drove_out(judged, context)
    _cut_by_capture(judged)
    _by_agreement(judged, sentence)
    _not_against_oneself(judged, context)
    return _without_holders(judged, context)


def _opposed(one: Side | None, other: Side | None, context: Context) -> bool:
    return not (one and other and context.actors.related(one.actor, other.actor))


def _entered_what_was_left(candidates: list[Candidate], context: Context, left: Mapping[PlaceId, Side]) -> None:
    """A entered the town, of which the item has said that B left it."""
    for candidate in candidates:
        side = left.get(candidate.located.place)
        if candidate.entry and side is not None and _opposed(candidate.gained, side, context):
            candidate.entry = False
            candidate.action = Action.WITHDRAWN
            candidate.lost = side
            candidate.notes.append("entered after the other side had left")


def _entered_without_a_fight(candidates: list[Candidate], sentence: Sentence) -> None:
    """A entered X under a deal, or without resistance: it has it."""
    peaceful = any(
        sentence.governed(index) in words.WITHOUT and any(unit.norm in _FIGHTS for unit in chunk.units)
        for index, chunk in enumerate(sentence.chunks)
        if chunk.kind == "np"
    )
    deal = _names_deal(sentence)
    for candidate in candidates:
        if candidate.entry and (peaceful or deal):
            candidate.entry = False
            if deal:
                candidate.action = Action.HANDED_OVER
            candidate.notes.append("under an agreement" if deal else "entered without a fight")


def _names_deal(sentence: Sentence) -> bool:
    return any(
        chunk.has(Noun.DEAL) and sentence.governed(index) in _UNDER
        for index, chunk in enumerate(sentence.chunks)
        if chunk.kind == "np"
    )


def _lifted_by_leaving(candidates: list[Candidate]) -> list[Candidate]:
    """The siege of X ended when B left its positions around it: its leaving is no other event."""
    drop: list[Candidate] = []
    for siege in candidates:
        if siege.action is not Action.LIFTED:
            continue
        for other in candidates:
            near = other.located.place == siege.located.place and other.located.extent is Extent.NEAR
            if other.frame is Frame.LEAVES and near:
                siege.lost = siege.lost or other.lost
                drop.append(other)
    return [candidate for candidate in candidates if candidate not in drop]


def _moved_in(judged: list[Judged], context: Context) -> list[Judged]:
    """B left X and A entered or took it: one withdrawal, with both sides."""
    drop: list[Candidate] = []
    for leaving, verdict in judged:
        if leaving.frame is not Frame.LEAVES or verdict.status not in _NEWS:
            continue
        for other, told in judged:
            same = other.located.place == leaving.located.place and other.event is leaving.event
            if other is leaving or not same or not _opposed(other.gained, leaving.lost, context):
                continue
            if other.frame is Frame.ENTERS and told.status in _NEWS | {Status.PROSPECTIVE} and other.entry:
                leaving.gained = leaving.gained or other.gained
                leaving.notes.append(f"'{other.word.text}' tells who moved in after them")
                drop.append(other)
            elif other.frame is Frame.TAKES and told.status in _NEWS and other.action is Action.CAPTURED:
                other.action = Action.WITHDRAWN
                other.lost = other.lost or leaving.lost
                other.notes.append("taken as the other side left")
                drop.append(leaving)
    return [(candidate, verdict) for candidate, verdict in judged if candidate not in drop]


def _entered_and_drove_out(judged: list[Judged], context: Context) -> list[Judged]:
    """A entered X and drove B out of it: one capture."""
    drop = [
        entering
        for entering, _ in judged
        if entering.frame is Frame.ENTERS
        and any(
            other.frame in {Frame.DRIVES_OUT, Frame.TAKES}
            and other.located.place == entering.located.place
            and verdict.status in _NEWS | {Status.BACKGROUND}
            and not (other.lost and entering.gained and context.actors.related(other.lost.actor, entering.gained.actor))
            for other, verdict in judged
        )
    ]
    return [(candidate, verdict) for candidate, verdict in judged if candidate not in drop]


def _not_against_oneself(judged: list[Judged], context: Context) -> None:
    """Nobody loses to himself: of two related sides, the one that was inferred is dropped."""
    for candidate, _ in judged:
        gained, lost = candidate.gained, candidate.lost
        if gained is not None and lost is not None and context.actors.related(gained.actor, lost.actor):
            if lost.unit is None:
                candidate.lost = None
            elif gained.unit is None:
                candidate.gained = None
            else:
                candidate.lost = None


def _cut_by_capture(judged: list[Judged]) -> None:
    """The road was cut when A captured Y: A besieges."""
    for candidate, _ in judged:
        if candidate.event is not Event.SIEGE or candidate.gained is not None:
            continue
        if candidate.frame in {Frame.CUTS, Frame.BESIEGES}:
            takers = [
                other.gained
                for other, _ in judged
                if other.frame in {Frame.TAKES, Frame.CUTS, Frame.BESIEGES} and other.gained is not None
            ]
            if takers:
                candidate.gained = takers[0]


def _by_agreement(judged: list[Judged], sentence: Sentence) -> None:
    """Under a deal: handed over, if somebody takes it; a siege that ends so is lifted."""
    if not _names_deal(sentence):
        return
    for candidate, _ in judged:
        moved = candidate.event is Event.CONTROL_CHANGE and candidate.action in {Action.CAPTURED, Action.WITHDRAWN}
        if moved and candidate.gained is not None and not candidate.standing:
            candidate.action = Action.HANDED_OVER
            candidate.notes.append("under an agreement")
        elif candidate.action is Action.BROKEN:
            candidate.action = Action.LIFTED
            candidate.gained, candidate.lost = None, candidate.lost or candidate.gained
            candidate.notes.append("under an agreement")


def _without_holders(judged: list[Judged], context: Context) -> list[Judged]:
    """Who is told to hold the place that changes hands in the same sentence only loses it."""
    changing = [candidate for candidate, verdict in judged if verdict.status is not Status.STANDING]
    kept = []
    for candidate, verdict in judged:
        if verdict.status is Status.STANDING:
            same = [
                other
                for other in changing
                if other.located.place == candidate.located.place and other.event is candidate.event
            ]
            if same:
                for other in same:
                    if _opposed(other.gained, candidate.gained, context):
                        other.lost = other.lost or candidate.gained
                continue
        kept.append((candidate, verdict))
    return kept
