"""Which dates are believed: a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.feeds.items import odd_dates
from watcher.feeds.items.dates import believed

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (None, None),
        (NOW - timedelta(days=9), NOW - timedelta(days=9)),
        (NOW + timedelta(hours=3), NOW),  # an unnamed zone
        (NOW + timedelta(days=2), None),
        (datetime(2099, 1, 1, tzinfo=UTC), None),
        (EPOCH, None),
        (datetime(1, 1, 1, tzinfo=UTC), None),
    ],
)
def test_a_date_is_never_later_than_now_and_never_absurd(moment: datetime | None, expected: datetime | None) -> None:
    assert believed(moment, NOW) == expected


def test_what_is_not_believed_is_told() -> None:
    assert odd_dates([None, NOW], NOW) == ()
    assert odd_dates([EPOCH, EPOCH, NOW + timedelta(hours=1)], NOW) == (
        "2 entries are dated before 1990: that is left out",
        "1 entry is dated in the future: taken as seen, now",
    )
