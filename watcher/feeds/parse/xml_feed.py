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
from watcher.feeds.parse.source import Source, outline, pieces
from watcher.model import Document, Entry, Failure, FailureReason

_FEED_ROOTS = ("rss", "feed", "rdf", "channel")
_HTML_TITLE = re.compile(r"<title[^>]*>(.{1,200}?)</title>", re.IGNORECASE | re.DOTALL)
_ESCAPED_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def parse_xml(text: str, url: str) -> Document | Failure:
    """The entries of an XML feed; of one that was cut off, those that are whole."""
    source = outline(text)
    if source.root_name == "html":
        return Failure(FailureReason.NOT_A_FEED, f"the document is an HTML page{_page_title(text)}")
    keep = source.text[: source.whole_until] if source.whole_entries else source.text
    notes: list[str] = []
    try:
        parsed = _feedparser(keep)
        raw_entries = list(parsed.entries)
        if parsed.bozo:
            notes.append(f"not well-formed: {_one_line(parsed.bozo_exception)}")
    except Exception as error:  # noqa: BLE001  feedparser met something that it was not written for
        notes.append(f"the parser failed on the whole document ({_named(error)}); each entry read by itself")
        parsed, raw_entries = _one_by_one(source, notes)
    is_feed = bool(parsed.version) and source.root_name in _FEED_ROOTS
    if not is_feed and not raw_entries:
        return Failure(FailureReason.NOT_A_FEED, f"no feed: the document's root element is <{source.root}>")
    if source.cut_off and not raw_entries:
        return Failure(FailureReason.BROKEN, "the document ends before its first entry")
    entries = _entries(raw_entries, url, notes)
    _account(source, len(raw_entries), notes)
    return Document(
        format=parsed.version or "unknown",
        title=str(parsed.feed.get("title", "")),
        language=parsed.feed.get("language") or None,
        entries=entries,
        raw_entries=max(len(source.starts), len(raw_entries)),
        notes=tuple(notes),
        complete=not source.cut_off,
    )


def _feedparser(text: str) -> Any:
    # No Content-Location: feedparser would also make relative guids absolute. Links are resolved below.
    return feedparser.parse(
        BytesIO(text.encode("utf-8")), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
    )


def _one_by_one(source: Source, notes: list[str]) -> tuple[Any, list[Any]]:
    """What feedparser makes of each entry alone; the last result stands for the feed."""
    whole = feedparser.FeedParserDict(version="", feed=feedparser.FeedParserDict())
    entries: list[Any] = []
    for number, piece in enumerate(pieces(source), start=1):
        try:
            parsed = _feedparser(piece)
        except Exception as error:  # noqa: BLE001  as above
            notes.append(f"entry {number} cannot be parsed: {_named(error)}")
        else:
            whole = parsed
            entries += parsed.entries
    return whole, entries


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
    return Entry(
        guid=raw.get("id") or None,
        link=absolute(_link(raw), url),
        title=_unwrap(raw.get("title")),
        summary=_unwrap(raw.get("summary")),
        content=_unwrap(content),
        published_at=from_struct(dict.get(raw, "published_parsed") or dict.get(raw, "created_parsed")),
        updated_at=from_struct(dict.get(raw, "updated_parsed")),
        author=raw.get("author") or None,
        language=raw.get("title_detail", {}).get("language") or content_language,
    )


def _link(raw: Any) -> str | None:
    """The page that the entry is about: the one behind a redirecting service, else what feedparser chose, else any."""
    if original := raw.get("feedburner_origlink"):
        return str(original)
    if chosen := raw.get("link"):
        return str(chosen)
    others = [link for link in raw.get("links", ()) if link.get("rel") in ("alternate", "related", "via")]
    return next((str(link["href"]) for link in others if link.get("href")), None)


def _longest_content(raw: Any) -> tuple[str, str | None]:
    texts = [
        (part.get("value") or "", part.get("language"))
        for part in raw.get("content", ())
        if (part.get("type") or "text/html").startswith(("text/", "application/xhtml"))
    ]
    return max(texts, key=lambda text: len(text[0]), default=("", None))


def _unwrap(value: Any) -> str:
    """Without CDATA marks that the publisher escaped, so that they survived parsing (feedparser #440)."""
    return _ESCAPED_CDATA.sub(r"\1", value) if isinstance(value, str) else ""


def _account(source: Source, found: int, notes: list[str]) -> None:
    """Say what became of entries that the source text holds and the parser did not give."""
    expected = source.whole_entries or len(source.starts)
    if source.cut_off:
        left_out = len(source.starts) - expected
        notes.append(f"the document ends early: {found} entries kept, {left_out} unfinished left out")
    if found < expected:
        notes.append(f"{expected - found} of {expected} entries were lost by the parser")


def _page_title(text: str) -> str:
    title = _HTML_TITLE.search(text)
    return f", titled {_one_line(title[1])!r}" if title and title[1].strip() else ""


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {_one_line(error)}"


def _one_line(words: object) -> str:
    return " ".join(str(words).split())[:200]
