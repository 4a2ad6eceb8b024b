"""What people type, and what it means."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.geo import Point, distance_m
from directory.core.text import fold
from directory.geocoding import rules
from directory.geocoding.rules import Located, Miss
from directory.listings.rules.record import Found
from tests.support import postcodes

POINTS = Path(__file__).parents[2] / "../shared/data/gazetteer/msoa_neighbourhood_points.csv"


@pytest.mark.parametrize(
    ("typed", "understood", "found"),
    [
        ("B14 7QH", "B14 7QH", Found.POSTCODE),
        (" b147qh ", "B14 7QH", Found.POSTCODE),
        ("b14-7qh.", "B14 7QH", Found.POSTCODE),
        ("12 Moseley Road, Birmingham B14 7QH", "B14 7QH", Found.POSTCODE),
        ("B12", "B12", Found.DISTRICT),
        ("b12 9", "B12 9", Found.SECTOR),
        ("b129", "B12 9", Found.SECTOR),
        ("B12 9A", "B12 9", Found.SECTOR),  # still typing
        ("somewhere in b11", "B11", Found.DISTRICT),
        ("Kings Heath", "Kings Heath", Found.NEIGHBOURHOOD),
        ("king\u2019s heath", "Kings Heath", Found.NEIGHBOURHOOD),
        ("KINGS HEATH, BIRMINGHAM", "Kings Heath", Found.NEIGHBOURHOOD),
        ("near the kings heath area", "Kings Heath", Found.NEIGHBOURHOOD),
        ("High Street, Kings Heath, Birmingham, England", "Kings Heath", Found.NEIGHBOURHOOD),
        ("kingsheath", "Kings Heath", Found.NEIGHBOURHOOD),
        ("sparkbrook b11", "Sparkbrook", Found.NEIGHBOURHOOD),
        ("sparkbrok", "Sparkbrook", Found.NEIGHBOURHOOD),
        ("Northfeild", "Northfield", Found.NEIGHBOURHOOD),
        ("edgebaston", "Edgbaston", Found.NEIGHBOURHOOD),
        ("Harbourne birmingham", "Harborne", Found.NEIGHBOURHOOD),
        ("Perry Bar", "Perry Barr", Found.NEIGHBOURHOOD),
        ("Hall Grean", "Hall Green", Found.NEIGHBOURHOOD),
        ("jewellry quarter", "Jewellery Quarter", Found.NEIGHBOURHOOD),
        ("Birmingham", "Birmingham", Found.NEIGHBOURHOOD),
        ("Birmigham", "Birmingham", Found.NEIGHBOURHOOD),
        ("birmingham b12", "B12", Found.DISTRICT),
    ],
)
def test_words_mean_a_place_however_they_are_typed(birmingham, typed, understood, found):
    answer = birmingham.locate(typed)
    assert isinstance(answer, Located), answer
    assert (answer.label, answer.found) == (understood, found)
    assert birmingham.place.box.contains(answer.point)
    assert answer.precision_m >= 150


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Miss.EMPTY),
        (" \t\n\x00 ", Miss.EMPTY),
        ("!!", Miss.UNKNOWN),
        ("Atlantis", Miss.UNKNOWN),
        ("B14 9ZZ", Miss.UNKNOWN),  # well formed, never given out: not taken for B14
        ("12 Example Road, B14 9ZZ", Miss.UNKNOWN),
        ("ZZ99 9ZZ", Miss.UNKNOWN),
        ("IM1 1AA", Miss.UNKNOWN),
        ("M1 1AE", Miss.OUTSIDE),
        ("m1", Miss.OUTSIDE),
        ("1 Kings Heath Street, Manchester M1 1AE", Miss.OUTSIDE),
        ("BT7 1NN", Miss.NORTHERN_IRELAND),
        ("bt7", Miss.NORTHERN_IRELAND),
        ("Belfast BT7", Miss.NORTHERN_IRELAND),
        ("green", Miss.UNKNOWN),  # one letter from Greet, and from nothing meant
        ("Sutton in Ashfield", Miss.UNKNOWN),  # "Sutton" alone is Sutton Coldfield here
        ("Wandsworth", Miss.UNKNOWN),  # not Handsworth with an error
        ("'; DROP TABLE area; --", Miss.UNKNOWN),
    ],
)
def test_what_is_not_found_has_its_own_reason(birmingham, typed, why):
    assert birmingham.locate(typed) is why


def test_the_country_knows_what_a_city_calls_outside(country):
    assert country.locate("M1 1AE").label == "M1 1AE"
    assert country.locate("leeds").label == "Leeds"
    assert country.locate("LS6").found is Found.DISTRICT
    assert country.locate("BT7 1NN") is Miss.NORTHERN_IRELAND


@given(st.text(max_size=400) | st.text("bB149 -7qhQH,kingsheat'", max_size=60))
def test_any_text_is_a_legal_question(birmingham, typed):
    answer = birmingham.locate(typed)
    assert isinstance(answer, Located | Miss)


@pytest.mark.parametrize("typed", ["x" * 10_000, "B14 " * 5_000, "kings heath " * 900, "\U0001f600" * 3_000])
def test_a_flood_of_letters_costs_no_more_than_a_name(birmingham, typed):
    birmingham.locate(typed)
    assert best_of(5, lambda: birmingham.locate(typed)) < 0.005


def best_of(times, work):
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


@pytest.mark.parametrize("place", ["birmingham", "uk"])
def test_every_name_of_a_place_has_an_anchor_that_exists(place):
    assert postcodes.geocoding(place).unplaced == ()


def test_every_name_and_alias_finds_a_point_in_the_place(birmingham):
    for neighbourhood in birmingham.place.neighbourhoods:
        for name in (neighbourhood.name, *neighbourhood.aliases):
            assert isinstance(birmingham.locate(name), Located), name


def test_neighbourhoods_lie_where_the_house_of_commons_library_has_them(birmingham):
    if not POINTS.exists():
        pytest.fail(f"This test reads {POINTS}, which is missing.")
    own = {fold(neighbourhood.name) for neighbourhood in birmingham.place.neighbourhoods}
    far, seen = [], 0
    with POINTS.open() as file:
        for row in csv.DictReader(file):
            if fold(row["hoc_library_name"]) in own:
                answer = birmingham.locate(row["hoc_library_name"])
                metres = distance_m(answer.point, Point(float(row["lat"]), float(row["lon"])))
                seen += 1
                if metres > 1_400:  # the sectors of Sutton Coldfield are 3 km wide
                    far.append(f"{answer.label}: {metres:.0f} m")
    assert seen > 30
    assert not far


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("B14 7QH", "B14 7QH"), ("b147qh", "B14 7QH"), ("Flat 2, B14 7QH", None), ("B14", None), ("", None)],
)
def test_a_postcode_alone_is_asked_for_by_its_own_name(birmingham, typed, kept):
    answer = birmingham.postcode(typed)
    assert (answer.label if isinstance(answer, Located) else None) == kept


def test_a_postcode_outside_the_place_can_be_had_on_request(birmingham):
    assert birmingham.postcode("M1 1AE") is Miss.OUTSIDE
    assert birmingham.postcode("M1 1AE", anywhere=True).label == "M1 1AE"
    assert birmingham.sector_centre("M1 1AE") is Miss.OUTSIDE
    assert birmingham.sector_centre("M1 1AE", anywhere=True).label == "M1"


def test_an_approximate_place_is_the_same_for_the_whole_sector(birmingham):
    given_out, new = birmingham.sector_centre("B14 7QH"), birmingham.sector_centre("B14 7ZZ")
    assert given_out == new
    assert given_out.label == "B14"  # the public address of an approximate place is the outward code
    assert given_out.found is Found.SECTOR
    assert distance_m(given_out.point, birmingham.postcode("B14 7QH").point) > 100


def test_a_sector_of_one_address_does_not_give_it_away(birmingham):
    true = birmingham.postcode("B1 9HQ").point
    shown = birmingham.sector_centre("B1 9HQ")
    assert shown.found is Found.DISTRICT
    assert distance_m(true, shown.point) > 100


@pytest.mark.parametrize(
    ("typed", "why"),
    [("", Miss.EMPTY), ("B14", Miss.UNKNOWN), ("BT7 1NN", Miss.NORTHERN_IRELAND), ("ZZ1 1AA", Miss.UNKNOWN)],
)
def test_no_centre_has_its_reason(birmingham, typed, why):
    assert birmingham.sector_centre(typed) is why


def test_the_nearest_postcode_of_a_point(birmingham):
    there = birmingham.postcode("B14 7QH")
    assert birmingham.nearest(there.point) == "B14 7QH"
    assert birmingham.nearest(Point(0, 0)) is None


def test_names_far_apart_in_spelling_are_never_forgiven():
    assert [rules.errors_forgiven("x" * length) for length in (5, 6, 8, 9, 40)] == [0, 1, 1, 2, 2]


@pytest.mark.parametrize("typed", ["52.4573,-1.8716", "52.4573, -1.8716", " 52.4573 -1.8716 "])
def test_a_point_is_read_to_a_hundred_metres_and_called_by_the_sector_around_it(birmingham, typed):
    answer = birmingham.locate(typed)
    assert isinstance(answer, Located), answer
    assert answer.point == Point(52.457, -1.872)
    assert answer.precision_m == 100
    assert re.fullmatch(r"B\d{1,2} \d", answer.label)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("51.5,-0.12", Miss.OUTSIDE),
        ("0.0,0.0", Miss.OUTSIDE),
        ("99.5,-1.5", Miss.UNKNOWN),
        ("52.4,-199.5", Miss.UNKNOWN),
        ("52,-2", Miss.UNKNOWN),  # a number of a house, or of anything
        ("nan,nan", Miss.UNKNOWN),
    ],
)
def test_a_point_that_is_none_or_elsewhere_is_told(birmingham, typed, why):
    assert birmingham.locate(typed) is why
