"""A validator of our own: answers of the API against the published schemas beside this repository, formats asserted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SHARED: Final = Path(__file__).parents[2] / "../shared/oruk"
PUBLISHED: Final = {
    "oruk": ("oruk-3.0/schema", "https://openreferraluk.org/specifications/3.0/schema/"),
    "hsds": ("hsds-3.0/schema", "https://hsds.example.org/"),
}
FORMATS: Final = Draft202012Validator.FORMAT_CHECKER
NEEDED: Final = frozenset({"uuid", "uri", "email", "date", "date-time"})


def shared(path: str) -> Path:
    """A file or folder of the shared examples and schemas; the test fails, and names it, when it is not there."""
    found = SHARED / path
    if not found.exists():
        pytest.fail(f"This test reads {found}, which is missing.")
    return found


@cache
def _registry(which: str) -> Registry[Any]:
    folder, base = PUBLISHED[which]
    found: list[tuple[str, Resource[Any]]] = []
    for file in sorted(shared(folder).glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        found.append((base + file.name, DRAFT202012.create_resource(schema)))
    made: Registry[Any] = Registry()
    return made.with_resources(found)


@cache
def published(which: str, name: str) -> Draft202012Validator:
    """The validator of a published schema: ``published("oruk", "service")``."""
    assert set(FORMATS.checkers) >= NEEDED, "a format that is not looked at cannot be wrong"
    base = PUBLISHED[which][1]
    return Draft202012Validator(
        {"$id": f"{base}-", "$ref": f"{base}{name}.json"}, registry=_registry(which), format_checker=FORMATS
    )


def of_document(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Draft202012Validator:
    """The validator of a ``schema`` that refers to the components of an OpenAPI document."""
    whole = {"components": document["components"], **schema}
    return Draft202012Validator(whole, format_checker=FORMATS)


def wrong(validator: Draft202012Validator, value: Any) -> list[str]:
    """What is wrong with ``value``, and where."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def unsaid(value: Any, where: str = "$") -> list[str]:
    """Where a null, an empty text or an empty list or object stands: what is not known is left out."""
    if isinstance(value, Mapping):
        found = [fault for name, item in value.items() for fault in unsaid(item, f"{where}.{name}")]
        return found if value else [where]
    if isinstance(value, list):
        found = [fault for n, item in enumerate(value) for fault in unsaid(item, f"{where}[{n}]")]
        return found if value else [where]
    return [where] if value is None or value == "" else []
