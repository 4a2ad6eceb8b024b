"""Programs of other people read what the wheel's own server gives: API, package, tables and GeoJSON of the sample."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

import pytest
import sqlite_utils
from sqlite_utils.db import Table

from tests.interop.conftest import done
from tests.interop.told import Told

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
SCHEMATHESIS = "schemathesis==4.32.5"
# OpenAPI cannot say that a distance needs a postcode, nor what a line of ndjson is.
HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    if case.query and "proximity" in case.query:
        case.query.setdefault("postcode", "B11 1AA")

@schemathesis.deserializer("application/x-ndjson")
def read_lines(context, response):
    return response.text
"""
EXAMPLES = 40  # requests of each sort for each address
SUMMARY = re.compile(r"(\d+) generated, (\d+) passed")


def taken(site: str, path: str) -> bytes:
    with urlopen(site + path, timeout=60) as answer:  # noqa: S310 - our own server
        return bytes(answer.read())


def test_schemathesis_finds_nothing(site: str, told: Told, tmp_path: Path):
    """In an environment of its own: it brings forty packages, which nothing else here needs."""
    done(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    pip = (tmp_path / "env" / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet")
    done(*pip, "install", SCHEMATHESIS, cwd=tmp_path)
    hooks = tmp_path / "hooks.py"
    hooks.write_text(HOOKS, encoding="utf-8")
    ran = subprocess.run(
        [
            tmp_path / "env" / "bin" / "st", "run", f"{site}/oruk/v3/openapi.json", "--checks", "all",
            "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--continue-on-failure",
        ],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "SCHEMATHESIS_HOOKS": str(hooks)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ((asked, passed),) = SUMMARY.findall(ran.stdout)
    assert int(asked) == int(passed) > 500  # it did ask
    told.say(SCHEMATHESIS.replace("==", " "), "`/oruk/v3/openapi.json`", "finds nothing, with every check")


def test_sqlite_utils_and_datasette_open_the_package(site: str, told: Told, tmp_path: Path):
    archive = zipfile.ZipFile(io.BytesIO(taken(site, "/data/hsds.zip")))
    described = {each["path"]: each["name"] for each in json.loads(archive.read("datapackage.json"))["resources"]}
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    assert set(names) == described.keys()
    database = sqlite_utils.Database(tmp_path / "hsds.db")
    total = 0
    for name in names:
        text = archive.read(name).decode()
        head, *lines = csv.reader(io.StringIO(text, newline=""))
        rows = [dict(zip(head, line, strict=True)) for line in lines]
        table = database.table(described[name])
        assert isinstance(table, Table)
        table.create(dict.fromkeys(head, str), pk="id")
        table.insert_all(rows)
        assert table.count == len(rows), name  # a key that comes twice is an error
        assert served(tmp_path / "hsds.db", described[name]) == len(rows)
        total += len(rows)
    assert total > 3_000
    told.say("sqlite-utils, Datasette", "`hsds.zip`", f"{len(names)} tables, every row of each, no key twice")


def test_sqlite_utils_and_datasette_open_the_offerings(site: str, told: Told, tmp_path: Path):
    file = tmp_path / "offerings.csv"
    file.write_bytes(taken(site, "/data/offerings.csv"))
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = len(list(csv.DictReader(opened)))
    done(program("sqlite-utils"), "insert", tmp_path / "data.db", "offerings", file, "--csv", "--pk", "offering_id",
         "--detect-types", cwd=tmp_path)  # fmt: skip
    database = sqlite_utils.Database(tmp_path / "data.db")
    kinds = {column.name: column.type for column in database.table("offerings").columns}
    assert served(tmp_path / "data.db", "offerings") == rows > 150
    assert (kinds["longitude"], kinds["phone"], kinds["postcode"]) == ("FLOAT", "TEXT", "TEXT")
    told.say("sqlite-utils, Datasette", "`offerings.csv`", "every row, longitude is a number, telephone numbers text")


def program(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def served(file: Path, table: str) -> int:
    """How many rows Datasette says a table has."""
    ran = subprocess.run(
        [program("datasette"), file, "--get", f"/{file.stem}/{table}.json?_size=0"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(json.loads(ran.stdout)["filtered_table_rows_count"])


def test_geojson_is_what_rfc_7946_says(site: str, told: Told):
    found = json.loads(taken(site, "/data/listings.geojson"))
    assert found["type"] == "FeatureCollection"
    assert not found.keys() & {"coordinates", "geometries", "geometry", "properties", "crs"}  # section 7.1, 4
    ids = set()
    points = 0
    for feature in found["features"]:
        assert feature.keys() == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], str)
        ids.add(feature["id"])
        if feature["geometry"] is None:  # section 3.2: unlocated
            continue
        assert feature["geometry"].keys() == {"type", "coordinates"}
        lon, lat = feature["geometry"]["coordinates"]
        assert (-180 <= lon <= 180, -90 <= lat <= 90, lon < 0 < lat) == (True, True, True)  # longitude first
        points += 1
    assert len(ids) == len(found["features"]) > points > 150
    assert found["note"]
    told.say("RFC 7946", "`listings.geojson`", "as it says; a geometry is null where there is no public point")


def test_outlines_are_rings_to_the_right_hand(site: str, told: Told):
    found = json.loads(taken(site, "/areas/outlines.geojson"))
    rings = 0
    for feature in found["features"]:
        shape = feature["geometry"]
        for polygon in [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]:
            for n, ring in enumerate(polygon):
                assert len(ring) >= 4
                assert ring[0] == ring[-1]
                assert (area(ring) > 0) == (n == 0), feature["properties"]  # outer ones counterclockwise, holes not
                rings += 1
    assert rings > 40
    told.say("RFC 7946", "`/areas/outlines.geojson`", "closed rings to the right hand")


def area(ring: list[list[float]]) -> float:
    """Twice the area, positive when the ring goes counterclockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
