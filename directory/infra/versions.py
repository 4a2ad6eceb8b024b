"""Numbers that rise when something published changes: what caches and ETags are keyed on."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.infra import plain
from directory.infra.db import Base

_RAISE = sa.text(
    "INSERT INTO version (name, number) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET number = version.number + 1 RETURNING number"
)

_PUT = sa.text(
    "INSERT INTO version (name, number) VALUES (:name, :number)"
    " ON CONFLICT (name) DO UPDATE SET number = excluded.number"
)


class Version(Base):
    """``changes`` is the number of the last published change; the others count.

    ``areas`` and ``terms`` their loads, ``sources`` how often feeds were added or removed.
    """

    __tablename__ = "version"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger)


def bump(session: Session, name: str) -> int:
    """Raise the number called ``name`` by one, from 0; what it is now. Its row is locked until the commit."""
    return int(session.execute(_RAISE, {"name": name}).scalar_one())


def current(session: Session) -> dict[str, int]:
    """Every number by its name; a name that was never raised is missing. One statement."""
    return dict(plain.rows(session, "SELECT name, number FROM version"))


def put(session: Session, name: str, number: int) -> None:
    """Set the number called ``name``: the door gives change numbers itself, many in one transaction."""
    session.execute(_PUT, {"name": name, "number": number})
