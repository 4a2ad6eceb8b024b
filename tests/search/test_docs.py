"""What of a record is found, and what never is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.listings.rules.document import card
from directory.listings.rules.record import Location, Offering, Service, ServiceArea, Source, SourceKind, Visibility
from directory.search.rules.docs import offering_docs
from directory.search.rules.numbers import MOST_OFFERINGS, base_in, base_of, number_of, ordinal_in, organization_in
from directory.search.rules.ranking import rank_of
from tests.search.invented import TERMS
from tests.support.records import an_id, given_location, given_record, records


def docs_of(record, areas=None):
    return offering_docs(record, 7, areas or {}, TERMS)


@given(records())
def test_the_ordinals_are_those_of_the_card(record):
    known = {offering["n"] for offering in card(record, slug="s")["offerings"]}
    assert {ordinal_in(doc.number) for doc in docs_of(record)} <= known


@given(records())
def test_no_token_could_break_a_query(record):
    for doc in docs_of(record):
        assert not set("\"'\\()&|!") & set(doc.tokens)
        assert doc.tokens == " ".join(dict.fromkeys(doc.tokens.split()))


def test_a_service_that_is_no_longer_offered_is_not_found_and_keeps_its_ordinal():
    record = given_record("Kitchen", given_location())
    first = record.services[0]
    gone = replace(first, id=an_id("gone"), status="defunct")
    assert [ordinal_in(doc.number) for doc in docs_of(replace(record, services=(gone, first)))] == [1]


def test_an_organisation_without_services_is_found_by_its_name():
    (doc,) = docs_of(replace(given_record("Kitchen"), services=(), locations=()))
    assert "kitchen" in doc.tokens.split()


def test_only_what_has_no_point_of_its_own_serves():
    serving = (ServiceArea(id=an_id("a"), code="B12", name="Balsall Heath"),)
    record = given_record("Kitchen", given_location())
    placed = replace(record, services=(replace(record.services[0], service_areas=serving),))
    (doc,) = docs_of(placed, {record.locations[0].id: ("B11",)})
    assert {"a=b11", "a=b12"} <= set(doc.tokens.split())
    assert "v=b12" not in doc.tokens
    hidden = Location(id=an_id("hidden"), visibility=Visibility.HIDDEN)
    at = (Offering(id=an_id("o"), location_id=hidden.id),)
    service = Service(id=an_id("s"), name="Refuge", service_areas=serving, offerings=at)
    (doc,) = docs_of(replace(record, locations=(hidden,), services=(service,)))
    assert "v=b12" in doc.tokens.split()
    assert "v=b12" in doc.service.split()
    assert doc.point is None
    assert "z0:0:0" not in doc.tokens


def test_the_latest_confirmed_come_first_then_self_listed_then_the_registers():
    record = given_record("Kitchen")
    told = [
        replace(record, assured_at=datetime(2026, 5, 31, tzinfo=UTC)),
        replace(record, assured_at=datetime(2026, 4, 1, tzinfo=UTC)),
        replace(record, assured_at=datetime(2019, 1, 1, tzinfo=UTC)),
        record,
        replace(record, description=""),
        replace(record, source=Source(kind=SourceKind.FEED)),
        replace(record, source=Source(kind=SourceKind.REGISTER)),
    ]
    ranks = [rank_of(each) for each in told]
    assert ranks == sorted(set(ranks))


@given(st.integers(0, 511), st.integers(0, 2**31 - 1), st.integers(0, MOST_OFFERINGS - 1))
def test_a_number_holds_rank_organisation_and_ordinal(rank, organization_id, ordinal):
    number = number_of(base_of(rank, organization_id), ordinal)
    assert number < 2**53
    assert (base_in(number), ordinal_in(number)) == (base_of(rank, organization_id), ordinal)
    assert organization_in(base_in(number)) == organization_id


def test_more_offerings_than_a_number_can_tell_apart_are_refused():
    with pytest.raises(Invalid, match="8192"):
        number_of(1, MOST_OFFERINGS)
