"""Copies on the main path: a real database, batches as polls bring them, restarts, edits, pruning."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.copies.shingles import sketch, told_text
from watcher.copies.slots import KnownNames
from watcher.copying import COPIES_WITHIN, index_marked, mark_copies
from watcher.feeds.fulltext import after_text
from watcher.model import Feed, FeedId, Item, ItemId, Position
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.items import add_items, edit_item, get_item, mark_copy
from watcher.store.pages import page_of, save_page, want_pages
from watcher.store.sketches import MOST_SHARING, holders_of, prune_sketches

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
KNOWN = KnownNames()
WIRE = (
    "Fighters of the northern brigade entered the mill town of Dabra before dawn on Tuesday, residents said, "
    "after the garrison had left its posts along the canal and driven south in 40 lorries without a shot being "
    "fired. The mayor told shopkeepers to open as usual, and by noon the bakery had sold its bread to soldiers "
    "and neighbours alike."
)
OTHER = (
    "The harbour of Lenn will stay closed until Friday because divers found 3 mines beside the long pier, the "
    "port office said. Two ferries were sent to the old quay, where passengers waited in the rain for buses that "
    "never came."
)
FOOTER = (
    "You are reading a free service of this site. Share it with your friends, follow our channels, write to the "
    "editors at the address below, and support independent reporting with a small gift every month. All rights "
    "reserved."
)


class Desk:
    """Takes in batches of items as one poll of a feed does."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.database.upgrade()

    def take_in(self, *batch: tuple[str, str], feed: str = "wire", now: datetime = NOW) -> tuple[Item, ...]:
        items = [self.item(id_, text, feed, now) for id_, text in batch]
        keys = {item.id: sketch(told_text(item.title, item.text)) for item in items}
        with self.database.writing() as session:
            sync_feeds(session, [self.feed(name) for name in ("wire", "post", "ledger")], now)
            known = {item.id for item in items if get_item(session, item.id) is not None}
            marked = mark_copies(session, items, keys, KNOWN, now)
            for item in marked.items:
                if item.id in known:
                    edit_item(session, item)
            add_items(session, marked.items)
            index_marked(session, marked, now)
        return marked.items

    def originals(self, *batch: tuple[str, str], feed: str = "post", now: datetime = NOW) -> list[str | None]:
        return [item.copy_of for item in self.take_in(*batch, feed=feed, now=now)]

    def feed(self, name: str) -> Feed:
        return Feed(
            id=FeedId(name),
            name=name,
            url=f"https://{name}.example/rss",
            outlet=name,
            language="en",
            kind="rss",
            interval=timedelta(minutes=5),
            origin=Position("config/feeds.yaml", 3, 5),
        )

    def item(self, id_: str, text: str, feed: str, now: datetime) -> Item:
        return Item(
            id=ItemId(id_),
            feed_id=FeedId(feed),
            source=feed,
            outlet=feed,
            title=f"Title of {id_}",
            text=text,
            url=f"https://{feed}.example/{id_}",
            language="en",
            published_at=now,
            first_seen_at=now,
            keys=(f"guid:{id_}",),
            content_hash=f"{hash(text)}",
        )

    def read_page(self, id_: str, text: str, now: datetime = NOW) -> str | None:
        """Store the text of an item's page, and tell what the item is a copy of by it, as the step for pages does."""
        read = replace(self.stored(id_), text=text)
        with self.database.writing() as session:
            want_pages(session, [read], now, 1)
            page = page_of(session, read.id)
            assert page is not None
            assert save_page(session, after_text(page, text, now))
            marked = mark_copies(session, [read], {read.id: sketch(text)}, KNOWN, now)
            index_marked(session, marked, now)
            mark_copy(session, marked.items[0])
        return marked.items[0].copy_of

    def has(self, id_: str) -> bool:
        with self.database.reading() as session:
            return get_item(session, ItemId(id_)) is not None

    def stored(self, id_: str) -> Item:
        with self.database.reading() as session:
            item = get_item(session, ItemId(id_))
        assert item is not None
        return item


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "watcher.db")
    yield desk
    desk.database.close()


def rows(desk: Desk, table: str) -> int:
    with desk.database.reading() as session:
        count: int = session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
        return count


