"""When a delivery that failed is tried again. Pure: no I/O, no clock.

A dead letter is never thrown away: it stays in the outbox with its last error, is counted by ``watcher status``
and can be queued again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.model import SendResult

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
# A repeat disturbs people, so what may have arrived already is tried again more slowly than what surely has not.
FIRST_WAIT_BEFORE_A_REPEAT = timedelta(minutes=4)
LONGEST_WAIT_BEFORE_A_REPEAT = timedelta(hours=4)
JITTER = 0.25
GIVE_UP_AFTER = timedelta(days=3)  # counted in waits without jitter, see next_attempt


def next_attempt(attempts: int, now: datetime, result: SendResult, jitter: float) -> datetime | None:
    """Return when to try again after ``attempts`` tries, the last with ``result``; None makes a dead letter.

    ``jitter`` in 0..1 stretches the wait by up to a quarter, so that many channels do not come back at once.
    Three days are counted in waits, not on the calendar: time in which Watcher itself was down is not held
    against a delivery.
    """
    if result.ok or result.permanent or attempts >= MOST_ATTEMPTS:
        return None
    if result.possible_repeat:
        wait = _doubled(FIRST_WAIT_BEFORE_A_REPEAT, LONGEST_WAIT_BEFORE_A_REPEAT, attempts)
    else:
        wait = _doubled(FIRST_WAIT, LONGEST_WAIT, attempts)
    return now + wait * (1 + JITTER * jitter)


def _doubled(first: timedelta, longest: timedelta, attempts: int) -> timedelta:
    """``first`` after one attempt, twice that after two, and so on up to ``longest``."""
    doublings = min(max(attempts - 1, 0), 16)  # enough to reach any cap; 2 ** 1000 would overflow a timedelta
    return min(first * (1 << doublings), longest)


def _attempts_within(span: timedelta) -> int:
    """How many attempts it takes until the waits between them add up to ``span``."""
    attempts, waited = 1, timedelta()
    while waited < span:
        waited += _doubled(FIRST_WAIT, LONGEST_WAIT, attempts)
        attempts += 1
    return attempts


MOST_ATTEMPTS = _attempts_within(GIVE_UP_AFTER)
