"""Deliveries in parts, with leases and a log; how each channel answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for column in (
        sa.Column("unanswered", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("part", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("parts", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("urgency", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_until", sa.DateTime(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
    ):
        op.add_column("delivery", column)
    op.execute("UPDATE delivery SET unanswered = possible_repeat")
    op.execute("UPDATE delivery SET handed_over_at = claimed_at WHERE state = 'sending'")
    op.execute("UPDATE delivery SET told_at = created_at WHERE state = 'dead'")  # of those 'watcher status' has told
    op.drop_column("delivery", "possible_repeat")
    op.create_index("ix_delivery_channel", "delivery", ["channel_id", "state", "next_attempt_at"])
    op.create_table(
        "delivery_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_event_delivery_id", "delivery_event", ["delivery_id"])
    op.create_table(
        "channel_state",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("rests_until", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("channel_id"),
    )