def test_a_copy_names_the_first_item_and_why_it_is_one(desk: Desk) -> None:
    desk.take_in(("w1", WIRE), ("w2", OTHER))

    desk.take_in(("p1", f"{OTHER} (Lenn)"), ("p2", "Nothing of that kind happened here this week, said the harbour."))
    desk.take_in(("l1", f"DABRA — {WIRE}"), feed="ledger")

    assert [desk.stored(id_).copy_of for id_ in ("w1", "w2", "p1", "p2", "l1")] == [None, None, "w2", None, "w1"]
    assert desk.stored("w1").copy_because is None
    assert desk.stored("l1").copy_because == "has 98% of its text from there, with the same figures and names"


def test_two_entries_of_one_document_may_be_copies_of_each_other(desk: Desk) -> None:
    assert desk.originals(("p1", WIRE), ("p2", OTHER), ("p3", f"Update: {WIRE}")) == [None, None, "p1"]


def test_a_copy_of_a_copy_is_a_copy_of_the_first(desk: Desk) -> None:
    desk.take_in(("w1", WIRE))
    desk.take_in(("p1", f"By our own staff. {WIRE}"), feed="post")

    assert desk.originals(("l1", f"By our own staff. {WIRE}"), feed="ledger") == ["w1"]


def test_what_was_stored_before_a_restart_is_found_after_it(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(("w1", WIRE))
    desk.database.close()

    again = Desk(tmp_path / "watcher.db")
    assert again.originals(("p1", WIRE)) == ["w1"]
    again.database.close()


def test_a_transaction_that_is_cut_off_leaves_nothing_and_its_repetition_gives_the_same(desk: Desk) -> None:
    desk.take_in(("w1", WIRE))
    item = desk.item("p1", WIRE, "post", NOW)

    class Killed(BaseException):
        pass

    def die_after_storing() -> None:
        with desk.database.writing() as session:
            marked = mark_copies(session, [item], {item.id: sketch(item.text)}, KNOWN, NOW)
            add_items(session, marked.items)
            index_marked(session, marked, NOW)
            raise Killed

    with pytest.raises(Killed):
        die_after_storing()

    assert (rows(desk, "item"), rows(desk, "sketch")) == (1, 1)
    assert desk.originals(("p1", WIRE)) == ["w1"]
    assert (rows(desk, "item"), rows(desk, "sketch")) == (2, 1)


KILLED_IN = """
import sys
from pathlib import Path
from tests.test_copying import Desk, stream
desk = Desk(Path(sys.argv[1]))
for batch in stream():
    desk.take_in(*batch)
    print("stored", flush=True)
"""


def stream() -> list[list[tuple[str, str]]]:
    """Documents of three reports each, of which two are told again in the next."""
    places = [f"Dabra{number}ville" for number in range(60)]
    told = [
        (f"w{number}", f"On hill {number} near {place} {WIRE.replace('Dabra', place).replace('40', str(number + 200))}")
        for number, place in enumerate(places)
    ]
    again = [(f"again-{id_}", f"{place} (wire) {text}") for (id_, text), place in zip(told, places, strict=True)]
    return [[*told[first : first + 3], *again[max(first - 3, 0) : max(first - 1, 0)]] for first in range(0, 60, 3)]


@pytest.mark.parametrize("stored", [1, 4])
def test_after_a_kill_what_is_missing_gives_what_an_unbroken_run_gives(tmp_path: Path, stored: int) -> None:
    command = [sys.executable, "-c", KILLED_IN, str(tmp_path / "killed.db")]
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert [child.stdout.readline() for _ in range(stored)] == [b"stored\n"] * stored
        child.kill()  # SIGKILL, in the middle of what follows

    found = []
    for name in ("killed.db", "unbroken.db"):
        desk = Desk(tmp_path / name)
        for batch in stream():
            known = {desk.has(id_) for id_, _ in batch}
            assert len(known) == 1, "a document is stored whole or not at all"
            if known == {False}:
                desk.take_in(*batch)
        copies = [desk.stored(id_).copy_of for batch in stream() for id_, _ in batch]
        found.append((copies, rows(desk, "item"), rows(desk, "sketch"), rows(desk, "sketch_key")))
        desk.database.close()
    assert found[0] == found[1]
    assert found[0][1:3] == (98, 60)
    assert sum(copy is not None for copy in found[0][0]) == 38


def test_an_item_is_judged_by_the_text_of_its_page_and_so_are_its_copies(desk: Desk) -> None:
    teaser = "A mill town changed hands at dawn, and by noon its bakery was open. Read the full report on our site now."
    desk.take_in(("w1", WIRE), ("w2", teaser))
    assert desk.originals(("p1", teaser)) == ["w2"]

    assert desk.originals(
        ("l1", "In Dabra the bakery was open by noon, and that is all that is said here of it today."), feed="ledger"
    ) == [None]
    assert desk.read_page("l1", f"{WIRE} (ledger)") == "w1"
    assert desk.stored("l1").copy_of == "w1"

    assert desk.read_page("w2", OTHER) is None
    assert desk.originals(("p2", OTHER)) == ["w2"]


def test_the_same_items_again_change_nothing(desk: Desk) -> None:
    batch: Sequence[tuple[str, str]] = (("w1", WIRE), ("w2", OTHER), ("w3", f"Again: {WIRE}"))
    first = desk.take_in(*batch)
    size = rows(desk, "sketch_key")

    assert desk.take_in(*batch) == first
    assert rows(desk, "sketch_key") == size
    assert rows(desk, "sketch") == 2


def test_an_edited_item_is_judged_by_its_new_wording(desk: Desk) -> None:
    desk.take_in(("w1", WIRE))

    assert desk.originals(("p1", OTHER)) == [None]
    assert desk.originals(("p1", f"Corrected. {WIRE}")) == ["w1"]  # it took over the wire
    assert desk.originals(("l1", OTHER), feed="ledger") == [None]  # and is found by its former wording no more
    assert desk.originals(("p1", OTHER)) == ["l1"]
    assert desk.originals(
        ("p1", "In the hills it snowed for 5 days, and no bus came to the upper villages at all.")
    ) == [None]


def test_what_others_are_copies_of_stays_so_when_it_is_edited(desk: Desk) -> None:
    desk.take_in(("w1", WIRE), ("w2", OTHER))
    desk.take_in(("p1", WIRE), feed="post")

    desk.take_in(("w1", f"Corrected. {OTHER}"))

    assert desk.stored("w1").copy_of is None
    assert desk.stored("p1").copy_of == "w1"


def test_other_figures_are_another_report(desk: Desk) -> None:
    desk.take_in(("w1", WIRE))

    assert desk.originals(("p1", WIRE.replace("40 lorries", "14 lorries"))) == [None]


def test_no_copy_is_looked_for_after_the_window_and_its_sketches_go(desk: Desk) -> None:
    desk.take_in(("w1", WIRE))
    desk.take_in(("w2", OTHER), now=NOW + timedelta(days=2))
    later = NOW + COPIES_WITHIN + timedelta(seconds=1)

    assert desk.originals(("p1", WIRE), ("p2", OTHER), now=later) == [None, "w2"]
    with desk.database.writing() as session:
        assert prune_sketches(session, later - COPIES_WITHIN) == 1
        assert prune_sketches(session, later - COPIES_WITHIN) == 0
        held = holders_of(session, sketch(WIRE), NOW)
    assert {holder for holders in held.values() for holder in holders} == {"p1"}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one document", "in many"])
def test_a_standing_footer_makes_no_copies(desk: Desk, at_once: bool) -> None:
    events = ("storm", "fire", "match", "vote", "strike", "film", "fair", "flood", "trial", "race", "feast", "fog")
    batch = [
        (f"p{number}", f"The {event} of {event}ville kept {number} people busy for most of this {event} day. {FOOTER}")
        for number, event in enumerate(events)
    ]

    batches = [batch] if at_once else [[entry] for entry in batch]

    found = [original for entries in batches for original in desk.originals(*entries)]
    assert found[-10:] == [None] * 10  # a site is known by its first two texts
    assert found[: 12 if at_once else 0] == [None] * (12 if at_once else 0)


def test_standing_text_does_not_fill_the_index(desk: Desk) -> None:
    desk.take_in(*((f"w{number}", f"{number} {FOOTER} {number + 1}") for number in range(40)))

    with desk.database.reading() as session:
        held = holders_of(session, sketch(FOOTER), NOW)

    assert max(len(holders) for holders in held.values()) <= MOST_SHARING


def test_headlines_alone_are_no_copies_of_each_other(desk: Desk) -> None:
    desk.take_in(("w1", ""), ("w2", ""))

    assert desk.originals(("p1", ""), ("p2", "Rebels take Dabra")) == [None, None]
    assert rows(desk, "sketch") == 0
