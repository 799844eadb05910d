"""Which entries of a document are news."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.feeds.news import sort_out
from watcher.model import FeedId, Item, ItemId

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
