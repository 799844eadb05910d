"""Roles that the item tells elsewhere: by another finding of the same fight, or because only two sides are named. Pure.

Last step before merging is done with. What is inferred is said so in the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from watcher.detect.actors import Actors
from watcher.model import Action, ActorId, Finding, Reason

_BY_ONE_SIDE = frozenset((Action.LIFTED,))


def infer_roles(
    findings: Sequence[Finding], named: Iterable[ActorId], actors: Actors, allies: Collection[frozenset[ActorId]]
) -> list[Finding]:
    """Fill empty roles. ``named`` are the sides that the item names, in order; ``allies`` do not fight each other."""
    sides = list(dict.fromkeys(named))
    fights = list(
        dict.fromkeys(
            (finding.gained_by, finding.lost_by) for finding in findings if finding.gained_by and finding.lost_by
        )
    )
    return [_inferred(finding, fights, sides, actors, allies) for finding in findings]


def _inferred(
    finding: Finding,
    fights: Sequence[tuple[ActorId, ActorId]],
    named: Sequence[ActorId],
    actors: Actors,
    allies: Collection[frozenset[ActorId]],
) -> Finding:
    gained, lost = finding.gained_by, finding.lost_by
    if (gained is None) == (lost is None) or finding.action in _BY_ONE_SIDE:
        return finding
    if gained is None and finding.action is Action.WITHDRAWN:
        return finding  # who leaves need not leave it to anybody
    opponent = _opponent_elsewhere(gained, lost, fights, actors)
    why = "as in another finding of this item"
    if opponent is None:
        known = gained or lost
        assert known is not None
        opponent = _other_side(known, [side for side in named if frozenset((known, side)) not in allies], actors)
        why = "the only other side that the item names"
    if opponent is None:
        return finding
    reasons = (*finding.reasons, Reason(f"side: {opponent} is inferred, {why}"))
    if gained is None:
        return replace(finding, gained_by=opponent, reasons=reasons)
    return replace(finding, lost_by=opponent, reasons=reasons)


def _opponent_elsewhere(
    gained: ActorId | None, lost: ActorId | None, fights: Sequence[tuple[ActorId, ActorId]], actors: Actors
) -> ActorId | None:
    """Whom the side fights in the item's other findings: the same way round first, then the other way."""
    same = [loser for taker, loser in fights if actors.related(taker, gained)]
    same += [taker for taker, loser in fights if actors.related(loser, lost)]
    turned = [taker for taker, loser in fights if actors.related(loser, gained)]
    turned += [loser for taker, loser in fights if actors.related(taker, lost)]
    if same:
        return same[0]
    return turned[0] if turned and all(actors.related(turned[0], other) for other in turned) else None


def _other_side(known: ActorId, named: Sequence[ActorId], actors: Actors) -> ActorId | None:
    """The opponent, when the item names only one besides the known side."""
    others: list[ActorId] = []
    for actor in named:
        if not actors.related(actor, known) and not any(actors.related(actor, other) for other in others):
            others.append(actor)
    return others[0] if len(others) == 1 else None
