"""The places that come with the code: Birmingham, checked against public points, and the country."""

import csv
from pathlib import Path

import pytest

from directory.core.geo import Point, distance_m
from directory.core.postcode import parse_partial
from directory.core.text import fold
from directory.geocoding.rules import Located
from directory.geocoding.service import Geocoding
from directory.infra.place import load_place
from tests.support import postcodes

SHARED = Path(__file__).parents[3] / "shared" / "data"
NEAR_M = 1_400.0  # a sector's centre may be so far from the middle of what people mean
BIRMINGHAM = load_place("birmingham")
UK = load_place("uk")


@pytest.fixture(scope="module")
def birmingham() -> Geocoding:
    return postcodes.geocoding("birmingham")


@pytest.fixture(scope="module")
def known_points() -> dict[str, Point]:
    """Points inside Birmingham's neighbourhoods by their public names, folded."""
    file = SHARED / "gazetteer" / "msoa_neighbourhood_points.csv"
    if not file.is_file():
        pytest.fail(f"{file} is missing: the neighbourhoods are checked against it", pytrace=False)
    with file.open(encoding="utf-8") as rows:
        return {
            fold(row["hoc_library_name"]): Point(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(rows)
        }


def test_birmingham_is_what_it_should_be():
    assert (BIRMINGHAM.name, BIRMINGHAM.holidays, BIRMINGHAM.languages) == ("Birmingham", "ENG", ("en",))
    assert (str(BIRMINGHAM.time_zone), BIRMINGHAM.radius_miles, BIRMINGHAM.sample) == (
        "Europe/London",
        3,
        True,
    )
    assert BIRMINGHAM.box.contains(BIRMINGHAM.centre)
    assert len(BIRMINGHAM.neighbourhoods) >= 80


@pytest.mark.parametrize("place", [BIRMINGHAM, UK], ids=lambda place: place.slug)
def test_contacts_are_plainly_placeholders_and_no_helpline_is_invented(place):
    assert place.contact.email.endswith("@example.org")
    assert place.controller.email.endswith("@example.org")
    assert "placeholder" in place.contact.name
    assert "placeholder" in place.controller.name
    assert place.helplines == ()


@pytest.mark.parametrize("place", [BIRMINGHAM, UK], ids=lambda place: place.slug)
def test_no_name_means_two_neighbourhoods(place):
    said = [fold(name) for each in place.neighbourhoods for name in (each.name, *each.aliases)]
    assert sorted(name for name in set(said) if said.count(name) > 1) == []


@pytest.mark.parametrize("place", [BIRMINGHAM, UK], ids=lambda place: place.slug)
def test_every_anchor_is_a_sector_or_a_district(place):
    for neighbourhood in place.neighbourhoods:
        assert str(parse_partial(neighbourhood.anchor)) == neighbourhood.anchor


@pytest.mark.parametrize("place", [BIRMINGHAM, UK], ids=lambda place: place.slug)
def test_every_name_is_found_inside_the_place(place):
    geocoding = postcodes.geocoding(place.slug)
    assert geocoding.unplaced == ()
    for neighbourhood in place.neighbourhoods:
        for name in (neighbourhood.name, *neighbourhood.aliases):
            found = geocoding.locate(name)
            assert isinstance(found, Located), name
            assert place.box.contains(found.point), name


def test_every_district_has_names_and_is_inside(birmingham):
    for district in BIRMINGHAM.districts:
        assert district.names, district.code
        found = birmingham.locate(district.code)
        assert isinstance(found, Located), district.code


def test_neighbourhoods_lie_where_public_sources_have_them(birmingham, known_points):
    compared = 0
    for neighbourhood in BIRMINGHAM.neighbourhoods:
        name = fold(neighbourhood.name)
        points = [
            point
            for known, point in known_points.items()
            if f" {name} " in f" {known} " and not known.startswith("upper ")  # Upper Witton is not Witton
        ]
        if not points:
            continue
        compared += 1
        found = birmingham.locate(neighbourhood.name)
        assert isinstance(found, Located)
        nearest = min(distance_m(found.point, point) for point in points)
        assert nearest <= NEAR_M, f"{neighbourhood.name} is {nearest:.0f} m from where it should be"
    assert compared >= 60


@pytest.mark.parametrize("name", ["Sparkbrook", "JQ", "Kings Heath", "King's Heath", "the Rock", "Balti Triangle"])
def test_names_are_known_as_people_type_them(birmingham, name):
    assert isinstance(birmingham.locate(name), Located)


@pytest.fixture(scope="module")
def country() -> Geocoding:
    return postcodes.geocoding("uk")


# Middles of towns to the nearest tenth of a degree: a district of another town would be farther off.
@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [("Banbury", 52.1, -1.3), ("Truro", 50.3, -5.1), ("Selby", 53.8, -1.1), ("Wick", 58.4, -3.1), ("Bala", 52.9, -3.6)],
)
def test_towns_of_the_country_lie_where_they_are(country, name, lat, lon):
    found = country.locate(name)
    assert isinstance(found, Located)
    assert distance_m(found.point, Point(lat, lon)) < 10_000


def named(geocoding, words):
    return [(words.split()[at.start : at.stop], located.label) for at, located in geocoding.named(words.split())]


def test_the_names_in_a_sentence_are_told_with_their_places_the_longest_first(country):
    assert named(country, "sheltered flats stratford upon avon") == [
        (["stratford", "upon", "avon"], "Stratford-upon-Avon")
    ]
    assert named(country, "banbury or bicester") == [(["banbury"], "Banbury"), (["bicester"], "Bicester")]
    assert named(country, "choir") == []
    assert named(country, "") == []


def test_a_region_is_a_name_among_words_and_no_place_to_look_around(country):
    ((_, kent),) = country.named(["kent"])
    dover = country.locate("Dover")
    assert isinstance(dover, Located)
    assert distance_m(kent.point, dover.point) <= kent.precision_m
    assert not isinstance(country.locate("Kent"), Located)


def test_a_name_of_the_whole_place_is_none_among_words(birmingham):
    assert named(birmingham, "choir birmingham") == []
    assert named(birmingham, "choir kings heath") == [(["kings", "heath"], "Kings Heath")]
