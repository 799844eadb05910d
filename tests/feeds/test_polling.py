"""When a feed is polled next, and what is sent along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.polling import (
    after_failure,
    after_outage,
    after_response,
    first_state,
    interval_of,
    is_network_reason,
    is_outage,
    request_for,
)
from watcher.model import (
    Failure,
    FailureReason,
    Feed,
    FeedHealth,
    FeedId,
    FeedState,
    FetchRequest,
    Position,
    Response,
    Rhythm,
    Wishes,
)

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=5)
FEED = Feed(
    FeedId("qalam"), "Q", "https://qalam.example/feed", "Q", None, "", timedelta(minutes=5), Position("feeds.yaml")
)


def _state(**changes: Any) -> FeedState:
    usual = FeedState(
        feed_id=FeedId("qalam"),
        next_poll_at=NOW,
        etag='"v1"',
        last_modified="Thu, 09 Jun 2016 06:00:00 GMT",
        body_hash="aaa",
        last_polled_at=EARLIER,
        last_success_at=EARLIER,
        last_item_at=EARLIER,
        health=FeedHealth.OK,
    )
    return replace(usual, **changes)


def _response(status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if status == 304 else b"<rss/>"
    return Response("https://qalam.example/feed", status, named, body, timedelta(seconds=1))


def _after(
    feed: Feed,
    response: Response,
    state: FeedState | None = None,
    body_hash: str | None = "bbb",
    new_items: int = 0,
    jitter: float = 0.5,
    complete: bool = True,
) -> FeedState:
    state = state or _state()
    changed = body_hash != state.body_hash
    return after_response(state, feed, response, body_hash, changed, new_items, NOW, jitter, complete=complete)


def _wait(state: FeedState) -> timedelta:
    return state.next_poll_at - NOW


def _http(status: int, retry_after: timedelta | None = None) -> Failure:
    return Failure(FailureReason.HTTP_STATUS, f"HTTP {status}", status=status, retry_after=retry_after)


TIMEOUT = Failure(FailureReason.TIMEOUT, "no whole answer from qalam.example in 30 s")

# --- what is asked for ---------------------------------------------------------------------------------------------


def test_a_new_feed_is_due_at_once_and_asked_for_everything(feed: Feed) -> None:
    state = first_state(feed, NOW)

    assert (state.next_poll_at, state.health, state.failures) == (NOW, FeedHealth.NEW, 0)
    assert request_for(state, feed, NOW) == FetchRequest(feed.url, feed_id=feed.id)


def test_a_known_feed_is_asked_for_changes(feed: Feed) -> None:
    request = request_for(_state(), feed, NOW)

    assert request == FetchRequest(
        feed.url, etag='"v1"', last_modified="Thu, 09 Jun 2016 06:00:00 GMT", feed_id=feed.id
    )


def test_a_feed_that_was_never_read_is_asked_for_everything(feed: Feed) -> None:
    assert request_for(_state(last_success_at=None), feed, NOW) == FetchRequest(feed.url, feed_id=feed.id)


def test_everything_is_asked_for_once_a_day(feed: Feed) -> None:
    state, moment, unconditional = _state(), NOW, []
    for _ in range(3 * 24 * 12):
        request = request_for(state, feed, moment)
        if request.etag is None:
            unconditional.append(moment)
        response = _response(200, etag='"v1"') if request.etag is None else _response(304)
        state = after_response(state, feed, response, "aaa", False, 0, moment, 0.5)  # a server that never changes
        moment = state.next_poll_at

    assert len(unconditional) == 3
    assert {later - earlier for earlier, later in pairwise(unconditional)} == {timedelta(days=1)}


def test_if_the_daily_poll_fails_the_next_asks_for_everything_too(feed: Feed) -> None:
    yesterday = NOW - timedelta(days=1)
    state = after_failure(_state(last_success_at=yesterday), feed, TIMEOUT, NOW, 0.5)

    assert request_for(state, feed, state.next_poll_at) == FetchRequest(feed.url, feed_id=feed.id)


def test_the_day_begins_at_different_times_for_different_feeds(feed: Feed) -> None:
    def begins(feed: Feed) -> int:
        hours = (NOW + timedelta(hours=number) for number in range(24))
        state = _state()
        return next(
            number
            for number, hour in enumerate(hours)
            if request_for(replace(state, last_success_at=hour - timedelta(hours=1)), feed, hour).etag is None
        )

    assert len({begins(replace(feed, id=FeedId(f"feed-{number}"))) for number in range(50)}) > 12


# --- after a good poll ---------------------------------------------------------------------------------------------


def test_a_new_document_brings_its_validators_and_no_others(feed: Feed) -> None:
    state = _after(feed, _response(etag='W/"v2"'), new_items=3)

    assert state == FeedState(
        feed_id=feed.id,
        next_poll_at=NOW + feed.interval,
        etag='W/"v2"',
        last_modified=None,
        body_hash="bbb",
        last_polled_at=NOW,
        last_success_at=NOW,
        last_item_at=NOW,
        failures=0,
        health=FeedHealth.OK,
        reason=None,
        last_document_at=NOW,
    )


def test_a_document_without_new_items_does_not_move_the_last_item(feed: Feed) -> None:
    assert _after(feed, _response(), new_items=0).last_item_at == EARLIER


@pytest.mark.parametrize(
    ("status", "headers", "etag"),
    [
        (304, {}, '"v1"'),
        (304, {"etag": '"v2"'}, '"v2"'),
        (200, {}, '"v1"'),  # the same body, without a word about it
        (200, {"etag": '"v2"'}, '"v2"'),  # an ETag that flaps
        (200, {"etag": ""}, '"v1"'),
    ],
)
def test_what_did_not_change_keeps_its_validators_unless_it_brings_others(
    feed: Feed, status: int, headers: dict[str, str], etag: str
) -> None:
    state = _after(feed, _response(status, **headers), body_hash="aaa")

    assert (state.etag, state.body_hash) == (etag, "aaa")
    assert state.last_modified == "Thu, 09 Jun 2016 06:00:00 GMT"
    assert state.last_success_at == NOW


def test_a_document_that_changed_under_a_frozen_etag_is_taken_for_changed(feed: Feed) -> None:
    state = _after(feed, _response(200, etag='"v1"'), body_hash="bbb", new_items=1)

    assert (state.etag, state.body_hash, state.last_item_at) == ('"v1"', "bbb", NOW)


def test_a_document_that_ended_early_leaves_nothing_to_compare_with(feed: Feed) -> None:
    state = _after(feed, _response(etag='"v2"', last_modified="x"), new_items=2, complete=False)

    assert (state.etag, state.last_modified, state.body_hash) == (None, None, None)
    assert (state.health, state.last_item_at) == (FeedHealth.OK, NOW)
    assert request_for(state, feed, state.next_poll_at) == FetchRequest(feed.url, feed_id=feed.id)


def test_a_good_poll_ends_a_row_of_failures(feed: Feed) -> None:
    failing = _state(failures=9, health=FeedHealth.FAILING, reason="timeout: x")

    state = _after(feed, _response(304), failing, body_hash="aaa")

    assert (state.failures, state.health, state.reason) == (0, FeedHealth.OK, None)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 285), (0.5, 300), (1.0, 315)])
def test_intervals_vary_a_little(feed: Feed, jitter: float, seconds: int) -> None:
    assert _wait(_after(feed, _response(), jitter=jitter)) == timedelta(seconds=seconds)


# --- after a failure -----------------------------------------------------------------------------------------------


def _waits(feed: Feed, failure: Failure, polls: int) -> list[int]:
    """Minutes of waiting after each of so many failures in a row."""
    state, waits = _state(), []
    for _ in range(polls):
        state = after_failure(state, feed, failure, NOW, 0.0)
        waits.append(int(_wait(state).total_seconds()) // 60)
    return waits


@pytest.mark.parametrize(
    ("failure", "waits"),
    [
        (TIMEOUT, [5, 10, 20, 40, 60, 60, 60]),
        (Failure(FailureReason.NAME, "x"), [5, 10, 20, 40, 60, 60, 60]),
        (Failure(FailureReason.BROKEN, "x"), [5, 10, 20, 40, 60, 60, 60]),
        (_http(500), [5, 10, 20, 40, 60, 60, 60]),
        (_http(503), [5, 10, 20, 40, 60, 60, 60]),
        (_http(429), [5, 10, 20, 40, 60, 60, 60]),
        (_http(403), [20, 40, 60, 60, 60, 60, 60]),
        (_http(404), [20, 40, 60, 60, 60, 60, 60]),
        (_http(410), [20, 40, 60, 60, 60, 60, 60]),
        (Failure(FailureReason.NOT_A_FEED, "x"), [20, 40, 60, 60, 60, 60, 60]),
        (Failure(FailureReason.TOO_LARGE, "x"), [20, 40, 60, 60, 60, 60, 60]),
    ],
)
def test_failures_are_tried_again_ever_less_often_up_to_once_an_hour(
    feed: Feed, failure: Failure, waits: list[int]
) -> None:
    assert _waits(feed, failure, 7) == waits


def test_a_feed_with_a_long_interval_is_not_asked_more_often_because_it_fails(feed: Feed) -> None:
    daily = replace(feed, interval=timedelta(days=1))

    assert _wait(after_failure(_state(), daily, TIMEOUT, NOW, 0.0)) == timedelta(days=1)


def test_a_failure_is_kept_with_its_reason_and_what_was_good_stays(feed: Feed) -> None:
    state = after_failure(_state(failures=1), feed, TIMEOUT, NOW, 1.0)

    assert state == _state(
        next_poll_at=NOW + timedelta(minutes=9),
        last_polled_at=NOW,
        failures=2,
        health=FeedHealth.FAILING,
        reason="timeout: no whole answer from qalam.example in 30 s",
    )


@pytest.mark.parametrize(
    ("asked", "jitter", "waited"),
    [
        (timedelta(minutes=30), 0.0, timedelta(minutes=30)),
        (timedelta(minutes=30), 1.0, timedelta(minutes=33)),
        (timedelta(seconds=10), 0.0, timedelta(minutes=5)),
        (timedelta(0), 0.0, timedelta(minutes=5)),
        (timedelta(hours=5), 0.0, timedelta(hours=5)),
        (timedelta(days=400), 1.0, timedelta(hours=6)),
    ],
)
def test_a_server_that_asks_for_time_gets_it_within_reason(
    feed: Feed, asked: timedelta, jitter: float, waited: timedelta
) -> None:
    assert _wait(after_failure(_state(), feed, _http(429, asked), NOW, jitter)) == waited


@given(
    failures=st.integers(0, 10**9),
    jitter=st.floats(0, 1),
    minutes=st.integers(1, 60 * 24 * 30),
    status=st.none() | st.integers(100, 999),
    asked=st.none() | st.timedeltas(timedelta(0), timedelta(days=1000)),
    reason=st.sampled_from(FailureReason),
)
def test_polling_never_stops(
    failures: int, jitter: float, minutes: int, status: int | None, asked: timedelta | None, reason: FailureReason
) -> None:
    interval = timedelta(minutes=minutes)
    feed = replace(FEED, interval=interval)
    failure = Failure(reason, "x", status=status, retry_after=asked)

    state = after_failure(_state(failures=failures), feed, failure, NOW, jitter)

    assert timedelta(0) < _wait(state) <= max(timedelta(hours=6), interval)
    assert state.failures == failures + 1


# --- what moves the interval ---------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("tier", "state", "headers", "minutes"),
    [
        (3, {}, {}, 5),
        (3, {}, {"cache-control": "public, max-age=600"}, 10),
        (3, {}, {"cache-control": "max-age=600", "age": "240"}, 6),
        (3, {}, {"cache-control": "max-age=60"}, 5),
        (3, {}, {"cache-control": "max-age=504576000"}, 15),  # sixteen years
        (2, {}, {"cache-control": "max-age=504576000"}, 10),
        (1, {}, {"cache-control": "max-age=504576000"}, 5),
        (3, {}, {"cache-control": "max-age=600, no-cache"}, 5),
        (3, {}, {"expires": "Thu, 09 Jun 2016 07:08:00 GMT", "date": "Thu, 09 Jun 2016 07:00:00 GMT"}, 8),
        (3, {}, {"expires": "0", "date": "Thu, 09 Jun 2016 07:00:00 GMT"}, 5),
        (3, {}, {"expires": "Thu, 09 Jun 2016 07:08:00 GMT"}, 5),
        (3, {"wishes": Wishes(10 * timedelta(minutes=1))}, {}, 10),
        (3, {"wishes": Wishes(30 * HOUR)}, {}, 15),
        (3, {"wishes": Wishes(skip_hours=(7,))}, {}, 15),
        (3, {"wishes": Wishes(skip_hours=(8,), skip_days=(4,))}, {}, 5),
        (3, {"wishes": Wishes(skip_days=(3,))}, {}, 15),  # a Thursday
        (3, {"rhythm": Rhythm(4 * HOUR, 20 * HOUR, 30), "entries": 20}, {}, 12),
        (3, {"rhythm": Rhythm(400 * HOUR, 900 * HOUR, 9), "entries": 20}, {}, 5),  # too little known
        (3, {"rhythm": Rhythm(timedelta(seconds=30), HOUR, 30), "entries": 20}, {}, 2.5),
        (3, {"rhythm": Rhythm(timedelta(seconds=1), HOUR, 30), "entries": 20}, {}, 1),
        (3, {"hurry_until": NOW + HOUR}, {}, 5 / 3),
        (3, {"hurry_until": NOW}, {}, 5),
    ],
)
def test_publishers_and_rhythms_move_the_interval_between_a_floor_and_a_cap(
    feed: Feed, tier: int, state: dict[str, Any], headers: dict[str, str], minutes: float
) -> None:
    wait = interval_of(_state(**state), replace(feed, tier=tier), headers, NOW)

    assert wait == timedelta(minutes=minutes)


@given(
    seconds=st.integers(0, 10**9),
    skipped=st.lists(st.integers(0, 23), max_size=24).map(tuple),
    usual=st.timedeltas(timedelta(0), timedelta(days=4000)),
    entries=st.integers(0, 10_000),
    tier=st.integers(1, 3),
)
def test_no_wish_and_no_rhythm_silences_a_feed(
    seconds: int, skipped: tuple[int, ...], usual: timedelta, entries: int, tier: int
) -> None:
    state = _state(wishes=Wishes(timedelta(seconds=seconds), skipped), rhythm=Rhythm(usual, usual, 50), entries=entries)

    wait = interval_of(state, replace(FEED, tier=tier), {"cache-control": f"max-age={seconds}"}, NOW)

    assert timedelta(minutes=1) <= wait <= 3 * FEED.interval


def test_a_not_modified_is_not_believed_for_three_usual_gaps(feed: Feed) -> None:
    rhythm = Rhythm(HOUR, 3 * HOUR, 30)

    def etag(hours: float) -> str | None:
        return request_for(_state(rhythm=rhythm, last_document_at=NOW - hours * HOUR), feed, NOW).etag

    assert (etag(2.9), etag(3)) == ('"v1"', None)


# --- health, outages, moves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "health"),
    [
        (_http(410), FeedHealth.GONE),
        (_http(404), FeedHealth.MISSING),
        (_http(403), FeedHealth.BLOCKED),
        (_http(401), FeedHealth.BLOCKED),
        (_http(429), FeedHealth.RATE_LIMITED),
        (_http(503, timedelta(minutes=1)), FeedHealth.RATE_LIMITED),
        (_http(503), FeedHealth.FAILING),
        (TIMEOUT, FeedHealth.FAILING),
    ],
)
def test_each_refusal_has_its_own_state(feed: Feed, failure: Failure, health: FeedHealth) -> None:
    assert after_failure(_state(), feed, failure, NOW, 0.5).health is health


def test_an_outage_is_no_failure_of_the_feed(feed: Feed) -> None:
    state = after_outage(_state(failures=1), feed, TIMEOUT, NOW, 0.5)

    assert (state.failures, state.health, _wait(state)) == (1, FeedHealth.OK, feed.interval)
    assert is_network_reason(state.reason)


@pytest.mark.parametrize(
    ("failing", "listed", "outage"),
    [
        ((), ("a",), False),
        (("a",), ("a",), False),  # one host that fails is that host's failure
        (("a",), ("a", "b"), False),
        (("a", "b"), ("a", "b"), True),
        (("a", "b"), ("a", "b", "c"), False),
        (("a", "b", "c"), tuple("abcdefgh"), True),
    ],
)
def test_when_it_is_the_network(failing: tuple[str, ...], listed: tuple[str, ...], outage: bool) -> None:
    assert is_outage(failing, listed) is outage


def _moves(feed: Feed, *targets: str | None, every: timedelta = 8 * HOUR) -> FeedState:
    state, moment = _state(), NOW
    for target in targets:
        moved = replace(_response(), moved_to=target)
        state = after_response(state, feed, moved, "aaa", changed=False, new_items=0, now=moment, jitter=0.5)
        moment += every
    return state


def test_a_move_is_adopted_after_five_identical_answers_over_a_day(feed: Feed) -> None:
    new = "https://new.example/feed"

    assert _moves(feed, *[new] * 4).adopted_url is None
    assert _moves(feed, *[new] * 9, every=HOUR).adopted_url is None
    assert _moves(feed, new, new, new, "https://portal.example/", new, new).adopted_url is None
    assert _moves(feed, new, new, new, None, new, new).adopted_url is None
    adopted = _moves(feed, *[new] * 5)
    assert adopted.adopted_url == new
    assert request_for(adopted, feed, NOW).url == new


def test_an_adopted_address_that_goes_on_failing_is_given_back(feed: Feed) -> None:
    state = _state(adopted_url="https://new.example/feed")
    for number in range(5):
        assert (state.adopted_url is None) == (number > 4)
        state = after_failure(state, feed, _http(404), NOW, 0.5)

    assert (state.adopted_url, state.etag, state.body_hash) == (None, None, None)
    assert request_for(state, feed, NOW).url == feed.url
