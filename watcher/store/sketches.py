"""The index by which copies are found: the sketches of the items of the last days. What is a copy, copies/ decides.

Kept small: an item that is a copy has no sketch, and old sketches are pruned. Every look-up and every insert is one
statement for a batch of items.
"""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, bindparam, column, delete, func, insert, select

from watcher.copies.judge import Wording
from watcher.copies.shingles import told_text
from watcher.model import FeedId, ItemId
from watcher.store.conversions import chunks
from watcher.store.tables import ItemRow, SketchKeyRow, SketchRow, table

MOST_SHARING = 8  # items that a key leads to: what more of them share is standing text
PRUNED_AT_ONCE = 1000

if TYPE_CHECKING:
    from sqlmodel import Session

_SKETCH, _KEY, _ITEM = table(SketchRow), table(SketchKeyRow), table(ItemRow)
_WORDING = select(_ITEM.c.id, _ITEM.c.feed_id, _ITEM.c.outlet, _ITEM.c.title, _ITEM.c.text)
_WANTED = func.json_each(bindparam("keys")).table_valued(column("value", BigInteger))
_HOLDERS = (
    select(_KEY.c.key, _SKETCH.c.item_id)
    .select_from(_WANTED)
    .join(_KEY, _KEY.c.key == _WANTED.c.value)
    .join(_SKETCH, _SKETCH.c.id == _KEY.c.sketch_id)
    .where(_SKETCH.c.seen_at >= bindparam("since"))
    .order_by(_KEY.c.key, _KEY.c.sketch_id)
)

_INSERT_SKETCH = insert(_SKETCH)
_INSERT_KEY = "INSERT INTO sketch_key (key, sketch_id) VALUES (?, ?)"


def holders_of(session: Session, keys: Collection[int], since: datetime) -> dict[int, list[ItemId]]:
    """The items that were seen ``since`` then and have one of these keys, by key, the earliest first."""
    holders: defaultdict[int, list[ItemId]] = defaultdict(list)
    if keys:
        wanted = {"keys": json.dumps(list(keys)), "since": since}
        for key, item_id in session.connection().execute(_HOLDERS, wanted):
            holders[key].append(ItemId(item_id))
    return dict(holders)


def add_sketches(session: Session, sketches: Mapping[ItemId, Collection[int]], seen_at: datetime) -> None:
    """Let these stored items, which have no sketch, be found by their keys."""
    if not sketches:
        return
    connection = session.connection()
    last = connection.execute(select(func.coalesce(func.max(_SKETCH.c.id), 0))).scalar_one()
    rows: list[dict[str, Any]] = []
    key_rows: list[tuple[int, int]] = []
    for number, (item_id, keys) in enumerate(sketches.items(), last + 1):
        rows.append({"id": number, "item_id": item_id, "seen_at": seen_at, "packed": _pack(keys)})
        key_rows.extend((key, number) for key in sorted(set(keys)))
    connection.execute(_INSERT_SKETCH, rows)
    if key_rows:  # a dozen for each item, and they need no conversion: the driver takes them as they are
        connection.exec_driver_sql(_INSERT_KEY, key_rows)


def remove_sketches(session: Session, ids: Collection[ItemId]) -> None:
    """Let these items be found no more."""
    for portion in chunks(ids):
        _remove(session, _SKETCH.c.item_id.in_(portion))


def prune_sketches(session: Session, before: datetime) -> int:
    """Remove the sketches of items that were seen before that, some at a time; return how many were removed."""
    removed = 0
    while True:
        oldest = select(_SKETCH.c.id).where(_SKETCH.c.seen_at < before).limit(PRUNED_AT_ONCE)
        count = _remove(session, _SKETCH.c.id.in_(oldest.scalar_subquery()))
        removed += count
        if count < PRUNED_AT_ONCE:
            return removed


def _remove(session: Session, condition: Any) -> int:
    connection = session.connection()
    found = connection.execute(select(_SKETCH.c.id, _SKETCH.c.packed).where(condition)).all()
    if found:
        pairs = [{"k": key, "s": number} for number, packed in found for key in set(_unpack(packed))]
        if pairs:
            connection.execute(
                delete(_KEY).where(_KEY.c.key == bindparam("k"), _KEY.c.sketch_id == bindparam("s")), pairs
            )
        connection.execute(
            delete(_SKETCH).where(_SKETCH.c.id == bindparam("i")), [{"i": number} for number, _ in found]
        )
    return len(found)


def _pack(keys: Collection[int]) -> bytes:
    return struct.pack(f"<{len(keys)}q", *keys)


def _unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)


# --- about the items --------------------------------------------------------------------------------------------------


def copied_items(session: Session, ids: Collection[ItemId]) -> frozenset[ItemId]:
    """Those of these items that others are copies of."""
    found: set[ItemId] = set()
    for portion in chunks(ids):
        query = select(_ITEM.c.copy_of).where(_ITEM.c.copy_of.in_(portion)).distinct()
        found.update(ItemId(id_) for id_ in session.connection().execute(query).scalars())
    return frozenset(found)


def wordings_of(session: Session, ids: Collection[ItemId]) -> dict[ItemId, Wording]:
    """What these items say, as copies are judged by."""
    found: dict[ItemId, Wording] = {}
    for portion in chunks(ids):
        found |= _wordings(session, _WORDING.where(_ITEM.c.id.in_(portion)))
    return found


def latest_originals(session: Session, feed_id: FeedId, limit: int) -> dict[ItemId, Wording]:
    """What the items say that this feed gave last and that are copies of none."""
    of_feed = _WORDING.where(_ITEM.c.feed_id == feed_id, _ITEM.c.copy_of.is_(None))
    return _wordings(session, of_feed.order_by(_ITEM.c.first_seen_at.desc()).limit(limit))


def _wordings(session: Session, query: Select[Any]) -> dict[ItemId, Wording]:
    return {
        ItemId(id_): Wording(told_text(title, text), outlet, FeedId(feed_id))
        for id_, feed_id, outlet, title, text in session.connection().execute(query)
    }
