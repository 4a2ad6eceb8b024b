"""What the fields of a record are called, for people who decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from directory.moderation.rules.editing import LONG
from directory.web.words import gettext as _

PARTS: Final[Mapping[str, str]] = {
    "organisation": _l("Organisation"),
    "service": _l("Service"),
    "location": _l("Place"),
    "contact": _l("Contact"),
    "offering": _l("When and where"),
    "addresses": _l("Address"),
}
FIELDS: Final[Mapping[str, str]] = {
    "name": _l("Name"),
    "alternate_name": _l("Other name"),
    "kind": _l("Kind"),
    "description": _l("Description"),
    "email": _l("E-mail"),
    "website": _l("Website"),
    "url": _l("Website"),
    "legal_status": _l("Legal form"),
    "year_incorporated": _l("Founded"),
    "identifiers": _l("Numbers in registers"),
    "phones": _l("Telephone"),
    "number": _l("Telephone"),
    "attributes": _l("Other facts"),
    "notice": _l("Notice"),
    "today": _l("Today"),
    "wants": _l("How to help"),
    "supplies": _l("What they sell or provide"),
    "assured_at": _l("Confirmed"),
    "review_due_at": _l("To be confirmed again"),
    "status": _l("Status"),
    "needs": _l("Needs"),
    "audiences": _l("For whom"),
    "how": _l("How it is given"),
    "eligibility": _l("Who can come"),
    "minimum_age": _l("Youngest"),
    "maximum_age": _l("Oldest"),
    "application_process": _l("How to join"),
    "fees": _l("Cost, in words"),
    "free": _l("Free"),
    "referral": _l("Referral"),
    "cost_options": _l("Cost"),
    "languages": _l("Languages"),
    "schedules": _l("Opening times"),
    "service_areas": _l("Area served"),
    "location_type": _l("Kind of place"),
    "location_id": _l("Place"),
    "visibility": _l("How openly it is shown"),
    "point": _l("Point on the map"),
    "transportation": _l("How to get there"),
    "accessibility": _l("Access"),
    "accessibility_note": _l("Access, in words"),
    "title": _l("Role"),
    "address_1": _l("First line"),
    "address_2": _l("Second line"),
    "city": _l("Town"),
    "region": _l("Region"),
    "state_province": _l("County"),
    "postal_code": _l("Postcode"),
    "country": _l("Country"),
}
KINDS: Final[Mapping[str, str]] = {
    "new": _l("New listing"),
    "change": _l("Change"),
    "close": _l("Closing"),
    "claim": _l("Claim"),
}
STATES: Final[Mapping[str, str]] = {
    "waiting": _l("Waiting"),
    "asked": _l("Asked about"),
    "later": _l("Put off"),
    "accepted": _l("Accepted"),
    "refused": _l("Refused"),
    "withdrawn": _l("Taken back"),
    "showing": _l("One of two has agreed to show the address"),
}
REPORTS: Final[Mapping[str, str]] = {
    "wrong": _l("Something is wrong"),
    "closed": _l("It has closed"),
    "unsafe": _l("Somebody may be at risk"),
    "duplicate": _l("It is listed twice"),
    "other": _l("Something else"),
}
WHY: Final[Mapping[str, str]] = {
    "number": _l("same number in a register"),
    "phone": _l("same telephone"),
    "website": _l("same website"),
    "name": _l("similar name"),
    "near": _l("same street"),
}
ACTORS: Final[Mapping[str, str]] = {
    "person": _l("A person"),
    "import": _l("Import"),
    "feed": _l("Feed"),
    "job": _l("The directory itself"),
    "sample": _l("Sample"),
}
VISIBILITY: Final[Mapping[str, str]] = {
    "exact": _l("Exact address"),
    "approximate": _l("Near, without the address"),
    "hidden": _l("Not shown at all"),
}
SIDES: Final[Mapping[str, str]] = {
    "keep": _l("Of the one that stays"),
    "lose": _l("Of the other"),
    "both": _l("Of both"),
}


_LINK: Final = _l("Enter a web address like https://example.org")
WRONG: Final[Mapping[str, str]] = {
    "website": _LINK,
    "url": _LINK,
    "email": _l("Enter an e-mail address like name@example.org"),
    "number": _l("Enter one phone number with its area code, for example 0121 496 0000"),
    "postal_code": _l("Enter a whole postcode, for example B14 7QH"),
    **dict.fromkeys(sorted(LONG), _l("Use at most 20,000 characters")),
}


def field_words(field: str) -> str:
    """What a field is called."""
    return str(FIELDS.get(field, field.replace("_", " ")))


def wrong_words(path: str) -> str:
    """What to do about a field, by its path in the form, that could not be kept."""
    return str(WRONG.get(path.rpartition(".")[2], _("Enter something, on one line of at most 300 characters")))


def part_words(part: str, of: str) -> str:
    """The heading of a part: "Service: Food bank"."""
    name = str(PARTS.get(part, part))
    return _("%(part)s: %(name)s", part=name, name=of) if of and part != "organisation" else name
