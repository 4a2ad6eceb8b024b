"""The offline postcode file: what it knows, how fast, how small, and that it is never half written."""

import json
import math
import os
import random
import shutil
import subprocess
import sys

import pytest
from geopy.geocoders.base import Geocoder

from directory.core.geo import Point, distance_m, osgb_to_wgs84
from directory.core.postcode import Partial, Postcode
from directory.geocoding.service import Geocoding, NoPostcodes, build_index, layout
from directory.geocoding.service.build import _folder, _Lattice, _Rows
from directory.geocoding.service.postcodes import PostcodeIndex
from directory.geocoding.service.sources import OfflinePostcodes
from directory.infra.place import load_place
from tests.support import postcodes


@pytest.fixture(scope="session")
def index(birmingham):
    return birmingham.index


def package_rows(letter):
    """The package's own rows of one letter: postcode, easting, northing."""
    import brotli  # noqa: PLC0415 - only here
    import msgpack  # noqa: PLC0415 - as above

    data = msgpack.unpackb(brotli.decompress((_folder() / f"postcodes_{letter}.msgpack.br").read_bytes()))["data"]
    return list(zip(data["pcd"], data["oseast1m"], data["osnrth1m"], strict=True))


def test_every_sampled_row_of_the_package_is_found_where_the_package_says(index):
    rows = package_rows("B")
    for pcd, east, north in random.Random(1).sample(rows, 3_000):
        postcode = Postcode(pcd[:4].strip(), pcd[4:])
        found = index.unit(postcode)
        if pcd.startswith("BT") or math.isnan(east):
            assert found is None, pcd
        else:
            assert found is not None, pcd
            assert distance_m(found, osgb_to_wgs84(east, north)) < 0.6, pcd


def test_the_file_holds_all_of_great_britain(index):
    assert 2_500_000 < len(index) < 3_000_000
    assert {"AB10", "B14", "W1A", "ZE1", "TR21", "EC1A"} <= set(index.districts)
    assert not [district for district in index.districts if district.startswith("BT")]


def test_the_lattice_is_within_half_a_metre_of_the_exact_formula():
    import numpy as np  # noqa: PLC0415 - costs 0.1 s that other tests need not pay

    chance = np.random.default_rng(2)
    east, north = chance.uniform(60_000, 650_000, 500), chance.uniform(10_000, 1_200_000, 500)
    lattice = _Lattice(_Rows(east, east, east, north))
    for (lat, lon), e, n in zip(lattice.degrees(east, north), east, north, strict=True):
        assert distance_m(Point(lat / 1e6, lon / 1e6), osgb_to_wgs84(e, n)) < 0.6


def test_the_nearest_postcode_is_the_one_a_search_of_all_would_find(index):
    import numpy as np  # noqa: PLC0415 - as above

    _, view = index.columns
    all_of_them = np.frombuffer(view, dtype=np.int32).reshape(-1, 2) / 1e6
    chance = random.Random(3)
    for _ in range(40):
        point = Point(chance.uniform(50.2, 58.6), chance.uniform(-5.6, 1.2))
        east = (all_of_them[:, 1] - point.lon) * np.cos(np.radians(point.lat))
        best = float(np.hypot(all_of_them[:, 0] - point.lat, east).min()) * 111_195
        found = index.nearest(point)
        assert (found is None) == (best > 10_000), point
        assert found is None or abs(found[1] - best) < best * 0.01 + 1, point


@pytest.mark.parametrize("point", [Point(0, 0), Point(90, 0), Point(-90, 180), Point(51, -8.7), Point(61.5, 2)])
def test_a_point_far_from_britain_has_no_nearest_postcode(index, point):
    assert index.nearest(point) is None


def test_a_sector_lies_in_the_middle_of_its_postcodes(index):
    spot = index.part(Partial("B14", "7"))
    points = [osgb_to_wgs84(e, n) for pcd, e, n in package_rows("B") if pcd.startswith("B14 7") and e > 0]
    near = sum(distance_m(spot.point, point) <= spot.radius_m for point in points)
    assert near / len(points) > 0.85
    assert spot.radius_m < 1_500


