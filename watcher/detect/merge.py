"""One item, one finding per event, place and direction: the best-attested telling is kept. Pure.

A capture and its reversal stay two findings, in order; what is held back does not repeat what is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watcher.detect.actors import Actors
from watcher.model import Action, Event, Extent, Finding, Reason, Status

_ORDER = (Status.ASSERTED, Status.CLAIMED, Status.NEGATED, Status.PROSPECTIVE, Status.BACKGROUND, Status.STANDING)
_FULLER = {Action.HANDED_OVER: 0, Action.WITHDRAWN: 1, Action.CAPTURED: 2}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as one sentence tells it. ``weight`` prefers the fuller sentence; ``in_title``: the headline."""

    finding: Finding
    in_title: bool
    order: int


def merge(told: Sequence[Told], actors: Actors) -> list[Finding]:
    """The findings of an item, in text order."""
    groups: list[list[Told]] = []
    for one in told:
        group = next((group for group in groups if _same(group, one.finding, actors)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    merged = [_best(group) for group in groups]
    merged = [one for one in merged if not _vague_headline(one, merged, actors)]
    kept = [one for one in merged if not _repeats_news(one, merged, actors)]
    return [one.finding for one in sorted(kept, key=lambda one: one.order)]


def _vague_headline(one: Told, merged: Sequence[Told], actors: Actors) -> bool:
    """ "Town near X falls": the body says which."""
    finding = one.finding
    if not one.in_title or finding.extent is not Extent.NEAR or not finding.status.alerts:
        return False
    return any(
        other is not one
        and not other.in_title
        and other.finding.status.alerts
        and other.finding.event is finding.event
        and _direction(other.finding, finding, actors)
        for other in merged
    )


def _direction(one: Finding, other: Finding, actors: Actors) -> bool:
    """Whether two findings may tell of the same change: nobody in them contradicts the other."""
    if _siege_end(one) != _siege_end(other):
        return False
    for mine, theirs in ((one.gained_by, other.gained_by), (one.lost_by, other.lost_by)):
        if mine is not None and theirs is not None and not actors.related(mine, theirs):
            return False
    crossed = actors.related(one.gained_by, other.lost_by) or actors.related(one.lost_by, other.gained_by)
    return not crossed


def _siege_end(finding: Finding) -> bool:
    return finding.action in {Action.BROKEN, Action.LIFTED}


def _same(group: Sequence[Told], finding: Finding, actors: Actors) -> bool:
    first = group[0].finding
    if first.event != finding.event or first.place != finding.place:
        return False
    if first.status.alerts != finding.status.alerts or (not first.status.alerts and first.status != finding.status):
        return False
    if not all(_direction(one.finding, finding, actors) for one in group):
        return False
    if {first.action, finding.action} == {Action.CAPTURED, Action.WITHDRAWN} and all(
        not one.in_title and one.finding.start != finding.start and _tells_apart(one.finding, finding) for one in group
    ):
        return False
    if first.status is Status.BACKGROUND:
        days = {one.finding.event_date for one in group} | {finding.event_date}
        return len(days - {None}) <= 1
    return True


def _tells_apart(one: Finding, other: Finding) -> bool:
    """A took X from B; later: B withdrew from X. Both are told in full, so both are kept."""
    captured = one if one.action is Action.CAPTURED else other
    return captured.gained_by is not None and captured.lost_by is not None and captured.status.alerts


def _best(group: Sequence[Told]) -> Told:
    """The best status; the fuller action; roles and day from whoever names them; the first body sentence as quote."""
    if len(group) == 1:
        return group[0]
    status = min((one.finding.status for one in group), key=_ORDER.index)
    candidates = [one for one in group if one.finding.status == status]
    body = [one for one in candidates if not one.in_title] or candidates
    best = max(body, key=lambda one: (_roles(one.finding), one.finding.event_date is not None, -one.order))
    finding = best.finding
    everyone = [best, *(one for one in group if one is not best)]
    gained = next((one.finding.gained_by for one in everyone if one.finding.gained_by), None)
    lost = next((one.finding.lost_by for one in everyone if one.finding.lost_by), None)
    day = next((one.finding.event_date for one in everyone if one.finding.event_date), None)
    source = next((one.finding.attributed_to for one in everyone if one.finding.attributed_to), None)
    finding = replace(
        finding,
        gained_by=gained,
        lost_by=lost,
        event_date=day,
        attributed_to=source,
        action=_action(group, finding),
        reasons=(*finding.reasons, Reason(f"told {len(group)} times in this item; this is the fullest telling")),
        confidence=max(one.finding.confidence for one in group),
    )
    return Told(finding, best.in_title, min(one.order for one in group))


def _roles(finding: Finding) -> int:
    return (finding.gained_by is not None) + (finding.lost_by is not None)


def _action(group: Sequence[Told], finding: Finding) -> Action:
    if finding.event is Event.SIEGE:
        return finding.action
    actions = [one.finding.action for one in group if not one.in_title] or [one.finding.action for one in group]
    both = [one.finding for one in group if _roles(one.finding) == 2 and not one.in_title]  # noqa: PLR2004  gainer and loser
    if both:
        actions = [one.action for one in both]
    return min(actions, key=lambda action: _FULLER.get(action, 9))


def _repeats_news(one: Told, merged: Sequence[Told], actors: Actors) -> bool:
    """A held-back telling of what the same item tells as news, or of a plan that has come true."""
    finding = one.finding
    if finding.status.alerts:
        return False
    for other in merged:
        news = other.finding
        if other is one or not news.status.alerts or news.event != finding.event or news.place != finding.place:
            continue
        if not _direction(news, finding, actors):
            continue
        if finding.status is Status.BACKGROUND:
            if finding.event_date is not None and finding.event_date != news.event_date:
                continue
            if finding.event_date is None and "older than" in " ".join(reason.text for reason in finding.reasons):
                continue
            return True
        if finding.status in {Status.PROSPECTIVE, Status.NEGATED}:
            return True
    return False
