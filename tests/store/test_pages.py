"""Pages to be read: wanted once, claimed, noted, wanted anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.model import FeedId, ItemId, Page
from watcher.store.database import Database
from watcher.store.pages import claim_pages, due_pages, last_pages, page_of, save_page, text_at, want_pages

if TYPE_CHECKING:
    from tests.store.conftest import Make

URL = "https://qalam.example/report"
MOST = 5


@pytest.fixture
def stored(database: Database, make: Make) -> Database:
    with database.writing() as session:
        for id_ in ("a1", "a2"):
            item = make.item(id_, url=URL)
            make.stored_item(session, item)
            want_pages(session, [item], make.now, MOST)
    return database


def test_a_page_is_due_until_it_is_claimed_and_again_when_the_claim_is_over(stored: Database, make: Make) -> None:
    lease = make.now + timedelta(minutes=10)
    with stored.writing() as session:
        assert [page.item_id for page in due_pages(session, make.now, 10)] == ["a1", "a2"]
        assert [page.item_id for page in due_pages(session, make.now, 1)] == ["a1"]
        claim_pages(session, [ItemId("a1")], lease)
        assert [page.item_id for page in due_pages(session, make.now, 10)] == ["a2"]
        assert [page.item_id for page in due_pages(session, lease, 10)] == ["a2", "a1"]


def test_what_was_read_is_found_by_address_and_by_item(stored: Database, make: Make) -> None:
    later = make.now + timedelta(minutes=1)
    with stored.writing() as session:
        (first, second) = due_pages(session, make.now, 10)
        read = replace(first, due_at=None, attempts=1, reads=1, read_at=later, text="words")
        assert save_page(session, read)
        assert page_of(session, first.item_id) == read
        assert page_of(session, second.item_id) == second
        assert page_of(session, ItemId("none")) is None
        assert text_at(session, URL, None) == ("words", later)
        assert text_at(session, URL, later) == ("words", later)
        assert text_at(session, URL, later + timedelta(seconds=1)) is None
        assert text_at(session, "https://qalam.example/other", None) is None
        assert last_pages(session, first.feed_id, 5) == (read,)
        assert last_pages(session, FeedId("none"), 5) == ()


def test_a_page_that_is_wanted_anew_meanwhile_stays_due(stored: Database, make: Make) -> None:
    later = make.now + timedelta(minutes=1)
    with stored.writing() as session:
        (taken, _) = due_pages(session, make.now, 10)
        want_pages(session, [make.item("a1", url=f"{URL}?2")], later, MOST)

        assert not save_page(session, replace(taken, due_at=None, text="of the former wording"))

        assert page_of(session, taken.item_id) == Page(taken.item_id, taken.feed_id, f"{URL}?2", later, later)


def test_a_page_that_was_read_often_enough_is_not_wanted_again(stored: Database, make: Make) -> None:
    with stored.writing() as session:
        (taken, _) = due_pages(session, make.now, 10)
        often = replace(taken, due_at=None, reads=MOST, text="words", read_at=make.now)
        save_page(session, often)

        want_pages(session, [make.item("a1", url=URL)], make.now + timedelta(minutes=1), MOST)

        assert page_of(session, taken.item_id) == often
