"""The rows of an organisation in the tables of a data package, made at once from its stored page.

The fields are those of ``rules.hsds``, and the rows those that ``rules.hsds_rows`` takes apart of what the API nests:
``tests/exchange/test_hsds_lines.py`` holds one against the other. Made in one pass because a package has every row of
everything, and whoever asked for it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from directory.exchange.rules import csv_text
from directory.exchange.rules.hsds import OBJECTS, TWICE
from directory.exchange.rules.hsds_kit import MANY, Node, Object, Page, View, object_of
from directory.exchange.rules.hsds_rows import FILES, LINKS, NESTED, columns

CODES: Final = frozenset({"byday", "bymonthday"})  # -1FR is the last Friday, and runs nowhere
TEXTS: Final = {
    (table, field.name)
    for table in FILES
    for field in OBJECTS[table]
    if field.kind == "text" and field.name not in CODES
}
BARE: Final = frozenset({"uuid", "date", "date-time", "time"})  # what is written so needs neither quotes nor care
WHOLE: Final = "organization_full_services"
Lines = dict[str, list[str]]  # by table


@dataclass(slots=True)
class _Plan:
    """How a node becomes a row of ``table``, and what hangs on it others."""

    table: str
    width: int
    bare: list[tuple[int, Callable[[Node], Any]]]
    plain: list[tuple[int, Callable[[Node], Any], bool]]
    links: Mapping[str, int]  # the table that it may hang on, and the column that says so
    inner: list[tuple[_Plan, Callable[[Node], Any], bool]] = field(default_factory=list)


def _plan(name: str, table: str, made: dict[tuple[str, str], _Plan]) -> _Plan:
    """The plan of the object ``name``; what stands once in tables is left out of what refers to it."""
    if known := made.get((name, table)):
        return known
    at = {column: n for n, column in enumerate(columns(table))}
    fields = [each for each in OBJECTS[name] if each.name != TWICE.get(name)]
    own = [each for each in fields if not object_of(each.kind)]
    links = {link.removesuffix("_id"): at[link] for link in LINKS[table] if link in at}
    bare = [(at[each.name], each.value) for each in own if each.kind in BARE]
    plain = [(at[each.name], each.value, (table, each.name) in TEXTS) for each in own if each.kind not in BARE]
    found = made[name, table] = _Plan(table, len(at), bare, plain, links)
    for each in fields:
        if inner := object_of(each.kind):
            found.inner.append((_plan(inner, NESTED[each.name], made), each.value, each.kind.endswith(MANY)))
    return found


_WHOLE: Final = _plan(WHOLE, "organization", {})


class Tables:
    """Makes lines, each organisation's after the other's. ``terms``: those whose lines were made, by identifier."""

    def __init__(self, view: View, terms: Iterable[str] = ()) -> None:
        self._view = view
        self._terms = set(terms)
        self._seen: set[tuple[str, str]] = set()
        self.lines: Lines = {table: [] for table in FILES}

    def taken(self) -> Lines:
        """The lines made so far; these tables begin again."""
        found, self.lines = self.lines, {table: [] for table in FILES}
        return found

    def add_object(self, table: str, thing: Object) -> None:
        """The row of an object of the API that nests nothing: a taxonomy, or a term."""
        cells = [csv_text.cell(thing.get(name), is_text=(table, name) in TEXTS) for name in columns(table)]
        self.lines[table].append(",".join(cells) + "\r\n")
        if table == "taxonomy_term":
            self._terms.add(thing["id"])

    def add(self, page: Page) -> None:
        """The rows of the organisation of a stored page, with those of terms that were not told yet."""
        self._seen.clear()
        self._walk(_WHOLE, Node(page["record"], self._view, page), "", "")

    def _walk(self, plan: _Plan, node: Node, above: str, above_id: str) -> None:
        cells = [""] * plan.width
        for at, value_of in plan.bare:
            cells[at] = value_of(node) or ""
        key = plan.table, cells[0]
        if key in self._seen:
            return
        self._seen.add(key)
        for at, value_of, is_text in plan.plain:
            value = value_of(node)
            if value is not None and value != "":
                cells[at] = csv_text.cell(value, is_text=is_text)
        if (link := plan.links.get(above)) is not None and not cells[link]:
            cells[link] = above_id
        self.lines[plan.table].append(",".join(cells) + "\r\n")
        if plan.table == "attribute" and (term := node.part["term"])["id"] not in self._terms:
            self.add_object("taxonomy_term", term)
        for inner, value_of, many in plan.inner:
            found = value_of(node)
            for each in found if many else [found] if found is not None else ():
                self._walk(inner, each, plan.table, cells[0])
