"""One spelling for each page's address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.items import canonical_url
from watcher.feeds.items.urls import page_key, path_key


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://News.Example.ORG/Path", "https://news.example.org/Path"),
        ("https://news.example.org:443/a", "https://news.example.org/a"),
        ("http://news.example.org:80", "http://news.example.org/"),
        ("http://news.example.org:8080/", "http://news.example.org:8080/"),
        ("https://news.example.org./a", "https://news.example.org/a"),
        ("https://user:word@news.example.org/a", "https://news.example.org/a"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
        ("https://e.org/a#part", "https://e.org/a"),
        ("https://e.org/a?utm_source=rss&utm_medium=x&UTM_Campaign=y&id=7", "https://e.org/a?id=7"),
        ("https://e.org/a?fbclid=1&gclid=2&at_medium=RSS&traffic_source=rss", "https://e.org/a"),
        ("https://e.org/a?b=2&a=1&a=0&c", "https://e.org/a?a=1&a=0&b=2&c"),
        ("https://e.org/a?", "https://e.org/a"),
        ("https://e.org/a?source=agency&ref=3", "https://e.org/a?ref=3&source=agency"),
        ("https://e.org/story/amp/", "https://e.org/story/"),
        ("https://e.org/story/amp", "https://e.org/story"),
        ("https://e.org/amp", "https://e.org/amp"),
        ("https://e.org/lamp/", "https://e.org/lamp/"),
        ("https://e.org/a?amp=1", "https://e.org/a"),
        ("https://e.org/a?outputType=amp", "https://e.org/a"),
        ("https://e.org/حلب?q=حلب", "https://e.org/%D8%AD%D9%84%D8%A8?q=%D8%AD%D9%84%D8%A8"),
        ("https://e.org/%d8%ad%7Ex%2f", "https://e.org/%D8%AD~x%2F"),
        ("  https://e.org/a \n", "https://e.org/a"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("tag:e.org,2016:1", "tag:e.org,2016:1"),
        ("https://[bad/a", "https://[bad/a"),
        ("https://e.org:99999/a", "https://e.org:99999/a"),
        ("", ""),
    ],
)
def test_urls_get_one_spelling(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@given(st.text(st.sampled_from("https://e.org:80/a?b=&#%41 حamputm_x[]@"), max_size=40).map("https://e.org/".__add__))
def test_a_canonical_url_is_its_own_canonical_url(url: str) -> None:
    once = canonical_url(url)

    assert canonical_url(once) == once


@pytest.mark.parametrize(
    "other",
    [
        "http://e.example/story",
        "https://www.e.example/story/",
        "https://m.e.example/story?utm_source=x",
        "https://amp.e.example/story/amp/",
        "https://mobile.e.example/story#xtor=RSS-1",
    ],
)
def test_variants_of_a_page_have_one_key(other: str) -> None:
    assert page_key(other, with_fragment=True) == "e.example/story"


def test_the_update_of_a_live_page_keeps_its_fragment_if_wanted() -> None:
    assert page_key("https://e.example/live#update-7", with_fragment=True) == "e.example/live#update-7"
    assert page_key("https://e.example/live#update-7", with_fragment=False) == "e.example/live"


def test_a_host_that_only_begins_like_a_variant_is_left_alone() -> None:
    assert page_key("https://m.example/a", with_fragment=False) == "m.example/a"


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ("http://old.example/?p=12", "/?p=12"),
        ("https://new.example/2016/story", "/2016/story"),
        ("https://new.example/", None),
        ("qalam-12", None),
        ("tag:e.org,2016:1", None),
    ],
)
def test_a_guid_that_is_a_url_is_known_by_its_path(guid: str, expected: str | None) -> None:
    assert path_key(guid) == expected
