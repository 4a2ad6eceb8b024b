"""Mappings: TOML files that say what each column of a foreign file becomes."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any

from directory.core.errors import Invalid
from directory.listings.rules.record import SourceKind, Visibility

TARGETS = {
    "id": "the source's own id of the organisation",
    "name": "what it is called",
    "alternate_name": "another name",
    "description": "what it does; the first column that has text counts",
    "kind": "slug or name of a kind",
    "legal_status": "charitable incorporated organisation, CIC ...",
    "year_incorporated": "the year, or a date",
    "charity_number": "number in a charity register",
    "company_number": "number at Companies House",
    "email": "public e-mail address",
    "phone": "public telephone number",
    "website": "web address",
    "service": "name of the service",
    "service_description": "what the service is",
    "needs": "slugs or names of needs, with semicolons",
    "audiences": "slugs or names of audiences, with semicolons",
    "how": "in-person, online, phone, visits-you, with semicolons",
    "languages": "codes or names, with semicolons",
    "free": "yes or no",
    "cost": "what it costs, in words",
    "eligibility": "who may come",
    "venue": "name of the place",
    "address_1": "first line of the address",
    "address_2": "second line",
    "city": "town",
    "region": "county",
    "postcode": "postcode",
    "latitude": "WGS 84 degrees",
    "longitude": "WGS 84 degrees",
    "visibility": "exact, approximate or hidden",
    "access": "step-free, hearing-loop ..., with semicolons",
    "area_served": "postcode districts or wards by code or name, with semicolons; or everywhere",
    "hours": "days and times: Mon 10:00-12:00; Wed 13:00-15:00",
    "wants": "what the group needs, with semicolons",
    "supplies": "what it sells to public bodies, with semicolons",
    "ignore": "left out on purpose",
}
REQUIRED = ("name",)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it becomes, and how its text is mended ("", "title" or "sentence")."""

    name: str
    becomes: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Rows to leave out: those whose ``column`` has, or with ``unless`` has not, one of ``values``."""

    column: str
    values: frozenset[str]
    unless: bool
    why: str


@dataclass(frozen=True, slots=True)
class KindRule:
    """Rows whose ``column`` has one of ``words`` (whole words, any case) are of ``kind``."""

    column: str
    words: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How one source's rows become records."""

    name: str
    title: str
    source_name: str
    source_kind: SourceKind
    columns: tuple[Column, ...]
    visibility: Visibility
    contacts: bool  # whether telephone numbers and e-mail addresses are imported
    tell: bool  # whether a file of organisations to tell is written
    kind: str  # of rows that no rule fits
    kind_rules: tuple[KindRule, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    codes_column: str = ""
    codes_separator: str = ";"
    code_needs: Table[str, tuple[str, ...]] | None = None
    code_kinds: Table[str, str] | None = None  # of rows that no rule fits, before ``kind``
    words_columns: tuple[str, ...] = ()  # columns whose words say the needs, by the taxonomy's synonyms

    def column_of(self, target: str) -> list[Column]:
        """The columns that become ``target``, in the order of the file."""
        return [column for column in self.columns if column.becomes == target]


def parse_mapping(name: str, data: Table[str, Any], codes: Table[str, Any] | None = None) -> Mapping:
    """The mapping that a TOML file says; ``codes``: its table of codes. Raises Invalid, which names the key."""
    source, needs, kinds = data.get("source", {}), data.get("needs", {}), data.get("kinds", {})
    columns = tuple(_column(name, header, given) for header, given in data.get("columns", {}).items())
    missing = [target for target in REQUIRED if not any(column.becomes == target for column in columns)]
    if missing:
        raise Invalid(f"{name}: [columns]", sorted(column.name for column in columns), f"one that becomes {missing[0]}")
    return Mapping(
        name=name,
        title=str(data.get("title", name)),
        source_name=str(source.get("name", name)),
        source_kind=_choice(f"{name}: source.kind", source.get("kind", "self-listed"), SourceKind),
        columns=columns,
        visibility=_choice(f"{name}: visibility", data.get("visibility", "exact"), Visibility),
        contacts=bool(data.get("contacts", True)),
        tell=bool(data.get("tell", False)),
        kind=str(kinds.get("default", "community-group")),
        kind_rules=tuple(_kind_rule(name, rule) for rule in kinds.get("rules", [])),
        leave_out=tuple(_leave_out(name, rule) for rule in data.get("leave_out", [])),
        codes_column=str(needs.get("codes_column", "")),
        codes_separator=str(needs.get("separator", ";")),
        code_needs={code: tuple(slugs) for code, slugs in codes["needs"].items()} if codes else None,
        code_kinds=dict(codes.get("kinds", {})) if codes else None,
        words_columns=tuple(needs.get("words_columns", ())),
    )


def _column(name: str, header: str, given: Any) -> Column:
    spec = {"becomes": given} if isinstance(given, str) else given
    becomes, case = spec.get("becomes", ""), spec.get("case", "")
    if becomes not in TARGETS:
        raise Invalid(f"{name}: column {header!r} becomes", becomes, f"one of {', '.join(TARGETS)}")
    if case not in {"", "title", "sentence"}:
        raise Invalid(f"{name}: case of column {header!r}", case, "title or sentence")
    return Column(header, becomes, case)


def _choice(field: str, given: Any, kind: Any) -> Any:
    try:
        return kind(given)
    except ValueError:
        raise Invalid(field, given, f"one of {', '.join(kind)}") from None


def _kind_rule(name: str, rule: Table[str, Any]) -> KindRule:
    try:
        return KindRule(rule["column"], tuple(rule["words"]), rule["kind"])
    except KeyError as missing:
        raise Invalid(f"{name}: kinds.rules", dict(rule), f"a {missing.args[0]}") from None


def _leave_out(name: str, rule: Table[str, Any]) -> LeaveOut:
    values = rule.get("values", rule.get("unless"))
    if "column" not in rule or not isinstance(values, list):
        raise Invalid(f"{name}: leave_out", dict(rule), "a column, and values or unless with a list of texts")
    return LeaveOut(
        rule["column"], frozenset(values), "unless" in rule, str(rule.get("why", "left out by the mapping"))
    )
