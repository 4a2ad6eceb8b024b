import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.core.geo import (
    MILE_M,
    Box,
    Point,
    centre_of,
    distance_m,
    osgb_to_wgs84,
    tile_north,
    tile_of,
    tile_west,
)
from directory.core.geo.grid import _to_airy

NEW_STREET = Point(52.4778, -1.8985)
EUSTON = Point(51.5282, -0.1337)

lats = st.floats(-90, 90)
lons = st.floats(-180, 180)
points = st.builds(Point, lats, lons)
boxes = st.builds(
    lambda lat, lon: Box(min(lon), min(lat), max(lon), max(lat)), st.tuples(lats, lats), st.tuples(lons, lons)
)

# Ordnance Survey, OSTN15 developer pack: easting, northing, latitude, longitude.
SURVEYED = [
    (91492.146, 11318.804, 49.92226393730, -6.29977752014),  # St Mary's, Scilly
    (449816.371, 75335.861, 50.57563665000, -1.29782277240),  # St Catherine's Point
    (639821.835, 169565.858, 51.37447025550, 1.44454730409),  # North Foreland
    (530624.974, 178388.464, 51.48936564950, -0.11992557180),  # Lambeth
    (389544.190, 261912.153, 52.25529381630, -2.15458614387),  # Worcester
    (422242.186, 433818.701, 53.80021519630, -1.66379168242),  # Leeds
    (267056.768, 846176.972, 57.48625000720, -4.21926398555),  # Inverness
    (395999.668, 1138728.951, 60.13308091660, -2.07382822798),  # Shetland
]


def metres_per_degree(lat):
    return 111_195 * math.cos(math.radians(lat))


def test_new_street_to_euston_is_as_far_as_the_map_says():
    assert distance_m(NEW_STREET, EUSTON) == pytest.approx(160_400, rel=0.01)


def test_a_mile_is_a_mile():
    assert distance_m(Point(52, -2), Point(52 + MILE_M / 111_195, -2)) == pytest.approx(MILE_M, rel=0.001)


@given(points, points)
def test_there_is_as_far_as_back_and_never_more_than_half_the_world(a, b):
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert 0 <= distance_m(a, b) <= 20_015_200
    assert distance_m(a, a) == 0


@pytest.mark.parametrize(("east", "north", "lat", "lon"), SURVEYED)
def test_grid_references_are_within_five_metres_of_the_survey(east, north, lat, lon):
    assert distance_m(osgb_to_wgs84(east, north), Point(lat, lon)) < 5


def test_the_projection_agrees_with_the_worked_example_of_the_ordnance_survey():
    lat, lon = map(math.degrees, _to_airy(651_409.903, 313_177.270))
    assert lat == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=1e-8)
    assert lon == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=1e-8)


@pytest.mark.parametrize(
    ("east", "north"), [(math.nan, 1.0), (1.0, math.nan), (-1.0, 5.0), (900_000.0, 5.0), (5.0, math.inf)]
)
def test_what_is_off_the_grid_is_refused(east, north):
    with pytest.raises(Invalid, match="National Grid"):
        osgb_to_wgs84(east, north)


@given(st.floats(80_000, 650_000), st.floats(10_000, 1_200_000))
def test_a_kilometre_east_on_the_grid_is_about_a_kilometre(east, north):
    there = distance_m(osgb_to_wgs84(east, north), osgb_to_wgs84(east + 1000, north))
    assert there == pytest.approx(1000, rel=0.005)


@pytest.mark.parametrize(
    ("lat", "lon", "point"),
    [("52.5", "-1.9", Point(52.5, -1.9)), (52, -2, Point(52, -2)), (" 52.5 ", "0", Point(52.5, 0))],
)
def test_a_point_is_read_from_numbers_and_texts(lat, lon, point):
    assert Point.parse(lat, lon) == point


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(999, 0), (0, 181), ("north", 0), ("nan", 0), (0, math.inf), (None, 0), ("", ""), (10**400, 0)],
)
def test_a_point_that_is_not_on_earth_is_refused(lat, lon):
    with pytest.raises(Invalid):
        Point.parse(lat, lon)


def test_a_box_is_written_west_south_east_north():
    assert Box.parse("-2.1,52.3,-1.7,52.6") == Box(west=-2.1, south=52.3, east=-1.7, north=52.6)


def test_a_map_zoomed_right_out_sends_the_world_three_times():
    assert Box.parse("-500,-85,500,85") == Box(-180, -85, 180, 85)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "2,0,1,1",
        "0,2,1,1",
        "nan,0,1,1",
        "0,-91,1,1",
        "0,0,inf,1",
        "0,0,1e9,1",
    ],
)
def test_what_is_not_a_box_is_refused(text):
    with pytest.raises(Invalid):
        Box.parse(text)


@given(boxes)
def test_a_box_survives_being_written_and_read(box):
    assert Box.parse(str(box)) == box


@given(boxes, boxes, points)
def test_boxes_that_share_a_point_touch(one, other, point):
    if one.contains(point) and other.contains(point):
        assert one.touches(other)
    assert one.touches(other) == other.touches(one)
    assert one.contains(one.centre)


def test_boxes_apart_do_not_touch_and_edges_do():
    assert not Box(0, 0, 1, 1).touches(Box(1.1, 0, 2, 1))
    assert Box(0, 0, 1, 1).touches(Box(1, 1, 2, 2))


@given(points, st.floats(1, 2_000_000), points)
def test_nothing_within_the_radius_is_outside_the_box_around(centre, radius_m, point):
    if distance_m(centre, point) <= radius_m * 0.999_999:
        assert Box.around(centre, radius_m).contains(point)


@given(st.floats(50, 60), st.floats(-8, 2), st.floats(100, 50_000))
def test_the_box_around_is_no_larger_than_it_has_to_be(lat, lon, radius_m):
    box = Box.around(Point(lat, lon), radius_m)
    assert (box.east - box.west) * metres_per_degree(box.north) <= 2 * radius_m * 1.02
    assert (box.north - box.south) * 111_195 <= 2 * radius_m * 1.001


def test_around_a_pole_and_across_the_date_line_every_longitude_is_near():
    assert Box.around(Point(89.9, 0), 50_000).west == -180
    assert Box.around(Point(0, 179.9), 50_000).west == -180


def test_the_centre_of_points_is_their_mean():
    assert centre_of([Point(52, -2), Point(53, -1), Point(54, 0)]) == Point(53, -1)
    assert Box.holding([Point(52, -2), Point(54, 0)]) == Box(-2, 52, 0, 54)


@pytest.mark.parametrize("of", [centre_of, Box.holding])
def test_no_points_have_no_centre(of):
    with pytest.raises(Invalid):
        of([])


def test_birmingham_is_on_the_tile_that_openstreetmap_shows():
    assert tile_of(NEW_STREET, 13) == (4052, 2688)


@given(points, st.integers(0, 20))
def test_a_point_is_on_its_tile(point, zoom):
    x, y = tile_of(point, zoom)
    assert 0 <= x < 1 << zoom
    assert 0 <= y < 1 << zoom
    assert tile_west(zoom, x) - 1e-9 <= point.lon <= tile_west(zoom, x + 1) + 1e-9
    if abs(point.lat) < 85.05:
        assert tile_north(zoom, y + 1) - 1e-9 <= point.lat <= tile_north(zoom, y) + 1e-9


def test_the_first_tile_is_the_world_of_the_map():
    assert (tile_west(0, 0), tile_west(0, 1)) == (-180, 180)
    assert (tile_north(0, 1), tile_north(0, 0)) == pytest.approx((-85.0511, 85.0511), abs=1e-4)
