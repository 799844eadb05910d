"""Dates of the calendar in a text: days, months and years, and parts of a month. Pure; the base of ``times``."""

# ruff: noqa: C901  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from watcher.detect.calendar import Days, Time
from watcher.detect.english.words import INDEFINITE, MONTHS, NUMBERS
from watcher.detect.text import Token

ORDINALS: Final = {"first": 1, "opening": 1, "second": 2, "third": 3, "fourth": 4, "last": 5, "final": 5, "closing": 5}
_PARTS_OF_MONTH: Final = frozenset(("week", "weeks", "half", "days", "weekend", "third"))
ENDS: Final = {
    "start": (1, 7),
    "beginning": (1, 10),
    "early": (1, 10),
    "middle": (10, 20),
    "mid": (10, 20),
    "end": (25, 31),
    "late": (20, 31),
}
_YEARS: Final = range(1000, 2100)


class DateReader(Days):
    """Reads the dates of one sentence; ``today`` is the item's date, None when unknown."""

    def __init__(self, tokens: Sequence[Token], today: date | None, anchor: date | None) -> None:
        self.tokens = tokens
        self.norms = [token.norm for token in tokens]
        super().__init__(today)
        self.anchor = anchor

    def word(self, index: int) -> str:
        return self.norms[index] if 0 <= index < len(self.norms) else ""

    def number(self, index: int) -> int | None:
        word = self.word(index)
        if word.isdecimal() and len(word) <= 4:  # noqa: PLR2004  up to a year
            return int(word)
        return NUMBERS.get(word, INDEFINITE.get(word))

    def is_month(self, index: int) -> bool:
        return self.word(index) in MONTHS and self.tokens[index].capital

    def year(self, index: int) -> int | None:
        word = self.word(index)
        return int(word) if len(word) == 4 and word.isdecimal() and int(word) in _YEARS else None  # noqa: PLR2004

    def _date(self, index: int) -> tuple[int, Time] | None:
        """8 June, June 8, 8th of June 2016, June 2016, mid-July, June."""
        start = index
        day = None
        word = self.word(index)
        digits = word.rstrip("stndrh")
        if (
            digits.isdecimal()
            and len(digits) <= 2  # noqa: PLR2004  a day of the month
            and (word == digits or word[len(digits) :] in {"st", "nd", "rd", "th"})
        ):
            after = index + 1 + (self.word(index + 1) == "of")
            if self.is_month(after):
                day = int(digits)
                index = after
        if not self.is_month(index):
            return None
        month = MONTHS[self.word(index)]
        end = index + 1
        if self.word(end) == "." and end + 1 < len(self.norms):
            end += 1
        following = self.word(end)
        number = following.rstrip("stndrh")
        if day is None and number.isdecimal() and len(number) <= 2 and self.word(end + 1) not in {"per", "%", "km"}:  # noqa: PLR2004
            day = int(number)
            end += 1
        year_at = end + (self.word(end) == "," and self.year(end + 1) is not None)
        year_at += self.word(year_at) == "of"
        year = self.year(year_at)
        if year is not None:
            end = year_at + 1
        elif self.word(end) in {"last", "that", "the"} and self.word(end + 1) in {"year", "same"}:
            year = self.today.year - 1 if self.today and self.word(end) == "last" else None
            end += 2
            if year is None and self.today:
                return end, self.days(3650, 365)
        elif (years := self._years_ago(end)) is not None:
            end, year = years
        alone = day is None and year is None
        lead = self.word(start - 1)
        if (
            alone
            and self.word(index) in {"may", "march", "mar", "jan", "sat", "sun"}
            and lead not in {"in", "since", "of", "last", "early", "late", "mid", "until", "by", "this"}
        ):
            return None
        return end, self.month(year, month, day, last=lead == "last")

    def _part_of_month(self, index: int) -> tuple[int, Time] | None:
        """The second week of June, the last days of May, the end of June 2016, mid-June, late May."""
        word = self.word(index)
        at, first, last = index, 0, 0
        if word in ORDINALS and self.word(index + 1) in _PARTS_OF_MONTH and self.word(index + 2) == "of":
            at, (first, last) = index + 3, _ordinal_days(ORDINALS[word], self.word(index + 1))
        elif word in ENDS and self.word(index + 1) == "of":
            at, (first, last) = index + 2, ENDS[word]
        elif word in ENDS:
            at, (first, last) = index + 1 + (self.word(index + 1) in {"-", "in"}), ENDS[word]
        if at == index or not self.is_month(at):
            return None
        dated = self._date(at)
        if dated is None or dated[1].earliest is None or dated[1].earliest.day != 1 or dated[1].day is not None:
            return None
        whole = dated[1].earliest
        earliest, latest = whole + timedelta(days=first - 1), whole + timedelta(days=last - 1)
        if last - first < 7:  # noqa: PLR2004  a week at most
            return dated[0], Time("", earliest, latest)
        return dated[0], Time("", earliest, self.coarse(earliest, latest))

    def _years_ago(self, index: int) -> tuple[int, int] | None:
        """18 March three years ago: the year, and where the words end."""
        amount = self.number(index)
        if self.today is None or amount is None or self.word(index + 2) not in {"ago", "earlier", "before"}:
            return None
        return (index + 3, self.today.year - amount) if self.word(index + 1) in {"year", "years"} else None

    def _year(self, index: int) -> tuple[int, Time] | None:
        year = self.year(index)
        if year is None or self.word(index - 1) not in {
            "in",
            "since",
            "of",
            "during",
            "by",
            "early",
            "late",
            "mid",
            "until",
            "around",
            "from",
            "throughout",
            "before",
            "after",
            "and",
            "through",
            "to",
        }:
            return None
        return index + 1, self.whole_year(year)


def _ordinal_days(number: int, unit: str) -> tuple[int, int]:
    """The days of a month that "the second week" and "the last days" mean."""
    if number == ORDINALS["last"]:
        return (16, 31) if unit == "half" else (24, 31)
    if unit == "half":
        return (1, 15) if number == 1 else (16, 31)
    if unit == "days":
        return 1, 7
    return 7 * number - 6, 7 * number
