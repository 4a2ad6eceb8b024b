"""0018 index what narrows lists of the API: the services of each term in their order, languages, access and kinds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

HAS_TERM = sa.text("taxonomy_term_id IS NOT NULL")
TERM = ["taxonomy_term_id", "owner_id", "service_id"]


def upgrade() -> None:
    op.create_index(
        "ix_attribute_term_owner_service", "attribute", TERM, sqlite_where=HAS_TERM, postgresql_where=HAS_TERM
    )
    op.drop_index("ix_attribute_taxonomy_term_id", table_name="attribute")
    op.create_index("ix_language_code_service_id", "language", ["code", "service_id"])
    op.create_index("ix_accessibility_slug_location_id", "accessibility", ["slug", "location_id"])
    op.create_index("ix_organization_kind_id", "organization", ["kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_organization_kind_id", table_name="organization")
    op.drop_index("ix_accessibility_slug_location_id", table_name="accessibility")
    op.drop_index("ix_language_code_service_id", table_name="language")
    op.create_index(
        "ix_attribute_taxonomy_term_id",
        "attribute",
        ["taxonomy_term_id"],
        sqlite_where=HAS_TERM,
        postgresql_where=HAS_TERM,
    )
    op.drop_index("ix_attribute_term_owner_service", table_name="attribute")
