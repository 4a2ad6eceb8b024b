"""Answers become the record that is proposed: all of it, nothing of the sender, and what was there before stays."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from directory.contribute.rules.answers import (
    EVERYWHERE,
    PARTS,
    WHOLE_PLACE,
    Address,
    Answers,
    Details,
    Doing,
    Extras,
    Group,
    HoursOf,
    Own,
    OwnOf,
    Reach,
    Register,
    Sender,
    Spot,
    Ways,
)
from directory.contribute.rules.known import known
from directory.contribute.rules.proposal import Named, proposal
from directory.listings.rules import record as r
from directory.listings.rules.codec import decode, encode
from directory.listings.rules.visibility import split
from tests.contribute.test_hours import hours
from tests.support.records import an_id, given_record, needs, records, texts

NAMED = Named("Birmingham", lambda code: f"Area {code}", lambda code: f"Language {code}")
ME = an_id("a new group")
maybe = st.just("") | texts
keys = st.integers(1, 3).map(str)
groups = st.one_of(
    st.builds(Group, register=st.just(Register.NONE), name=texts, kind=st.just("mutual-aid"), also=maybe),
    st.builds(
        Group,
        register=st.just(Register.CHARITY),
        name=texts,
        kind=st.just("charity"),
        number=st.sampled_from(("1000003", "SC012345", "NIC100016", "1000003-1")),
    ),
    st.builds(
        Group, register=st.just(Register.COMPANY), name=texts, kind=st.just("charity"), number=st.just("01234567")
    ),
)
doings = st.builds(Doing, key=keys, name=texts, about=maybe, needs=st.lists(needs, max_size=2, unique=True).map(tuple))
spots = st.builds(
    Spot,
    key=keys,
    visibility=st.sampled_from(r.Visibility),
    services=st.lists(keys, max_size=2, unique=True).map(tuple),
)
addresses = st.builds(
    Address,
    venue=maybe,
    line_1=st.builds("{} Secret Mews".format, st.integers(1, 99)),
    town=st.just("Birmingham"),
    postcode=st.sampled_from(("B11 1AA", "B13 9SA")),
)


owns = st.builds(
    Own,
    free=st.none() | st.booleans(),
    languages=st.sets(st.sampled_from(("ur", "pa"))).map(tuple),
    served=st.sampled_from(("", WHOLE_PLACE, EVERYWHERE, PARTS)),
    parts=st.just(("B11",)),
    how=st.sets(st.sampled_from(("in-person", "phone", "online"))).map(tuple),
)


def keyed(items):
    return st.lists(items, max_size=3, unique_by=lambda each: each.key).map(tuple)


answers = st.builds(
    Answers,
    group=groups,
    services=keyed(doings),
    ways=st.none()
    | st.builds(
        Ways,
        how=st.sets(st.sampled_from(("in-person", "phone", "online"))).map(tuple),
        served=st.sampled_from(("", WHOLE_PLACE, EVERYWHERE, PARTS)),
        parts=st.just(("B11",)),
    ),
    spots=keyed(spots),
    hours=st.lists(
        st.builds(HoursOf, service=keys, place=st.just("") | keys, hours=hours),
        max_size=2,
        unique_by=lambda each: (each.service, each.place),
    ).map(tuple),
    reach=st.none()
    | st.builds(Reach, phone=st.just("") | st.just("0121 496 0000"), email=st.just("a@example.org"), role=maybe),
    details=st.none()
    | st.builds(
        Details, free=st.none() | st.booleans(), languages=st.just(("ur",)), access_note=maybe, differ=st.booleans()
    ),
    own=st.lists(st.builds(OwnOf, service=keys, own=owns), max_size=3, unique_by=lambda each: each.service).map(tuple),
    extras=st.none() | st.builds(Extras, wants=st.lists(texts, max_size=2).map(tuple)),
    sender=st.none() | st.just(Sender(email="private-sender@example.org", agreed=True)),
)
addressed = st.dictionaries(keys, addresses, max_size=3)


def made(given_answers, places, base=None, subject=ME):
    return proposal(given_answers, places, subject=subject, named=NAMED, base=base)


@given(answers, addressed)
def test_a_proposal_can_be_kept_and_every_id_in_it_stays(given_answers, places):
    record = made(given_answers, places)
    assert decode(r.Record, json.loads(json.dumps(encode(record)))) == record
    assert made(given_answers, places) == record
    locations = {each.id for each in record.locations}
    assert len(locations) == len(record.locations)
    assert all(
        each.location_id in locations or each.location_id is None
        for service in record.services
        for each in service.offerings
    )


@given(answers, addressed)
def test_answers_come_back_from_where_they_are_kept(given_answers, places):
    assert decode(Answers, json.loads(json.dumps(encode(given_answers)))) == given_answers
    assert all(decode(Address, json.loads(json.dumps(encode(each)))) == each for each in places.values())


@given(answers, addressed)
def test_nothing_of_the_sender_is_proposed(given_answers, places):
    assert "private-sender" not in json.dumps(encode(made(given_answers, places)))


@given(answers, addressed)
def test_what_is_not_to_be_seen_is_taken_out_by_the_one_way_there_is(given_answers, places):
    record = made(given_answers, places)
    public, _ = split(record, lambda _postcode: None)
    shown = {each.id for each in public.locations if each.visibility is r.Visibility.EXACT}
    for location in public.locations:
        if location.id not in shown:
            assert "Secret Mews" not in json.dumps(encode(location))


@given(records())
def test_a_listing_that_is_filled_in_and_sent_unchanged_says_the_same(record):
    """What the pages do not ask stays; a kind, a name and services come back as they were."""
    whole = replace(record, services=record.services[:8])
    answered = replace(known(whole), reach=None)
    again = made(answered, {}, base=whole, subject=whole.id)
    ours = replace(again, services=tuple(_as_told(service, whole) for service in again.services))
    theirs = replace(whole, services=tuple(_as_told(service, whole) for service in whole.services))
    assert replace(ours, identifiers=()) == replace(theirs, identifiers=())


def _as_told(service, record):
    """The first service takes the group's own words when it has none."""
    return replace(service, description="") if service.id == record.services[0].id else service


