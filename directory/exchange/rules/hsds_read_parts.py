"""Rows that hang on services, locations and organisations as parts of a record."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final

from directory.core.contact.online import tidy_email
from directory.core.contact.phone import tidy_phone
from directory.core.errors import Invalid
from directory.core.hours import Schedule
from directory.core.hours.schedule import checked, parse_byday, parse_bymonthday
from directory.core.identifiers import slug
from directory.core.postcode import Postcode
from directory.exchange.rules.hsds_attributes import Attributes
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_parts import NOT_KNOWN, NOT_PUBLISHED, STATISTICAL
from directory.exchange.rules.hsds_rows import Row
from directory.exchange.rules.hsds_schedule import hours_of
from directory.exchange.rules.hsds_tables import Tables
from directory.exchange.rules.hsds_told import Told
from directory.listings.rules import record as r
from directory.listings.rules.codec import decode
from directory.search.rules.near import EVERYWHERE, WHOLE_PLACE

KINDS: Final = ("voice", "text", "fax", "cell", "video", "pager", "textphone")
WEEK: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_CODE: Final = 40
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,39}")
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
PHONE_LINKS: Final = ("contact", "service_at_location", "location", "service", "organization")


def clock(text: str) -> time:
    """A time of day; its offset says nothing that the place does not. Raises ValueError."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    return time(int(found[1]) % 24, int(found[2]))


