"""Which items are copies of which, and the index by which copies are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("item", sa.Column("copy_of", sa.String(), nullable=True))
    op.add_column("item", sa.Column("copy_because", sa.String(), nullable=True))
    op.create_index("ix_item_copy_of", "item", ["copy_of"], sqlite_where=sa.text("copy_of IS NOT NULL"))
    op.create_table(
        "sketch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id"),
    )
    op.create_index("ix_sketch_seen_at", "sketch", ["seen_at"])
    op.create_table(
        "sketch_key",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("sketch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "sketch_id"),
        sqlite_with_rowid=False,
    )