def test_a_number_that_was_known_keeps_its_id_and_another_register_its_number():
    base = given_record(
        "Old name",
        identifiers=(
            r.Identifier(id=an_id("chc"), scheme="GB-CHC", value="1000003"),
            r.Identifier(id=an_id("coh"), scheme="GB-COH", value="01234567"),
        ),
    )
    group = Group(register=Register.CHARITY, number="1000003", name="New name", kind="charity")
    record = made(Answers(group=group), {}, base=base, subject=base.id)
    assert {each.id for each in record.identifiers} == {an_id("chc"), an_id("coh")}
    assert record.name == "New name"
    assert record.services == base.services


@given(answers)
def test_a_service_says_what_is_its_own_where_they_differ_and_else_what_all_say(given_answers):
    record = made(given_answers, {})
    for doing, service in zip(given_answers.services, record.services, strict=True):
        own = given_answers.own_of(doing.key) if given_answers.differ else replace(given_answers, own=()).own_of("")
        if given_answers.details:
            assert (service.free, service.fees) == (own.free, own.fees)
            assert tuple(each.code for each in service.languages) == own.languages
        if given_answers.ways:
            codes = {PARTS: own.parts, "": ()}.get(own.served, (own.served,))
            assert tuple(each.code for each in service.service_areas) == codes
            assert service.how == (own.how or given_answers.ways.how)
            assert "in-person" in service.how or all(each.location_id is None for each in service.offerings)


@given(answers, st.sets(st.sampled_from(("in-person", "phone", "online", "visits-you")), min_size=1).map(tuple))
def test_a_way_that_is_added_to_all_is_added_to_each_and_one_that_is_taken_away_from_none_stays(given_answers, how):
    before = given_answers.ways or Ways(how=())
    after = given_answers.with_ways(replace(before, how=how))
    for doing in given_answers.services:
        was, now = given_answers.said_of(doing.key).how, after.said_of(doing.key).how
        assert now
        assert set(now) <= set(how)
        assert set(how) - set(before.how) <= set(now)
        assert set(now) == set(how) or set(now) & set(before.how) <= set(was)


@given(answers)
def test_what_the_last_service_says_does_not_change_when_the_others_go(given_answers):
    if len(given_answers.services) < 2 or not given_answers.ways:
        return
    (before,) = made(given_answers, {}).services[:1]
    left = given_answers
    for doing in given_answers.services[1:]:
        left = left.without_service(doing.key)
    (after,) = made(left, {}).services
    assert (after.free, after.fees, after.languages) == (before.free, before.fees, before.languages)
    assert after.service_areas == before.service_areas


def test_a_role_stands_beside_the_number_or_else_beside_the_address():
    group = Group(register=Register.NONE, name="A", kind="mutual-aid")
    by_phone = made(Answers(group=group, reach=Reach(phone="0121 496 0000", role="the coordinator")), {})
    assert by_phone.phones[0].description == "the coordinator"
    by_mail = made(Answers(group=group, reach=Reach(email="a@example.org", role="the coordinator")), {})
    assert by_mail.contacts[0].title == "the coordinator"
