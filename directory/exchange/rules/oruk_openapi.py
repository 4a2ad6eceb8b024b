"""The OpenAPI document of the API, made of the tables that make its answers: nothing is declared twice or forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from directory.exchange.rules.hsds import OBJECTS
from directory.exchange.rules.hsds_kit import MANY, Field, Fields, object_of
from directory.exchange.rules.oruk_request import LISTS, ONE, PARAMETERS

Schema = dict[str, Any]
_TEXT: Final = {"type": "string", "minLength": 1}
_KINDS: Final[Mapping[str, Schema]] = {
    "text": _TEXT,
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"},
}
CONTENTS: Final[dict[str, tuple[str, ...]]] = {  # what a list may hold, by its parameters
    "services": ("service", "service_full", "service_minimal"),
    "service_at_locations": ("service_at_location", "service_at_location_full"),
    "organizations": (
        "organization", "organization_full", "organization_full_services", "organization_services",
    ),
    "taxonomies": ("taxonomy",),
    "taxonomy_terms": ("taxonomy_term",),
}  # fmt: skip
FULL: Final[dict[str, tuple[str, ...]]] = {
    "services": ("service_full",),
    "service_at_locations": ("service_at_location_full",),
    "organizations": ("organization_full", "organization_full_services"),
    "taxonomies": ("taxonomy",),
    "taxonomy_terms": ("taxonomy_term",),
}
_COUNT: Final = {"type": "integer", "minimum": 0}
PAGE: Final[Schema] = {
    "total_items": {**_COUNT, "description": "How many there are in all."},
    "total_pages": {**_COUNT, "description": "How many pages there are."},
    "page_number": {"type": "integer", "minimum": 1, "description": "Which page this is."},
    "size": {**_COUNT, "description": "How many this page has."},
    "first_page": {"type": "boolean", "description": "Whether it is the first."},
    "last_page": {"type": "boolean", "description": "Whether none comes after it."},
    "empty": {"type": "boolean", "description": "Whether it has none."},
}
PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
    },
    "additionalProperties": False,
}
DETAILS: Final[Schema] = {
    "type": "object",
    "required": ["version", "profile", "openapi_url"],
    "properties": {
        "version": {**_TEXT, "description": "The version of the UK profile."},
        "profile": {**_KINDS["uri"], "description": "Where the profile is described."},
        "openapi_url": {**_KINDS["uri"], "description": "This document."},
    },
    "additionalProperties": False,
}


def document(*, title: str, address: str, zone: str) -> Schema:
    """The document of an API called ``title`` at ``address``, whose times are those of the time zone ``zone``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "HSDS-UK-3.0",
            "summary": "Open Referral UK API",
            "description": f"Times of day are wall time of {zone}, written with the offset of its standard time. What"
            " is not known is left out. Lists stand in the order in which organisations were first published.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": address}],
        "paths": {
            "/": _details_path(),
            **{f"/{name}": _list_path(name) for name in LISTS},
            **{f"/{name}/{{id}}": _one_path(name) for name in ONE},
        },
        "components": {
            "schemas": {
                "details": DETAILS,
                "problem": PROBLEM,
                **{name: object_schema(fields) for name, fields in OBJECTS.items()},
            },
            "parameters": {name: _parameter(name) for name in PARAMETERS},
            "responses": {name: _problem(says) for name, says in _PROBLEMS.items()},
        },
    }


def object_schema(fields: Fields) -> Schema:
    """The JSON Schema of an object: what is not in its table is not allowed."""
    return {
        "type": "object",
        "required": [field.name for field in fields if field.required],
        "properties": {field.name: _field(field) for field in fields},
        "additionalProperties": False,
    }


def _field(field: Field) -> Schema:
    inner = object_of(field.kind)
    if not inner:
        more: Schema = {"enum": list(field.choices)} if field.choices else {}
        return {**_KINDS[field.kind], **more, "description": field.meaning}
    if field.kind.endswith(MANY):
        return {"type": "array", "minItems": 1, "items": _ref("schemas", inner), "description": field.meaning}
    return {"allOf": [_ref("schemas", inner)], "description": field.meaning}


def _ref(where: str, name: str) -> Schema:
    return {"$ref": f"#/components/{where}/{name}"}


def _any(names: tuple[str, ...]) -> Schema:
    return _ref("schemas", names[0]) if len(names) == 1 else {"anyOf": [_ref("schemas", name) for name in names]}


def page_schema(name: str) -> Schema:
    """The JSON Schema of a page of the list ``name``."""
    return {
        "type": "object",
        "required": [*PAGE, "contents"],
        "properties": {**PAGE, "contents": {"type": "array", "items": _any(CONTENTS[name])}},
        "additionalProperties": False,
    }


def _parameter(name: str) -> Schema:
    found = PARAMETERS[name]
    return {"name": name, "in": "query", "required": False, "description": found.meaning, "schema": dict(found.schema)}


_PROBLEMS: Final = {
    "400": "A parameter has a value that it cannot have.",
    "404": "There is nothing with this identifier; or nobody knows the postcode.",
    "429": "Too many requests: Retry-After says how many seconds to wait.",
    "503": "The database is busy or away: Retry-After says how many seconds to wait.",
}


def _problem(says: str) -> Schema:
    return {"description": says, "content": {"application/problem+json": {"schema": _ref("schemas", "problem")}}}


def _answers(schema: Schema, *problems: str, lines: bool = False) -> Schema:
    content: Schema = {"application/json": {"schema": schema}}
    if lines:
        content["application/x-ndjson"] = {"schema": {"type": "string", "description": "One object a line."}}
    return {
        "200": {"description": "What was asked for.", "content": content},
        "304": {"description": "What you have is still right (If-None-Match)."},
        **{status: _ref("responses", status) for status in (*problems, "429", "503")},
    }


_PROBLEMS_OF_LISTS: Final = {
    name: ("400", "404") if "postcode" in parameters else ("400",) for name, parameters in LISTS.items()
}


def _linked(name: str, answers: Schema) -> Schema:
    """``answers`` of a list with where each thing on it stands by itself, which programs can follow."""
    first = {"operationId": f"{name}_by_id", "parameters": {"id": "$response.body#/contents/0/id"}}
    answers["200"]["links"] = {"first": {**first, "description": "The first of them, nested with everything."}}
    return answers


def _details_path() -> Schema:
    answers = _answers(_ref("schemas", "details"))
    return {"get": {"operationId": "details", "summary": "What this API is", "responses": answers}}


def _list_path(name: str) -> Schema:
    return {
        "get": {
            "operationId": name,
            "summary": f"A page of {name.replace('_', ' ')}",
            "parameters": [_ref("parameters", parameter) for parameter in LISTS[name]],
            "responses": _linked(name, _answers(page_schema(name), *_PROBLEMS_OF_LISTS[name], lines=True)),
        }
    }


def _one_path(name: str) -> Schema:
    own = {"name": "id", "in": "path", "required": True, "schema": _KINDS["uuid"]}
    return {
        "parameters": [own],
        "get": {
            "operationId": f"{name}_by_id",
            "summary": f"One of the {name.replace('_', ' ')}, nested with everything",
            "parameters": [_ref("parameters", parameter) for parameter in ONE[name]],
            "responses": _answers(_any(FULL[name]), *(["400"] if ONE[name] else []), "404"),
        },
    }
