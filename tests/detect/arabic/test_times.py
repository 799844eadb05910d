"""Arabic dates are resolved against the day of the item: Thursday, 9 June 2016."""

from __future__ import annotations

from datetime import date

import pytest

from watcher.detect.arabic import words
from watcher.detect.arabic.times import from_hijri, read_times
from watcher.detect.arabic.units import split_tokens
from watcher.detect.calendar import Time
from watcher.detect.text import read_text

TODAY = date(2016, 6, 9)


def _times(text: str, today: date | None = TODAY) -> list[Time]:
    whole = read_text("", text)
    tokens = [token for token in whole.tokens if token.norm != "\n"]
    return [span.time for span in read_times(split_tokens(tokens, text, words.KNOWN.__contains__), today, None)]


@pytest.mark.parametrize(
    ("words_", "day"),
    [
        ("يوم الأربعاء", "2016-06-08"),
        ("الاثنين", "2016-06-06"),
        ("الإثنين", "2016-06-06"),
        ("الخميس", "2016-06-09"),
        ("الثلاثاء الماضي", "2016-06-07"),
        ("اليوم", "2016-06-09"),
        ("فجر اليوم الخميس", "2016-06-09"),
        ("أمس", "2016-06-08"),
        ("يوم أمس الأربعاء", "2016-06-08"),
        ("أمس الأول", "2016-06-07"),
        ("مساء السبت", "2016-06-04"),
        ("قبل ثلاثة أيام", "2016-06-06"),
        ("قبل يومين", "2016-06-07"),
        ("في 6 حزيران", "2016-06-06"),
        ("6 يونيو", "2016-06-06"),
        ("في ٦ حزيران/يونيو ٢٠١٦", "2016-06-06"),
        ("في السادس من حزيران/يونيو", "2016-06-06"),
        ("الخامس والعشرين من أيار", "2016-05-25"),
        ("الثاني عشر من مايو", "2016-05-12"),
        ("الأربعاء 8 يونيو 2016", "2016-06-08"),
        ("8/6/2016", "2016-06-08"),
        ("2016-06-08", "2016-06-08"),
        ("في العاشر من تشرين الثاني/نوفمبر من العام الماضي", "2015-11-10"),
        ("25 كانون الأول 2015", "2015-12-25"),
    ],
)
def test_a_day_is_resolved(words_: str, day: str) -> None:
    assert [time.day for time in _times(f"حدث ذلك {words_} هناك")] == [date.fromisoformat(day)]


@pytest.mark.parametrize(
    ("words_", "earliest", "latest"),
    [
        ("عام 2014", "2014-01-01", "2014-12-31"),
        ("مطلع العام 2014", "2014-01-01", "2014-12-31"),
        ("صيف العام 2012", "2012-01-01", "2012-12-31"),
        ("العام الماضي", "2015-01-01", "2015-12-31"),
        ("الشهر الماضي", "2016-05-01", "2016-05-31"),
        ("الأسبوع الماضي", "2016-05-30", "2016-06-05"),
        ("في أيار 2015", "2015-05-01", "2015-05-31"),
        ("الأسبوع الأول من شهر أيار", "2016-05-01", "2016-05-07"),
        ("في 3 رمضان 1437", "2016-06-08", "2016-06-10"),
    ],
)
def test_a_span_is_resolved(words_: str, earliest: str, latest: str) -> None:
    (time,) = _times(f"حدث ذلك {words_} هناك")

    assert (time.earliest, time.latest) == (date.fromisoformat(earliest), date.fromisoformat(latest))


@pytest.mark.parametrize("words_", ["منذ عام 2012", "منذ أسبوعين", "منذ أيلول/سبتمبر", "منذ أكثر من سنة"])
def test_since_tells_a_span_up_to_now(words_: str) -> None:
    assert [time.since for time in _times(f"حدث ذلك {words_} هناك")] == [True]


@pytest.mark.parametrize("words_", ["استمر يومين", "خلال أسبوعين", "لأيام"])
def test_a_duration_is_no_day(words_: str) -> None:
    assert [(time.duration, time.latest) for time in _times(f"حدث ذلك {words_}")] == [(True, None)]


@pytest.mark.parametrize("text", ["الباب مفتوح", "ثلاثة أحياء", "مارس الرياضة", "آب القائد إلى قريته", "الفرقة 17"])
def test_other_words_are_no_times(text: str) -> None:
    assert _times(text) == []


def test_without_a_day_of_the_item_nothing_relative_has_days() -> None:
    assert [time.latest for time in _times("أمس ويوم الأربعاء", None)] == [None, None]


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [(1437, 9, 1, date(2016, 6, 7)), (1438, 10, 6, date(2017, 6, 30)), (1400, 1, 1, date(1979, 11, 21))],
)
def test_the_tabular_islamic_calendar(year: int, month: int, day: int, expected: date) -> None:
    assert abs((from_hijri(year, month, day) - expected).days) <= 1
