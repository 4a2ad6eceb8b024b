"""A guess what the columns of a foreign file are, from their names and from what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from directory.core.errors import Invalid
from directory.core.postcode import Postcode
from directory.core.text import fold
from directory.exchange.rules.uploads import SEVERAL

# What people call their columns, folded; those of the template come beside it. The first that is there is taken.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": (
        "organisation name", "name of organisation", "organisation", "organization", "organization name", "group name",
        "name of group", "group", "charity name", "name of charity", "charity", "company name", "project", "title",
    ),
    "id": ("ref", "reference", "reference number", "identifier", "record id", "unique id", "organisation id", "no"),
    "alternate_name": ("also known as", "aka", "alternate name", "alternative name", "known as", "short name"),
    "description": (
        "description", "about", "summary", "what they do", "what we do", "activities", "details", "information",
        "organisation description", "purpose", "aims", "notes",
    ),
    "kind": ("type", "type of organisation", "organisation type", "kind of organisation", "sector"),
    "legal_status": ("legal status", "legal form", "legal structure"),
    "year_incorporated": ("year founded", "founded", "established", "year incorporated", "date of registration"),
    "charity_number": ("registered charity number", "charity no", "charity reg no", "charity registration number"),
    "company_number": ("company no", "company registration number", "companies house number", "company reg no"),
    "email": ("e mail", "email address", "e mail address", "contact email", "public email", "mail"),
    "phone": (
        "telephone", "telephone number", "phone number", "tel", "tel no", "contact number", "contact phone", "mobile",
        "phone no",
    ),
    "website": ("web", "web address", "web site", "url", "homepage", "link", "web page"),
    "service": ("services", "service name", "name of service", "activity", "session", "programme"),
    "service_description": ("service description", "about the activity", "description of service"),
    "needs": ("need", "category", "categories", "topics", "themes", "service type", "tags"),
    "audiences": ("audience", "audiences", "who for", "who it is for", "target group", "client group", "beneficiaries"),
    "how": ("delivery", "how it is offered", "format"),
    "languages": ("language", "languages spoken"),
    "free": ("is it free", "free of charge"),
    "cost": ("costs", "price", "fee", "fees", "charge", "charges"),
    "eligibility": ("who can come", "eligibility", "criteria", "referral", "who can use it"),
    "venue": ("venue name", "location", "location name", "place", "building", "site", "where"),
    "address_1": ("address 1", "address line 1", "address1", "street", "street address", "postal address"),
    "address_2": ("address line 2", "address2"),
    "city": ("city", "town city", "town or city", "post town"),
    "region": ("county", "region"),
    "postcode": ("post code", "postal code", "zip", "pcode"),
    "latitude": ("lat", "y"),
    "longitude": ("lon", "long", "lng", "x"),
    "visibility": ("visibility", "privacy", "show address"),
    "access": ("accessibility", "disabled access", "access needs"),
    "area_served": ("areas served", "area covered", "areas covered", "wards", "ward", "catchment"),
    "hours": ("opening hours", "opening times", "times", "when", "days and times", "meeting times"),
    "wants": ("needs help with", "wanted", "looking for"),
    "supplies": ("sells", "can supply"),
}  # fmt: skip
LOOKED_AT: Final = 50  # rows
MOST_OF: Final = 0.7  # of the cells that say something must look like it
_LOOKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")),
    ("website", re.compile(r"(?i)(https?://|www\.)\S+")),
    ("phone", re.compile(r"(?:\+44|0)[\d ()-]{9,15}")),
)


def guessed(columns: Sequence[str], rows: Sequence[Mapping[str, str]], template: Mapping[str, str]) -> dict[str, str]:
    """Column -> what it seems to become; "" where nothing is known. ``template``: our own names of columns.

    Nothing stands twice that may stand once only.
    """
    found = dict.fromkeys(filter(None, columns), "")
    known = _by_word(template)
    taken: set[str] = set()

    def take(name: str, target: str) -> None:
        if target and not found[name] and (target in SEVERAL or target not in taken):
            found[name] = target
            taken.add(target)

    for name in found:  # exactly as in the template, before anything that only sounds like it
        take(name, template.get(name.casefold(), ""))
    for name in found:
        take(name, known.get(_plain(name), ""))
    for name, target in list(found.items()):
        if not target:
            take(name, _look(row.get(name, "") for row in rows[:LOOKED_AT]))
    return found


def _by_word(template: Mapping[str, str]) -> dict[str, str]:
    words = {_plain(name): target for name, target in template.items()}
    return {word: target for target, several in WORDS.items() for word in several} | words


def _plain(name: str) -> str:
    return fold(name.replace("_", " "))


def _look(cells: Iterable[str]) -> str:
    """What the cells look like, if nearly all of them do."""
    said = [cell.strip() for cell in cells if cell.strip()]
    if not said:
        return ""
    if sum(map(_is_postcode, said)) >= MOST_OF * len(said):
        return "postcode"
    return next(
        (to for to, look in _LOOKS if sum(bool(look.fullmatch(cell)) for cell in said) >= MOST_OF * len(said)), ""
    )


def _is_postcode(text: str) -> bool:
    """Whether it is written as one, and not merely understood as one."""
    try:
        return str(Postcode.parse(text)).replace(" ", "") == text.upper().replace(" ", "")
    except Invalid:
        return False
