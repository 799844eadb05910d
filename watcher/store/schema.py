"""The version of a database's schema: reading it, refusing others, migrating with Alembic inside one transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import StoreError
from watcher.store.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationInfo
    from sqlalchemy import Connection, Engine


def revision(connection: Connection, path: Path) -> str | None:
    """The revision of the database; None when it is empty.

    Raises: StoreError when it holds tables that are not ours, or was made by a newer Watcher.
    """
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if not tables:
        return None
    if "alembic_version" not in tables or "incident" not in tables:
        raise StoreError(f"{path} is a SQLite database of another program")
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    assert isinstance(found, str)
    if found > SCHEMA_REVISION:
        raise StoreError(
            f"{path} was written by a newer Watcher (schema {found}, this one knows {SCHEMA_REVISION}): "
            "install that version, or restore the backup made before the upgrade"
        )
    return found


def refuse_other_revision(connection: Connection, path: Path) -> None:
    """Raises: StoreError unless the database has exactly the schema of this program."""
    found = revision(connection, path)
    if found is None:
        raise StoreError(f"{path} is empty: 'watcher db upgrade' makes its tables")
    if found != SCHEMA_REVISION:
        raise StoreError(f"{path} has schema {found}, this Watcher needs {SCHEMA_REVISION}: run 'watcher db upgrade'")


def upgrade(engine: Engine, path: Path, before_change: Callable[[], None]) -> tuple[str, ...]:
    """Apply what is pending and name it; all of it or nothing.

    ``before_change`` is called, with the write lock held, when an existing database is about to be changed.
    """
    with engine.begin() as connection:
        found = revision(connection, path)
        if found == SCHEMA_REVISION:
            return ()
        if found is not None:
            before_change()
        applied = _migrate(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise StoreError(f"{path} was not upgraded: {len(broken)} rows would point to nothing")
    return applied


def _migrate(connection: Connection) -> tuple[str, ...]:
    from alembic import command  # noqa: PLC0415  half a second of imports that only a migration needs
    from alembic.config import Config  # noqa: PLC0415

    applied: list[str] = []

    def note(*, step: MigrationInfo, **_: object) -> None:
        applied.extend(step.up_revision_ids)

    config = Config()
    config.set_main_option("script_location", "watcher.store:migrations")
    config.attributes.update(connection=connection, on_version_apply=note)
    command.upgrade(config, "head")
    return tuple(applied)
