"""Arabic time expressions, resolved against the item's date: weekdays, dates, "last month", "two years ago". Pure."""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from watcher.detect.arabic.words import (
    DATES,
    HIJRI_MONTHS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    PARTS_OF_DAY,
    SEASONS,
    TENS,
    WEEKDAYS,
    folded,
)
from watcher.detect.calendar import Days, Time, TimeSpan
from watcher.detect.text import Token, fold

_UNITS: Final = {
    fold(word): (days, amount)
    for days, amount, words in (
        (1, 1, "يوم يوما اليوم"),
        (1, 2, "يومين يومان"),
        (1, 0, "أيام"),
        (7, 1, "أسبوع أسبوعا"),
        (7, 2, "أسبوعين أسبوعان"),
        (7, 0, "أسابيع"),
        (30, 1, "شهر شهرا"),
        (30, 2, "شهرين شهران"),
        (30, 0, "أشهر شهور"),
        (365, 1, "عام عاما سنة حول"),
        (365, 2, "عامين عامان سنتين سنتان"),
        (365, 0, "أعوام سنوات سنين"),
        (3650, 1, "عقد"),
        (3650, 2, "عقدين"),
        (3650, 0, "عقود"),
    )
    for word in words.split()
}  # days of one, and how many the word itself says; 0: a plural
_HOURS: Final = folded("ساعة ساعتين ساعات دقيقة دقائق الساعات لحظات قليل ساعه")
_LAST: Final = folded("الماضي الماضية المنصرم المنصرمة الفائت الفائتة السابق السابقة الأخير الأخيرة الأخيرين")
_THIS: Final = folded("الجاري الجارية الحالي الحالية هذا هذه")
_NEXT: Final = folded("المقبل المقبلة القادم القادمة التالي التالية")
_SPANS: Final = {
    fold(word): days for word, days in (("الأسبوع", 7), ("الشهر", 30), ("العام", 365), ("السنة", 365), ("العقد", 3650))
}
_DATED: Final = folded("منذ مذ في صيف شتاء ربيع خريف")  # before a year
_BY_THE_HOUR: Final = folded("الفجر المساء الظهر الليل الظهيرة")
_YESTERDAY: Final = folded("أمس البارحة")
_TODAY: Final = folded("اليوم الليلة")
_BEFORE_YESTERDAY: Final = folded("الأول أول")
_DAY_WORDS: Final = folded("يوم نهار ليلة")
_ENDS: Final = {
    fold(word): days
    for days, words in (
        ((1, 10), "مطلع أوائل بداية مستهل بدايات غرة"),
        ((10, 20), "منتصف أواسط وسط"),
        ((20, 31), "أواخر نهاية ختام آخر"),
    )
    for word in words.split()
}
_LEADS: Final = frozenset((*folded("في منذ خلال قبل بعد من يوم مساء نحو حوالي قرابة منتصف"), "ب", "ل"))
_SINCE: Final = folded("منذ مذ")
_AGO: Final = folded("قبل منذ")
_AFTER: Final = folded("بعد")
_YEAR_WORDS: Final = folded("عام العام سنة السنة لعام")
_SAME: Final = folded("نفسه نفسها ذاته ذاتها عينه")
_YEARS: Final = range(1000, 2100)
_HIJRI_YEARS: Final = range(1400, 1500)
_EPOCH: Final = date(
    622, 7, 19
)  # the first of Muharram of the first year in the tabular calendar, in the Gregorian one
_LONGEST_MONTH: Final = 2  # words of a month's name


