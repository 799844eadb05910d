"""The index by which copies are found: the sketches of the items of the last days. What is a copy, copies/ decides.

Kept small: an item that is a copy has no sketch, and old sketches are pruned. Every look-up and every insert is one
statement for a batch of items.
"""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, String, bindparam, column, delete, func, insert, select

from watcher.copies.judge import Wording
from watcher.copies.shingles import told_text
from watcher.model import FeedId, ItemId
from watcher.store.tables import ItemRow, PageRow, SketchKeyRow, SketchRow, table

MOST_SHARING = 8  # items that a key leads to: what more of them share is standing text
PRUNED_AT_ONCE = 1000

if TYPE_CHECKING:
    from sqlmodel import Session

_SKETCH, _KEY, _ITEM, _PAGE = table(SketchRow), table(SketchKeyRow), table(ItemRow), table(PageRow)
_WANTED_KEYS = func.json_each(bindparam("wanted")).table_valued(column("value", BigInteger))
_WANTED_IDS = func.json_each(bindparam("wanted")).table_valued(column("value", String))
_WORDING = select(
    _ITEM.c.id, _ITEM.c.feed_id, _ITEM.c.outlet, _ITEM.c.title, func.coalesce(_PAGE.c.text, _ITEM.c.text)
).outerjoin_from(_ITEM, _PAGE, _PAGE.c.item_id == _ITEM.c.id)

# Made once: to build a statement costs more than to run it.
_HOLDERS = (
    select(_KEY.c.key, _SKETCH.c.item_id)
    .select_from(_WANTED_KEYS)
    .join(_KEY, _KEY.c.key == _WANTED_KEYS.c.value)
    .join(_SKETCH, _SKETCH.c.id == _KEY.c.sketch_id)
    .where(_SKETCH.c.seen_at >= bindparam("since"))
    .order_by(_KEY.c.key, _KEY.c.sketch_id)
)
_NEXT_ID = select(func.coalesce(func.max(_SKETCH.c.id), 0) + 1)
_OF_ITEMS = select(_SKETCH.c.id, _SKETCH.c.packed).join(_WANTED_IDS, _WANTED_IDS.c.value == _SKETCH.c.item_id)
_BEFORE = select(_SKETCH.c.id, _SKETCH.c.packed).where(_SKETCH.c.seen_at < bindparam("before")).limit(PRUNED_AT_ONCE)
_DROP_KEY = delete(_KEY).where(_KEY.c.key == bindparam("of_key"), _KEY.c.sketch_id == bindparam("of_sketch"))
_DROP = delete(_SKETCH).where(_SKETCH.c.id == bindparam("of_sketch"))
_COPIED = select(_ITEM.c.copy_of).join(_WANTED_IDS, _WANTED_IDS.c.value == _ITEM.c.copy_of).distinct()
_OF_IDS = _WORDING.join(_WANTED_IDS, _WANTED_IDS.c.value == _ITEM.c.id)
_LATEST = (
    _WORDING.where(_ITEM.c.feed_id == bindparam("feed"), _ITEM.c.copy_of.is_(None))
    .order_by(_ITEM.c.first_seen_at.desc())
    .limit(bindparam("most"))
)

_INSERT_SKETCH = insert(_SKETCH)
_INSERT_KEY = "INSERT INTO sketch_key (key, sketch_id) VALUES (?, ?)"


def holders_of(session: Session, keys: Collection[int], since: datetime) -> dict[int, list[ItemId]]:
    """The items that were seen ``since`` then and have one of these keys, by key, the earliest first."""
    holders: defaultdict[int, list[ItemId]] = defaultdict(list)
    if keys:
        wanted = {"wanted": json.dumps(list(keys)), "since": since}
        for key, item_id in session.connection().execute(_HOLDERS, wanted):
            holders[key].append(ItemId(item_id))
    return dict(holders)


def add_sketches(session: Session, sketches: Mapping[ItemId, Collection[int]], seen_at: datetime) -> None:
    """Let these stored items, which have no sketch, be found by their keys."""
    if not sketches:
        return
    connection = session.connection()
    rows: list[dict[str, Any]] = []
    pairs: list[tuple[int, int]] = []
    for number, (item_id, keys) in enumerate(sketches.items(), connection.execute(_NEXT_ID).scalar_one()):
        rows.append({"id": number, "item_id": item_id, "seen_at": seen_at, "packed": _pack(keys)})
        pairs.extend(zip(set(keys), repeat(number)))
    connection.execute(_INSERT_SKETCH, rows)
    if pairs:  # a dozen for each item, and they need no conversion: the driver takes them as they are
        connection.exec_driver_sql(_INSERT_KEY, sorted(pairs))


def remove_sketches(session: Session, ids: Collection[ItemId]) -> None:
    """Let these items be found no more."""
    if ids:
        _remove(session, session.connection().execute(_OF_ITEMS, {"wanted": json.dumps(list(ids))}).all())


def prune_sketches(session: Session, before: datetime) -> int:
    """Remove the sketches of items that were seen before that, some at a time; return how many were removed."""
    removed = 0
    while found := session.connection().execute(_BEFORE, {"before": before}).all():
        _remove(session, found)
        removed += len(found)
    return removed


def _remove(session: Session, found: Sequence[Any]) -> None:
    connection = session.connection()
    keys = [{"of_key": key, "of_sketch": number} for number, packed in found for key in set(_unpack(packed))]
    if keys:
        connection.execute(_DROP_KEY, keys)
    if found:
        connection.execute(_DROP, [{"of_sketch": number} for number, _ in found])


def _pack(keys: Collection[int]) -> bytes:
    return struct.pack(f"<{len(keys)}q", *keys)


def _unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)


# --- about the items --------------------------------------------------------------------------------------------------


def copied_items(session: Session, ids: Collection[ItemId]) -> frozenset[ItemId]:
    """Those of these items that others are copies of."""
    if not ids:
        return frozenset()
    return frozenset(map(ItemId, session.connection().execute(_COPIED, {"wanted": json.dumps(list(ids))}).scalars()))


def wordings_of(session: Session, ids: Collection[ItemId]) -> dict[ItemId, Wording]:
    """What these items say, as copies are judged by: the pages behind them, where those were read."""
    return _wordings(session, _OF_IDS, wanted=json.dumps(list(ids))) if ids else {}


def latest_originals(session: Session, feed_id: FeedId, limit: int) -> dict[ItemId, Wording]:
    """What the items say that this feed gave last and that are copies of none."""
    return _wordings(session, _LATEST, feed=feed_id, most=limit)


def _wordings(session: Session, query: Select[Any], **parameters: object) -> dict[ItemId, Wording]:
    return {
        ItemId(id_): Wording(told_text(title, text), outlet, FeedId(feed_id))
        for id_, feed_id, outlet, title, text in session.connection().execute(query, parameters)
    }
