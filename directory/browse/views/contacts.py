"""Ways to reach an organisation, as links where that is safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory.core.contact import tel_link
from directory.core.errors import Invalid
from directory.web.words import gettext as _

Json = Mapping[str, Any]
REGISTER_PAGES: Final = {
    "GB-CHC": "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/{}",
    "GB-COH": "https://find-and-update.company-information.service.gov.uk/company/{}",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """One way. ``url`` is "" when there is nothing to follow; ``icon`` is the name of a symbol."""

    icon: str
    text: str
    url: str = ""
    note: str = ""


def of_record(record: Json) -> tuple[Contact, ...]:
    """How to reach the organisation as a whole."""
    found = [*phones(record["phones"]), *_email(record["email"]), *_website(record["website"])]
    return _once([*found, *_people(record["contacts"])])


def of_service(service: Json) -> tuple[Contact, ...]:
    """How to reach whoever runs a service."""
    found = [*phones(service["phones"]), *_email(service["email"]), *_website(service["url"])]
    return _once([*found, *_people(service["contacts"])])


def phones(given: Sequence[Json]) -> tuple[Contact, ...]:
    """Telephone numbers to tap."""
    return tuple(_phone(phone, phone["description"]) for phone in given)


def registers(record: Json) -> tuple[Contact, ...]:
    """The numbers an organisation has in public registers, with the page of each where there is one."""
    names = {"GB-CHC": _("Charity number %(number)s"), "GB-COH": _("Company number %(number)s")}
    return tuple(
        Contact(
            "check",
            names[each["scheme"]] % {"number": each["value"]},
            REGISTER_PAGES[each["scheme"]].format(each["value"].partition("-")[0]) if each["value"].isalnum() else "",
        )
        for each in record["identifiers"]
        if each["scheme"] in names
    )


def _phone(phone: Json, note: str) -> Contact:
    try:
        link = f"tel:{tel_link(phone['number'])}"
    except Invalid:  # an import keeps what a source gave, and not all of it can be dialled
        link = ""
    label = {"text": _("text"), "fax": _("fax"), "textphone": _("textphone")}.get(phone["kind"], "")
    return Contact("phone", phone["number"], link, ", ".join(part for part in (label, note) if part))


def _email(text: str) -> list[Contact]:
    return [Contact("mail", text, f"mailto:{text}")] if text else []


def _website(url: str) -> list[Contact]:
    if not url.startswith(("https://", "http://")):
        return [Contact("globe", url)] if url else []
    return [Contact("globe", url.split("://", 1)[1].rstrip("/"), url)]


def _people(given: Sequence[Json]) -> list[Contact]:
    found = []
    for person in given:
        role = ", ".join(part for part in (person["name"], person["title"]) if part)
        reached = [
            *(_phone(phone, phone["description"]) for phone in person["phones"]),
            *_email(person["email"]),
        ]
        found += [Contact(each.icon, each.text, each.url, role or each.note) for each in reached]
    return found


def _once(found: Iterable[Contact]) -> tuple[Contact, ...]:
    """Each way once, the first time it is named."""
    return tuple({each.url or each.text: each for each in reversed(list(found))}.values())[::-1]
