"""How an HSDS object is made of a stored record: a table of fields for each, and one builder for all of them.

The same tables make the API, its OpenAPI document and the tables of the data package, so that nothing leaves that is
not declared. What a record does not say is left out: no null, no empty text, no empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from directory.core.identifiers import stable_text
from directory.listings.rules.taxonomy import Terms

Object = dict[str, Any]
Page = Mapping[str, Any]  # ``listings.queries.pages``: slug, version, last_modified, areas, record
NOT_SAID: Final[tuple[Any, ...]] = (None, "", [])
MANY: Final = "[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the mapping knows beside the record: the terms, what the place is called, and its offset from UTC.

    ``offset`` is "+00:00", that of standard time: a schedule is wall time, and HSDS writes the offset behind it.
    ``foreign`` are the terms that are not ours, by identifier, as far as more is known of them than a record says.
    """

    terms: Terms
    place: str
    place_slug: str
    offset: str = "+00:00"
    foreign: Mapping[str, Object] = field(default_factory=dict, hash=False)


class Node(NamedTuple):
    """A part of a stored page as it is encoded, with what it hangs on."""

    part: Mapping[str, Any]
    view: View
    page: Page
    up: Mapping[str, Any] | None = None

    def get(self, name: str) -> Any:
        """The value of a field of the part; None when it is not there."""
        return self.part.get(name)

    def each(self, name: str) -> list[Node]:
        """The parts in a field, which hang on this one."""
        return [Node(part, self.view, self.page, self.part) for part in self.part.get(name, ())]

    def other(self, part: Mapping[str, Any]) -> Node:
        """A part that hangs on this one."""
        return Node(part, self.view, self.page, self.part)

    def id_of(self, *names: object) -> str:
        """A lasting UUID for what has none of its own in the record."""
        return stable_text(self.part["id"], *names)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``kind`` is a format, or the name of an object with ``[]`` for several; ``value`` is asked last."""

    name: str
    kind: str  # text, uuid, uri, email, number, integer, date, time, date-time, or an object's name
    meaning: str
    value: Callable[[Node], Any]
    required: bool = False
    choices: tuple[str, ...] = ()


Fields = tuple[Field, ...]
FORMATS: Final = frozenset({"text", "uuid", "uri", "email", "number", "integer", "date", "time", "date-time"})


def plain(name: str, meaning: str, *, of: str = "", kind: str = "text", required: bool = False) -> Field:
    """A field that is a text of the part: ``of`` is its name there, if it differs."""
    key = of or name
    return Field(name, kind, meaning, lambda node: node.part.get(key), required)


def own_id(what: str) -> Field:
    """The identifier."""
    return Field("id", "uuid", f"The identifier of the {what}; it lasts.", lambda node: node.part["id"], required=True)


def object_of(kind: str) -> str:
    """The object that a field of ``kind`` holds; "" for a plain value."""
    bare = kind.removesuffix(MANY)
    return "" if bare in FORMATS else bare


class Builder:
    """Makes objects by their names of ``objects``, each with its fields in the order of the table."""

    def __init__(self, objects: Mapping[str, Fields]) -> None:
        self._plans = {
            name: [(field.name, field.value, object_of(field.kind), field.kind.endswith(MANY)) for field in fields]
            for name, fields in objects.items()
        }

    def build(self, name: str, node: Node) -> Object:
        """The object ``name`` of ``node``, without what is not said."""
        made: Object = {}
        for called, value_of, inner, many in self._plans[name]:
            value = value_of(node)
            if inner and value is not None:
                value = self.each(inner, value) if many else self.build(inner, value)
            if value not in NOT_SAID:
                made[called] = value
        return made

    def each(self, name: str, nodes: Iterable[Node]) -> list[Object]:
        """The object ``name`` of each node."""
        return [self.build(name, node) for node in nodes]
