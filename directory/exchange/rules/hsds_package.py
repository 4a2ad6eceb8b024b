"""The description of a data package: its tables, their columns, and which column refers to which table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from directory.exchange.rules.about import About
from directory.exchange.rules.hsds import OBJECTS
from directory.exchange.rules.hsds_rows import FILES, columns
from directory.exchange.rules.package import terms_of_use

TYPES: Final = {
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {"type": "date"},
    "date-time": {"type": "datetime", "format": "any"},
}
DESCRIPTION: Final = "datapackage.json"
TEXT: Final = {"type": "string"}
REFERS: Final = {
    "organization_id": "organization",
    "service_id": "service",
    "location_id": "location",
    "service_at_location_id": "service_at_location",
    "contact_id": "contact",
    "taxonomy_id": "taxonomy",
    "taxonomy_term_id": "taxonomy_term",
    "parent_id": "",  # of its own table
}


class Member(NamedTuple):
    """A table as it stands in the package: how many bytes it has, and their SHA-256 in hexadecimal."""

    size: int
    digest: str


def datapackage(about: About, members: Mapping[str, Member]) -> dict[str, Any]:
    """``datapackage.json`` of the package of a search, whose tables are ``members``."""
    return {
        "profile": "tabular-data-package",
        "name": f"{about.place}-hsds",
        "title": about.title,
        "description": "Human Services Data Specification 3.0, https://docs.openreferral.org/"
        + (f". The search: {about.query}." if about.query else ""),
        **terms_of_use(about),
        "resources": [_resource(table, members[table]) for table in FILES],
    }


def _resource(table: str, member: Member) -> dict[str, Any]:
    names = columns(table)
    keys = [name for name in names if name in REFERS]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": f"{FILES[table]}.csv",
        "encoding": "utf-8",
        "format": "csv",
        "mediatype": "text/csv",
        "bytes": member.size,
        "hash": f"sha256:{member.digest}",
        "schema": {
            "primaryKey": "id",
            "fields": [_field(table, name) for name in names],
            "foreignKeys": [{"fields": name, "reference": {"resource": REFERS[name], "fields": "id"}} for name in keys],
        },
    }


def _field(table: str, name: str) -> dict[str, Any]:
    known = next((field for field in OBJECTS[table] if field.name == name), None)
    if known is None:
        return {"name": name, **TYPES["uuid"], "description": f"The {REFERS[name].replace('_', ' ')} it hangs on."}
    found: dict[str, Any] = {"name": name, **TYPES.get(known.kind, TEXT), "description": known.meaning}
    limits: dict[str, Any] = {"required": True} if known.required else {}
    if name == "id":
        limits["unique"] = True
    if known.choices:
        limits["enum"] = list(known.choices)
    return {**found, "constraints": limits} if limits else found