def test_it_answers_as_a_geopy_geocoder(index):
    source = OfflinePostcodes(index)
    assert isinstance(source, Geocoder)
    there = source.geocode("b147qh")
    assert there.address == "B14 7QH"
    assert there.raw == {"precision_m": 150.0, "found": "postcode"}
    assert source.reverse(f"{there.latitude},{there.longitude}").address == "B14 7QH"
    assert source.geocode("B14 7QH", exactly_one=False) == [there]
    assert source.geocode("nowhere") is None
    assert source.geocode("nowhere", exactly_one=False) == []


def test_an_offline_source_cannot_reach_the_network(index):
    with pytest.raises(RuntimeError, match="asked for http"):
        OfflinePostcodes(index)._call_geocoder("http://127.0.0.1/", callback=print)


WORKER = """
import sys
from pathlib import Path
def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
from directory.infra.place import load_place
from directory.core.geo import Point
import directory.geocoding.service as service
geocoding = service.Geocoding(load_place("birmingham"), Path(sys.argv[1]))
before = rss()
geocoding.locate("B14 7QH")
for n in range(2_000):
    geocoding.nearest(Point(50.5 + n % 70 / 10, -3.5 + n % 43 / 10))
print((rss() - before) / 1e6)
print(sorted({"numpy", "pandas", "shapely", "folium"} & set(sys.modules)))
"""


def test_a_worker_pays_little_for_the_postcodes():
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(postcodes.folder())], capture_output=True, text=True, check=True
    )
    megabytes, modules = done.stdout.splitlines()
    assert float(megabytes) < 35, "after look-ups all over the country: 40 is the promise"
    assert modules == "[]", "what the build needs and a worker does not"


def test_the_file_is_built_once(tmp_path):
    shutil.copy(postcodes.folder() / layout.FILE, tmp_path)
    before = (tmp_path / layout.FILE).stat().st_mtime_ns
    assert build_index(tmp_path) is False
    assert (tmp_path / layout.FILE).stat().st_mtime_ns == before


def test_an_older_package_is_read_until_init_builds_anew(tmp_path):
    file = tmp_path / layout.FILE
    shutil.copy(postcodes.folder() / layout.FILE, file)
    rewrite_header(file, package="2019.1")
    assert layout.is_current(file) is False
    assert PostcodeIndex.open(tmp_path).package == "2019.1"


@pytest.mark.parametrize("wrong", [{"format": 0}, {"byteorder": "middle"}, {"size": 3}])
def test_a_file_that_cannot_be_read_here_says_what_to_do(tmp_path, wrong):
    file = tmp_path / layout.FILE
    shutil.copy(postcodes.folder() / layout.FILE, file)
    rewrite_header(file, **wrong)
    with pytest.raises(NoPostcodes, match="Run `directory init`"):
        PostcodeIndex.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff" * 5_000, b"null"])
def test_a_broken_file_is_built_anew(tmp_path, content):
    (tmp_path / layout.FILE).write_bytes(content)
    assert layout.is_current(tmp_path / layout.FILE) is False
    with pytest.raises(NoPostcodes):
        PostcodeIndex.open(tmp_path)


def test_without_the_file_the_first_question_names_the_command(tmp_path):
    geocoding = Geocoding(load_place("birmingham"), tmp_path)
    with pytest.raises(NoPostcodes, match=r"missing.*directory init"):
        geocoding.locate("B14 7QH")


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    shutil.copy(postcodes.folder() / layout.FILE, tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _handle: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="disk is full"):
        layout.write(tmp_path / layout.FILE, dict.fromkeys(layout.SECTIONS, b""), {})
    assert [file.name for file in tmp_path.iterdir()] == [layout.FILE]
    assert len(PostcodeIndex.open(tmp_path)) > 2_500_000


def test_the_build_says_how_far_it_is(tmp_path):
    heard = []
    assert build_index(tmp_path, lambda done, of: heard.append((done, of))) is True
    assert heard[0][0] == 0
    assert heard[-1][0] == heard[-1][1]
    assert heard == sorted(heard)
    assert (tmp_path / layout.FILE).read_bytes() == (postcodes.folder() / layout.FILE).read_bytes()


def rewrite_header(file, **changes):
    with file.open("r+b") as opened:
        facts = json.loads(opened.read(4096)) | changes
        opened.seek(0)
        opened.write(json.dumps(facts).encode().ljust(4095) + b"\n")
