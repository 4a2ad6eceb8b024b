"""``areas load``: real wards, and every way a file can be wrong."""

import json

import pytest
import shapely

from directory.areas import queries
from directory.areas.service import AreaIndex, load_geojson, remove
from directory.core.errors import Invalid
from directory.core.geo import Box, Point
from directory.infra import versions
from directory.infra.place import load_place

BOX = load_place("birmingham").box


def square(west=-1.9, south=52.45, size=0.02):
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


BOW = {"type": "Polygon", "coordinates": [[[-1.9, 52.4], [-1.8, 52.5], [-1.8, 52.4], [-1.9, 52.5], [-1.9, 52.4]]]}
POINT = {"type": "Point", "coordinates": [-1.9, 52.45]}


def load(session, file, kind="ward", code_field="CODE", name_field="NAME"):
    return load_geojson(session, file, kind=kind, code_field=code_field, name_field=name_field, box=BOX)


def the_area(session, code):
    found = queries.area(session, code)
    assert found is not None
    return found


@pytest.fixture
def load_wards(session, shared_file):
    def work():
        file = shared_file("birmingham_wards_2022_bgc.geojson")
        return load(session, file, code_field="WD22CD", name_field="WD22NM")

    return work


def test_the_wards_of_birmingham_are_loaded(session, load_wards):
    done = load_wards()
    assert (done.new, done.changed, done.same, done.removed, done.notes) == (69, 0, 0, 0, ())
    wards = queries.areas(session, "ward")
    assert [ward.name for ward in wards[:2]] == ["Acocks Green", "Allens Cross"]
    assert wards[0].code == "E05011118"
    assert all(ward.box.contains(ward.centre) for ward in wards)


def test_what_came_of_a_load_reads_as_a_sentence(session, write):
    done = load(session, write(("A", "One", square()), ("F", "Far", square(0.1))))
    assert str(done) == "1 new, 0 changed, 0 the same, 0 removed\n1 of 2 areas are outside the place: left out"


def test_loading_again_changes_nothing(session, load_wards):
    load_wards()
    before = versions.current(session)
    done = load_wards()
    assert (done.new, done.changed, done.same, done.differs) == (0, 0, 69, False)
    assert versions.current(session) == before


def test_postcodes_lie_in_the_ward_that_the_council_says(session, load_wards, birmingham):
    load_wards()
    index = AreaIndex.load(session)
    for postcode, ward in [
        ("B1 1BB", "Ladywood"),  # the Council House
        ("B15 2TT", "Edgbaston"),  # the University
        ("B30 2AA", "Bournville & Cotteridge"),
        ("B14 7SA", "Brandwood & King's Heath"),
        ("B13 8DD", "Moseley"),
        ("B17 9NT", "Harborne"),
        ("B23 6RJ", "Erdington"),
        ("B31 2NN", "Northfield"),
        ("B72 1XA", "Sutton Trinity"),
        ("B18 6DA", "Soho & Jewellery Quarter"),
    ]:
        (code,) = index.codes_at(birmingham.postcode(postcode).point)
        assert the_area(session, code).name == ward, postcode


def test_wards_are_light_enough_to_serve(session, load_wards):
    load_wards()
    assert len(queries.outlines(session, "ward").encode()) < 150_000
    assert len(queries.outlines(session, "ward", zoom=8).encode()) < 40_000


