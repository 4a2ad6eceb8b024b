"""The record of one organisation, as it is proposed to the door and as it is published.

Shaped like HSDS 3.0 (https://docs.openreferral.org/), with the additions of ``docs/adr``. Every object carries a UUID
that survives import. The values are frozen: a change is a new record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from directory.core.geo import Point
from directory.core.hours import Schedule


class Visibility(StrEnum):
    """How much of a location the public may see."""

    EXACT = "exact"
    APPROXIMATE = "approximate"  # public point: centre of the postcode sector; public address: the outward code
    HIDDEN = "hidden"  # no point, no address, only "serves ..."


class Found(StrEnum):
    """How a point was found."""

    SURVEYED = "surveyed"
    ADDRESS = "address"
    POSTCODE = "postcode"
    SECTOR = "sector"
    DISTRICT = "district"
    NEIGHBOURHOOD = "neighbourhood"
    BY_HAND = "by-hand"
    SOURCE = "source"  # the feed or file gave it


class SourceKind(StrEnum):
    """Where a record came from."""

    SELF_LISTED = "self-listed"
    REGISTER = "register"
    FEED = "feed"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who gave the record: ``name`` is a source's stable key ("ccew"), ``id`` its identifier there."""

    kind: SourceKind
    name: str = ""
    id: str = ""
    fetched_at: datetime | None = None  # aware, UTC


@dataclass(frozen=True, slots=True)
class Provider:
    """Another directory that gives records: what it is called, on what terms, and the address of its API."""

    title: str
    licence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number in a register, by its org-id.guide list code: ("GB-CHC", "1000003")."""

    id: UUID
    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A public telephone number as people write it."""

    id: UUID
    number: str
    kind: str = "voice"  # HSDS type: text, voice, fax, cell, video, pager, textphone
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A public way to reach a role, not a person."""

    id: UUID
    name: str = ""
    title: str = ""
    email: str = ""
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language a service is offered in: an ISO 639 code and its English name."""

    id: UUID
    code: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOption:
    """What it costs: ``amount`` in ``currency`` (ISO 4217), or words in ``option``."""

    id: UUID
    option: str = ""
    amount: float | None = None
    currency: str = "GBP"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea:
    """Where people may live to use a service.

    ``code`` is an area's code ("E05011118", "B12"), ``*place`` for the whole place, ``*everywhere`` for anywhere.
    """

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A fact without a field of its own, or a term of a foreign taxonomy: ``term`` is what that was published under."""

    id: UUID
    label: str
    value: str
    taxonomy: str = ""
    term: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address, HSDS names; ``postal_code`` written with its space."""

    id: UUID
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    region: str = ""
    state_province: str = ""
    postal_code: str = ""
    country: str = "GB"

    def lines(self) -> tuple[str, ...]:
        """The lines that are not empty, top to bottom, without the country."""
        parts = (
            self.address_1,
            self.address_2,
            self.city,
            self.region,
            self.state_province,
            self.postal_code,
        )
        return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where. ``point`` and ``addresses`` are the true ones in a proposal, the public ones once published."""

    id: UUID
    name: str = ""
    location_type: str = "physical"  # physical, postal or virtual
    visibility: Visibility = Visibility.EXACT
    point: Point | None = None
    precision_m: float | None = None  # how far off the point may be, metres; 0 only if surveyed
    found: Found | None = None
    addresses: tuple[Address, ...] = ()
    description: str = ""
    transportation: str = ""
    accessibility: tuple[str, ...] = ()  # slugs: step-free, hearing-loop, accessible-toilet, parking ...
    accessibility_note: str = ""
    phones: tuple[Phone, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """One service at one location, or with no location, for an area. HSDS: service_at_location.

    Empty ``schedules`` or ``phones`` mean those of the service.
    """

    id: UUID
    location_id: UUID | None = None
    description: str = ""
    schedules: tuple[Schedule, ...] = ()
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What an organisation does for people."""

    id: UUID
    name: str
    description: str = ""
    alternate_name: str = ""
    url: str = ""
    email: str = ""
    status: str = "active"
    needs: tuple[str, ...] = ()  # slugs of the taxonomy
    audiences: tuple[str, ...] = ()  # slugs: children, young-people, older-people, carers ...
    how: tuple[str, ...] = ()  # in-person, online, phone, visits-you
    eligibility: str = ""
    minimum_age: float | None = None
    maximum_age: float | None = None
    application_process: str = ""
    fees: str = ""
    free: bool | None = None  # None: not said
    referral: str = ""  # "", self, professional
    cost_options: tuple[CostOption, ...] = ()
    languages: tuple[Language, ...] = ()
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    offerings: tuple[Offering, ...] = ()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A short dated text: "moved to St Agatha's until May"."""

    text: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What a group says of today, until it expires by itself: ``available``, ``waiting-list``, ``full``, ``closed``."""

    status: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One organisation with everything it offers."""

    id: UUID
    name: str
    source: Source
    kind: str = "community-group"  # slug of the kinds file
    alternate_name: str = ""
    description: str = ""
    email: str = ""
    website: str = ""
    legal_status: str = ""
    year_incorporated: int | None = None
    identifiers: tuple[Identifier, ...] = ()
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    locations: tuple[Location, ...] = ()
    services: tuple[Service, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    notice: Notice | None = None
    today: Today | None = None
    wants: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()
    assured_at: datetime | None = None  # aware, UTC; confirmed right by a steward or moderator
    review_due_at: datetime | None = None
