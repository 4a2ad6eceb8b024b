"""0002 add search_offering.facets: empty until the index is made again, which `directory upgrade` does by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_offering", sa.Column("facets", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("search_offering", "facets")
