"""Areas: wards, postcode districts and other named shapes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class Area(Base):
    """One named shape. ``shape`` decides who is inside; the outlines are lighter, and are served as they are."""

    __tablename__ = "area"
    __table_args__ = (
        sa.Index("uq_area_code", "code", unique=True),
        sa.Index("ix_area_kind", "kind"),
        sa.CheckConstraint("west <= east AND south <= north", name="box_in_order"),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="in_degrees"),
        sa.CheckConstraint("code <> '' AND name <> ''", name="has_code_and_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str]
    label: Mapped[str]
    latitude: Mapped[float]  # of the label: a point well inside, WGS 84 degrees
    longitude: Mapped[float]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    shape: Mapped[bytes] = mapped_column(sa.LargeBinary)  # well-known binary, polygons, longitude first
    outline: Mapped[str] = mapped_column(sa.Text)  # a GeoJSON geometry, to about 20 m
    coarse: Mapped[str] = mapped_column(sa.Text)  # the same to about 500 m, for a whole county on one screen
    source: Mapped[str]  # what it was made from: equal again, it need not be made again
