"""A shortlist: listings that somebody chose, to keep, print or pass on. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import segno

from directory.browse.views import carried
from directory.browse.views.contacts import Contact
from directory.browse.views.listing import ListingPage, Seen, listing_page
from directory.listings.queries import Coded
from directory.listings.rules.codec import filled
from directory.listings.rules.codes import MOST, Listed, code_of
from directory.listings.rules.record import Record
from directory.web.addresses import address
from directory.web.words import gettext as _
from directory.web.words import ngettext

LONGEST_BODY: Final = 1_500  # characters of a message: some programs cut a longer address


@dataclass(frozen=True, slots=True)
class Item:
    """One listing of the list: its page, every telephone number on it, and the list without it."""

    code: str
    page: ListingPage
    url: str
    phones: tuple[Contact, ...]
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """Everything that the shortlist's page and its print sheet show."""

    items: tuple[Item, ...]
    count: str
    notes: tuple[str, ...]
    own_url: str
    full_url: str
    print_url: str
    csv_url: str
    clear_url: str
    mail_url: str
    text_url: str


def shortlist(
    listed: Listed, found: Sequence[Coded], pages: Mapping[int, Mapping[str, Any]], gone: AbstractSet[str], seen: Seen
) -> Shortlist:
    """The shortlist of an address: ``found`` and their stored ``pages``; ``gone`` are codes that were withdrawn."""
    toggles = carried.Toggles(address("browse.shortlist"))
    items = tuple(_item(coded, pages[coded.id], toggles, seen) for coded in found if coded.id in pages)
    own = _with_list("browse.shortlist", listed.codes)
    full = carried.with_list(address("browse.shortlist", absolute=True), listed.codes)
    return Shortlist(
        items=items,
        count=ngettext("%(num)s organisation", "%(num)s organisations", len(items)),
        notes=tuple(_notes(listed, {item.code for item in items}, gone)),
        own_url=own,
        full_url=full,
        print_url=_with_list("browse.shortlist_sheet", listed.codes),
        csv_url=carried.with_list(address("browse.shortlist") + ".csv", listed.codes),
        clear_url=address("browse.shortlist"),
        mail_url=f"mailto:?subject={quote(_('A list of local help'))}&body={quote(_message(items, full))}",
        text_url=f"sms:?&body={quote(full)}",  # with both signs it is understood by every kind of telephone
    )


def _with_list(endpoint: str, codes: tuple[str, ...]) -> str:
    return carried.with_list(address(endpoint), codes)


def _item(coded: Coded, page: Mapping[str, Any], toggles: carried.Toggles, seen: Seen) -> Item:
    shown = listing_page({**page, "record": filled(Record, page["record"])}, seen)
    code = code_of(coded.uuid)
    return Item(
        code=code,
        page=shown,
        url=carried.carry(address("browse.listing", slug=coded.slug)),
        phones=_phones(shown),
        remove_url=toggles.url(code).partition("#")[0],
    )


def _phones(page: ListingPage) -> tuple[Contact, ...]:
    """Each number once: the organisation's first, then those of its services and places."""
    among = [*page.contacts]
    for service in page.services:
        among += service.contacts
        for held in service.held:
            among += held.contacts
    once: dict[str, Contact] = {}
    for contact in among:
        if contact.icon == "phone":
            once.setdefault(contact.text, contact)
    return tuple(once.values())


def _notes(listed: Listed, there: AbstractSet[str], gone: AbstractSet[str]) -> Iterator[str]:
    """What became of the rest, so that nobody thinks the list is whole."""
    left = [code for code in listed.codes if code not in there]
    withdrawn = sum(code in gone for code in left)
    unknown = len(left) - withdrawn
    if withdrawn:
        yield ngettext(
            "%(num)s listing of this list has left the directory.",
            "%(num)s listings of this list have left the directory.",
            withdrawn,
        )
    if unknown:
        yield ngettext(
            "%(num)s listing of this list is not known here. Check that the whole address was copied.",
            "%(num)s listings of this list are not known here. Check that the whole address was copied.",
            unknown,
        )
    if listed.left_out:
        yield _(
            "A part of the address could not be read, or the list is longer than %(most)s listings: "
            "the rest is left out.",
            most=MOST,
        )


def _message(items: Sequence[Item], url: str) -> str:
    """The list as plain text for a message: its address, then each name and number as far as there is room."""
    lines = [url, ""]
    for at, item in enumerate(items):
        told = [item.page.name, *(phone.text for phone in item.phones[:1])]
        if sum(map(len, [*lines, *told])) > LONGEST_BODY:
            lines.append(_("and %(number)s more", number=len(items) - at))
            break
        lines += [*told, ""]
    return "\r\n".join(lines).strip()


def qr_picture(url: str) -> str:
    """A QR code of ``url`` as a picture in a ``data:`` address, black on white, with its quiet zone."""
    code = segno.make(url, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, dark="#000", light="#fff"))