class _Reader(Days):
    """Reads the times of one sentence; ``anchor`` is the last day named before it."""

    def __init__(self, tokens: Sequence[Token], today: date | None, anchor: date | None) -> None:
        super().__init__(today)
        self.norms = [token.norm for token in tokens]
        self.tokens = tokens
        self.anchor = anchor

    def read(self) -> list[TimeSpan]:
        spans: list[TimeSpan] = []
        index = 0
        while index < len(self.norms):
            found = self._at(index) if self._may_start(self.norms[index]) else None
            if found is None:
                index += 1
                continue
            end, time = found
            first = index
            floor = spans[-1].last if spans else 0
            while (
                first > floor
                and self._word(first - 1) in _LEADS
                and not (self._word(first - 1) in _AFTER | {"قبل"} and time.latest is not None and not time.anchored)
            ):
                first -= 1
            since = time.since or any(word in _SINCE for word in self.norms[first:index])
            words = " ".join(self.norms[first:end])
            time = Time(words, time.earliest, time.latest, since, time.hour, time.duration, time.anchored)
            spans.append(TimeSpan(first, end, time))
            if time.latest is not None:
                self.anchor = time.latest
            index = end
        return spans

    def _word(self, index: int) -> str:
        return self.norms[index] if 0 <= index < len(self.norms) else ""

    def _may_start(self, word: str) -> bool:
        return word in DATES or word[:1].isdigit()

    def _is_glued(self, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].glued

    def _at(self, index: int) -> tuple[int, Time] | None:
        for reader in (
            self._date,
            self._day,
            self._weekday,
            self._ago,
            self._named,
            self._year,
            self._hour,
            self._duration,
        ):
            found = reader(index)
            if found is not None:
                return found
        return None

    # --- dates of the calendar

    def _number(self, index: int) -> tuple[int, int] | None:
        """The end of a number in digits or words, and the number."""
        word = self._word(index)
        if word.isdecimal() and len(word) <= 4:  # noqa: PLR2004  up to a year
            return index + 1, int(word)
        if word in NUMBERS:
            return index + 1, NUMBERS[word]
        return None

    def _ordinal(self, index: int) -> tuple[int, int] | None:
        """السادس, الثاني عشر, الخامس والعشرين."""
        word = self._word(index)
        if word in TENS and word.startswith("ال"):
            return index + 1, TENS[word]
        if word == fold("الحادي"):
            value = 1
        elif word in ORDINALS:
            value = ORDINALS[word]
        else:
            return None
        if self._word(index + 1) in {"عشر", "عشره"}:
            return index + 2, value + 10
        if self._word(index + 1) == "و" and self._word(index + 2) in TENS:
            return index + 3, value + TENS[self._word(index + 2)]
        return index + 1, value

    def _month_at(self, index: int, months: Mapping[tuple[str, ...], int]) -> tuple[int, int] | None:
        for length in range(_LONGEST_MONTH, 0, -1):
            name = tuple(self.norms[index : index + length])
            if len(name) == length and name in months:
                end = index + length
                if months is MONTHS and self._word(end) in {"/", "(", "-"}:  # حزيران/يونيو
                    other = self._month_at(end + 1, months)
                    if other is not None and other[1] == months[name]:
                        return other[0] + (self._word(other[0]) == ")"), months[name]
                return end, months[name]
        return None

    def _date(self, index: int) -> tuple[int, Time] | None:
        """في 6 حزيران/يونيو 2016, السادس من حزيران, مطلع آذار, حزيران 2016, 6/8/2016, 12 رمضان 1437."""
        part = _ENDS.get(self._word(index))
        at = index + 1 if part is not None else index
        if part is not None and self._word(at) in {"شهر", "الشهر"}:
            at += 1
        numeric = self._numeric(index)
        if numeric is not None:
            return numeric
        day: int | None = None
        found = (self._number(at) or self._ordinal(at)) if part is None else None
        if found is not None and 1 <= found[1] <= 31:  # noqa: PLR2004  days of a month
            after = found[0]
            while self._word(after) in {"من", "شهر"}:
                after += 1
            if self._month_at(after, MONTHS) or self._month_at(after, HIJRI_MONTHS):
                at, day = after, found[1]
        elif self._word(at) == "شهر":
            at += 1
        month = self._month_at(at, MONTHS)
        if month is None:
            return self._hijri(at, day)
        end, number = month
        if day is None and part is None and self._is_no_month(index, end):
            return None
        end, year = self._year_behind(end)
        last = self._word(end) in _LAST
        time = self.month(year, number, day, last=last)
        end += last
        if part is not None and time.earliest is not None:
            earliest = time.earliest + timedelta(days=part[0] - 1)
            return end, Time("", earliest, self.coarse(earliest, time.earliest + timedelta(days=part[1] - 1)))
        return end, time

    def _is_no_month(self, index: int, end: int) -> bool:
        """آب and مارس are also other words: alone, they count behind "in", "since" or before a year."""
        alone = self._word(index) in {"اب", "مارس", "ماي", "اوت", "جوان"}
        return alone and self._year_behind(end)[1] is None and self._word(index - 1) not in {"في", "منذ", "شهر"}

    def _numeric(self, index: int) -> tuple[int, Time] | None:
        """6/8/2016 or 2016-08-06, day before month."""
        step = 1 if self._is_glued(index + 1) and self._is_glued(index + 2) else 2
        parts = [self._word(index + step * place) for place in range(3)]
        between = {self._word(index + 1), self._word(index + 3)} if step > 1 else {"-"}
        if not all(part.isdecimal() for part in parts) or not between <= {"/", "-", "."} or len(between) != 1:
            return None
        one, two, three = map(int, parts)
        year, month, day = (one, two, three) if one > 31 else (three, two, one)  # noqa: PLR2004  no day
        if year not in _YEARS or not 1 <= month <= 12:  # noqa: PLR2004  months
            return None
        return index + 2 * step + 1, self.month(year, month, day, last=False)

    def _year_behind(self, index: int) -> tuple[int, int | None]:
        """عام 2016, من العام 2016, 2016, من العام الماضي."""
        at = index
        while self._word(at) in {"من", ",", "ل"}:
            at += 1
        said = self._word(at) in _YEAR_WORDS
        at += said
        word = self._word(at)
        if said and word in _LAST and self.today is not None:
            return at + 1, self.today.year - 1
        if said and word in _THIS and self.today is not None:
            return at + 1, self.today.year
        if word.isdecimal() and len(word) == 4 and int(word) in _YEARS:  # noqa: PLR2004  a year
            return at + 1, int(word)
        return index, None

    def _hijri(self, index: int, day: int | None) -> tuple[int, Time] | None:
        """A date of the Islamic calendar, give or take a day, as it follows the moon."""
        month = self._month_at(index, HIJRI_MONTHS)
        if month is None or (day is None and self._word(index) not in {"رمضان", "شعبان"}):
            return None
        end, number = month
        word = self._word(end + (self._word(end) in {"من", "عام"}))
        year = int(word) if word.isdecimal() and int(word) in _HIJRI_YEARS else None
        if year is not None:
            end += 1 + (self._word(end) in {"من", "عام"})
            end += self._word(end) in {"ه", "هجري", "هجريه"}
        elif self.today is None or day is None:
            return end, Time("", duration=True)
        else:
            year = max(
                candidate
                for candidate in range(self.today.year - 579 - 2, self.today.year - 577)
                if from_hijri(candidate, number, day) <= self.today + timedelta(days=1)
            )
        if day is None:
            first = from_hijri(year, number, 1)
            return end, Time("", first, self.coarse(first, first + timedelta(days=29)))
        exact = from_hijri(year, number, day)
        return end, Time("", exact - timedelta(days=1), exact + timedelta(days=1))

    # --- days near the item's

    def _day(self, index: int) -> tuple[int, Time] | None:
        word, following = self._word(index), self._word(index + 1)
        start = index
        if word in PARTS_OF_DAY or word in _DAY_WORDS:
            index += 1
            word, following = self._word(index), self._word(index + 1)
        if word in _YESTERDAY:
            if following in _BEFORE_YESTERDAY:
                return index + 2, self.days(2)
            end = index + 1
            if following in WEEKDAYS:
                end += 1
            return end, self.days(1)
        if word == "اول" and following in {"امس", "البارحه"}:
            return index + 2, self.days(2)
        if word in _TODAY or (word == "هذا" and following in {"اليوم", "الصباح", "المساء"}):
            index += word == "هذا"
            if self._word(index + 1) in _SAME:
                return index + 2, Time("", self.anchor, self.anchor, anchored=True)
            end = index + 1
            if self._word(end) in WEEKDAYS:
                end += 1
            return end, self.days(0)
        if word in _THIS and following in {"الصباح", "المساء", "الفجر", "الليله"} | PARTS_OF_DAY and start == index:
            return index + 2, self.days(0)
        if word == "غدا" or (word == "الغد" and start != index):
            return index + 1, self.days(-1)
        return None

    def _weekday(self, index: int) -> tuple[int, Time] | None:
        if self._word(index) in PARTS_OF_DAY and self._word(index + 1) in {"يوم"} | set(WEEKDAYS):
            index += 1
        if self._word(index) == "يوم" and self._word(index + 1) in WEEKDAYS:
            index += 1
        number = WEEKDAYS.get(self._word(index))
        if number is None:
            return None
        end = index + 1
        if self._word(end) == "و" and self._word(end + 1) in WEEKDAYS and self.today is not None:
            other = self._last(WEEKDAYS[self._word(end + 1)])
            return end + 2, Time("", min(self._last(number), other), max(self._last(number), other))
        ahead = end + (self._word(end) in {",", "("})
        dated = self._date(ahead)
        if dated is not None:
            return dated[0] + (self._word(dated[0]) == ")"), dated[1]
        if self.today is None:
            return end, Time("")
        day = self._last(number)
        following = self._word(end)
        if following in _LAST:
            end += 1
            if day == self.today:
                day -= timedelta(days=7)
        elif following in _NEXT:
            end += 1
            day += timedelta(days=7)
        elif following == "قبل" and self._word(end + 1) == "الماضي":
            end += 2
            day -= timedelta(days=7)
        return end, Time("", day, day)

    def _last(self, weekday: int) -> date:
        assert self.today is not None
        return self.today - timedelta(days=(self.today.weekday() - weekday) % 7)

    # --- spans

    def _amount(self, index: int) -> tuple[int, int, int] | None:
        """The end of "three weeks", its days, and the days of its unit."""
        while self._word(index) in {"نحو", "حوالي", "قرابه", "اكثر", "اقل", "من", "زهاء", "عده", "بضعه", "بضع", "حتي"}:
            index += 1
        found = self._number(index)
        unit = self._word(found[0] if found else index)
        amount = found[1] if found else 0
        end = (found[0] if found else index) + 1
        if unit in _HOURS:
            return end, 0, 0
        end += self._word(end) in {"واحد", "واحده"}
        if unit not in _UNITS or self._year(end - 1) is not None:
            return None
        days, own = _UNITS[unit]
        if self._word(end) == "و" and self._word(end + 1) in {"نصف", "النصف"}:
            end += 2 + (self._word(end + 2) in _UNITS)
        return end, days * (amount or own or 3), days

    def _ago(self, index: int) -> tuple[int, Time] | None:
        """قبل عامين, منذ أسبوعين, بعد عام على, بعد يومين."""
        word = self._word(index)
        if word not in _AGO | _AFTER:
            return None
        amount = self._amount(index + 1)
        if amount is None or self._word(index + 1) == "اليوم":
            return None
        end, length, unit = amount
        if word in _AFTER:
            if self._word(end) in {"علي", "من"} and length > 15:  # noqa: PLR2004  days: news is younger
                return end + 1, self.days(length * 2, length)
            return end, Time("", duration=True)
        if word in _SINCE:
            if self._word(end) in {"علي", "من"}:
                end += 1
            earliest = self.days(length + length // 4).earliest
            return end, Time("", earliest, self.days(length - length // 4).latest, since=True)
        if length == 0:
            return end, self.days(0)
        if unit == 1 and length < 7:  # noqa: PLR2004  days are counted exactly
            return end, self.days(length)
        return end, self.days(length + length // 4, length - length // 4)

    def _named(self, index: int) -> tuple[int, Time] | None:
        """الأسبوع الماضي, الشهر الجاري, العام الماضي, صيف العام 2012, مطلع الشهر, في وقت سابق من الشهر."""
        word = self._word(index)
        week = self._week_of_month(index)
        if week is not None:
            return week
        part = _ENDS.get(word)
        if part is not None and self._word(index + 1) in _SPANS | dict.fromkeys(_YEAR_WORDS, 365):
            inner = self._named(index + 1) or self._year(index + 1)
            if inner is not None:
                return inner
            return index + 2, self._part_of(self._word(index + 1), part)
        if word in SEASONS and (found := self._year(index + 1) or self._named(index + 1)) is not None:
            return found
        if word == "وقت" and self._word(index + 1) in {"سابق", "لاحق"}:
            if self._word(index + 2) == "من" and self._word(index + 3) in _SPANS:
                inner = self._named(index + 3)
                end = inner[0] if inner else index + 4
                days = _SPANS[self._word(index + 3)]
                return end, self.days(min(days, 31), 4)
            if self._word(index + 2) == "من" and self._at(index + 3) is not None:
                return self._at(index + 3)
            return index + 2, Time("", duration=True)
        following = self._word(index + 1)
        if word in {"الايام", "الساعات"}:
            end = index + 1
            amount = self._number(end) or (self._ordinal(end))
            end = amount[0] if amount else end
            if self._word(end) in _LAST or self._word(end) in {"ال24", "24"}:
                end += 1
                return end + (self._word(end) in _LAST), self.days(1 if word == "الساعات" else 3, 0)
            return None
        if word not in _SPANS:
            return None
        length = _SPANS[word]
        if following in _LAST:
            if length == 7:  # noqa: PLR2004  a week
                return index + 2, self.last_week()
            return index + 2, self._whole_unit(length, back=1)
        if following in _THIS or self._word(index - 1) in _THIS:
            return index + 1 + (following in _THIS), self._whole_unit(length, back=0)
        if following in _NEXT:
            return index + 2, self.days(-30, -1)
        return None

    def _week_of_month(self, index: int) -> tuple[int, Time] | None:
        """الأسبوع الأول من شهر أيار, الأيام الأخيرة من حزيران."""
        if self._word(index) not in {"الاسبوع", "الايام", "النصف"} or self._word(index + 2) != "من":
            return None
        ordinal = ORDINALS.get(self._word(index + 1), 0)
        dated = self._date(index + 3)
        last = self._word(index + 1) in _LAST
        if dated is None or not (ordinal or last) or dated[1].earliest is None or dated[1].earliest.day != 1:
            return None
        first, length = dated[1].earliest, 15 if self._word(index) == "النصف" else 7
        start = first + timedelta(days=31 - length if last else (ordinal - 1) * length)
        return dated[0], Time("", start, self.coarse(start, start + timedelta(days=length - 1)))

    def _whole_unit(self, length: int, *, back: int) -> Time:
        if self.today is None:
            return Time("")
        if length == 7:  # noqa: PLR2004  a week
            return self.days(self.today.weekday(), 0)
        if length == 30:  # noqa: PLR2004  a month
            first = self.today.replace(day=1)
            if not back:
                return Time("", first, self.coarse(first, self.today))
            last = first - timedelta(days=1)
            return Time("", last.replace(day=1), min(last, self.today - timedelta(days=4)))
        if length == 365:  # noqa: PLR2004  a year
            return self.whole_year(self.today.year - back)
        return self.days(length * 2, length)

    def _part_of(self, span: str, part: tuple[int, int]) -> Time:
        """مطلع الشهر: of this one, or of the last when that lies ahead."""
        if self.today is None:
            return Time("")
        if _SPANS.get(span) == 30:  # noqa: PLR2004  a month
            first = self.today.replace(day=1)
            earliest = first + timedelta(days=part[0] - 1)
            if earliest > self.today:
                first = (first - timedelta(days=1)).replace(day=1)
                earliest = first + timedelta(days=part[0] - 1)
            return Time("", earliest, self.coarse(earliest, first + timedelta(days=part[1] - 1)))
        if _SPANS.get(span) == 7:  # noqa: PLR2004  a week
            return self.days(self.today.weekday(), 0)
        return self.whole_year(self.today.year)

    def _year(self, index: int) -> tuple[int, Time] | None:
        word = self._word(index)
        if word in _YEAR_WORDS:
            year = self._word(index + 1)
            if year.isdecimal() and len(year) == 4 and int(year) in _YEARS:  # noqa: PLR2004  a year
                return index + 2, self.whole_year(int(year))
            return None
        before = self._word(index - 1)
        if before in _DATED and word.isdecimal() and len(word) == 4 and int(word) in _YEARS:  # noqa: PLR2004  a year
            return index + 1, self.whole_year(int(word))
        return None

    def _hour(self, index: int) -> tuple[int, Time] | None:
        word = self._word(index)
        if word in {"فجرا", "صباحا", "ظهرا", "عصرا", "مساء", "ليلا", "نهارا"}:
            return index + 1, Time("", hour=True)
        if word in PARTS_OF_DAY and self._word(index + 1) == "يوم":
            return None
        if word in _BY_THE_HOUR and self._word(index - 1) in {"مع", "عند", "قبل", "خلال", "ب"}:
            return index + 1, Time("", hour=True)
        return None

    def _duration(self, index: int) -> tuple[int, Time] | None:
        """How long: استمر يومين, خلال أسبوعين, لأيام."""
        if self._word(index - 1) not in {"خلال", "ل", "استمر", "استمرت", "دام", "دامت", "طوال", "مدي", "طيله", "مده"}:
            return None
        amount = self._amount(index)
        if amount is None:
            return None
        return amount[0], Time("", duration=True)


def from_hijri(year: int, month: int, day: int) -> date:
    """A day of the tabular Islamic calendar in the Gregorian one.

    Source: R. van Gent, "The arithmetical calendar of Islam": 30-year cycles with 11 leap years of 355 days.

    >>> from_hijri(1437, 9, 1)
    datetime.date(2016, 6, 7)
    """
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day - 1
    return _EPOCH + timedelta(days=days)


def read_times(tokens: Sequence[Token], today: date | None, anchor: date | None) -> list[TimeSpan]:
    """The time expressions of a sentence. ``anchor`` is the last day named before it."""
    return _Reader(tokens, today, anchor).read()
