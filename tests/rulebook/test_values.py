from __future__ import annotations

from datetime import timedelta

import pytest

from watcher.rulebook.values import to_duration


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("10 minutes", timedelta(minutes=10)),
        ("1 minute", timedelta(minutes=1)),
        ("90 seconds", timedelta(seconds=90)),
        ("1 hour 30 minutes", timedelta(minutes=90)),
        ("2 weeks", timedelta(weeks=2)),
        (" 3   Days ", timedelta(days=3)),
        ("0 seconds", timedelta(0)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(words: object, expected: timedelta) -> None:
    assert to_duration(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("10", "write a duration like '10 minutes', got '10'"),
        ("7", "write a duration like '7 minutes', got '7'"),
        ("ten minutes", "write a duration like '10 minutes', got 'ten minutes'"),
        ("10minutes", "write a duration like '10 minutes', got '10minutes'"),
        ("-1 hours", "write a duration like '10 minutes', got '-1 hours'"),
        ("1.5 hours", "write a duration like '10 minutes', got '1.5 hours'"),
        ("5 years", "write a duration like '10 minutes', got '5 years'"),
        ("1 hour, 5 minutes", "write a duration like '10 minutes', got '1 hour, 5 minutes'"),
        ("9999999 days", "write a duration like '10 minutes', got '9999999 days'"),
        ("", "write a duration like '10 minutes', got nothing"),
        (["1 hour"], "write a duration like '10 minutes', got a list"),
    ],
)
def test_anything_else_is_told_how_to_write_it(words: object, expected: str) -> None:
    with pytest.raises(ValueError, match="write a duration") as raised:
        to_duration(words)

    assert str(raised.value) == expected
