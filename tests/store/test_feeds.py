"""Polling state, leases and the poll log."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.model import FeedHealth, FeedId, FeedState, PollRecord
from watcher.store.database import Database
from watcher.store.feeds import (
    claim_due_feeds,
    feed_states,
    make_due_since,
    prune_polls,
    recent_polls,
    record_poll,
    release_claims,
    save_state,
    sync_feeds,
)

if TYPE_CHECKING:
    from tests.store.conftest import Make

LEASE = timedelta(minutes=3)
HOUR = timedelta(hours=1)


def sync(database: Database, make: Make, *ids: str) -> None:
    with database.writing() as session:
        sync_feeds(session, [make.feed(id_) for id_ in ids], make.now)


def claim(database: Database, make: Make, *ids: str, after: timedelta = timedelta(), limit: int = 10) -> list[str]:
    with database.writing() as session:
        states = claim_due_feeds(session, [FeedId(id_) for id_ in ids], make.now + after, LEASE, limit)
    return [state.feed_id for state in states]


def save(database: Database, state: FeedState) -> None:
    with database.writing() as session:
        save_state(session, state)


def states(database: Database) -> dict[str, FeedState]:
    with database.reading() as session:
        return {state.feed_id: state for state in feed_states(session)}


# --- the list of feeds ---------------------------------------------------------------------------------------------


def test_a_new_feed_is_due_at_once(database: Database, make: Make) -> None:
    with database.writing() as session:
        new = sync_feeds(session, [make.feed("b"), make.feed("a")], make.now)

    assert new == ("b", "a")
    assert states(database) == {
        "a": FeedState(feed_id=FeedId("a"), next_poll_at=make.now),
        "b": FeedState(feed_id=FeedId("b"), next_poll_at=make.now),
    }


def test_a_known_feed_keeps_its_state(database: Database, make: Make) -> None:
    sync(database, make, "a")
    state = FeedState(feed_id=FeedId("a"), next_poll_at=make.now + HOUR, etag='"x"', health=FeedHealth.OK)
    save(database, state)

    with database.writing() as session:
        assert sync_feeds(session, [make.feed("a")], make.now) == ()

    assert states(database) == {"a": state}


def test_a_new_url_drops_the_validators_of_the_old_one(database: Database, make: Make) -> None:
    sync(database, make, "a")
    state = FeedState(
        feed_id=FeedId("a"),
        next_poll_at=make.now + HOUR,
        etag='"x"',
        last_modified="Sat, 01 Mar 2025 06:00:00 GMT",
        body_hash="0f",
        last_item_at=make.now,
        health=FeedHealth.OK,
    )
    save(database, state)

    with database.writing() as session:
        sync_feeds(session, [make.feed("a", url="https://elsewhere.example/rss")], make.now)

    due = replace(state, next_poll_at=make.now, etag=None, last_modified=None, body_hash=None)
    assert states(database) == {"a": due}


def test_a_feed_no_longer_listed_keeps_its_row(database: Database, make: Make) -> None:
    sync(database, make, "a", "b")
    sync(database, make, "b")

    assert list(states(database)) == ["a", "b"]
    assert claim(database, make, "b") == ["b"]


def test_the_state_of_an_unknown_feed_is_refused(database: Database, make: Make) -> None:
    with pytest.raises(StoreError) as caught:
        save(database, FeedState(feed_id=FeedId("a"), next_poll_at=make.now))

    assert str(caught.value) == "no feed 'a' is stored"


# --- claims --------------------------------------------------------------------------------------------------------


def test_due_feeds_come_longest_due_first_and_no_more_than_the_limit(database: Database, make: Make) -> None:
    sync(database, make, "a", "b", "c", "d")
    for id_, minutes in (("a", -1), ("b", -3), ("c", -2), ("d", 1)):
        save(database, FeedState(feed_id=FeedId(id_), next_poll_at=make.now + timedelta(minutes=minutes)))

    assert claim(database, make, "a", "b", "c", "d", limit=2) == ["b", "c"]
    assert claim(database, make, "a", "b", "c", "d", limit=2) == ["a"]


def test_only_the_wanted_feeds_are_claimed(database: Database, make: Make) -> None:
    sync(database, make, "a", "b")

    assert claim(database, make, "b", "unknown") == ["b"]
    assert claim(database, make) == []


def test_a_claimed_feed_is_free_again_when_its_lease_is_over(database: Database, make: Make) -> None:
    sync(database, make, "a")
    assert claim(database, make, "a") == ["a"]

    almost = LEASE - timedelta(microseconds=1)
    assert claim(database, make, "a", after=almost) == []
    assert claim(database, make, "a", after=LEASE) == ["a"]


def test_saving_the_state_ends_the_lease(database: Database, make: Make) -> None:
    sync(database, make, "a")
    claim(database, make, "a")

    save(database, FeedState(feed_id=FeedId("a"), next_poll_at=make.now))

    assert claim(database, make, "a") == ["a"]


def test_what_a_dead_daemon_had_claimed_is_free_at_the_next_start(database: Database, make: Make) -> None:
    sync(database, make, "a", "b")
    claim(database, make, "a")

    with database.writing() as session:
        assert release_claims(session) == 1

    assert claim(database, make, "a", "b") == ["a", "b"]


def test_after_an_outage_what_has_not_answered_since_is_due(database: Database, make: Make) -> None:
    sync(database, make, "answered", "silent", "never")
    later = make.now + HOUR
    for id_, success in (("answered", make.now), ("silent", make.now - HOUR), ("never", None)):
        save(database, FeedState(FeedId(id_), next_poll_at=later, last_success_at=success))

    with database.writing() as session:
        make_due_since(session, make.now, make.now)

    assert claim(database, make, "answered", "silent", "never") == ["never", "silent"]


def test_a_clock_set_back_neither_silences_a_feed_nor_prolongs_a_lease(database: Database, make: Make) -> None:
    sync(database, make, "polled", "claimed")
    ahead = make.now + HOUR
    polled = FeedState(FeedId("polled"), next_poll_at=ahead + timedelta(minutes=5), last_polled_at=ahead)
    save(database, polled)
    assert claim(database, make, "claimed", after=HOUR) == ["claimed"]

    assert claim(database, make, "polled", "claimed") == ["claimed", "polled"]
    assert claim(database, make, "polled", "claimed") == []


def test_no_feed_is_claimed_twice_by_those_who_claim_at_once(database: Database, make: Make) -> None:
    ids = [f"feed-{number:03}" for number in range(60)]
    sync(database, make, *ids)
    claimed: list[str] = []

    def take() -> None:
        with Database(database.path) as other:
            while taken := claim(other, make, *ids, limit=7):
                claimed.extend(taken)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == ids


# --- poll log ------------------------------------------------------------------------------------------------------


def poll(make: Make, number: int, feed_id: str = "a") -> PollRecord:
    return PollRecord(
        feed_id=FeedId(feed_id),
        polled_at=make.now + number * HOUR,
        outcome="failed" if number % 2 else "new",
        reason="timeout: 20 s passed" if number % 2 else None,
        entries=number,
        new_items=1,
        edited_items=2,
        body_bytes=3,
        elapsed=timedelta(seconds=1, microseconds=number),
    )


def test_the_poll_log_gives_the_latest_first(database: Database, make: Make) -> None:
    sync(database, make, "a", "b")
    with database.writing() as session:
        for number in (2, 1, 3):
            record_poll(session, poll(make, number))
        record_poll(session, poll(make, 9, "b"))

    with database.reading() as session:
        assert recent_polls(session, FeedId("a"), 2) == (poll(make, 3), poll(make, 2))


def test_old_polls_are_forgotten(database: Database, make: Make) -> None:
    sync(database, make, "a")
    with database.writing() as session:
        for number in range(5):
            record_poll(session, poll(make, number))
        assert prune_polls(session, before=make.now + 3 * HOUR) == 3

    with database.reading() as session:
        assert [record.entries for record in recent_polls(session, FeedId("a"), 10)] == [4, 3]
