"""A large file that breaks late, in every way a file can: by what is in it, and by what happens to whoever reads it."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests.app.conftest import COMMAND, environment
from tests.soak.reliability import Promise
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
ROWS = 2_000
LATE = 1_950  # the row that is broken, from 1
COLUMNS = ("id", "name", "service", "needs", "how", "venue", "address", "postcode", "latitude", "longitude")


def cells(number):
    where = (f"{number} Example Road", "B11 1AA", "52.4573", "-1.8716")
    return [str(number), f"Group {number}", "Advice", "money", "in-person", "Hall", *where]


def table(broken=None, *, end=ROWS):
    """A file of groups as bytes; ``broken`` is the line in the place of the late one."""
    lines = [",".join(COLUMNS), *(",".join(cells(number)) for number in range(1, end + 1))]
    if broken is not None:
        lines[LATE] = broken
    return "\n".join(lines).encode() + b"\n"


def as_json():
    rows = [dict(zip(COLUMNS, cells(number), strict=True)) for number in range(1, ROWS + 1)]
    del rows[LATE - 1]["name"]
    return json.dumps(rows).encode()


NAMELESS = ",".join(["7", "", *cells(LATE)[2:]])
# How a file breaks: its bytes, its ending, and which groups it can still bring.
ALL = set(range(1, ROWS + 1))
REST = ALL - {LATE}
BROKEN = {
    "a row without a name": (table(NAMELESS), "csv", REST),
    "a cell too many": (table(",".join([*cells(LATE), "more"])), "csv", REST),
    "a latitude that is none": (table(",".join(cells(LATE)).replace("52.4573", "north")), "csv", REST),
    "an id that came long before": (table(",".join(cells(7))), "csv", REST),
    "a quote that is never closed": (table(f'"{",".join(cells(LATE))}'), "csv", set(range(1, LATE))),
    "cut off in the middle": (table()[: table().index(f"\n{LATE},".encode()) + 12], "csv", set(range(1, LATE))),
    "JSON without a name": (as_json(), "json", REST),
}


def imported(site, file, *words):
    """What an import says, and whether it says that all went well."""
    done = subprocess.run(
        [*COMMAND, "import", "csv", str(file), "--mapping", "template", *words],
        env=environment(site.instance, database_url=site.url),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout + done.stderr, done.returncode == 0


def listed(site):
    """The numbers of the groups that are published."""
    names = [row[0] for row in site.ask("SELECT name FROM organization")]
    return {int(found[1]) for name in names if (found := re.fullmatch(r"Group (\d+)", name))}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_breaks_late_is_imported_but_for_what_is_broken_and_strictly_not_at_all(
    kind, make_site, databases, tmp_path, told
):
    told.about(Promise.IMPORT, kind)
    wrong = []
    for way, (content, ending, rest) in BROKEN.items():
        file = tmp_path / f"groups.{ending}"
        file.write_bytes(content)
        site = make_site(kind, url=databases.copy_of(INSTALLED, kind, also=way.replace(" ", "-")).url)
        strict, went_well = imported(site, file, "--strict")
        if went_well or listed(site):
            wrong.append(f"{way}, strict: {len(listed(site))} are in: {strict[-500:]}")
        said, went_well = imported(site, file)
        if f"row {LATE + 1}" not in strict or f"row {LATE + 1}" not in said:
            wrong.append(f"{way}: the row is not named: {said[-500:]}")
        if went_well or listed(site) != rest:
            wrong.append(f"{way}: {len(listed(site))} are in, of {len(rest)}: {said[-500:]}")
    again = cut_short(kind, make_site, databases, tmp_path)
    told.measured = (
        f"{ROWS:,} rows, row {LATE + 1:,} broken in {len(BROKEN)} ways, not as promised {len(wrong)} times: strict"
        f" nothing in, else every other row, row named; killed late (kill -9) and begun again: {again:,} in, none twice"
    )
    assert wrong == []


def cut_short(kind, make_site, databases, tmp_path):
    """An import that is killed when most of it is in, and begun again; how many groups are in."""
    file = tmp_path / "whole.csv"
    file.write_bytes(table())
    site = make_site(kind, url=databases.copy_of(INSTALLED, kind, also="-cut-short").url)
    command = [*COMMAND, "import", "csv", str(file), "--mapping", "template"]
    env = environment(site.instance, database_url=site.url)
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(lambda: len(listed(site)) > ROWS // 2, 120)
        process.kill()
    assert len(listed(site)) < ROWS
    said, went_well = imported(site, file)
    assert went_well, said
    assert "Going on with import" in said
    assert listed(site) == ALL
    assert site.ask("SELECT count(*) FROM organization")[0][0] == ROWS
    return len(listed(site))
