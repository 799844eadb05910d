"""Scores findings against labelled lines: detection, action, roles, status (docs/events.md). Pure.

One-to-one per item on (event, place); a second finding of the same event, place and direction counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import Action, ActorId, Event, Extent, Finding, PlaceId, Status

_EXHAUSTIVE: Final = 6  # findings of one place that are still paired by trying all ways


@dataclass(frozen=True, slots=True)
class Expected:
    """A labelled finding."""

    event: Event
    action: Action
    place: PlaceId
    gained_by: ActorId | None
    lost_by: ActorId | None
    status: Status
    extent: Extent = Extent.FULL


@dataclass(frozen=True, slots=True)
class Pair:
    """An expected finding and the one that answers it; either may be missing."""

    expected: Expected | None
    finding: Finding | None
    nearby: bool = False  # the finding's place contains or lies inside the expected one


@dataclass(slots=True)
class Tally:
    """Counts of one group of items; the properties are the figures that are shown."""

    items: int = 0
    right: int = 0  # news, found as news
    missed: int = 0
    false_alarms: int = 0
    action_right: int = 0
    roles_right: int = 0
    nearby: int = 0
    status_right: int = 0
    status_all: int = 0
    spurious: int = 0  # held-back findings that nobody expected

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.false_alarms)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def action(self) -> float:
        return _share(self.action_right, self.right)

    @property
    def roles(self) -> float:
        return _share(self.roles_right, self.right)

    @property
    def status(self) -> float:
        return _share(self.status_right, self.status_all)


@dataclass(slots=True)
class Scored:
    """One item's pairs."""

    pairs: tuple[Pair, ...]
    extra: tuple[Finding, ...] = field(default_factory=tuple)  # second findings, which count neither way


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def pair(expected: Sequence[Expected], findings: Sequence[Finding], gazetteer: Gazetteer, actors: Actors) -> Scored:
    """Match what was expected with what was found, one to one."""
    pairs: list[Pair] = []
    left_expected = list(expected)
    left_findings = list(findings)
    keys = dict.fromkeys((one.event, one.place) for one in expected)
    for event, place in keys:
        wanted = [one for one in left_expected if (one.event, one.place) == (event, place)]
        given = [one for one in left_findings if (one.event, one.place) == (event, place)]
        for one, other in _assign(wanted, given, actors):
            pairs.append(Pair(one, other))
            left_expected.remove(one)
            left_findings.remove(other)
    for one in list(left_expected):
        near = next(
            (
                other
                for other in left_findings
                if other.event is one.event
                and _related(one.place, other.place, gazetteer)
                and other.status.alerts == one.status.alerts
            ),
            None,
        )
        if near is not None:
            pairs.append(Pair(one, near, nearby=True))
            left_expected.remove(one)
            left_findings.remove(near)
    pairs.extend(Pair(one, None) for one in left_expected if not _told_otherwise(one, pairs, actors))
    extra = [other for other in left_findings if _repeats(other, pairs, actors)]
    pairs.extend(Pair(None, other) for other in left_findings if other not in extra)
    return Scored(tuple(pairs), tuple(extra))


def _assign(wanted: list[Expected], given: list[Finding], actors: Actors) -> list[tuple[Expected, Finding]]:
    """The pairing that gets most right; all ways for a few, first come first served for many."""
    if not wanted or not given:
        return []
    if max(len(wanted), len(given)) > _EXHAUSTIVE:
        return list(zip(wanted, given, strict=False))
    best: list[tuple[Expected, Finding]] = []
    best_score = -1
    if len(wanted) <= len(given):
        ways: Iterable[list[tuple[Expected, Finding]]] = (
            list(zip(wanted, way, strict=True)) for way in permutations(given, len(wanted))
        )
    else:
        ways = (list(zip(way, given, strict=True)) for way in permutations(wanted, len(given)))
    for way in ways:
        score = sum(_likeness(one, other, actors) for one, other in way)
        if score > best_score:
            best, best_score = way, score
    return best


def _likeness(one: Expected, other: Finding, actors: Actors) -> int:
    score = 8 * (one.status.alerts == other.status.alerts) + 4 * (one.status == other.status)
    return score + 2 * (one.action == other.action) + roles_right(one, other, actors)


def roles_right(one: Expected, other: Finding, actors: Actors) -> bool:
    """Both roles equal or related; a role given where none was expected is not punished."""
    return all(
        wanted is None or actors.related(wanted, given)
        for wanted, given in ((one.gained_by, other.gained_by), (one.lost_by, other.lost_by))
    )


def _related(one: PlaceId, other: PlaceId, gazetteer: Gazetteer) -> bool:
    return gazetteer.contains(one, other) or gazetteer.contains(other, one)


def _repeats(finding: Finding, pairs: Iterable[Pair], actors: Actors) -> bool:
    """Whether a left-over finding tells the same event, place and direction as a paired one."""
    for done in pairs:
        other = done.finding
        if other is None or done.expected is None or other.event is not finding.event or other.place != finding.place:
            continue
        ends = {Action.BROKEN, Action.LIFTED}
        if (other.action in ends) != (finding.action in ends):
            continue
        opposite = actors.related(other.gained_by, finding.lost_by) or actors.related(other.lost_by, finding.gained_by)
        differ = other.gained_by and finding.gained_by and not actors.related(other.gained_by, finding.gained_by)
        if not opposite and not differ and other.status.alerts == finding.status.alerts:
            return True
    return False


def _told_otherwise(one: Expected, pairs: Iterable[Pair], actors: Actors) -> bool:
    """Whether news that was expected twice, by two actions of one direction, was found once."""
    ends = {Action.BROKEN, Action.LIFTED}
    for done in pairs:
        other = done.expected
        if (
            other is None
            or done.finding is None
            or done.nearby
            or not done.finding.status.alerts
            or not one.status.alerts
        ):
            continue
        if (other.event, other.place) != (one.event, one.place) or other.action == one.action:
            continue
        opposite = actors.related(other.gained_by, one.lost_by) or actors.related(other.lost_by, one.gained_by)
        if not opposite and (other.action in ends) == (one.action in ends):
            return True
    return False


def tally(scored: Scored, actors: Actors, into: Tally) -> None:
    """Count one item's pairs."""
    into.items += 1
    for done in scored.pairs:
        one, other = done.expected, done.finding
        wanted = one is not None and one.status.alerts
        given = other is not None and other.status.alerts
        if done.nearby:
            into.nearby += 1
        if wanted and given and not done.nearby:
            assert one is not None and other is not None  # noqa: PT018  both follow from the line above
            into.right += 1
            into.action_right += one.action == other.action
            into.roles_right += roles_right(one, other, actors)
        elif wanted and given:
            into.missed += 1
            into.false_alarms += 1
        else:
            into.missed += wanted
            into.false_alarms += given
        if one is not None:
            into.status_all += 1
            into.status_right += other is not None and not done.nearby and one.status == other.status
        elif other is not None and not given:
            into.spurious += 1
