"""The areas in memory, and the questions pages ask of the table."""

import json
import subprocess
import sys

import pytest
import shapely

from directory.areas import queries, rules
from directory.areas.rules import AreaInfo
from directory.areas.service import AreaIndex, load_geojson
from directory.core.geo import Box, Point
from directory.infra.place import load_place

PLACE = load_place("birmingham")


@pytest.fixture
def wards(session, shared_file):
    file = shared_file("birmingham_wards_2022_bgc.geojson")
    load_geojson(session, file, kind="ward", code_field="WD22CD", name_field="WD22NM", box=PLACE.box)
    return AreaIndex.load(session)


def test_it_knows_the_areas_in_order_and_one_by_one(session, wards):
    assert len(wards) == 69
    assert list(wards.all()) == queries.areas(session)
    assert wards.get("E05011118").name == "Acocks Green"
    assert wards.get("nothing") is None
    assert wards.version == 1


def test_a_point_is_asked_of_the_few_shapes_whose_boxes_hold_it(wards, monkeypatch):
    asked = []
    intersects = shapely.intersects_xy

    def counted(shapes, x, y):
        asked.append(len(shapes))
        assert shapely.is_prepared(shapes).all()
        return intersects(shapes, x, y)

    monkeypatch.setattr(shapely, "intersects_xy", counted)
    for n in range(500):
        wards.codes_at(Point(52.4 + n % 20 / 100, -2.0 + n % 25 / 100))
    assert max(asked) <= 6 < len(wards) / 10


@pytest.mark.parametrize("point", [Point(0, 0), Point(90, 180), Point(-90, -180), Point(51.5, -0.1)])
def test_a_point_elsewhere_is_in_no_area(wards, point):
    assert wards.codes_at(point) == ()


def test_without_areas_every_answer_is_empty():
    empty = AreaIndex([])
    assert (empty.codes_at(Point(52.4, -1.9), "B14"), empty.all(), empty.get("B14")) == ((), (), None)


def test_a_point_on_a_border_is_in_both():
    def half(code, west):
        box = Box(west, 52.0, west + 1, 53.0)
        info = AreaInfo(code, "ward", code, code, box, box.centre)
        return info, shapely.to_wkb(shapely.box(west, 52.0, west + 1, 53.0))

    index = AreaIndex([half("B", -1), half("A", -2)])
    assert index.codes_at(Point(52.5, -1.0)) == ("A", "B")
    assert index.codes_at(Point(52.5, -0.5)) == ("B",)


def test_a_reader_never_pays_for_the_shapes(tmp_path):
    script = (
        "import sys, directory.areas.service, directory.areas.queries, directory.areas.cli\n"
        "print(sorted({'shapely', 'numpy', 'folium', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_the_index_takes_two_statements(session, wards, statements, engine):
    with statements(engine) as seen:
        AreaIndex.load(session)
    assert len(seen) == 2  # the version, the areas


@pytest.mark.parametrize(
    "ask", [queries.areas, lambda s: queries.area(s, "E05011118"), lambda s: queries.outlines(s, "ward")]
)
def test_a_question_takes_one_statement(session, wards, statements, engine, ask):
    with statements(engine) as seen:
        assert ask(session)
    assert len(seen) == 1


def test_outlines_are_those_that_touch_the_box(session, wards):
    kings_heath = Box(-1.895, 52.43, -1.89, 52.435)
    features = json.loads(queries.outlines(session, "ward", box=kings_heath))["features"]
    names = {feature["properties"]["name"] for feature in features}
    assert "Brandwood & King's Heath" in names
    assert len(names) < 6
    assert {feature["id"] for feature in features} == {feature["properties"]["code"] for feature in features}


def test_too_many_outlines_are_none(session, wards, monkeypatch):
    monkeypatch.setattr(queries, "MOST_OUTLINES", 68)
    assert queries.outlines(session, "ward") == '{"type":"FeatureCollection","features":[]}'


def test_one_area_has_its_outline(session, wards):
    (feature,) = json.loads(queries.outline(session, "E05011118") or "")["features"]
    assert feature["properties"]["label"] == "Acocks Green"
    assert queries.outline(session, "nothing") is None
    assert queries.area(session, "nothing") is None


@pytest.mark.parametrize(
    ("code", "fine"),
    [
        ("E05011118", True),
        ("B12", True),
        ("a.b-c_d", True),
        ("", False),
        ("B 12", False),
        ("-", False),
        ("é", False),
        ("x" * 41, False),
    ],
)
def test_a_code_can_stand_in_an_address(code, fine):
    assert rules.is_code(code) is fine


def test_districts_are_ordered_by_number_and_wards_by_name():
    areas = [
        ("district", "B10", "B10"),
        ("district", "B2", "B2 City"),
        ("ward", "E1", "Yardley"),
        ("ward", "E2", "aston"),
    ]
    assert [area[1] for area in sorted(areas, key=lambda area: rules.order(*area))] == ["B2", "B10", "E2", "E1"]
