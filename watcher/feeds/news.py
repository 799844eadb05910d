"""What of a document is news to us: unseen items, edited ones, further keys of known ones. Pure: no I/O.

After items, before detect; the caller brings what the store knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from watcher.model import Item, ItemId


@dataclass(frozen=True, slots=True)
class News:
    """The items to store, the items to revise, and keys under which known items have become known as well."""

    new: tuple[Item, ...]
    edited: tuple[Item, ...]
    further_keys: Mapping[ItemId, tuple[str, ...]]


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
    return News(tuple(new), tuple(edited.values()), {item_id: tuple(keys) for item_id, keys in further.items()})
