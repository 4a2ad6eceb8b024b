"""What this slice remembers: the extracts that staff took with columns that are not public."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class StaffExtract(Base):
    """An extract: who took it, what for, and which columns of which rows. The rows themselves are not kept."""

    __tablename__ = "staff_extract"
    __table_args__ = (sa.Index("ix_staff_extract_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID]
    purpose: Mapped[str]
    columns: Mapped[list[str]]  # the private ones, by name
    search: Mapped[str]  # as an address has it, "" for everything
    rows: Mapped[int]
    change: Mapped[int]  # the number of the last change that it has
