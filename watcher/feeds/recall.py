"""What is kept of a feed's last document, so that the entries which the next one repeats need not be cleaned again.

Only of documents that were stored. In memory: after a restart the next document is read in full. The workers pack and
unpack it, the daemon keeps one string of bytes a feed.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from operator import attrgetter

from watcher.feeds.items import Wording
from watcher.model import FeedId

MOST_BYTES = 24_000_000  # about 2,500 feeds of 30 items

_fields = attrgetter(*Wording.__slots__)


def pack(wordings: Mapping[bytes, Wording]) -> bytes:
    return pickle.dumps([(entry_print, _fields(wording)) for entry_print, wording in wordings.items()])


def unpack(packed: bytes) -> dict[bytes, Wording]:
    """Raises: whatever pickle does, when it is not what ``pack`` gave."""
    if not packed:
        return {}
    return {entry_print: Wording(*told) for entry_print, told in pickle.loads(packed)}  # noqa: S301  our own bytes


class Recall:
    """The packed wordings of each feed; of those that do not fit, nothing is kept."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._packed: dict[FeedId, bytes] = {}
        self._size = 0

    def of(self, feed_id: FeedId) -> bytes:
        """Empty when nothing is kept."""
        return self._packed.get(feed_id, b"")

    def keep(self, feed_id: FeedId, packed: bytes) -> None:
        """In place of what was kept of this feed. Feeds come by turns: to drop the oldest would drop them all."""
        self._size += len(packed) - len(self._packed.pop(feed_id, b""))
        self._packed[feed_id] = packed
        while self._size > self._most_bytes:
            self._size -= len(self._packed.popitem()[1])

    def forget(self, feed_id: FeedId) -> None:
        self._size -= len(self._packed.pop(feed_id, b""))
