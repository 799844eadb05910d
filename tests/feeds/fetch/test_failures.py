"""What servers ask for, and the words for what went wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from watcher.feeds.fetch.failures import from_exception, retry_after
from watcher.model import FailureReason

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "0"}, timedelta(0)),
        ({"retry-after": " 90 "}, timedelta(seconds=90)),
        ({"retry-after": "9" * 40}, timedelta(seconds=10**8)),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "٥"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 09 Jun 2016 07:10:00 GMT"}, timedelta(minutes=10)),
        ({"retry-after": "Thu, 09 Jun 2016 09:10:00 +0200"}, timedelta(minutes=10)),
        ({"retry-after": "Thu, 09 Jun 2016 07:10:00 -0000"}, timedelta(minutes=10)),
        ({"retry-after": "Thu, 09 Jun 2016 06:00:00 GMT"}, timedelta(0)),
        ({"retry-after": "Thu, 99 Jun 2016 06:00:00 GMT"}, None),
        # a server whose clock is an hour fast
        (
            {"retry-after": "Thu, 09 Jun 2016 08:10:00 GMT", "date": "Thu, 09 Jun 2016 08:00:00 GMT"},
            timedelta(minutes=10),
        ),
        ({"retry-after": "Thu, 09 Jun 2016 07:10:00 GMT", "date": "nonsense"}, timedelta(minutes=10)),
    ],
)
def test_the_wish_of_a_server_is_read_by_its_own_clock(headers: dict[str, str], expected: timedelta | None) -> None:
    assert retry_after(headers, NOW) == expected


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (aiohttp.InvalidURL("http:///x"), "bad_url: no usable URL: http:///x"),
        (aiohttp.ServerDisconnectedError(), "connection: qalam.example closed the connection without an answer"),
        (aiohttp.ClientPayloadError("short"), "broken: the answer of qalam.example is broken: short"),
        (
            ConnectionResetError(104, "Connection reset by peer"),
            "connection: the connection to qalam.example broke: Connection reset by peer",
        ),
        (OSError(), "connection: the connection to qalam.example broke: OSError"),
    ],
)
def test_exceptions_become_plain_words(error: Exception, words: str) -> None:
    assert str(from_exception(error, "qalam.example")) == words


def test_no_more_than_a_line_is_told() -> None:
    failure = from_exception(aiohttp.ClientPayloadError("x\n" * 1_000), "qalam.example")

    assert failure.reason is FailureReason.BROKEN
    assert "\n" not in failure.detail
    assert len(failure.detail) < 400
