"""A few things to remember of an installation as a whole: which place it is, whether its sample was loaded."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.core.errors import Conflict
from directory.infra.db import Base


class Fact(Base):
    """A fact by its name: ``place`` is the slug of the place, ``sample`` is how far the sample is."""

    __tablename__ = "fact"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str]


def fact(session: Session, name: str) -> str:
    """The fact called ``name``, or "" when nobody noted it."""
    return session.scalar(sa.select(Fact.value).where(Fact.name == name)) or ""


def note(session: Session, name: str, value: str) -> None:
    """Remember that ``name`` is ``value``."""
    session.merge(Fact(name=name, value=value))
    session.flush()


def settle(session: Session, place: str) -> bool:
    """Note that the database holds ``place`` (a slug); whether that is new. Raises Conflict if it holds another."""
    held = fact(session, "place")
    if held and held != place:
        raise Conflict(
            f"This database holds the place {held!r}, and the settings say {place!r}. "
            "Each place needs a database of its own: set DIRECTORY_PLACE or DIRECTORY_DATABASE_URL."
        )
    if held:
        return False
    note(session, "place", place)
    return True
