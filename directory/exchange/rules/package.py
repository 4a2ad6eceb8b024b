"""The description of the files for programs: a Frictionless data package (https://specs.frictionlessdata.io)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from directory.exchange.rules.about import About
from directory.exchange.rules.columns import Column
from directory.exchange.rules.tables import CHANGES, LISTED, TABLES, Table

TYPES: Final = {
    "text": ("string", "default"),
    "uri": ("string", "uri"),
    "number": ("number", "default"),
    "integer": ("integer", "default"),
    "boolean": ("boolean", "default"),
    "date": ("date", "default"),
    "date-time": ("datetime", "any"),  # ISO 8601 with an offset, which "default" does not know
}
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OTHERS: Final = (
    ("listings-geojson", "listings.geojson", "geojson", "application/geo+json",
     "The offerings as features of RFC 7946; geometry is null where there is no public point."),
    ("listings-xlsx", "listings.xlsx", "xlsx", WORKBOOK,
     "Every table as a sheet of one workbook, with its dictionary and the search that made it."),
    ("hsds", "hsds.zip", "zip", "application/zip",
     "Every organisation found, whole, as a data package of the Human Services Data Specification 3.0."),
)  # fmt: skip
_KEYS: Final = frozenset({"organisations"})  # tables that others point at


def package(about: About, url_of: Callable[[str], str]) -> dict[str, Any]:
    """The data package of a search. ``url_of``: the name of a file to its full address, with the search."""
    return {
        "profile": "data-package",
        "name": f"{about.place}-community-directory",
        "title": about.title,
        "description": f"The search: {about.query}." if about.query else "Everything that is public.",
        **terms_of_use(about),
        "resources": [
            *(_table(table, url_of(f"{table.name}.csv")) for table in TABLES),
            *(
                {
                    "name": name,
                    "path": url_of(file),
                    "format": ending,
                    "mediatype": kind,
                    "description": said,
                }
                for name, file, ending, kind, said in OTHERS
            ),
        ],
    }


def terms_of_use(about: About) -> dict[str, Any]:
    """Where a package comes from, as of when, and on what terms it may be used."""
    return {
        "homepage": about.address,
        "version": str(about.version),
        "created": about.moment.isoformat() if about.moment else about.made.isoformat(),
        "licenses": [{"name": about.licence, "title": about.licence_name, "path": about.licence_url}],
        "sources": [{"title": about.attribution, "path": about.address}],
        "contributors": [{"title": about.publisher, "role": "publisher"}],
    }


def _table(table: Table, path: str) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column, is_key=column.name == table.key) for column in table.columns],
        "primaryKey": [table.key],
        "missingValues": [""],
    }
    if table in LISTED and table.name not in _KEYS:
        schema["foreignKeys"] = [
            {"fields": ["organisation_id"], "reference": {"resource": "organisations", "fields": ["organisation_id"]}}
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": path,
        "title": table.row,
        "description": "Ask with since= the number of the last change you have." if table is CHANGES else table.row,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _field(column: Column, *, is_key: bool) -> dict[str, Any]:
    kind, form = TYPES[column.kind]
    found: dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "format": form,
        "description": column.meaning,
        "example": column.example,
    }
    if column.unit:
        found["unit"] = column.unit
    if column.hsds:
        found["hsds"] = column.hsds
    if is_key:
        found["constraints"] = {"required": True, "unique": True}
    return found
