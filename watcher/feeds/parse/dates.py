"""From what feedparser and JSON Feeds make of a date to a moment. Whether it can be believed, items says. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from watcher.feeds.parse import moments  # noqa: F401  teaches feedparser to read more dates


def from_struct(moment: Any) -> datetime | None:
    """feedparser's nine numbers, which are UTC, as a datetime; None for a missing date or one of no calendar."""
    if moment is None:
        return None
    try:
        year, month, day, hour, minute, second = moment[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def from_rfc3339(text: Any) -> datetime | None:
    """A JSON Feed's date (RFC 3339; UTC if it names no zone); None for a missing or unreadable one."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
