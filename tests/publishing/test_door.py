"""Everything published goes through the door: written, numbered, remembered and found, or nothing at all."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.infra import versions
from directory.infra.db import reading, transaction
from directory.listings import queries as listings
from directory.listings.rules.record import Address, Record, Visibility
from directory.publishing import queries
from directory.publishing.rules import Actor, ActorKind, What
from directory.publishing.service import Surroundings, hours, publish, withdraw
from directory.publishing.service.places import asked, waiting
from tests.support.records import NOON, an_id, given_location, given_record, records

ACTOR = Actor(ActorKind.PERSON, "7")


def published(session: Session, around: Surroundings, *proposals: Record):
    return publish(session, proposals, actor=ACTOR, around=around, now=NOON)


def test_a_record_is_read_back_from_the_tables_as_it_was_published(session, around):
    record = given_record("Kitchen", given_location())
    (outcome,) = published(session, around, record)
    assert (outcome.what, outcome.slug, outcome.version, outcome.change) == (What.ADDED, "kitchen", 1, 1)
    assert listings.records(session, [1]) == {1: record}


def test_its_page_and_card_are_stored(session, around):
    published(session, around, given_record("Kitchen", given_location()))
    page = listings.page(session, "kitchen")
    assert page is not None
    assert page["record"]["name"] == "Kitchen"
    assert listings.cards(session, [1])[1]["offerings"][0]["where"] == "St Agatha's Hall"


def test_the_same_again_changes_nothing(session, around):
    record = given_record("Kitchen", given_location(visibility=Visibility.APPROXIMATE))
    published(session, around, record)
    (outcome,) = published(session, around, record)
    assert (outcome.what, outcome.version, outcome.change) == (What.SAME, 1, None)
    assert len(queries.revisions(session, record.id)) == 1


def test_a_change_raises_the_version_and_says_which_fields(session, around):
    record = given_record("Kitchen", given_location())
    published(session, around, record)
    (outcome,) = published(session, around, replace(record, description="New words"))
    assert (outcome.what, outcome.version, outcome.change) == (What.CHANGED, 2, 2)
    assert [change.fields for change in queries.changes_since(session, 1, limit=9)] == [["description"]]
    assert [revision.version for revision in queries.revisions(session, record.id)] == [1, 2]


def test_changes_are_numbered_without_gaps_and_the_data_version_follows(session, around):
    published(session, around, given_record("A"), given_record("B"), given_record("C"))
    assert [change.number for change in queries.changes_since(session, 0, limit=9)] == [1, 2, 3]
    assert versions.current(session)["changes"] == 3


def test_two_groups_of_one_name_have_addresses_of_their_own(session, around):
    groups = [
        given_record("Kitchen", given_location(id=an_id(name)), id=an_id("group", name))
        for name in ("one", "two", "three")
    ]
    slugs = [outcome.slug for outcome in published(session, around, *groups)]
    assert slugs[:2] == ["kitchen", "kitchen-b11"]
    assert slugs[2].startswith("kitchen-")
    assert len(set(slugs)) == 3


def test_a_listing_that_changed_its_name_is_found_at_its_old_address(session, around):
    record = given_record("Kitchen")
    published(session, around, record)
    published(session, around, replace(record, name="Larder"))
    assert listings.moved(session, "kitchen") == "larder"


def test_a_withdrawn_listing_leaves_nothing_but_its_tombstone(session, around):
    record = given_record("Refuge", given_location(visibility=Visibility.HIDDEN))
    published(session, around, record)
    assert withdraw(session, [record.id], actor=ACTOR, around=around, now=NOON) == 1
    assert listings.records(session, [1]) == {}
    assert listings.confidential(session, [record.id]) == {}
    for table in ("service", "location", "map_pin", "map_cell", "document", "search_offering"):
        if sa.inspect(session.connection()).has_table(table):
            assert session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0, table
    assert [change.what for change in queries.changes_since(session, 0, limit=9)] == ["added", "removed"]


def test_a_listing_that_comes_back_goes_on_with_its_versions(session, around):
    record = given_record("Kitchen")
    published(session, around, record)
    withdraw(session, [record.id], actor=ACTOR, around=around, now=NOON)
    (outcome,) = published(session, around, record)
    assert (outcome.what, outcome.version) == (What.ADDED, 3)


def test_a_postcode_alone_sets_the_point(session, around):
    location = given_location(point=None, precision_m=None, found=None)
    published(session, around, given_record("Kitchen", location))
    (place,) = listings.records(session, [1])[1].locations
    assert place.point is not None
    assert place.found == "postcode"


def test_a_hidden_place_that_becomes_public_is_kept_in_confidence_no_more(session, around):
    hidden = given_location(visibility=Visibility.HIDDEN)
    record = given_record("Kitchen", hidden)
    published(session, around, record)
    assert hidden.id in listings.confidential(session, [record.id])[record.id]
    shown = replace(record, locations=(replace(hidden, visibility=Visibility.EXACT),))
    published(session, around, shown)
    assert listings.confidential(session, [record.id]).get(record.id, {}) == {}
    (outcome,) = published(session, around, shown)
    assert outcome.what is What.SAME


def test_nothing_is_published_when_the_transaction_fails(engine, around):
    record = given_record("Kitchen")

    def twice() -> None:
        with transaction(engine) as session:
            published(session, around, record)
            published(session, around, replace(record, id=an_id("other")))  # with the same services

    with pytest.raises(sa.exc.IntegrityError):
        twice()
    with reading(engine) as session:
        assert queries.published_count(session) == 0
        assert versions.current(session).get("changes", 0) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(record=records())
def test_any_record_is_read_back_from_the_tables_as_its_revision_says(engine: Engine, around, record):
    with transaction(engine, keep=False) as session:
        (outcome,) = published(session, around, record)
        page = listings.page(session, outcome.slug)
        assert page is not None
        (read,) = listings.records(session, [1]).values()
        (again,) = published(session, around, replace(read, locations=record.locations))
        assert again.what is What.SAME


def test_a_batch_takes_the_same_statements_however_long(session, around, statements):
    counts = []
    hours.settled(session, around, NOON)  # the very first notes from which day on the index knows hours
    for start in (0, 100, 200):  # the first has no word that is known
        batch = [given_record(f"Group {start + n}", given_location(f"Hall {start + n}")) for n in range(1 + start // 5)]
        with statements() as seen:
            published(session, around, *batch)
        counts.append(len(seen))
    assert counts[1] == counts[2]


def test_a_place_that_is_hidden_later_goes_out_of_the_history_too(session, around):
    shown = given_location("Lantern House", description="Behind the church")
    record = given_record("Refuge", shown, description="At Lantern House, 12 Example Road.")
    published(session, around, record)
    published(session, around, replace(record, locations=(replace(shown, visibility=Visibility.HIDDEN),)))
    history = "".join(str(revision.record) for revision in queries.revisions(session, record.id))
    assert not [word for word in ("Lantern", "Example", "B11 1AA", "52.457", "church") if word in history]
    assert listings.moved(session, "refuge-b11") is None
    kept = listings.confidential(session, [record.id], version=1)[record.id][shown.id]
    assert kept.addresses == shown.addresses


def test_a_listing_may_go_back_and_forth_between_two_names(session, around):
    record = given_record("Kitchen")
    for name in ("Kitchen", "Larder", "Kitchen", "Larder", "Kitchen"):
        (outcome,) = published(session, around, replace(record, name=name))
        assert outcome.slug == name.lower()
    assert listings.moved(session, "larder") == "kitchen"
    assert listings.moved(session, "kitchen") is None


def test_places_that_nobody_knows_do_not_keep_the_others_waiting(session, around):
    lost = [
        given_record(
            f"Lost {n}",
            given_location(f"Hall {n}", point=None, precision_m=None, found=None, addresses=(an_unknown_address(n),)),
        )
        for n in range(3)
    ]
    published(session, around, *lost)
    assert waiting(session, limit=2) == [1, 2]
    asked(session, 2)
    assert waiting(session, limit=2) == [3]
    asked(session, 3)
    assert waiting(session, limit=2) == [1, 2]


def an_unknown_address(n: int) -> Address:
    return Address(id=an_id("unknown", n), address_1=f"{n} Nowhere Street", city="Birmingham")
