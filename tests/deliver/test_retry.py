from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.deliver.retry import GIVE_UP_AFTER, next_attempt, rest_until
from watcher.model import SendResult

NOW = datetime(2024, 12, 1, 3, 0, tzinfo=UTC)
TEMPORARY = SendResult(ok=False, detail="451 try later")
UNKNOWN = SendResult(ok=False, detail="no answer", possible_repeat=True)
PERMANENT = SendResult(ok=False, permanent=True, detail="550 no such user")


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960), (7, 1800), (8, 1800), (100, 1800)],
)
def test_the_wait_doubles_from_30_seconds_up_to_30_minutes(attempts: int, seconds: int) -> None:
    assert next_attempt(attempts, 0, NOW, TEMPORARY, 0.0) == NOW + timedelta(seconds=seconds)


def test_what_may_have_arrived_waits_longer_and_is_repeated_once() -> None:
    assert next_attempt(1, 0, NOW, UNKNOWN, 0.0) == NOW + timedelta(minutes=4)
    assert next_attempt(9, 0, NOW, UNKNOWN, 0.0) == NOW + timedelta(minutes=4)
    assert next_attempt(2, 1, NOW, UNKNOWN, 0.0) is None


def test_a_marked_repeat_that_surely_did_not_arrive_is_tried_again() -> None:
    assert next_attempt(2, 1, NOW, TEMPORARY, 0.0) == NOW + timedelta(minutes=1)


def test_a_channel_rests_the_longer_the_more_often_it_failed() -> None:
    assert [(rest_until(failures, NOW, 0.0) - NOW).total_seconds() for failures in (1, 2, 3, 50)] == [30, 60, 120, 1800]


def test_jitter_stretches_the_wait_by_up_to_a_quarter() -> None:
    assert next_attempt(1, 0, NOW, TEMPORARY, 0.5) == NOW + timedelta(seconds=33.75)
    assert next_attempt(1, 0, NOW, TEMPORARY, 1.0) == NOW + timedelta(seconds=37.5)


@pytest.mark.parametrize("attempts", [1, 2, 50])
def test_a_permanent_failure_is_a_dead_letter_at_once(attempts: int) -> None:
    assert next_attempt(attempts, 0, NOW, PERMANENT, 0.5) is None


def test_what_was_sent_is_not_tried_again() -> None:
    assert next_attempt(1, 0, NOW, SendResult(ok=True), 0.5) is None


@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_a_temporary_failure_is_given_up_only_after_three_days(jitter: float) -> None:
    now, attempts = NOW, 1
    while (then := next_attempt(attempts, 0, now, TEMPORARY, jitter)) is not None:
        now, attempts = then, attempts + 1

    assert GIVE_UP_AFTER <= now - NOW <= timedelta(days=4)


@given(attempts=st.integers(0, 10**9), jitter=st.floats(0, 1), possible_repeat=st.booleans())
def test_any_number_of_attempts_gives_a_later_moment_or_none(
    attempts: int, jitter: float, possible_repeat: bool
) -> None:
    then = next_attempt(attempts, 0, NOW, SendResult(ok=False, possible_repeat=possible_repeat), jitter)

    assert then is None or NOW < then <= NOW + timedelta(hours=5)
