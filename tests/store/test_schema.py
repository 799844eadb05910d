"""Migrations: they lead to the schema of the tables, all or nothing, with a copy of the former state."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import watcher.store.migrations
from watcher.errors import StoreError
from watcher.store.database import Database
from watcher.store.feeds import feed_states, sync_feeds
from watcher.store.schema import OURS, Schema
from watcher.store.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from tests.store.conftest import Make

FOLLOWING = f"{int(SCHEMA_REVISION) + 1:04}"
EVERY_REVISION = tuple(f"{number:04}" for number in range(1, int(FOLLOWING)))
ADD_A_COLUMN = """
import sqlalchemy as sa
from alembic import op

revision = "{following}"
down_revision = "{current}"


def upgrade() -> None:
    with op.batch_alter_table("feed") as feed:
        feed.add_column(sa.Column("language", sa.String()))
        feed.alter_column("url", type_=sa.Text())
"""
FAIL_HALF_WAY = ADD_A_COLUMN + '    raise RuntimeError("half way")\n'
LOSE_ROWS = ADD_A_COLUMN + '    op.execute("DELETE FROM feed")\n'


def shape(path: Path) -> dict[str, object]:
    """Everything that a schema promises, whatever the order and the words in which it was made."""
    with closing(sqlite3.connect(path)) as connection:

        def rows(pragma: str, name: str) -> list[tuple[object, ...]]:
            return connection.execute(f"SELECT * FROM pragma_{pragma}(?)", (name,)).fetchall()

        found: dict[str, object] = {}
        for _, table, _, columns, without_rowid, strict in connection.execute("PRAGMA table_list").fetchall():
            if table != "alembic_version" and not table.startswith("sqlite_"):
                found[table] = (columns, without_rowid, strict, rows("table_xinfo", table))
                found[f"{table} points to"] = sorted(row[2:] for row in rows("foreign_key_list", table))
        definitions = connection.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index'"
        ).fetchall()
        for index, table, sql in definitions:
            if table != "alembic_version":
                found[index] = (table, rows("index_xinfo", index), re.findall(r"WHERE.*", sql or ""))
        return found


@pytest.fixture
def next_version(tmp_path: Path) -> Callable[[str], Schema]:
    """Make a program that has one migration more, given as text."""

    def make_migrations(text: str) -> Schema:
        folder = tmp_path / "100% migrations"
        shutil.copytree(Path(watcher.store.migrations.__file__).parent, folder)
        text = text.replace("{following}", FOLLOWING).replace("{current}", SCHEMA_REVISION)
        (folder / "versions" / f"{FOLLOWING}_next.py").write_text(text, encoding="utf-8")
        return Schema(revision=FOLLOWING, migrations=str(folder))

    return make_migrations


def version_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert isinstance(version, str)
    return version


def test_the_migrations_lead_to_the_schema_of_the_tables(path: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    engine = create_engine(f"sqlite:///{fresh}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()

    migrated, declared = shape(path), shape(fresh)
    assert {name for name in migrated if " " not in name} >= {"item", "report", "ix_alert_waiting"}
    assert migrated == declared


def test_alembic_finds_no_difference_either(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()

    assert differences == []


def test_the_programs_revision_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", OURS.migrations)
    scripts = ScriptDirectory.from_config(config)

    assert scripts.get_heads() == [SCHEMA_REVISION]
    assert [script.revision for script in scripts.walk_revisions()] == sorted(
        (script.revision for script in scripts.walk_revisions()), reverse=True
    )


def test_upgrade_makes_the_folder_and_the_file_and_is_then_idle(tmp_path: Path) -> None:
    path = tmp_path / "var" / "lib" / "watcher.db"
    with Database(path) as database:
        assert database.upgrade() == EVERY_REVISION
        assert database.upgrade() == ()
        assert database.check() == ()

    assert [file.name for file in path.parent.iterdir()] == ["watcher.db"]


def test_two_that_upgrade_at_once_do_it_once(tmp_path: Path) -> None:
    applied: list[tuple[str, ...]] = []

    def upgrade() -> None:
        with Database(tmp_path / "watcher.db") as database:
            applied.append(database.upgrade())

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(applied) == [(), (), (), EVERY_REVISION]


def test_an_older_database_is_refused_until_it_is_upgraded(
    path: Path, next_version: Callable[[str], Schema], make: Make
) -> None:
    with Database(path) as database, database.writing() as session:
        sync_feeds(session, [make.feed("one")], make.now)
    needed = next_version(ADD_A_COLUMN)

    with Database(path, needed=needed) as database:
        with pytest.raises(StoreError) as caught, database.reading():
            pass
        assert str(caught.value) == (
            f"{path} has schema {SCHEMA_REVISION}, this Watcher needs {FOLLOWING}: run 'watcher db upgrade'"
        )
        assert database.check() == (str(caught.value),)

        assert database.upgrade() == (FOLLOWING,)

        with database.reading() as session:
            assert [state.feed_id for state in feed_states(session)] == ["one"]
        assert database.former_state == path.with_name(f"watcher.db.before-{FOLLOWING}")
    with Database(path.with_name(f"watcher.db.before-{FOLLOWING}")) as former, former.reading() as session:
        assert [state.feed_id for state in feed_states(session)] == ["one"]


def test_a_newer_database_is_refused_and_not_touched(path: Path, next_version: Callable[[str], Schema]) -> None:
    with Database(path, needed=next_version(ADD_A_COLUMN)) as newer:
        newer.upgrade()
    content = path.read_bytes()
    message = (
        f"{path} was written by a newer Watcher (schema {FOLLOWING}, this one knows {SCHEMA_REVISION}): "
        "install that version, or restore the backup made before the upgrade"
    )

    with Database(path) as database:
        for use in (database.reading, database.writing):
            with pytest.raises(StoreError) as caught, use():
                pass
            assert str(caught.value) == message
        with pytest.raises(StoreError) as caught:
            database.upgrade()
        assert str(caught.value) == message
        assert database.check() == (message,)

    assert path.read_bytes() == content


def test_a_migration_that_fails_changes_nothing(path: Path, next_version: Callable[[str], Schema], make: Make) -> None:
    with Database(path) as database, database.writing() as session:
        sync_feeds(session, [make.feed("one")], make.now)

    with Database(path, needed=next_version(FAIL_HALF_WAY)) as database:
        for _ in range(2):  # the second attempt replaces the copy of the first
            with pytest.raises(RuntimeError, match="half way"):
                database.upgrade()

    assert version_of(path) == SCHEMA_REVISION
    with Database(path) as database:
        assert database.check() == ()
        with database.reading() as session:
            assert [state.feed_id for state in feed_states(session)] == ["one"]


def test_without_a_copy_of_the_former_state_there_is_no_upgrade(
    path: Path, next_version: Callable[[str], Schema]
) -> None:
    with Database(path, needed=next_version(ADD_A_COLUMN)) as database:
        database.former_state.mkdir()
        with pytest.raises(StoreError) as caught:
            database.upgrade()

        assert str(caught.value) == f"the backup {database.former_state} cannot be written: Is a directory"
    assert version_of(path) == SCHEMA_REVISION
    assert not list(path.parent.glob(".*partial"))


def test_a_migration_that_would_break_references_is_refused(
    path: Path, next_version: Callable[[str], Schema], make: Make
) -> None:
    with Database(path) as database, database.writing() as session:
        make.stored_item(session)

    with Database(path, needed=next_version(LOSE_ROWS)) as database, pytest.raises(StoreError) as caught:
        database.upgrade()

    assert str(caught.value) == f"{path} was not upgraded: 2 rows would point to rows that do not exist"
    assert version_of(path) == SCHEMA_REVISION
    with Database(path) as database:
        assert database.check() == ()


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
    content = path.read_bytes()

    with Database(path) as database:
        with pytest.raises(StoreError) as caught, database.writing():
            pass
        with pytest.raises(StoreError) as upgrading:
            database.upgrade()

    assert str(caught.value) == str(upgrading.value) == f"{path} is a SQLite database of another program"
    assert path.read_bytes() == content


def test_an_empty_file_is_refused_until_it_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    path.touch()

    with Database(path) as database:
        with pytest.raises(StoreError) as caught, database.writing():
            pass
        assert str(caught.value) == f"{path} is empty: 'watcher db upgrade' makes its tables"
        assert database.upgrade() == EVERY_REVISION
