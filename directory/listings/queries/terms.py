"""The terms of the taxonomies as rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.models import Taxonomy, TaxonomyTerm


def term_ids(session: Session) -> dict[tuple[str, str], int]:
    """(taxonomy, code) to the row's id, of every term. One statement."""
    rows = session.execute(
        select(Taxonomy.slug, TaxonomyTerm.code, TaxonomyTerm.id).join(
            Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id
        )
    )
    return {(row.slug, row.code): row.id for row in rows}
