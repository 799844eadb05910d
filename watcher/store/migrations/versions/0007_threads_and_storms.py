"""What a message answers to; how much a channel was sent lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("replies_to", sa.JSON(), nullable=True))
    op.create_index("ix_delivery_handed_over", "delivery", ["channel_id", "handed_over_at"])
