"""0007 add what was proposed, decided and reported: nine tables beside the published record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleaned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_uuid", name=op.f("pk_erasure")),
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.Uuid(), nullable=False),
        sa.Column("lost", sa.Uuid(), nullable=False),
        sa.Column("kept_before", sa.Integer(), nullable=False),
        sa.Column("kept_after", sa.Integer(), nullable=False),
        sa.Column("lost_before", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index("ix_merge_kept", "merge", ["kept"])
    op.create_index("ix_merge_lost", "merge", ["lost"])
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('wrong', 'closed', 'unsafe', 'duplicate', 'other')", name=op.f("ck_report_known_kind")
        ),
        sa.CheckConstraint("state IN ('open', 'done', 'dismissed')", name=op.f("ck_report_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("once", name=op.f("uq_report_once")),
        sa.UniqueConstraint("reference", name=op.f("uq_report_reference")),
    )
    op.create_index("ix_report_organization_uuid", "report", ["organization_uuid"])
    op.create_index("ix_report_state_at", "report", ["state", "at", "id"])
    op.create_table(
        "review",
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_uuid", name=op.f("pk_review")),
    )
    op.create_table(
        "stewardship",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "organization_uuid", name=op.f("pk_stewardship")),
    )
    op.create_index("ix_stewardship_organization_uuid", "stewardship", ["organization_uuid"])
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sender_email", sa.String(length=254), nullable=False),
        sa.Column("sender_person_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("later_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'new') = (base_version = 0)", name=op.f("ck_suggestion_new_has_no_base")),
        sa.CheckConstraint("kind IN ('new', 'change', 'close', 'claim')", name=op.f("ck_suggestion_known_kind")),
        sa.CheckConstraint(
            "state IN ('unproved', 'waiting', 'asked', 'later', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_suggestion_known_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("once", name=op.f("uq_suggestion_once")),
        sa.UniqueConstraint("reference", name=op.f("uq_suggestion_reference")),
    )
    op.create_index(
        "ix_suggestion_batch",
        "suggestion",
        ["batch"],
        sqlite_where=sa.text("batch <> ''"),
        postgresql_where=sa.text("batch <> ''"),
    )
    op.create_index("ix_suggestion_organization_uuid", "suggestion", ["organization_uuid"])
    op.create_index("ix_suggestion_sender_email", "suggestion", ["sender_email"])
    op.create_index("ix_suggestion_state_sent_at", "suggestion", ["state", "sent_at", "id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "what IN ('accepted', 'refused', 'asked', 'later', 'showing')", name=op.f("ck_decision_known_deed")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_decision_suggestion_id_suggestion"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_suggestion_id", "decision", ["suggestion_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_moderator", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_message_suggestion_id_suggestion"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_suggestion_id", "message", ["suggestion_id"])
    op.create_table(
        "suggestion_place",
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.Column("location_uuid", sa.Uuid(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("precision_m", sa.Double(), nullable=True),
        sa.Column("found", sa.String(length=20), nullable=True),
        sa.Column("addresses", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_suggestion_place_in_degrees"),
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_place_suggestion_id_suggestion"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("suggestion_id", "location_uuid", name=op.f("pk_suggestion_place")),
    )
    op.create_index(
        "ix_organization_website",
        "organization",
        ["website"],
        sqlite_where=sa.text("website <> ''"),
        postgresql_where=sa.text("website <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_organization_website", "organization")
    op.drop_table("suggestion_place")
    op.drop_index("ix_message_suggestion_id", "message")
    op.drop_table("message")
    op.drop_index("ix_decision_suggestion_id", "decision")
    op.drop_table("decision")
    op.drop_index("ix_suggestion_state_sent_at", "suggestion")
    op.drop_index("ix_suggestion_sender_email", "suggestion")
    op.drop_index("ix_suggestion_organization_uuid", "suggestion")
    op.drop_index("ix_suggestion_batch", "suggestion")
    op.drop_table("suggestion")
    op.drop_index("ix_stewardship_organization_uuid", "stewardship")
    op.drop_table("stewardship")
    op.drop_table("review")
    op.drop_index("ix_report_state_at", "report")
    op.drop_index("ix_report_organization_uuid", "report")
    op.drop_table("report")
    op.drop_index("ix_merge_lost", "merge")
    op.drop_index("ix_merge_kept", "merge")
    op.drop_table("merge")
    op.drop_table("erasure")
