"""Makes items out of a document's entries. Pure: what is new, the store knows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from watcher.feeds.items.dates import EARLIEST_YEAR, believed
from watcher.feeds.items.identity import Draft, Wording, identify, make_wording
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


@dataclass(frozen=True, slots=True)
class Items:
    """A document's items in its order.

    ``wordings`` has those of all its entries, by their prints: what the next document repeats need not be made again.
    ``recalled`` are the first keys of the items that were made of such a wording: their text, address and language
    are left out, as the store has them.
    """

    items: tuple[Item, ...]
    wordings: Mapping[bytes, Wording]
    recalled: frozenset[str]


def to_items(
    document: Document,
    feed: Feed,
    now: datetime,
    *,
    composite_keys: bool = False,
    known: Mapping[bytes, Wording] = MappingProxyType({}),
) -> Items:
    """Make the items; an entry that says nothing at all gives none, a repeated one gives one.

    ``composite_keys``: a guid counts only together with link or title, even where it is the only one of its kind.
    ``known`` are wordings of entries that were stored, by their prints.
    """
    wordings: dict[bytes, Wording] = {}
    texts: list[tuple[Entry, Draft, str | None]] = []
    for entry in document.entries:
        entry_print = print_of(entry)
        wording, text = _wording(entry) if entry_print not in known else (known[entry_print], None)
        wordings[entry_print] = wording
        draft = Draft(_guid(entry), entry.link, _dated_at(entry), wording)
        if draft.guid or draft.link or wording.title:
            texts.append((entry, draft, text))
    all_keys = identify([draft for _, draft, _ in texts], composite_keys=composite_keys)
    distinct = [(*told, keys) for told, keys in zip(texts, all_keys, strict=True) if keys is not None]
    return Items(
        tuple(_item(entry, draft, text, keys, document, feed, now) for entry, draft, text, keys in distinct),
        wordings,
        frozenset(keys[0] for _, _, text, keys in distinct if text is None),
    )


def print_of(entry: Entry) -> bytes:
    """What is the same for two entries only if all that an item is made of is the same."""
    told = (entry.guid, entry.link, entry.title, entry.published_at, entry.updated_at, len(entry.summary))
    source = f"{told}{entry.summary}{entry.content}"
    return hashlib.blake2b(source.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _item(
    entry: Entry,
    draft: Draft,
    text: str | None,
    keys: tuple[str, ...],
    document: Document,
    feed: Feed,
    now: datetime,
) -> Item:
    title, language = draft.wording.title, entry.language or document.language
    return Item(
        id=_item_id(feed.id, keys[0]),
        feed_id=feed.id,
        source=feed.name,
        outlet=feed.outlet,
        title=title or draft.link or draft.guid or "",
        text=text or "",
        url=None if text is None else _web_address(draft.link),
        language=None if text is None else _language(feed.language, language, f"{title} {text}"),
        published_at=believed(draft.published_at, now),
        first_seen_at=now,
        keys=keys,
        content_hash=draft.wording.content_hash,
    )


def _wording(entry: Entry) -> tuple[Wording, str]:
    """And the clean text."""
    summary = clean_text(entry.summary)
    text = summary if entry.content == entry.summary else max(summary, clean_text(entry.content), key=len)
    return make_wording(_guid(entry), entry.link, clean_line(entry.title) or _first_words(text), text), text


def _guid(entry: Entry) -> str | None:
    return (entry.guid or "").strip() or None


def _dated_at(entry: Entry) -> datetime | None:
    return next((moment for moment in (entry.published_at, entry.updated_at) if _is_date(moment)), None)


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
