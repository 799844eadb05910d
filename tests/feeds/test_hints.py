"""What a feed says about being polled, and where its older entries are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from watcher.feeds.hints import older_page, with_hints
from watcher.model import Document, Wishes

URL = "https://wire.example/feed/?lang=en"
NOTHING = Document("rss20", "", None, (), 0)
HOUR = timedelta(hours=1)


def read(head: str) -> Document:
    return with_hints(NOTHING, f"<rss><channel>{head}<item><ttl>1</ttl></item></channel></rss>", URL)


@pytest.mark.parametrize(
    ("head", "wishes"),
    [
        ("", Wishes()),
        ("<ttl> 90 </ttl>", Wishes(1.5 * HOUR)),
        ("<ttl>soon</ttl>", Wishes()),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Wishes(6 * HOUR)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", Wishes(HOUR)),
        ("<generator>https://wordpress.org/?v=6</generator><sy:updatePeriod>hourly</sy:updatePeriod>", Wishes()),
        (
            (
                "<skipHours><hour>0</hour><hour>24</hour><hour>3</hour></skipHours>"
                "<skipDays><day>Sunday</day><day>Someday</day></skipDays>"
            ),
            Wishes(None, (0, 3), (6,)),
        ),
    ],
)
def test_wishes(head: str, wishes: Wishes) -> None:
    assert read(head).wishes == wishes


def link(rel: str, href: str) -> str:
    return f"<atom:link href='{href}' rel=\"{rel}\"/>"


@pytest.mark.parametrize(
    ("head", "older"),
    [
        ("", None),
        (link("self", "/feed"), None),
        (link("prev-archive", "/2015.xml"), "https://wire.example/2015.xml"),
        (link("next", "?page=2&amp;lang=en"), "https://wire.example/feed/?page=2&lang=en"),
        (link("next", "/p2") + link("prev-archive", "/old"), "https://wire.example/old"),
        (link("prev-archive", "https://elsewhere.example/old"), None),
        (link("next", URL), None),
        ("<generator>https://wordpress.org/?v=6</generator>", "https://wire.example/feed/?lang=en&paged=2"),
        ("<generator>Something else</generator>", None),
    ],
)
def test_where_older_entries_are(head: str, older: str | None) -> None:
    assert older_page(read(head), URL) == older


def test_wordpress_pages_are_counted_up() -> None:
    document = read("<generator>https://wordpress.org/?v=6</generator>")

    assert older_page(document, "https://wire.example/feed?paged=9") == "https://wire.example/feed?paged=10"
    assert older_page(document, "https://wire.example/feed?paged=x") == "https://wire.example/feed?paged=2"


def test_a_json_feed_tells_its_next_url() -> None:
    text = '{"version": "https://jsonfeed.org/version/1.1", "items": [], "next_url": "https:\\/\\/wire.example/2"}'

    assert older_page(with_hints(NOTHING, text, URL), URL) == "https://wire.example/2"


def test_only_what_stands_before_the_first_entry_counts() -> None:
    text = "<rss><channel><item/><ttl>60</ttl></channel></rss>"

    assert with_hints(NOTHING, text, URL).wishes == Wishes()
