"""Why an incident stands as it does, what undid it, what was withdrawn, and why a finding joined no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("incident", sa.Column("state_because", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("reversed_by", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("known_because", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("against_ledger", sa.String(), nullable=True))
    op.add_column("report", sa.Column("voice", sa.String(), nullable=True))
    op.add_column("report", sa.Column("withdrawn_because", sa.String(), nullable=True))
    op.create_index("ix_incident_place", "incident", ["place", "event", "updated_at"])
    op.create_index("ix_incident_open", "incident", ["updated_at"], sqlite_where=sa.text("state != 'closed'"))
    op.create_index("ix_finding_standing", "finding", ["place"], sqlite_where=sa.text("status = 'standing'"))
    op.create_table(
        "filing",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("considered", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("finding_id"),
    )
    op.create_index("ix_filing_item_id", "filing", ["item_id"])
    # The history names what undid an incident: "i000002 tells of the opposite …".
    op.execute(
        "UPDATE incident SET reversed_by = (SELECT substr(detail, 1, instr(detail, ' ') - 1) FROM incident_change "
        "WHERE incident_change.incident_id = incident.id AND kind = 'reversed' ORDER BY incident_change.id DESC LIMIT 1) "
        "WHERE state = 'reversed'"
    )
