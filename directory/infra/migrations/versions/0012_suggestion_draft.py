"""0012 add suggestion.draft_id: where what was refused can be mended. What was sent before tells it by its form's key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suggestion", sa.Column("draft_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_suggestion_draft_id",
        "suggestion",
        ["draft_id"],
        sqlite_where=sa.text("draft_id IS NOT NULL"),
        postgresql_where=sa.text("draft_id IS NOT NULL"),
    )
    op.execute(
        """
        UPDATE suggestion SET draft_id = (
            SELECT id FROM draft
            WHERE suggestion.once LIKE 'draft ' || replace(CAST(draft.id AS VARCHAR(36)), '-', '') || ' %'
        )
        WHERE once LIKE 'draft %'
        """
    )


def downgrade() -> None:
    op.drop_index("ix_suggestion_draft_id", table_name="suggestion")
    op.drop_column("suggestion", "draft_id")
