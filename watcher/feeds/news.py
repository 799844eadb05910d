"""What of a document is news to us: unseen items, edited ones, further keys of known ones; and what is held back.

Pure: no I/O. After items, before detect; the caller brings what the store knows. Nothing is dropped: what is held is
stored and matched like everything else, but alerts nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.model import FeedState, Item, ItemId

FIRST_POLL = "first poll of this feed"
REISSUED = "the feed re-issued older items"
LATE = timedelta(days=1)  # publishers may date an item so long before they show it
SURGE = 10  # so many re-issued items at once are no coincidence
WINDOW = 3  # a document of fewer entries has no window that could move on
_TELLING_WORDS = 4  # a shorter title comes again by itself


@dataclass(frozen=True, slots=True)
class News:
    """The items to store, the items to revise, and keys under which known items have become known as well.

    ``held`` tells why new items are held. ``missed``: nothing of the document was known, so items between it and the
    one before may have gone unseen. ``known`` counts the entries that were stored already.
    """

    new: tuple[Item, ...]
    edited: tuple[Item, ...]
    further_keys: Mapping[ItemId, tuple[str, ...]]
    known: int = 0
    held: Mapping[ItemId, str] = field(default_factory=dict)
    missed: bool = False


NOTHING_NEW = News((), (), {})


def sort_out(found: Iterable[Item], known: Mapping[str, ItemId], hashes: Mapping[ItemId, str]) -> News:
    """Tell new, edited and known items apart, in document order.

    ``known`` maps keys to stored items, ``hashes`` those items to the hash of their present wording. An item is known
    when any of its keys is; it then goes by the id under which it was stored first. When a document tells one known
    item twice in different words, its first wording counts.
    """
    new: list[Item] = []
    edited: dict[ItemId, Item] = {}
    further: dict[ItemId, dict[str, None]] = {}
    told: set[ItemId] = set()
    for item in found:
        item_id = next((known[key] for key in item.keys if key in known), None)
        if item_id is None:
            new.append(item)
            continue
        if item_id not in told and hashes[item_id] != item.content_hash:
            edited[item_id] = replace(item, id=item_id)
        told.add(item_id)
        missing = dict.fromkeys(key for key in item.keys if key not in known)
        if missing:
            further.setdefault(item_id, {}).update(missing)
    keys = {item_id: tuple(names) for item_id, names in further.items()}
    return News(tuple(new), tuple(edited.values()), keys, known=len(told))


def needs_titles(news: News, state: FeedState) -> bool:
    """Whether ``judge`` wants to know which titles the feed gave before."""
    return state.last_success_at is not None and len(news.new) >= SURGE


def judge(news: News, state: FeedState, titles: Collection[str], first_window: timedelta, now: datetime) -> News:
    """Say which of the new items are held and why, and whether the window moved on unseen.

    ``titles`` are those that the feed gave before; ``first_window`` is how young an item of a first poll must be to
    alert all the same.
    """
    if state.last_success_at is None:
        young = (item.id for item in news.new if _is_within(item, now - first_window, now))
        fresh = frozenset(young)
        return replace(news, held={item.id: FIRST_POLL for item in news.new if item.id not in fresh})
    seen_until = state.last_success_at - LATE
    again = [item for item in news.new if _is_old(item, seen_until) or _is_told(item, titles)]
    surge = len(again) >= SURGE and 2 * len(again) > len(news.new)
    size = len(news.new) + news.known
    missed = not news.known and size >= WINDOW and state.entries > 0 and 2 * len(again) <= len(news.new)
    return replace(news, held={item.id: REISSUED for item in again} if surge else {}, missed=missed)


def _is_within(item: Item, start: datetime, now: datetime) -> bool:
    return item.published_at is not None and start <= item.published_at <= now


def _is_old(item: Item, seen_until: datetime) -> bool:
    return item.published_at is not None and item.published_at < seen_until


def _is_told(item: Item, titles: Collection[str]) -> bool:
    return item.title in titles and len(item.title.split()) >= _TELLING_WORDS
