"""What a monitor is told: whether the site could answer a reader, and else what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.core.errors import Unavailable
from directory.infra.db import db, transaction


def test_it_is_ready_when_database_schema_and_index_are(client):
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "schema": "ok", "index": "ok", "postcodes": "ok"}


def test_it_is_not_ready_when_the_index_takes_too_long(app, client, monkeypatch):
    def slow(*_):
        raise Unavailable("The search took too long.")

    monkeypatch.setattr(type(app.extensions["directory"].index), "find", slow)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json["index"] == "does not answer"


@pytest.mark.parametrize("mapped", [False, True])
def test_without_postcodes_it_is_not_ready_and_searches_rest_until_they_are_there(app, client, mapped):
    file = Path(app.instance_path) / "postcodes.index"
    near = "/search?near=B12+9QR"
    if mapped:
        assert client.get(near).status_code == 200
    whole = file.resolve()
    file.unlink()
    file.write_bytes(whole.read_bytes()[:1_000_000])
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "database": "ok",
        "schema": "ok",
        "index": "ok",
        "postcodes": "missing or broken",
    }
    page = client.page(near, status=200 if mapped else 503)  # what is mapped stays, whatever became of the name
    assert mapped or page.response.headers["Retry-After"] == "30"
    assert client.get("/").status_code == 200
    file.unlink()
    file.symlink_to(whole)
    assert (client.get("/ready").status_code, client.get(near).status_code) == (200, 200)


def test_it_is_not_ready_on_another_schema(app, client):
    with app.app_context(), transaction(db.engine) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json["schema"] == "newer"
