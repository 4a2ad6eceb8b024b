"""Deleted for good: no byte stays in the database's files, the log, the index or the caches."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.core.errors import Forbidden
from directory.infra.db import reading, transaction
from directory.infra.sqlite_files import database_path
from directory.listings.rules.record import Address, Identifier, Phone, Visibility
from directory.moderation.models import Erasure
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import ReportKind, Telling
from directory.moderation.service import decide, erase, merge, reports
from directory.publishing import queries as published
from tests.moderation.cast import MODERATOR, PERSON, STEWARD, as_seen, listed, sent
from tests.support.people import there
from tests.support.records import NOON, an_id, given_location, given_record

# Words that stand nowhere else, one for each way in which something of a listing is kept.
WORDS = ("quixotry", "zebedeemews", "gobbledygook", "persnickety", "kerfuffle", "bamboozle", "lollygag")
HIDDEN = given_location(
    "A house",
    visibility=Visibility.HIDDEN,
    point=None,
    addresses=(Address(id=an_id("a"), address_1="7 Zebedeemews", city="Birmingham", postal_code="B13 9SA"),),
)
RECORD = given_record(
    "Quixotry Club",
    HIDDEN,
    given_location("Persnickety Hall"),
    description="Gobbledygook for all.",
    phones=(Phone(id=an_id("p"), number="0121 496 0999"),),
    identifiers=(Identifier(id=an_id("i"), scheme="GB-CHC", value="1999999"),),
)
LARDER = given_record("Kerfuffle Larder", given_location("Kerfuffle place"))
STAYS = given_record("Sparkbrook Choir", given_location("Choir hall"))


def lived(engine, around):
    """A listing to which everything happened that leaves something behind."""
    with transaction(engine) as session:
        listed(session, around, STAYS, RECORD, LARDER)
        listed(session, around, replace(RECORD, name="Bamboozle Club"))
        listed(session, around, RECORD)
    with transaction(engine) as session:
        change = sent(session, around, replace(RECORD, description="Lollygag."), Kind.CHANGE, words="Gobbledygook")
        seen = as_seen(session, RECORD.id)
        decide.ask(session, change.id, as_seen=seen, words="Quixotry, really?", acting=MODERATOR, now=NOON)
        telling = Telling(kind=ReportKind.WRONG, words="Bamboozle", email="", language="en", once="r")
        reports.report(session, RECORD.id, telling, now=NOON)
    with transaction(engine) as session:
        keep, lose = (there(published.current(session, one.id)).version for one in (RECORD, LARDER))
        sides = (RECORD.id, keep), (LARDER.id, lose)
        merge.merge(session, *sides, {}, acting=MODERATOR, around=around, now=NOON)


def bytes_of(engine):
    """Everything in the database's file and its log."""
    path = database_path(engine)
    assert path is not None
    files = [path, Path(f"{path}-wal")]
    return b"".join(file.read_bytes() for file in files if file.exists()).lower()


def erased(engine, around):
    with transaction(engine) as session:
        erase.erase(session, RECORD.id, acting=MODERATOR, around=around, forget=(), now=NOON)
    return erase.clean(engine, transaction, NOON)


def test_no_byte_stays_in_the_files(databases):
    engine = databases["sqlite"].engine
    around = surroundings_of(engine)
    lived(engine, around)
    before = bytes_of(engine)
    assert [word for word in WORDS if word.encode() not in before] == []
    assert erased(engine, around) == 2
    after = bytes_of(engine)
    assert [word for word in (*WORDS, "496 0999", "1999999") if word.encode() in after] == []
    assert b"sparkbrook choir" in after


def surroundings_of(engine):
    from tests.support.around import surroundings  # noqa: PLC0415 - the fixture is for both databases

    return surroundings(engine)


def test_a_reader_who_needs_the_log_makes_it_wait_and_the_job_tries_again(databases):
    engine = databases["sqlite"].engine
    around = surroundings_of(engine)
    lived(engine, around)
    with reading(engine) as reader:
        reader.execute(sa.text("SELECT count(*) FROM organization")).scalar()
        assert erased(engine, around) == 0
    assert erase.clean(engine, transaction, NOON) == 2
    assert erase.clean(engine, transaction, NOON) == 0
    assert b"quixotry" not in bytes_of(engine)


def test_no_row_of_any_table_stays(engine, around):
    lived(engine, around)
    assert erased(engine, around) == 2
    with reading(engine) as session:
        for name in sa.inspect(session.connection()).get_table_names():
            rows = repr([tuple(row) for row in session.execute(sa.text(f'SELECT * FROM "{name}"'))]).lower()
            assert [word for word in WORDS if word in rows] == [], name
        assert published.published_count(session) == 1
        assert [change.what for change in published.changes_since(session, 0, limit=99)][-1] == "removed"
        assert session.scalars(sa.select(Erasure.cleaned_at)).all() == [NOON, NOON]


def postgres_bytes(engine):
    """Everything in the files of one PostgreSQL database, once what is in memory was written."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        (folder,) = connection.exec_driver_sql("SHOW data_directory").one()
        (number,) = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").one()
    return b"".join(file.read_bytes() for file in (Path(folder) / "base" / str(number)).iterdir()).lower()


def test_no_byte_stays_in_the_tables_and_indexes_of_postgres(databases):
    engine = databases["postgres"].engine
    around = surroundings_of(engine)
    lived(engine, around)
    before = postgres_bytes(engine)
    assert [word for word in WORDS if word.encode() not in before] == []
    erased(engine, around)
    after = postgres_bytes(engine)
    assert [word for word in WORDS if word.encode() in after] == []


def test_only_a_moderator_deletes_for_good(session, around):
    listed(session, around, RECORD)
    with pytest.raises(Forbidden):
        erase.erase(session, RECORD.id, acting=STEWARD, around=around, forget=(), now=NOON)


def test_what_was_withdrawn_long_ago_can_be_deleted_too(session, around):
    from directory.publishing.service import withdraw  # noqa: PLC0415 - one test needs it

    listed(session, around, RECORD)
    withdraw(session, [RECORD.id], actor=PERSON, around=around, now=NOON)
    erase.erase(session, RECORD.id, acting=MODERATOR, around=around, forget=(), now=NOON)
    assert published.revisions(session, RECORD.id) == []
