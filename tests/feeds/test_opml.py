"""OPML, in both directions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from watcher.feeds.opml import OpmlError, Outline, read_opml, write_opml
from watcher.model import Feed, FeedId


def opml(body: str) -> str:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'


def test_what_is_written_is_read_again_with_its_tiers(feed: Feed) -> None:
    odd = replace(feed, id=FeedId("b"), name='<A> & "B" \u062d\u0644\u0628', url="https://b.example/?a=1&b=2", tier=1)

    outlines = read_opml(write_opml([feed, replace(odd, language="ar")]))

    assert outlines == (
        Outline("https://b.example/?a=1&b=2", '<A> & "B" \u062d\u0644\u0628', ("Tier 1",), "ar"),
        Outline(feed.url, feed.name, ("Tier 2",)),
    )
    assert [outline.tier for outline in outlines] == [1, 2]


def test_folders_that_are_no_tiers_are_only_names() -> None:
    (outline,) = read_opml(opml('<outline text="Syria"><outline text="x" xmlUrl="https://x.example/"/></outline>'))

    assert (outline.folders, outline.tier) == (("Syria",), None)


def test_an_address_counts_once() -> None:
    twice = '<outline text="a" xmlUrl="https://x.example/"/><outline text="b" xmlUrl="https://x.example/"/>'

    assert [outline.title for outline in read_opml(opml(twice))] == ["a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml>&a;</opml>', "line 1: a DOCTYPE is not read"),
        ("<opml>&a;</opml>", "line 1: no well-formed XML: undefined entity"),
        ("<html/>", "the root element is not <opml>"),
        ("", "line 1: no well-formed XML: no element found"),
        ("<outline>" * 30, "line 1: outlines are nested more than 20 deep"),
    ],
)
def test_hostile_or_broken_lists_are_refused(text: str, message: str) -> None:
    with pytest.raises(OpmlError) as caught:
        read_opml(text)

    assert str(caught.value) == message
