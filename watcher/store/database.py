"""The SQLite file behind everything: opening it for reading and for writing, upgrading, backing up, checking.

Transactions are short and never held across a network call. One writes at a time (others wait up to
``BUSY_TIMEOUT``); readers see the last committed state and block nobody.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlmodel import Session

from watcher.errors import StoreError
from watcher.store.connections import connect, make_engine
from watcher.store.failures import told_plainly, writing_too_long
from watcher.store.schema import OURS, Schema, refuse_other_revision, upgrade

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["BUSY_TIMEOUT", "Database", "Session"]

BUSY_TIMEOUT = timedelta(seconds=10)
PAGES_PER_STEP = 256  # 1 MB between two calls of a backup's ``progress``
ALWAYS_AFRESH = {"populate_existing": True, "synchronize_session": False}


class Database:
    """One SQLite file. Opened when first used; ``close`` (or leaving the ``with`` block) lets go of it.

    Raises: StoreError, from every method, when the file is missing, locked for longer than ``busy_timeout``, damaged,
    not writable, on a full disk, or of another schema.
    """

    def __init__(self, path: Path, *, busy_timeout: timedelta = BUSY_TIMEOUT, needed: Schema = OURS) -> None:
        self.path = path
        self._needed = needed
        self._busy_timeout = busy_timeout
        self._reader = make_engine(path, "read", busy_timeout)
        self._writer = make_engine(path, "write", busy_timeout)
        self._turn = threading.Lock()
        self._schema_is_ours = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A view of one moment: what others commit meanwhile is not seen. Writing in it is an error."""
        with told_plainly(self.path, waited=self._busy_timeout, only_reads=True):
            self._refuse_other_schema()
            with _session(self._reader) as session:
                yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that holds the write lock from the start: committed at the end, undone by any exception."""
        with told_plainly(self.path, waited=self._busy_timeout), self._in_turn():
            self._refuse_other_schema()
            with _session(self._writer) as session:
                yield session
                session.commit()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let the threads of this process wait for each other here: SQLite would let them race, and some starve."""
        if not self._turn.acquire(timeout=self._busy_timeout.total_seconds()):
            raise StoreError(f"{self.path} is locked: {writing_too_long('this process', self._busy_timeout)}")
        try:
            yield
        finally:
            self._turn.release()

    def _refuse_other_schema(self) -> None:
        if not self._schema_is_ours:
            with self._reader.connect() as connection:
                refuse_other_revision(connection, self.path, self._needed)
            self._schema_is_ours = True

    def upgrade(self) -> tuple[str, ...]:
        """Make the file and its folder, or migrate them to this program's schema; return the revisions applied.

        An existing database is first copied to ``former_state``, replacing what an earlier attempt left there.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {self.path.parent} cannot be made: {error.strerror}") from error
        engine = make_engine(self.path, "migrate", self._busy_timeout)
        try:
            with told_plainly(self.path, waited=self._busy_timeout):
                applied = upgrade(engine, self.path, self._needed, before_change=self._copy_former_state)
                connect(self.path, "write", self._busy_timeout).close()  # makes the write-ahead log before anyone reads
                return applied
        finally:
            engine.dispose()

    @property
    def former_state(self) -> Path:
        """Where ``upgrade`` puts the copy of an existing database."""
        return self.path.with_name(f"{self.path.name}.before-{self._needed.revision}")

    def _copy_former_state(self) -> None:
        self._copy_to(self.former_state, replace=True)

    def backup(self, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
        """Copy a consistent state to ``target``, one plain file, while others go on reading and writing.

        ``progress`` is called with the pages that remain and their total.
        Raises: StoreError also when ``target`` exists.
        """
        self._copy_to(target, progress=progress)

    def check(self) -> tuple[str, ...]:
        """What is wrong with the file: damaged pages and indexes, rows that point to nothing, an outdated schema."""
        problems: list[str] = []
        with told_plainly(self.path, waited=self._busy_timeout), self._reader.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            problems.extend(f"{self.path}: {line}" for line in found if line != "ok")
            problems.extend(
                f"{self.path}: a row of '{table}' ({row or 'no number'}) refers to a row of '{parent}' that is gone"
                for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            )
            try:
                refuse_other_revision(connection, self.path, self._needed)
            except StoreError as error:
                problems.append(str(error))
        return tuple(problems)

    def _copy_to(
        self, target: Path, progress: Callable[[int, int], None] | None = None, *, replace: bool = False
    ) -> None:
        """Copy by way of a temporary file, so that ``target`` is whole or absent, even after a power cut."""
        if target.exists() and not replace:
            raise StoreError(f"{target} exists already: name another file, a backup replaces none")
        partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
        try:
            with told_plainly(self.path, waited=self._busy_timeout):
                source = connect(self.path, "read", self._busy_timeout)
            with contextlib.closing(source):
                with told_plainly(self.path, waited=self._busy_timeout):
                    source.execute("BEGIN")  # one snapshot for all steps: a writer does not make the copy start anew
                    source.execute("SELECT count(*) FROM sqlite_master").fetchone()
                with told_plainly(target, waited=self._busy_timeout):
                    _copy_pages(source, partial, progress)
            shutil.copymode(self.path, partial)
            _sync(partial)
            partial.replace(target)
            _sync(target.parent)
        except OSError as error:
            raise StoreError(f"the backup {target} cannot be written: {error.strerror}") from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink()


def _session(engine: Engine) -> Session:
    """Open a session whose transaction has begun. Rows are always read afresh: claims are made beside the objects."""
    session = Session(engine, expire_on_commit=False, execution_options=ALWAYS_AFRESH)
    try:
        session.connection()
    except BaseException:
        session.close()
        raise
    return session


def _copy_pages(source: sqlite3.Connection, target: Path, progress: Callable[[int, int], None] | None) -> None:
    def told(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(remaining, total)

    with contextlib.closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=PAGES_PER_STEP, progress=told)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
