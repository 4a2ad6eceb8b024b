"""A search and what it found, in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from directory.browse.views import cards, filters, nothing, opening, results
from directory.core.geo import Point
from directory.geocoding.rules import Located, Miss
from directory.infra.place import load_place
from directory.listings.rules.document import card
from directory.listings.rules.record import Found, Location, Source, SourceKind, Visibility
from directory.listings.service.taxonomy import load_terms
from directory.search.rules.facets import options
from directory.search.rules.query import Row
from directory.search.rules.request import Note, Problem, SearchRequest, Sort
from directory.search.rules.when import NAMES
from directory.search.service import moment_at
from directory.search.service.facets import Counts
from directory.web.addresses import add_addresses
from tests.support.records import an_id, given_location, given_record

TERMS = load_terms()
PLACE = load_place("birmingham")
NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
MOMENT = moment_at(NOW, PLACE)
HERE = Located(Point(52.46, -1.88), 100.0, Found.POSTCODE, "B12 9QR")


@pytest.fixture(autouse=True)
def addresses(speaking, monkeypatch):
    """Addresses without an application."""

    def address(endpoint, slug=""):
        return f"/{endpoint.removeprefix('browse.')}{'/' if slug else ''}{slug}"

    add_addresses(speaking, languages=["en"], site_address="http://127.0.0.1")  # a card is kept for its language
    for module in (results, cards, filters):
        monkeypatch.setattr(module, "address", address)
    monkeypatch.setattr(cards, "asset", lambda name: f"/static/{name}")
    monkeypatch.setattr(
        cards, "get_template_attribute", lambda *_names: lambda labels, _sheet: " ".join(label.name for label in labels)
    )


@pytest.mark.parametrize(
    ("request_", "near", "said"),
    [
        (SearchRequest(), "", "All listings"),
        (SearchRequest(needs=("food",)), "", "Food"),
        (SearchRequest(needs=("food", "money")), "Kings Heath", "Food and Money and debt near Kings Heath"),
        (SearchRequest(q="bread"), "B12 9QR", "“bread” near B12 9QR"),
        (SearchRequest(q="bread", needs=("food",)), "", "“bread” (Food)"),
        (SearchRequest(kinds=("charity",)), "", "Charity"),
        (SearchRequest(needs=("food",), when=NAMES["now"]), "Kings Heath", "Food near Kings Heath (Open now)"),
        (SearchRequest(when=NAMES["monday-evening"]), "", "All listings (Monday evening)"),
        (SearchRequest(q="a" * 100), "", f"“{'a' * 59}…”"),
    ],
)
def test_the_heading_says_what_was_asked_for(request_, near, said):
    assert results.heading(request_, TERMS, near=near) == said


def test_the_title_names_the_page():
    assert results.title("Food", 1) == "Food"
    assert results.title("Food", 3) == "Food, page 3"


@pytest.mark.parametrize(
    ("total", "said"),
    [(0, "No organisation found"), (1, "1 organisation"), (1200, "1,200 organisations")],
)
def test_the_count_is_of_organisations(total, said):
    assert results.count_words(total) == said


def test_each_place_that_cannot_be_used_has_its_own_sentence():
    said = {miss: results.miss_words(miss, "Atlantis", PLACE) for miss in Miss}
    assert len(set(said.values())) == len(Miss)
    assert "outside Birmingham" in said[Miss.OUTSIDE]
    assert "Northern Ireland" in said[Miss.NORTHERN_IRELAND]
    assert "Try again" in said[Miss.UNAVAILABLE]
    assert "Check how it is written" in said[Miss.UNKNOWN]


def test_each_value_that_cannot_be_used_has_its_sentence():
    said = {
        results.note_words(Note(name, "xyz", problem))
        for name, problem in [
            ("need", Problem.UNKNOWN),
            ("kind", Problem.UNKNOWN),
            ("area", Problem.UNKNOWN),
            ("sort", Problem.UNKNOWN),
            ("open", Problem.UNKNOWN),
            ("within", Problem.NOT_A_NUMBER),
            ("q", Problem.TOO_LONG),
            ("need", Problem.TOO_MANY),
            ("near", Problem.REPEATED),
        ]
    }
    assert len(said) == 9
    assert all("xyz" in sentence for sentence in said)


def test_what_is_chosen_can_be_dropped_one_by_one():
    asked = SearchRequest(q="bread", needs=("food", "money"), area="B12", when=NAMES["weekend"], page=3)
    assert [(chip.label, chip.url) for chip in filters.chips(asked, TERMS, "B12 Balsall Heath")] == [
        ("Food", "/search?q=bread&need=money&area=B12&open=weekend"),
        ("Money and debt", "/search?q=bread&need=food&area=B12&open=weekend"),
        ("At the weekend", "/search?q=bread&need=food&need=money&area=B12"),
        ("B12 Balsall Heath", "/search?q=bread&need=food&need=money&open=weekend"),
    ]


def test_the_filters_show_what_is_chosen():
    asked = SearchRequest(needs=("food",), within_miles=4.0, sort=Sort.NAME)
    need, *_, within, sort = filters.facets(asked, TERMS)
    assert [option.value for option in need.options if option.chosen] == ["food"]
    assert len(need.options) == len(TERMS.needs)
    assert [option.label for option in within.options if option.chosen] == ["Within 4 miles"]
    assert [option.label for option in sort.options if option.chosen] == ["Name, A to Z"]


def test_every_time_has_its_words_and_what_is_chosen_is_always_among_them():
    said = [opening.when_words(when) for when in NAMES.values()]
    assert len(set(said)) == len(said)
    for when in NAMES.values():
        (facet,) = (each for each in filters.facets(SearchRequest(when=when), TERMS) if each.name == "open")
        assert [option.value for option in facet.options if option.chosen] == [str(when)]
        assert facet.clear_url == "/search"
    (facet,) = (each for each in filters.facets(SearchRequest(), TERMS) if each.name == "open")
    assert [option.label for option in facet.options if option.chosen] == ["Any time"]


def test_a_filter_offers_what_would_find_something_and_what_is_chosen():
    asked = SearchRequest(needs=("food",), free=True, near="B12")
    found = {name: dict.fromkeys(values, 0) for name, values in options(TERMS).items()}
    found["need"]["money"] = 1234
    found["cost"]["free"] = 7
    shown = {facet.name: facet for facet in filters.facets(asked, TERMS, Counts(found, {3.0: 9, 0.0: 11}))}
    assert [(each.value, each.count) for each in shown["need"].options] == [("food", "0"), ("money", "1,234")]
    assert "kind" not in shown, "a filter that would find nothing is none"
    assert [(each.label, each.count) for each in shown["cost"].options] == [("Free of charge", "7")]
    assert [each.count for each in shown["within"].options if each.count] == ["9", "11"]
    assert [facet.name for facet in shown.values() if facet.clear_url] == ["need", "cost"]


def test_all_filters_are_dropped_but_the_words_and_the_place_kept():
    asked = SearchRequest(q="bread", near="B12", needs=("food",), access=("step-free",), area="B12", referral="self")
    assert filters.in_use(asked) == 3
    asked = replace(asked, when=NAMES["now"])
    assert filters.in_use(asked) == 4
    assert filters.cleared(asked) == SearchRequest(q="bread", near="B12")


def test_the_way_out_of_nothing_is_the_nearest_one_first():
    asked = SearchRequest(q="bread", near="B12", needs=("food",), kinds=("charity",), when=NAMES["now"])
    assert [way.label for way in nothing.ways(asked, PLACE, near="B12")] == [
        "Search at any time",
        "Search within 10 miles",
        "Search all of Birmingham",
        "By phone or online, wherever you are",
        "Search every kind of organisation",
        "Search without the words",
        "Search without filters",
        "Show everything near there",
    ]
    assert list(nothing.ways(SearchRequest(), PLACE, near="")) == []


def test_each_condition_is_named_with_the_search_that_is_left_without_it():
    asked = SearchRequest(q="bread", near="B12", needs=("food",), access=("step-free",), page=2)
    left = {way.label: way.request for way in nothing.conditions(asked, TERMS, near="B12 Balsall Heath")}
    assert list(left) == ["the words “bread”", "“Food”", "“Step-free”", "“within 3 miles of B12 Balsall Heath”"]
    assert left["“Food”"] == SearchRequest(q="bread", near="B12", access=("step-free",))
    assert list(nothing.conditions(SearchRequest(q="bread"), TERMS, near="")) == [], "it is the only one"


def test_the_condition_that_costs_most_is_the_one_without_which_most_is_found():
    ways = [nothing.Way("few", SearchRequest(), 2), nothing.Way("many", SearchRequest(), 7)]
    assert nothing.most(ways) == ways[1]
    assert nothing.most([nothing.Way("none", SearchRequest(), 0)]) is None


def row_of(record, found, *, near=HERE):
    asked_near = "B12 9QR" if near else ""
    made = cards.Cards(TERMS, Session(), near=near, asked_near=asked_near, moment=MOMENT, states=False)
    return made.row(found, card(record, slug="kitchen"))


def test_a_card_says_where_how_far_and_what_for():
    row = row_of(given_record("Kitchen", given_location()), Row(1, (0,), 700.0))
    assert row.url == "/listing/kitchen?near=B12+9QR"
    assert row.distance == "0.4 miles"
    assert row.where == "St Agatha's Hall, 12 Example Road, Birmingham, B11 1AA"
    assert [(line.name, line.where, line.tags) for line in row.offerings] == [("Food bank", "", "Food")]
    assert row.more == ""


def test_a_card_tells_places_apart_when_there_are_several():
    places = (given_location("One"), given_location("Two"))
    row = row_of(given_record("Kitchen", *places), Row(1, (0, 1), 700.0))
    assert row.where == ""
    assert [line.where.split(",")[0] for line in row.offerings] == ["One", "Two"]


def test_a_card_counts_what_it_leaves_out():
    places = tuple(given_location(str(n)) for n in range(5))
    row = row_of(given_record("Kitchen", *places), Row(1, (0, 1, 2, 3, 4), 700.0))
    assert len(row.offerings) == 3
    assert row.more == "and 2 more services"


def test_a_group_without_a_place_says_that_it_serves_the_area():
    row = row_of(given_record("Helpline"), Row(1, (0,), None, serves=True))
    assert row.where == "Serves Birmingham (serves your area)"
    assert row.distance == ""


def test_a_hidden_place_has_no_distance_and_no_address():
    hidden = Location(id=an_id("h"), visibility=Visibility.HIDDEN)
    row = row_of(given_record("Refuge", hidden), Row(1, (0,), None))
    assert row.where == "Address not published"
    assert row.distance == ""


def test_an_approximate_place_is_told_in_half_miles():
    near = given_location("", visibility=Visibility.APPROXIMATE, addresses=())
    assert row_of(given_record("Home group", near), Row(1, (0,), 900.0)).distance == "about 0.5 miles"


def test_a_register_entry_without_services_is_told_by_its_summary():
    record = given_record("Trust", services=(), source=Source(kind=SourceKind.REGISTER, name="ccew"))
    row = row_of(record, Row(1, (0,), None), near=None)
    assert [line.name for line in row.offerings] == ["Neighbours feeding neighbours."]
    assert row.mark == "Not yet confirmed by the organisation"
    assert row.url.endswith("kitchen")
