"""When: the words for a time, counted from the item's date, a Friday. Only a day that is meant is given."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from watcher.detect.match import Detector
from watcher.model import Status

FRIDAY = datetime(2016, 6, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("today", "2016-06-10"),
        ("yesterday", "2016-06-09"),
        ("on Friday", "2016-06-10"),
        ("on Wednesday", "2016-06-08"),
        ("late on Thursday", "2016-06-09"),
        ("on Thursday evening", "2016-06-09"),
        ("early Friday", "2016-06-10"),
        ("two days ago", "2016-06-08"),
        ("on June 7", "2016-06-07"),
        ("on 7 June", "2016-06-07"),
        ("on June 7, 2016", "2016-06-07"),
        ("on 7 June 2016", "2016-06-07"),
        ("on the 7th of June", "2016-06-07"),
    ],
)
def test_the_day_of_news(detector: Detector, told: str, day: str) -> None:
    (found,) = detector.match(
        "", f"Rebels captured Marea from the army {told}.", published_at=FRIDAY, language="en", source=None
    )

    assert found.event_date == date.fromisoformat(day)
    assert found.status is Status.ASSERTED


@pytest.mark.parametrize("told", ["this week", "in recent days", "after heavy clashes", "in a surprise attack"])
def test_what_names_no_day_gives_none(detector: Detector, told: str) -> None:
    (found,) = detector.match(
        "", f"Rebels captured Marea from the army {told}.", published_at=FRIDAY, language="en", source=None
    )

    assert found.event_date is None
    assert found.status is Status.ASSERTED


@pytest.mark.parametrize(
    "told",
    [
        "last year",
        "in 2014",
        "in March 2015",
        "two years ago",
        "last winter",
        "in January",
        "three months ago",
        "on 8 June 2015",
        "in the summer of 2012",
        "early in the war in 2012",
    ],
)
def test_what_is_long_past_is_history(detector: Detector, told: str) -> None:
    findings = detector.match(
        "", f"Rebels captured Marea from the army {told}.", published_at=FRIDAY, language="en", source=None
    )

    assert [found.status for found in findings] == [Status.BACKGROUND]


@pytest.mark.parametrize("told", ["tomorrow", "next week", "within days", "in the coming hours"])
def test_what_is_to_come_is_no_news(detector: Detector, told: str) -> None:
    findings = detector.match(
        "", f"Rebels will capture Marea from the army {told}.", published_at=FRIDAY, language="en", source=None
    )

    assert [found.status for found in findings] == [Status.PROSPECTIVE]


def test_without_a_date_of_the_item_there_is_no_day(detector: Detector) -> None:
    (found,) = detector.match("", "Rebels captured Marea on Wednesday.", published_at=None, language="en", source=None)

    assert found.event_date is None
