"""Differences, both changes at once, merging and states, for any record."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.listings.rules.codec import decode, encode
from directory.listings.rules.record import Phone, Record, Visibility
from directory.listings.rules.visibility import split
from directory.moderation.rules.differences import differences, pieces
from directory.moderation.rules.merging import LISTS, PLAIN, Side, merged, proposed
from directory.moderation.rules.rebasing import rebased
from directory.moderation.rules.revealing import digest_of, shown_again
from directory.moderation.rules.small import is_small
from directory.moderation.rules.states import DECIDED, MOVES, IllegalMove, State, move, reference_of
from tests.support.records import an_id, given_location, given_record, ids, records


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_pieces_of_two_texts_are_those_texts(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.sign != "new") == before
    assert "".join(piece.text for piece in found if piece.sign != "gone") == after


def test_only_the_word_that_changed_is_marked():
    found = pieces("Soup every Monday, all welcome.", "Soup every Friday, all welcome.")
    assert [piece.text for piece in found if piece.sign != "same"] == ["Monday", "Friday"]


def test_texts_of_any_length_are_compared_in_no_time():
    found = pieces("word " * 50_000, "other " * 50_000)
    assert [piece.sign for piece in found] == ["gone", "new"]


@given(records())
def test_a_record_does_not_differ_from_itself(record):
    assert differences(record, record) == []
    assert differences(record, decode(Record, encode(record))) == []


@given(records(), records())
def test_what_differs_is_told_from_both_sides(one, other):
    there, back = differences(one, other), differences(other, one)
    assert {(change.path, repr(change.before), repr(change.after)) for change in there} == {
        (change.path, repr(change.after), repr(change.before)) for change in back
    }


def test_a_change_says_where_it_stands():
    record = given_record("Kitchen", given_location())
    service = replace(record.services[0], description="Hot food.")
    (change,) = differences(record, replace(record, services=(service,)))
    assert (change.part, change.of, change.field) == ("service", "Food bank", "description")
    assert (change.before, change.after) == ("Parcels for anyone who is short this week.", "Hot food.")


def test_a_new_listing_differs_from_nothing():
    told = {(change.part, change.field) for change in differences(None, given_record("Kitchen", given_location()))}
    assert {("organisation", "name"), ("service", "name"), ("location", "point"), ("addresses", "address_1")} <= told


def test_a_number_that_was_typed_again_is_no_change():
    phones = [(Phone(id=an_id("phone", n), number="0121 496 0000"),) for n in (1, 2)]
    assert differences(given_record("A", phones=phones[0]), given_record("A", phones=phones[1])) == []


@given(records(), records())
def test_a_change_of_what_nobody_else_changed_stands_as_it_is(base, other):
    proposal = replace(other, id=base.id)
    assert rebased(base, proposal, base).record == proposal
    assert rebased(base, base, proposal).record == proposal
    assert rebased(base, proposal, proposal).record == proposal


def test_two_changes_in_two_fields_both_hold():
    base = given_record("Kitchen", given_location())
    mine, theirs = replace(base, description="Mine."), replace(base, email="theirs@example.org")
    both = rebased(base, mine, theirs)
    assert (both.record.description, both.record.email, both.met) == ("Mine.", "theirs@example.org", ())


def test_two_changes_in_one_field_are_told():
    base = given_record("Kitchen", given_location())
    service = base.services[0]
    mine = replace(base, services=(replace(service, description="Mine.", eligibility="All"),))
    theirs = replace(base, services=(replace(service, description="Theirs.", fees="None"),))
    both = rebased(base, mine, theirs)
    (kept,) = both.record.services
    assert (kept.description, kept.eligibility, kept.fees) == ("Mine.", "All", "None")
    assert both.met == (f"services/{service.id}/description",)


def test_what_was_added_on_both_sides_is_there_once_each():
    base = given_record("Kitchen")
    one, two = (replace(base.services[0], id=an_id("service", n), name=n, offerings=()) for n in ("One", "Two"))
    both = rebased(base, replace(base, services=(*base.services, one)), replace(base, services=(*base.services, two)))
    assert [service.name for service in both.record.services] == ["Food bank", "One", "Two"]


@given(records(), records())
def test_a_merge_keeps_everything_unless_told_otherwise(keep, lose):
    whole = merged(keep, lose, {})
    assert whole.id == keep.id
    assert len(whole.services) == len(keep.services) + len(lose.services)
    assert len({place.id for place in whole.locations}) == len(keep.locations) + len(lose.locations)
    known = {place.id for place in whole.locations}
    held = {offering.location_id for service in whole.services for offering in service.offerings}
    assert held - {None} <= known
    for name in PLAIN:
        assert getattr(whole, name) in {getattr(keep, name), getattr(lose, name)}


@pytest.mark.parametrize("name", [*PLAIN, *LISTS, "services"])
@pytest.mark.parametrize("side", [Side.KEEP, Side.LOSE])
def test_each_field_can_be_taken_from_either_side(name, side):
    keep, lose = (
        given_record("One", given_location("A")),
        given_record("Two", given_location("B"), email="b@example.org"),
    )
    whole = merged(keep, lose, {name: side})
    wanted = keep if side is Side.KEEP else lose
    if name == "services":
        assert [service.id for service in whole.services] == [service.id for service in wanted.services]
    else:
        assert getattr(whole, name) == getattr(wanted, name)


def test_a_field_cannot_be_taken_from_both_when_there_is_room_for_one():
    with pytest.raises(Invalid):
        merged(given_record("One"), given_record("Two"), {"name": Side.BOTH})
    assert proposed(given_record("One"), given_record("Two", email="b@example.org"))["email"] is Side.LOSE


def test_a_place_that_one_of_two_listings_hides_is_hidden_in_both():
    hidden = given_location("A house", visibility=Visibility.HIDDEN)
    shown = given_location("The same house")
    whole = merged(given_record("One", hidden), given_record("Two", shown), {})
    assert [place.visibility for place in whole.locations] == [Visibility.HIDDEN, Visibility.HIDDEN]


def test_a_place_that_opens_and_another_at_its_address_both_tell():
    hidden = given_location(visibility=Visibility.HIDDEN)
    before, places = split(given_record("Refuge", hidden), lambda _code: None)
    opened = replace(hidden, visibility=Visibility.EXACT)
    beside = given_location("New name", id=an_id("other place"))
    assert shown_again(before, places, given_record("Refuge", hidden)) == ()
    assert shown_again(before, places, given_record("Refuge", opened)) == (opened,)
    assert shown_again(before, places, given_record("Refuge", hidden, beside)) == (beside,)
    assert digest_of([opened]) != digest_of([beside])


def test_small_facts_are_small_and_nothing_else_is():
    base = given_record("Kitchen", given_location())
    phones = (Phone(id=an_id("phone"), number="0121 496 0000"),)
    assert is_small(base, replace(base, phones=phones), {"phones"})
    assert not is_small(base, replace(base, phones=phones), {"hours"})
    assert not is_small(base, replace(base, phones=phones, name="Other"), {"phones"})
    assert not is_small(base, replace(base, services=()), {"phones", "hours"})
    assert not is_small(base, replace(base, locations=(given_location("Elsewhere"),)), {"phones"})


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", State)
def test_a_suggestion_goes_where_it_may_and_nowhere_else(state, to):
    if to in MOVES.get(state, set()):
        assert move(state, to) is to
    else:
        with pytest.raises(IllegalMove, match=state.value):
            move(state, to)
    assert state not in DECIDED or state not in MOVES


@given(ids)
def test_a_reference_is_read_out_without_doubt(number):
    reference = reference_of(number)
    assert len(reference) == 9
    assert not set(reference) & set("01ILOU")
