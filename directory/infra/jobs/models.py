"""What is known of each job, and who leads."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class JobState(Base):
    """One row a job, made when a runner first sees it."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    next_run_at: Mapped[datetime]
    last_started: Mapped[datetime | None]
    last_finished: Mapped[datetime | None]
    last_result: Mapped[str]  # what it said it did, or the kind of its failure
    failures: Mapped[int]  # in a row
    holder: Mapped[str] = mapped_column(sa.String(80))  # the process that runs it now, or ""
    lease_until: Mapped[datetime]


class Lease(Base):
    """Who may do what only one process may: the row ``jobs`` is the leader's."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(80))
    until: Mapped[datetime]
