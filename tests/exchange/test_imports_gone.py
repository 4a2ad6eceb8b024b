"""What the newest file of a list lacks is shown to a moderator, taken out when they say so, and put back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from directory.accounts.models import SecurityEvent
from directory.core.errors import Forbidden
from directory.core.people import Acting, Role
from directory.exchange.service import uploads
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.publishing import queries as publishing
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.exchange.test_imports import app, moderator, work
from tests.exchange.test_imports_kept import imported
from tests.moderation.test_pages import press
from tests.support.records import an_id

__all__ = ["app", "moderator"]  # fixtures, used by their names
HEAD = "id,name,town,postcode,show the place"
ROWS = tuple(f"{at},Group {at},Birmingham,B11 1AA,approximate" for at in range(1, 6))


@pytest.fixture
def gone(app, moderator):
    """The page of a newer file that lacks two of five."""
    imported(app, moderator, HEAD, *ROWS)
    imported(app, moderator, HEAD, *ROWS[:3])
    return moderator.page(f"/moderate/imports/{newest(app)}/gone")


def newest(app):
    """The number of the last line in the log of imports."""
    with app.app_context(), reading() as session:
        return publishing.import_runs(session, limit=1)[0].id


def names(app):
    """What is published, by its name."""
    with app.app_context(), reading() as session:
        uuids = {change.organization_uuid for change in publishing.changes_since(session, 0, limit=100)}
        found = [publishing.current(session, uuid) for uuid in uuids]
        return {one.record.name: one.record for one in found if one}


def test_what_is_gone_is_shown_taken_out_and_put_back(app, moderator, gone):
    before = names(app)
    assert gone.h1 == "Not in the file any more"
    assert [link for link in gone.links if link.startswith("Group")] == ["Group 4", "Group 5"]
    assert "more than a third" in gone.text
    assert "2 listings are not in it any more" in moderator.page("/moderate/imports").links
    page = press(moderator, gone, "/gone")
    assert page.h1 == "groups.csv : what is not in it any more is being taken out"
    assert "0 of 2 listings" in page.text
    work(app)
    page = moderator.page(page.response.request.path)
    assert page.h1 == "groups.csv : what is not in it any more was taken out"
    assert "Taken out 2" in page.text
    assert "next file of this list" in page.text
    assert set(names(app)) == {"Group 1", "Group 2", "Group 3"}
    assert "what is gone was taken out" in moderator.page("/moderate/imports").text
    assert "There is nothing to take out." in moderator.page(gone.response.request.path).text
    page = press(moderator, page, "/undo")
    assert "is being put back" in page.h1
    work(app)
    assert moderator.page(page.response.request.path).h1 == "groups.csv : what was taken out was put back"
    assert names(app) == before, "pins and all"


def test_whoever_presses_twice_takes_out_once_and_it_is_written_down(app, moderator, gone):
    first, second = (press(moderator, gone, "/gone").response.request.path for _ in range(2))
    assert first == second
    work(app)
    with app.app_context(), reading() as session:
        noted = session.scalars(sa.select(SecurityEvent.what).where(SecurityEvent.log == "audit")).all()
        assert sorted(noted) == ["drop-import", "import", "import"]
        assert [run.mapping for run in publishing.import_runs(session)] == ["what is gone", "browser", "browser"]


def test_what_changed_since_the_page_was_shown_is_looked_at_again(app, moderator, gone):
    around = app.extensions["directory"].around
    edited = names(app)["Group 5"]
    with app.app_context(), transaction() as session:
        person = Actor(ActorKind.PERSON, "1")
        publish(session, [replace(edited, description="Ours")], actor=person, around=around, now=clock.now())
    page = press(moderator, gone, "/gone")
    assert (page.status, "changed while you were looking" in page.text) == (409, True)
    assert "1 of them was changed, confirmed or claimed here since, and stays" in page.text
    press(moderator, page, "/gone")
    work(app)
    assert "Group 5" in names(app)


def test_a_newer_file_that_comes_meanwhile_knows_better(app, moderator, gone):
    path = press(moderator, gone, "/gone").response.request.path
    with app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE upload SET state = 'done' WHERE state = 'importing'"))
    imported(app, moderator, HEAD, *ROWS[:4])
    with app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE upload SET state = 'importing' WHERE run_id IS NULL"))
    work(app)
    page = moderator.page(path)
    assert "Another file of this list came meanwhile" in page.text
    assert "Put them back" not in page.text
    assert "Group 4" in names(app)
    assert moderator.get(gone.response.request.path).status_code == 409


def test_an_import_that_knows_of_nothing_gone_shows_nothing(app, moderator):
    imported(app, moderator, HEAD, *ROWS)
    number = newest(app)
    assert "There is nothing to take out." in moderator.page(f"/moderate/imports/{number}/gone").text
    assert moderator.get(f"/moderate/imports/{number + 9}/gone").status_code == 404
    assert "not in it any more" not in moderator.page("/moderate/imports").text


def test_the_service_asks_again_who_may_take_out(app):
    exporter = Acting(person_id=an_id("x"), roles=frozenset({Role.EXPORTER}), second_factor=True, steward=True)
    with app.app_context(), pytest.raises(Forbidden), transaction() as session:
        uploads.take_out(session, 1, 1, acting=exporter, now=clock.now())
