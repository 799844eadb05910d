"""What items mention as standing ("rebel-held", "besieged"): beside the incidents, the evidence of the ledger.

Nothing of the ledger itself is stored: incidents/ledger.py makes it of the evidence, whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypeAlias

from sqlmodel import Session, col, select

from watcher.incidents.direction import told_by
from watcher.model import Event, Finding, ItemId, PlaceId
from watcher.store.conversions import chunks, to_finding
from watcher.store.tables import IS_STANDING, FindingRow, ItemRow, MatchRunRow

Mention: TypeAlias = tuple[Finding, ItemId, str, datetime]
"""A state that an item mentions: the finding, the item, its outlet, and when it was told."""


def mentions_of_states(session: Session, event: Event, places: Collection[PlaceId]) -> tuple[Mention, ...]:
    """What items mention as standing at these places, copies left out, in the order in which it was stored."""
    found: list[tuple[int, Mention]] = []
    for portion in chunks(places):
        query = (
            select(FindingRow, ItemRow)
            .join(MatchRunRow, col(MatchRunRow.id) == FindingRow.match_run_id)
            .join(ItemRow, col(ItemRow.id) == MatchRunRow.item_id)
            .where(IS_STANDING, col(FindingRow.place).in_(portion), FindingRow.event == event.value)
            .where(col(ItemRow.copy_of).is_(None))
        )
        for row, item in session.exec(query):
            told = told_by(item.published_at, item.first_seen_at)
            found.append((row.id or 0, (to_finding(row), ItemId(item.id), item.outlet, told)))
    return tuple(mention for _, mention in sorted(found, key=lambda pair: pair[0]))
