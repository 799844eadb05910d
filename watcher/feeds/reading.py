"""From a body's bytes to items in one step: decode -> parse -> hints -> items. Pure.

The slow part of a poll, and all of it that does not depend on the store: done in another process (feeds/worker.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.copies.shingles import sketch, told_text
from watcher.feeds.decode import Decoded, decode
from watcher.feeds.hints import with_hints
from watcher.feeds.items import guids_collide, odd_dates, to_items
from watcher.feeds.parse import parse, parse_plain
from watcher.feeds.recall import pack, unpack
from watcher.model import Document, Failure, Feed, Item, ItemId


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed's server sent, and what must be known to read it.

    ``known_hash`` is of the text that was read last; ``is_first``: the feed was never read, so that all of it is new.
    ``recall`` is the same of what was stored last, or empty: entries that are in it as they were are not cleaned again.
    """

    feed: Feed
    url: str
    body: bytes
    content_type: str | None
    now: datetime
    known_hash: str | None = None
    composite_keys: bool = False
    is_first: bool = False
    recall: bytes = b""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read. ``document`` is None if it is the same as before; its entries are without their texts.

    ``body_hash`` is of the decoded text, ``collides`` tells that one guid stands for several entries. ``sketches`` are
    those of the items that are certainly new. ``recall`` is for the next ``Source``, once this one is stored; the items
    whose first keys are in ``recalled`` are without text, address and language.
    """

    body_hash: str
    encoding: str
    document: Document | Failure | None
    items: tuple[Item, ...] = ()
    sketches: Mapping[ItemId, tuple[int, ...]] = field(default_factory=dict)
    collides: bool = False
    notes: tuple[str, ...] = ()
    recall: bytes = b""
    recalled: frozenset[str] = frozenset()


def read_source(source: Source) -> Contents:
    """Read a document of any kind."""
    contents = _read(source, parse)
    assert contents is not None, "parse gives a document or a failure"
    return contents


def read_plain_source(source: Source) -> Contents | None:
    """The same in linear time, for documents that are plain; None for all others."""
    return _read(source, parse_plain)


def _read(source: Source, parse_text: Callable[[str, str], Document | Failure | None]) -> Contents | None:
    decoded = decode(source.body, source.content_type)
    contents = Contents(_hash(decoded), decoded.encoding, None, notes=decoded.notes)
    if contents.body_hash == source.known_hash:
        return contents
    document = parse_text(decoded.text, source.url)
    if document is None or isinstance(document, Failure):
        return None if document is None else replace(contents, document=document)
    collides = guids_collide(document)
    composite_keys = source.composite_keys or collides
    known = unpack(source.recall)
    made = to_items(document, source.feed, source.now, composite_keys=composite_keys, known=known)
    hinted = with_hints(document, decoded.text, source.url)
    sketches = {item.id: sketch(told_text(item.title, item.text)) for item in made.items} if source.is_first else {}
    dates = odd_dates((entry.published_at or entry.updated_at for entry in document.entries), source.now)
    return replace(
        contents,
        document=_without_texts(hinted),
        items=made.items,
        sketches=sketches,
        collides=collides,
        notes=(*contents.notes, *dates),
        recall=pack(made.wordings),
        recalled=made.recalled,
    )


def _hash(decoded: Decoded) -> str:
    return hashlib.sha256(decoded.text.encode("utf-8", "surrogatepass")).hexdigest()


def _without_texts(document: Document) -> Document:
    """The items have them, and all of this goes from one process to another."""
    entries = (replace(entry, title="", summary="", content="") for entry in document.entries)
    return replace(document, entries=tuple(entries))
