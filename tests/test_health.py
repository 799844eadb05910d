"""What an operator is told to look at, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.health import find_troubles, match_states, problem_of
from watcher.model import (
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    DigestId,
    Feed,
    FeedHealth,
    FeedId,
    FeedProblem,
    FeedState,
    Gap,
    Message,
    ProblemKind,
    Rhythm,
    ServiceRecord,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WELL = ServiceRecord(pid=1, started_at=NOW - 60 * MINUTE, beat_at=NOW, rules_version="r", config_version="c")


def _failing(feed: Feed, failures: int) -> FeedState:
    return FeedState(
        feed.id, NOW, failures=failures, health=FeedHealth.FAILING, reason="timeout: no answer in 30 seconds"
    )


def _owed(age: timedelta, error: str | None = None) -> Delivery:
    return Delivery(
        id=DeliveryId("d"),
        digest_id=DigestId("g"),
        channel_id=ChannelId("mail"),
        message=Message("s", "t", "h"),
        state=DeliveryState.PENDING,
        attempts=1,
        created_at=NOW - age,
        next_attempt_at=NOW,
        error=error,
    )


def test_all_is_well(wire: Feed) -> None:
    fine = FeedState(wire.id, NOW, health=FeedHealth.OK)

    assert find_troubles(WELL, match_states([wire], [fine]), {}, [_owed(MINUTE)], NOW) == ()


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (None, "the daemon has never run with this database"),
        (replace(WELL, stopped_at=NOW - MINUTE), "the daemon was stopped at 2026-03-01 11:59 UTC"),
        (
            replace(WELL, beat_at=NOW - 10 * MINUTE),
            "the daemon has given no sign of life since 2026-03-01 11:50 UTC",
        ),
        (
            replace(WELL, rejected="rules/watches.yaml:3:1: …"),
            "the last reload was rejected, the former rules and config are in force: run 'watcher rules check'",
        ),
    ],
)
def test_a_daemon_that_does_not_work_is_told(service: ServiceRecord | None, expected: str) -> None:
    assert find_troubles(service, (), {}, (), NOW) == (expected,)


def test_a_feed_that_failed_twice_will_be_back(wire: Feed) -> None:
    other = replace(wire, id=FeedId("other"))
    sights = match_states([wire, other], [_failing(wire, 2), FeedState(other.id, NOW, health=FeedHealth.OK)])

    assert find_troubles(WELL, sights, {}, (), NOW) == ()


def test_a_feed_that_goes_on_failing_is_told_with_its_reason(wire: Feed) -> None:
    other = replace(wire, id=FeedId("other"))
    sights = match_states([wire, other], [_failing(wire, 3), FeedState(other.id, NOW, health=FeedHealth.OK)])

    assert find_troubles(WELL, sights, {}, (), NOW) == (
        "feed wire failed 3 times in a row: timeout: no answer in 30 seconds",
    )


def test_when_every_feed_fails_it_is_one_trouble(wire: Feed) -> None:
    other = replace(wire, id=FeedId("other"))
    sights = match_states([wire, other], [_failing(wire, 1), _failing(other, 9)])

    assert find_troubles(WELL, sights, {}, (), NOW) == ("every feed fails (2): is the network down?",)


def test_what_is_owed_for_long_is_told_by_channel(wire: Feed) -> None:
    late = [_owed(16 * MINUTE), _owed(20 * MINUTE, "451 try later")]

    assert find_troubles(WELL, (), {}, late, NOW) == ("channel mail: 2 owed since 2026-03-01 11:40 UTC: 451 try later",)


def test_dead_letters_are_counted() -> None:
    assert find_troubles(WELL, (), {DeliveryState.DEAD: 1}, (), NOW) == ("1 delivery given up",)
    assert find_troubles(WELL, (), {DeliveryState.DEAD: 2}, (), NOW) == ("2 deliveries given up",)


# --- feeds that answer, and are not well all the same --------------------------------------------------------------

HOUR = 60 * MINUTE
GAP = Gap(1, FeedId("wire"), NOW - HOUR, NOW, None, closed_because="the feed offers no older page")


@pytest.mark.parametrize(
    ("changes", "gap", "expected"),
    [
        ({}, None, None),
        ({"health": FeedHealth.GONE, "failures": 2}, None, None),
        (
            {"health": FeedHealth.GONE, "failures": 3, "reason": "gone: HTTP 410"},
            GAP,
            (ProblemKind.GONE, "failed 3 times in a row: gone: HTTP 410"),
        ),
        (
            {},
            GAP,
            (
                ProblemKind.MISSED,
                (
                    "may have missed items between 2026-03-01 11:00 UTC and 2026-03-01 12:00 UTC: "
                    "the feed offers no older page"
                ),
            ),
        ),
        ({}, replace(GAP, closed_because="older page 2 holds items known before: nothing is missing"), None),
        (
            {"rhythm": Rhythm(HOUR, 2 * HOUR, 30), "last_item_at": NOW - 14 * HOUR},
            None,
            (ProblemKind.SILENT, "answers, but has given nothing new for 14 hours; usual is 1 hour"),
        ),
        ({"lost_entries": 2}, None, (ProblemKind.LOSING, "2 entries of its last document cannot be read")),
    ],
)
def test_what_is_wrong_with_a_feed(
    wire: Feed, changes: dict[str, Any], gap: Gap | None, expected: tuple[ProblemKind, str] | None
) -> None:
    state = replace(FeedState(wire.id, NOW, health=FeedHealth.OK), **changes)

    assert problem_of(state, gap, NOW) == expected


def test_open_problems_of_feeds_that_answer_are_troubles(wire: Feed) -> None:
    fine = match_states([wire], [FeedState(wire.id, NOW, health=FeedHealth.OK)])
    silent = FeedProblem(1, wire.id, ProblemKind.SILENT, "answers, but has given nothing new", NOW)
    failing = FeedProblem(2, wire.id, ProblemKind.FAILING, "is told from its state already", NOW)
    outage = FeedProblem(3, None, ProblemKind.OUTAGE, "no host answers any more", NOW)

    assert find_troubles(WELL, fine, {}, (), NOW, [silent, failing, outage]) == (
        "no host answers any more (since 2026-03-01 12:00 UTC)",
        "feed wire answers, but has given nothing new",
    )
