"""Beside step 2 of the pipeline: which items of a document are copies of earlier ones, inside its transaction.

copies/ decides; here the candidates are looked up, and the sketches of what is a copy of none are stored. All of a
document is looked up at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import islice

from watcher.copies.judge import Wording, judge, standing_text
from watcher.copies.shingles import told_text
from watcher.copies.slots import KnownNames
from watcher.model import FeedId, Item, ItemId
from watcher.store import sketches
from watcher.store.database import Session

COPIES_WITHIN = timedelta(days=14)
"""How long after an item a copy of it is looked for: weeklies and round-ups come a week late."""

MOST_KEYS = 12  # by which one item is found
MOST_JUDGED = 3  # candidates for one item, those that share most first
REFERENCES = 4  # other texts of a feed that show what stands in all of them

Keys = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Items with ``copy_of`` and ``copy_because`` as their present wordings have them, and the keys to find them by."""

    items: tuple[Item, ...]
    keys: Mapping[ItemId, Keys]


def mark_copies(
    session: Session, items: Sequence[Item], keys: Mapping[ItemId, Keys], known: KnownNames, now: datetime
) -> Marked:
    """Tell which of these items are copies of stored ones or of each other; the order stays.

    To be called before they are stored, and ``index_marked`` after. An item that others are copies of is never one.
    """
    search = _Search(session, items, keys, known, now - COPIES_WITHIN)
    copied = sketches.copied_items(session, [item.id for item in items])
    marked = []
    for item in items:
        original, because = (None, None) if item.id in copied else search.find_original(item)
        marked.append(replace(item, copy_of=original, copy_because=because))
        if original is None:
            search.admit(item.id)
    return Marked(tuple(marked), search.admitted)


def index_marked(session: Session, marked: Marked, now: datetime) -> None:
    """Let later items be found to be copies of these, which are stored by now; and of no copy."""
    sketches.remove_sketches(session, [item.id for item in marked.items])
    sketches.add_sketches(session, marked.keys, now)


class _Search:
    """What one batch of items, all of one document, is compared with."""

    def __init__(
        self,
        session: Session,
        items: Sequence[Item],
        keys: Mapping[ItemId, Keys],
        known: KnownNames,
        since: datetime,
    ) -> None:
        self.admitted: dict[ItemId, Keys] = {}
        self._fresh: set[int] = set()  # the keys of what has been admitted
        self._session = session
        self._keys = keys
        self._known = known
        self._holders = sketches.holders_of(session, {key for item in items for key in keys[item.id]}, since)
        self._wordings = {
            item.id: Wording(told_text(item.title, item.text), item.outlet, item.feed_id) for item in items
        }
        self._stored = {item.id: self._candidates(item.id) for item in items}
        wanted = {candidate for candidates in self._stored.values() for candidate in candidates}
        self._wordings = sketches.wordings_of(session, wanted - self._wordings.keys()) | self._wordings
        self._latest: dict[FeedId, dict[ItemId, Wording]] = {}
        self._standing_in: dict[frozenset[ItemId], frozenset[int]] = {}

    def find_original(self, item: Item) -> tuple[ItemId, str] | tuple[None, None]:
        """The item that this is a copy of, and why."""
        later = self._wordings[item.id]
        for candidate in self._ranked(item.id):
            earlier = self._wordings[candidate]
            verdict = judge(later, earlier, self._known, lambda: self._standing(item.id, candidate))  # noqa: B023  called at once
            if verdict.is_copy:
                return candidate, verdict.because
        return None, None

    def admit(self, item_id: ItemId) -> None:
        """Let the later items of the batch be found to be copies of this one, by the keys that few share."""
        holders, fresh = self._holders, self._fresh
        telling = (key for key in self._keys[item_id] if len(holders.get(key, ())) < sketches.MOST_SHARING)
        keys = tuple(islice(telling, MOST_KEYS))
        for key in keys:
            if key in holders:
                holders[key].append(item_id)
            else:
                holders[key] = [item_id]
        fresh.update(keys)
        if keys:
            self.admitted[item_id] = keys

    def _candidates(self, item_id: ItemId, among: Collection[ItemId] | None = None) -> dict[ItemId, float]:
        """Those that share most keys, where one that few have counts for more; the latest of equals first.

        A copy of today's bulletin shares its form with all former ones, and a key or two with today's alone.
        """
        shared: defaultdict[ItemId, float] = defaultdict(float)
        for holders in filter(None, map(self._holders.get, self._keys[item_id])):
            if len(holders) < sketches.MOST_SHARING:
                for holder in reversed(holders):
                    if among is None or holder in among:
                        shared[holder] += 1 / len(holders)
        shared.pop(item_id, None)  # its former wording
        return _most(shared)

    def _ranked(self, item_id: ItemId) -> Iterable[ItemId]:
        """The candidates that were stored, and those of the batch that have been admitted since."""
        if self._fresh.isdisjoint(self._keys[item_id]):
            return self._stored[item_id]
        return _most(self._candidates(item_id, among=self.admitted) | self._stored[item_id])

    def _standing(self, later: ItemId, earlier: ItemId) -> AbstractSet[int]:
        """What stands in several unrelated texts of the later one's feed or, where that is new, of the other's."""
        unrelated: dict[ItemId, str] = {}
        for feed_id in (self._wordings[later].feed_id, self._wordings[earlier].feed_id):
            if len(unrelated) < 2:  # noqa: PLR2004  what one text has is not standing
                others = ((id_, told) for id_, told in self._latest_of(feed_id).items() if id_ not in (later, earlier))
                unrelated |= {item_id: wording.text for item_id, wording in islice(others, REFERENCES)}
        texts = frozenset(unrelated)
        if texts not in self._standing_in:
            self._standing_in[texts] = standing_text(unrelated.values())
        return self._standing_in[texts]

    def _latest_of(self, feed_id: FeedId) -> Mapping[ItemId, Wording]:
        if feed_id not in self._latest:
            batch = {id_: told for id_, told in self._wordings.items() if id_ in self._keys and told.feed_id == feed_id}
            self._latest[feed_id] = sketches.latest_originals(self._session, feed_id, REFERENCES) | batch
        return self._latest[feed_id]


def _most(shared: Mapping[ItemId, float]) -> dict[ItemId, float]:
    if len(shared) < 2:  # noqa: PLR2004  nothing to be put in order
        return dict(shared)
    return {candidate: shared[candidate] for candidate in nlargest(MOST_JUDGED, shared, key=shared.__getitem__)}
