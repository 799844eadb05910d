"""Transactions of a real SQLite file: what others see, what survives, and how trouble is told."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from watcher.errors import StoreError
from watcher.model import FeedId, FeedState, PollRecord
from watcher.store.database import Database
from watcher.store.feeds import feed_states, record_poll, save_state, sync_feeds

if TYPE_CHECKING:
    from tests.store.conftest import Make

SHORT = timedelta(seconds=0.2)
NOBODY = 65534


def feed_ids(database: Database) -> list[str]:
    with database.reading() as session:
        return [state.feed_id for state in feed_states(session)]


def add_feed(database: Database, make: Make, id_: str) -> None:
    with database.writing() as session:
        sync_feeds(session, [make.feed(id_)], make.now)


def python(*arguments: str) -> subprocess.Popen[str]:
    """Another process; its first line says how far it is."""
    return subprocess.Popen(
        [sys.executable, "-c", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def writer_elsewhere(path: Path) -> Iterator[None]:
    """Another process holds the write lock."""
    code = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
        "connection.close()\n"
    )
    with python(code, str(path)) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "locked\n"
        yield
        process.stdin.close()


# --- transactions --------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_by_others_after_the_block(database: Database, path: Path, make: Make) -> None:
    add_feed(database, make, "one")

    with Database(path) as other:
        assert feed_ids(other) == ["one"]


def test_an_exception_undoes_the_whole_block(database: Database, make: Make) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            sync_feeds(session, [make.feed("one")], make.now)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()

    assert feed_ids(database) == []


def test_a_reader_sees_one_moment_and_hinders_no_writer(database: Database, make: Make) -> None:
    add_feed(database, make, "one")

    with database.reading() as session:
        before = len(feed_states(session))
        add_feed(database, make, "two")
        after = len(feed_states(session))

    assert (before, after) == (1, 1)
    assert feed_ids(database) == ["one", "two"]


def test_a_writer_hinders_no_reader(database: Database, make: Make) -> None:
    with database.writing() as session:
        sync_feeds(session, [make.feed("one")], make.now)
        assert feed_ids(database) == []


def test_writing_in_a_reading_block_is_a_bug_and_told_as_one(database: Database, make: Make) -> None:
    with pytest.raises(OperationalError, match="readonly"), database.reading() as session:
        sync_feeds(session, [make.feed("one")], make.now)

    assert feed_ids(database) == []


def test_a_row_that_points_to_nothing_is_refused(database: Database, make: Make) -> None:
    record = PollRecord(FeedId("nowhere"), make.now, "new", None, 1, 1, 0, 10, timedelta(seconds=1))
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), database.writing() as session:
        record_poll(session, record)


def test_a_naive_moment_is_refused_before_it_reaches_the_file(database: Database, make: Make) -> None:
    add_feed(database, make, "one")
    naive = make.now.replace(tzinfo=None)

    with (
        pytest.raises(Exception, match="Datetime values must have timezone information"),
        database.writing() as session,
    ):
        save_state(session, FeedState(feed_id=FeedId("one"), next_poll_at=naive))

    with database.reading() as session:
        assert feed_states(session)[0].next_poll_at == make.now


def test_a_commit_is_forced_to_the_disk_and_keys_are_enforced(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_no_block_leaves_a_transaction_open(database: Database, path: Path, make: Make) -> None:
    add_feed(database, make, "one")
    feed_ids(database)

    with closing(sqlite3.connect(path)) as other:  # the log can be emptied only when nobody reads from it
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_close_leaves_one_plain_file(tmp_path: Path, path: Path, make: Make) -> None:
    with Database(path) as database:
        add_feed(database, make, "one")

    assert [file.name for file in tmp_path.iterdir()] == ["watcher.db"]


def test_threads_write_in_turn(database: Database, make: Make) -> None:
    ids = [f"feed-{number:02}" for number in range(24)]
    threads = [threading.Thread(target=add_feed, args=(database, make, id_)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert feed_ids(database) == ids


# --- other processes and crashes -----------------------------------------------------------------------------------


def test_a_lock_held_for_too_long_is_told_and_passes(path: Path, make: Make) -> None:
    with Database(path, busy_timeout=SHORT) as database:
        with writer_elsewhere(path):
            with pytest.raises(StoreError) as caught, database.writing():
                pass
            assert feed_ids(database) == []
        add_feed(database, make, "one")

        assert str(caught.value) == (f"{path} is locked: another process has been writing to it for more than 0.2 s")
        assert feed_ids(database) == ["one"]


def test_a_thread_that_writes_for_too_long_is_told(path: Path) -> None:
    with (
        Database(path, busy_timeout=SHORT) as database,
        database.writing(),
        pytest.raises(StoreError) as caught,
        database.writing(),
    ):
        pass

    assert str(caught.value) == f"{path} is locked: this process has been writing to it for more than 0.2 s"


CRASHING_WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from watcher.model import Feed, FeedId, Position
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds

def feed(name):
    url = f"https://{name}.example/rss"
    return Feed(FeedId(name), name, url, name, None, "rss", timedelta(minutes=5), Position("feeds.yaml"))

now = datetime(2025, 3, 1, 6, tzinfo=UTC)
database = Database(Path(sys.argv[1]))
with database.writing() as session:
    sync_feeds(session, [feed("committed")], now)
with database.writing() as session:
    session.connection().exec_driver_sql("PRAGMA cache_size = 10")  # pages: the rest goes to the log before the commit
    sync_feeds(session, [feed(f"lost-{number}") for number in range(3000)], now)
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_a_process_killed_while_writing_leaves_what_it_had_committed(
    database: Database, path: Path, make: Make
) -> None:
    with python(CRASHING_WRITER, str(path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        assert path.with_name("watcher.db-wal").stat().st_size > 100_000
        process.send_signal(signal.SIGKILL)

    assert feed_ids(database) == ["committed"]
    add_feed(database, make, "after")
    assert feed_ids(database) == ["after", "committed"]
    assert database.check() == ()


# --- files that cannot be used -------------------------------------------------------------------------------------


def test_a_missing_database_is_told_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    with Database(path) as database, pytest.raises(StoreError) as caught, database.reading():
        pass

    assert str(caught.value) == f"there is no database at {path}: 'watcher db upgrade' makes one"
    assert not path.exists()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "var" / "watcher.db"
    with Database(path) as database, pytest.raises(StoreError) as caught, database.writing():
        pass

    assert str(caught.value) == f"{path} cannot be opened: its folder is missing or closed to this user"


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    path.write_bytes(b"version: 1\nfeeds: {}\n" * 100)
    with Database(path) as database:
        for use in (database.reading, database.writing):
            with pytest.raises(StoreError) as caught, use():
                pass
            assert str(caught.value) == f"{path} is not a SQLite database"
        with pytest.raises(StoreError, match="is not a SQLite database"):
            database.upgrade()

    assert path.read_bytes() == b"version: 1\nfeeds: {}\n" * 100


def test_a_damaged_database_is_told_with_what_to_do(path: Path, make: Make) -> None:
    with Database(path) as database:
        add_feed(database, make, "one")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)  # all pages but the first, which holds the header
    path.write_bytes(content)

    with Database(path) as database, pytest.raises(StoreError) as caught:
        feed_ids(database)

    assert str(caught.value) == (
        f"{path} is damaged (database disk image is malformed): restore a backup (docs/store.md)"
    )


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write everywhere: be somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="watcher-"))
    yield folder
    shutil.rmtree(folder)


def test_a_read_only_folder_is_told(open_folder: Path, pristine: Path, make: Make) -> None:
    path = open_folder / "watcher.db"
    path.write_bytes(pristine.read_bytes())
    path.chmod(0o444)
    open_folder.chmod(0o555)

    with unprivileged(), Database(path) as database:
        with pytest.raises(StoreError) as writing, database.writing():
            pass
        with pytest.raises(StoreError) as reading, database.reading():
            pass
    with unprivileged(), Database(open_folder / "new.db") as database, pytest.raises(StoreError) as making:
        database.upgrade()
    with unprivileged(), Database(open_folder / "var" / "watcher.db") as database, pytest.raises(StoreError) as folder:
        database.upgrade()

    assert (
        str(writing.value)
        == str(reading.value)
        == (f"{path} cannot be used: it, its folder or the file system is read-only to this user")
    )
    closed = "cannot be opened: its folder is missing or closed to this user"
    assert str(making.value) == f"{open_folder / 'new.db'} {closed}"
    assert str(folder.value) == f"the folder {open_folder / 'var'} cannot be made: Permission denied"


def test_a_full_disk_is_told_and_nothing_of_the_block_is_stored(database: Database, path: Path, make: Make) -> None:
    def fill_the_disk() -> None:
        with database.writing() as session:
            used = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {used}")
            sync_feeds(session, [make.feed(f"feed-{number}") for number in range(3000)], make.now)

    with pytest.raises(StoreError) as caught:
        fill_the_disk()

    assert str(caught.value) == f"no space left for {path}: free some space, nothing of this step was stored"
    assert feed_ids(database) == []
