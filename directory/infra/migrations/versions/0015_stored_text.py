"""0015 add stored_text: empty until `directory upgrade` makes the texts of what is published, which it does by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_text",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_stored_text_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_stored_text")),
    )
    op.create_index(op.f("ix_stored_text_organization_id"), "stored_text", ["organization_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_stored_text_organization_id"), table_name="stored_text")
    op.drop_table("stored_text")
