"""A stored listing as objects of HSDS 3.0 and of its UK profile: the one mapping of API, data package and round trip.

A name with ``_full`` is nested with everything; the name alone is what a list has. A hidden place is left out whole:
its offerings are for an area. HSDS has no field that says so, and none is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from directory.exchange.rules.hsds_facts import organization_attributes, service_attributes
from directory.exchange.rules.hsds_kit import Builder, Field, Fields, Node, Object, Page, View, own_id, plain
from directory.exchange.rules.hsds_parts import LOCATION, LOCATION_PARTS, PARTS, email, uri, whole
from directory.exchange.rules.hsds_schedule import schedule_nodes
from directory.listings.rules.record import Visibility

STATUSES: Final = ("active", "inactive", "defunct", "temporarily closed")
FREE: Final = "Free"


def _record(node: Node) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node.page["record"]
    return found


def _organization(node: Node) -> Node:
    return Node(_record(node), node.view, node.page)


def _description(node: Node) -> str:
    """HSDS requires one: else that of the first service which has one, else the name."""
    services = node.get("services") or ()
    found = node.get("description") or next((s["description"] for s in services if s.get("description")), "")
    return str(found or node.part["name"])


def _is_shown(location: Mapping[str, Any]) -> bool:
    return location.get("visibility") != Visibility.HIDDEN


def _locations(node: Node) -> list[Node]:
    return [node.other(place) for place in node.get("locations") or () if _is_shown(place)]


def _location(node: Node) -> Node | None:
    """The location of an offering, unless it has none or that is hidden."""
    wanted = node.get("location_id")
    places = _record(node).get("locations") or ()
    return next((node.other(place) for place in places if place["id"] == wanted and _is_shown(place)), None)


def _location_id(node: Node) -> str:
    found = _location(node)
    return str(found.part["id"]) if found else ""


def _service_id(node: Node) -> str:
    return str((node.up or {}).get("id", ""))


def _service(node: Node) -> Node:
    return Node(node.up or {}, node.view, node.page, _record(node))


def _fees(node: Node) -> str:
    return node.get("fees") or (FREE if node.get("free") else "")


def _alert(node: Node) -> str:
    notice: Mapping[str, str] = _record(node).get("notice") or {}
    return notice.get("text", "")


ORGANIZATION: Final[Fields] = (
    own_id("organisation"),
    plain("name", "What it is called.", required=True),
    plain("alternate_name", "What else it is called."),
    Field("description", "text", "About it.", _description, required=True),
    Field("email", "email", "Its public address.", lambda node: email(node.get("email"))),
    Field("website", "uri", "Its website.", lambda node: uri(node.get("website"))),
    plain("year_incorporated", "When it was incorporated.", kind="integer"),
    plain("legal_status", "What it is in law."),
)
IDENTIFIERS: Final = Field(
    "organization_identifiers",
    "organization_identifier[]",
    "Its numbers in registers.",
    lambda node: node.each("identifiers"),
)
ORGANIZATION_ATTRIBUTES: Final = Field(
    "attributes", "attribute[]", "What sort of organisation it is, and facts without a field.", organization_attributes
)
PHONES: Final = Field("phones", "phone[]", "Public telephone numbers.", lambda node: node.each("phones"))
CONTACTS: Final = Field("contacts", "contact[]", "Whom to ask.", lambda node: node.each("contacts"))
SCHEDULES: Final = Field("schedules", "schedule[]", "When.", schedule_nodes)
LOCATIONS: Final = Field("locations", "location_full[]", "Its public places.", _locations)


def _services(kind: str) -> Field:
    return Field("services", f"{kind}[]", "What it does for people.", lambda node: node.each("services"))


SERVICE: Final[Fields] = (
    own_id("service"),
    Field("organization_id", "uuid", "Who offers it.", lambda node: _record(node)["id"]),
    plain("name", "What it is called.", required=True),
    plain("alternate_name", "What else it is called."),
    plain("description", "What it does for people."),
    Field("url", "uri", "Its page.", lambda node: uri(node.get("url"))),
    Field("email", "email", "Its public address.", lambda node: email(node.get("email"))),
    Field("status", "text", "Whether it is there.", lambda node: node.get("status") or STATUSES[0], required=True,
          choices=STATUSES),
    plain("application_process", "How to come."),
    Field("fees_description", "text", "What it costs, in words.", _fees),
    Field("fees", "text", "The same, for the UK profile.", _fees),
    plain("eligibility_description", "Who may come.", of="eligibility"),
    Field("minimum_age", "number", "In years.", lambda node: whole(node.get("minimum_age"))),
    Field("maximum_age", "number", "In years.", lambda node: whole(node.get("maximum_age"))),
    Field("assured_date", "date", "When somebody who knows last confirmed it.",
          lambda node: (_record(node).get("assured_at") or "")[:10]),
    Field("alert", "text", "What to know just now.", _alert),
    Field("last_modified", "date-time", "When it last changed.", lambda node: node.page["last_modified"]),
)  # fmt: skip
SERVICE_PARTS: Final[Fields] = (
    PHONES,
    SCHEDULES,
    Field(
        "service_areas", "service_area[]", "Where people may live to use it.", lambda node: node.each("service_areas")
    ),
    Field("languages", "language[]", "Languages it is offered in.", lambda node: node.each("languages")),
    Field("cost_options", "cost_option[]", "Prices.", lambda node: node.each("cost_options")),
    CONTACTS,
    Field(
        "attributes",
        "attribute[]",
        "Needs, audiences, ways to be helped, and facts without a field.",
        service_attributes,
    ),
)
OFFERINGS: Final = Field(
    "service_at_locations", "service_at_location_within[]", "Where it is offered.", lambda node: node.each("offerings")
)
ORGANIZATION_BRIEF: Final = Field("organization", "organization_brief", "Who offers it.", _organization)
AT_LOCATION: Final[Fields] = (
    own_id("service at location"),
    Field("service_id", "uuid", "The service.", _service_id),
    Field("location_id", "uuid", "The place; none for an area or a hidden place.", _location_id),
    plain("description", "About it there."),
)
AT_LOCATION_PARTS: Final[Fields] = (PHONES, SCHEDULES, Field("location", "location_full", "The place.", _location))

OBJECTS: Final[dict[str, Fields]] = {
    **PARTS,
    "location": LOCATION,
    "location_full": (*LOCATION, *LOCATION_PARTS),
    "organization": ORGANIZATION,
    "organization_brief": (*ORGANIZATION, IDENTIFIERS, ORGANIZATION_ATTRIBUTES),
    "organization_full": (
        *ORGANIZATION, IDENTIFIERS, PHONES, CONTACTS, LOCATIONS, ORGANIZATION_ATTRIBUTES, _services("service_own"),
    ),
    "organization_full_services": (
        *ORGANIZATION, IDENTIFIERS, PHONES, CONTACTS, LOCATIONS, ORGANIZATION_ATTRIBUTES, _services("service_within"),
    ),
    "organization_services": (*ORGANIZATION, _services("service_within")),
    "service_own": SERVICE,
    "service": (*SERVICE, Field("organization", "organization", "Who offers it.", _organization)),
    "service_within": (*SERVICE, *SERVICE_PARTS, OFFERINGS),
    "service_full": (*SERVICE, *SERVICE_PARTS, OFFERINGS, ORGANIZATION_BRIEF),
    "service_of_location": (*SERVICE, *SERVICE_PARTS, ORGANIZATION_BRIEF),
    "service_at_location_within": (*AT_LOCATION, *AT_LOCATION_PARTS),
    "service_at_location": (
        *AT_LOCATION,
        Field("location", "location", "The place.", _location),
        Field("service", "service", "The service.", _service),
    ),
    "service_at_location_full": (
        *AT_LOCATION, *AT_LOCATION_PARTS, Field("service", "service_of_location", "The service.", _service),
    ),
    "service_minimal": (
        own_id("service"),
        Field("last_modified", "date-time", "When it last changed.", lambda node: node.page["last_modified"]),
        Field("modified_date", "date-time", "The same.", lambda node: node.page["last_modified"]),
    ),
    "taxonomy": (
        own_id("taxonomy"),
        plain("name", "What it is called.", required=True),
        plain("description", "What it is for.", required=True),
        plain("uri", "Where it is described, of one that is not ours.", kind="uri"),
        plain("version", "Which version of it, of one that is not ours."),
    ),
}  # fmt: skip
BUILDER: Final = Builder(OBJECTS)
# In tables a term and a place stand once, and what refers to them has their identifiers.
TWICE: Final = {"attribute": "taxonomy_term", "service_at_location_within": "location"}


def organization_object(name: str, page: Page, view: View) -> Object:
    """The organisation of a stored page (fields that equal their default are left out there) as object ``name``."""
    return BUILDER.build(name, Node(page["record"], view, page))


def service_objects(name: str, page: Page, view: View, wanted: set[str] | None = None) -> dict[str, Object]:
    """The services of a page as object ``name``, by their identifiers: all, or those ``wanted``."""
    record = page["record"]
    return {
        service["id"]: BUILDER.build(name, Node(service, view, page, record))
        for service in record.get("services", ())
        if wanted is None or service["id"] in wanted
    }


def offering_objects(name: str, page: Page, view: View, wanted: set[str] | None = None) -> dict[str, Object]:
    """The offerings of a page as object ``name``, by their identifiers: all, or those ``wanted``."""
    return {
        offering["id"]: BUILDER.build(name, Node(offering, view, page, service))
        for service in page["record"].get("services", ())
        for offering in service.get("offerings", ())
        if wanted is None or offering["id"] in wanted
    }
