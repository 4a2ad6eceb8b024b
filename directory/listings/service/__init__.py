"""Writing the published record, for the door (``publishing``) alone, and applying the taxonomies."""

from directory.listings.service.write import Numbering, Published, confidential_row, remove, write

__all__ = ["Numbering", "Published", "confidential_row", "remove", "write"]
