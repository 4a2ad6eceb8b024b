"""0005 add the vocabulary: empty until the index is made again, which `directory upgrade` does by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    c = "C" if op.get_bind().dialect.name == "postgresql" else None  # one order on both databases
    op.create_table(
        "search_said",
        sa.Column("organization_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_search_said")),
    )
    op.create_table(
        "search_vocabulary",
        sa.Column("word", sa.String(200, collation=c), nullable=False),
        sa.Column("organizations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_vocabulary")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_spelling",
        sa.Column("key", sa.String(200, collation=c), nullable=False),
        sa.Column("word", sa.String(200, collation=c), nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_search_spelling")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("search_spelling", "search_vocabulary", "search_said"):
        op.drop_table(table)