class Parts:
    """Reads parts with what they need: the tables, what attributes say, and the place."""

    def __init__(self, tables: Tables, attributes: Attributes, view: View, told: Told) -> None:
        self.tables, self.attributes, self.view, self.told = tables, attributes, view, told
        self._slugs = {term.name.casefold(): term.slug for term in view.terms.access.values()}

    def phones(self, table: str, identifier: str) -> tuple[r.Phone, ...]:
        """The telephones of a thing: one that names several things belongs to the smallest of them."""
        return tuple(
            self._phone(row)
            for row in self.tables.of("phone", f"{table}_id", identifier)
            if self._owner(row) == table and self.told.text(row, "number")
        )

    def _owner(self, row: Row) -> str:
        return next((name for name in PHONE_LINKS if self.tables.one(name, row.get(f"{name}_id"))), "")

    def _phone(self, row: Row) -> r.Phone:
        given = self.told.text(row, "number").strip("\"' ")
        try:
            number = tidy_phone(given)
        except Invalid:
            number = given
            self.told.wrong(row, "number", "not a number that can be dialled here; kept as it came")
        if extension := self.told.text(row, "extension"):
            number = f"{number} ext {extension}"
        return r.Phone(
            id=self.tables.uuid(row), number=number, kind=self.told.one_of(row, "type", KINDS),
            description=self.told.text(row, "description"),
        )  # fmt: skip

    def contacts(self, rows: Sequence[Row]) -> tuple[r.Contact, ...]:
        """Contacts with their telephones."""
        found = []
        for row in rows:
            email = self.told.parsed(row, "email", tidy_email, "not an e-mail address") or ""
            found.append(
                r.Contact(
                    id=self.tables.uuid(row), name=self.told.text(row, "name"), title=self.told.text(row, "title"),
                    email=email, phones=self.phones("contact", row.id),
                )
            )  # fmt: skip
        return tuple(found)

    def schedules(self, rows: Sequence[Row]) -> tuple[Schedule, ...]:
        """Schedules; one that no calendar could mean is left out, and told."""
        return tuple(found for row in rows if (found := self._schedule(row)))

    def _schedule(self, row: Row) -> Schedule | None:
        told = self.told
        try:
            if rule := self.attributes.facts_of(row.id).fact("rule"):
                row.settle()  # the rule says all of it
                return checked(decode(Schedule, json.loads(rule)))
            values = self._fields(row)
            return checked(Schedule(**values))
        except (ValueError, TypeError, KeyError, Invalid) as wrong:
            row.settle()
            told.wrong(row, getattr(wrong, "field", "freq"), "no calendar could mean this; the schedule is left out")
            return None

    def _fields(self, row: Row) -> dict[str, Any]:
        told = self.told
        if row.get("weekday"):
            return {"freq": "WEEKLY", "byday": (_weekday(row.get("weekday")),), **self._times(row)}
        if row.get("start_date"):
            closed = row.get("closed").lower() in {"true", "1", "t", "yes", "y"}
            days = {"valid_from": self._date(row, "start_date"), "valid_to": self._date(row, "end_date")}
            return {**days, "closed": closed, **self._times(row)}
        zone = told.parsed(row, "timezone", float, "hours from UTC")
        if zone not in {None, hours_of(self.view.offset)}:
            told.wrong(row, "timezone", f"times are taken for those of {self.view.place}")
        notes = [told.text(row, name) for name in ("notes", "attending_type", "schedule_link")]
        return {
            "freq": row.get("freq").upper() or None,
            "interval": int(row.get("interval") or 1),
            "byday": parse_byday(row.get("byday")),
            "bymonthday": parse_bymonthday(row.get("bymonthday")),
            "wkst": row.get("wkst").upper() or "MO",
            "count": int(row.get("count")) if row.get("count") else None,
            **{name: self._date(row, name) for name in ("dtstart", "until", "valid_from", "valid_to")},
            **self._times(row),
            "description": told.text(row, "description"),
            "notes": " ".join(filter(None, notes)),
        }

    def _times(self, row: Row) -> dict[str, time | None]:
        return {name: self.told.parsed(row, name, clock, "a time as HH:MM") for name in ("opens_at", "closes_at")}

    def _date(self, row: Row, name: str) -> date | None:
        return self.told.parsed(row, name, lambda text: date.fromisoformat(text[:10]), "a date as YYYY-MM-DD")

    def areas(self, service: str) -> tuple[r.ServiceArea, ...]:
        """Served areas, by the code of an area where they have one."""
        found = []
        for row in self.tables.of("service_area", "service_id", service):
            extent, name = self.told.text(row, "extent"), self.told.text(row, "name")
            special = {self.view.place_slug: WHOLE_PLACE, "everywhere": EVERYWHERE}
            code = special.get(extent) or (
                extent if _CODE.fullmatch(extent) and row.get("extent_type") == "text" else ""
            )
            if not code and name.casefold() == self.view.place.casefold():
                code = WHOLE_PLACE
            code = code or slug(name or extent, row.id)[:LONGEST_CODE]
            if (address := self.told.text(row, "uri")) and address != STATISTICAL + code:  # else the code says it
                self.told.leave(row, "uri")
            found.append(r.ServiceArea(id=self.tables.uuid(row), code=code, name=name or extent))
        return tuple(found)

    def languages(self, service: str) -> tuple[r.Language, ...]:
        """Languages that have a code or a name."""
        found = []
        known = {term.name.casefold(): term.slug for term in self.view.terms.languages.values()}
        for row in self.tables.of("language", "service_id", service):
            name = self.told.text(row, "name")
            code = self.told.text(row, "code")[:20] or known.get(name.casefold(), "")
            if not code and not name:
                self.told.wrong(row, "code", "it says no language; left out")
                continue
            note = self.told.text(row, "note")
            found.append(r.Language(id=self.tables.uuid(row), code=code, name=name, note=note))
        return tuple(found)

    def costs(self, service: str) -> tuple[r.CostOption, ...]:
        """Prices."""
        found = []
        for row in self.tables.of("cost_option", "service_id", service):
            amount = self.told.parsed(row, "amount", _amount, "an amount of money")
            found.append(
                r.CostOption(
                    id=self.tables.uuid(row), option=self.told.text(row, "option"), amount=amount,
                    currency=(row.get("currency").upper() or "GBP")[:3],
                    description=self.told.text(row, "amount_description"),
                )
            )  # fmt: skip
        return tuple(found)

    def addresses(self, location: str) -> tuple[r.Address, ...]:
        """Addresses, without what was made up for want of it."""
        return tuple(self._address(row) for row in self.tables.of("address", "location_id", location))

    def _address(self, row: Row) -> r.Address:
        said = self.attributes.facts_of(row.id)
        if row.get("address_type").lower() not in {"", "physical"}:
            self.told.wrong(row, "address_type", "kept as an address of the place")
        names = ("address_1", "address_2", "city", "region", "state_province")
        values = {name: said.given(name, self.told.text(row, name)) for name in names}
        rest = [values["address_2"], self.told.text(row, "address_3"), self.told.text(row, "address_4")]
        values["address_2"] = ", ".join(filter(None, rest))
        if values["address_1"] == NOT_PUBLISHED:
            values["address_1"] = ""
        country = self.told.text(row, "country").upper()
        return r.Address(
            id=self.tables.uuid(row), **values, postal_code=self._postcode(row, said.given("postal_code", "given")),
            country=country if re.fullmatch("[A-Z]{2}", country) else "GB",
        )  # fmt: skip

    def _postcode(self, row: Row, given: str) -> str:
        text = self.told.text(row, "postal_code")
        if not given or text == NOT_KNOWN:
            return ""
        try:
            return str(Postcode.parse(text))
        except Invalid:
            return text[:20]

    def accessibility(self, location: str) -> tuple[tuple[str, ...], str]:
        """What a place has, as terms of ours, and the rest in words."""
        slugs, words = [], []
        for row in self.tables.of("accessibility", "location_id", location):
            said = self.told.text(row, "description")
            known = self._slugs.get(said.casefold()) or (said if said in self.view.terms.access else "")
            if known:
                slugs.append(known)
            words += [] if known or not said else [said]
            words += filter(None, [self.told.text(row, "details"), self.told.text(row, "url")])
        return tuple(dict.fromkeys(slugs)), " ".join(dict.fromkeys(words))


def _amount(text: str) -> float:
    found = float(text)
    if not 0 <= found < 1e9:
        raise ValueError(text)
    return found


def _weekday(text: str) -> str:
    """1 is Monday, as we read HSDS 1.1, which does not say; or a name. Raises ValueError or Invalid."""
    if text.isdigit():
        return WEEK[(int(text) - 1) % 7]
    return parse_byday(text)[0]
