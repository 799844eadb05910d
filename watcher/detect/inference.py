"""Roles that the item tells elsewhere: by another finding of the same fight, or because only two sides are named. Pure.

Last step before merging is done with. What is inferred is said so in the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from watcher.detect.actors import Actors
from watcher.model import Action, ActorId, Event, Finding, Reason

_BY_ONE_SIDE = frozenset((Action.LIFTED,))


def infer_roles(
    findings: Sequence[Finding], named: Sequence[ActorId], actors: Actors, allies: Collection[frozenset[ActorId]]
) -> list[Finding]:
    """Fill empty roles. ``named`` are the sides that the item names, in order; ``allies`` do not fight each other."""
    return [_inferred(finding, findings, named, actors, allies) for finding in findings]


def _inferred(
    finding: Finding,
    findings: Sequence[Finding],
    named: Sequence[ActorId],
    actors: Actors,
    allies: Collection[frozenset[ActorId]],
) -> Finding:
    gained, lost = finding.gained_by, finding.lost_by
    if (gained is None) == (lost is None) or finding.action in _BY_ONE_SIDE:
        return finding
    known = gained or lost
    assert known is not None
    opponent = _opponent_elsewhere(finding, findings, actors)
    why = "as in another finding of this item"
    if opponent is None:
        opponent = _other_side(known, [side for side in named if frozenset((known, side)) not in allies], actors)
        why = "the only other side that the item names"
    if opponent is None:
        return finding
    reason = Reason(f"side: {opponent} is inferred, {why}")
    reasons = (*finding.reasons, reason)
    if gained is None:
        if finding.event is Event.CONTROL_CHANGE and finding.action is Action.WITHDRAWN:
            return finding  # who leaves need not leave it to anybody
        return replace(finding, gained_by=opponent, reasons=reasons)
    return replace(finding, lost_by=opponent, reasons=reasons)


def _opponent_elsewhere(finding: Finding, findings: Sequence[Finding], actors: Actors) -> ActorId | None:
    """From whom the same side takes, or to whom it loses, in the same item."""
    for other in findings:
        if other is finding or other.gained_by is None or other.lost_by is None:
            continue
        if finding.gained_by is not None and actors.related(other.gained_by, finding.gained_by):
            return other.lost_by
        if finding.lost_by is not None and actors.related(other.lost_by, finding.lost_by):
            return other.gained_by
    return None


def _other_side(known: ActorId, named: Sequence[ActorId], actors: Actors) -> ActorId | None:
    """The opponent, when the item names only one besides the known side."""
    others: list[ActorId] = []
    for actor in named:
        if actors.related(actor, known):
            continue
        if not any(actors.related(actor, other) for other in others):
            others.append(actor)
    return others[0] if len(others) == 1 else None
