"""HSDS as tables: nested objects taken apart into rows, and what the tables and columns of older versions are called.

The same rows are written into a data package and read from one, so that what leaves can come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from directory.exchange.rules.hsds import OBJECTS
from directory.exchange.rules.hsds_kit import object_of

Cells = dict[str, str]
LINKS: Final[Mapping[str, tuple[str, ...]]] = {
    "organization": (),
    "service": (),
    "service_at_location": (),
    "location": ("organization_id",),
    "address": ("location_id",),
    "phone": ("location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"),
    "contact": ("organization_id", "service_id"),
    "schedule": ("service_id", "service_at_location_id"),
    "service_area": ("service_id",),
    "language": ("service_id",),
    "cost_option": ("service_id",),
    "accessibility": ("location_id",),
    "organization_identifier": ("organization_id",),
    "attribute": (),
    "taxonomy": (),
    "taxonomy_term": (),
}
OLDER_LINKS: Final = ("service_id", "service_at_location_id")  # of tables that HSDS 3.0 does not have
FILES: Final[Mapping[str, str]] = {
    "organization": "organizations",
    "service": "services",
    "service_at_location": "service_at_location",
    "location": "locations",
    "address": "addresses",
    "phone": "phones",
    "contact": "contacts",
    "schedule": "schedules",
    "service_area": "service_areas",
    "language": "languages",
    "cost_option": "cost_options",
    "accessibility": "accessibility",
    "organization_identifier": "organization_identifiers",
    "attribute": "attributes",
    "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms",
}
NESTED: Final[Mapping[str, str]] = {  # what a field of an object holds
    **{f"{table}s": table for table in LINKS},
    **{table: table for table in LINKS},
    **{file: table for table, file in FILES.items()},
    "program": "program",
    "programs": "program",
    "required_documents": "required_document",
    "funding": "funding",
    "metadata": "metadata",
    "taxonomy_detail": "taxonomy",
}
UPWARDS: Final = frozenset({"organization", "service", "location", "taxonomy_term", "program", "taxonomy"})
# What older versions, and the files that carry them, call a table.
OLDER: Final[Mapping[str, str]] = {
    "services_at_location": "service_at_location",
    "accessibility_for_disabilities": "accessibility",
    "services_taxonomy": "service_taxonomy",
    "eligibilities": "eligibility",
    "eligibility": "eligibility",
    "payments_accepted": "payment_accepted",
    **{f"{name}es": name for name in ("physical_address", "postal_address")},
    **{f"{name}s": name for name in ("regular_schedule", "holiday_schedule", "required_document", "program")},
}
RENAMED: Final[Mapping[str, Mapping[str, str]]] = {  # columns of older versions, and of the profile
    "organization": {"url": "website"},
    "language": {"language": "name"},
    "service_area": {"service_area": "name"},
    "accessibility": {"accessibility": "description"},
    "taxonomy_term": {"term": "name"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: where it stands, for whoever has to mend it, and its cells that are not empty."""

    table: str
    file: str
    number: int  # as a spreadsheet counts; of JSON, the number of the object
    cells: dict[str, str]
    read: list[str] = field(default_factory=list, compare=False, repr=False)  # columns that somebody asked for

    def get(self, column: str) -> str:
        """A cell, or "" for none. Who asks for it keeps it, or tells why not."""
        self.read.append(column)
        return self.cells.get(column, "")

    def settle(self) -> None:
        """Nothing more is to be said of the row: it was taken whole, or told."""
        self.read.extend(self.cells)

    @property
    def id(self) -> str:
        """What other rows call it: as it came, in small letters."""
        return self.cells.get("id", "").lower()

    @property
    def unread(self) -> list[str]:
        """The columns that nobody asked for, but for its identifier and what says on what it hangs."""
        known = {"id", *LINKS.get(self.table, OLDER_LINKS), *self.read}
        return [column for column in self.cells if column not in known]


def table_named(name: str) -> str:
    """The table of a resource or of a file without its ending; a table that nobody knows keeps its name."""
    bare = name.strip().lower().removesuffix(".csv")
    return OLDER.get(bare) or NESTED.get(bare) or bare


def modern(row: Row) -> Row:
    """The row as HSDS 3.0 has it: a taxonomy of 1.1 is a term, and that a service has one, an attribute."""
    cells = row.cells
    if row.table == "taxonomy" and cells.keys() & {"vocabulary", "parent_id", "parent_name"}:
        renamed = {("taxonomy" if name == "vocabulary" else name): value for name, value in cells.items()}
        return Row("taxonomy_term", row.file, row.number, renamed)
    if row.table == "service_taxonomy":
        names = {"service_id": "link_id", "taxonomy_id": "taxonomy_term_id", "taxonomy_detail": "value"}
        renamed = {names.get(name, name): value for name, value in cells.items()}
        return Row("attribute", row.file, row.number, {**renamed, "link_entity": "service"})
    return row


def canonical(table: str, cells: Mapping[str, str]) -> Cells:
    """Cells under the names of HSDS 3.0, without those that are empty; a name that is taken keeps what it has."""
    found = {name: value for name, value in cells.items() if value.strip()}
    for old, new in RENAMED.get(table, {}).items():
        if old in found and (new not in found or found[new] == found[old]):
            found[new] = found.pop(old)
    return found


def columns(table: str) -> list[str]:
    """The columns of a table that is written: what it hangs on, then its plain fields."""
    own = [field.name for field in OBJECTS[table] if not object_of(field.kind)]
    return [own[0], *(link for link in LINKS[table] if link not in own), *own[1:]]


def rows_of(table: str, thing: Mapping[str, Any], above: tuple[str, str] | None = None) -> list[tuple[str, Cells]]:
    """The rows of a nested object and of all that hangs on it, each with the column that says on what."""
    found: list[tuple[str, Cells]] = []
    _add_rows(found, table, thing, above)
    return found


def _add_rows(
    found: list[tuple[str, Cells]], table: str, thing: Mapping[str, Any], above: tuple[str, str] | None
) -> None:
    row = {
        name: value if isinstance(value, str) else _cell(value)
        for name, value in thing.items()
        if not isinstance(value, (dict, list)) and value is not None
    }
    if above:
        row.setdefault(f"{above[0]}_id", above[1])
        if table == "attribute":
            row.setdefault("link_id", above[1])
            row.setdefault("link_entity", above[0])
    found.append((table, row))
    own = (table, row.get("id", ""))
    for name, value in thing.items():
        inner = NESTED.get(name, name)
        if isinstance(value, dict):
            if inner in UPWARDS:
                row.setdefault(f"{inner}_id", str(value.get("id", "")))
            _add_rows(found, inner, value, None if inner in UPWARDS else own)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    _add_rows(found, inner, each, own)
            if texts := [_cell(each) for each in value if not isinstance(each, (dict, list))]:
                row[name] = ",".join(texts)


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
