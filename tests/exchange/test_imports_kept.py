"""What an import in the browser leaves behind: what was done by whom, whom to tell, and nothing else."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.accounts.models import SecurityEvent
from directory.core.errors import Forbidden
from directory.core.people import Acting, Role
from directory.exchange.models import Upload
from directory.exchange.service import uploads
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.publishing.service.undo import finish_undo
from tests.exchange.test_imports import app, checked, listed, moderator, text, work
from tests.moderation.test_pages import press
from tests.support.people import there

__all__ = ["app", "moderator"]  # fixtures, used by their names


def imported(app, moderator, *lines, **answers):
    """The page of a file that was imported."""
    page = checked(moderator, text(*lines), **answers)
    press(moderator, page, "/go")
    work(app)
    return moderator.page(page.response.request.path)


def test_who_imported_and_took_back_is_written_down(app, moderator):
    press(moderator, imported(app, moderator, "name,town", "Lantern,B"), "/undo")
    with app.app_context(), reading() as session:
        noted = session.execute(sa.select(SecurityEvent.what).where(SecurityEvent.log == "audit")).scalars().all()
    assert sorted(noted) == ["import", "undo-import"]


def test_nothing_of_a_cell_or_a_column_stays_when_a_file_was_imported(app, moderator):
    imported(app, moderator, "name,secret column", "Lantern,B")
    with app.app_context(), reading() as session:
        (upload,) = session.scalars(sa.select(Upload))
        assert (upload.opened, upload.chosen, upload.state) == ({}, {}, "done")
        assert upload.counts["new"] == 1


def test_those_whose_details_somebody_else_collected_are_written_down_to_be_told(app, moderator):
    page = imported(app, moderator, "name,email,postcode", "Lantern,lantern@example.org,B11 1AA", own="no")
    (to_tell,) = Path(app.instance_path, "imports").glob("*-to-tell.csv")
    assert stat.S_IMODE(to_tell.stat().st_mode) == 0o600
    assert [row[1:3] for row in csv.reader(to_tell.read_text().splitlines())][1:] == [
        ["Lantern", "lantern@example.org"]
    ]
    assert "not yet confirmed by the organisation" in moderator.page("/listings/lantern").text
    press(moderator, page, "/undo")
    work(app)
    assert not to_tell.exists()


def test_an_import_that_was_taken_back_by_the_command_meanwhile_is_taken_back(app, moderator):
    page = imported(app, moderator, "name,town", "Lantern,B")
    press(moderator, page, "/undo")
    with app.app_context(), transaction() as session:
        (run_id,) = session.scalars(sa.select(Upload.run_id))
        finish_undo(session, there(run_id), now=clock.now())
    work(app)
    assert moderator.page(page.response.request.path).h1 == "groups.csv : taken back"


def test_rows_that_are_gone_are_told_and_nothing_is_imported(app, moderator):
    page = checked(moderator, text("name,town", "Lantern,B"))
    press(moderator, page, "/go")
    for path in Path(app.instance_path, "uploads").glob("*.rows"):
        path.unlink()
    work(app)
    assert "Send it again" in moderator.page(page.response.request.path).text
    assert listed(app) == []


def test_the_service_asks_again_who_may(app):
    exporter = Acting(roles=frozenset({Role.EXPORTER}), second_factor=True, steward=True)
    with app.app_context():
        received = uploads.receive(Path(app.instance_path), text("name,town", "A,B"), "C:\\lists\\groups\x00.csv")
        assert received.file_name == "groups.csv"
        with pytest.raises(Forbidden), transaction() as session:
            uploads.remember(session, received, acting=exporter, now=clock.now())
        with pytest.raises(Forbidden), reading() as session:
            uploads.found(session, received.id, acting=exporter)


def test_the_list_of_imports_takes_as_many_statements_however_long(app, moderator, statements):
    counts = []
    for number in range(2):
        imported(app, moderator, "name,town", f"Group {number},B")
        checked(moderator, text("name,town", f"Other {number},B"))
        moderator.page("/moderate/imports")
        with statements() as seen:
            assert f"Group {number}" not in moderator.page("/moderate/imports").text
        counts.append(len(seen))
    assert counts == [5, 5], seen  # who asks, files on the way, runs, files of runs, what they found gone
