"""Takes in the stream of _copies_corpus as the daemon does, with or without copies, and prints one JSON line.

python -m benchmarks._copies_ours ITEMS with|without
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks import _copies_corpus as corpus
from benchmarks._memory import resident_mb
from watcher.copies.shingles import sketch, told_text
from watcher.copies.slots import KnownNames
from watcher.copying import index_marked, mark_copies
from watcher.model import Feed, FeedId, Item, ItemId, Position
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.items import add_items

START = datetime(2016, 6, 9, tzinfo=UTC)
PACE = timedelta(seconds=2)  # between two items of the stream: the window holds all of it


def main() -> None:
    """Measure, and print what was found beside what is true."""
    count, with_copies = int(sys.argv[1]), sys.argv[2] == "with"
    stories: list[int] = []
    retold: dict[int, int] = {}
    found: dict[str, str | None] = {}
    step_s = 0.0
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder) / "watcher.db") as database:
        database.upgrade()
        with database.writing() as session:
            sync_feeds(session, [_feed(number) for number in range(corpus.FEEDS)], START)
        before_mb = resident_mb()
        began, cpu_began, made_s = time.perf_counter(), time.process_time(), 0.0
        stream = corpus.items(count)
        while True:
            making = time.process_time()
            batch = list(islice(stream, corpus.BATCH))
            stories.extend(made.story for made in batch)
            retold.update((made.number, made.retells) for made in batch if made.retells is not None)
            items = [_item(made) for made in batch]
            made_s += time.process_time() - making
            if not items:
                break
            step_s += _store(database, items, found, with_copies=with_copies)
        cpu_s = time.process_time() - cpu_began - made_s
        with database.reading() as session:  # what is in the log beside the file counts as well
            session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        result = {
            "cpu_us": cpu_s / count * 1e6,
            "wall_us": (time.perf_counter() - began - made_s) / count * 1e6,
            "step_us": step_s / count * 1e6,
            "added_mb": resident_mb() - before_mb,
            "disk_bytes": sum(path.stat().st_size for path in Path(folder).glob("watcher.db")) / count,
        }
    told = [(_number(item_id), _number(original)) for item_id, original in found.items() if original is not None]
    print(json.dumps(result | corpus.scores(told, stories, retold)))


def _number(item_id: str) -> int:
    return int(item_id[1:])


def _store(database: Database, items: list[Item], found: dict[str, str | None], *, with_copies: bool) -> float:
    """One transaction, as of one document; return the CPU seconds of what copies cost in it, commit left out."""
    now = items[0].first_seen_at
    began = time.process_time()
    keys = {item.id: sketch(told_text(item.title, item.text)) for item in items} if with_copies else {}
    step_s = time.process_time() - began
    with database.writing() as session:
        if not with_copies:
            add_items(session, items)
            return 0.0
        began = time.process_time()
        marked = mark_copies(session, items, keys, KnownNames(), now)
        step_s += time.process_time() - began
        add_items(session, marked.items)
        began = time.process_time()
        index_marked(session, marked, now)
        step_s += time.process_time() - began
    found.update((item.id, item.copy_of) for item in marked.items)
    return step_s


def _feed(number: int) -> Feed:
    return Feed(
        id=FeedId(f"f{number}"),
        name=f"Feed {number}",
        url=f"https://f{number}.example/rss",
        outlet=f"Outlet {number}",
        language=None,
        kind="rss",
        interval=timedelta(minutes=5),
        origin=Position("config/feeds.yaml", 3, 5),
    )


def _item(made: corpus.Item) -> Item:
    seen_at = START + made.number * PACE
    return Item(
        id=ItemId(f"i{made.number:015}"),
        feed_id=FeedId(f"f{made.feed}"),
        source=f"Feed {made.feed}",
        outlet=f"Outlet {made.feed}",
        title=made.title,
        text=made.text,
        url=f"https://f{made.feed}.example/{made.number}",
        language=None,
        published_at=seen_at,
        first_seen_at=seen_at,
        keys=(f"guid:{made.number}", f"link:https://f{made.feed}.example/{made.number}"),
        content_hash=f"{made.number:064}",
    )


if __name__ == "__main__":
    main()
