"""Entries that a feed repeats are not cleaned again, and nothing else changes by it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.feeds.news import News, sort_out
from watcher.feeds.reading import Contents, Source, read_source
from watcher.feeds.recall import Recall, unpack
from watcher.model import Feed, FeedId, ItemId, Position

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)
FEED = Feed(FeedId("f"), "F", "https://e.org/f", "F", None, "", timedelta(minutes=5), Position("feeds.yaml"))
LONG = "The guards left the mill before dawn and nobody was hurt, a baker said, while the road stayed open " * 2


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as a publisher writes it; what is empty is left out."""

    guid: str = "g1"
    link: str = "https://e.org/1"
    title: str = "Guards leave the mill at Tell Zahra"
    description: str = "<p>The guards <b>left</b>.</p>"
    day: str = "Thu, 09 Jun 2016 05:40:12 GMT"


def _read(entries: list[Told], recall: bytes = b"") -> Contents:
    return read_source(Source(FEED, FEED.url, _document(entries), "application/rss+xml", NOW, recall=recall))


def _document(entries: list[Told]) -> bytes:
    items = "".join(f"<item>{''.join(_elements(entry))}</item>" for entry in entries)
    return f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()


def _elements(entry: Told) -> list[str]:
    told = {"guid isPermaLink='false'": entry.guid, "link": entry.link, "title": entry.title}
    told |= {"description": entry.description, "pubDate": entry.day}
    return [f"<{name}>{escape(value)}</{name.split()[0]}>" for name, value in told.items() if value]


@dataclass
class Shelf:
    """What a store would know after each document: keys, present wordings, former texts."""

    keys: dict[str, ItemId] = field(default_factory=dict)
    hashes: dict[ItemId, str] = field(default_factory=dict)

    def look_up(self, contents: Contents) -> News:
        return sort_out(contents.items, dict(self.keys), dict(self.hashes))

    def store(self, news: News) -> None:
        for item in (*news.new, *news.edited):
            self.hashes[item.id] = item.content_hash
            for key in item.keys:
                self.keys.setdefault(key, item.id)
        for item_id, keys in news.further_keys.items():
            for key in keys:
                self.keys.setdefault(key, item_id)


_CHOICE = st.builds(
    Told,
    guid=st.sampled_from(["", "g1", "g2", "https://e.org/1"]),
    link=st.sampled_from(["", "https://e.org/1", "https://e.org/1#two", "https://www.e.org/2/?utm_source=rss"]),
    title=st.sampled_from(["", "Guards leave the mill at Tell Zahra", "Breaking news", "خرج الحرس من المطحنة"]),
    description=st.sampled_from(["", "<p>The guards <b>left</b>.</p>", LONG, f"{LONG} <i>again</i>"]),
    day=st.sampled_from(["", "Thu, 09 Jun 2016 05:40:12 GMT", "Thu, 09 Jun 2016 00:00:00 GMT"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(_CHOICE, max_size=6), min_size=2, max_size=4))
@example([[Told()], [Told(), Told(link="https://e.org/2", description=LONG)]])
@example([[Told(), Told(guid="", title="Breaking news")], [Told(guid="", title="Breaking news"), Told()]])
def test_a_feed_gives_the_same_news_with_and_without_what_is_recalled(documents: list[list[Told]]) -> None:
    shelf, recall = Shelf(), b""
    for entries in documents:
        full, recalling = _read(entries), _read(entries, recall)
        expected, found = shelf.look_up(full), shelf.look_up(recalling)

        assert _without_texts(found) == _without_texts(expected)
        read_again = {item.keys[0] for item in (*found.new, *found.edited)} & recalling.recalled
        if not read_again:
            assert (found.new, found.edited) == (expected.new, expected.edited)
        assert (unpack(full.recall), full.collides) == (unpack(recalling.recall), recalling.collides)
        shelf.store(expected)
        recall = recalling.recall


def _without_texts(news: News) -> News:
    new, edited = (
        tuple(replace(item, text="", url=None, language=None) for item in items) for items in (news.new, news.edited)
    )
    return replace(news, new=new, edited=edited)


def test_only_what_the_document_before_had_as_it_is_goes_without_its_text() -> None:
    same, edited = Told(), Told(guid="g2", link="https://e.org/2", title="Bakers return to the mill at Tell Zahra")
    before = _read([same, edited])

    after = _read(
        [
            Told(guid="g3", link="https://e.org/3", title="The mill at Tell Zahra is open"),
            replace(edited, description="<p>They stayed.</p>"),
            same,
        ],
        before.recall,
    )

    assert [item.text for item in after.items] == ["The guards left.", "They stayed.", ""]
    assert after.recalled == {after.items[2].keys[0]}
    assert len(unpack(after.recall)) == 3


def test_what_is_kept_is_bounded_and_the_feeds_that_came_first_keep_theirs() -> None:
    recall = Recall(most_bytes=10)

    for name, packed in (("a", b"aaaa"), ("b", b"bbbb"), ("c", b"cccc"), ("b", b"BBBBB")):
        recall.keep(FeedId(name), packed)

    assert [recall.of(FeedId(name)) for name in "abc"] == [b"aaaa", b"BBBBB", b""]
    recall.forget(FeedId("a"))
    recall.keep(FeedId("c"), b"ccccc")
    assert [recall.of(FeedId(name)) for name in "abc"] == [b"", b"BBBBB", b"ccccc"]
