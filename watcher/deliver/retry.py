"""When a delivery that failed is tried again, and how long its channel rests. Pure: no I/O, no clock.

A dead letter is never thrown away: it stays in the outbox with its last error, is counted by ``watcher status``, told
on another channel, and can be queued again (``watcher outbox retry``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.model import SendResult

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
# A repeat disturbs people, so what may have arrived already waits longer, and is repeated once.
WAIT_BEFORE_A_REPEAT = timedelta(minutes=4)
MOST_UNANSWERED = 2
JITTER = 0.25
GIVE_UP_AFTER = timedelta(days=3)  # counted in waits without jitter, see next_attempt


def next_attempt(attempts: int, unanswered: int, now: datetime, result: SendResult, jitter: float) -> datetime | None:
    """Return when to try again after ``attempts`` tries, the last with ``result``; None makes a dead letter.

    ``unanswered`` counts the tries before that the channel may have taken without saying so: the second one is the
    last. ``jitter`` in 0..1 stretches the wait by up to a quarter, so that many channels do not come back at once.
    Three days are counted in waits, not on the calendar: time in which Watcher itself was down is not held against a
    delivery.
    """
    if result.ok or result.permanent or attempts >= MOST_ATTEMPTS:
        return None
    if result.possible_repeat:
        return None if unanswered + 1 >= MOST_UNANSWERED else now + _stretched(WAIT_BEFORE_A_REPEAT, jitter)
    return now + _stretched(_doubled(attempts), jitter)


def rest_until(failures: int, now: datetime, jitter: float) -> datetime:
    """Return until when a channel rests that failed ``failures`` times in a row: it is asked once, not once per row."""
    return now + _stretched(_doubled(failures), jitter)


def _stretched(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + JITTER * jitter)


def _doubled(tries: int) -> timedelta:
    """The first wait after one try, twice that after two, and so on up to the longest."""
    doublings = min(max(tries - 1, 0), 16)  # enough to reach the cap; 2 ** 1000 would overflow a timedelta
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _attempts_within(span: timedelta) -> int:
    """How many attempts it takes until the waits between them add up to ``span``."""
    attempts, waited = 1, timedelta()
    while waited < span:
        waited += _doubled(attempts)
        attempts += 1
    return attempts


MOST_ATTEMPTS = _attempts_within(GIVE_UP_AFTER)
