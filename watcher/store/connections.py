"""How a connection to watcher.db is made: pragmas, and transactions that begin when and as we say.

Used by ``database`` (reading, writing) and ``schema`` (migrating).
"""

from __future__ import annotations

import functools
import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from watcher.errors import StoreError

Purpose = Literal["read", "write", "migrate"]

# synchronous FULL: a committed alert survives a power cut (WAL with NORMAL may lose the last commits).
PRAGMAS: dict[Purpose, tuple[str, ...]] = {
    "read": ("foreign_keys = ON", "query_only = ON"),
    "write": ("foreign_keys = ON", "synchronous = FULL", "journal_size_limit = 67108864"),
    # A migration that rebuilds a table drops the old one, which must not cascade; schema.py checks the keys after it.
    "migrate": ("foreign_keys = OFF", "synchronous = FULL"),
}


def connect(path: Path, purpose: Purpose, busy_timeout: timedelta) -> sqlite3.Connection:
    """Open the file; only ``migrate`` makes a new one. ``isolation_level=None``: no hidden BEGIN of the driver's."""
    mode = "rwc" if purpose == "migrate" else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout.total_seconds(),
        isolation_level=None,
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )
    try:
        for pragma in PRAGMAS[purpose]:
            connection.execute(f"PRAGMA {pragma}").close()
        if purpose == "write":
            _keep_write_ahead_log(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_write_ahead_log(connection: sqlite3.Connection, path: Path) -> None:
    """Readers and the writer do not block each other in this mode; the file remembers it."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreError(f"{path} cannot have a write-ahead log here: put the state folder on a local disk")


def make_engine(path: Path, purpose: Purpose, busy_timeout: timedelta) -> Engine:
    """Make a pool of such connections. A writer takes the lock when its transaction begins, not in the middle of it."""
    engine = create_engine(
        "sqlite://",
        creator=functools.partial(connect, path, purpose, busy_timeout),
        poolclass=QueuePool,
        json_serializer=functools.partial(json.dumps, ensure_ascii=False),
    )
    begin = "BEGIN" if purpose == "read" else "BEGIN IMMEDIATE"

    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", _begin)
    return engine
