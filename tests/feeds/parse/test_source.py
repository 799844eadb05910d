"""Where entries begin and end in a source text."""

from __future__ import annotations

from watcher.feeds.parse.source import outline, pieces


def test_each_entry_can_stand_alone_under_the_head() -> None:
    text = "<rss><channel><title>T</title><item>1</item>\n<item>2</item></channel></rss>"

    assert pieces(outline(text)) == (
        "<rss><channel><title>T</title><item>1</item></channel></rss>",
        "<rss><channel><title>T</title><item>2</item></channel></rss>",
    )


def test_entries_of_atom_with_a_prefix_stand_alone_too() -> None:
    head = "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>"

    assert pieces(outline(f"{head}<a:entry>1</a:entry><a:entry>2</a:entry></a:feed>")) == (
        f"{head}<a:entry>1</a:entry></a:feed>",
        f"{head}<a:entry>2</a:entry></a:feed>",
    )


def test_of_a_very_long_head_the_root_element_is_enough() -> None:
    text = f"<?xml version='1.0'?><feed lang='ar'><title>{'x' * 30_000}</title><entry>1</entry></feed>"

    assert pieces(outline(text)) == ("<?xml version='1.0'?><feed lang='ar'><entry>1</entry></feed>",)


def test_an_entry_that_never_ends_is_taken_as_far_as_the_text_goes() -> None:
    assert pieces(outline("<feed><entry>1<entry>2</entry></feed>")) == (
        "<feed><entry>1</feed>",
        "<feed><entry>2</entry></feed>",
    )


def test_without_entries_there_are_no_pieces() -> None:
    assert pieces(outline("<rss/>")) == ()
