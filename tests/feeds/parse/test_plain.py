"""The fast reader gives what feedparser gives, or nothing."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.feeds.decode import decode
from watcher.feeds.parse import parse, parse_plain

ROOT = Path(__file__).parent.parent.parent.parent
SAMPLES = sorted(
    path
    for folder in ("tests/data/feeds", "tests/data/feed_cases", "seeds")
    for path in (ROOT / folder).rglob("*.*")
    if path.suffix in (".xml", ".rss", ".atom")
)
URL = "https://qalam.example/feeds/main"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:own="https://qalam.example/own" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_comes_as_from_feedparser_or_is_left_to_it(path: Path) -> None:
    text = decode(path.read_bytes(), None).text

    assert parse_plain(text, URL) in (None, parse(text, URL))


@pytest.mark.parametrize("name", ["rss.xml", "arabic-windows-1256.xml"])
def test_ordinary_feeds_are_plain(name: str) -> None:
    text = decode((ROOT / "tests" / "data" / "feeds" / name).read_bytes(), None).text

    assert parse_plain(text, URL) == parse(text, URL)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title type="html">A &amp;amp; B</title><id>f</id>
<author><name>Desk</name></author><link rel="self" href="/f"/><entry xml:lang="ar"><id>1</id><title>حلب</title>
<link href="/1"/><link rel="enclosure" href="/a.mp3"/><published>2016-06-09T05:40:00+03:00</published>
<updated>2016-06-09T06:00:00Z</updated><author><name>Sami</name><email>s@x.example</email></author>
<summary>short</summary><content type="html" xml:base="/b">&lt;p&gt;long&lt;/p&gt;</content></entry></feed>"""


def test_an_ordinary_atom_feed_is_plain() -> None:
    found = parse_plain(ATOM, URL)

    assert found is not None
    assert found == parse(ATOM, URL)
    assert found.entries[0].author == "Sami (s@x.example)"


@pytest.mark.parametrize(
    "text",
    [
        "<rss version='2.0'><channel><item><title>a & b</title></item></channel></rss>",
        "<!DOCTYPE rss><rss version='2.0'><channel></channel></rss>",
        "<rss version='2.0'><channel><item><title>a <b>c</b></title></item></channel></rss>",
        "<rss version='2.0'><channel><item><title>a</title><title>b</title></item></channel></rss>",
        "<rss version='0.91'><channel><item><title>a</title></item></channel></rss>",
        "<rss version='2.0'><channel><item><title>Ã©</title></item></channel></rss>",
        "<rss version='2.0'><channel></channel><item><title>a</title></item></rss>",
        "<rss version='2.0'><channel><item><where/><!-- x --></item></channel></rss>",
        "<rss version='2.0' xmlns:dc='http://search.yahoo.com/mrss/'><channel/></rss>",
        ATOM.replace('type="html" xml:base', 'type="xhtml" xml:base'),
        "{}",
        "<html/>",
        "x" * 2_000_001,
    ],
)
def test_any_doubt_is_left_to_feedparser(text: str) -> None:
    assert parse_plain(text, URL) is None


def test_a_hostile_author_costs_no_time() -> None:
    text = f"<rss version='2.0'><channel><item><author>{'a.' * 100_000}</author></item></channel></rss>"

    found = parse_plain(text, URL)

    assert found is not None
    assert len(found.entries[0].author or "") == 200_000


TEXTS = st.sampled_from(
    [
        "", " ", "Fish & chips", "<p>Words</p>", "حلب", "caf\u00e9", "Ø­Ù„Ø¨", "\u0091q\u0092", "a &amp; b", "&#8211;",
        "https://x.example/1?a=1&b=2", "https://x.example/?a=1&b;=2", "http:///x", "1234", "/path", "[", "http://[bad",
        "Thu, 09 Jun 2016 05:40:00 +0300", "2016-06-09", "0000-00-00", "Thu, 30 Jun 2016 23:59:60 GMT",
        "desk@x.example",        "a@x.example (Desk)", "<![CDATA[x]]>", "  two\n lines ", "true",
    ]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    [
        "", "", "", "", ' isPermaLink="false"', ' isPermaLink="TRUE"', ' type="html"', ' type="xhtml"', ' type="text"',
        ' xml:lang="ar_SY"', ' lang="fr"', ' xml:lang=""', ' xml:base="/b/"', ' href="/h"', ' rel="via" href="/v"',
        ' rel="enclosure" url="/e" type="audio/mpeg"', ' href="/t" type="text/plain"', ' term="t"', ' mode="base64"',
        ' src="/s"', ' rel="self" href="/self"', ' xmlns="https://qalam.example/else"', ' url="https://x.example/"',
    ]
)  # fmt: skip
TAGS = st.sampled_from(
    [
        "title", "title", "link", "link", "guid", "guid", "description", "pubDate", "author", "dc:creator", "dc:date",
        "content:encoded", "category", "comments", "source", "enclosure", "media:content", "media:title", "own:title",
        "own:x", "slash:comments", "atom:link", "atom:title", "dc:title", "dc:subject", "media:thumbnail", "where",
        "id", "published", "updated", "summary", "content", "name", "email", "uri", "contributor", "rights", "Title",
        "image", "item", "entry", "language", "post-id", "media:group", "textInput", "body", "created", "generator",
    ]
)  # fmt: skip


def _element(tag: str, attributes: str, inside: str) -> str:
    return f"<{tag}{attributes}>{inside}</{tag}>"


LEAVES = st.builds(_element, TAGS, ATTRIBUTES, TEXTS.map(escape))
ELEMENTS = st.one_of(
    LEAVES, LEAVES, LEAVES, st.builds(_element, TAGS, ATTRIBUTES, st.lists(LEAVES, max_size=3).map("".join))
)
BODIES = st.lists(ELEMENTS, max_size=6).map("".join)
ENTRIES = st.tuples(ATTRIBUTES.filter(lambda told: "=" not in told or "lang" in told), BODIES)


@settings(max_examples=300, deadline=None)
@given(st.booleans(), BODIES, st.lists(ENTRIES, max_size=3))
def test_whatever_is_read_fast_is_what_feedparser_reads(
    is_atom: bool, head: str, entries: list[tuple[str, str]]
) -> None:
    name = "entry" if is_atom else "item"
    inside = head + "".join(_element(name, attributes, body) for attributes, body in entries)
    text = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}>{inside}</feed>'
        if is_atom
        else f'<rss version="2.0" {SPACES}><channel>{inside}</channel></rss>'
    )

    found = parse_plain(text, URL)

    if found is not None:
        assert found == parse(text, URL)
