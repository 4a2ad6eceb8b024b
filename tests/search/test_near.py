"""Cells cover circles, and the plane is flat enough."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.geo import MILE_M, Box, Point, distance_m
from directory.geocoding.rules import Located
from directory.listings.rules.record import Found
from directory.search.rules.near import FURTHEST_M, METRES_PER_DEGREE, MOST_CELLS, Flat, Here, cells_of, circle_m, cover

points = st.builds(Point, st.floats(49.8, 60.9), st.floats(-8.2, 1.8))


@given(points, st.floats(0, 360), st.floats(0, 1), st.sampled_from((0.1, 1.0, 3.0, 10.0, 50.0, 499.0)))
def test_every_point_in_a_circle_lies_in_one_of_its_cells(centre, bearing, share, miles):
    radius_m = miles * MILE_M
    up = share * radius_m * math.cos(math.radians(bearing)) / METRES_PER_DEGREE
    along = share * radius_m * math.sin(math.radians(bearing)) / METRES_PER_DEGREE
    near = Point(centre.lat + up, centre.lon + along / math.cos(math.radians(centre.lat)))
    if distance_m(centre, near) <= radius_m:
        cells = Here(centre, radius_m).cells()
        assert len(cells) <= MOST_CELLS
        assert set(cells).intersection(cells_of(near))


def test_what_is_wider_than_the_furthest_has_no_edge():
    country = Located(Point(54.5, -3.0), FURTHEST_M + 1, Found.NEIGHBOURHOOD, "the country")
    assert Here.around(country, 3000.0, ()).radius_m is None
    assert circle_m(3000.0, country.width_m) == circle_m(FURTHEST_M, 0.0) == 0.0


@pytest.mark.parametrize(
    ("found", "within_m", "radius_m"),
    [
        (Found.NEIGHBOURHOOD, 3000.0, 17_000.0),
        (Found.DISTRICT, 3000.0, 17_000.0),
        (Found.SECTOR, 20_000.0, 20_000.0),
        (Found.NEIGHBOURHOOD, 0.0, None),
        (Found.POSTCODE, 3000.0, 3000.0),
        (Found.BY_HAND, 3000.0, 3000.0),
    ],
)
def test_a_circle_takes_in_all_of_a_place_that_is_wider_than_it(found, within_m, radius_m):
    named = Located(Point(52.48, -1.9), 17_000.0, found, "the town")
    assert Here.around(named, within_m, ("B12",)).radius_m == radius_m


def test_the_whole_world_is_one_cell_and_every_point_is_in_it():
    assert cover(Box(-180.0, -90.0, 180.0, 90.0)) == ["z0:0:0"]
    assert "z0:0:0" in cells_of(Point(52.48, -1.9))


@given(points, st.floats(0, 360), st.sampled_from(((1.0, 0.001), (10.0, 0.002), (50.0, 0.01))))
def test_the_plane_is_as_exact_as_it_says(centre, bearing, how):
    miles, error = how
    radius_m = miles * MILE_M
    there = Point(
        centre.lat + radius_m * math.cos(math.radians(bearing)) / METRES_PER_DEGREE,
        centre.lon
        + radius_m * math.sin(math.radians(bearing)) / METRES_PER_DEGREE / math.cos(math.radians(centre.lat)),
    )
    flat_m = math.sqrt(Flat.around(centre).squared(there.lat, there.lon)) * METRES_PER_DEGREE
    assert abs(flat_m - distance_m(centre, there)) <= error * radius_m
