"""Reads RSS, RDF and Atom with feedparser, which is given bytes and never a name that it could open.

Pure. feedparser's "bozo" is a note, not a verdict. Nothing is sanitised here: items keeps the text only.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import feedparser

from watcher.feeds.parse.dates import from_struct
from watcher.feeds.parse.links import absolute
from watcher.feeds.parse.markup import unwrap
from watcher.feeds.parse.source import Source, outline, pieces
from watcher.model import Document, Entry, Failure, FailureReason

_FEED_ROOTS = ("rss", "feed", "rdf", "channel")
_HTML_TITLE = re.compile(r"<title[^>]*>(.{1,200}?)</title>", re.IGNORECASE | re.DOTALL)
_EXTENSION_TAG = re.compile(r"</?(?!(?:content|dc|atom|rdf|xhtml):)[\w.-]+:[^<>]*>")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_NOTHING = feedparser.FeedParserDict(version="", feed=feedparser.FeedParserDict(), entries=[], bozo=False)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def parse_xml(text: str, url: str) -> Document | Failure:
    """The entries of an XML feed; of one that was cut off, those that are whole."""
    source = outline(text)
    if source.root_name == "html":
        return Failure(FailureReason.NOT_A_FEED, f"the document is an HTML page{_page_title(text)}")
    notes: list[str] = []
    feed, raw_entries = _read(source, notes)
    if feed is _NOTHING and not raw_entries:
        return Failure(FailureReason.BROKEN, notes[0])
    is_feed = bool(feed.version) and source.root_name in _FEED_ROOTS
    if not is_feed and not raw_entries:
        told = f"its root element is <{source.root}>" if source.root else "it holds no element"
        return Failure(FailureReason.NOT_A_FEED, f"the document is no feed: {told}")
    if source.cut_off and not raw_entries:
        return Failure(FailureReason.BROKEN, "the document ends before its first entry")
    entries = _entries(raw_entries, url, notes)
    _account(source, len(raw_entries), notes)
    return Document(
        format=feed.version or "unknown",
        title=str(feed.feed.get("title", "")),
        language=feed.feed.get("language") or None,
        entries=entries,
        raw_entries=max(len(source.starts), len(raw_entries)),
        notes=tuple(notes),
        complete=not source.cut_off,
    )


def _read(source: Source, notes: list[str]) -> tuple[Any, list[Any]]:
    """feedparser's result and its entries: from the whole document, else from each entry by itself."""
    whole: Any = _NOTHING
    entries: list[Any] = []
    for text in dict.fromkeys((source.text[: source.whole_until], source.text)):
        try:
            whole = _feedparser(text)
        except Exception as error:  # noqa: BLE001  feedparser met something that it was not written for
            notes.append(f"the parser failed on the whole document: {_named(error)}")
            break
        entries = list(whole.entries)
        if entries:
            break
    if whole.bozo:
        notes.append(f"not well-formed: {_one_line(whole.bozo_exception)}")
    if len(entries) < source.whole_entries and (whole is _NOTHING or whole.bozo):
        last, alone = _read_one_by_one(source)
        notes.append(f"entries read one by one: {len(alone)} instead of {len(entries)}")
        whole = last if whole is _NOTHING else whole
        entries = max(entries, alone, key=len)
    return whole, entries


def _read_one_by_one(source: Source) -> tuple[Any, list[Any]]:
    """What feedparser makes of each entry alone; without the elements of extensions where these make it fail."""
    result: Any = _NOTHING
    entries: list[Any] = []
    for piece in pieces(source):
        for text in (piece, _EXTENSION_TAG.sub("", piece)):
            try:
                result = _feedparser(text)
            except Exception:  # noqa: BLE001, S112  as above; what is lost is counted
                continue
            entries += result.entries
            break
    return result, entries


def _feedparser(text: str) -> Any:
    # No Content-Location: feedparser would also make relative guids absolute. Links are resolved below.
    return feedparser.parse(
        BytesIO(text.encode("utf-8")), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
    )


def _entries(raw_entries: list[Any], url: str, notes: list[str]) -> tuple[Entry, ...]:
    entries = []
    for number, raw in enumerate(raw_entries, start=1):
        try:
            entries.append(_entry(raw, url))
        except Exception as error:  # noqa: BLE001  one odd entry must not cost the others
            notes.append(f"entry {number} cannot be read: {_named(error)}")
    return tuple(entries)


def _entry(raw: Any, url: str) -> Entry:
    # dict.get, as FeedParserDict answers "updated_parsed" with the published date, and warns
    content, content_language = _longest_content(raw)
    detail = raw.get("title_detail")
    return Entry(
        guid=_string(raw.get("id")) or None,
        link=absolute(_link(raw), url),
        title=_unwrap(raw.get("title")),
        summary=_unwrap(raw.get("summary")),
        content=_unwrap(content),
        published_at=from_struct(dict.get(raw, "published_parsed") or dict.get(raw, "created_parsed")),
        updated_at=from_struct(dict.get(raw, "updated_parsed")),
        author=_string(raw.get("author")) or None,
        language=(_string(detail.get("language")) if isinstance(detail, dict) else None) or content_language,
    )


def _link(raw: Any) -> str:
    """The page that the entry is about: the one behind a redirecting service, else what feedparser chose, else any.

    feedparser takes the id for a link where there is no other, even if it looks like none.
    """
    if original := _string(raw.get("feedburner_origlink")):
        return original
    chosen = _string(raw.get("link"))
    if chosen and (chosen != raw.get("id") or chosen.startswith(("http://", "https://"))):
        return chosen
    others = [link for link in _dicts(raw.get("links")) if link.get("rel") in ("alternate", "related", "via")]
    return next((href for link in others if (href := _string(link.get("href")))), chosen)


def _longest_content(raw: Any) -> tuple[str, str | None]:
    texts = [
        (_string(part.get("value")), _string(part.get("language")) or None)
        for part in _dicts(raw.get("content"))
        if _string(part.get("type") or "text/html").startswith(("text/", "application/xhtml"))
        or not _BINARY.search(_string(part.get("value")))  # text of some other type, once its base64 is undone
    ]
    return max(texts, key=lambda text: len(text[0]), default=("", None))


def _unwrap(value: Any) -> str:
    return unwrap(_string(value))


def _string(value: Any) -> str:
    """A text; an element of the feed's own that has the name of one of feedparser's may put anything in its place."""
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> list[Any]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _account(source: Source, found: int, notes: list[str]) -> None:
    """Say what became of entries that the source text holds and the parser did not give."""
    if source.cut_off and not source.whole_entries:
        notes.append("the document ends early: its only entry is kept as far as it goes")
    elif source.cut_off:
        left_out = len(source.starts) - source.whole_entries
        notes.append(f"the document ends early: {source.whole_entries} whole entries, {left_out} cut off and left out")
    expected = source.whole_entries or len(source.starts)
    if found < expected:
        notes.append(f"{expected - found} of {expected} entries were lost by the parser")


def _page_title(text: str) -> str:
    title = _HTML_TITLE.search(text)
    return f", titled {_one_line(title[1])!r}" if title and title[1].strip() else ""


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {_one_line(error)}"


def _one_line(words: object) -> str:
    return " ".join(str(words).split())[:200]
