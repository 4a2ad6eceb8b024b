"""0019 keep lines and features as two kinds of stored text: a file then reads what it copies, and nothing beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LINE = 5 << 60  # the numbers of these kinds begin there
FEATURE = 6 << 60

# An offering's number is base << 13 | ordinal, that of a text kind << 60 | base << 20 | ordinal.
TO_TEXT = "((number >> 13) << 20) + (number & 8191)"
TO_LINE = "((({number} - {first}) >> 20) << 13) + ({number} & 8191)"


def upgrade() -> None:
    for first, column in ((LINE, "csv"), (FEATURE, "feature")):
        op.execute(
            sa.text(
                "INSERT INTO stored_text (number, organization_id, slug, text)"
                f" SELECT {first} + {TO_TEXT}, organization_id, slug, {column} FROM extract_line ORDER BY number"
            )
        )
    op.drop_index(op.f("ix_extract_line_organization_id"), table_name="extract_line")
    op.drop_table("extract_line")


def downgrade() -> None:
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
    number = TO_LINE.format(number="l.number", first=LINE)
    op.execute(
        sa.text(
            "INSERT INTO extract_line (number, organization_id, slug, csv, feature)"
            f" SELECT {number}, l.organization_id, l.slug, l.text, f.text"
            f" FROM stored_text l JOIN stored_text f ON f.number = l.number + {FEATURE - LINE}"
            f" WHERE l.number BETWEEN {LINE} AND {FEATURE - 1} ORDER BY l.number"
        )
    )
    op.execute(sa.text(f"DELETE FROM stored_text WHERE number >= {LINE}"))
