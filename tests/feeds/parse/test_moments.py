"""Dates of other languages and zones, as a table; what is not of these forms is left to feedparser."""

from __future__ import annotations

import unicodedata

import pytest
from babel.dates import get_month_names
from feedparser.datetimes import _parse_date
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.parse.moments import ZONES, read_moment
from watcher.feeds.parse.months import LOCALES, MONTHS


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu, 09 Jun 2016 05:40:00 EST", (2016, 6, 9, 10, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 AST", (2016, 6, 9, 2, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 EET", (2016, 6, 9, 3, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 EEST", (2016, 6, 9, 2, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 MSK", (2016, 6, 9, 2, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 XYZ", (2016, 6, 9, 5, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 GMT+3", (2016, 6, 9, 2, 40, 0)),
        ("Thu, 09 Jun 2016 05:40:00 UTC+03:00", (2016, 6, 9, 2, 40, 0)),
        ("Thu, 09 June 2016 05:40:00 -0330", (2016, 6, 9, 9, 10, 0)),
        ("Thu, 09 Jun 2016 05:40:00 +0300 (EEST)", (2016, 6, 9, 2, 40, 0)),
        ("Thu, 09 Jun 16 05:40 PM", (2016, 6, 9, 17, 40, 0)),
        ("Jun 9, 2016 12:40 AM", (2016, 6, 9, 0, 40, 0)),
        ("Thursday, June 9, 2016 - 05:40", (2016, 6, 9, 5, 40, 0)),
        ("jeu., 09 juin 2016 05:40:00 +0200", (2016, 6, 9, 3, 40, 0)),
        ("Do, 09 März 2016 05:40:00 +0200", (2016, 3, 9, 3, 40, 0)),
        ("Per, 09 Haz 2016 05:40:00 +0300", (2016, 6, 9, 2, 40, 0)),
        ("Чт, 09 июн 2016 05:40:00 +0300", (2016, 6, 9, 2, 40, 0)),
        ("9 de junio de 2016", (2016, 6, 9, 0, 0, 0)),
        ("الخميس، 09 يونيو 2016 05:40:00 +0300", (2016, 6, 9, 2, 40, 0)),
        ("الخميس 9 كانون الثاني 2016 - 05:40 م", (2016, 1, 9, 17, 40, 0)),
        ("٩ حزيران ٢٠١٦ ٠٥:٤٠", (2016, 6, 9, 5, 40, 0)),
        ("1465450800", (2016, 6, 9, 5, 40, 0)),
        ("1465450800123", (2016, 6, 9, 5, 40, 0)),
        ("Thu, 30 Jun 2016 23:59:60 UTC", (2016, 6, 30, 23, 59, 59)),
    ],
)
def test_a_date_is_read_in_its_language_and_zone(text: str, moment: tuple[int, ...]) -> None:
    found = read_moment(text)

    assert found is not None
    assert tuple(found[:6]) == moment
    assert _parse_date(text) == found  # feedparser asks us


@pytest.mark.parametrize(
    "text", ["", "0000-00-00", "31 Feb 2016", "09/06/2016", "soon", "9 x 2016", "1465", "June", "9 June 2016 or later"]
)
def test_what_is_no_date_of_ours_is_left_alone(text: str) -> None:
    assert read_moment(text) is None


def test_the_months_are_those_of_cldr() -> None:
    def plain(name: str) -> str:
        return unicodedata.normalize("NFKC", name).casefold().replace(".", "").strip()

    for locale in LOCALES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=locale).items():
                assert MONTHS[plain(name)] == number, (locale, name)


@given(st.text(max_size=100))
def test_no_text_is_an_error(text: str) -> None:
    found = read_moment(text)

    assert found is None or len(found) == 9


def test_zones_lie_on_this_earth() -> None:
    assert all(-12 <= hours <= 14 for hours in ZONES.values())
