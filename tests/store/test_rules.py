"""Which rules were in use when, and what their files said then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watcher.model import Position, RulesRecord
from watcher.store.database import Database
from watcher.store.rules import current_rules, record_rules, rule_line

if TYPE_CHECKING:
    from tests.store.conftest import Make

HOUR = timedelta(hours=1)
FIRST = {"rules/watches.yaml": b"version: 1\nwatches: []\n", "rules/actors.yaml": "version: 1\nالجيش\n".encode()}
SECOND = FIRST | {"rules/watches.yaml": b"version: 1\r\n# none\r\nwatches: []"}


def test_before_any_rules_there_are_none(database: Database) -> None:
    with database.reading() as session:
        assert current_rules(session) is None


def test_the_rules_in_use_are_the_last_recorded_even_if_used_before(database: Database, make: Make) -> None:
    with database.writing() as session:
        assert record_rules(session, "aaa", make.now, FIRST) is True
        assert record_rules(session, "aaa", make.now + HOUR, FIRST) is False
        assert current_rules(session) == RulesRecord("aaa", make.now)
        assert record_rules(session, "bbb", make.now + 2 * HOUR, SECOND) is True
        assert record_rules(session, "aaa", make.now + HOUR, FIRST) is True

    with database.reading() as session:
        assert current_rules(session) == RulesRecord("aaa", make.now + HOUR)


@pytest.mark.parametrize(
    ("version", "position", "expected"),
    [
        ("aaa", Position("rules/watches.yaml", 2), "watches: []"),
        ("aaa", Position("rules/actors.yaml", 2), "الجيش"),
        ("bbb", Position("rules/watches.yaml", 2), "# none"),
        ("bbb", Position("rules/watches.yaml", 3), "watches: []"),
        ("bbb", Position("rules/watches.yaml", 4), None),
        ("bbb", Position("rules/watches.yaml", 0), None),
        ("bbb", Position("rules/places.yaml", 1), None),
        ("ccc", Position("rules/watches.yaml", 1), None),
    ],
)
def test_a_line_is_shown_as_it_was_in_its_version(
    database: Database, make: Make, version: str, position: Position, expected: str | None
) -> None:
    with database.writing() as session:
        record_rules(session, "aaa", make.now, FIRST)
        record_rules(session, "bbb", make.now, SECOND)

    with database.reading() as session:
        assert rule_line(session, version, position) == expected


def test_a_file_that_did_not_change_is_kept_once(database: Database, path: Path, make: Make) -> None:
    with database.writing() as session:
        record_rules(session, "aaa", make.now, FIRST)
        record_rules(session, "bbb", make.now, SECOND)

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM rules_text").fetchone() == (3,)
