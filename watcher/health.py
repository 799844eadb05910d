"""Is everything well? One list of what is not, for ``watcher status``. Pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.feeds.rhythm import silent_for
from watcher.incidents.wording import say_duration
from watcher.model import (
    Delivery,
    DeliveryState,
    Feed,
    FeedProblem,
    FeedState,
    Gap,
    ProblemKind,
    ServiceRecord,
)

SILENT_AFTER = timedelta(minutes=3)  # the daemon beats twice a minute
FAILING_AFTER = 3  # a feed that failed once or twice is a feed that will be back
LATE_AFTER = timedelta(minutes=15)  # a delivery that has been owed for so long


@dataclass(frozen=True, slots=True)
class FeedSight:
    """A feed of the config beside its state; None when the daemon has not seen it yet."""

    feed: Feed
    state: FeedState | None

    @property
    def is_failing(self) -> bool:
        return self.state is not None and self.state.health.is_failing


def match_states(feeds: Iterable[Feed], states: Iterable[FeedState]) -> tuple[FeedSight, ...]:
    """Each configured feed with its state, in the order of the config."""
    by_id = {state.feed_id: state for state in states}
    return tuple(FeedSight(feed, by_id.get(feed.id)) for feed in feeds)


def find_troubles(
    service: ServiceRecord | None,
    sights: Iterable[FeedSight],
    outbox: Mapping[DeliveryState, int],
    owed: Iterable[Delivery],
    now: datetime,
    problems: Iterable[FeedProblem] = (),
) -> tuple[str, ...]:
    """What an operator should look at, most urgent first; empty when all is well.

    ``owed`` are the deliveries that are pending or unknown, ``problems`` those of feeds that have not ended.
    """
    known = tuple(problems)
    listed = tuple(sights)
    return (
        *_service_troubles(service, now),
        *_outbox_troubles(outbox, owed, now),
        *(f"{problem.words} (since {_clock(problem.since)})" for problem in known if problem.feed_id is None),
        *_feed_troubles(listed),
        *_further_troubles(listed, known),
    )


def problem_of(state: FeedState, gap: Gap | None, now: datetime) -> tuple[ProblemKind, str] | None:
    """What is wrong with a feed now, the worst only, in words; None when nothing is.

    ``gap`` is its latest, while that counts.
    """
    if state.health.is_failing:
        if state.failures < FAILING_AFTER:
            return None
        return ProblemKind(state.health.value), f"failed {state.failures} times in a row: {state.reason}"
    if gap is not None and not _is_closed(gap):
        told = gap.closed_because or "older pages are being read"
        between = f"{_clock(gap.since)} and {_clock(gap.noticed_at)}"
        return ProblemKind.MISSED, f"may have missed items between {between}: {told}"
    silence = silent_for(state, now)
    if silence is not None and state.rhythm is not None:
        lengths = (say_duration(_rounded(silence)), say_duration(_rounded(state.rhythm.usual)))
        return ProblemKind.SILENT, "answers, but has given nothing new for {}; usual is {}".format(*lengths)
    if state.lost_entries:
        return ProblemKind.LOSING, f"{state.lost_entries} entries of its last document cannot be read"
    return None


def is_over(problem: FeedProblem, present: tuple[ProblemKind, str] | None, state: FeedState) -> bool:
    """Whether a problem that is open has ended; a first good poll after one or two bad ones is what ends a failure."""
    if present is not None and present[0] is problem.kind:
        return False
    still_failing = state.health.is_failing and problem.kind in FAILURES
    return not (still_failing and present is None)


FAILURES = frozenset(
    (
        *(ProblemKind.FAILING, ProblemKind.GONE, ProblemKind.MISSING, ProblemKind.BLOCKED),
        ProblemKind.RATE_LIMITED,
    )
)


def _is_closed(gap: Gap) -> bool:
    return gap.closed_because is not None and gap.closed_because.endswith("nothing is missing")


def _rounded(duration: timedelta) -> timedelta:
    """To a whole number of the largest unit that fits."""
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if duration >= unit:
            return round(duration / unit) * unit
    return timedelta(seconds=round(duration.total_seconds()))


def _service_troubles(service: ServiceRecord | None, now: datetime) -> Iterable[str]:
    if service is None:
        yield "the daemon has never run with this database"
        return
    if service.stopped_at is not None:
        yield f"the daemon was stopped at {_clock(service.stopped_at)}"
    elif now - service.beat_at > SILENT_AFTER:
        yield f"the daemon has given no sign of life since {_clock(service.beat_at)}"
    if service.rejected is not None:
        yield "the last reload was rejected, the former rules and config are in force: run 'watcher rules check'"


def _outbox_troubles(outbox: Mapping[DeliveryState, int], owed: Iterable[Delivery], now: datetime) -> Iterable[str]:
    dead = outbox.get(DeliveryState.DEAD, 0)
    if dead:
        yield f"{dead} deliver{'ies' if dead != 1 else 'y'} given up"
    late: dict[str, list[Delivery]] = {}
    for delivery in owed:
        if now - delivery.created_at > LATE_AFTER:
            late.setdefault(delivery.channel_id, []).append(delivery)
    for channel, deliveries in sorted(late.items()):
        reason = next((delivery.error for delivery in deliveries if delivery.error), "not tried yet")
        oldest = min(delivery.created_at for delivery in deliveries)
        yield f"channel {channel}: {len(deliveries)} owed since {_clock(oldest)}: {reason}"


def _feed_troubles(sights: tuple[FeedSight, ...]) -> Iterable[str]:
    failing = [sight for sight in sights if sight.is_failing]
    if failing and len(failing) == len(sights):
        yield f"every feed fails ({len(failing)}): is the network down?"
        return
    for sight in failing:
        assert sight.state is not None
        if sight.state.failures >= FAILING_AFTER:
            yield f"feed {sight.feed.id} failed {sight.state.failures} times in a row: {sight.state.reason}"


def _further_troubles(sights: tuple[FeedSight, ...], problems: tuple[FeedProblem, ...]) -> Iterable[str]:
    """The open problems of listed feeds that do answer."""
    listed = {sight.feed.id for sight in sights}
    for problem in problems:
        if problem.feed_id in listed and problem.kind not in FAILURES:
            yield f"feed {problem.feed_id} {problem.words}"


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
