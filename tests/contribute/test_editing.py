"""A page of a listing is filled from it, and what is changed there goes back: that and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from directory.contribute.rules.answers import PARTS, Address, Details, Extras, HoursOf, OwnOf, Reach
from directory.contribute.rules.editing import edited, without_place, without_service
from directory.contribute.rules.placing import readdressed
from directory.contribute.rules.told import address_of, told
from directory.core.geo import Point
from directory.listings.rules import record as r
from tests.contribute.test_hours import hours
from tests.contribute.test_proposal import NAMED, addressed, answers, made, maybe, owns
from tests.support.people import there
from tests.support.records import given_location, given_record, records, texts

listed = st.one_of(records(), st.builds(made, answers, addressed))


def saved(record, after):
    return edited(record, told(record), after, NAMED)


@given(listed)
def test_what_is_saved_as_it_stands_changes_nothing(record):
    assert saved(record, told(record)) == record
    for place in record.locations:
        assert readdressed(record, place.id, address_of(place), address_of(place) or Address()) == record or (
            address_of(place) is None
        )


@given(listed, st.builds(Reach, phone=st.just("") | st.just("0121 496 0000"), email=maybe, website=maybe))
def test_how_to_reach_them_comes_back_as_it_was_typed(record, reach):
    after = there(told(saved(record, replace(told(record), reach=reach))).reach)
    other = len(record.phones) > 1 and not reach.phone  # the second number is the first then
    assert (after.email, after.website) == (reach.email, reach.website)
    assert other or after.phone == reach.phone


@given(listed, st.lists(texts, max_size=3, unique=True).map(tuple))
def test_what_they_want_comes_back_and_nothing_else_differs(record, wants):
    after = saved(record, replace(told(record), extras=Extras(wants=wants, supplies=record.supplies)))
    assert after == replace(record, wants=wants)


@given(records(), st.data())
def test_one_service_is_changed_and_the_others_stay(record, data):
    if not record.services:
        return
    doing = data.draw(st.sampled_from(told(record).services))
    after = saved(record, told(record).with_service(replace(doing, name="Another name", needs=("food",))))
    for was, now in zip(record.services, after.services, strict=True):
        expected = replace(was, name="Another name", needs=("food",)) if was.id == doing.known else was
        assert now == expected
    assert replace(after, services=()) == replace(record, services=())


@given(hours)
def test_hours_come_back_as_they_were_given(given_hours):
    record = given_record("Kitchen", given_location())
    before = told(record)
    after = saved(record, replace(before, hours=(_hours_of(given_hours),)))
    assert after.services[0].schedules != record.services[0].schedules or not record.services[0].schedules
    (found,) = told(after).hours or (_hours_of(given_hours),)
    assert saved(after, replace(told(after), hours=(found,))) == after


def _hours_of(given_hours):
    return HoursOf(service="1", hours=given_hours)


@given(listed)
def test_a_cost_goes_to_every_service_and_a_language_that_was_there_stays(record):
    before = told(record)
    details = there(before.details)
    languages = (*details.languages, "xx")
    after = saved(record, replace(before, details=replace(details, free=None, languages=languages)))
    for was, now in zip(record.services, after.services, strict=True):
        assert [each.code for each in now.languages] == [*(each.code for each in was.languages), "xx"]
        assert now.languages[:-1] == was.languages


@given(listed, owns, st.data())
def test_what_is_one_services_own_comes_back_and_the_others_stay(record, own, data):
    before = told(record)
    if not before.own:
        assert len(record.services) < 2
        return
    chosen = data.draw(st.sampled_from(before.services))
    given = OwnOf(service=chosen.key, own=own)
    after = saved(record, before.with_own(given))
    for was, now in zip(record.services, after.services, strict=True):
        if was.id != chosen.known:
            assert now == was
            continue
        assert (now.free, now.fees) == (own.free, own.fees)
        assert {each.code for each in now.languages} == set(own.languages)
        codes = {PARTS: own.parts, "": ()}.get(own.served, (own.served,))
        unsaid = (before.own_of(chosen.key).served, own.served) == ("", "")
        assert unsaid or tuple(each.code for each in now.service_areas) == codes
        ways = there(before.ways).how
        assert set(now.how) == set(own.how or ways) or not now.how
        came, comes = ("in-person" in each.own_of(chosen.key).how for each in (before, before.with_own(given)))
        places = {each.location_id for each in now.offerings} - {None}
        assert comes or not came or not places
        assert came or not comes or places or not before.spots
    assert replace(after, services=()) == replace(record, services=())


@given(listed)
def test_to_show_a_place_takes_its_address_anew_and_to_hide_it_does_not(record):
    before = told(record)
    for spot in before.spots:
        for visibility in r.Visibility:
            after = saved(record, before.with_spot(replace(spot, visibility=visibility)))
            (was,) = (each for each in record.locations if each.id == spot.known)
            (now,) = (each for each in after.locations if each.id == spot.known)
            assert now.visibility is visibility
            shown_now = visibility is r.Visibility.EXACT and was.visibility is not visibility
            assert now.addresses == (() if shown_now else was.addresses)
            assert now.point == (None if shown_now else was.point)


def test_a_new_postcode_moves_the_pin_and_a_new_name_does_not():
    place = given_location()
    record = given_record("Kitchen", place)
    shown = there(address_of(place))
    named = readdressed(record, place.id, shown, replace(shown, venue="New hall")).locations[0]
    assert (named.name, named.point) == ("New hall", place.point)
    moved = readdressed(record, place.id, shown, replace(shown, postcode="B1 1AA")).locations[0]
    assert (moved.point, moved.found) == (None, None)
    pinned = readdressed(record, place.id, shown, replace(shown, lat=52.5, lon=-1.9)).locations[0]
    assert (pinned.point, pinned.found) == (Point(52.5, -1.9), r.Found.BY_HAND)


def test_what_is_not_shown_to_everybody_is_not_shown_to_its_steward():
    secret = r.Address(id=given_location().addresses[0].id, address_1="7 Zebedee Mews", postal_code="B13 9SA")
    for visibility in (r.Visibility.HIDDEN, r.Visibility.APPROXIMATE):
        assert address_of(given_location(visibility=visibility, addresses=(secret,))) is None


@given(records(), st.data())
def test_the_last_service_stays_and_no_offering_is_at_a_place_that_went(record, data):
    for service in record.services:
        left = without_service(record, service.id)
        assert len(left.services) == max(1, len(record.services) - 1)
    for place in record.locations:
        left = without_place(record, place.id)
        offered = [offering for service in left.services for offering in service.offerings]
        assert all(each.location_id != place.id for each in offered)
        assert all(service.offerings for service in left.services if service.offerings or record.services)
    del data


def test_details_without_a_place_are_kept_when_nothing_of_them_is_asked():
    assert told(given_record("Kitchen", given_location())).details == Details()
