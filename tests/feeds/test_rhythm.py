"""How a feed publishes, and when it is silent against that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.rhythm import first_rhythm, longest_silence, next_rhythm, silent_for
from watcher.model import FeedHealth, FeedId, FeedState, Rhythm

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = Rhythm(HOUR, 9 * HOUR, 30)  # with nights


def test_a_first_document_tells_the_rhythm_by_its_dates_but_for_absurd_ones() -> None:
    dates = [NOW - number * HOUR for number in range(5)]
    absurd = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC), None]

    assert first_rhythm([*dates, *absurd, NOW - 12 * HOUR], NOW) == Rhythm(HOUR, 8 * HOUR, 5)
    assert first_rhythm(absurd, NOW) is None
    assert first_rhythm([NOW], NOW) is None


def test_each_gap_moves_the_usual_one_a_little_and_the_longest_fades() -> None:
    after = next_rhythm(HOURLY, NOW - 2 * HOUR, 1, NOW)

    assert after is not None
    assert after.usual == timedelta(minutes=66)
    assert HOURLY.longest * 0.99 < after.longest < HOURLY.longest
    assert after.seen == 31


def test_several_items_at_once_share_the_gap() -> None:
    assert next_rhythm(None, NOW - 2 * HOUR, 4, NOW) == Rhythm(HOUR / 2, 2 * HOUR, 1)


@pytest.mark.parametrize(("since", "new_items"), [(None, 1), (NOW - HOUR, 0), (NOW + HOUR, 1)])
def test_what_tells_nothing_changes_nothing(since: datetime | None, new_items: int) -> None:
    assert next_rhythm(HOURLY, since, new_items, NOW) == HOURLY


@pytest.mark.parametrize(
    ("rhythm", "limit"),
    [
        (None, None),
        (Rhythm(HOUR, HOUR, 9), None),
        (HOURLY, 18 * HOUR),
        (Rhythm(timedelta(minutes=5), HOUR, 50), 6 * HOUR),
        (Rhythm(timedelta(days=7), timedelta(days=8), 12), timedelta(days=70)),
    ],
)
def test_how_long_a_silence_may_be(rhythm: Rhythm | None, limit: timedelta | None) -> None:
    assert longest_silence(rhythm) == limit


def test_a_feed_that_answers_and_gives_nothing_is_silent_but_one_that_fails_is_not() -> None:
    state = FeedState(FeedId("a"), NOW, last_item_at=NOW - 20 * HOUR, rhythm=HOURLY, health=FeedHealth.OK)

    assert silent_for(state, NOW) == 20 * HOUR
    assert silent_for(state, NOW - 3 * HOUR) is None
    failing = FeedState(FeedId("a"), NOW, last_item_at=NOW - 20 * HOUR, rhythm=HOURLY, health=FeedHealth.GONE)
    assert silent_for(failing, NOW) is None


@given(st.lists(st.tuples(st.timedeltas(timedelta(seconds=1), timedelta(days=400)), st.integers(1, 5000)), max_size=50))
def test_a_rhythm_is_always_positive_and_finite(gaps: list[tuple[timedelta, int]]) -> None:
    rhythm, moment = None, NOW
    for gap, new_items in gaps:
        rhythm = next_rhythm(rhythm, moment, new_items, moment + gap)
        moment += gap
    assert rhythm is None or timedelta(0) <= rhythm.usual <= max(gap for gap, _ in gaps)
