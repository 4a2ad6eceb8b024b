"""Rows that the driver inserts are those that SQLAlchemy would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.infra import bulk
from directory.infra.db import Instant

THING = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("uuid", sa.Uuid()),
    sa.Column("at", Instant()),
    sa.Column("words", sa.JSON()),
    sa.Column("open", sa.Boolean()),
    sa.Column("far", sa.Float()),
    sa.Column("says", sa.String(), nullable=True),
)
DEFAULTED = sa.Table("defaulted", sa.MetaData(), sa.Column("n", sa.Integer), sa.Column("says", sa.String, default="x"))
NOON = datetime(2026, 6, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))
ROWS = [
    {"id": 1, "uuid": UUID(int=7), "at": NOON, "words": ["é", {"a": None}], "open": True, "far": 1.5, "says": None},
    {"says": "it's %s", "id": 2, "uuid": UUID(int=8), "at": NOON, "open": False, "far": 0.1, "words": {}},
]


def test_rows_are_read_as_they_were_given(session):
    THING.create(session.connection())
    bulk.insert(session, THING, ROWS)
    found = [dict(row._mapping) for row in session.execute(sa.select(THING).order_by(THING.c.id))]
    assert found == [{**row, "at": NOON.astimezone(UTC)} for row in ROWS]


def test_columns_that_are_left_out_are_empty(session):
    THING.create(session.connection())
    bulk.insert(session, THING, [{"id": 3, "says": "three"}])
    assert session.execute(sa.select(THING.c.id, THING.c.says, THING.c.far)).one() == (3, "three", None)


def test_no_rows_are_no_statement(session, statements):
    with statements() as seen:
        bulk.insert(session, THING, [])
    assert not seen


def test_a_naive_moment_is_refused(session):
    THING.create(session.connection())
    with pytest.raises(ValueError, match="time zone"):
        bulk.insert(session, THING, [{"id": 1, "at": datetime(2026, 6, 1, 12)}])  # noqa: DTZ001 - that is the point


def test_a_default_that_only_sqlalchemy_knows_is_not_forgotten(session):
    with pytest.raises(ValueError, match="says"):
        bulk.insert(session, DEFAULTED, [{"n": 1}])
