"""0016 add report.mark and proved_draft: who sends something again is known again, for as long as that serves."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("mark", sa.String(64), nullable=False, server_default=""))
    made = op.create_table(
        "proved_draft",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_proved_draft")),
    )
    suggestion = sa.table(
        "suggestion",
        sa.column("draft_id", sa.Uuid()),
        sa.column("sender_email", sa.String()),
        sa.column("proved_at", sa.DateTime(timezone=True)),
    )
    proved = sa.select(suggestion.c.draft_id, suggestion.c.sender_email).where(
        suggestion.c.draft_id.is_not(None), suggestion.c.proved_at.is_not(None), suggestion.c.sender_email != ""
    )
    found = {row.draft_id: row.sender_email for row in op.get_bind().execute(proved.order_by(suggestion.c.proved_at))}
    rows = [
        {"draft_id": draft, "email_hash": hashlib.sha256(email.encode()).hexdigest()} for draft, email in found.items()
    ]
    if rows:
        op.bulk_insert(made, rows)


def downgrade() -> None:
    op.drop_table("proved_draft")
    op.drop_column("report", "mark")
