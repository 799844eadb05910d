"""Time expressions, resolved against the item's date: weekdays, dates, "last month", "four years ago". Pure."""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from watcher.detect.calendar import Time, TimeSpan, safe_date
from watcher.detect.english.dates import ENDS, ORDINALS, DateReader
from watcher.detect.english.words import INDEFINITE, MONTHS, NUMBERS, PARTS_OF_DAY, SEASONS, WEEKDAYS
from watcher.detect.text import Token

_UNITS: Final = {
    "day": 1,
    "days": 1,
    "week": 7,
    "weeks": 7,
    "month": 30,
    "months": 30,
    "year": 365,
    "years": 365,
    "summers": 365,
    "winters": 365,
    "decade": 3650,
    "decades": 3650,
    "weekend": 7,
    "weekends": 7,
    "fortnight": 14,
}
_HOURS: Final = frozenset(("hour", "hours", "minute", "minutes", "moments", "moment"))
_LEADS: Final = frozenset(
    [
        "on",
        "at",
        "in",
        "by",
        "over",
        "during",
        "early",
        "late",
        "since",
        "until",
        "till",
        "from",
        "around",
        "about",
        "of",
        "the",
        "mid",
        "earlier",
        "later",
        "before",
        "after",
        "towards",
        "for",
        "within",
        "through",
        "this",
        "last",
        "next",
        "past",
        "previous",
    ]
)
_SHORT_HISTORY: Final = 30  # days
_NEWS_DAYS: Final = 3  # days that news without a date may be old
_PHASES: Final = frozenset(("days", "weeks", "day", "week", "stages", "phase", "months"))
_CAMPAIGNS: Final = frozenset(
    ("offensive", "campaign", "battle", "operation", "war", "assault", "conflict", "uprising")
)


_STARTERS: Final = (
    {"today", "tonight", "this", "yesterday", "last", "overnight", "tomorrow", "past", "previous", "same", "weekend"}
    | {"week", "month", "year", "decade", "century", "recent", "coming", "next", "hours"}
    | set(WEEKDAYS)
    | set(MONTHS)
    | set(NUMBERS)
    | set(INDEFINITE)
    | set(ORDINALS)
    | set(ENDS)
    | {"initial"}
    | _HOURS
    | SEASONS
    | PARTS_OF_DAY
    | set(_UNITS)
)