def test_neighbours_stay_neighbours_when_they_are_simplified(session, load_wards):
    load_wards()
    features = json.loads(queries.outlines(session, "ward"))["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    whole = shapely.union_all(shapes)
    assert sum(map(shapely.area, shapes)) / shapely.area(whole) == pytest.approx(1, abs=1e-3)
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    assert sum(shapely.area(shapely.polygons(hole)) for hole in holes) / shapely.area(whole) < 1e-3


def test_a_second_kind_stands_beside_the_first(session, load_wards, shared_file):
    load_wards()
    done = load(
        session,
        shared_file("west_midlands_boroughs.geojson"),
        kind="borough",
        code_field="code",
        name_field="name",
    )
    assert done.new >= 4, "those that touch the place's box"
    assert {area.kind for area in queries.areas(session)} == {"ward", "borough"}
    kings_heath = AreaIndex.load(session).codes_at(Point(52.4338, -1.8930))
    assert [the_area(session, code).kind for code in kings_heath] == ["borough", "ward"]


def test_areas_of_the_file_are_replaced_and_the_others_stay(session, write):
    load(session, write(("A", "One", square()), ("B", "Two", square(-1.88))))
    done = load(session, write(("B", "Two, renamed", square(-1.88)), ("C", "Three", square(-1.86))))
    assert (done.new, done.changed, done.same, done.removed) == (1, 1, 0, 0)
    assert [area.name for area in queries.areas(session)] == ["One", "Three", "Two, renamed"]


def test_every_load_that_changes_something_raises_the_version(session, write):
    load(session, write(("A", "One", square())))
    load(session, write(("A", "One", square(size=0.03))))
    assert versions.current(session)["areas"] == 2


def test_a_kind_can_be_removed(session, write):
    load(session, write(("A", "One", square())))
    assert remove(session, "ward").removed == 1
    assert queries.areas(session) == []
    assert versions.current(session)["areas"] == 2


@pytest.mark.parametrize(
    ("feature", "note"),
    [
        ((None, "No code", square(-1.8)), "feature 2: CODE is '': left out"),
        (("a/b", "Slash", square(-1.8)), "feature 2: CODE is 'a/b': left out"),
        ((True, "Truth", square(-1.8)), "feature 2: CODE is '': left out"),
        (("P", "A point", POINT), "feature 2 (P): not a polygon"),
        (("N", "Nothing", None), "feature 2 (N): not a polygon"),
        (("S", "No ring", {"type": "Polygon", "coordinates": []}), "feature 2 (S): not a polygon"),
        (("R", "Rubbish", {"type": "Polygon", "coordinates": "x"}), "feature 2 (R): not a polygon"),
        (
            ("L", "Flat", {"type": "Polygon", "coordinates": [[[-1.9, 52], [-1.8, 52], [-1.9, 52]]]}),
            "feature 2 (L): a shape without surface",
        ),
        (("F", "Far", square(0.1)), "1 of 2 areas are outside the place: left out"),
    ],
)
def test_a_feature_that_cannot_be_used_is_named_and_left_out(session, write, feature, note):
    done = load(session, write(("A", "One", square()), feature))
    assert done.new == 1
    assert any(said.startswith(note) for said in done.notes), done.notes


def test_what_can_be_mended_is_mended_and_said(session, write):
    done = load(session, write(("X", "Bow tie", BOW), ("M", "", square())))
    assert done.new == 2
    assert "feature 1 (X): its outline crosses itself: mended" in done.notes
    assert "feature 2 (M): no NAME; the code stands for it" in done.notes
    assert the_area(session, "M").name == "M"
    assert AreaIndex.load(session).codes_at(Point(52.45, -1.81)) == ("X",)


def test_features_with_one_code_are_one_area(session, write):
    done = load(session, write(("A", "Isles", square()), ("A", "Isles", square(-1.8))))
    assert done.notes == ("A: 2 features, joined to one area called Isles",)
    assert AreaIndex.load(session).codes_at(Point(52.46, -1.79)) == ("A",)


def test_names_are_cleaned_and_codes_may_be_numbers(session, write):
    load(session, write((42, "  Ward\u0000 \n End ", square()), (43.0, "W" * 900, square(-1.8))))
    assert the_area(session, "42").name == "Ward End"
    assert len(the_area(session, "43").name) == 200


def test_a_code_of_another_kind_is_not_taken(session, write):
    load(session, write(("A", "One", square())))
    done = load(session, write(("A", "One", square())), kind="borough")
    assert done.notes == ("A: there is a ward with this code: left out",)
    assert the_area(session, "A").kind == "ward"


def test_heights_are_dropped(session, write):
    high = {"type": "Polygon", "coordinates": [[[*corner, 120.5] for corner in square()["coordinates"][0]]]}
    load(session, write(("A", "Hill", high)))
    assert AreaIndex.load(session).codes_at(Point(52.46, -1.89)) == ("A",)


METRES = {"type": "Polygon", "coordinates": [[[407000, 287000], [408000, 287000], [408000, 288000], [407000, 287000]]]}
SWAPPED = {"type": "Polygon", "coordinates": [[[52.4, -1.9], [52.5, -1.9], [52.5, -1.8], [52.4, -1.9]]]}
FRANCE = {"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]}


@pytest.mark.parametrize(
    ("geometry", "said"),
    [(METRES, "these look like metres"), (SWAPPED, "the other way round"), (FRANCE, "none of the file's is")],
)
def test_coordinates_that_are_not_here_say_why(session, write, geometry, said):
    with pytest.raises(Invalid, match=said):
        load(session, write(("A", "One", geometry)))


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        ({"type": "Topology", "objects": {}}, "this is TopoJSON"),
        ({"geometryType": "esriGeometryPolygon", "features": []}, "Esri's own JSON"),
        (square(), "a single shape"),
        ([], "other JSON"),
        ("text", "other JSON"),
        ({"type": "FeatureCollection", "features": []}, "at least one feature"),
        ({"type": "FeatureCollection", "features": {}}, "at least one feature"),
        ({"type": "FeatureCollection", "features": [1, None, {}]}, "there are none"),
    ],
)
def test_json_of_another_kind_says_what_it_seems_to_be(session, write, whole, said):
    with pytest.raises(Invalid, match=said):
        load(session, write(whole=whole))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON from line 1, column 1"),
        (b"PK\x03\x04\xff\xfe", "not text"),
        (b'{"type": "FeatureCollection",', "no JSON from line 1"),
        (b"[" * 200_000, "nested without end"),
        ('{"type": "FeatureCollection"}'.encode("utf-16"), "in UTF-8"),
    ],
)
def test_a_file_that_is_no_json_says_where(session, tmp_path, content, said):
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)
    with pytest.raises(Invalid, match=said):
        load(session, file)


