"""A search that found nothing is counted, and what was typed is written nowhere."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from directory.app import write_counts
from directory.infra.db import db, reading
from directory.search.service.unmet import Unmet, unmet

TYPED = "Marlowe Wintergreen zither"
LONG_AGO = date(2020, 1, 6)


@pytest.fixture
def engine_of_app(app):
    with app.app_context():
        yield db.engine


def counted(engine):
    with reading(engine) as session:
        return unmet(session, since=LONG_AGO)


def every_row(engine):
    """Every row of every table, as text."""
    with engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')):
                yield f"{table} {tuple(row)!r}\n"


def test_what_found_nothing_is_written_by_need_and_district_and_a_get_writes_nothing(app, client, engine_of_app):
    for n in range(5):
        client.get(f"/search?q=hungry&near=B11+1AA&within=0.1&x={n}")
        client.get(f"/search?q={TYPED}&x={n}")
        client.get(f"/search?q=kitchen&page=99&x={n}")
    assert counted(engine_of_app) == ([], 0)
    write_counts(app)
    assert counted(engine_of_app) == ([Unmet("", "*other", 5, 0), Unmet("B11", "food", 5, 0)], 0)


def test_nothing_of_what_was_typed_is_in_the_database(app, client, engine_of_app):
    client.get(f"/search?q={TYPED}&near=B11+1AA")
    write_counts(app)
    whole = "".join(every_row(engine_of_app)).lower()
    assert "search_unmet" in whole
    assert not any(word.lower() in whole for word in (*TYPED.split(), "B11 1AA"))


def test_a_country_whose_districts_are_not_drawn_counts_by_the_nearest_postcode(make_app):
    app = make_app(place="uk")
    client = app.test_client()
    for n in range(5):
        client.get(f"/search?q=hungry&near=M1+1AE&within=0.1&x={n}")
    write_counts(app)
    with app.app_context():
        assert counted(db.engine) == ([Unmet("M1", "food", 5, 0)], 0)
