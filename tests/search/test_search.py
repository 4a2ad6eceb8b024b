"""A page: the place looked up, the index asked, the cards fetched; and how many statements that takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from directory.core.geo import Point
from directory.geocoding.rules import Located, Miss
from directory.infra.db import reading, transaction
from directory.listings.rules.record import Offering, Service, ServiceArea, Visibility
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw
from directory.search.engine import finding
from directory.search.rules.query import Query
from directory.search.rules.request import SearchRequest, Sort
from directory.search.service import moment_at, search
from tests.support.records import NOON, an_id, given_location, given_record

ACTOR = Actor(ActorKind.PERSON, "7")
NEAR_B11 = Point(52.4573, -1.8716)


def put(engine, around, *records):
    with transaction(engine) as session:
        publish(session, records, actor=ACTOR, around=around, now=NOON)


def ask(session, around, **asked):
    return search(
        session,
        SearchRequest(**asked),
        index=around.index,
        geocoding=around.geocoding,
        areas=around.areas,
        terms=around.terms,
        moment=moment_at(NOON, around.place),
    )


@pytest.fixture
def found(engine, around):
    """Asks once, in a session of its own."""

    def asked(**request):
        with reading(engine) as session:
            return ask(session, around, **request)

    return asked


def names(page):
    return [card["name"] for _, card in page.rows]


def test_what_is_published_is_found_with_its_card_and_the_offering_that_matched(engine, around, found):
    put(engine, around, given_record("Sparkbrook Kitchen", given_location(), given_location("Annexe")))
    page = found(q="kitchen", near="B11", within_miles=5.0)
    assert names(page) == ["Sparkbrook Kitchen"]
    (row, card), *_ = page.rows
    assert row.offerings == (0, 1)
    assert card["offerings"][1]["where"] == "Annexe"
    assert isinstance(page.near, Located)
    assert row.distance_m is not None
    assert row.distance_m < 5 * 1609.344


def test_what_is_withdrawn_is_found_no_more(engine, around, found):
    record = given_record("Sparkbrook Kitchen", given_location())
    put(engine, around, record)
    with transaction(engine) as session:
        withdraw(session, [record.id], actor=ACTOR, around=around, now=NOON)
    assert found(q="kitchen").total == 0


def test_every_condition_holds_for_the_same_offering(engine, around, found):
    record = given_record("Helpers", given_location())
    other = replace(given_location("Far hall"), point=Point(52.55, -1.75))
    choir = Service(
        id=an_id("choir"),
        name="Choir",
        needs=("company",),
        offerings=(Offering(id=an_id("choir there"), location_id=other.id),),
    )
    put(engine, around, replace(record, locations=(*record.locations, other), services=(*record.services, choir)))
    assert found(needs=("food",), near="B11", within_miles=3.0).total == 1
    assert found(q="choir").total == 1
    assert found(q="choir", near="B11", within_miles=3.0).total == 0
    assert found(q="choir", needs=("food",)).total == 0


def test_a_name_typed_whole_comes_first_then_names_then_services_then_texts(engine, around, found):
    put(
        engine,
        around,
        given_record("Aaa", service="Drop-in", about="We once ran a repair shop.", needs=("company",)),
        given_record("Bbb", service="Repair shop", about="Bring it.", needs=("company",)),
        given_record("Big Repair Shop Trust", service="Drop-in", about="Come.", needs=("company",)),
        given_record("The Repair Shop", service="Drop-in", about="Come.", needs=("company",)),
    )
    assert names(found(q="repair shop")) == ["The Repair Shop", "Big Repair Shop Trust", "Bbb", "Aaa"]


def test_a_resident_s_word_finds_the_need(engine, around, found):
    put(engine, around, given_record("Advice Centre", service="Sessions", about="Come.", needs=("money",)))
    assert names(found(q="skint")) == ["Advice Centre"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "-choir", "needs": ("food",)}, ["Garden"]),
        ({"q": "-choir", "near": "B11", "within_miles": 5.0, "needs": ("food",)}, ["Garden"]),
        ({"q": "-chior", "needs": ("food",)}, ["Choir", "Garden"]),  # nothing is put right in what nobody wants
        ({"q": "-choir"}, ["Choir"]),  # a dash before all that is asked for means nothing
    ],
)
def test_words_may_be_left_out_of_what_a_filter_finds(engine, around, found, asked, expected):
    put(engine, around, *(given_record(name, given_location(name)) for name in ("Choir", "Garden")))
    page = found(**asked)
    assert (sorted(names(page)), page.typed) == (expected, "")


def test_who_has_no_address_and_serves_the_area_is_found_and_says_so(engine, around, found):
    def visiting(name, code):
        areas = (ServiceArea(id=an_id(name, "area"), code=code, name=code),)
        record = given_record(name)
        return replace(record, services=(replace(record.services[0], service_areas=areas),))

    put(engine, around, visiting("Here", "*place"), visiting("Anywhere", "*everywhere"), visiting("Elsewhere", "B99"))
    page = found(near="B11", within_miles=0.5)
    assert names(page) == ["Here", "Anywhere"]
    assert [(row.distance_m, row.serves) for row, _ in page.rows] == [(None, True), (None, True)]


def test_an_approximate_place_is_sorted_and_measured_by_its_public_point_alone(engine, around, found):
    put(engine, around, given_record("Quiet", given_location(visibility=Visibility.APPROXIMATE)))
    (row, card), *_ = found(near="B11 1AA", within_miles=5.0).rows
    public = Point(card["offerings"][0]["lat"], card["offerings"][0]["lon"])
    assert public != NEAR_B11
    with reading(engine) as session:
        (match,) = around.index.matches(session, Query())
    assert (match.lat, match.lon) == (public.lat, public.lon)
    assert row.distance_m is not None


def test_a_hidden_place_is_found_by_no_circle_and_no_word_of_its_address(engine, around, found):
    put(engine, around, given_record("Refuge", given_location(visibility=Visibility.HIDDEN)))
    assert found(q="refuge").total == 1
    assert found(near="B11", within_miles=50.0, q="refuge").total == 0
    assert found(q="agatha").total == 0


def test_a_place_that_nobody_knows_is_told_and_left_out(engine, around, found):
    put(engine, around, given_record("Kitchen", given_location()))
    page = found(q="kitchen", near="Nowhere-on-Sea")
    assert page.near is Miss.UNKNOWN
    assert page.total == 1


def test_sorted_by_name_or_by_age(engine, around, found):
    put(engine, around, *(given_record(name, given_location(name)) for name in ("The Beta", "alpha", "Émile", "Gamma")))
    assert names(found(sort=Sort.NAME)) == ["alpha", "The Beta", "Émile", "Gamma"]
    assert names(found(sort=Sort.NEWEST)) == ["Gamma", "Émile", "alpha", "The Beta"]


REQUESTS: dict[str, dict[str, Any]] = {
    "everything": {},
    "words": {"q": "kitchen"},
    "words and need": {"q": "kitchen", "needs": ("food",)},
    "need": {"needs": ("food",)},
    "near": {"near": "B11"},
    "words near": {"q": "kitchen", "near": "B11"},
    "by name": {"q": "kitchen", "sort": Sort.NAME},
    "some of the words": {"q": "kitchen zzzzz"},
}


@pytest.mark.parametrize("asked", REQUESTS)
@pytest.mark.parametrize(("how_many", "caps"), [(1, "roomy"), (60, "roomy"), (60, "tight")])
def test_a_page_takes_few_statements_however_many_are_found(
    engine, around, statements, monkeypatch, asked, how_many, caps
):
    if caps == "tight":
        for name, value in (("CAP", 12), ("CAP_NEAR", 12), ("PASS", 40), ("RING", 200)):
            monkeypatch.setattr(finding, name, value)
    put(engine, around, *(given_record(f"Kitchen {n}", given_location(f"Hall {n}")) for n in range(how_many)))
    with reading(engine) as session, statements(engine) as seen:
        page = ask(session, around, **REQUESTS[asked])
    assert page.total == how_many
    settings = 1 if engine.dialect.name == "postgresql" else 0  # how its planner is told what it cannot know
    assert len(seen) <= MOST[asked] + settings, seen


# Nothing has both words: that is one, what each of them has another, and then one stands nearly everywhere. The other
# may be misspelt, or not be finished: that are two.
MOST = dict.fromkeys(REQUESTS, 4) | {"some of the words": 8}
