"""Hosts that want to be left alone are known again after a restart, and forgotten when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.store.database import Database
from watcher.store.hosts import note_rest, resting_hosts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.conftest import Make

HOUR = timedelta(hours=1)


def test_a_wish_to_be_left_alone_outlives_the_process(path: Path, make: Make) -> None:
    with Database(path) as database, database.writing() as session:
        note_rest(session, "a.example", make.now + HOUR, make.now)
        note_rest(session, "b.example", make.now + 2 * HOUR, make.now)
        note_rest(session, "a.example", make.now + 3 * HOUR, make.now)

    with Database(path) as database, database.writing() as session:
        assert resting_hosts(session, make.now) == {"a.example": 3 * HOUR, "b.example": 2 * HOUR}
        note_rest(session, "c.example", make.now + 4 * HOUR, make.now + 2 * HOUR)
        assert resting_hosts(session, make.now) == {"a.example": 3 * HOUR, "c.example": 4 * HOUR}
