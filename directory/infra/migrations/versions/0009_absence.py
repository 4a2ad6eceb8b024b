"""0009 add listings that are off the public list for a while: paused, closed, or not confirmed for too long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("why IN ('paused', 'closed', 'unconfirmed')", name=op.f("ck_absence_known_why")),
        sa.PrimaryKeyConstraint("organization_uuid", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_since"), "absence", ["since"])


def downgrade() -> None:
    op.drop_index(op.f("ix_absence_since"), table_name="absence")
    op.drop_table("absence")
