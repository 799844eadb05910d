"""Is everything well? One list of what is not, for ``watcher status``. Pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.model import Delivery, DeliveryState, Feed, FeedHealth, FeedState, ServiceRecord

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
        return self.state is not None and self.state.health is FeedHealth.FAILING


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
) -> tuple[str, ...]:
    """What an operator should look at, most urgent first; empty when all is well.

    ``owed`` are the deliveries that are pending or unknown.
    """
    return (
        *_service_troubles(service, now),
        *_outbox_troubles(outbox, owed, now),
        *_feed_troubles(tuple(sights)),
    )


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


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
