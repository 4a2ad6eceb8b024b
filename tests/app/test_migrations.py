"""The real migrations: they make what the models say, and can be taken back and made again."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from directory.app import COMPOSITION, fill
from directory.infra import clock, schema, standing
from directory.infra.cli.session import opened
from directory.infra.db import Base
from directory.publishing.rules import TextKind, line_number
from tests.support.apps import INSTALLED, settings_for
from tests.support.databases import KINDS


def scripts():
    return list(ScriptDirectory(str(standing.MIGRATIONS)).walk_revisions())


def test_there_is_one_line_of_migrations_each_with_a_number_and_one_idea():
    line = list(reversed(scripts()))
    assert line, "there is no migration yet"
    assert all(script.down_revision == (line[at - 1].revision if at else None) for at, script in enumerate(line))
    assert [script.revision for script in line] == [f"{number:04}" for number in range(1, len(line) + 1)]
    assert all(script.doc and script.path.rpartition("/")[2].startswith(script.revision) for script in line)


def test_the_migrations_make_what_the_models_say(engine):
    fill()
    assert schema.differences(engine) == []


def with_the_sample(databases, kind, instance):
    """A set-up database with listings in it, so that nearly every table has rows."""
    database = databases.copy_of(INSTALLED, kind)
    take_the_steps(database, instance)
    return database


def take_the_steps(database, instance):
    """What `directory upgrade` does after a migration."""
    with opened(settings_for(database.url, instance)) as work:
        for step in COMPOSITION.steps():
            step.run(work, lambda _done, _of: None)


def counts(engine):
    """How many rows each table of the models has."""
    with engine.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
        tables = [table for name, table in Base.metadata.tables.items() if name in there]
        return {table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


@pytest.mark.parametrize("kind", KINDS)
def test_each_migration_can_be_taken_back_and_made_again_with_rows_in_the_tables(kind, databases, instance):
    fill()
    database = with_the_sample(databases, kind, instance)
    with database.engine.begin() as connection:
        row = {"organization_uuid": uuid4(), "why": "paused", "name": "Choir", "version": 1, "since": clock.now()}
        connection.execute(sa.insert(Base.metadata.tables["absence"]).values(row))
    assert sum(number > 0 for number in counts(database.engine).values()) > 30  # all but what people send and do
    for script in scripts():
        before = counts(database.engine)
        schema.downgrade(database.url, script.down_revision or "base")
        stood = counts(database.engine)  # what the migration makes itself is filled by the steps that follow it
        schema.upgrade(database.url, script.revision)
        kept = {name: number for name, number in counts(database.engine).items() if name in stood}
        if script.down_revision:
            # tables that later migrations make are not there yet
            assert kept == {name: before[name] for name in kept}, f"{script.revision} loses rows"
        schema.downgrade(database.url, script.down_revision or "base")
    with database.engine.connect() as connection:
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    assert left == set()
    schema.upgrade(database.url)
    assert schema.differences(database.engine) == []


@pytest.mark.parametrize("kind", KINDS)
def test_lines_of_files_move_to_the_other_texts_and_back(kind, databases, instance):
    database = with_the_sample(databases, kind, instance)

    def rows(table):
        with database.engine.connect() as connection:
            return connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY number")).all()

    before = {row.number: row for row in rows("stored_text")}
    offerings = [row.number for row in rows("search_offering")]
    schema.downgrade(database.url, "0018")
    lines = rows("extract_line")
    assert [line.number for line in lines] == offerings
    assert len(lines) > 100
    for line in lines:
        of_each = [before.pop(line_number(kind, line.number)) for kind in (TextKind.LINE, TextKind.FEATURE)]
        assert [row.text for row in of_each] == [line.csv, line.feature]
        assert {(row.organization_id, row.slug) for row in of_each} == {(line.organization_id, line.slug)}
    assert {row.number: row for row in rows("stored_text")} == before
    stood = rows("stored_text")
    schema.upgrade(database.url)
    texts = rows("stored_text")
    assert len(texts) == len(stood) + 2 * len(lines)
    schema.downgrade(database.url, "0018")
    assert (rows("stored_text"), rows("extract_line")) == (stood, lines)
    schema.upgrade(database.url)
    assert rows("stored_text") == texts


@pytest.mark.parametrize("kind", KINDS)
def test_an_upgrade_makes_the_lines_of_files_that_its_migration_leaves_empty(kind, databases, instance):
    database = with_the_sample(databases, kind, instance)
    before = counts(database.engine)
    schema.downgrade(database.url, "0003")
    schema.upgrade(database.url)
    assert counts(database.engine)["stored_text"] == 0
    take_the_steps(database, instance)
    assert counts(database.engine) == before


@pytest.mark.parametrize("table", ["version", "fact", "job", "lease"])
def test_the_tables_of_the_infrastructure_are_among_the_models(table):
    fill()
    assert table in Base.metadata.tables
