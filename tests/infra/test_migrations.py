"""The real migrations: they make what the models say, and can be taken back and made again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from directory.app import fill
from directory.infra import schema
from directory.infra.db import Base


def scripts():
    return list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())


def test_there_is_one_line_of_migrations_each_with_a_number_and_one_idea():
    line = list(reversed(scripts()))
    assert line, "there is no migration yet"
    assert all(script.down_revision == (line[at - 1].revision if at else None) for at, script in enumerate(line))
    assert [script.revision for script in line] == [f"{number:04}" for number in range(1, len(line) + 1)]
    assert all(script.doc and script.path.rpartition("/")[2].startswith(script.revision) for script in line)


def test_the_migrations_make_what_the_models_say(engine):
    fill()
    assert schema.differences(engine) == []


def test_each_migration_can_be_taken_back_and_made_again(database):
    fill()
    for script in scripts():
        schema.downgrade(database.url, script.down_revision or "base")
        schema.upgrade(database.url, script.revision)
        schema.downgrade(database.url, script.down_revision or "base")
    with database.engine.connect() as connection:
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version", "spatial_ref_sys"}
        assert left == set()
    schema.upgrade(database.url)
    assert schema.differences(database.engine) == []


@pytest.mark.parametrize("table", ["version", "fact", "job", "lease"])
def test_the_tables_of_the_infrastructure_are_among_the_models(table):
    fill()
    assert table in Base.metadata.tables
