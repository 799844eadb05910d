"""The pages behind items, what of an item was read, and hosts that want to be left alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("match_run", "report"):
        op.add_column(table, sa.Column("read_from", sa.String(), nullable=False, server_default="feed"))
    op.create_table(
        "page",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_index("ix_page_due", "page", ["due_at"], sqlite_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_page_feed", "page", ["feed_id", "wanted_at"])
    op.create_index("ix_page_url", "page", ["url"])
    op.create_table(
        "host_rest",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
        sqlite_with_rowid=False,
    )
