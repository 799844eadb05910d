"""One item, one finding per event, place and direction: the best-attested telling is kept. Pure.

A capture and its reversal stay two findings, in order; what is held back does not repeat what is news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import Action, Event, Extent, Finding, PlaceId, Reason, Status

_ORDER: Final = (
    Status.ASSERTED,
    Status.CLAIMED,
    Status.NEGATED,
    Status.PROSPECTIVE,
    Status.BACKGROUND,
    Status.STANDING,
)
_MOST_GROUPS: Final = 50  # tellings of one place that contradict each other; more are no news but noise
_FULLER: Final = {Action.HANDED_OVER: 0, Action.WITHDRAWN: 1, Action.CAPTURED: 2}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as one sentence tells it. ``order`` counts through the item."""

    finding: Finding
    in_title: bool
    order: int


class _Group:
    """Tellings of one change, with what they agree on."""

    def __init__(self, first: Told) -> None:
        self.members = [first]
        self.gained = first.finding.gained_by
        self.lost = first.finding.lost_by
        self.days = {first.finding.event_date} - {None}

    def add(self, one: Told) -> None:
        self.members.append(one)
        self.gained = self.gained or one.finding.gained_by
        self.lost = self.lost or one.finding.lost_by
        self.days |= {one.finding.event_date} - {None}

    def admits(self, one: Told, actors: Actors) -> bool:
        """Whether nothing in the telling contradicts the group."""
        finding = one.finding
        mine, theirs = self.gained, finding.gained_by
        if (
            mine is not None
            and theirs is not None
            and not (actors.related(mine, theirs) or actors.allied(mine, theirs))
        ):
            return False  # "Turkey and the rebels" took what "the rebels" took
        if self.lost is not None and finding.lost_by is not None and not actors.related(self.lost, finding.lost_by):
            return False
        if actors.related(self.gained, finding.lost_by) or actors.related(self.lost, finding.gained_by):
            return False
        if finding.status is Status.BACKGROUND:
            return len(self.days | ({finding.event_date} - {None})) <= 1
        return not _tells_apart(self.members[0], one)


def merge(told: Sequence[Told], actors: Actors, gazetteer: Gazetteer) -> list[Finding]:
    """The findings of an item, in text order."""
    groups: dict[tuple[Event, PlaceId, bool, Status | None], list[_Group]] = {}
    for one in told:
        finding = one.finding
        kind = None if finding.status.alerts else finding.status
        alike = groups.setdefault((finding.event, finding.place, _siege_end(finding), kind), [])
        group = next((group for group in alike if group.admits(one, actors)), None)
        if group is not None:
            group.add(one)
        elif len(alike) < _MOST_GROUPS:
            alike.append(_Group(one))
    merged = [_best(group.members) for alike in groups.values() for group in alike]
    body = [one for one in merged if not one.in_title and one.finding.status.alerts][:_MOST_GROUPS]
    merged = [one for one in merged if not _vague_headline(one, body, actors, gazetteer)]
    news: dict[tuple[Event, PlaceId], list[Finding]] = {}
    for one in merged:
        if one.finding.status.alerts:
            news.setdefault((one.finding.event, one.finding.place), []).append(one.finding)
    kept = [one for one in merged if not _repeats_news(one.finding, news, actors)]
    return [one.finding for one in sorted(kept, key=lambda one: one.order)]


def _vague_headline(one: Told, body: Sequence[Told], actors: Actors, gazetteer: Gazetteer) -> bool:
    """ "Town near X falls", "wins back a quarter of X": the body says which."""
    finding = one.finding
    if not one.in_title or finding.extent is Extent.FULL or not finding.status.alerts:
        return False
    return any(
        other.finding.event is finding.event
        and _direction(other.finding, finding, actors)
        and (
            finding.extent is Extent.NEAR
            or (other.finding.place != finding.place and gazetteer.contains(finding.place, other.finding.place))
        )
        for other in body
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


def _tells_apart(first: Told, one: Told) -> bool:
    """A took X from B; later: B withdrew from X. Both are told in full, so both are kept."""
    actions = {first.finding.action, one.finding.action}
    if actions != {Action.CAPTURED, Action.WITHDRAWN} or first.in_title or first.finding.start == one.finding.start:
        return False
    captured = first.finding if first.finding.action is Action.CAPTURED else one.finding
    return captured.gained_by is not None and captured.lost_by is not None and captured.status.alerts


def _best(group: Sequence[Told]) -> Told:
    """The best status; the fuller action; roles and day from whoever names them; the first body sentence as quote."""
    if len(group) == 1:
        return group[0]
    told = [one for one in group if not (one.in_title and one.finding.attributed_to is None)] or group
    if not any(one.finding.status.alerts for one in told):
        told = group
    status = min((one.finding.status for one in told), key=_ORDER.index)  # a headline leaves out who says so
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


def _repeats_news(finding: Finding, news: Mapping[tuple[Event, PlaceId], Sequence[Finding]], actors: Actors) -> bool:
    """A held-back telling of what the same item tells as news, or of a plan that has come true."""
    if finding.status.alerts or finding.status is Status.STANDING:
        return False
    for other in news.get((finding.event, finding.place), ()):
        if not _direction(other, finding, actors):
            continue
        if finding.status is not Status.BACKGROUND:
            return True
        if finding.event_date is not None and finding.event_date != other.event_date:
            continue
        if finding.event_date is not None or not any("older than" in reason.text for reason in finding.reasons):
            return True
    return False
