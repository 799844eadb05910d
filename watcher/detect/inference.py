"""Roles that stand elsewhere: the holder told for the place, the only other side, the item's other findings. Pure.

Last step, after merging. Each rule was kept because it was right more than nine times in ten on the labelled items;
what is inferred is said so in the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from watcher.detect.actors import Actors
from watcher.model import Action, ActorId, Event, Finding, Reason, Status

_BY_ONE_SIDE: Final = frozenset((Action.LIFTED,))
_ENDS: Final = frozenset((Action.BROKEN, Action.LIFTED))
_TOLD: Final = frozenset((Status.STANDING, Status.BACKGROUND))

Fight = tuple[ActorId, ActorId]  # who takes, from whom


@dataclass(frozen=True, slots=True)
class _Item:
    """What the rules ask about. ``named``: the item's sides; ``near``: those of each sentence, by where it starts."""

    findings: Sequence[Finding]
    fights: Sequence[Fight]
    named: Sequence[ActorId]
    near: Mapping[int, Sequence[ActorId]]
    actors: Actors
    allies: Collection[frozenset[ActorId]]


def infer_roles(
    findings: Sequence[Finding],
    named: Iterable[ActorId],
    near: Mapping[int, Sequence[ActorId]],
    actors: Actors,
    allies: Collection[frozenset[ActorId]],
) -> list[Finding]:
    """Fill empty roles. ``named``: the sides of the item, in order; ``near``: those of a sentence, by its offset.

    ``allies`` do not fight each other.
    """
    fights = [(one.gained_by, one.lost_by) for one in findings if one.gained_by and one.lost_by]
    item = _Item(findings, list(dict.fromkeys(fights)), list(dict.fromkeys(named)), near, actors, allies)
    return [_inferred(finding, item) for finding in findings]


def _inferred(finding: Finding, item: _Item) -> Finding:
    gained, lost = finding.gained_by, finding.lost_by
    if finding.action in _BY_ONE_SIDE or (gained is not None and lost is not None):
        return finding
    if gained is None and finding.action is Action.WITHDRAWN:
        return finding  # who leaves need not leave it to anybody
    known = gained or lost
    if known is None:
        return _as_in_the_one_fight(finding, item)
    opponent, why = None, ""
    if lost is None:
        opponent, why = _told_of_the_place(finding, known, item), "who is told to have held or besieged it"
    if opponent is None:
        opponent, why = (
            _other_side(known, item.near.get(finding.start, ()), item),
            "the only other side of its sentence",
        )
    if opponent is None:
        opponent, why = _opponent_elsewhere(gained, lost, item), "as in another finding of this item"
    if opponent is None:
        opponent, why = _other_side(known, item.named, item), "the only other side that the item names"
    if opponent is None:
        return finding
    reasons = (*finding.reasons, Reason(f"side: {opponent} is inferred, {why}"))
    if gained is None:
        return replace(finding, gained_by=opponent, reasons=reasons)
    return replace(finding, lost_by=opponent, reasons=reasons)


def _told_of_the_place(finding: Finding, gained: ActorId, item: _Item) -> ActorId | None:
    """The one side that the item tells to have held the place, or to have besieged it until now."""
    if finding.event is Event.SIEGE and finding.action not in _ENDS:
        return None
    holders = {
        other.gained_by
        for other in item.findings
        if other.event is finding.event
        and other.place == finding.place
        and other.status in _TOLD
        and other.action not in _ENDS
        and other.gained_by is not None
        and not item.actors.related(other.gained_by, gained)
    }
    return holders.pop() if len(holders) == 1 else None


def _as_in_the_one_fight(finding: Finding, item: _Item) -> Finding:
    """An item of one fight: all its news is won by the same side from the same other one."""
    news = [other for other in item.findings if other.status.alerts and (other.gained_by or other.lost_by)]
    fights = {(other.gained_by, other.lost_by) for other in news if other.gained_by and other.lost_by}
    if not finding.status.alerts or len(fights) != 1:
        return finding
    taker, loser = fights.pop()
    if any(other.gained_by not in {taker, None} or other.lost_by not in {loser, None} for other in news):
        return finding
    reason = Reason(f"sides: {taker} and {loser} are inferred, as in all other news of this item")
    return replace(finding, gained_by=taker, lost_by=loser, reasons=(*finding.reasons, reason))


def _opponent_elsewhere(gained: ActorId | None, lost: ActorId | None, item: _Item) -> ActorId | None:
    """Whom the side fights in the item's other findings: the same way round first, then the other way."""
    related = item.actors.related
    same = [loser for taker, loser in item.fights if related(taker, gained)]
    same += [taker for taker, loser in item.fights if related(loser, lost)]
    if same:
        return same[0]
    turned = [taker for taker, loser in item.fights if related(loser, gained)]
    turned += [loser for taker, loser in item.fights if related(taker, lost)]
    return turned[0] if turned and all(related(turned[0], other) for other in turned) else None


def _other_side(known: ActorId, named: Iterable[ActorId], item: _Item) -> ActorId | None:
    """The opponent, when only one is named besides the known side and its allies."""
    others: list[ActorId] = []
    for actor in named:
        if item.actors.related(actor, known) or frozenset((known, actor)) in item.allies:
            continue
        if not any(item.actors.related(actor, other) for other in others):
            others.append(actor)
    return others[0] if len(others) == 1 else None
