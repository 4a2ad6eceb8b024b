"""0004 add extract_line: empty until `directory upgrade` makes the lines of what is published, which it does by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extract_line",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("csv", sa.Text(), nullable=False),
        sa.Column("feature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_extract_line_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_extract_line")),
    )
    op.create_index(op.f("ix_extract_line_organization_id"), "extract_line", ["organization_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_extract_line_organization_id"), table_name="extract_line")
    op.drop_table("extract_line")
