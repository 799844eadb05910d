"""``watcher items`` and ``watcher feeds gaps``: what is stored and held, and what may have been missed."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.errors import UsageError
from watcher.model import Feed, FeedId, Item, ItemId, Position
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.items import add_items
from watcher.store.pages import due_pages, save_page, want_pages
from watcher.store.problems import add_gap

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
FEED = Feed(FeedId("wire"), "Wire", "https://wire.example/", "Wire", "en", "", timedelta(minutes=5), Position("f"))


def _item(number: int) -> Item:
    return Item(
        id=ItemId(f"a{number}"),
        feed_id=FEED.id,
        source="Wire",
        outlet="Wire",
        title=f"Report {number}",
        text="The words of the feed.",
        url=f"https://wire.example/{number}",
        language="en",
        published_at=NOW,
        first_seen_at=NOW + timedelta(minutes=number),
        keys=(f"guid:{number}",),
        content_hash=f"h{number}",
    )


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """A state folder with two items, one of them held and one with its page, and a gap."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    with Database(tmp_path / "watcher.db") as database:
        database.upgrade()
        with database.writing() as session:
            sync_feeds(session, [FEED], NOW)
            add_items(session, [_item(1), _item(2)], {ItemId("a1"): "first poll of this feed"})
            want_pages(session, [_item(2)], NOW, 5)
            (page,) = due_pages(session, NOW, 1)
            save_page(session, type(page)(page.item_id, page.feed_id, page.url, NOW, None, 1, 1, NOW, "Page words."))
            add_gap(session, FEED.id, NOW, NOW + timedelta(minutes=5), None)
    folders = ("--config", str(tmp_path / "config"), "--rules", str(ROOT / "rules"), "--state", str(tmp_path))
    return [str(part) for part in folders]


def _call(options: list[str], *words: str) -> str:
    result = CliRunner().invoke(app, [*options, *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_items_are_listed_latest_first_and_the_held_by_themselves(options: list[str]) -> None:
    listed = json.loads(_call(options, "items", "list", "--json"))
    held = json.loads(_call(options, "items", "list", "--held", "--json"))

    assert [(item["id"], item["held_because"]) for item in listed] == [("a2", None), ("a1", "first poll of this feed")]
    assert [item["id"] for item in held] == ["a1"]
    assert json.loads(_call(options, "items", "list", "--feed", "none", "--json")) == []
    assert "Report 1" in _call(options, "items", "list")


def test_an_item_is_shown_with_all_that_was_read_of_it(options: list[str]) -> None:
    shown = _call(options, "items", "show", "a2")

    assert shown.splitlines() == [
        "a2: Report 2",
        "Wire, feed wire, published 2016-06-09 06:00 UTC, first seen 2016-06-09 06:02 UTC",
        "https://wire.example/2",
        "not held",
        "read: the feed's own text, and the page (2 words, 2016-06-09 06:00 UTC)",
        "known by: guid:2",
        "",
        "The words of the feed.",
        "",
        "--- the page https://wire.example/2 ---",
        "Page words.",
    ]
    assert json.loads(_call(options, "items", "show", "a1", "--json"))["held_because"] == "first poll of this feed"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("a", "several items begin with 'a': give more of the id"), ("x", "no item 'x' is stored")],
)
def test_an_id_that_names_no_single_item_is_a_usage_error(options: list[str], wanted: str, words: str) -> None:
    result = CliRunner().invoke(app, [*options, "items", "show", wanted])

    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == words


def test_gaps_tell_between_which_polls_and_how_they_ended(options: list[str]) -> None:
    (gap,) = json.loads(_call(options, "feeds", "gaps", "--json"))

    assert (gap["feed_id"], gap["closed_because"]) == ("wire", "the feed offers no older page")
    assert json.loads(_call(options, "feeds", "gaps", "--feed", "none", "--json")) == []
    assert "wire" in _call(options, "feeds", "gaps")
