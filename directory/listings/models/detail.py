"""The parts of services, locations and organisations that HSDS keeps in tables of their own.

A part that may belong to several things has one nullable reference for each; with none it is the organisation's.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base
from directory.listings.models.columns import Owned, link, link_indexes


class Address(Owned, Base):
    """A public postal address of a location."""

    __tablename__ = "address"
    __table_args__ = link_indexes("address", "location_id")

    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id", ondelete="CASCADE"))
    address_1: Mapped[str]
    address_2: Mapped[str]
    city: Mapped[str]
    region: Mapped[str]
    state_province: Mapped[str]
    postal_code: Mapped[str] = mapped_column(sa.String(20))
    country: Mapped[str] = mapped_column(sa.String(2))
    address_type: Mapped[str] = mapped_column(sa.String(10))


class Accessibility(Owned, Base):
    """One thing that a location has for people who need it: ``step-free``, ``hearing-loop`` ..."""

    __tablename__ = "accessibility"
    __table_args__ = (
        *link_indexes("accessibility", "location_id"),
        sa.Index("ix_accessibility_slug_location_id", "slug", "location_id"),
    )

    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(sa.String(40))
    details: Mapped[str]


class Schedule(Owned, Base):
    """When, in the place's wall time: the RFC 5545 fields of HSDS. ``closed`` rows are exceptions (ours)."""

    __tablename__ = "schedule"
    __table_args__ = (
        *link_indexes("schedule", "service_id", "service_at_location_id"),
        sa.CheckConstraint("freq IN ('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')", name="known_freq"),
        sa.CheckConstraint("interval > 0", name="interval_counts"),
        sa.CheckConstraint("valid_to >= valid_from", name="valid_in_order"),
    )

    service_id: Mapped[int | None] = link("service")
    service_at_location_id: Mapped[int | None] = link("service_at_location")
    freq: Mapped[str | None] = mapped_column(sa.String(10))
    interval: Mapped[int]
    wkst: Mapped[str] = mapped_column(sa.String(2))
    byday: Mapped[str] = mapped_column(sa.String(120))
    bymonthday: Mapped[str] = mapped_column(sa.String(120))
    dtstart: Mapped[date | None]
    until: Mapped[date | None]
    count: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    description: Mapped[str]
    notes: Mapped[str]
    closed: Mapped[bool]
    by_appointment: Mapped[bool]


class ServiceArea(Owned, Base):
    """Where people may live to use a service: an area's code, ``*place`` or ``*everywhere``."""

    __tablename__ = "service_area"
    __table_args__ = (*link_indexes("service_area", "service_id"), sa.Index("ix_service_area_code", "code"))

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]


class Contact(Owned, Base):
    """A public way to reach a role."""

    __tablename__ = "contact"
    __table_args__ = link_indexes("contact", "service_id")

    service_id: Mapped[int | None] = link("service")
    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str]


class Phone(Owned, Base):
    """A public telephone number, as people write it."""

    __tablename__ = "phone"
    __table_args__ = link_indexes("phone", "service_id", "location_id", "service_at_location_id", "contact_id")

    service_id: Mapped[int | None] = link("service")
    location_id: Mapped[int | None] = link("location")
    service_at_location_id: Mapped[int | None] = link("service_at_location")
    contact_id: Mapped[int | None] = link("contact")
    number: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(20))
    description: Mapped[str]


class Language(Owned, Base):
    """A language that a service is offered in."""

    __tablename__ = "language"
    __table_args__ = (
        *link_indexes("language", "service_id"),
        sa.Index("ix_language_code_service_id", "code", "service_id"),
    )

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str]
    note: Mapped[str]


class CostOption(Owned, Base):
    """What a service costs: an amount, or words."""

    __tablename__ = "cost_option"
    __table_args__ = (
        *link_indexes("cost_option", "service_id"),
        sa.CheckConstraint("amount >= 0", name="amount_is_paid_by_people"),
    )

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"))
    option: Mapped[str]
    amount: Mapped[float | None]
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_description: Mapped[str]


OF_TERM: Final = ("taxonomy_term_id", "owner_id", "service_id")
HAS_TERM: Final = sa.text("taxonomy_term_id IS NOT NULL")


class Attribute(Owned, Base):
    """A term of a taxonomy that holds for a service, or a fact without a field of its own."""

    __tablename__ = "attribute"
    __table_args__ = (
        *link_indexes("attribute", "service_id", "term_uuid"),
        # The services of each term, in the order of lists: a page of them is read from it alone.
        sa.Index("ix_attribute_term_owner_service", *OF_TERM, sqlite_where=HAS_TERM, postgresql_where=HAS_TERM),
    )

    service_id: Mapped[int | None] = link("service")
    taxonomy_term_id: Mapped[int | None] = mapped_column(sa.ForeignKey("taxonomy_term.id"), default=None)
    label: Mapped[str]
    value: Mapped[str]
    taxonomy: Mapped[str]
    term_uuid: Mapped[UUID | None] = mapped_column(default=None)  # what a term that is not ours was published under