class _Reader(DateReader):
    """Reads the times of one sentence; ``today`` is the item's date, None when unknown."""

    def read(self) -> list[TimeSpan]:
        spans: list[TimeSpan] = []
        end = 0
        for index in [at for at, word in enumerate(self.norms) if word in _STARTERS or word[:1].isdigit()]:
            found = self.at(index) if index >= end else None
            if found is None:
                continue
            end, time = found
            first = index
            while first > 0 and self.word(first - 1) in _LEADS and not (spans and spans[-1].last >= first):
                first -= 1
            if self.word(first) == "of" and self.word(first - 1) == "as":
                first -= 1  # as of Sunday
            lead = self.norms[first:index]
            if "since" in lead or "from" in lead:
                time = Time(time.words, time.earliest, time.latest, since=True)
            if "earlier" in lead and self.word(index) in {"week", "month", "year"} and self.today:
                time = self._earlier_this(time, self.word(index))
            words = " ".join(self.norms[first:end])
            time = Time(words, time.earliest, time.latest, time.since, time.hour, time.duration, time.anchored)
            while first < index and self.word(first) in {"of", "the", "before", "after", "for", "about", "from"}:
                if self.word(first) in {"before", "after"}:
                    break
                first += 1
            spans.append(TimeSpan(first, end, time))
            if time.latest is not None:
                self.anchor = time.latest
        return spans

    def _earlier_this(self, time: Time, unit: str) -> Time:
        assert self.today is not None
        if unit == "week":
            return time
        return Time(time.words, time.earliest, self.today - timedelta(days=4))

    def at(self, index: int) -> tuple[int, Time] | None:
        return (
            self._part_of_month(index)
            or self._phase(index)
            or self._relative(index)
            or self._weekday(index)
            or self._date(index)
            or self._ago(index)
            or self._named(index)
            or self._year(index)
            or self._hour(index)
            or self._duration(index)
        )

    def _relative(self, index: int) -> tuple[int, Time] | None:
        word, following = self.word(index), self.word(index + 1)
        if word in {"today", "tonight"} or (word == "this" and following in PARTS_OF_DAY):
            return index + (2 if word == "this" else 1), self.days(0)
        if word == "yesterday" or (word == "last" and following in {"night", "evening"}):
            end = index + (2 if word == "last" or following in PARTS_OF_DAY else 1)
            return end, self.days(1)
        if word == "overnight":
            return index + 1, self.days(1, 0)
        if word == "tomorrow":
            return index + 1, self.days(-1)
        if (
            word in {"past", "last", "previous"}
            and self.number(index + 1) is not None
            and self.word(index + 2) in (_HOURS | set(_UNITS))
        ):
            unit = self.word(index + 2)
            amount = self.number(index + 1) or 1
            back = 1 if unit in _HOURS else amount * _UNITS[unit]
            return index + 3, self.days(back, 0)
        if word == "past" and following in _UNITS and self.word(index + 2) != "of":
            length = _UNITS[following]
            return index + 2, self.days(length, 0 if length < 7 else min(length // 2, 31))  # noqa: PLR2004  a week
        if word in {"past", "last"} and following in {"hours", "days"} and self.word(index + 2) != "of":
            return index + 2, self.days(2, 0)
        ends = self.word(index + 2) in {",", ".", "", "and", "but", "that"}
        if word == "day" and following == "before" and self.word(index - 1) == "the" and ends:
            day = self.anchor or self.today  # the day before
            return index + 2, Time("", day and day - timedelta(days=1), day and day - timedelta(days=1), anchored=True)
        if word == "same" and following == "day":
            return index + 2, Time("", self.anchor, self.anchor, anchored=True)
        return None

    def _weekday(self, index: int) -> tuple[int, Time] | None:
        number = WEEKDAYS.get(self.word(index))
        if number is None or not self.tokens[index].capital:
            return None
        end = index + 1
        if self.word(end) in PARTS_OF_DAY or self.word(end) == "last":
            end += 1
        if (
            self.is_month(end)
            or (self.word(end) == "," and (self.is_month(end + 1) or self.is_month(end + 2)))
            or self.is_month(end + 1)
        ):
            dated = self._date(end + (self.word(end) == ","))
            if dated is not None:
                return dated
        if self.today is None:
            return end, Time("")
        day = self.today - timedelta(days=(self.today.weekday() - number) % 7)
        before = self.word(index - 1)
        if before == "next" or self.word(index - 2) == "next":
            day += timedelta(days=7)
        elif before == "last" and day == self.today:
            day -= timedelta(days=7)
        if self.word(end) == "before" and self.word(end + 1) in {"that", "last"}:
            end += 2
            if self.anchor is not None:
                day = self.anchor - timedelta(days=((self.anchor.weekday() - number - 1) % 7) + 1)
        if (self.word(end) == "week" and before == "last") or (
            self.word(end),
            self.word(end + 1),
            self.word(end + 2),
        ) == ("of", "last", "week"):
            day -= timedelta(days=7)
            end += 3 if self.word(end) == "of" else 1
        return end, Time("", day, day)

    def _ago(self, index: int) -> tuple[int, Time] | None:
        """Four years ago, a day earlier, more than a year after (history), two days into."""
        amount = self.number(index)
        if amount is None:
            return None
        unit_at = index + 1
        while (
            self.word(unit_at) in {"and", "a", "half", "of", "long", "more", "full", "or", "three", "two", "few"}
            and unit_at < index + 4
        ):
            unit_at += 1
        unit = self.word(unit_at)
        if self.word(unit_at + 1) == "and" and self.word(unit_at + 3) == "half":
            unit_at += 3
        after = self.word(unit_at + 1)
        if unit in _HOURS and after in {"ago", "earlier", "before", "later", "after"}:
            if after in {"later", "after"}:
                return unit_at + 1, Time("", hour=True)
            return unit_at + 2, self.days(1 if amount > 12 else 0, 0)  # noqa: PLR2004  half a day
        if unit not in _UNITS:
            return None
        length = amount * _UNITS[unit]
        if after == "ago":
            end = unit_at + 2
            if self.word(end) == "on" and self.word(end + 1) in WEEKDAYS:
                return end + 2, self._exactly(amount, unit, length, self.word(end + 1))
            if self.word(end) == "today":
                return end + 1, self._exactly(amount, unit, length, "")
            if length < 7:  # noqa: PLR2004  days are counted exactly
                return end, self.days(length)
            return end, self.days(length + length // 4, length - length // 4)
        if after in {"earlier", "previously"} or (after == "before" and self.word(unit_at + 2) in {"that", ".", ","}):
            end = unit_at + 2 + (self.word(unit_at + 2) == "that")
            anchor = self.anchor or self.today
            if anchor is None:
                return end, Time("")
            day = anchor - timedelta(days=length)
            return end, Time("", day, day, anchored=True)
        if after == "later":
            if self.anchor is None or self.today is None:
                return unit_at + 2, Time("", duration=True)
            day = min(self.anchor + timedelta(days=length), self.today)
            return unit_at + 2, Time("", day - timedelta(days=length // 4), day, anchored=True)
        if after == "on" and self.word(unit_at + 2) == ",":
            return unit_at + 2, Time("", duration=True)
        if after in {"after", "since"}:
            if length > _SHORT_HISTORY // 2:
                return unit_at + 1, self.days(length * 2, length)
            if after == "after" and length <= _NEWS_DAYS:
                return unit_at + 1, Time("", hour=True)  # two days after its loss
            return unit_at + 1, Time("", duration=True)
        return None

    def _exactly(self, amount: int, unit: str, length: int, weekday: str) -> Time:
        """A year ago on Wednesday: the day of the item that is this Wednesday, years back."""
        if self.today is None:
            return Time("")
        near = self.today - timedelta(days=(self.today.weekday() - WEEKDAYS.get(weekday, self.today.weekday())) % 7)
        if unit.startswith("year"):
            day = safe_date(near.year - amount, near.month, near.day) or near - timedelta(days=length)
            return Time("", day, day)
        day = near - timedelta(days=length)
        return Time("", day, day)

    def _named(self, index: int) -> tuple[int, Time] | None:
        """Last week, this month, next year, the weekend, the summer of 2012."""
        word = self.word(index)
        before = self.word(index - 1)
        if word == "weekend" and before in {"a", "one"}:
            return index + 1, Time("", duration=True)
        if word == "weekend":
            if self.today is None:
                return index + 1, Time("")
            if before == "next" or self.word(index - 2) == "next":
                return index + 1, self.days(-7)
            sunday = self.today - timedelta(days=(self.today.weekday() + 1) % 7)
            if self.today.weekday() == 5:  # noqa: PLR2004  Saturday
                sunday = self.today
            if before == "last" and (self.today - sunday).days < 1:
                sunday -= timedelta(days=7)
            return index + 1, Time("", sunday - timedelta(days=1), sunday)
        if before in {"last", "previous", "this", "next"} and word in {
            "week",
            "month",
            "year",
            "decade",
            "century",
            *SEASONS,
        }:
            end = index + 1
            if before == "this":
                part = self.word(index - 3) if self.word(index - 2) == "of" else self.word(index - 2)
                return end, self._this(word, part)
            if before == "next":
                if self.word(index - 2) == "the":
                    return end, Time("", duration=True)
                return end, self.days(-30, -1)
            length = _UNITS.get(word, 365)
            if word == "week":
                return end, self.last_week()
            return end, self.days(length * 2, min(length // 3, 30) + 4)
        if word == "month" and before == "the" and self.word(index - 2) == "of" and self.word(index - 3) in ENDS:
            return index + 1, self._this(word, self.word(index - 3))
        if word in SEASONS and (self.word(index + 1) == "of" and self.year(index + 2)):
            return index + 3, self.whole_year(self.year(index + 2) or 0)
        lead = self.word(index - 2)
        if (
            word in SEASONS
            and word != "fall"
            and (before == "that" or (before == "the" and lead in {"over", "during", "in"}))
        ):
            return index + 1, self.days(3650, 60)
        if word == "recent" and self.word(index + 1) in {"days", "hours"}:
            return index + 2, self.days(6, 0)
        if word in {"coming", "next"} and self.word(index + 1) in {"days", "weeks", "hours", "months"}:
            return index + 2, self.days(-30, -1)
        return None

    def _part_of_this_month(self, part: str) -> Time:
        """Early this month, at the beginning of the month, this month."""
        assert self.today is not None
        first, last = ENDS.get(part, (1, 31))
        start = self.today.replace(day=1)
        earliest = start + timedelta(days=first - 1)
        latest = self.coarse(earliest, start + timedelta(days=last - 1)) if part in ENDS else self.today
        return Time("", min(earliest, self.today), min(latest, self.today))

    def _phase(self, index: int) -> tuple[int, Time] | None:
        """The opening days of the offensive: some time ago."""
        if self.word(index) not in {"opening", "first", "early", "initial"} or self.word(index + 1) not in _PHASES:
            return None
        if self.word(index + 2) != "of" or self.word(index + 4) not in _CAMPAIGNS:
            return None
        return index + 5, self.days(365, _NEWS_DAYS + 1)

    def _this(self, word: str, part: str = "") -> Time:
        if self.today is None:
            return Time("")
        if word == "week":
            return self.days(self.today.weekday(), 0)
        if word == "month":
            return self._part_of_this_month(part)
        return Time("", self.today.replace(month=1, day=1), self.today - timedelta(days=5))

    def _hour(self, index: int) -> tuple[int, Time] | None:
        word, before = self.word(index), self.word(index - 1)
        if word in _HOURS and self.word(index + 1) == "after":
            return index + 1, Time("", hour=True)  # hours after they left
        if (
            word in PARTS_OF_DAY
            and word != "hours"
            and before in {"at", "by", "before", "after", "around", "the", "in", "early", "this"}
        ):
            if before == "this":
                return index + 1, self.days(0)
            return index + 1, Time("", hour=True)
        if word == "hours" and before in {"early", "within", "small", "of"}:
            return index + 1, Time("", hour=True)
        return None

    def _duration(self, index: int) -> tuple[int, Time] | None:
        if self.word(index - 1) not in {"for", "lasted", "than", "in", "over", "after"}:
            return None
        end = index + (self.number(index) is not None)
        if self.word(end) in _UNITS and self.word(end) != "weekend":
            return end + 1, Time("", duration=True)
        return None


def read_times(tokens: Sequence[Token], today: date | None, anchor: date | None) -> list[TimeSpan]:
    """The time expressions of a sentence. ``anchor`` is the last day named before it."""
    return _Reader(tokens, today, anchor).read()
