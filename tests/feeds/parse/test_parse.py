"""From text to entries: good feeds, bad feeds, and what is no feed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.feeds.decode import decode
from watcher.feeds.parse import parse
from watcher.feeds.parse.xml_feed import _entries
from watcher.model import Document, Entry, Failure, FailureReason

DATA = Path(__file__).parent.parent.parent / "data" / "feeds"
URL = "https://qalam.example/feeds/main"


def _document(text: str, url: str = URL) -> Document:
    found = parse(text, url)
    assert isinstance(found, Document), str(found)
    return found


def _failure(text: str) -> Failure:
    found = parse(text, URL)
    assert isinstance(found, Failure), found
    return found


def _file(name: str) -> Document:
    return _document(decode((DATA / name).read_bytes(), None).text)


def _rss(*items: str, head: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{head}{"".join(items)}</channel></rss>'


def _item(number: int, more: str = "") -> str:
    return f"<item><title>Item {number}</title><guid>g{number}</guid>{more}</item>"


# --- good feeds ----------------------------------------------------------------------------------------------------


def test_rss_comes_as_the_feed_gave_it() -> None:
    document = _file("rss.xml")

    assert (document.format, document.title, document.language) == ("rss20", "Qalam Wire", "en-GB")
    assert (document.raw_entries, document.notes, document.complete) == (2, (), True)
    assert document.entries == (
        Entry(
            guid="qalam-101",
            link="https://qalam.example/2016/06/mill?utm_source=rss&utm_medium=feed",
            title="Council & guards leave the mill at Tell Zahra",
            summary="<p>The guards left the mill before dawn.</p>",
            content="<p>The guards left the mill before dawn.</p><p>Nobody was hurt, a baker said.</p>",
            published_at=datetime(2016, 6, 9, 2, 40, tzinfo=UTC),
            updated_at=None,
            author="Desk",
        ),
        Entry(
            guid="https://qalam.example/?p=102",
            link="https://qalam.example/2016/06/water",
            title="Water returns to the upper quarter",
            summary="Taps ran again on Wednesday night.",
            content="",
            published_at=datetime(2016, 6, 9, 1, 10, tzinfo=UTC),
            updated_at=None,
        ),
    )


def test_atom_keeps_its_base_and_its_html() -> None:
    document = _file("atom.xml")

    assert (document.format, document.title, document.language) == ("atom10", "Mirsad Monitor", "en")
    assert document.entries == (
        Entry(
            guid="tag:mirsad.example,2016:77",
            link="https://mirsad.example/news/77",
            title="Road to Umm Kherba <em>open</em>",
            summary="The road is open.",
            content="<p>The road is open to cars.</p><p>Lorries wait.</p>",
            published_at=datetime(2016, 6, 8, 18, 15, 30, tzinfo=UTC),
            updated_at=datetime(2016, 6, 9, 5, 0, tzinfo=UTC),
            author="Mirsad",
            language="en",
        ),
    )


def test_rdf_has_dates_of_change_only() -> None:
    entry = _file("rdf.xml").entries[0]

    assert (entry.guid, entry.link) == ("https://radio.example/1", "https://radio.example/1")
    assert (entry.published_at, entry.updated_at) == (None, datetime(2016, 6, 8, 10, 0, tzinfo=UTC))


def test_arabic_without_a_word_about_its_encoding_comes_out_right() -> None:
    entry = _file("arabic-windows-1256.xml").entries[0]

    assert entry.title == "عودة المياه إلى الحي الأعلى في تل زهرة"
    assert entry.summary == "قالت لجنة الحي إن المياه عادت مساء الأربعاء «بعد أسبوع»."


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("<link>story</link>", "https://qalam.example/feeds/story"),
        ("<link>//cdn.example/a b</link>", "https://cdn.example/ab"),
        ("<link>\n  https://other.example/1\n</link>", "https://other.example/1"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[bad/1</link>", None),
        ("<link/>", None),
        ("<guid>https://other.example/2</guid>", "https://other.example/2"),
        ("<guid isPermaLink='false'>https://other.example/2</guid>", None),
        (
            "<link>https://proxy.example/x</link><fb:origLink>https://other.example/3</fb:origLink>",
            "https://other.example/3",
        ),
    ],
)
def test_links_end_absolute_or_not_at_all(link: str, expected: str | None) -> None:
    text = _rss(f"<item><title>x</title>{link}</item>")
    text = text.replace("<rss ", '<rss xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0" ')

    assert _document(text).entries[0].link == expected


def test_an_atom_entry_without_an_alternate_link_takes_a_related_one() -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>x</title>'
        '<link rel="enclosure" href="/a.mp3"/><link rel="related" href="/page"/></entry></feed>'
    )

    assert _document(text).entries[0].link == "https://qalam.example/page"


def test_a_guid_stays_as_it_is_also_when_it_could_be_a_relative_link() -> None:
    assert _document(_rss("<item><guid>1234</guid></item>")).entries[0].guid == "1234"


def test_the_longest_content_counts() -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content>short</content>'
        "<content>somewhat longer</content></entry></feed>"
    )

    assert _document(text).entries[0].content == "somewhat longer"


@pytest.mark.parametrize(
    "description",
    [
        "&lt;![CDATA[&lt;p&gt;Words&lt;/p&gt;]]&gt;",
        "<![CDATA[<![CDATA[<p>Words</p>]]]]><![CDATA[>]]>",
    ],
)
def test_cdata_that_was_escaped_is_unwrapped(description: str) -> None:
    entry = _document(_rss(f"<item><title>x</title><description>{description}</description></item>")).entries[0]

    assert entry.summary == "<p>Words</p>"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu, 09 Jun 2016 05:40:00 +0300", datetime(2016, 6, 9, 2, 40, tzinfo=UTC)),
        ("2016-06-09 05:40:00", datetime(2016, 6, 9, 5, 40, tzinfo=UTC)),
        ("2016-06-09", datetime(2016, 6, 9, tzinfo=UTC)),
        ("Thu, 30 Jun 2016 23:59:60 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", datetime(1970, 1, 1, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("1465450800", datetime(2016, 6, 9, 5, 40, tzinfo=UTC)),
        ("الخميس 9 حزيران 2016", datetime(2016, 6, 9, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_or_left_out(date: str, expected: datetime | None) -> None:
    entry = _document(_rss(f"<item><title>x</title><pubDate>{date}</pubDate></item>")).entries[0]

    assert entry.published_at == expected


def test_an_updated_date_is_not_made_up_from_the_published_one() -> None:
    entry = _document(_rss("<item><pubDate>Thu, 09 Jun 2016 05:40:00 GMT</pubDate></item>")).entries[0]

    assert entry.updated_at is None


def test_a_feed_without_entries_is_a_feed() -> None:
    document = _document(_rss())

    assert (document.entries, document.raw_entries, document.complete) == ((), 0, True)


# --- bad feeds -----------------------------------------------------------------------------------------------------


def test_a_feed_that_is_not_well_formed_gives_its_entries_and_a_note() -> None:
    document = _document(_rss(_item(1), "<item><title>Fish & chips</title></item>", _item(3)))

    assert [entry.title for entry in document.entries] == ["Item 1", "Fish & chips", "Item 3"]
    assert len(document.notes) == 1
    assert document.notes[0].startswith("not well-formed: ")


def test_an_entry_that_makes_the_parser_fail_does_not_cost_the_others() -> None:
    where = "<gml:pos>36.2 37.1</gml:pos>"  # outside of what should hold it
    channel = f"<channel><title>T</title>{_item(1)}{_item(2, where)}{_item(3)}</channel>"

    document = _document(f"<rss version='2.0' xmlns:gml='http://www.opengis.net/gml'>{channel}</rss>")

    assert [entry.guid for entry in document.entries] == ["g1", "g2", "g3"]
    assert (document.format, document.title) == ("rss20", "T")
    assert document.notes == (
        "the parser failed on the whole document: KeyError: 'where'",
        "entries read one by one: 3 instead of 0",
    )


@pytest.mark.parametrize(
    "bad",
    [
        '<content type="xhtml"><div a="b<x/>',
        "<image><title>",
        '<description type="xhtml"><div>',
        '<title a="b',
    ],
)
def test_entries_that_the_parser_swallows_are_read_one_by_one(bad: str) -> None:
    document = _document(_rss(_item(1), _item(2, bad), _item(3), _item(4)))

    assert [entry.title for entry in document.entries] == ["Item 1", "Item 2", "Item 3", "Item 4"]
    assert document.notes[1:] == ("entries read one by one: 4 instead of 3",)


def test_an_entry_that_cannot_be_parsed_at_all_is_counted_as_lost() -> None:
    bad = "<item><title>a & b &#99999999999;</title></item>"  # which decode would have struck out

    document = _document(_rss(_item(1), bad, _item(3)))

    assert [entry.title for entry in document.entries] == ["Item 1", "Item 3"]
    assert document.raw_entries == 3
    assert document.notes[-1] == "1 of 3 entries were lost by the parser"


def test_a_document_on_which_the_parser_fails_and_that_has_no_entries_is_broken() -> None:
    failure = _failure("<rss version='2.0'><channel><title>a & b &#99999999999;</title></channel></rss>")

    assert failure.reason is FailureReason.BROKEN
    assert failure.detail.startswith("the parser failed on the whole document: ")


def test_elements_named_like_the_parsers_own_fields_do_no_harm() -> None:
    odd = ("title_detail", "links", "content", "published_parsed", "updated_parsed", "authors", "summary_detail")
    inside = "".join(f"<{name}>x</{name}>" for name in odd) + "".join(f"<{name} a='1'/>" for name in (*odd, "id"))

    document = _document(_rss(_item(1, inside), "<item><feedburner_origlink a='1'/><links a='1'/></item>"))

    assert document.entries[0].title == "Item 1"
    assert document.entries[0].published_at is None
    assert len(document.entries) == 2


def test_an_entry_that_cannot_be_read_does_not_cost_the_others() -> None:
    notes: list[str] = []

    entries = _entries([None, feedparser.FeedParserDict(title="x")], URL, notes)

    assert [entry.title for entry in entries] == ["x"]
    assert notes == ["entry 1 cannot be read: AttributeError: 'NoneType' object has no attribute 'get'"]


def test_one_broken_entry_among_thirty_costs_at_most_itself() -> None:
    items = [_item(number) for number in range(30)]
    items[17] = "<item><title>Broken <b>tag</title><guid>g17</gui></item>"

    document = _document(_rss(*items))

    titles = [entry.title for entry in document.entries]
    assert len(titles) == 30
    assert {f"Item {number}" for number in range(30)} - set(titles) == {"Item 17"}


@pytest.mark.parametrize(
    "cut", ["<item><title>Item 4</ti", "<item><title>It", "<item", "<item><description><![CDATA[<p>wo"]
)
def test_of_a_feed_that_ends_early_the_whole_entries_are_kept(cut: str) -> None:
    text = _rss(_item(1), _item(2), _item(3)).removesuffix("</channel></rss>") + cut

    document = _document(text)

    assert [entry.title for entry in document.entries] == ["Item 1", "Item 2", "Item 3"]
    assert document.complete is False
    assert any(note.startswith("the document ends early: 3 whole entries") for note in document.notes)


def test_a_feed_that_ends_between_two_entries_is_known_to_be_incomplete() -> None:
    document = _document(_rss(_item(1), _item(2)).removesuffix("</channel></rss>"))

    assert len(document.entries) == 2
    assert document.complete is False
    assert document.notes[-1] == "the document ends early: 2 whole entries, 0 cut off and left out"


def test_an_atom_feed_that_ends_early_is_cut_too() -> None:
    text = '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id></a:entry><a:entry><a:id>2'

    document = _document(text)

    assert [entry.guid for entry in document.entries] == ["1"]
    assert (document.raw_entries, document.complete) == (2, False)


def test_of_a_feed_whose_only_entry_is_cut_off_that_is_kept_as_far_as_it_goes() -> None:
    document = _document('<rss version="2.0"><channel><item><title>Item 1</title><link>/1</link><description>It was')

    assert document.entries[0].title == "Item 1"
    assert document.complete is False
    assert document.notes[-1] == "the document ends early: its only entry is kept as far as it goes"


def test_a_missing_bracket_at_the_very_end_is_no_early_end() -> None:
    assert _document(_rss(_item(1)).removesuffix(">")).complete is True


def test_a_feed_that_ends_before_its_first_entry_is_broken() -> None:
    failure = _failure('<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>')

    assert str(failure) == "broken: the document ends before its first entry"


@pytest.mark.parametrize(
    ("inside", "raw_entries"),
    [
        ("<!-- <item></item> --><item/>", 1),
        ("<description><![CDATA[<item>]]></description><item></item>", 1),
        ("<items/><ITEM></ITEM>", 1),
        ("<?note <item> ?><item></item>", 1),
        ("<m:item xmlns:m='http://example.org/menu'/><item></item>", 1),
        ("<item><title>&lt;item&gt;</title></item>", 1),
    ],
)
def test_only_real_entries_are_counted(inside: str, raw_entries: int) -> None:
    document = _document(_rss(inside))

    assert document.raw_entries == raw_entries
    assert len(document.entries) == 1


def test_entities_cannot_be_used_to_blow_up_memory() -> None:
    entities = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
    text = f'<!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]>' + _rss("<item><title>&e11;</title></item>")[21:]

    found = parse(text, URL)

    assert isinstance(found, Failure) or all(len(entry.title) < 1_000 for entry in found.entries)


def test_external_entities_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    text = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + _rss("<item><title>&x;</title></item>")[21:]

    assert "hidden words" not in repr(parse(text, URL))


# --- no feeds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty: the document is empty"),
        (" \n", "empty: the document is empty"),
        ("<!-- nothing -->", "not_a_feed: the document is no feed: it holds no element"),
        ("just words", "not_a_feed: the document is no feed: it holds no element"),
        ("<opml version='2.0'><body/></opml>", "not_a_feed: the document is no feed: its root element is <opml>"),
        (
            "<urlset xmlns:a='http://www.w3.org/2005/Atom'/>",
            "not_a_feed: the document is no feed: its root element is <urlset>",
        ),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>",
            "not_a_feed: the document is no feed: its root element is <rdf:RDF>",
        ),
        ("<html><body>hello</body></html>", "not_a_feed: the document is an HTML page"),
        ("<HTML><title>Hi</title><item>x</item></HTML>", "not_a_feed: the document is an HTML page, titled 'Hi'"),
        ('{"items": []}', "not_a_feed: the document is JSON, but no JSON Feed"),
    ],
)
def test_what_is_no_feed_is_told(text: str, words: str) -> None:
    assert str(_failure(text)) == words


def test_a_login_page_is_called_by_its_title() -> None:
    failure = _failure((DATA / "login.html").read_text())

    assert failure == Failure(FailureReason.NOT_A_FEED, "the document is an HTML page, titled 'Please log in'")


# --- anything ------------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    (
        *("<rss version='2.0'>", "<channel>", "<item>", "</item>", "<entry>", "<title>x</title>", "<![CDATA[", "]]>"),
        *("<!--", "-->", "&", "&#x41;", "<", ">", "</rss>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "</feed>"),
        *("<svg>", "حلب", "<georss:point>1</georss:point>", "<textinput>", "<tags>", "<link href='http://[x'/>"),
    )
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=25))
def test_nothing_makes_it_raise(pieces: list[str]) -> None:
    found = parse("".join(pieces), URL)

    assert isinstance(found, Failure) or found.raw_entries >= 0
