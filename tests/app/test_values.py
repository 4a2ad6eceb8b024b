"""What a process holds: read once, and again when something else replaced it."""

from __future__ import annotations

from datetime import UTC, datetime

from directory.app import _runner, refresh
from directory.app.running import Running
from directory.infra import versions
from directory.infra.db import transaction
from directory.publishing.service import Surroundings


def test_what_a_process_holds_is_one_value_with_what_the_door_needs(app):
    running = app.extensions["directory"]
    assert isinstance(running, Running)
    assert isinstance(running.around, Surroundings)
    assert running.place.slug == "birmingham"


def test_nothing_is_read_again_while_nothing_changed(app, statements):
    before = app.extensions["directory"]
    refresh(app)  # what filters are counted on is made as a process begins
    with statements() as seen:
        refresh(app)
    assert app.extensions["directory"] is before
    assert len(seen) == 1


def test_areas_that_were_loaded_elsewhere_are_read_again(app):
    before = app.extensions["directory"]
    with app.app_context(), transaction() as session:
        versions.bump(session, "areas")
    refresh(app)
    after = app.extensions["directory"]
    assert after.areas is not before.areas
    assert after.geocoding is before.geocoding
    refresh(app)
    assert app.extensions["directory"] is after


def test_a_change_to_a_listing_reloads_nothing(app):
    before = app.extensions["directory"]
    with app.app_context(), transaction() as session:
        versions.bump(session, "changes")
    refresh(app)
    assert app.extensions["directory"] is before


def test_the_jobs_run_in_an_application_context(app):
    runner = _runner(app)
    for job in runner.due(datetime.now(UTC)):  # noqa: TID251 - as the command does
        assert runner.run(job.name, datetime.now(UTC)) is True  # noqa: TID251 - as above
