"""``directory areas list``."""

from functools import partial

import pytest
from flask import Flask

from directory.areas import cli
from directory.areas.models import Area
from directory.areas.service import load_geojson
from directory.infra.db import Base, reading, table_of, transaction
from directory.infra.place import load_place
from directory.infra.versions import Version


@pytest.fixture
def engine(databases):
    return databases["sqlite"].engine


@pytest.fixture
def run(engine, monkeypatch):
    tables = [table_of(model) for model in (Area, Version)]
    Base.metadata.create_all(engine, tables=tables)
    monkeypatch.setattr(cli, "reading", partial(reading, engine))
    app = Flask(__name__)

    def invoke(*arguments):
        with app.app_context():
            return app.test_cli_runner().invoke(cli.areas, [*arguments])

    return invoke


def test_areas_are_listed_by_kind(run, engine, shared_file):
    file = shared_file("birmingham_wards_2022_bgc.geojson")
    with transaction(engine) as session:
        load_geojson(
            session, file, kind="ward", code_field="WD22CD", name_field="WD22NM", box=load_place("birmingham").box
        )
    lines = run("list", "--kind", "ward").output.splitlines()
    assert len(lines) == 69
    assert lines[0].split(maxsplit=2) == ["ward", "E05011118", "Acocks Green"]


def test_no_areas_name_the_commands_that_make_them(run):
    done = run("list")
    assert done.exit_code == 0
    assert "directory init" in done.output
