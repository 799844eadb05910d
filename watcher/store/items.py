"""Items, the keys under which they return, their former wordings, and the findings in them. None is ever deleted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, column, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from watcher.errors import StoreError
from watcher.model import FeedId, Finding, Item, ItemId, ReadFrom
from watcher.store.conversions import chunks, finding_columns, to_finding
from watcher.store.tables import FindingRow, ItemKeyRow, ItemRevisionRow, ItemRow, MatchRunRow, table

LAST_CHARACTER = "\U0010ffff"


_ITEM, _RUN, _FINDING = table(ItemRow), table(MatchRunRow), table(FindingRow)
# Statements of the poll's path, made once: to make one costs more than to run it
_LISTED_IDS = func.json_each(bindparam("ids")).table_valued(column("value", String))
_HASHES = select(_ITEM.c.id, _ITEM.c.content_hash).join(_LISTED_IDS, _LISTED_IDS.c.value == _ITEM.c.id)
_INSERT_ITEM, _INSERT_RUN, _INSERT_FINDING = insert(_ITEM), insert(_RUN), insert(_FINDING)
_INSERT_KEY = "INSERT INTO item_key (feed_id, key, item_id, position) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

KeyColumns = tuple[str, str, str, int]


def known_items(session: Session, feed_id: FeedId, keys: Collection[str]) -> dict[str, ItemId]:
    """Which of these keys an item of this feed has, and which item."""
    known = {}
    for portion in chunks(keys):  # no json_each here: keys are publishers' words, and may hold a NUL that would end one
        marks = ",".join("?" * len(portion))
        query = f"SELECT key, item_id FROM item_key WHERE feed_id = ? AND key IN ({marks})"  # noqa: S608  only marks
        found = session.connection().exec_driver_sql(query, (feed_id, *portion))
        known.update({key: ItemId(item_id) for key, item_id in found})
    return known


def content_hashes(session: Session, ids: Collection[ItemId]) -> dict[ItemId, str]:
    """The hash of the present wording of each of these items that is stored."""
    if not ids:
        return {}
    found = session.connection().execute(_HASHES, {"ids": json.dumps(list(ids))})
    return {ItemId(id_): content_hash for id_, content_hash in found}


def add_item(session: Session, item: Item) -> bool:
    """Store an item and its keys; False if its id is stored already, then nothing is changed."""
    return bool(add_items(session, (item,)))


def add_items(session: Session, items: Iterable[Item], held: Mapping[ItemId, str] | None = None) -> tuple[ItemId, ...]:
    """Store a batch and return the ids that were new, in order; an item whose id is stored already is left as it is.

    A key that another item of the feed has stays with that item. ``held`` tells why some of them may alert nobody.
    """
    batch: dict[ItemId, Item] = {}
    for item in items:
        batch.setdefault(item.id, item)
    stored = content_hashes(session, batch)
    new = [item for item in batch.values() if item.id not in stored]
    if new:
        session.connection().execute(
            _INSERT_ITEM, [{**_columns(item), "held_because": (held or {}).get(item.id)} for item in new]
        )
        keys = [row for item in new for row in _key_columns(item.feed_id, item.id, item.keys, start=0)]
        _insert_keys(session, keys)
    return tuple(item.id for item in new)


def edit_item(session: Session, item: Item) -> ItemId | None:
    """Replace the wording of the stored item with this id, and keep the former one as a revision.

    Return what the former wording was a copy of.

    ``item.first_seen_at`` is when the new wording was seen. What stays: the stored item's own first sight, its feed
    and its keys; further keys are added.

    Raises: StoreError when there is no such item.
    """
    row = _existing(session, item.id)
    copy_of = row.copy_of
    former = insert_or(ItemRevisionRow).on_conflict_do_nothing()
    session.exec(
        former,
        params={
            "item_id": row.id,
            "content_hash": row.content_hash,
            "title": row.title,
            "text": row.text,
            "replaced_at": item.first_seen_at,
        },
    )
    for name, value in _columns(item).items():
        if name not in ("id", "feed_id", "first_seen_at"):
            setattr(row, name, value)
    session.flush()
    add_keys(session, item.id, item.keys)
    return None if copy_of is None else ItemId(copy_of)


def mark_copy(session: Session, item: Item) -> ItemId | None:
    """Store what an item is a copy of, and why; return what it was one of.

    Raises: StoreError when there is no such item.
    """
    row = _existing(session, item.id)
    former = row.copy_of
    row.copy_of, row.copy_because = item.copy_of, item.copy_because
    session.flush()
    return None if former is None else ItemId(former)


def add_keys(session: Session, item_id: ItemId, keys: Iterable[str]) -> None:
    """Let an item be known under further keys, weaker than those it has. Keys that are taken are passed over.

    Raises: StoreError when there is no such item.
    """
    row = _existing(session, item_id)
    last = select_rows(func.coalesce(func.max(ItemKeyRow.position), -1)).where(ItemKeyRow.item_id == item_id)
    start = session.exec(last).one() + 1
    _insert_keys(session, _key_columns(FeedId(row.feed_id), item_id, tuple(keys), start=start))


def recent_titles(session: Session, feed_id: FeedId, limit: int) -> frozenset[str]:
    """The titles of the items that this feed gave last."""
    latest = select_rows(ItemRow.title).where(ItemRow.feed_id == feed_id).order_by(col(ItemRow.first_seen_at).desc())
    return frozenset(session.exec(latest.limit(limit)))


def seen_before(session: Session, ids: Collection[ItemId], moment: datetime) -> frozenset[ItemId]:
    """Those of these items that were stored before a moment."""
    found: set[ItemId] = set()
    for portion in chunks(ids):
        query = select_rows(ItemRow.id).where(col(ItemRow.id).in_(portion), col(ItemRow.first_seen_at) < moment)
        found.update(ItemId(id_) for id_ in session.exec(query))
    return frozenset(found)


def hold_reasons(session: Session, ids: Collection[ItemId]) -> dict[ItemId, str]:
    """Why those of these items that are held may alert nobody."""
    reasons: dict[ItemId, str] = {}
    for portion in chunks(ids):
        query = select_rows(ItemRow.id, ItemRow.held_because).where(
            col(ItemRow.id).in_(portion), col(ItemRow.held_because).is_not(None)
        )
        reasons.update({ItemId(id_): reason for id_, reason in session.exec(query) if reason is not None})
    return reasons


def list_items(
    session: Session, limit: int, feed_id: FeedId | None = None, *, only_held: bool = False
) -> tuple[Item, ...]:
    """The items (of a feed; those that may alert nobody) that were seen last, latest first."""
    query = select_rows(ItemRow)
    if feed_id is not None:
        query = query.where(ItemRow.feed_id == feed_id)
    if only_held:
        query = query.where(col(ItemRow.held_because).is_not(None))
    latest_first = (col(ItemRow.first_seen_at).desc(), col(ItemRow.id))
    return _to_items(session, session.exec(query.order_by(*latest_first).limit(limit)).all())


def get_item(session: Session, item_id: ItemId) -> Item | None:
    row = session.get(ItemRow, item_id)
    return None if row is None else _to_items(session, [row])[0]


def find_items(session: Session, prefix: str, limit: int = 20) -> tuple[Item, ...]:
    """The items whose id begins so, by id, ``limit`` at most."""
    begins_so = (col(ItemRow.id) >= prefix, col(ItemRow.id) < prefix + LAST_CHARACTER)
    rows = session.exec(select_rows(ItemRow).where(*begins_so).order_by(col(ItemRow.id)).limit(limit)).all()
    return _to_items(session, rows)


def add_findings(
    session: Session, item_id: ItemId, findings: Sequence[Finding], rules_version: str, now: datetime
) -> None:
    """Record that an item's present wording was matched with these rules, and what was found (perhaps nothing).

    Raises: StoreError when there is no such item.
    """
    add_matches(session, {item_id: findings}, rules_version, now)


def add_matches(
    session: Session,
    matches: Mapping[ItemId, Sequence[Finding]],
    rules_version: str,
    now: datetime,
    read_from: ReadFrom = ReadFrom.FEED,
) -> None:
    """Record what was found in each item of a batch, as ``add_findings`` does for one; or in its page.

    Raises: StoreError when one of the items is not stored.
    """
    hashes = content_hashes(session, matches)
    without_findings = []
    for item_id, findings in matches.items():
        if item_id not in hashes:
            raise StoreError(f"no item '{item_id}' is stored")
        run = {
            "item_id": item_id,
            "matched_at": now,
            "rules_version": rules_version,
            "content_hash": hashes[item_id],
            "read_from": read_from.value,
        }
        if findings:
            _insert_findings(session, run, findings)
        else:
            without_findings.append(run)
    if without_findings:
        session.connection().execute(_INSERT_RUN, without_findings)


def findings_of(session: Session, item_id: ItemId) -> tuple[Finding, ...]:
    """Every finding that this item ever gave, in any wording and under any rules: oldest first, equal ones once."""
    rows = session.exec(
        select_rows(FindingRow)
        .join(MatchRunRow, col(MatchRunRow.id) == FindingRow.match_run_id)
        .where(MatchRunRow.item_id == item_id)
        .order_by(col(MatchRunRow.id), col(FindingRow.position))
    )
    return tuple(dict.fromkeys(to_finding(row) for row in rows))


def where_found(session: Session, item_id: ItemId) -> dict[Finding, ReadFrom]:
    """Where each finding of ``findings_of`` was read first, in the same order."""
    query = (
        select_rows(FindingRow, MatchRunRow.read_from)
        .join(MatchRunRow, col(MatchRunRow.id) == FindingRow.match_run_id)
        .where(MatchRunRow.item_id == item_id)
        .order_by(col(MatchRunRow.id), col(FindingRow.position))
    )
    found: dict[Finding, ReadFrom] = {}
    for row, read_from in session.exec(query):
        found.setdefault(to_finding(row), ReadFrom(read_from))
    return found


def _existing(session: Session, item_id: ItemId) -> ItemRow:
    row = session.get(ItemRow, item_id)
    if row is None:
        raise StoreError(f"no item '{item_id}' is stored")
    return row


def _columns(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "feed_id": item.feed_id,
        "source": item.source,
        "outlet": item.outlet,
        "title": item.title,
        "text": item.text,
        "url": item.url,
        "language": item.language,
        "published_at": item.published_at,
        "first_seen_at": item.first_seen_at,
        "content_hash": item.content_hash,
        "copy_of": item.copy_of,
        "copy_because": item.copy_because,
    }


def _key_columns(feed_id: FeedId, item_id: ItemId, keys: Sequence[str], *, start: int) -> list[KeyColumns]:
    return [(feed_id, key, item_id, position) for position, key in enumerate(keys, start)]


def _insert_findings(session: Session, run: dict[str, Any], findings: Sequence[Finding]) -> None:
    connection = session.connection()
    run_id = connection.execute(_INSERT_RUN.returning(_RUN.c.id), run).scalar_one()
    rows = [
        {"match_run_id": run_id, "position": position, **finding_columns(finding)}
        for position, finding in enumerate(findings)
    ]
    connection.execute(_INSERT_FINDING, rows)


def _insert_keys(session: Session, rows: list[KeyColumns]) -> None:
    """A third of all rows of a first poll are keys; they need no conversion, so the driver takes them as they are."""
    if rows:
        session.connection().exec_driver_sql(_INSERT_KEY, rows)


def _to_items(session: Session, rows: Sequence[ItemRow]) -> tuple[Item, ...]:
    keys: dict[str, list[str]] = {row.id: [] for row in rows}
    for portion in chunks(keys):
        query = select_rows(ItemKeyRow.item_id, ItemKeyRow.key).where(col(ItemKeyRow.item_id).in_(portion))
        for item_id, key in session.exec(query.order_by(col(ItemKeyRow.position))):
            keys[item_id].append(key)
    return tuple(
        Item(
            id=ItemId(row.id),
            feed_id=FeedId(row.feed_id),
            source=row.source,
            outlet=row.outlet,
            title=row.title,
            text=row.text,
            url=row.url,
            language=row.language,
            published_at=row.published_at,
            first_seen_at=row.first_seen_at,
            keys=tuple(keys[row.id]),
            content_hash=row.content_hash,
            copy_of=None if row.copy_of is None else ItemId(row.copy_of),
            copy_because=row.copy_because,
        )
        for row in rows
    )
