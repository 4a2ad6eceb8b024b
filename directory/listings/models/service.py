"""Services, locations, and the offerings that join them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base
from directory.listings.models.columns import IN_DEGREES, Owned, link, link_index


class Service(Owned, Base):
    """What an organisation does for people."""

    __tablename__ = "service"
    __table_args__ = (
        sa.Index("uq_service_uuid", "uuid", unique=True),
        sa.Index("ix_service_last_modified_id", "last_modified", "id"),
        sa.CheckConstraint("minimum_age >= 0 AND maximum_age >= minimum_age", name="ages_in_order"),
        sa.CheckConstraint("status IN ('active', 'inactive', 'defunct', 'temporarily closed')", name="known_status"),
    )

    name: Mapped[str]
    alternate_name: Mapped[str]
    description: Mapped[str]
    url: Mapped[str]
    email: Mapped[str]
    status: Mapped[str] = mapped_column(sa.String(20))
    eligibility_description: Mapped[str]
    minimum_age: Mapped[float | None]
    maximum_age: Mapped[float | None]
    application_process: Mapped[str]
    fees_description: Mapped[str]
    free: Mapped[bool | None]
    referral: Mapped[str] = mapped_column(sa.String(20))
    last_modified: Mapped[datetime]


class Location(Owned, Base):
    """Where, as far as the public may know: the point of an approximate place is its sector's centre."""

    __tablename__ = "location"
    __table_args__ = (
        sa.Index("uq_location_uuid", "uuid", unique=True),
        sa.CheckConstraint(IN_DEGREES, name="in_degrees"),
        sa.CheckConstraint("visibility IN ('exact', 'approximate', 'hidden')", name="known_visibility"),
        sa.CheckConstraint("visibility <> 'hidden' OR latitude IS NULL", name="hidden_has_no_point"),
        sa.CheckConstraint("precision_m >= 0", name="precision_in_metres"),
        sa.CheckConstraint("location_type IN ('physical', 'postal', 'virtual')", name="known_type"),
    )

    name: Mapped[str]
    location_type: Mapped[str] = mapped_column(sa.String(20))
    visibility: Mapped[str] = mapped_column(sa.String(20))
    latitude: Mapped[float | None]  # WGS 84 degrees
    longitude: Mapped[float | None]
    precision_m: Mapped[float | None]  # how far off the point may be
    found: Mapped[str | None] = mapped_column(sa.String(20))
    description: Mapped[str]
    transportation: Mapped[str]
    accessibility_note: Mapped[str]
    url: Mapped[str]
    areas: Mapped[list[str]]  # codes of the areas that hold the public point


class ConfidentialLocation(Base):
    """The true point and address of an approximate or hidden location. No public query may join this table.

    A row serves the versions of the organisation from ``since_version`` on, until the next row: undo needs the former.
    """

    __tablename__ = "confidential_location"
    __table_args__ = (
        sa.CheckConstraint(IN_DEGREES, name="in_degrees"),
        sa.Index("ix_confidential_location_organization_uuid", "organization_uuid"),
    )

    location_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    since_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organization_uuid: Mapped[UUID]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision_m: Mapped[float | None]
    found: Mapped[str | None] = mapped_column(sa.String(20))
    addresses: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


class ServiceAtLocation(Owned, Base):
    """An offering: one service at one location, or with none, for an area."""

    __tablename__ = "service_at_location"
    __table_args__ = (
        sa.Index("uq_service_at_location_uuid", "uuid", unique=True),
        link_index("service_at_location", "location_id"),
    )

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = link("location")
    description: Mapped[str]
