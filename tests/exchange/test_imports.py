"""A moderator sends a spreadsheet, mends its faults, imports it and takes it back, in the browser."""

from __future__ import annotations

import stat
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from directory.exchange.jobs import import_files
from directory.infra import clock
from directory.infra.db import reading
from directory.publishing import queries as publishing
from tests.moderation.test_pages import press
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.pages import Page, soup_of

HEAD = ("Ref", "Organisation", "About", "Telephone", "Post code", "Services", "Show the place")
GOOD = (
    ("1", "Lantern Meals", "Hot suppers for whoever comes.", "0121 496 0123", "B11 1AA", "Supper club", "exact"),
    ("2", "Chess in the park", "Boards are brought.", "0121 496 0124", "B13 8AA", "Chess", ""),
)
ANSWERS = {"source": "Town hall list", "own": "yes", "visibility": "exact"}


def workbook(*rows, head=HEAD):
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    made = BytesIO()
    book.save(made)
    made.seek(0)
    return made


@pytest.fixture(params=KINDS)
def app(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param))


@pytest.fixture
def moderator(as_person):
    return as_person("moderator")


def send(client, file, name="groups.xlsx"):
    page = client.page("/moderate/imports")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    answer = client.post("/moderate/imports", data={"csrf_token": token, "file": (file, name)}, follow_redirects=True)
    return Page(answer, soup_of(answer))


def work(app):
    with app.app_context():
        return import_files(clock.now())


def listed(app):
    with app.app_context(), reading() as session:
        return sorted(str(change.what) for change in publishing.changes_since(session, 0, limit=100))


def uploads_of(app):
    return sorted(path for path in Path(app.instance_path, "uploads").glob("*"))


def test_a_spreadsheet_is_sent_checked_imported_and_taken_back(app, moderator):
    page = send(moderator, workbook(*GOOD))
    assert page.h1 == "What are the columns?"
    guessed = {
        select.find_parent("div").label.text: select.select_one("option[selected]")["value"]
        for select in page.soup.select("select")
    }
    assert guessed == {
        "Ref": "id",
        "Organisation": "name",
        "About": "description",
        "Telephone": "phone",
        "Post code": "postcode",
        "Services": "service",
        "Show the place": "visibility",
    }
    (rows,) = uploads_of(app)
    assert stat.S_IMODE(rows.stat().st_mode) == 0o600
    page = press(moderator, page, "/columns", **ANSWERS)
    assert "checked" in page.h1
    assert "Lantern Meals" in page.text
    assert listed(app) == []
    page = press(moderator, page, "/go")
    assert "is being imported" in page.h1
    work(app)
    path = page.response.request.path
    page = moderator.page(path)
    assert "imported" in page.h1
    assert listed(app) == ["added", "added"]
    assert uploads_of(app) == []
    page = press(moderator, page, "/undo")
    work(app)
    assert "taken back" in moderator.page(path).h1
    assert listed(app) == ["added", "added", "removed", "removed"]
