"""What is learnt about a feed, its addresses, problems and gaps; why an item is held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for column in (
        sa.Column("last_document_at", sa.DateTime(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lost_entries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("wishes", sa.JSON(), nullable=True),
        sa.Column("rhythm", sa.JSON(), nullable=True),
        sa.Column("hurry_until", sa.DateTime(), nullable=True),
        sa.Column("composite_keys", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("adopted_url", sa.String(), nullable=True),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moved_times", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("moved_since", sa.DateTime(), nullable=True),
    ):
        op.add_column("feed", column)
    op.add_column("item", sa.Column("held_because", sa.String(), nullable=True))
    op.create_index("ix_item_feed", "item", ["feed_id", "first_seen_at"])
    op.create_table(
        "feed_url",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_feed_url_feed_id", "feed_url", ["feed_id"])
    op.create_table(
        "feed_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("end_told_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_feed_problem_open", "feed_problem", ["id"], sqlite_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "ix_feed_problem_untold",
        "feed_problem",
        ["id"],
        sqlite_where=sa.text("told_at IS NULL OR end_told_at IS NULL"),
    )
    op.create_table(
        "feed_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(), nullable=False),
        sa.Column("next_url", sa.String(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.Column("closed_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_feed_gap_feed", "feed_gap", ["feed_id", "id"])
