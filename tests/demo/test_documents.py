"""Cutting a feed document between its entries leaves the publisher's bytes as they were."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from watcher.demo.documents import NEWEST, read_document

MONDAY = datetime(2016, 6, 6, 12, tzinfo=UTC)
TUESDAY = datetime(2016, 6, 7, 12, tzinfo=UTC)
WEDNESDAY = datetime(2016, 6, 8, 12, tzinfo=UTC)

RSS = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Town crier</title>
<lastBuildDate>Wed, 08 Jun 2016 12:00:00 GMT</lastBuildDate>
<item><title>Bridge is open</title><guid>2</guid><pubDate>Tue, 07 Jun 2016 15:00:00 +0300</pubDate>
<atom:updated>2016-06-08T12:00:00Z</atom:updated></item>
<item><title>Bridge may open \x92soon\x92</title><guid>2</guid><pubDate>Tue, 07 Jun 2016 15:00:00 +0300</pubDate></item>
<item><title>Bridge is shut</title><guid>1</guid><pubDate>Mon, 06 Jun 2016 12:00:00 GMT</pubDate></item>
</channel></rss>
"""

RDF = b"""<rdf:RDF><channel><items><rdf:Seq>
<rdf:li rdf:resource="http://crier.example/2"/>
<rdf:li rdf:resource="http://crier.example/1"/>
</rdf:Seq></items></channel>
<item rdf:about="http://crier.example/2"><title>Bridge is open</title><dc:date>2016-06-07T12:00:00Z</dc:date></item>
<item rdf:about="http://crier.example/1"><title>Bridge is shut</title><dc:date>2016-06-06T12:00:00Z</dc:date></item>
</rdf:RDF>
"""

ATOM = b"""<feed><id>crier</id><updated>2016-06-08T12:00:00Z</updated>
<entry><id>2</id><published>2016-06-07T12:00:00Z</published><updated>2016-06-07T12:00:00Z</updated></entry>
<entry><id>1</id><published>2016-06-06T12:00:00Z</published><updated>2016-06-06T12:00:00Z</updated></entry>
</feed>
"""

JSON = json.dumps(
    {
        "title": "Town crier",
        "items": [
            {"id": "2", "title": "فتح الجسر", "date_published": "2016-06-07T12:00:00Z"},
            {"id": "1", "title": "Bridge is shut", "date_published": "2016-06-06T12:00:00Z"},
        ],
    }
).encode()


def test_what_came_out_later_is_cut_and_the_rest_keeps_its_bytes() -> None:
    shown = read_document(RSS).until(TUESDAY)

    first, _, rest = RSS.partition(b"<item><title>Bridge is open")
    edited, _, kept = rest.partition(b"</item>\n")
    assert edited
    assert shown.body == first.replace(b"Wed, 08 Jun", b"Tue, 07 Jun") + kept
    assert (shown.entries, shown.changed_at) == (2, TUESDAY)


def test_a_later_version_replaces_the_earlier_one_when_it_is_out() -> None:
    shown = read_document(RSS).until(WEDNESDAY)

    assert b"Bridge is open" in shown.body
    assert b"Bridge may open" not in shown.body
    assert (shown.entries, shown.changed_at) == (2, WEDNESDAY)


def test_before_its_first_entry_a_feed_is_empty_but_whole() -> None:
    shown = read_document(RSS).until(datetime(2016, 6, 1, tzinfo=UTC))

    assert shown.body == RSS[: RSS.index(b"<item>")] + b"</channel></rss>\n"
    assert (shown.entries, shown.changed_at) == (0, None)


def test_the_table_of_contents_of_rss_1_0_lists_what_is_shown() -> None:
    body = read_document(RDF).until(MONDAY).body

    assert body.count(b"http://crier.example/1") == 2
    assert b"http://crier.example/2" not in body


def test_an_atom_feed_is_dated_by_its_newest_entry() -> None:
    body = read_document(ATOM).until(MONDAY).body

    assert body == (
        b"<feed><id>crier</id><updated>2016-06-06T12:00:00+00:00</updated>\n"
        b"<entry><id>1</id><published>2016-06-06T12:00:00Z</published><updated>2016-06-06T12:00:00Z</updated></entry>\n"
        b"</feed>\n"
    )


def test_a_json_feed_is_cut_at_its_items() -> None:
    document = read_document(JSON)

    assert [item["id"] for item in json.loads(document.until(MONDAY).body)["items"]] == ["1"]
    assert [item["title"] for item in json.loads(document.until(TUESDAY).body)["items"]] == [
        "فتح الجسر",
        "Bridge is shut",
    ]


def test_only_the_newest_entries_are_shown_newest_first() -> None:
    entries = b"".join(
        b"<item><guid>%d</guid><pubDate>Mon, 06 Jun 2016 12:%02d:00 GMT</pubDate></item>\n" % (n, n) for n in range(20)
    )

    shown = read_document(b"<rss><channel>\n" + entries + b"</channel></rss>").until(TUESDAY)

    assert shown.entries == NEWEST
    assert shown.body.startswith(b"<rss><channel>\n<item><guid>19</guid>")
    assert shown.body.count(b"<item>") == NEWEST


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>Not here</html>", "no entries"),
        (b'{"items": []}', "no entries"),
        (
            b"<rss><item><title>Undated</title></item></rss>",
            "an entry without identity or date: b'<item><title>Undated</title></item>'",
        ),
        (b'{"items": [{"title": "Undated", "id": "1"}]}', "an item without 'date_published': 'Undated'"),
        (
            b"<item><guid>1</guid><pubDate>2016-06-06T12:00:00</pubDate></item>",
            "a date without a zone: '2016-06-06T12:00:00'",
        ),
        (
            b"<entry><id>1</id><published>2016-06-06T12:00:00Z</published></entry> <!-- odd --> <entry></entry>",
            "b'<!-- odd -->' stands between two entries",
        ),
    ],
)
def test_a_document_that_cannot_be_cut_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_document(content)
