"""When things are told to have happened: days counted from an item's date, and paragraphs that tell history. Pure.

What the words of a language mean stands with its grammar; what a month or a week ago is in days stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

_YEARS: Final = range(1900, 2200)  # an item dated elsewhere has no date to count from


@dataclass(frozen=True, slots=True)
class Time:
    """When: days ``earliest`` to ``latest``; ``day`` when the text names exactly one. ``since``: a span up to now.

    ``hour``: only a time of day ("at dawn"); ``duration``: how long, no when. Both have no days.
    ``anchored``: counted from another date in the text ("a day earlier").
    """

    words: str
    earliest: date | None = None
    latest: date | None = None
    since: bool = False
    hour: bool = False
    duration: bool = False
    anchored: bool = False

    @property
    def day(self) -> date | None:
        return self.earliest if self.earliest == self.latest else None


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Tokens ``first`` up to ``last`` say ``time``."""

    first: int
    last: int
    time: Time


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the sentence stands: in the title, in the lead; the item's date; the days that still count as news."""

    in_title: bool
    in_lead: bool
    question: bool
    today: date | None
    recency_days: int
    history: str = ""  # the words that took the paragraph back in time, if it tells history


@dataclass(frozen=True, slots=True)
class History:
    """A paragraph that has gone back in time, and the words that took it there."""

    paragraph: int
    words: str


def go_back(
    paragraph: int, spans: Sequence[TimeSpan], today: date | None, recency_days: int, before: History | None
) -> History | None:
    """Whether the paragraph tells history: since an old date at the head of a sentence, until a fresh one.

    The first paragraph is news, whatever it recalls.
    """
    if paragraph <= 0 or today is None:
        return None
    oldest_news = today - timedelta(days=recency_days)
    dated = [(span, span.time.latest) for span in spans if span.time.latest is not None and not span.time.since]
    if any(latest >= oldest_news for _, latest in dated):
        return None
    if dated and dated[0][0].first <= 1:
        return History(paragraph, dated[0][0].time.words)
    return before if before is not None and before.paragraph == paragraph else None


def last_day(spans: Sequence[TimeSpan], before: date | None) -> date | None:
    """The day that "a year later" counts from: the last one that was named."""
    return next((span.time.latest for span in reversed(spans) if span.time.latest is not None), before)


def safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def item_day(published_at: datetime | None) -> date | None:
    """The day that an item's relative dates count from."""
    return published_at.date() if published_at is not None and published_at.year in _YEARS else None
