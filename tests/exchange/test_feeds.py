"""A second directory harvests the first over real HTTP, and again after changes: both then say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.app import refresh
from directory.exchange.cli.importing import undo
from directory.exchange.jobs import JOBS
from directory.exchange.models import FeedItem
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules import record as r
from directory.moderation.models import Suggestion
from directory.moderation.rules.states import State
from directory.moderation.service import decide, erase
from directory.publishing import queries as published
from tests.exchange.feed_site import LICENCE, TITLE, follow, harvested, said, served
from tests.exchange.oruk_site import NOW, asked, put, take
from tests.exchange.test_hsds_round_trip import comparable, package
from tests.moderation.cast import MODERATOR, as_seen
from tests.support.apps import INSTALLED, SAMPLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_location, given_record

LATER = NOW + timedelta(days=1)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("directory.exchange.service.harvest.PAUSE_S", 0)


@pytest.fixture
def ours(kind, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, kind), reads_a_minute="0", feeds_allow="127.0.0.1")


@pytest.fixture
def theirs(kind, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, kind, also="-theirs"), reads_a_minute="0")


def groups(number):
    return [given_record(f"Group {n}", given_location(f"Hall {n}")) for n in range(number)]


def waiting(app):
    """The suggestions that wait: the name that each proposes, and its batch."""
    with app.app_context(), reading() as session:
        rows = session.scalars(sa.select(Suggestion).where(Suggestion.state == State.WAITING))
        return [(row.summary, row.batch) for row in rows]


def published_record(app, record):
    with app.app_context(), reading() as session:
        found = published.current(session, record.id)
    assert found
    return found.record


def run_job(app, now):
    (job,) = [job for job in JOBS if job.name == "harvest-feeds"]
    with app.app_context():
        return job.run(now)


def test_the_sample_is_harvested_and_both_packages_are_the_same(kind, databases, make_app, ours):
    theirs = make_app(databases.copy_of(SAMPLED, kind), reads_a_minute="0")
    with served(theirs) as url:
        follow(ours, url)
        assert "151 new" in harvested(ours)
        assert comparable(package(ours)) == comparable(package(theirs))
        # The ETag of their list holds for a minute.
        assert harvested(ours) in {"solihull: not modified\n", "solihull: nothing new\n"}


def test_changes_and_removals_arrive(ours, theirs):
    first = groups(5)
    bare = replace(given_record("Nothing yet"), services=())
    put(theirs, *first, bare)
    with served(theirs) as url:
        follow(ours, url)
        assert "6 new" in harvested(ours)
        assert comparable(package(ours)) == comparable(package(theirs))
        changed = replace(first[0], name="Group zero", services=(replace(first[0].services[0], name="Soup"),))
        put(theirs, changed, given_record("Newcomer"), now=LATER)
        take(theirs, first[1], bare, now=LATER)
        assert "1 new, 1 changed, 2 removed" in harvested(ours)
        assert comparable(package(ours)) == comparable(package(theirs))


def test_what_the_feed_says_of_a_listing_that_we_confirmed_is_a_suggestion(ours, theirs):
    (group,) = groups(1)
    put(theirs, group)
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
        put(ours, replace(group, email="we@example.org", assured_at=NOW))
        put(theirs, replace(group, name="Theirs"), now=LATER)
        assert "1 suggested" in harvested(ours)
        assert asked(ours, f"organizations/{group.id}")["name"] == "Group 0"
        assert waiting(ours) == [("Theirs", "feed solihull")]
        put(theirs, replace(group, name="Theirs again"), now=LATER + timedelta(hours=2))
        harvested(ours)
        assert waiting(ours) == [("Theirs again", "feed solihull")]  # the former one says what nobody says any more


def test_a_listing_of_ours_that_comes_back_from_a_neighbour_is_left_as_it_is(ours, theirs):
    hidden = given_location("Refuge", visibility=r.Visibility.HIDDEN, point=None, addresses=())
    home = r.Address(id=an_id("home"), address_1="3 Example Close", city="Birmingham", postal_code="B13 9SA")
    near = given_location("Flat", visibility=r.Visibility.APPROXIMATE, point=None, addresses=(home,))
    own = given_record("Ours", hidden, near, given_location("Hall"), assured_at=NOW)
    put(ours, own)
    public = published_record(ours, own)
    shown = tuple(place for place in public.locations if place.visibility is not r.Visibility.HIDDEN)
    given = replace(public, locations=tuple(replace(place, visibility=r.Visibility.EXACT) for place in shown))
    offers = tuple(
        replace(each, location_id=None if each.location_id == hidden.id else each.location_id)
        for each in given.services[0].offerings
    )
    given = replace(given, services=(replace(given.services[0], offerings=offers),))
    put(theirs, given)
    with served(theirs) as url:
        follow(ours, url)
        assert "nothing new" in harvested(ours)
        assert waiting(ours) == []
        put(theirs, replace(given, name="Theirs"), now=LATER)
        assert "1 suggested" in harvested(ours)
    with ours.app_context(), reading() as session:
        (row,) = session.scalars(sa.select(Suggestion))
        proposed = row.record
    assert published_record(ours, own) == public
    around = ours.extensions["directory"].around
    with ours.app_context(), transaction() as session:
        seen = as_seen(session, own.id)
        decide.accept(session, row.id, as_seen=seen, acting=MODERATOR, around=around, now=LATER)
    accepted = published_record(ours, own)
    assert accepted.name == "Theirs"
    assert {place.id: place.visibility for place in accepted.locations} == {
        place.id: place.visibility for place in own.locations
    }
    assert str(hidden.id) in proposed
    assert str(near.id) in proposed


def test_what_a_feed_drops_stays_when_somebody_here_edited_it(ours, theirs):
    first, second = groups(2)
    put(theirs, first, second)
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
        put(ours, replace(first, email="we@example.org"))
        take(theirs, first, second, now=LATER)
        assert "1 removed, 1 edited here" in harvested(ours)
    assert [each["name"] for each in asked(ours, "organizations")["contents"]] == ["Group 0"]


def test_a_listing_says_where_it_is_from_and_on_what_terms(ours, theirs):
    (group,) = groups(1)
    put(theirs, group)
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
    page = ours.test_client().get("/listings/group-0").text
    said_once = f"From {TITLE}, not yet confirmed by the organisation."
    assert said_once not in page  # this process has not looked whether feeds were added
    refresh(ours)
    page = ours.test_client().get("/listings/group-0").text
    assert said_once in page
    assert f"Data from {TITLE}. Licence: {LICENCE}." in page
    assert f"Listings from {TITLE}. Licence: {LICENCE}." in ours.test_client().get("/attributions").text


def test_feeds_are_listed_and_removed_with_their_listings(ours, theirs):
    first, second = groups(2)
    put(theirs, first, second)
    with served(theirs) as url:
        follow(ours, url)
        assert "never" in said(ours, "list").output
        harvested(ours)
    listed = said(ours, "list").output
    assert all(words in listed for words in (url, TITLE, LICENCE, "2 services", "2 new"))
    again = said(ours, "add", url, "--title", TITLE, "--licence", LICENCE, "--name", "solihull")
    assert again.exit_code == 1
    put(ours, replace(first, email="we@example.org"))
    assert "1 listings went, 1 stay as edited here" in said(ours, "remove", "solihull").output
    assert [each["name"] for each in asked(ours, "organizations")["contents"]] == ["Group 0"]
    assert said(ours, "list").output == ""
    assert said(ours, "remove", "solihull").exit_code == 1


def test_the_job_harvests_what_is_due_and_nothing_else(ours, theirs):
    put(theirs, *groups(2))
    assert run_job(ours, clock.now()) == "no feed is due"
    with served(theirs) as url:
        follow(ours, url)
        assert "2 new" in run_job(ours, clock.now())
        assert run_job(ours, clock.now()) == "no feed is due"
        assert "solihull" in run_job(ours, clock.now() + timedelta(hours=25))


def test_what_was_deleted_here_for_good_does_not_come_back(ours, theirs):
    first, second = groups(2)
    put(theirs, first, second)
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
        here = ours.extensions["directory"]
        with ours.app_context(), transaction() as session:
            erase.expire(session, first.id, around=here.around, forget=here.forget, now=LATER)
        with ours.app_context(), reading() as session:
            assert not [each for each in session.scalars(sa.select(FeedItem.body)) if "Group 0" in each]
        put(theirs, replace(first, name="Group 0 again"), now=LATER)
        harvested(ours)
    assert [each["name"] for each in asked(ours, "organizations")["contents"]] == ["Group 1"]


def test_a_harvest_is_an_import_that_can_be_undone(ours, theirs):
    put(theirs, *groups(2))
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
    with ours.app_context():
        assert "2 removed" in CliRunner().invoke(undo, ["1"]).output
    assert asked(ours, "organizations")["total_items"] == 0


def undo_last(app):
    """Take the last import back; what is said."""
    with app.app_context(), reading() as session:
        number = published.import_runs(session)[0].id
    with app.app_context():
        return CliRunner().invoke(undo, [str(number)]).output


def test_undoing_a_harvest_brings_back_what_it_took_out_for_a_week(ours, theirs, monkeypatch):
    first, second = groups(2)
    put(theirs, first, second)
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
        before = comparable(package(ours))
        take(theirs, first, now=LATER)
        put(theirs, replace(second, name="Group 1 anew"), now=LATER)
        assert "1 changed, 1 removed" in harvested(ours)
        assert "0 removed, 2 put back, 0 left" in undo_last(ours)
        assert comparable(package(ours)) == before
        put(theirs, given_record("Newcomer"), now=LATER + timedelta(hours=1))
        assert harvested(ours).strip() == "solihull: 1 new"  # nobody is asked to undo it again the next day
        assert len(asked(ours, "organizations")["contents"]) == 3
        week = clock.now() + timedelta(days=8)
        monkeypatch.setattr("directory.exchange.cli.feeds.clock.now", lambda: week)
        assert "1 removed" in harvested(ours)
    assert [each["name"] for each in asked(ours, "organizations")["contents"]] == ["Group 1", "Newcomer"]


def lose_and_bring_back(ours, theirs, url, group):
    """Harvest ``group`` and harvest its absence, and undo that."""
    follow(ours, url)
    harvested(ours)
    take(theirs, group, now=LATER)
    harvested(ours)
    undo_last(ours)


def test_what_an_undo_brought_back_goes_at_once_when_somebody_says_so(ours, theirs):
    first, second = groups(2)
    put(theirs, first, second)
    with served(theirs) as url:
        lose_and_bring_back(ours, theirs, url, first)
        assert "1 removed" in harvested(ours, "--removals")


def test_what_an_undo_brought_back_is_in_step_again_when_the_feed_has_it_again(ours, theirs):
    first, second = groups(2)
    put(theirs, first, second)
    with served(theirs) as url:
        lose_and_bring_back(ours, theirs, url, first)
        put(theirs, first, now=LATER + timedelta(hours=1))
        assert "nothing new" in harvested(ours)
        take(theirs, first, now=LATER + timedelta(hours=2))
        assert "1 removed" in harvested(ours)  # a new absence, which nobody undid
        assert comparable(package(ours)) == comparable(package(theirs))


def test_a_harvest_that_only_takes_out_can_be_undone_too(ours, theirs):
    (group,) = groups(1)
    put(theirs, group)
    with served(theirs) as url:
        follow(ours, url)
        harvested(ours)
        take(theirs, group, now=LATER)
        assert "1 removed" in harvested(ours)
    assert "1 put back" in undo_last(ours)
    assert asked(ours, f"organizations/{group.id}")["name"] == "Group 0"
