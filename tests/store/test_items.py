"""Items, their keys, their former wordings and what was found in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.model import FeedId, Item, ItemId
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.items import (
    add_findings,
    add_item,
    add_items,
    add_keys,
    add_matches,
    content_hashes,
    edit_item,
    find_items,
    findings_of,
    get_item,
    known_items,
)

if TYPE_CHECKING:
    from tests.store.conftest import Make

FEED = FeedId("valley-news")


@pytest.fixture
def stored(database: Database, make: Make) -> Database:
    """A database that knows the feed."""
    with database.writing() as session:
        sync_feeds(session, [make.feed(), make.feed("other")], make.now)
    return database


def store(database: Database, *items: Item) -> None:
    with database.writing() as session:
        add_items(session, items)


def read(database: Database, id_: str) -> Item | None:
    with database.reading() as session:
        return get_item(session, ItemId(id_))


def test_an_item_comes_back_as_it_was_stored(stored: Database, make: Make) -> None:
    bare = make.item("b2", url=None, language=None, published_at=None, keys=("guid:b2",))
    store(stored, make.item("a1"), bare)

    assert read(stored, "a1") == make.item("a1")
    assert read(stored, "b2") == bare
    assert read(stored, "c3") is None


def test_an_item_is_known_by_any_of_its_keys_in_its_own_feed_only(stored: Database, make: Make) -> None:
    store(stored, make.item("a1"), make.item("b2"))

    with stored.reading() as session:
        asked = ["guid:a1", "link:https://valley-news.example/b2", "guid:c3", "guid:a1"]
        assert known_items(session, FEED, asked) == {
            "guid:a1": "a1",
            "link:https://valley-news.example/b2": "b2",
        }
        assert known_items(session, FeedId("other"), asked) == {}
        assert known_items(session, FEED, []) == {}


def test_thousands_of_keys_can_be_asked_for_at_once(stored: Database, make: Make) -> None:
    items = [make.item(f"{number:05}") for number in range(1500)]
    store(stored, *items)

    with stored.reading() as session:
        keys = [key for item in items for key in item.keys]
        assert known_items(session, FEED, keys) == {key: item.id for item in items for key in item.keys}
        assert content_hashes(session, [item.id for item in items]) == {item.id: item.content_hash for item in items}


def test_an_item_stored_before_is_left_as_it_is(stored: Database, make: Make) -> None:
    first, changed = make.item("a1"), make.item("a1", title="Other words")
    with stored.writing() as session:
        assert add_item(session, first) is True
        assert add_item(session, changed) is False
        assert add_items(session, [changed, make.item("c3"), make.item("b2"), make.item("c3", title="Twice")]) == (
            "c3",
            "b2",
        )

    assert read(stored, "a1") == first
    assert read(stored, "c3") == make.item("c3")


def test_a_key_stays_with_the_item_that_had_it_first(stored: Database, make: Make) -> None:
    store(stored, make.item("a1", keys=("guid:a1", "link:shared")))
    store(stored, make.item("b2", keys=("guid:b2", "link:shared")))

    with stored.reading() as session:
        assert known_items(session, FEED, ["link:shared"]) == {"link:shared": "a1"}
    assert read(stored, "b2") == make.item("b2", keys=("guid:b2",))


def test_two_feeds_may_use_the_same_key(stored: Database, make: Make) -> None:
    store(stored, make.item("a1", keys=("guid:1",)), make.item("b2", keys=("guid:1",), feed_id=FeedId("other")))

    with stored.reading() as session:
        assert known_items(session, FEED, ["guid:1"]) == {"guid:1": "a1"}
        assert known_items(session, FeedId("other"), ["guid:1"]) == {"guid:1": "b2"}


def test_further_keys_come_after_those_it_has(stored: Database, make: Make) -> None:
    store(stored, make.item("a1", keys=("guid:1",)), make.item("b2", keys=("guid:2",)), make.item("c3", keys=()))

    with stored.writing() as session:
        add_keys(session, ItemId("a1"), ["link:z", "guid:2", "guid:1", "link:a"])
        add_keys(session, ItemId("c3"), ["link:c"])
        add_keys(session, ItemId("c3"), [])

    assert read(stored, "a1") == make.item("a1", keys=("guid:1", "link:z", "link:a"))
    assert read(stored, "c3") == make.item("c3", keys=("link:c",))


def test_keys_of_an_unknown_item_are_refused(stored: Database) -> None:
    with pytest.raises(StoreError) as caught, stored.writing() as session:
        add_keys(session, ItemId("a1"), ["guid:a1"])

    assert str(caught.value) == "no item 'a1' is stored"


def test_an_edit_keeps_the_former_wording_and_the_first_sight(stored: Database, path: Path, make: Make) -> None:
    store(stored, make.item("a1"))
    later = make.now + timedelta(hours=2)
    edited = make.item(
        "a1",
        title="Rebels say they took the mill town",
        text="The rebels say so.",
        published_at=later,
        first_seen_at=later,
        keys=("guid:a1", "link:new"),
        content_hash="another",
    )

    with stored.writing() as session:
        edit_item(session, edited)
        assert content_hashes(session, [ItemId("a1")]) == {"a1": "another"}

    keys = (*make.item("a1").keys, "link:new")
    assert read(stored, "a1") == replace(edited, first_seen_at=make.now, keys=keys)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT * FROM item_revision").fetchall() == [
            (
                "a1",
                "hash of a1",
                "Rebels take the mill town",
                "The rebels took the mill town on Friday.",
                "2025-03-01 08:00:00.000000",
            )
        ]


def test_a_wording_that_flips_to_and_fro_is_kept_once(stored: Database, path: Path, make: Make) -> None:
    store(stored, make.item("a1", title="0", content_hash="0"))

    for number in range(1, 7):
        with stored.writing() as session:
            edit_item(session, make.item("a1", title=str(number % 2), content_hash=str(number % 2)))

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT title FROM item_revision ORDER BY title").fetchall() == [("0",), ("1",)]


def test_an_edit_of_an_unknown_item_is_refused(stored: Database, make: Make) -> None:
    with pytest.raises(StoreError) as caught, stored.writing() as session:
        edit_item(session, make.item("a1"))

    assert str(caught.value) == "no item 'a1' is stored"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("ab", ["ab1", "ab2"]),
        ("ab2", ["ab2"]),
        ("", ["AB3", "a%b", "ab1"]),
        ("a%", ["a%b"]),
        ("a_", []),
        ("z", []),
    ],
)
def test_items_are_found_by_the_beginning_of_their_id(
    stored: Database, make: Make, prefix: str, expected: list[str]
) -> None:
    store(stored, *(make.item(id_) for id_ in ("ab2", "ab1", "AB3", "a%b")))

    with stored.reading() as session:
        assert [item.id for item in find_items(session, prefix, limit=3)] == expected
        assert find_items(session, "ab1") == (make.item("ab1"),)


def test_findings_come_back_in_order_with_all_their_evidence(stored: Database, make: Make) -> None:
    findings = (make.finding("mill-town"), make.finding("bridge", confidence=0.1 + 0.2, reasons=(), marks=()))
    store(stored, make.item("a1"), make.item("b2"))
    with stored.writing() as session:
        add_findings(session, ItemId("a1"), findings, "rules-1", make.now)
        add_findings(session, ItemId("b2"), (), "rules-1", make.now)

    with stored.reading() as session:
        assert findings_of(session, ItemId("a1")) == findings
        assert findings_of(session, ItemId("b2")) == ()


def test_findings_of_former_wordings_are_remembered_and_equal_ones_once(stored: Database, make: Make) -> None:
    first, second, third = make.finding("mill-town"), make.finding("bridge"), make.finding("dam")
    store(stored, make.item("a1"))
    with stored.writing() as session:
        add_findings(session, ItemId("a1"), (first, second), "rules-1", make.now)
        add_findings(session, ItemId("a1"), (third, first), "rules-2", make.now)

    with stored.reading() as session:
        assert findings_of(session, ItemId("a1")) == (first, second, third)


def test_every_matching_is_recorded_with_its_rules_and_wording(stored: Database, path: Path, make: Make) -> None:
    store(stored, make.item("a1"), make.item("b2"), make.item("c3"))
    with stored.writing() as session:
        matches = {ItemId("a1"): (), ItemId("b2"): (make.finding(),), ItemId("c3"): ()}
        add_matches(session, matches, "rules-1", make.now)
        edit_item(session, make.item("a1", content_hash="another"))
        add_findings(session, ItemId("a1"), (make.finding(),), "rules-2", make.now)

    with closing(sqlite3.connect(path)) as other:
        rows = other.execute(
            "SELECT item_id, rules_version, content_hash, (SELECT count(*) FROM finding WHERE match_run_id = run.id)"
            " FROM match_run AS run ORDER BY rules_version, item_id"
        ).fetchall()
    assert rows == [
        ("a1", "rules-1", "hash of a1", 0),
        ("b2", "rules-1", "hash of b2", 1),
        ("c3", "rules-1", "hash of c3", 0),
        ("a1", "rules-2", "another", 1),
    ]


def test_findings_in_an_unknown_item_are_refused(stored: Database, make: Make) -> None:
    with pytest.raises(StoreError) as caught, stored.writing() as session:
        add_findings(session, ItemId("a1"), (make.finding(),), "rules-1", make.now)

    assert str(caught.value) == "no item 'a1' is stored"
