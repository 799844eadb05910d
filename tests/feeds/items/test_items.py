"""From entries to items, and by which names an item is known again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.feeds.items import to_items
from watcher.feeds.news import sort_out
from watcher.model import Document, Entry, Feed, FeedId, Item, Position

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)
PUBLISHED = datetime(2016, 6, 9, 5, 40, 12, tzinfo=UTC)
TITLE = "Guards leave the mill at Tell Zahra"
LONG = (
    "The guards left the mill before dawn and nobody was hurt, a baker said, while "
    + "the road stayed open, " * 5
    + "too"
)


def _entry(**changes: Any) -> Entry:
    usual = Entry(
        guid="g1",
        link="https://qalam.example/1",
        title=TITLE,
        summary="The guards left.",
        content="",
        published_at=PUBLISHED,
        updated_at=None,
    )
    return replace(usual, **changes)


def _items(feed: Feed, *entries: Entry, language: str | None = None) -> tuple[Item, ...]:
    return to_items(Document("rss20", "T", language, entries, len(entries)), feed, NOW).items


def _known_as(feed: Feed, first: Entry, second: Entry) -> bool:
    """Whether the second entry, in a later document, is taken for the first one."""
    (stored,) = _items(feed, first)
    return not _news(_items(feed, second), [stored])


def _news(found: Iterable[Item], stored: Iterable[Item]) -> tuple[Item, ...]:
    known = {key: item.id for item in stored for key in item.keys}
    return sort_out(found, known, {item.id: item.content_hash for item in stored}).new


# --- what an item is made of ---------------------------------------------------------------------------------------


def test_an_item_is_clean_and_ours(feed: Feed) -> None:
    entry = _entry(
        link="https://Qalam.example/1?utm_source=rss",
        title="Guards &amp; <b>bakers</b>",
        summary="<p>Short.</p>",
        content="<p>Longer than that.</p><p>Much.</p>",
        language="en-GB",
    )

    (item,) = _items(feed, entry)

    assert item == Item(
        id=item.id,
        feed_id=feed.id,
        source="Qalam",
        outlet="Qalam Media",
        title="Guards & bakers",
        text="Longer than that.\n\nMuch.",
        url="https://qalam.example/1",
        language="en",
        published_at=PUBLISHED,
        first_seen_at=NOW,
        keys=item.keys,
        content_hash=item.content_hash,
    )
    assert len(item.id) == 16
    assert int(item.id, 16) >= 0


def test_the_summary_counts_when_it_says_more(feed: Feed) -> None:
    (item,) = _items(feed, _entry(summary="<p>All of the story.</p>", content="<img src='x'>More"))

    assert item.text == "All of the story."


@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [
        ("", "one two three", "one two three"),
        ("<img src=x>", " ".join(map(str, range(1, 20))), "1 2 3 4 5 6 7 8 9 10 11 12 …"),
        ("", "", "https://qalam.example/1"),
    ],
)
def test_an_item_without_a_title_is_called_by_its_first_words(
    feed: Feed, title: str, summary: str, expected: str
) -> None:
    (item,) = _items(feed, _entry(title=title, summary=summary))

    assert item.title == expected


def test_an_entry_that_says_nothing_gives_no_item(feed: Feed) -> None:
    assert _items(feed, _entry(guid=" ", link=None, title="", summary="<img src=x>")) == ()


def test_the_date_of_change_stands_in_for_that_of_publication(feed: Feed) -> None:
    (item,) = _items(feed, _entry(published_at=None, updated_at=PUBLISHED))

    assert item.published_at == PUBLISHED


@pytest.mark.parametrize("link", ["mailto:desk@qalam.example", "urn:x:1", None])
def test_only_a_web_address_is_shown_as_one(feed: Feed, link: str | None) -> None:
    assert _items(feed, _entry(link=link))[0].url is None


@pytest.mark.parametrize(
    ("configured", "of_entry", "of_document", "title", "expected"),
    [
        ("ar", "en", "en", TITLE, "ar"),
        ("AR-sy", None, None, TITLE, "ar"),
        (None, "en_US", "fr", TITLE, "en"),
        (None, None, "fr-FR", TITLE, "fr"),
        (None, None, None, TITLE, None),
        (None, "", "", TITLE, None),
        (None, None, "en-US", "عودة المياه إلى الحي", None),
        (None, None, "ar", "عودة المياه إلى الحي", "ar"),
        (None, None, "ckb", "گەڕانەوەی ئاو بۆ گەڕەک", "ckb"),
        (None, None, "ar", TITLE, None),
        ("en", None, None, "عودة المياه إلى الحي", "en"),
    ],
)
def test_the_language_is_the_operators_or_the_feeds_if_the_script_agrees(
    feed: Feed, configured: str | None, of_entry: str | None, of_document: str | None, title: str, expected: str | None
) -> None:
    feed = replace(feed, language=configured)

    (item,) = _items(feed, _entry(title=title, summary="", language=of_entry), language=of_document)

    assert item.language == expected


# --- identity over time --------------------------------------------------------------------------------------------


def test_the_same_entry_gets_the_same_id_and_keys_again(feed: Feed) -> None:
    assert _items(feed, _entry()) == _items(feed, _entry())


def test_the_same_guid_in_another_feed_is_another_item(feed: Feed) -> None:
    other = replace(feed, id=FeedId("other"))

    assert _items(feed, _entry())[0].id != _items(other, _entry())[0].id


def test_keys_are_in_order_of_strength(feed: Feed) -> None:
    (item,) = _items(feed, _entry(guid="https://qalam.example/?p=1", summary=LONG))

    kinds = [key.partition(":")[0] for key in item.keys]
    assert kinds == ["guid", "guid-path+title", "link+title", "title+date", "print"]


def test_very_long_guids_give_short_keys(feed: Feed) -> None:
    (item,) = _items(feed, _entry(guid="g" * 10_000, link="https://e.org/" + "x" * 10_000))

    assert max(map(len, item.keys)) < 300


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another title altogether, and longer", "summary": "other words"},
        {"link": "https://qalam.example/moved", "title": "Another title"},
        {"published_at": None, "guid": " g1 "},
        {"guid": "g2"},
        {"guid": "g2", "link": "http://www.qalam.example/1/?utm_source=x"},
        {"guid": "g2", "link": "https://qalam.example/1?token=77"},
        {"guid": None, "link": "https://qalam.example/1?token=77"},
        {"guid": "g2", "published_at": None},
    ],
)
def test_an_entry_is_known_again_by_what_did_not_change(feed: Feed, changes: dict[str, Any]) -> None:
    assert _known_as(feed, _entry(), _entry(**changes))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # the publisher moved to another scheme and host
        ({"guid": "http://old.example/?p=1", "link": None}, {"guid": "https://new.example/?p=1", "link": None}),
        # no guids, and links with a token that changes with each request
        ({"guid": None, "link": "https://e.org/a?v=1"}, {"guid": None, "link": "https://e.org/a?v=2"}),
        # everything new but a long text
        (
            {"guid": "a", "link": "https://e.org/a", "summary": LONG},
            {"guid": "b", "link": "https://e.org/b", "summary": f"<p>{LONG}</p>", "published_at": NOW},
        ),
        # no guid: the page stands for the entry, whatever becomes of its words
        ({"guid": None}, {"guid": None, "title": "Another title", "summary": "", "published_at": NOW}),
    ],
)
def test_an_entry_is_known_again_after_a_move(feed: Feed, first: dict[str, Any], second: dict[str, Any]) -> None:
    assert _known_as(feed, _entry(**first), _entry(**second))


@pytest.mark.parametrize(
    "changes",
    [
        # a live page: new updates under one link
        {"guid": "g2", "title": "Bakers return to the mill by noon", "summary": "", "published_at": NOW},
        # the same headline another day
        {"guid": "g2", "link": "https://qalam.example/2", "published_at": NOW},
        # a short text that may come again
        {"guid": "g2", "link": "https://qalam.example/2", "title": "Breaking", "published_at": None},
        # another site in a feed that collects several
        {"guid": "https://b.example/?p=1", "link": "https://b.example/?p=1", "title": "Something else", "summary": ""},
    ],
)
def test_another_entry_is_not_taken_for_a_known_one(feed: Feed, changes: dict[str, Any]) -> None:
    first = _entry(guid="https://a.example/?p=1", link="https://qalam.example/1")

    assert not _known_as(feed, first, _entry(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": PUBLISHED.replace(hour=0, minute=0, second=0)},  # days only
        {"title": "Breaking news today"},  # too common
    ],
)
def test_a_title_with_a_vague_date_proves_nothing(feed: Feed, changes: dict[str, Any]) -> None:
    first = _entry(**changes)
    second = replace(first, guid="g2", link="https://qalam.example/2", summary="quite another story")

    assert not _known_as(feed, first, second)


def test_updates_in_a_live_page_without_guids_are_told_apart_by_their_fragments(feed: Feed) -> None:
    first = _entry(guid=None, link="https://qalam.example/live#1", published_at=None)
    second = _entry(guid=None, link="https://qalam.example/live#2", published_at=None, title="Second update")

    assert not _known_as(feed, first, second)


# --- collisions within one document --------------------------------------------------------------------------------


def test_one_entry_that_is_listed_several_times_gives_one_item(feed: Feed) -> None:
    twice = [_entry(), _entry(guid="g2", link="https://qalam.example/2", title="Other"), _entry(), _entry()]

    assert [item.title for item in _items(feed, *twice)] == [TITLE, "Other"]


def test_one_page_listed_under_several_guids_with_the_same_words_gives_one_item(feed: Feed) -> None:
    entries = [_entry(guid="politics-1"), _entry(guid="home-1", link="https://qalam.example/1?utm_source=home")]

    assert len(_items(feed, *entries)) == 1


def test_different_entries_under_one_guid_are_all_kept(feed: Feed) -> None:
    entries = [
        _entry(guid="https://qalam.example/", link=f"https://qalam.example/{number}", title=f"Story number {number}")
        for number in range(10)
    ]

    items = _items(feed, *entries)

    assert len({item.id for item in items}) == 10
    assert all(item.keys[0].startswith("guid+link:") for item in items)
    assert not any(key.startswith("guid:") for item in items for key in item.keys)


def test_a_new_entry_under_the_common_guid_is_new_and_the_old_ones_are_known(feed: Feed) -> None:
    def story(number: int) -> Entry:
        link = f"https://qalam.example/{number}"
        return _entry(guid="same", link=link, title=f"Story number {number} of the day")

    stored = _items(feed, story(1), story(2))

    assert [item.title for item in _news(_items(feed, story(3), story(1), story(2)), stored)] == [
        "Story number 3 of the day"
    ]


def test_different_entries_under_one_guid_and_one_link_are_told_apart_by_their_titles(feed: Feed) -> None:
    home = {"guid": "https://qalam.example/", "link": "https://qalam.example/"}
    entries = [_entry(**home, title=f"Story number {number}", published_at=None) for number in range(3)]

    items = _items(feed, *entries)

    assert len(items) == 3
    assert all(item.keys[0].startswith("guid+title:") for item in items)


def test_even_entries_that_differ_in_their_text_only_are_kept(feed: Feed) -> None:
    entries = [_entry(title="Breaking", summary=f"text {number}") for number in range(3)]

    items = _items(feed, *entries)

    assert [item.text for item in items] == ["text 0", "text 1", "text 2"]
    assert all(len(item.keys) == 1 for item in items)
    assert not _news(_items(feed, *entries), items)


def test_different_entries_at_one_page_without_guids_are_all_kept(feed: Feed) -> None:
    entries = [_entry(guid=None, title=f"Update number {number} of today") for number in range(3)]

    assert len(_items(feed, *entries)) == 3


def test_entries_with_neither_guid_nor_link_are_known_by_their_words(feed: Feed) -> None:
    bare = _entry(guid=None, link=None, title="Short", summary="", published_at=None)

    assert _known_as(feed, bare, bare)
    assert not _known_as(feed, bare, replace(bare, title="Else"))


def test_two_entries_never_share_a_key(feed: Feed) -> None:
    same_headline = [_entry(guid=f"g{n}", link=f"https://e.org/{n}", summary=f"{n}") for n in range(3)]

    keys = [key for item in _items(feed, *same_headline) for key in item.keys]

    assert len(keys) == len(set(keys))


_CHOICE = st.builds(
    Entry,
    guid=st.sampled_from([None, "g1", "g2", "https://e.org/?p=1"]),
    link=st.sampled_from([None, "https://e.org/1", "https://e.org/1#a", "https://e.org/2", "mailto:x"]),
    title=st.sampled_from(["", "Breaking", TITLE]),
    summary=st.sampled_from(["", "short", LONG]),
    content=st.just(""),
    published_at=st.sampled_from([None, PUBLISHED, PUBLISHED.replace(hour=0, minute=0, second=0)]),
    updated_at=st.none(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_CHOICE, max_size=12))
def test_no_entry_is_lost_and_no_document_is_news_twice(entries: list[Entry]) -> None:
    feed = Feed(FeedId("f"), "F", "https://e.org/f", "F", None, "", timedelta(minutes=5), Position("feeds.yaml"))

    items = _items(feed, *entries)

    assert {(entry.title, entry.summary) for entry in entries if entry.title} <= {
        (item.title, item.text) for item in items
    }
    keys = [key for item in items for key in item.keys]
    assert len(keys) == len(set(keys))
    assert len({item.id for item in items}) == len(items)
    assert _news(_items(feed, *entries), items) == ()


# --- edits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "is_edit"),
    [
        ({"title": "Guards leave the mill  at Tell Zahra "}, False),
        ({"title": "GUARDS LEAVE THE MILL, AT TELL ZAHRA!"}, False),
        ({"summary": "<p>The guards <i>left</i>.</p>"}, False),
        ({"link": "https://qalam.example/other", "published_at": None}, False),
        ({"title": "Guards have left the mill at Tell Zahra"}, True),
        ({"summary": "The guards left, 3 hurt."}, True),
    ],
)
def test_an_edit_is_what_a_reader_would_notice(feed: Feed, changes: dict[str, Any], is_edit: bool) -> None:
    (before,) = _items(feed, _entry())
    (after,) = _items(feed, _entry(**changes))

    assert (before.content_hash != after.content_hash) is is_edit
    assert before.id == after.id
