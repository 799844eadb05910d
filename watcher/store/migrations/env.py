"""Run by Alembic for each upgrade: uses the connection and the transaction that ``store.schema`` opened."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    on_version_apply=context.config.attributes["on_version_apply"],
    render_as_batch=True,  # SQLite cannot alter most things of a table: it is rebuilt
)
with context.begin_transaction():
    context.run_migrations()
