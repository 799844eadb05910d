"""What SQLite's errors mean to the one who runs Watcher: those that can be acted on become StoreError, in plain words.

All others are bugs and pass unchanged.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from watcher.errors import StoreError

PRIMARY_CODE = 0xFF  # an extended result code holds its family in the low byte (sqlite.org/rescode.html)

MEANINGS = {
    sqlite3.SQLITE_FULL: "no space left for {path}: free some space, nothing of this step was stored",
    sqlite3.SQLITE_IOERR: "the disk refused to read or write {path} ({text}): it may be full or failing",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged ({text}): restore a backup (docs/store.md)",
    sqlite3.SQLITE_NOTADB: "{path} is not a SQLite database",
    sqlite3.SQLITE_READONLY: "{path} cannot be used: it, its folder or the file system is read-only to this user",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: its folder is missing or closed to this user",
    sqlite3.SQLITE_PERM: "{path} cannot be opened: this user may not",
}


@contextmanager
def told_plainly(path: Path, *, waited: timedelta, only_reads: bool = False) -> Iterator[None]:
    """Turn the SQLite errors of the block that a user can act on into StoreError, naming ``path``.

    ``waited`` is how long a lock was waited for. ``only_reads``: the connection refuses writes by our own wish, so
    that "read-only" is a bug of ours.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, sqlite3.Error):
            raise
        message = _meaning(cause, path, waited, only_reads=only_reads)
        if message is None:
            raise
        raise StoreError(message) from error


def _meaning(error: sqlite3.Error, path: Path, waited: timedelta, *, only_reads: bool) -> str | None:
    code: int = getattr(error, "sqlite_errorcode", 0)  # absent on errors of the sqlite3 module itself
    if only_reads and code == sqlite3.SQLITE_READONLY:
        return None
    family = code & PRIMARY_CODE
    if family in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is locked: {writing_too_long('another process', waited)}"
    if family == sqlite3.SQLITE_CANTOPEN and _could_be_made(path):
        return f"there is no database at {path}: 'watcher db upgrade' makes one"
    template = MEANINGS.get(family)
    return None if template is None else template.format(path=path, text=error)


def _could_be_made(path: Path) -> bool:
    """Whether the file is missing in a folder where this user may make it."""
    folder_is_open = os.access(path.parent, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
    return folder_is_open and not path.exists()


def writing_too_long(who: str, waited: timedelta) -> str:
    return f"{who} has been writing to it for more than {waited.total_seconds():g} s"
