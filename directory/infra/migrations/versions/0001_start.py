"""0001 start: the whole record, its index, its map, and what the door remembers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Virtual tables and indexes that SQLAlchemy does not know of: how the index looked when this was written.
SQLITE = (
    """CREATE VIRTUAL TABLE search_tokens USING fts5(
        tokens, content='search_words', content_rowid='number', detail=none, columnsize=0,
        tokenize="ascii tokenchars '=:*-_'"
    )""",
    "CREATE VIRTUAL TABLE search_points USING rtree(number, west, east, south, north)",
)
SQLITE_DROP = ("DROP TABLE IF EXISTS search_tokens", "DROP TABLE IF EXISTS search_points")
POSTGRES = (
    "ALTER TABLE search_words SET (toast_tuple_target = 128)",
    "ALTER TABLE search_words ALTER COLUMN tokens SET STORAGE EXTERNAL",
    "ALTER TABLE search_words ALTER COLUMN filler SET STORAGE MAIN",
    "ALTER TABLE search_words ALTER COLUMN filler SET DEFAULT repeat(' ', 2048)",
    "CREATE INDEX ix_search_words_tokens ON search_words USING gin (tokens) WITH (gin_pending_list_limit = 512)",
    """CREATE INDEX ix_search_offering_point ON search_offering
        USING gist (point(longitude, latitude)) WHERE latitude IS NOT NULL""",
)
POSTGRES_DROP = (
    "DROP INDEX IF EXISTS ix_search_words_tokens",
    "DROP INDEX IF EXISTS ix_search_offering_point",
)


def _run(sqlite: tuple[str, ...], postgres: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgres:
        op.execute(sa.text(statement.replace(":", "\\:")))


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.Column("coarse", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("code <> '' AND name <> ''", name=op.f("ck_area_has_code_and_name")),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_area_in_degrees")
        ),
        sa.CheckConstraint("west <= east AND south <= north", name=op.f("ck_area_box_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index("ix_area_kind", ["kind"], unique=False)
        batch_op.create_index("uq_area_code", ["code"], unique=True)

    op.create_table(
        "change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('added', 'changed', 'removed')", name=op.f("ck_change_known_change")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_at", ["at"], unique=False)
        batch_op.create_index("ix_change_organization_uuid", ["organization_uuid"], unique=False)

    op.create_table(
        "confidential_location",
        sa.Column("location_uuid", sa.Uuid(), nullable=False),
        sa.Column("since_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("precision_m", sa.Double(), nullable=True),
        sa.Column("found", sa.String(length=20), nullable=True),
        sa.Column("addresses", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_confidential_location_in_degrees"),
        ),
        sa.PrimaryKeyConstraint("location_uuid", "since_version", name=op.f("pk_confidential_location")),
    )
    with op.batch_alter_table("confidential_location", schema=None) as batch_op:
        batch_op.create_index("ix_confidential_location_organization_uuid", ["organization_uuid"], unique=False)

    op.create_table(
        "fact",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fact")),
    )
    op.create_table(
        "geocoded_answer",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("precision_m", sa.Double(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_geocoded_answer_in_degrees"),
        ),
        sa.CheckConstraint("precision_m >= 0", name=op.f("ck_geocoded_answer_precision_in_metres")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_geocoded_answer")),
    )
    with op.batch_alter_table("geocoded_answer", schema=None) as batch_op:
        batch_op.create_index("ix_geocoded_answer_asked_at", ["asked_at"], unique=False)

    op.create_table(
        "geocoder_pace",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_geocoder_pace_failures_count")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_geocoder_pace")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.String(length=60), nullable=False),
        sa.Column("mapping", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'undone')", name=op.f("ck_import_run_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_result", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "map_cell",
        sa.Column("z", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("lat_sum", sa.BigInteger(), nullable=False),
        sa.Column("lon_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("z", "y", "x", name=op.f("pk_map_cell")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "map_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_pin")),
    )
    with op.batch_alter_table("map_pin", schema=None) as batch_op:
        batch_op.create_index("ix_map_pin_organization_id", ["organization_id"], unique=False)
        batch_op.create_index("ix_map_pin_y_x", ["y", "x"], unique=False)

    op.create_table(
        "old_slug",
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_old_slug")),
    )
    with op.batch_alter_table("old_slug", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_old_slug_organization_uuid"), ["organization_uuid"], unique=False)

    op.create_table(
        "organization",
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alternate_name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("legal_status", sa.String(), nullable=False),
        sa.Column("year_incorporated", sa.Integer(), nullable=True),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source_name", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("source_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("today_status", sa.String(length=20), nullable=False),
        sa.Column("today_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wants", sa.JSON(), nullable=False),
        sa.Column("supplies", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_organization_has_a_name")),
        sa.CheckConstraint(
            "source_kind IN ('self-listed', 'register', 'feed', 'sample')", name=op.f("ck_organization_known_source")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_organization_version_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index("ix_organization_last_modified_id", ["last_modified", "id"], unique=False)
        batch_op.create_index("uq_organization_slug", ["slug"], unique=True)
        batch_op.create_index(
            "uq_organization_source",
            ["source_name", "source_id"],
            unique=True,
            sqlite_where=sa.text("source_id <> ''"),
            postgresql_where=sa.text("source_id <> ''"),
        )
        batch_op.create_index("uq_organization_uuid", ["uuid"], unique=True)

    op.create_table(
        "revision",
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_uuid", "version", name=op.f("pk_revision")),
    )
    op.create_table(
        "search_offering",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_offering")),
    )
    op.create_table(
        "search_organization",
        sa.Column("organization_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_search_organization")),
    )
    with op.batch_alter_table("search_organization", schema=None) as batch_op:
        batch_op.create_index("ix_search_organization_name_key", ["name_key", "organization_id"], unique=False)

    op.create_table(
        "search_words",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("tokens", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.Column("filler", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_words")),
    )
    op.create_table(
        "source_row",
        sa.Column("source_name", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_name", "source_id", name=op.f("pk_source_row")),
    )
    with op.batch_alter_table("source_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_row_organization_uuid"), ["organization_uuid"], unique=False)

    op.create_table(
        "taxonomy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy")),
        sa.UniqueConstraint("slug", name=op.f("uq_taxonomy_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_taxonomy_uuid")),
    )
    op.create_table(
        "tombstone",
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("organization_uuid", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "version",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_version")),
    )
    op.create_table(
        "document",
        sa.Column("organization_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_document_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_document")),
    )
    op.create_table(
        "import_row",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organization_uuid", sa.Uuid(), nullable=False),
        sa.Column("version_before", sa.Integer(), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("digest_before", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id_import_run")),
        sa.PrimaryKeyConstraint("run_id", "organization_uuid", name=op.f("pk_import_row")),
    )
    op.create_table(
        "location",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("location_type", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("precision_m", sa.Double(), nullable=True),
        sa.Column("found", sa.String(length=20), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("transportation", sa.String(), nullable=False),
        sa.Column("accessibility_note", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("location_type IN ('physical', 'postal', 'virtual')", name=op.f("ck_location_known_type")),
        sa.CheckConstraint("visibility <> 'hidden' OR latitude IS NULL", name=op.f("ck_location_hidden_has_no_point")),
        sa.CheckConstraint(
            "visibility IN ('exact', 'approximate', 'hidden')", name=op.f("ck_location_known_visibility")
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_location_in_degrees"),
        ),
        sa.CheckConstraint("precision_m >= 0", name=op.f("ck_location_precision_in_metres")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_location_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
    )
    with op.batch_alter_table("location", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_location_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("uq_location_uuid", ["uuid"], unique=True)

    op.create_table(
        "organization_identifier",
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["organization.id"],
            name=op.f("fk_organization_identifier_owner_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_identifier")),
    )
    with op.batch_alter_table("organization_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organization_identifier_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_organization_identifier_value", ["value", "scheme"], unique=False)

    op.create_table(
        "service",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alternate_name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("eligibility_description", sa.String(), nullable=False),
        sa.Column("minimum_age", sa.Double(), nullable=True),
        sa.Column("maximum_age", sa.Double(), nullable=True),
        sa.Column("application_process", sa.String(), nullable=False),
        sa.Column("fees_description", sa.String(), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=True),
        sa.Column("referral", sa.String(length=20), nullable=False),
        sa.Column("last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'defunct', 'temporarily closed')", name=op.f("ck_service_known_status")
        ),
        sa.CheckConstraint("minimum_age >= 0 AND maximum_age >= minimum_age", name=op.f("ck_service_ages_in_order")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_service_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index("ix_service_last_modified_id", ["last_modified", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("uq_service_uuid", ["uuid"], unique=True)

    op.create_table(
        "taxonomy_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["taxonomy_term.id"], name=op.f("fk_taxonomy_term_parent_id_taxonomy_term")
        ),
        sa.ForeignKeyConstraint(["taxonomy_id"], ["taxonomy.id"], name=op.f("fk_taxonomy_term_taxonomy_id_taxonomy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy_term")),
        sa.UniqueConstraint("taxonomy_id", "code", name=op.f("uq_taxonomy_term_taxonomy_id_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_taxonomy_term_uuid")),
    )
    op.create_table(
        "accessibility",
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_accessibility_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_accessibility_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility")),
    )
    with op.batch_alter_table("accessibility", schema=None) as batch_op:
        batch_op.create_index(
            "ix_accessibility_location_id",
            ["location_id"],
            unique=False,
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_accessibility_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "address",
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("address_1", sa.String(), nullable=False),
        sa.Column("address_2", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("state_province", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("address_type", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_address_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_address_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(
            "ix_address_location_id",
            ["location_id"],
            unique=False,
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_address_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "attribute",
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("taxonomy_term_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("taxonomy", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_attribute_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_attribute_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_term_id"], ["taxonomy_term.id"], name=op.f("fk_attribute_taxonomy_term_id_taxonomy_term")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
    )
    with op.batch_alter_table("attribute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribute_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_attribute_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_attribute_taxonomy_term_id",
            ["taxonomy_term_id"],
            unique=False,
            sqlite_where=sa.text("taxonomy_term_id IS NOT NULL"),
            postgresql_where=sa.text("taxonomy_term_id IS NOT NULL"),
        )

    op.create_table(
        "contact",
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_contact_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_contact_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_contact_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    op.create_table(
        "cost_option",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.String(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_description", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_cost_option_amount_is_paid_by_people")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_cost_option_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_cost_option_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_option")),
    )
    with op.batch_alter_table("cost_option", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_option_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_cost_option_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    op.create_table(
        "language",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_language_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_language_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_language")),
    )
    with op.batch_alter_table("language", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_language_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_language_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    op.create_table(
        "service_area",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_service_area_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_area_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_area")),
    )
    with op.batch_alter_table("service_area", schema=None) as batch_op:
        batch_op.create_index("ix_service_area_code", ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_area_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_service_area_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    op.create_table(
        "service_at_location",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_service_at_location_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["organization.id"],
            name=op.f("fk_service_at_location_owner_id_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_at_location_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_at_location")),
    )
    with op.batch_alter_table("service_at_location", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_at_location_location_id",
            ["location_id"],
            unique=False,
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_service_at_location_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_at_location_service_id"), ["service_id"], unique=False)
        batch_op.create_index("uq_service_at_location_uuid", ["uuid"], unique=True)

    op.create_table(
        "phone",
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("service_at_location_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_phone_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_phone_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_phone_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_location.id"],
            name=op.f("fk_phone_service_at_location_id_service_at_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_phone_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
    )
    with op.batch_alter_table("phone", schema=None) as batch_op:
        batch_op.create_index(
            "ix_phone_contact_id",
            ["contact_id"],
            unique=False,
            sqlite_where=sa.text("contact_id IS NOT NULL"),
            postgresql_where=sa.text("contact_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_phone_location_id",
            ["location_id"],
            unique=False,
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_phone_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_phone_service_at_location_id",
            ["service_at_location_id"],
            unique=False,
            sqlite_where=sa.text("service_at_location_id IS NOT NULL"),
            postgresql_where=sa.text("service_at_location_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_phone_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    op.create_table(
        "schedule",
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("service_at_location_id", sa.Integer(), nullable=True),
        sa.Column("freq", sa.String(length=10), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("wkst", sa.String(length=2), nullable=False),
        sa.Column("byday", sa.String(length=120), nullable=False),
        sa.Column("bymonthday", sa.String(length=120), nullable=False),
        sa.Column("dtstart", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("by_appointment", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("freq IN ('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')", name=op.f("ck_schedule_known_freq")),
        sa.CheckConstraint("interval > 0", name=op.f("ck_schedule_interval_counts")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_schedule_valid_in_order")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_schedule_owner_id_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_location.id"],
            name=op.f("fk_schedule_service_at_location_id_service_at_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_schedule_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_schedule_service_at_location_id",
            ["service_at_location_id"],
            unique=False,
            sqlite_where=sa.text("service_at_location_id IS NOT NULL"),
            postgresql_where=sa.text("service_at_location_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedule_service_id",
            ["service_id"],
            unique=False,
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )

    _run(SQLITE, POSTGRES)


def downgrade() -> None:
    _run(SQLITE_DROP, POSTGRES_DROP)
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_schedule_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_schedule_service_at_location_id",
            sqlite_where=sa.text("service_at_location_id IS NOT NULL"),
            postgresql_where=sa.text("service_at_location_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_schedule_owner_id"))

    op.drop_table("schedule")
    with op.batch_alter_table("phone", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_phone_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_phone_service_at_location_id",
            sqlite_where=sa.text("service_at_location_id IS NOT NULL"),
            postgresql_where=sa.text("service_at_location_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_phone_owner_id"))
        batch_op.drop_index(
            "ix_phone_location_id",
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_phone_contact_id",
            sqlite_where=sa.text("contact_id IS NOT NULL"),
            postgresql_where=sa.text("contact_id IS NOT NULL"),
        )

    op.drop_table("phone")
    with op.batch_alter_table("service_at_location", schema=None) as batch_op:
        batch_op.drop_index("uq_service_at_location_uuid")
        batch_op.drop_index(batch_op.f("ix_service_at_location_service_id"))
        batch_op.drop_index(batch_op.f("ix_service_at_location_owner_id"))
        batch_op.drop_index(
            "ix_service_at_location_location_id",
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )

    op.drop_table("service_at_location")
    with op.batch_alter_table("service_area", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_service_area_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_service_area_owner_id"))
        batch_op.drop_index("ix_service_area_code")

    op.drop_table("service_area")
    with op.batch_alter_table("language", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_language_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_language_owner_id"))

    op.drop_table("language")
    with op.batch_alter_table("cost_option", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cost_option_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cost_option_owner_id"))

    op.drop_table("cost_option")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_contact_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_owner_id"))

    op.drop_table("contact")
    with op.batch_alter_table("attribute", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attribute_taxonomy_term_id",
            sqlite_where=sa.text("taxonomy_term_id IS NOT NULL"),
            postgresql_where=sa.text("taxonomy_term_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_attribute_service_id",
            sqlite_where=sa.text("service_id IS NOT NULL"),
            postgresql_where=sa.text("service_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_attribute_owner_id"))

    op.drop_table("attribute")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_owner_id"))
        batch_op.drop_index(
            "ix_address_location_id",
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )

    op.drop_table("address")
    with op.batch_alter_table("accessibility", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accessibility_owner_id"))
        batch_op.drop_index(
            "ix_accessibility_location_id",
            sqlite_where=sa.text("location_id IS NOT NULL"),
            postgresql_where=sa.text("location_id IS NOT NULL"),
        )

    op.drop_table("accessibility")
    op.drop_table("taxonomy_term")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index("uq_service_uuid")
        batch_op.drop_index(batch_op.f("ix_service_owner_id"))
        batch_op.drop_index("ix_service_last_modified_id")

    op.drop_table("service")
    with op.batch_alter_table("organization_identifier", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_identifier_value")
        batch_op.drop_index(batch_op.f("ix_organization_identifier_owner_id"))

    op.drop_table("organization_identifier")
    with op.batch_alter_table("location", schema=None) as batch_op:
        batch_op.drop_index("uq_location_uuid")
        batch_op.drop_index(batch_op.f("ix_location_owner_id"))

    op.drop_table("location")
    op.drop_table("import_row")
    op.drop_table("document")
    op.drop_table("version")
    op.drop_table("tombstone")
    op.drop_table("taxonomy")
    with op.batch_alter_table("source_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_row_organization_uuid"))

    op.drop_table("source_row")
    op.drop_table("search_words")
    with op.batch_alter_table("search_organization", schema=None) as batch_op:
        batch_op.drop_index("ix_search_organization_name_key")

    op.drop_table("search_organization")
    op.drop_table("search_offering")
    op.drop_table("revision")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_index("uq_organization_uuid")
        batch_op.drop_index(
            "uq_organization_source",
            sqlite_where=sa.text("source_id <> ''"),
            postgresql_where=sa.text("source_id <> ''"),
        )
        batch_op.drop_index("uq_organization_slug")
        batch_op.drop_index("ix_organization_last_modified_id")

    op.drop_table("organization")
    with op.batch_alter_table("old_slug", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_old_slug_organization_uuid"))

    op.drop_table("old_slug")
    with op.batch_alter_table("map_pin", schema=None) as batch_op:
        batch_op.drop_index("ix_map_pin_y_x")
        batch_op.drop_index("ix_map_pin_organization_id")

    op.drop_table("map_pin")
    op.drop_table("map_cell")
    op.drop_table("lease")
    op.drop_table("job")
    op.drop_table("import_run")
    op.drop_table("geocoder_pace")
    with op.batch_alter_table("geocoded_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_geocoded_answer_asked_at")

    op.drop_table("geocoded_answer")
    op.drop_table("fact")
    with op.batch_alter_table("confidential_location", schema=None) as batch_op:
        batch_op.drop_index("ix_confidential_location_organization_uuid")

    op.drop_table("confidential_location")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_organization_uuid")
        batch_op.drop_index("ix_change_at")

    op.drop_table("change")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index("uq_area_code")
        batch_op.drop_index("ix_area_kind")

    op.drop_table("area")
