"""The databases that tests get: fresh, migrated, the same on both kinds, and counted right."""

import pytest
import sqlalchemy as sa

from directory.infra import standing
from directory.infra.db import transaction
from directory.infra.standing import Standing

MAKE = sa.text("CREATE TABLE mark (n integer)")
ADD = sa.text("INSERT INTO mark VALUES (1)")
COUNT = sa.text("SELECT count(*) FROM mark")


@pytest.mark.parametrize("again", [1, 2])
def test_each_test_gets_a_migrated_database_of_its_own(engine, again):
    assert standing.of_engine(engine) is Standing.CURRENT
    with transaction(engine) as session:
        session.execute(MAKE)  # would fail if the other test's were still here


def test_a_session_is_thrown_away_at_the_end(database, request):
    with transaction(database.engine) as session:
        session.execute(MAKE)
    request.getfixturevalue("session").execute(ADD)
    assert request.getfixturevalue("session").scalar(COUNT) == 1


def test_statements_are_counted_without_begin(session, statements):
    session.execute(MAKE)
    with statements() as seen:
        session.execute(ADD)
        session.execute(COUNT)
    session.execute(COUNT)
    assert len(seen) == 2, seen


def test_statements_of_one_engine_are_told_from_those_of_another(databases, statements):
    with statements(databases["sqlite"].engine) as seen:
        for kind in ("sqlite", "postgres"):
            with databases[kind].engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
    assert seen == ["SELECT 1"]


def test_postgres_has_trigrams_and_knows_letters_with_accents(databases):
    with databases["postgres"].engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT similarity('advice', 'advise')")) > 0.3
        assert connection.scalar(sa.text("SELECT lower('É')")) == "é"
