"""Postcode districts drawn from the offline postcodes."""

import dataclasses
import json

import pytest
import shapely

from directory.areas import queries
from directory.areas.rules import AreaInfo
from directory.areas.service import AreaIndex, build_districts, put
from directory.areas.service.ground import ground_of
from directory.areas.service.shapes import Drawn
from directory.areas.service.store import Named, Prepared
from directory.core.geo import Box, Point
from directory.infra import versions
from directory.infra.place import District


@pytest.fixture(scope="session")
def ground(birmingham):
    """The ground of Birmingham's districts, drawn once for these tests."""
    return ground_of([district.code for district in birmingham.place.districts], birmingham.index)


@pytest.fixture
def build(session, birmingham):
    def work(*codes, **names):
        place = birmingham.place
        if codes:
            place = dataclasses.replace(place, districts=tuple(District(code, names.get(code, ())) for code in codes))
        return build_districts(session, place, birmingham.index)

    return work


def test_every_district_that_the_place_names_gets_an_outline(session, build, birmingham):
    done = build()
    assert done.new == len(birmingham.place.districts)
    assert done.notes == ()
    names = [area.name for area in queries.areas(session)]
    assert names[0].startswith("B1 City centre")
    assert [name.split()[0] for name in names[:3]] == ["B1", "B2", "B3"], "in the order of numbers"


def test_the_outlines_are_light_and_as_the_standard_wants(session, build):
    build()
    text = queries.outlines(session, "district")
    assert len(text.encode()) < 60_000
    for feature in json.loads(text)["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shapely.is_valid(shape), feature["id"]
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw, feature["id"]
            assert not any(ring.is_ccw for ring in part.interiors)
        assert shapely.intersects_xy(shape, feature["properties"]["lon"], feature["properties"]["lat"])


def test_districts_are_whole_and_do_not_overlap(ground):
    shapes = list(ground.values())
    assert all(shapely.get_num_geometries(shape) == 1 for shape in shapes), "no scraps elsewhere"
    whole = shapely.union_all(shapes)
    assert sum(map(shapely.area, shapes)) == pytest.approx(shapely.area(whole), rel=1e-6)
    assert not any(part.interiors for part in shapely.get_parts(whole)), "no holes: Sutton Park is somebody's"


def test_a_district_ends_near_its_last_postcode(ground):
    west, south, east, north = shapely.total_bounds(list(ground.values()))
    assert west > -2.15
    assert south > 52.25
    assert east < -1.6
    assert north < 52.7


def test_nearly_every_postcode_lies_in_its_own_district(session, build, birmingham):
    build()
    areas, index = AreaIndex.load(session), birmingham.index
    first, position = index.columns
    right = seen = 0
    for code in ("B14", "B23", "B31", "B2"):
        at = index.districts.index(code)
        points = {(position[2 * row], position[2 * row + 1]) for row in range(first[at], first[at + 1])}
        found = [areas.codes_at(Point(lat / 1e6, lon / 1e6)) for lat, lon in points]
        right += sum(codes == (code,) for codes in found)
        seen += len(found)
    assert right / seen > 0.97


def test_the_first_half_of_an_address_settles_its_district(session, build, birmingham):
    build()
    areas = AreaIndex.load(session)
    inside = birmingham.locate("Kings Heath").point
    assert areas.codes_at(inside) == ("B14",)
    assert areas.codes_at(inside, "B13") == ("B13",), "the outline is computed; the address knows"
    assert areas.codes_at(inside, "M1") == ("B14",), "no area here"


def test_building_again_is_free_until_the_place_changes(session, build):
    assert build("B13", "B14").new == 2
    done = build("B13", "B14")
    assert (done.same, done.differs) == (2, False)
    changed = build("B14", B14=("Kings Heath",))
    assert (changed.removed, changed.new) == (1, 0)
    assert [area.name for area in queries.areas(session)] == ["B14 Kings Heath"]
    assert versions.current(session)["areas"] == 2


def test_a_district_of_post_office_boxes_has_no_ground(build):
    done = build("B14", "B99", "ZZ9")
    assert done.new == 1
    assert done.notes == ("B99: no ground of its own", "ZZ9: no ground of its own")


def test_a_district_whose_code_a_loaded_area_has_is_left_to_it(session, build):
    box = Box(-1.95, 52.4, -1.85, 52.5)
    there = AreaInfo("B14", "zone", "Zone B14", "B14", box, box.centre)
    shape = shapely.to_wkb(shapely.box(box.west, box.south, box.east, box.north))
    drawn = Drawn(shape, "{}", "{}", box, there.centre)
    put(session, Prepared("zone", "by hand", (Named("B14", "Zone B14", "B14"),), (drawn,)))
    done = build("B13", "B14")
    assert (done.new, done.notes) == (1, ("B14: there is a zone with this code: left out",))


def test_a_place_that_names_no_districts_has_none(session, build, birmingham):
    build("B14")
    done = build_districts(session, dataclasses.replace(birmingham.place, districts=()), birmingham.index)
    assert done.removed == 1
    assert queries.areas(session) == []


@pytest.mark.parametrize("code", ["ZE3", "KW17", "TR21", "B2"])
def test_islands_and_the_smallest_districts_are_drawn(birmingham, code):
    ground = ground_of([code], birmingham.index)
    assert shapely.area(ground[code]) > 0
