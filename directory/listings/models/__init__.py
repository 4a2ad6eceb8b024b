"""The tables of the published record, named and shaped as HSDS 3.0 has them.

They hold only what the public may see; ``confidential_location`` alone holds more and is joined by no public query.
Every row has an integer ``id`` for joins, given by the door under its lock so that a batch needs no round trip, and a
``uuid`` that survives import. Children carry ``owner_id``, their organisation, so that a record is rewritten whole.
"""

from directory.listings.models.detail import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    Language,
    Phone,
    Schedule,
    ServiceArea,
)
from directory.listings.models.document import Document
from directory.listings.models.organization import OldSlug, Organization, OrganizationIdentifier
from directory.listings.models.service import ConfidentialLocation, Location, Service, ServiceAtLocation
from directory.listings.models.taxonomy import Taxonomy, TaxonomyTerm

__all__ = [
    "Accessibility",
    "Address",
    "Attribute",
    "ConfidentialLocation",
    "Contact",
    "CostOption",
    "Document",
    "Language",
    "Location",
    "OldSlug",
    "Organization",
    "OrganizationIdentifier",
    "Phone",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "Taxonomy",
    "TaxonomyTerm",
]
