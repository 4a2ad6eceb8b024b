"""The tables of the index.

``search_organization`` and ``search_offering`` hold what a search orders by; ``search_words`` what it finds by. On
SQLite the words are text, indexed by the FTS5 table ``search_tokens``, and points by the R*Tree ``search_points``; on
PostgreSQL they are a ``tsvector`` with a GIN index, and points have a GiST index. Those are no tables that SQLAlchemy
knows: ``create`` and ``drop`` make and remove them, for migrations and for ``create_all``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base, table_of

# An INTEGER primary key is SQLite's own row number, of 64 bits; a BIGINT would be an index beside it.
NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS: Final = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
BYTES: Final = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")  # one order on both


class SearchOrganization(Base):
    """An organisation in the index; ``base`` is its rank and id, the head of its offerings' numbers."""

    __tablename__ = "search_organization"
    __table_args__ = (sa.Index("ix_search_organization_name_key", "name_key", "organization_id"),)

    organization_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    base: Mapped[int] = mapped_column(sa.BigInteger)
    name_key: Mapped[str] = mapped_column(BYTES)


class SearchOffering(Base):
    """An offering: its public point, and the words in which a match counts more. Narrow, so that reading is quick."""

    __tablename__ = "search_offering"
    number: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    latitude: Mapped[float | None]  # WGS 84 degrees
    longitude: Mapped[float | None]
    name: Mapped[str]
    service: Mapped[str]
    facets: Mapped[str] = mapped_column(server_default="")  # read when a process begins to count, never by a search


class SearchWords(Base):
    """Everything that an offering is found by."""

    __tablename__ = "search_words"
    number: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    tokens: Mapped[str] = mapped_column(WORDS)
    # PostgreSQL moves a long value out of a row only when the row is longer than 2 KB. The filler, which it then
    # stores in 35 bytes, makes every row so long: what is left are 75 bytes, and counting 35,000 matches takes
    # 13 ms instead of 44 (200,000 organisations).
    filler: Mapped[str] = mapped_column(server_default=sa.text("''"))


class SearchSaid(Base):
    """The words (folded) that an organisation says, with blanks between: they go when it goes (``rules.spelling``)."""

    __tablename__ = "search_said"
    organization_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str]


class SearchVocabulary(Base):
    """A word, and how many organisations say it."""

    __tablename__ = "search_vocabulary"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it
    word: Mapped[str] = mapped_column(BYTES, primary_key=True)
    organizations: Mapped[int]


class SearchSpelling(Base):
    """A word of the vocabulary, by what is left of it when a letter goes."""

    __tablename__ = "search_spelling"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it
    key: Mapped[str] = mapped_column(BYTES, primary_key=True)
    word: Mapped[str] = mapped_column(BYTES, primary_key=True)


class SearchUnmet(Base):
    """How many searches found nothing for a need, from a postcode district, in a week (``rules.unmet``)."""

    __tablename__ = "search_unmet"
    week: Mapped[date] = mapped_column(primary_key=True)  # its Monday
    district: Mapped[str] = mapped_column(sa.String(10), primary_key=True)  # "" when nobody said where
    need: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    nearby: Mapped[bool] = mapped_column(primary_key=True)  # there was something, but further away
    searches: Mapped[int]


SQLITE: Final = (
    """CREATE VIRTUAL TABLE search_tokens USING fts5(
        tokens, content='search_words', content_rowid='number', detail=none, columnsize=0,
        tokenize="ascii tokenchars '=:*-_'"
    )""",
    "CREATE VIRTUAL TABLE search_points USING rtree(number, west, east, south, north)",
)
SQLITE_DROP: Final = ("DROP TABLE IF EXISTS search_tokens", "DROP TABLE IF EXISTS search_points")
POSTGRES: Final = (
    "ALTER TABLE search_words SET (toast_tuple_target = 128)",
    "ALTER TABLE search_words ALTER COLUMN tokens SET STORAGE EXTERNAL",
    "ALTER TABLE search_words ALTER COLUMN filler SET STORAGE MAIN",
    "ALTER TABLE search_words ALTER COLUMN filler SET DEFAULT repeat(' ', 2048)",
    "CREATE INDEX ix_search_words_tokens ON search_words USING gin (tokens) WITH (gin_pending_list_limit = 512)",
    """CREATE INDEX ix_search_offering_point ON search_offering
        USING gist (point(longitude, latitude)) WHERE latitude IS NOT NULL""",
)
POSTGRES_DROP: Final = (
    "DROP INDEX IF EXISTS ix_search_words_tokens",
    "DROP INDEX IF EXISTS ix_search_offering_point",
)


def create(connection: Connection) -> None:
    """Make what SQLAlchemy does not know of, once the tables are there. For migrations."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Remove what ``create`` made, before the tables go. For migrations."""
    for statement in SQLITE_DROP if connection.dialect.name == "sqlite" else POSTGRES_DROP:
        connection.exec_driver_sql(statement)


def _after_create(_table: sa.Table, connection: Connection, **_how: Any) -> None:
    create(connection)


def _before_drop(_table: sa.Table, connection: Connection, **_how: Any) -> None:
    drop(connection)


# The last of the three in the order of creation: SQLAlchemy makes tables that do not refer to each other by name.
event.listen(table_of(SearchWords), "after_create", _after_create)
event.listen(table_of(SearchWords), "before_drop", _before_drop)
