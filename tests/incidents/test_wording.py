from __future__ import annotations

from datetime import date, timedelta

import pytest

from watcher.incidents.wording import say_count, say_date, say_duration, say_weekday


def test_a_day_is_written_out() -> None:
    assert say_date(date(2016, 6, 8)) == "8 June 2016"
    assert say_weekday(date(2017, 12, 31)) == "Sunday 31 December 2017"


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=2, minutes=30), "2 hours"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_length_of_time_in_its_largest_telling_unit(duration: timedelta, expected: str) -> None:
    assert say_duration(duration) == expected


def test_a_number_and_its_noun_agree() -> None:
    assert [say_count(n, "outlet") for n in (0, 1, 2)] == ["0 outlets", "1 outlet", "2 outlets"]
