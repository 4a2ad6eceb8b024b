"""0003 add search_unmet: how many searches found nothing, by need, postcode district and week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_unmet",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("district", sa.String(length=10), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("nearby", sa.Boolean(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "district", "need", "nearby", name=op.f("pk_search_unmet")),
    )


def downgrade() -> None:
    op.drop_table("search_unmet")
