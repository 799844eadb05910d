"""Makes items out of a document's entries. Pure: what is new, the store knows."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from watcher.feeds.items.dates import EARLIEST_YEAR, believed
from watcher.feeds.items.identity import Draft, identify, make_draft
from watcher.feeds.items.text import clean_line, clean_text
from watcher.feeds.items.urls import canonical_url
from watcher.model import Document, Entry, Feed, FeedId, Item, ItemId

_TITLE_WORDS = 12
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]+")
_LATIN = re.compile("[A-Za-z]+")
_ARABIC_SCRIPT = ("ar", "fa", "ur", "ps", "ku", "ckb", "sd", "ug", "azb", "arz", "apc")


def guids_collide(document: Document) -> bool:
    """Whether different entries share a guid, so that the feed's guids cannot be trusted."""
    told: dict[str, tuple[str, str, str]] = {}
    for entry in document.entries:
        words = (entry.title, entry.summary, entry.content)
        if entry.guid and told.setdefault(entry.guid, words) != words:
            return True
    return False


def to_items(document: Document, feed: Feed, now: datetime, *, composite_keys: bool = False) -> tuple[Item, ...]:
    """The document's items in its order; an entry that says nothing at all gives none, a repeated one gives one.

    ``composite_keys``: a guid counts only together with link or title, even where it is the only one of its kind.
    """
    entries = [(entry, _draft(entry)) for entry in document.entries]
    telling = [(entry, draft) for entry, draft in entries if draft.guid or draft.link or draft.title]
    all_keys = identify([draft for _, draft in telling], composite_keys=composite_keys)
    return tuple(
        _item(entry, draft, keys, document, feed, now)
        for (entry, draft), keys in zip(telling, all_keys, strict=True)
        if keys is not None
    )


def _item(entry: Entry, draft: Draft, keys: tuple[str, ...], document: Document, feed: Feed, now: datetime) -> Item:
    return Item(
        id=_item_id(feed.id, keys[0]),
        feed_id=feed.id,
        source=feed.name,
        outlet=feed.outlet,
        title=draft.title or draft.link or draft.guid or "",
        text=draft.text,
        url=_web_address(draft.link),
        language=_language(feed.language, entry.language or document.language, f"{draft.title} {draft.text}"),
        published_at=believed(draft.published_at, now),
        first_seen_at=now,
        keys=keys,
        content_hash=draft.content_hash,
    )


def _draft(entry: Entry) -> Draft:
    text = max(clean_text(entry.summary), clean_text(entry.content), key=len)
    return make_draft(
        guid=(entry.guid or "").strip() or None,
        link=entry.link,
        title=clean_line(entry.title) or _first_words(text),
        text=text,
        published_at=next((moment for moment in (entry.published_at, entry.updated_at) if _is_date(moment)), None),
    )


def _is_date(moment: datetime | None) -> bool:
    return moment is not None and moment.year >= EARLIEST_YEAR


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:_TITLE_WORDS]) + (" …" if len(words) > _TITLE_WORDS else "")


def _item_id(feed_id: FeedId, key: str) -> ItemId:
    return ItemId(hashlib.sha256(f"{feed_id}\n{key}".encode()).hexdigest()[:16])


def _web_address(link: str | None) -> str | None:
    return canonical_url(link) if link and link.lower().startswith(("http://", "https://")) else None


def _language(configured: str | None, declared: str | None, text: str) -> str | None:
    """The primary language tag (RFC 5646, 2.2.1): the operator's word, else the feed's if the script agrees.

    Many Arabic feeds declare the "en-US" of the software that made them.
    """
    language = (configured or declared or "").strip().replace("_", "-").partition("-")[0].lower() or None
    if configured or language is None:
        return language
    return language if _is_arabic(text) == (language in _ARABIC_SCRIPT) or not text.strip() else None


def _is_arabic(text: str) -> bool:
    """Whether most letters are Arabic."""
    if text.isascii():
        return False
    return sum(map(len, _ARABIC.findall(text))) > sum(map(len, _LATIN.findall(text)))
