"""JSON Feed, by the letter and beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from watcher.feeds.parse import parse
from watcher.model import Document, Entry, Failure

DATA = Path(__file__).parent.parent.parent / "data" / "feeds"
URL = "https://sahel.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def _document(text: str) -> Document:
    found = parse(text, URL)
    assert isinstance(found, Document), str(found)
    return found


def _entry(**item: Any) -> Entry:
    return _document(json.dumps({"version": VERSION, "items": [item]})).entries[0]


def test_a_json_feed_comes_as_it_is() -> None:
    document = _document((DATA / "feed.json").read_text(encoding="utf-8"))

    assert (document.format, document.title, document.language) == ("json11", "Sahel Bulletin", "en")
    assert (document.raw_entries, document.notes, document.complete) == (2, (), True)
    assert document.entries == (
        Entry(
            guid="s-1",
            link="https://sahel.example/1",
            title="Ferry &amp; market reopen",
            summary="The ferry runs.",
            content="<p>The ferry runs.</p><p>The market too.</p>",
            published_at=datetime(2016, 6, 8, 9, 0, tzinfo=UTC),
            updated_at=datetime(2016, 6, 8, 10, 0, tzinfo=UTC),
            author="Desk",
        ),
        Entry(
            guid="2",
            link="https://sahel.example/2",
            title="",
            summary="",
            content="Prices of &lt;1&gt; loaf fell.\n\nBakers say why.",
            published_at=None,
            updated_at=None,
            language="en-GB",
        ),
    )


@pytest.mark.parametrize(
    ("version", "expected"),
    [("https://jsonfeed.org/version/1", "json1"), ("http://www.jsonfeed.org/version/1.0/", "json10")],
)
def test_other_versions_are_read_too(version: str, expected: str) -> None:
    assert _document(json.dumps({"version": version, "items": []})).format == expected


@pytest.mark.parametrize("date", ["soon", 1465450800, "", None, "9999-12-31T23:59:59-23:59"])
def test_an_unusable_date_is_left_out(date: Any) -> None:
    assert _entry(id="1", date_published=date).published_at is None


def test_a_date_without_a_zone_is_taken_for_utc() -> None:
    assert _entry(id="1", date_published="2016-06-08T12:00:00").published_at == datetime(2016, 6, 8, 12, tzinfo=UTC)


def test_the_author_of_version_1_0_is_read() -> None:
    assert _entry(id="1", author={"name": "Desk"}).author == "Desk"


def test_what_no_text_may_hold_is_struck_out_though_it_was_escaped() -> None:
    entry = _entry(id="a\x00b", title="\ud800x\x1b[31m")

    assert (entry.guid, entry.title) == ("ab", "x[31m")


def test_an_item_of_the_wrong_kind_costs_only_itself() -> None:
    document = _document(json.dumps({"version": VERSION, "items": [1, {"id": True}, None, {"id": "2"}]}))

    assert [entry.guid for entry in document.entries] == [None, "2"]
    assert document.notes == ("2 of 4 entries are no JSON objects, left out",)


def test_items_of_the_wrong_kind_altogether_are_no_items() -> None:
    assert _document(json.dumps({"version": VERSION, "items": "none"})).entries == ()


def test_of_a_feed_that_ends_early_the_whole_items_are_kept() -> None:
    whole = json.dumps({"version": VERSION, "items": [{"id": "1"}, {"id": "2"}, {"id": "3", "title": "x" * 90}]})

    document = _document(whole[:-40])

    assert [entry.guid for entry in document.entries] == ["1", "2"]
    assert (document.format, document.raw_entries, document.complete) == ("json11", 3, False)
    assert document.notes[0].startswith("the JSON is damaged or ends early: 2 whole items, 1 left out (")


def test_one_damaged_item_costs_at_most_itself() -> None:
    items = ['{"id": "1"}', '{"id": "2", "authors": [{"name": "a"}, {"name": "b"}] "x"}', '{"id": "3"}']

    document = _document(f'{{"version": "{VERSION}", "items": [{", ".join(items)}]}}')

    assert [entry.guid for entry in document.entries] == ["1", "3"]
    assert document.complete is False


def test_hopeless_damage_is_not_picked_through_for_ever() -> None:
    items = ", ".join(['{"id": "1"}'] + ['{"id" "x"}'] * 500)

    document = _document(f'{{"version": "{VERSION}", "items": [{items}]}}')

    assert (len(document.entries), document.raw_entries) == (1, 101)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "{",
            "not_a_feed: the document looks like JSON, but is none: Expecting property name enclosed in double quotes",
        ),
        (
            f'{{"version": "{VERSION}", "items": [{{"id": ',
            "broken: the JSON Feed is damaged, and no item can be read: ",
        ),
        (f'{{"version": "{VERSION}", "title": ', "broken: the JSON Feed is damaged, and no item can be read: "),
        ('{"version": 1, "items": []}', "not_a_feed: the document is JSON, but no JSON Feed"),
        ('{"a":' * 5_000, "not_a_feed: the document looks like JSON, but is none: "),
        (f'{{"n": {"1" * 5_000}}}', "not_a_feed: the document looks like JSON, but is none: "),
    ],
)
def test_what_cannot_be_read_is_told(text: str, words: str) -> None:
    found = parse(text, URL)

    assert isinstance(found, Failure)
    assert str(found).startswith(words)
