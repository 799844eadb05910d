"""Taking in what polls give: together where it can be, each by itself where one breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from watcher.batching import MOST_AT_ONCE, Intake
from watcher.clock import SimulatedClock
from watcher.config import Config, load_config
from watcher.feeds.polling import first_state
from watcher.feeds.reading import Source, read_source
from watcher.intake import Poll, Reading, Taken, take_in
from watcher.model import Feed, FeedId, FetchRequest, Response
from watcher.ports import Ports, Setup
from watcher.rulebook.load import RuleBook
from watcher.service import make_notifier
from watcher.store.database import Database
from watcher.store.feeds import feed_states, recent_polls, sync_feeds
from watcher.store.items import find_items

ROOT = Path(__file__).parent.parent
NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
BODY = (
    b"<rss version='2.0'><channel><title>W</title><item><guid>1</guid><title>Rain in %d</title></item></channel></rss>"
)


class NoHttp:
    """Nothing is fetched here."""

    async def fetch(self, request: FetchRequest) -> Response:
        raise AssertionError(request.url)


@pytest.fixture(scope="module")
def config() -> Config:
    config, _ = load_config(ROOT / "config")
    assert config is not None
    return config


@pytest.fixture
def feeds(wire: Feed) -> tuple[Feed, ...]:
    return tuple(
        replace(wire, id=FeedId(f"feed-{number}"), url=f"https://wire.example/{number}") for number in range(40)
    )


@pytest.fixture
def setup(config: Config, shipped_book: RuleBook, feeds: tuple[Feed, ...]) -> Setup:
    return Setup(replace(config, feeds=feeds), shipped_book)


@pytest.fixture
def ports(tmp_path: Path, setup: Setup) -> Iterator[Ports]:
    clock = SimulatedClock(NOW)
    with Database(tmp_path / "watcher.db") as database:
        database.upgrade()
        yield Ports(clock, NoHttp(), make_notifier(setup, clock), database, jitter=lambda: 0.5)


def _poll(feed: Feed, number: int) -> Poll:
    response = Response(feed.url, 200, {}, BODY % number, timedelta(0))
    contents = read_source(Source(feed, feed.url, response.body, None, NOW))
    return Poll(feed, first_state(feed, NOW), Reading(response, contents))


def _list(ports: Ports, feeds: tuple[Feed, ...]) -> None:
    with ports.database.writing() as session:
        sync_feeds(session, feeds, NOW)


def test_polls_that_are_taken_in_together_are_all_stored(ports: Ports, setup: Setup, feeds: tuple[Feed, ...]) -> None:
    _list(ports, feeds)

    results = take_in(ports, setup, [_poll(feed, number) for number, feed in enumerate(feeds)])

    assert [result.record.feed_id for result in results if isinstance(result, Taken)] == [feed.id for feed in feeds]
    with ports.database.reading() as session:
        assert len(find_items(session, "", limit=100)) == len(feeds)
        assert {state.last_success_at for state in feed_states(session)} == {NOW}


def test_a_poll_that_breaks_costs_itself_only(ports: Ports, setup: Setup, feeds: tuple[Feed, ...]) -> None:
    first, broken, last = feeds[:3]
    _list(ports, (first, last))

    results = take_in(ports, setup, [_poll(feed, 1) for feed in (first, broken, last)])

    assert [type(result) for result in results] == [Taken, IntegrityError, Taken]
    with ports.database.reading() as session:
        assert {item.feed_id for item in find_items(session, "")} == {first.id, last.id}
        assert [len(recent_polls(session, feed.id, 9)) for feed in (first, broken, last)] == [1, 0, 1]


def test_an_item_that_another_process_took_in_meanwhile_is_not_stored_twice(
    ports: Ports, setup: Setup, feeds: tuple[Feed, ...]
) -> None:
    _list(ports, feeds[:1])
    poll = _poll(feeds[0], 1)

    take_in(ports, setup, [poll])
    (second,) = take_in(ports, setup, [poll])  # with the state that the feed had before the first

    assert isinstance(second, Taken)
    assert (second.record.outcome, second.record.new_items) == ("unchanged", 0)


def test_polls_that_come_at_once_all_get_their_own_record(ports: Ports, setup: Setup, feeds: tuple[Feed, ...]) -> None:
    _list(ports, feeds)
    assert len(feeds) > MOST_AT_ONCE

    async def take_all_in() -> list[Taken]:
        intake = Intake(ports, setup)
        return await asyncio.gather(*(intake.take_in(_poll(feed, 1)) for feed in feeds))

    assert [taken.record.feed_id for taken in asyncio.run(take_all_in())] == [feed.id for feed in feeds]


def test_what_breaks_is_raised_to_the_poll_that_it_is_about(
    ports: Ports, setup: Setup, feeds: tuple[Feed, ...]
) -> None:
    first, broken, last = feeds[:3]
    _list(ports, (first, last))

    async def take_all_in() -> list[Taken | BaseException]:
        intake = Intake(ports, setup)
        polls = (intake.take_in(_poll(feed, 1)) for feed in (first, broken, last))
        return await asyncio.gather(*polls, return_exceptions=True)

    assert [type(result) for result in asyncio.run(take_all_in())] == [Taken, IntegrityError, Taken]
