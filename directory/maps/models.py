"""Pins, and for each zoom a grid of cells that counts them: a viewport costs the same in a city and a country.

Coordinates are whole microdegrees, so that sums are exact and taking a pin away leaves no trace.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class MapPin(Base):
    """One public point of an organisation: the place of offering ``n``, with what its popup says."""

    __tablename__ = "map_pin"
    __table_args__ = (
        sa.Index("ix_map_pin_y_x", "y", "x"),
        sa.Index("ix_map_pin_organization_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int]  # no foreign key: a cascade would take the pin and leave it counted in the cells
    n: Mapped[int]
    lat: Mapped[int]  # WGS 84 microdegrees
    lon: Mapped[int]
    x: Mapped[int]  # the cell at rules.FINEST
    y: Mapped[int]
    uuid: Mapped[UUID]  # the organisation's
    slug: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str]
    need: Mapped[str] = mapped_column(sa.String(60))  # the first need met there, for the icon
    place: Mapped[str]  # the venue, or the public address
    approximate: Mapped[bool]


class MapCell(Base):
    """How many pins lie in a cell, and the sums of their coordinates."""

    __tablename__ = "map_cell"
    __table_args__ = (sa.PrimaryKeyConstraint("z", "y", "x"), {"sqlite_with_rowid": False})

    z: Mapped[int]
    y: Mapped[int]
    x: Mapped[int]
    n: Mapped[int]
    lat_sum: Mapped[int] = mapped_column(sa.BigInteger)
    lon_sum: Mapped[int] = mapped_column(sa.BigInteger)