def test_a_file_that_is_not_there_says_so(session, tmp_path):
    with pytest.raises(Invalid, match="No such file"):
        load(session, tmp_path / "missing.geojson")


def test_a_byte_order_mark_is_no_error(session, write):
    file = write(("A", "One", square()))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load(session, file).new == 1


@pytest.mark.parametrize("field", ["code_field", "name_field"])
def test_a_wrong_field_names_those_there_are(session, write, field):
    with pytest.raises(Invalid, match=r"'WD22CD' was given; wanted: one of the file's properties: CODE, NAME"):
        load(session, write(("A", "One", square())), **{field: "WD22CD"})


@pytest.mark.parametrize("kind", ["Ward", "", "a ward", "district", "x" * 40, "-"])
def test_a_kind_is_one_short_word_and_not_district(session, write, kind):
    with pytest.raises(Invalid, match="small letters and hyphens"):
        load(session, write(("A", "One", square())), kind=kind)


@pytest.mark.parametrize(
    ("system", "fine"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("urn:ogc:def:crs:EPSG::4326", True),
        ("urn:ogc:def:crs:EPSG::27700", False),
    ],
)
def test_the_coordinate_system_a_file_claims_is_believed(session, write, system, fine):
    file = write(("A", "One", square()), crs={"type": "name", "properties": {"name": system}})
    if fine:
        assert load(session, file).new == 1
    else:
        with pytest.raises(Invalid, match=r"EPSG::27700.*ogr2ogr"):
            load(session, file)


def test_a_naughty_name_stays_text(session, write):
    name = '</script><script>alert(1)</script> "quoted" \u202e'
    load(session, write(("A", name, square())))
    (feature,) = json.loads(queries.outlines(session, "ward"))["features"]
    assert feature["properties"]["name"] == name.strip()


def test_an_area_that_only_touches_the_box_is_kept_whole(session, write):
    load(session, write(("A", "Wide", square(BOX.west - 1, 52.4, 1.05))))
    assert the_area(session, "A").box.touches(Box(BOX.west - 1, 52.4, BOX.west - 0.9, 52.5))
