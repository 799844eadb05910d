"""Whether a feed's date can be believed. Pure.

Dates are for showing, and for reading "on Wednesday" in a text; they never decide what is new.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

EARLIEST_YEAR = 1990  # before the first news feeds: an epoch, a zero date or a number misread as a year


def from_struct(moment: Any) -> datetime | None:
    """feedparser's nine numbers, which are UTC, as a datetime; None for a missing or absurd date."""
    if moment is None:
        return None
    try:
        year, month, day, hour, minute, second = moment[:6]
        return believable(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except (TypeError, ValueError):
        return None


def from_rfc3339(text: Any) -> datetime | None:
    """A JSON Feed's date (RFC 3339; UTC if it names no zone); None for a missing, unreadable or absurd one."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return believable(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def believable(moment: datetime) -> datetime | None:
    return moment if moment.year >= EARLIEST_YEAR else None
