"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser 6.0 does not. Pure.

As lenient as the XML side: an item that is not to the letter keeps what is usable, one that is none costs only itself.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any

from watcher.feeds.parse.dates import from_rfc3339
from watcher.feeds.parse.links import absolute
from watcher.model import Document, Entry, Failure, FailureReason

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.(\d))?/?")
_VERSION_MEMBER = re.compile(rf'"version"\s*:\s*"({_VERSION.pattern})"'.replace("/", r"\\?/"))
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_NEXT_OBJECT = re.compile(r"\}\s*,\s*\{")
_END_OF_ITEMS = re.compile(r"\s*\]")
_ITEM_MEMBERS = frozenset(("id", "content_html", "content_text"))
_MOST_DAMAGES = 100
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")  # escaped, so that decode did not see them
_DECODER = json.JSONDecoder(strict=False)  # bare line breaks in strings are common and harmless


def parse_json(text: str, url: str) -> Document | Failure:
    """The items of a JSON Feed; of one that is damaged or cut off, those that are whole."""
    try:
        feed = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:  # ValueError: bad JSON, or a number beyond Python's limit of digits
        return _damaged_feed(text, url, str(error))
    version = feed.get("version") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        return Failure(FailureReason.NOT_A_FEED, "the document is JSON, but no JSON Feed")
    items = feed.get("items")
    return _document(feed, items if isinstance(items, list) else [], url, version)


def _damaged_feed(text: str, url: str, error: str) -> Document | Failure:
    """The items that can still be read, one by one, when the JSON as a whole cannot."""
    version, start = _VERSION_MEMBER.search(text), _ITEMS.search(text)
    if version is None:
        return Failure(FailureReason.NOT_A_FEED, f"the document looks like JSON, but is none: {error}")
    items, damaged = _readable_items(text, start.end()) if start else ([], 0)
    if not items:
        return Failure(FailureReason.BROKEN, f"the JSON Feed is damaged, and no item can be read: {error}")
    document = _document({}, items, url, version[1].replace("\\", ""))
    note = f"the JSON is damaged or ends early: {len(items)} whole items, {damaged} left out ({error})"
    return replace(document, raw_entries=len(items) + damaged, notes=(*document.notes, note), complete=False)


def _readable_items(text: str, position: int) -> tuple[list[Any], int]:
    """The items from ``position`` on, and how many places in between made no sense."""
    items: list[Any] = []
    damaged = 0
    while damaged < _MOST_DAMAGES:
        following = None
        try:
            item, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            damaged += 1
        else:
            if isinstance(item, dict) and _ITEM_MEMBERS & item.keys():  # not an author out of a damaged item
                items.append(item)
                if _END_OF_ITEMS.match(text, position):
                    break
            following = _NEXT_OBJECT.match(text, position - 1)
        following = following or _NEXT_OBJECT.search(text, position)
        if following is None:
            break
        position = following.end() - 1
    return items, damaged


def _document(feed: dict[str, Any], items: list[Any], url: str, version: str) -> Document:
    known = _VERSION.fullmatch(version.strip())
    entries = tuple(_entry(item, url) for item in items if isinstance(item, dict))
    lost = len(items) - len(entries)
    return Document(
        format=f"json1{known[1] if known and known[1] else ''}",
        title=_text(feed.get("title")),
        language=_text(feed.get("language")) or None,
        entries=entries,
        raw_entries=len(items),
        notes=(f"{lost} of {len(items)} entries are no JSON objects, left out",) if lost else (),
    )


def _entry(item: dict[str, Any], url: str) -> Entry:
    as_html = _text(item.get("content_html"))
    as_text = _text(item.get("content_text"))
    return Entry(
        guid=_text(item.get("id")) or None,
        link=absolute(_text(item.get("url")) or _text(item.get("external_url")), url),
        title=html.escape(_text(item.get("title")), quote=False),
        summary=html.escape(_text(item.get("summary")), quote=False),
        content=as_html or html.escape(as_text, quote=False),
        published_at=from_rfc3339(item.get("date_published")),
        updated_at=from_rfc3339(item.get("date_modified")),
        author=_author(item),
        language=_text(item.get("language")) or None,
    )


def _author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    candidates = [*(authors if isinstance(authors, list) else []), item.get("author")]  # 1.1, then 1.0
    names = [_text(author.get("name")) for author in candidates if isinstance(author, dict)]
    return next((name for name in names if name), None)


def _text(value: Any) -> str:
    """A member as text; numbers are taken for it too (1.1: "if an id is presented as a number, coerce")."""
    if isinstance(value, str):
        return _FORBIDDEN.sub("", value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
