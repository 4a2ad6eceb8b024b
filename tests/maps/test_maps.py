"""The map shows what is published, a city and a country at the same cost, and nothing else."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.geo import Box, Point, tile_of
from directory.listings.rules.record import Visibility
from directory.maps import queries
from directory.maps import service as maps
from directory.maps.rules import (
    COARSEST,
    FANNED,
    FINEST,
    LOOKED_BACK,
    MICRO,
    Cluster,
    Pin,
    Spots,
    cell_sums,
    finest_cell,
    grouped,
    is_heavy,
    window,
)
from tests.support.records import an_id, given_location, given_record

CITY = Box(-2.04, 52.38, -1.72, 52.61)


def a_pin(organisation: int, lat: float = 52.45, lon: float = -1.9, **changes) -> Pin:
    values = {
        "organization_id": organisation,
        "n": 0,
        "lat": round(lat * MICRO),
        "lon": round(lon * MICRO),
        "uuid": an_id(organisation),
        "slug": f"group-{organisation}",
        "name": f"Group {organisation}",
        "need": "food",
        "place": "Hall",
        "approximate": False,
    }
    return Pin(**{**values, **changes})


def scattered(count: int) -> list[Pin]:
    return [a_pin(n, 52.40 + (n * 7 % 200) / 1000, -2.0 + (n * 13 % 250) / 1000) for n in range(1, count + 1)]


def spots_of(pins: list[Pin]) -> Spots:
    return Spots(*(np.array(column) for column in zip(*((pin.organization_id, *at(pin)) for pin in pins), strict=True)))


def at(pin: Pin) -> tuple[float, float]:
    return pin.lat / MICRO, pin.lon / MICRO


def put(session, pins: list[Pin]) -> None:
    maps.put(session, pins, [pin.organization_id for pin in pins])


def test_a_few_pins_are_shown_as_they_are(session):
    put(session, scattered(20))
    shown = queries.viewport(session, CITY, 11)
    assert {found.name for found in shown if isinstance(found, Pin)} == {f"Group {n}" for n in range(1, 21)}


def test_many_pins_are_clustered_and_none_is_lost(session):
    put(session, scattered(400))
    shown = queries.viewport(session, CITY, 9)
    assert any(isinstance(found, Cluster) for found in shown)
    assert sum(found.n if isinstance(found, Cluster) else 1 for found in shown) == 400


def test_a_pin_alone_in_its_cell_keeps_its_name_among_clusters(session):
    put(session, [*scattered(300), a_pin(999, 52.605, -1.725)])
    assert "Group 999" in {found.name for found in queries.viewport(session, CITY, 11) if isinstance(found, Pin)}


def test_close_up_every_pin_can_be_opened(session):
    put(session, [a_pin(n) for n in range(1, 201)])
    around = Box.around(Point(52.45, -1.9), 300)
    (many,) = queries.viewport(session, around, 16)
    assert isinstance(many, Cluster)
    assert many.n == 200
    assert len([found for found in queries.viewport(session, around, 19) if isinstance(found, Pin)]) == 200


def test_a_few_pins_of_one_spot_can_be_fanned_out_among_many(session):
    crowd = [a_pin(n, 52.45 + n % 40 / 12_000, -1.9 + n // 40 / 8_000) for n in range(1, 1_200)]
    put(session, [*crowd, *(a_pin(n, 52.4493, -1.9011) for n in range(2_001, 2_009))])
    around = Box.around(Point(52.451, -1.899), 400)
    spots = spots_of(crowd)
    for zoom in (16, 17, 18):
        shown = queries.viewport(session, around, zoom)
        assert sum(found.n if isinstance(found, Cluster) else 1 for found in shown) == 1_207
        assert {found.organization_id for found in shown if isinstance(found, Pin)} >= set(range(2_001, 2_009))
        assert any(isinstance(found, Cluster) for found in queries.clustered(session, spots, around, zoom)) == (
            any(isinstance(found, Cluster) for found in shown)
        )


def test_a_viewport_takes_few_statements_however_many_there_are(session, statements):
    put(session, [*scattered(400), *(a_pin(n, 52.45 + n % 20 / 50_000, -1.9) for n in range(1_000, 1_400))])
    for zoom in (8, 11, 15):
        with statements() as seen:
            queries.viewport(session, CITY, zoom)
        assert len(seen) <= 2
    for zoom in (16, 18, 19):
        with statements() as seen:
            shown = queries.viewport(session, Box.around(Point(52.45, -1.9), 300), zoom)
        assert sum(found.n if isinstance(found, Cluster) else 1 for found in shown) >= 400
        assert len(seen) <= 3


def test_taking_listings_away_leaves_no_trace(session):
    put(session, scattered(30))
    before = maps.checksum(session)
    put(session, [a_pin(n) for n in range(100, 150)])
    assert maps.checksum(session) != before
    maps.drop(session, list(range(100, 150)))
    assert maps.checksum(session) == before
    assert maps.drift(session) == 0


def test_putting_again_replaces_what_was_there(session):
    put(session, [a_pin(1), a_pin(2)])
    put(session, [a_pin(1, 52.6, -1.8)])
    assert {(pin.organization_id, pin.lat) for pin in queries.pins_of(session, [1, 2])} == {
        (1, 52_600_000),
        (2, 52_450_000),
    }
    assert maps.drift(session) == 0


def test_a_rebuild_makes_the_same_map(session):
    pins = scattered(50)
    put(session, pins)
    before = maps.checksum(session)
    assert maps.rebuild(session, pins, batch=7) == 50
    assert maps.checksum(session) == before


def test_places_that_a_search_found_are_clustered_alike(session):
    pins = scattered(300)
    put(session, pins)
    spots = spots_of(pins)
    shown = queries.clustered(session, spots, CITY, 9)
    assert sum(found.n if isinstance(found, Cluster) else 1 for found in shown) == 300
    assert len(queries.clustered(session, spots_of(pins[:5]), CITY, 9)) == 5


def test_a_box_larger_than_a_screen_does_not_bring_every_pin(session):
    pins = scattered(400)
    put(session, pins)
    spots = spots_of(pins)
    for shown in (queries.viewport(session, CITY, 19), queries.clustered(session, spots, CITY, 19)):
        assert any(isinstance(found, Cluster) for found in shown)
        assert sum(found.n if isinstance(found, Cluster) else 1 for found in shown) == 400


def test_two_offerings_at_one_place_are_one_pin():
    hall = given_location()
    pins = maps.pins(given_record("Kitchen", hall, given_location(id=an_id("same hall"))), 1, "kitchen")
    assert len(pins) == 1


def test_a_hidden_place_has_no_pin_and_an_approximate_one_says_so():
    hidden = given_location(visibility=Visibility.HIDDEN, point=None)
    near = given_location("Home", visibility=Visibility.APPROXIMATE)
    (pin,) = maps.pins(given_record("Kitchen", hidden, near), 1, "kitchen")
    assert pin.approximate


@given(st.lists(st.tuples(st.floats(-85, 85), st.floats(-179, 179)), min_size=1, max_size=20))
def test_every_level_counts_every_pin(points):
    pins = [a_pin(n, lat, lon) for n, (lat, lon) in enumerate(points)]
    sums = cell_sums((*finest_cell(pin), pin.lat, pin.lon) for pin in pins)
    for level in range(COARSEST, FINEST + 1):
        assert sum(n for (z, _, _), (n, _, _) in sums.items() if z == level) == len(pins)


CLOSE = st.tuples(st.integers(52_449_990, 52_450_010), st.integers(-1_900_010, -1_899_990))
FAR = st.tuples(st.integers(-85 * MICRO, 85 * MICRO), st.integers(-179 * MICRO, 179 * MICRO))


def plainly_grouped(points: list[tuple[float, float]], level: int) -> tuple[list[Cluster], list[int]]:
    """As ``grouped``, one point after the other."""
    cells: dict[tuple[int, int], list[int]] = {}
    for place, point in enumerate(points):
        cells.setdefault(tile_of(Point(*point), level), []).append(place)
    told = [cell for cell in cells.values() if len({points[one] for one in cell}) == 1 and len(cell) <= FANNED]
    crowds = [[points[one] for one in cell] for cell in cells.values() if cell not in told]
    if level > COARSEST and is_heavy(sum(map(len, told)), len(crowds)):
        return plainly_grouped(points, level - 1)
    clusters = []
    for crowd in crowds:
        lats, lons = zip(*crowd, strict=True)
        box = (min(lons), min(lats), max(lons), max(lats))
        clusters.append(Cluster(len(crowd), sum(lats) / len(lats), sum(lons) / len(lons), box))
    return clusters, [one for cell in told for one in cell]


@given(st.lists(CLOSE | FAR, max_size=150), st.integers(COARSEST, FINEST), st.integers(1, 12))
def test_points_are_grouped_as_one_by_one(found, level, often):
    points = [(lat / MICRO, lon / MICRO) for lat, lon in found * often]
    lats, lons = (np.array([point[axis] for point in points]) for axis in (0, 1))
    clusters, told = grouped(lats, lons, level)
    wanted, alone = plainly_grouped(points, level)
    assert sorted(told) == sorted(alone)
    for one, other in zip(sorted(clusters, key=one_of), sorted(wanted, key=one_of), strict=True):
        assert (one.n, one.box) == (other.n, other.box)
        assert (one.lat, one.lon) == pytest.approx((other.lat, other.lon))


def one_of(cluster: Cluster) -> tuple[float, ...]:
    return cluster.box


@given(st.lists(st.lists(CLOSE, max_size=3 * LOOKED_BACK), max_size=9))
def test_an_organisation_has_each_point_once(of_each):
    points = [(owner, *point) for owner, some in enumerate(of_each) for point in some]
    once = Spots(*np.array(points or np.empty((0, 3))).T).each_once()
    kept = list(zip(*(column.tolist() for column in once), strict=True))
    assert kept == list(dict.fromkeys(points))


@given(st.floats(-85, 85), st.floats(-179, 179), st.floats(0.0001, 80), st.integers(COARSEST, FINEST))
def test_a_window_never_holds_more_cells_than_asked(lat, lon, size, level):
    box = Box(max(-180, lon - size), max(-90, lat - size), min(180, lon + size), min(90, lat + size))
    _, rows, columns = window(box, level, most=48)
    assert len(rows) <= 49
    assert len(columns) <= 49


def test_the_document_knows_the_tiles_and_nothing_else():
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    text = maps.script(maps.Ground(CITY, tiles, "</script> & friends"))
    assert f"var {maps.ELEMENT} = L.map(" in text
    assert tiles in text
    assert "</script>" not in text
    assert "cdn" not in text
    assert "tileLayer" not in maps.script(maps.Ground(CITY, "", ""))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "bbox has to be west,south,east,north in degrees."),
        ("bbox=1,2,3&zoom=4", "bbox has to be west,south,east,north in degrees."),
        ("bbox=3,2,1,0&zoom=4", "bbox has to be west,south,east,north in degrees, west before east and"),
        ("bbox=-2,nan,-1,53&zoom=4", "bbox has to be degrees north from -90 to 90."),
        ("bbox=-2,52,-1,53&zoom=99", "zoom has to be a whole number from 0 to 19."),
        ("bbox=-2,52,-1,53&zoom=x", "zoom has to be a whole number from 0 to 19."),
    ],
)
def test_a_viewport_that_makes_no_sense_is_refused_in_words(client, query, words):
    answer = client.get(f"/map/features?{query}")
    assert answer.status_code == 400
    assert json.loads(answer.data)["detail"].startswith(words)
