"""The tables of what hangs on services, locations and organisations: addresses, telephones, hours, and the like."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from directory.exchange.rules.hsds_facts import fact, location_attributes, term_part
from directory.exchange.rules.hsds_kit import Field, Fields, Node, own_id, plain
from directory.exchange.rules.hsds_schedule import at_offset, hours_of, rule_of
from directory.listings.rules.record import Address, Phone
from directory.search.rules.near import EVERYWHERE, WHOLE_PLACE

NOT_PUBLISHED: Final = "Address not published"
NOT_KNOWN: Final = "Not known"
STATISTICAL: Final = "http://statistics.data.gov.uk/id/statistical-geography/"
ADDRESS_TYPES: Final = ("physical", "postal", "virtual")
WEEKDAY_CHOICES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
COORDINATE_DIGITS: Final = 6  # a tenth of a metre
REQUIRED_OF_ADDRESSES: Final = ("address_1", "city", "state_province", "postal_code")
_SAFE: Final = ":/?@!$&'()*+,;=%~"
_WEB = re.compile(r"(https?://[a-z0-9.-]+(?::[0-9]{1,5})?)((?:[/?][^\s#]*)?)((?:#\S*)?)", re.IGNORECASE)
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_GSS = re.compile("[EWSNK][0-9]{8}")


def uri(text: str | None) -> str:
    """A web address in the letters of RFC 3986; "" for what is none."""
    found = _WEB.fullmatch(text or "")
    if not found:
        return ""
    site, path, part = found.groups()
    rest = quote(path, safe=_SAFE, errors="replace") + part[:1] + quote(part[1:], safe=_SAFE, errors="replace")
    return site + _PERCENT.sub("%25", rest)


def email(text: str | None) -> str:
    """An e-mail address; "" for what is none."""
    return text if text and _MAIL.fullmatch(text) else ""


def whole(number: float | None) -> float | int | None:
    """A number without a fraction that is none."""
    return int(number) if number is not None and number == int(number) else number


def _coordinate(node: Node, which: int) -> float | None:
    point = node.get("point")
    return round(point[which], COORDINATE_DIGITS) if point else None


def _address_field(node: Node, name: str) -> str:
    """A field that HSDS requires of an address: what was given, else the nearest that is known."""
    given = node.get(name)
    if given:
        return str(given)
    if name == "address_1":
        return node.get("address_2") or (node.up or {}).get("name") or NOT_PUBLISHED
    if name == "postal_code":
        return NOT_KNOWN
    others = ("city", "region", "state_province") if name == "state_province" else ("region", "state_province")
    return next((str(found) for other in others if (found := node.get(other))), node.view.place)


def _not_given(node: Node) -> list[Node]:
    missing = [name for name in REQUIRED_OF_ADDRESSES if not node.get(name)]
    return [fact(node, "address", "not-given", name, n) for n, name in enumerate(missing)]


def _required(name: str, meaning: str) -> Field:
    return Field(name, "text", meaning, lambda node: _address_field(node, name), required=True)


def accessibility_nodes(node: Node) -> list[Node]:
    """What the place has for people who need it; what is said of it in words stands with the first."""
    note = node.get("accessibility_note") or ""
    found: list[dict[str, Any]] = [
        {"id": node.id_of(slug), "description": term_part(node.view, "access", slug)["name"], "slug": slug}
        for slug in node.get("accessibility") or ()
    ]
    if note and not found:
        found.append({"id": node.id_of("accessibility-note")})
    if note:
        found[0]["details"] = note
    return [node.other(part) for part in found]


def _extent(node: Node) -> str:
    """The code of an area; of the whole place its own name in addresses."""
    code = str(node.get("code") or "")
    return {WHOLE_PLACE: node.view.place_slug, EVERYWHERE: "everywhere"}.get(code, code)


def _amount(node: Node) -> float | int | None:
    return whole(node.get("amount"))


PARTS: Final[dict[str, Fields]] = {
    "taxonomy_term": (
        own_id("term"),
        plain("code", "The term in addresses of this site."),
        plain("name", "What it is called.", required=True),
        plain("description", "What it means.", required=True),
        plain("parent_id", "The term above it.", kind="uuid"),
        plain("taxonomy", "What its taxonomy is called."),
        plain("taxonomy_id", "Its taxonomy.", kind="uuid"),
        plain("language", "The language of its name, of a term that is not ours."),
        plain("term_uri", "Where it is described, of a term that is not ours.", kind="uri"),
    ),
    "attribute": (
        own_id("attribute"),
        Field("link_id", "uuid", "What it holds for.", lambda node: node.get("link_id")),
        Field("taxonomy_term_id", "uuid", "Its term.", lambda node: node.part["term"]["id"]),
        plain("link_type", "What the term describes: need, audience, how, kind, or a label."),
        plain("link_entity", "The table of what it holds for."),
        plain("value", "A value beside the term, of a fact."),
        Field("taxonomy_term", "taxonomy_term", "Its term, whole.", lambda node: node.other(node.part["term"])),
    ),
    "phone": (
        own_id("telephone number"),
        plain("number", "The number, as people write it.", required=True),
        Field("type", "text", "voice, text, fax, cell, video, pager or textphone.",
              lambda node: node.get("kind") or Phone.__dataclass_fields__["kind"].default),
        plain("description", "When or for what to ring it."),
    ),
    "contact": (
        own_id("contact"),
        plain("name", "Whom to ask."),
        plain("title", "What they do."),
        Field("email", "email", "Their public address.", lambda node: email(node.get("email"))),
        Field("phones", "phone[]", "Their public numbers.", lambda node: node.each("phones")),
    ),
    "schedule": (
        own_id("schedule"),
        plain("valid_from", "The first day on which it holds.", kind="date"),
        plain("valid_to", "The last day on which it holds.", kind="date"),
        plain("dtstart", "The first session, from which an interval counts.", kind="date"),
        Field("timezone", "number", "The offset of standard time from UTC, in hours: times are the place's wall time.",
              lambda node: whole(hours_of(node.view.offset)) if node.get("opens_at") else None),
        plain("until", "The last day of the repetition.", kind="date"),
        plain("count", "How many sessions there are.", kind="integer"),
        Field("wkst", "text", "The day on which weeks begin.", lambda node: node.get("wkst"), choices=WEEKDAY_CHOICES),
        Field("freq", "text", "How often.", lambda node: node.get("freq"), choices=("WEEKLY", "MONTHLY")),
        plain("interval", "Every how many weeks or months.", kind="integer"),
        plain("byday", "Days: MO,TH; in a month 2TU,-1FR."),
        plain("bymonthday", "Days of the month: 1,15,-1."),
        plain("description", "In words."),
        Field("opens_at", "time", "From, with the offset of standard time.", lambda node: at_offset(node, "opens_at")),
        Field("closes_at", "time", "To, with the offset of standard time.", lambda node: at_offset(node, "closes_at")),
        plain("notes", "What else to know."),
        Field("attributes", "attribute[]", "The exact rule, where these fields do not say all of it.", rule_of),
    ),
    "service_area": (
        own_id("served area"),
        plain("name", "Where people may live to use it."),
        Field("extent", "text", "The area's code: a ward or a postcode district.", _extent),
        Field("extent_type", "text", "Always text.", lambda node: "text" if node.get("code") else ""),
        Field("uri", "uri", "The area at the Office for National Statistics.",
              lambda node: STATISTICAL + node.part["code"] if _GSS.fullmatch(node.get("code") or "") else ""),
    ),
    "language": (
        own_id("language"),
        plain("name", "Its English name."),
        plain("code", "ISO 639."),
        plain("note", "What else to know."),
    ),
    "cost_option": (
        own_id("price"),
        plain("option", "For whom or what."),
        Field("currency", "text", "ISO 4217.",
              lambda node: node.get("currency") or ("GBP" if node.get("amount") is not None else "")),
        Field("amount", "number", "How much.", _amount),
        plain("amount_description", "In words.", of="description"),
    ),
    "accessibility": (
        own_id("thing"),
        plain("description", "What the place has for people who need it."),
        plain("details", "More about access here."),
    ),
    "address": (
        own_id("address"),
        _required("address_1", "The first line; or that it is not published."),
        plain("address_2", "The second line."),
        _required("city", "The town."),
        plain("region", "The region."),
        _required("state_province", "The county or authority; the town where nobody gave one."),
        _required("postal_code", "The postcode; its district where the place is shown approximately."),
        Field("country", "text", "ISO 3166-1.",
              lambda node: node.get("country") or Address.__dataclass_fields__["country"].default, required=True),
        Field("address_type", "text", "What sort of address it is.", lambda _node: "physical", required=True,
              choices=ADDRESS_TYPES),
        Field("attributes", "attribute[]", "Which fields nobody gave.", _not_given),
    ),
    "organization_identifier": (
        own_id("number"),
        plain("identifier_scheme", "The register's code at org-id.guide.", of="scheme"),
        Field("identifier_type", "text", "What sort of number it is.", lambda node: identifier_type(node.get("scheme")),
              required=True),
        plain("identifier", "The number.", of="value", required=True),
    ),
}  # fmt: skip

LOCATION: Final[Fields] = (
    own_id("location"),
    Field("location_type", "text", "What sort of place it is.", lambda node: node.get("location_type") or "physical",
          required=True, choices=ADDRESS_TYPES),
    Field("url", "uri", "Its page.", lambda node: uri(node.get("url"))),
    plain("name", "What it is called."),
    plain("description", "About it."),
    plain("transportation", "How to get there."),
    Field("latitude", "number", "North of the equator, in degrees (WGS 84).", lambda node: _coordinate(node, 0)),
    Field("longitude", "number", "East of Greenwich, in degrees (WGS 84).", lambda node: _coordinate(node, 1)),
)  # fmt: skip
LOCATION_PARTS: Final[Fields] = (
    Field("addresses", "address[]", "Its public addresses.", lambda node: node.each("addresses")),
    Field("accessibility", "accessibility[]", "What it has for people who need it.", accessibility_nodes),
    Field("phones", "phone[]", "Its public numbers.", lambda node: node.each("phones")),
    Field("attributes", "attribute[]", "How well its point is known.", location_attributes),
)
IDENTIFIER_TYPES: Final = {
    "GB-CHC": "Charity number (England and Wales)",
    "GB-SC": "Charity number (Scotland)",
    "GB-NIC": "Charity number (Northern Ireland)",
    "GB-COH": "Company number",
}


def identifier_type(scheme: str | None) -> str:
    """What people call a number of a register."""
    return IDENTIFIER_TYPES.get(scheme or "", "") or scheme or "Registration number"
