"""Claimed or asserted: whether whoever tells of an event profits from it. Pure; the same in every language."""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Candidate, Source
from watcher.detect.context import Context
from watcher.detect.vocabulary import Frame
from watcher.model import Action, ActorId, Reason, Status

_TWO_SIDES: Final = 2


def claim(candidate: Candidate, source: Source, context: Context, item_side: ActorId | None) -> tuple[Status, Reason]:
    """Claimed or asserted: by whom, and whether he profits."""
    if source.hedge is not None:
        return Status.CLAIMED, Reason(f"'{source.hedge.word.text}': hedged", source.hedge.word.origin)
    if source.rumour and not source.independent:
        return Status.CLAIMED, Reason(f"'{source.rumour}': nobody stands behind them")
    sides = list(source.sides)
    if not sides and not source.independent and item_side is not None:
        sides = [item_side]
    if not sides:
        return Status.ASSERTED, Reason("told by the outlet itself or by a source that takes no side")
    if source.independent:
        return Status.ASSERTED, Reason("told by a source that takes no side, too")
    strangers = not any(
        context.actors.related(side, candidate.gained.actor if candidate.gained else None) for side in sides
    )
    if strangers and source.confirmed:
        return Status.ASSERTED, Reason("confirmed by a side that does not gain")
    allied = any(context.allied(side, candidate.gained.actor if candidate.gained else None) for side in sides)
    if (
        strangers
        and not allied
        and candidate.gained
        and candidate.gained.actor
        and candidate.lost is None
        and len(context.families()) == _TWO_SIDES
    ):
        return Status.ASSERTED, Reason("admitted by the only other side that the item names")
    lost = candidate.lost.actor if candidate.lost else None
    gained = candidate.gained.actor if candidate.gained else None
    if (
        lost is None
        and candidate.frame is Frame.LOSES
        and not any(context.actors.related(side, gained) for side in sides)
    ):
        return Status.ASSERTED, Reason("a loss, told by a side that does not gain")
    if any(context.actors.related(side, lost) for side in sides):
        return Status.ASSERTED, Reason("admitted by the side that loses")
    if len(set(sides)) > 1 and not all(context.actors.related(side, gained) for side in sides):
        if candidate.action is Action.WITHDRAWN or gained is None:
            return Status.CLAIMED, Reason("said only by sides in the war")
        return Status.CLAIMED, Reason("said only by sides in the war")
    if any(context.actors.related(side, gained) for side in sides):
        return Status.CLAIMED, Reason("said only by the side that gains")
    return Status.CLAIMED, Reason("said only by a side in the war")
