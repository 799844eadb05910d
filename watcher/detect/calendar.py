"""When things are told to have happened: days counted from an item's date, and paragraphs that tell history. Pure.

What the words of a language mean stands with its grammar; what a month or a week ago is in days stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

_NEWS_DAYS: Final = 3  # days that news without a date may be old
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


class Days:
    """Days counted from the item's date ``today``, which is None when unknown: then nothing has days."""

    def __init__(self, today: date | None) -> None:
        self.today = today

    def days(self, earliest: int, latest: int | None = None) -> Time:
        """Days counted back from the item's date."""
        if self.today is None:
            return Time("", None, None)
        return Time(
            "",
            self.today - timedelta(days=earliest),
            self.today - timedelta(days=earliest if latest is None else latest),
        )

    def month(self, year: int | None, month: int, day: int | None, *, last: bool) -> Time:
        if year is None:
            if self.today is None:
                return Time("")
            year = self.today.year
            first = safe_date(year, month, day or 1)
            if (
                first is not None
                and (first > self.today + timedelta(days=30) or (last and (month >= self.today.month)))
            ) or (first is not None and first > self.today and day is None):
                year -= 1
        earliest = safe_date(year, month, day or 1)
        if earliest is None:
            return Time("")
        if day is not None:
            return Time("", earliest, earliest)
        following = safe_date(year + month // 12, month % 12 + 1, 1)
        latest = following - timedelta(days=1) if following else earliest
        return Time("", earliest, self.coarse(earliest, latest))

    def coarse(self, earliest: date, latest: date) -> date:
        """The end of a span that is too wide to date news: who tells news in its own month names the day."""
        if self.today is None or latest < self.today - timedelta(days=_NEWS_DAYS):
            return latest
        return max(earliest, min(latest, self.today - timedelta(days=_NEWS_DAYS + 1)))

    def whole_year(self, year: int) -> Time:
        latest = date(year, 12, 31)
        if self.today is not None and latest >= self.today:
            latest = max(date(year, 1, 1), self.today - timedelta(days=5))
        return Time("", date(year, 1, 1), latest)

    def last_week(self) -> Time:
        if self.today is None:
            return Time("")
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        return Time("", monday, min(monday + timedelta(days=6), self.today - timedelta(days=4)))


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
