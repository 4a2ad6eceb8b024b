"""0011 add feed and feed_item: other directories that are harvested, how far that is, and what they last said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("held_until", moment, nullable=True),
        sa.Column("harvest", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("began_at", moment, nullable=True),
        sa.Column("since", moment, nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified_at", moment, nullable=True),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("whole_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("name", name=op.f("uq_feed_name")),
    )
    op.create_table(
        "feed_item",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("item", sa.String(200), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.CheckConstraint(
            "state IN ('wanted', 'new', 'known', 'gone', 'barred')", name=op.f("ck_feed_item_known_state")
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_item_feed_id_feed"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", "kind", "item", name=op.f("pk_feed_item")),
    )
    op.create_index("ix_feed_item_state", "feed_item", ["feed_id", "state"])
    op.create_index(op.f("ix_feed_item_organization_uuid"), "feed_item", ["organization_uuid"])


def downgrade() -> None:
    op.drop_table("feed_item")
    op.drop_table("feed")
