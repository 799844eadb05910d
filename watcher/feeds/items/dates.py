"""Whether a publisher's date can be believed. Pure.

Dates are for showing, and for reading "on Wednesday" in a text; they never decide what is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

EARLIEST_YEAR = 1990  # before the first news feeds: an epoch, a zero date or a number misread as a year
AHEAD = timedelta(days=1)  # a date may lie so far ahead by a zone that was not named; more is a mistake


def believed(moment: datetime | None, now: datetime) -> datetime | None:
    """The date of an item that is seen now: none before 1990 or far ahead, and never later than now."""
    if moment is None or moment.year < EARLIEST_YEAR or moment > now + AHEAD:
        return None
    return min(moment, now)


def odd_dates(moments: Iterable[datetime | None], now: datetime) -> tuple[str, ...]:
    """What is to be told of dates that are not believed as they stand."""
    told = [moment for moment in moments if moment is not None]
    old = sum(moment.year < EARLIEST_YEAR for moment in told)
    ahead = sum(moment > now for moment in told)
    notes = [f"{_entries(old)} dated before {EARLIEST_YEAR}: that is left out"] if old else []
    notes += [f"{_entries(ahead)} dated in the future: taken as seen, now"] if ahead else []
    return tuple(notes)


def _entries(number: int) -> str:
    return f"{number} {'entry is' if number == 1 else 'entries are'}"
