"""What others may ask of the published record."""

from directory.listings.queries.codes import Coded, by_codes, having_codes
from directory.listings.queries.documents import cards, every_page, is_empty, moved, page, pages
from directory.listings.queries.records import confidential, records, slugs_and_versions
from directory.listings.queries.terms import term_ids

__all__ = [
    "Coded",
    "by_codes",
    "cards",
    "confidential",
    "every_page",
    "having_codes",
    "is_empty",
    "moved",
    "page",
    "pages",
    "records",
    "slugs_and_versions",
    "term_ids",
]
