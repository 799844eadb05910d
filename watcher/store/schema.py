"""The version of a database's schema: reading it, refusing others, migrating with Alembic inside one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import StoreError
from watcher.store.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationInfo
    from sqlalchemy import Connection, Engine


@dataclass(frozen=True, slots=True)
class Schema:
    """What a program needs: the revision of the schema, and where the migrations that lead to it are.

    ``migrations`` is Alembic's script location: "package:folder", or a path.
    """

    revision: str
    migrations: str


OURS = Schema(revision=SCHEMA_REVISION, migrations="watcher.store:migrations")


def read_revision(connection: Connection, path: Path, needed: Schema) -> str | None:
    """The revision of the database; None when it is empty.

    Raises: StoreError when it holds tables that are not ours, or was made by a newer Watcher.
    """
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if not tables:
        return None
    if not {"alembic_version", "incident"} <= tables:
        raise StoreError(f"{path} is a SQLite database of another program")
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    assert isinstance(found, str)
    if found > needed.revision:
        raise StoreError(
            f"{path} was written by a newer Watcher (schema {found}, this one knows {needed.revision}): "
            "install that version, or restore the backup made before the upgrade"
        )
    return found


def refuse_other_revision(connection: Connection, path: Path, needed: Schema) -> None:
    """Raises: StoreError unless the database has exactly the needed schema."""
    found = read_revision(connection, path, needed)
    if found is None:
        raise StoreError(f"{path} is empty: 'watcher db upgrade' makes its tables")
    if found != needed.revision:
        raise StoreError(f"{path} has schema {found}, this Watcher needs {needed.revision}: run 'watcher db upgrade'")


def upgrade(engine: Engine, path: Path, needed: Schema, before_change: Callable[[], None]) -> tuple[str, ...]:
    """Apply what is pending and name it; all of it or nothing.

    ``before_change`` is called, with the write lock held, when an existing database is about to be changed.
    """
    with engine.begin() as connection:
        found = read_revision(connection, path, needed)
        if found == needed.revision:
            return ()
        if found is not None:
            before_change()
        applied = _migrate(connection, needed)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise StoreError(f"{path} was not upgraded: {len(broken)} rows would point to rows that do not exist")
    return applied


def _migrate(connection: Connection, needed: Schema) -> tuple[str, ...]:
    from alembic import command  # noqa: PLC0415  imports that only a migration needs
    from alembic.config import Config  # noqa: PLC0415

    applied: list[str] = []

    def note(*, step: MigrationInfo, **_: object) -> None:
        applied.extend(step.up_revision_ids)

    config = Config()
    config.set_main_option("script_location", needed.migrations.replace("%", "%%"))
    config.attributes.update(connection=connection, on_version_apply=note)
    command.upgrade(config, needed.revision)
    return tuple(applied)
