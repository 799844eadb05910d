"""Backups of a database in use, and its check."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.store.database import Database
from watcher.store.feeds import feed_states, sync_feeds

if TYPE_CHECKING:
    from tests.store.conftest import Make


def store_feeds(database: Database, make: Make, count: int) -> None:
    with database.writing() as session:
        sync_feeds(session, [make.feed(f"feed-{number:05}") for number in range(count)], make.now)


def count_feeds(path: Path) -> int:
    with Database(path) as database, database.reading() as session:
        return len(feed_states(session))


def test_a_backup_is_one_whole_file_that_can_be_used_at_once(database: Database, tmp_path: Path, make: Make) -> None:
    store_feeds(database, make, 3)
    target = tmp_path / "copy" / "watcher.db"
    target.parent.mkdir()

    database.backup(target)

    assert [file.name for file in target.parent.iterdir()] == ["watcher.db"]
    assert target.read_bytes()[18:20] == b"\x01\x01"  # the header says: no write-ahead log (sqlite.org/fileformat)
    assert count_feeds(target) == 3
    with Database(target) as restored:
        assert restored.check() == ()


def test_a_backup_holds_one_moment_though_others_write_meanwhile(
    database: Database, path: Path, tmp_path: Path, make: Make
) -> None:
    store_feeds(database, make, 6_000)  # more than one step of copying
    steps: list[tuple[int, int]] = []

    def write_meanwhile(remaining: int, total: int) -> None:
        steps.append((remaining, total))
        with database.writing() as session:
            sync_feeds(session, [make.feed(f"late-{remaining}")], make.now)

    database.backup(tmp_path / "copy.db", write_meanwhile)

    assert len(steps) > 1
    assert steps[-1][0] == 0
    assert count_feeds(tmp_path / "copy.db") == 6_000
    assert count_feeds(path) == 6_000 + len(steps)


def test_a_backup_sees_no_half_transaction(database: Database, tmp_path: Path, make: Make) -> None:
    with database.writing() as session:
        sync_feeds(session, [make.feed("half")], make.now)
        database.backup(tmp_path / "copy.db")

    assert count_feeds(tmp_path / "copy.db") == 0


def test_a_backup_replaces_no_file(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("mine", encoding="utf-8")

    with pytest.raises(StoreError) as caught:
        database.backup(target)

    assert str(caught.value) == f"{target} exists already: name another file, a backup replaces none"
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_backup_into_a_missing_folder_is_told_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    target = tmp_path / "disk" / "copy.db"

    with pytest.raises(StoreError) as caught:
        database.backup(target)

    assert str(caught.value) == f"{target} cannot be opened: its folder is missing or closed to this user"
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "watcher.db-shm", tmp_path / "watcher.db-wal"}


def test_a_missing_database_has_no_backup(tmp_path: Path) -> None:
    with Database(tmp_path / "watcher.db") as database, pytest.raises(StoreError, match="there is no database at"):
        database.backup(tmp_path / "copy.db")

    assert list(tmp_path.iterdir()) == []


def test_check_finds_rows_that_point_to_nothing(database: Database, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute(
            "INSERT INTO poll (feed_id, polled_at, outcome, entries, new_items, edited_items, body_bytes, elapsed_us)"
            " VALUES ('gone', '2025-03-01 06:00:00.000000', 'new', 0, 0, 0, 0, 0)"
        )
        other.commit()

    assert database.check() == (f"{path}: a row of 'poll' (1) refers to a row of 'feed' that is gone",)


def test_check_finds_an_index_that_lacks_a_row(database: Database, path: Path, make: Make) -> None:
    store_feeds(database, make, 1)
    with closing(sqlite3.connect(path)) as other:  # pretend that the index never covered that row
        other.execute("PRAGMA writable_schema = ON")
        other.execute("UPDATE sqlite_master SET sql = sql || ' WHERE failures = 1' WHERE name = 'ix_feed_next_poll_at'")
        other.commit()
        other.execute("PRAGMA writable_schema = RESET")
    database.close()

    assert database.check() == (f"{path}: wrong # of entries in index ix_feed_next_poll_at",)


def test_check_of_a_sound_database_finds_nothing(database: Database, make: Make) -> None:
    store_feeds(database, make, 10)

    assert database.check() == ()
