"""Which entries of a document are news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.feeds.news import FIRST_POLL, REISSUED, News, judge, sort_out
from watcher.model import FeedId, FeedState, Item, ItemId

SEEN = datetime(2016, 6, 9, 6, tzinfo=UTC)


def _item(item_id: str, *keys: str, content_hash: str = "h1") -> Item:
    return Item(
        id=ItemId(item_id),
        feed_id=FeedId("wire"),
        source="Wire",
        outlet="Wire",
        title="t",
        text="",
        url=None,
        language="en",
        published_at=None,
        first_seen_at=SEEN,
        keys=keys,
        content_hash=content_hash,
    )


def test_an_item_is_new_when_none_of_its_keys_is_known() -> None:
    item = _item("a", "guid:1", "link:1")

    news = sort_out([item], {}, {})

    assert news.new == (item,)
    assert news.edited == ()


def test_one_known_key_is_enough_and_the_others_are_learnt() -> None:
    news = sort_out([_item("b", "guid:2", "link:1")], {"link:1": ItemId("a")}, {ItemId("a"): "h1"})

    assert news.new == ()
    assert news.edited == ()
    assert news.further_keys == {"a": ("guid:2",)}


def test_an_edited_item_keeps_its_first_id() -> None:
    (edited,) = sort_out(
        [_item("b", "guid:2", "link:1", content_hash="h2")], {"link:1": ItemId("a")}, {ItemId("a"): "h1"}
    ).edited

    assert (edited.id, edited.content_hash) == ("a", "h2")


def test_a_known_item_told_twice_in_one_document_is_not_edited_back_and_forth() -> None:
    twice = [_item("a", "guid:1"), _item("a", "guid:1", content_hash="h2")]

    assert sort_out(twice, {"guid:1": ItemId("a")}, {ItemId("a"): "h1"}).edited == ()


def test_document_order_is_kept() -> None:
    items = [_item("c", "3"), _item("a", "1"), _item("b", "2")]

    assert [item.id for item in sort_out(items, {}, {}).new] == ["c", "a", "b"]


# --- what is held, and what may have been missed -------------------------------------------------------------------

HOUR = timedelta(hours=1)
KNOWN = FeedState(FeedId("wire"), SEEN, last_success_at=SEEN - HOUR / 12, entries=30)


def _news(count: int, known: int = 0, age: timedelta | None = timedelta(0), title: str = "") -> News:
    published = None if age is None else SEEN - age
    items = [
        replace(_item(f"i{n}", f"guid:{n}"), published_at=published, title=title or f"title {n}") for n in range(count)
    ]
    return News(tuple(items), (), {}, known=known)


@pytest.mark.parametrize(
    ("age", "held"),
    [(HOUR, False), (6 * HOUR, False), (7 * HOUR, True), (None, True)],
)
def test_of_a_first_poll_only_the_last_hours_alert(age: timedelta | None, held: bool) -> None:
    news = judge(_news(1, age=age), FeedState(FeedId("wire"), SEEN), (), 6 * HOUR, SEEN)

    assert dict(news.held) == ({"i0": FIRST_POLL} if held else {})
    assert not news.missed


@pytest.mark.parametrize(
    ("news", "missed"),
    [
        (_news(5), True),
        (_news(5, known=1), False),
        (_news(2), False),  # too small to have a window
        (_news(0), False),
        (_news(5, age=48 * HOUR), False),  # old items that were not shown before: no new ones pushed them out
    ],
)
def test_nothing_known_in_a_known_feed_means_that_its_window_moved_on(news: News, missed: bool) -> None:
    assert judge(news, KNOWN, (), 6 * HOUR, SEEN).missed is missed


def test_a_feed_that_was_empty_has_missed_nothing() -> None:
    assert not judge(_news(5), replace(KNOWN, entries=0), (), 6 * HOUR, SEEN).missed


@pytest.mark.parametrize(
    ("news", "titles", "held"),
    [
        (_news(10, age=48 * HOUR), (), 10),
        (_news(9, age=48 * HOUR), (), 0),  # a few late ones
        (_news(10, age=20 * HOUR), (), 0),
        (_news(10, age=None), (), 0),
        (_news(10, age=None, title="Rebels captured the town"), ("Rebels captured the town",), 10),
        (_news(10, age=None, title="Breaking news"), ("Breaking news",), 0),
    ],
)
def test_many_old_items_at_once_are_held(news: News, titles: tuple[str, ...], held: int) -> None:
    judged = judge(news, KNOWN, titles, 6 * HOUR, SEEN)

    assert len(judged.held) == held
    assert set(judged.held.values()) <= {REISSUED}
