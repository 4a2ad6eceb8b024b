"""Which field of the record stands in which column of its table: one list for the way in and the way back."""

from __future__ import annotations

from directory.core.hours import Schedule
from directory.listings.rules import record as r

Pairs = tuple[tuple[str, str], ...]


def _same(names: str, **renamed: str) -> Pairs:
    """Pairs of fields and columns: ``names`` are called alike, ``renamed`` maps a field to its column."""
    return (*((name, name) for name in names.split()), *renamed.items())


TABLE: dict[type, str] = {
    r.Address: "address",
    r.Attribute: "attribute",
    r.Contact: "contact",
    r.CostOption: "cost_option",
    r.Identifier: "organization_identifier",
    r.Language: "language",
    r.Location: "location",
    r.Offering: "service_at_location",
    r.Phone: "phone",
    r.Record: "organization",
    r.Service: "service",
    r.ServiceArea: "service_area",
    Schedule: "schedule",
}

PLAIN: dict[type, Pairs] = {
    r.Address: _same("address_1 address_2 city region state_province postal_code country"),
    r.Attribute: _same("label value taxonomy", term="term_uuid"),
    r.Contact: _same("name title email"),
    r.CostOption: _same("option amount currency", description="amount_description"),
    r.Identifier: _same("scheme value"),
    r.Language: _same("code name note"),
    r.Location: _same(
        "name location_type visibility precision_m found description transportation accessibility_note url"
    ),
    r.Offering: _same("description"),
    r.Phone: _same("number kind description"),
    r.Record: _same(
        "name alternate_name description kind email website legal_status year_incorporated assured_at review_due_at"
    ),
    r.Service: _same(
        "name alternate_name description url email status minimum_age maximum_age application_process free referral",
        eligibility="eligibility_description",
        fees="fees_description",
    ),
    r.ServiceArea: _same("code name"),
    Schedule: _same(
        "freq interval wkst dtstart until count valid_from valid_to opens_at closes_at"
        " description notes closed by_appointment"
    ),
}

FACETS: Pairs = (("needs", "need"), ("audiences", "audience"), ("how", "how"))  # field of Service, taxonomy
