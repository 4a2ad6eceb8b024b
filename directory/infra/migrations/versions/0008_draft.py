"""0008 add drafts of listings, and apart from them the addresses that nobody may see yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_subject"), "draft", ["subject"])
    op.create_index(op.f("ix_draft_touched_at"), "draft", ["touched_at"])
    op.create_table(
        "draft_address",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(10), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_address_draft_id_draft"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "place", name=op.f("pk_draft_address")),
    )


def downgrade() -> None:
    op.drop_table("draft_address")
    op.drop_index(op.f("ix_draft_touched_at"), table_name="draft")
    op.drop_index(op.f("ix_draft_subject"), table_name="draft")
    op.drop_table("draft")
