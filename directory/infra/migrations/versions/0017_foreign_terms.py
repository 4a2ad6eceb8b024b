"""0017 add foreign taxonomies: what other directories call things, and which of it an attribute means."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

THERE = sa.text("term_uuid IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "foreign_taxonomy",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("source_name", sa.String(length=60), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "description", "uri", "version")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_foreign_taxonomy")),
    )
    op.create_index("ix_foreign_taxonomy_run_id", "foreign_taxonomy", ["run_id"])
    op.create_table(
        "foreign_term",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("source_name", sa.String(length=60), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "description", "code", "taxonomy")),
        sa.Column("taxonomy_uuid", sa.Uuid(), nullable=True),
        sa.Column("parent_uuid", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("language", "term_uri")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_foreign_term")),
    )
    op.create_index("ix_foreign_term_run_id", "foreign_term", ["run_id"])
    op.add_column("attribute", sa.Column("term_uuid", sa.Uuid(), nullable=True))
    op.create_index("ix_attribute_term_uuid", "attribute", ["term_uuid"], sqlite_where=THERE, postgresql_where=THERE)


def downgrade() -> None:
    op.drop_index("ix_attribute_term_uuid", table_name="attribute")
    op.drop_column("attribute", "term_uuid")
    op.drop_index("ix_foreign_term_run_id", table_name="foreign_term")
    op.drop_table("foreign_term")
    op.drop_index("ix_foreign_taxonomy_run_id", table_name="foreign_taxonomy")
    op.drop_table("foreign_taxonomy")
