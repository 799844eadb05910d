"""Odd feeds, read by plain feedparser and by us: never fewer entries, never a worse text, never a crash, never slow."""

from __future__ import annotations

import json
import random
from io import BytesIO
from pathlib import Path

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.feed_cases import CASES, compare, files_in, summary, table
from watcher.feeds.decode import decode
from watcher.feeds.parse import parse, parse_plain
from watcher.model import Document, Failure

ROOT = Path(__file__).parent.parent.parent.parent
SAMPLES = tuple(files_in((CASES, ROOT / "tests" / "data" / "feeds", ROOT / "seeds")))
URL = "https://cases.example/feed"
LIMIT_S = 5.0  # of the processor; a worker is ended after ten


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_no_case_gives_less_than_plain_feedparser(path: Path) -> None:
    found = compare(path.name, path.read_bytes())

    assert found.ours >= found.theirs
    assert found.worse == ()


def test_the_table_in_the_docs_is_what_comes_out() -> None:
    rows = [compare(path.name, path.read_bytes()) for path in files_in((CASES,))]

    assert len(rows) == 101
    assert table(rows) in (ROOT / "docs" / "feed-cases.md").read_text(encoding="utf-8")
    assert summary(rows) in (ROOT / "docs" / "feed-cases.md").read_text(encoding="utf-8")


# --- generated damage ----------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    (
        *("Rebels captured Marea", "سيطرت الفصائل على مارع", "Größe & “quotes”", "a < b", "&amp;nbsp;", "&#8211;"),
        *("&#x1F600;", "<![CDATA[<p>One</p>]]>", "<![CDATA[a]]><![CDATA[b]]>", "&lt;![CDATA[x]]&gt;", "<p>markup</p>"),
        *("<br>", "", "   ", "<b><i>wrong</b></i>", "&bogus;", "0000-00-00", "Thu, 09 Jun 2016 05:40:00 EEST", "\t\n"),
        *("2016-06-09T05:40:00Z", "https://cases.example/1?a=1&b=2", "javascript:alert(1)", "]]>", "<!-- note -->"),
        "<?php echo 1 ?>",
    )
)
NAMES = st.sampled_from(
    (
        *("title", "link", "description", "guid", "pubDate", "author", "dc:date", "dc:creator", "content:encoded"),
        *("summary", "content", "id", "updated", "published", "media:title", "media:description", "itunes:summary"),
        *("x:entry", "x:item", "rss:title", "a:title", "TITLE", "category", "enclosure", "textInput", "image"),
        *("source", "rdf:li", "modified"),
    )
)
SPACES = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:a='http://www.w3.org/2005/Atom' xmlns:x='https://x.example/' "
    "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:rss='http://purl.org/rss/1.0/'"
)
NETSCAPE = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
)
SHAPES = st.sampled_from(
    (
        (f"<rss version='2.0' {SPACES}><channel><title>W</title>", "item", "</channel></rss>"),
        (f"<rss version='0.92' {SPACES}><channel>", "item", "</channel></rss>"),
        (f"{NETSCAPE}<rss version='0.91'><channel>", "item", "</channel></rss>"),
        (f"<rdf:RDF xmlns='http://purl.org/rss/1.0/' {SPACES}><channel/>", "item", "</rdf:RDF>"),
        (f"<rdf:RDF xmlns='http://my.netscape.com/rdf/{'simple/0.9/'}' {SPACES}>", "item", "</rdf:RDF>"),
        (f"<rdf:RDF {SPACES}>", "rss:item", "</rdf:RDF>"),
        (f"<feed xmlns='http://www.w3.org/2005/Atom' {SPACES}>", "entry", "</feed>"),
        (f"<a:feed {SPACES}>", "a:entry", "</a:feed>"),
        (f"<feed version='0.3' xmlns='http://purl.org/atom/ns#' {SPACES}>", "entry", "</feed>"),
        (f"<feed {SPACES}>", "entry", "</feed>"),
        (f"<channel {SPACES}>", "item", "</channel>"),
    )
)
ELEMENTS = st.lists(st.tuples(NAMES, TEXTS), max_size=6)
ENCODINGS = st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1256", "cp1252", "iso8859-6"))
LABELS = st.sampled_from(("", "utf-8", "utf-16", "windows-1256", "iso-8859-1", "us-ascii", "nonsense"))


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A feed of some kind, with what publishers put into it, in an encoding that its label need not be."""
    opening, name, closing = draw(SHAPES)
    entries = [
        f"<{name}>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in draw(ELEMENTS))}</{name}>"
        for _ in range(draw(st.integers(0, 6)))
    ]
    label = draw(LABELS)
    declaration = f"<?xml version='1.0' encoding='{label}'?>" if label else ""
    return f"{declaration}{opening}{''.join(entries)}{closing}".encode(draw(ENCODINGS), "replace")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The same with bytes changed, cut off, doubled or put before it."""
    body = bytearray(draw(documents()))
    chance = random.Random(draw(st.integers(0, 2**32)))
    for kind in draw(st.lists(st.sampled_from(("flip", "cut", "double", "junk", "drop")), max_size=4)):
        place = chance.randrange(len(body)) if body else 0
        if kind == "flip" and body:
            body[place] = chance.randrange(256)
        elif kind == "cut":
            del body[place:]
        elif kind == "double":
            body[place:place] = body[place : place + chance.randrange(200)]
        elif kind == "junk":
            body[0:0] = b"\r\n<b>Warning</b>: cannot modify header in /x.php\n"
        else:
            del body[place : place + chance.randrange(40)]
    return bytes(body)


@given(documents())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_whole_document_of_any_kind_never_gives_fewer_entries(body: bytes) -> None:
    found = compare("generated", body)

    assert found.ours >= found.theirs
    assert found.cpu_s < LIMIT_S


@given(damaged())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_document_is_never_a_crash_and_loses_only_what_is_cut(body: bytes) -> None:
    """A cut entry waits for the next poll: of a document that ends early, the last entry may be left out."""
    text = decode(body, None).text
    found = compare("generated", body)
    document = parse(text, URL)

    assert isinstance(document, Document | Failure)
    assert parse_plain(text, URL) in (None, document)
    left_out = 1 if isinstance(document, Failure) or not document.complete else 0
    assert found.ours + left_out >= found.theirs
    assert found.cpu_s < LIMIT_S


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(("id", "name", "url")), parts, max_size=3)
    ),
    max_leaves=5,
)
JSON_NAMES = st.sampled_from(
    ("id", "title", "url", "content_html", "content_text", "summary", "date_published", "author", "authors", "language")
)


@given(st.lists(st.dictionaries(JSON_NAMES, ODD, max_size=6) | ODD, max_size=5), st.integers(0, 400), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_json_feed_of_odd_types_keeps_every_item_that_is_an_object(
    items: list[object], cut: int, whole: bool
) -> None:
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": 7, "items": items})
    found = parse(text if whole else text[: max(1, len(text) - cut)], URL)

    assert isinstance(found, Document | Failure)
    if whole:
        assert isinstance(found, Document)
        assert len(found.entries) == sum(isinstance(item, dict) for item in items)


def test_feedparser_itself_is_not_changed_by_reading() -> None:
    """Both readers use its tables: what one does must not change what the other gives."""
    body = SAMPLES[0].read_bytes()
    before = feedparser.parse(BytesIO(body))
    parse_plain(decode(body, None).text, URL)
    parse(decode(body, None).text, URL)

    assert feedparser.parse(BytesIO(body)) == before
