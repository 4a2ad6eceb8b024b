"""The files and mappings that docs/import.md shows can be imported as they stand."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from itertools import groupby

from directory.exchange.rules.derive import Deriver
from directory.exchange.rules.mapping import parse_mapping
from directory.exchange.service.mappings import check_columns, load_mapping, shipped
from directory.exchange.service.reading import recognise, rows
from directory.listings.rules.record import Visibility
from directory.listings.service.taxonomy import load_terms
from tests.support.sizes import ROOT

GUIDE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def derived(tmp_path):
    file = tmp_path / "groups.csv"
    file.write_text(block("csv"), encoding="utf-8")
    mapping, opened = load_mapping("template"), recognise(file)
    assert check_columns(mapping, opened.columns) == []
    deriver = Deriver(mapping, load_terms(), now=NOON)
    groups = groupby(rows(opened), key=lambda numbered: deriver.key(numbered[1]))
    return [deriver.derive(list(group)) for _key, group in groups]


def test_the_example_of_the_template_has_no_problem(tmp_path):
    lantern, quiet = derived(tmp_path)
    assert [*lantern.problems, *quiet.problems] == []
    assert [service.name for service in lantern.record.services] == ["Supper club", "Meals at the door"]
    assert lantern.record.services[1].service_areas[1].code == "B12"
    assert len(lantern.record.services[0].offerings[0].schedules) == 2
    assert quiet.record.locations[0].visibility is Visibility.HIDDEN


def test_every_column_of_the_template_is_listed():
    listed = GUIDE.split("All columns:")[1].split("\n\n")[0]
    assert re.findall("`([^`]+)`", listed) == [column.name for column in load_mapping("template").columns]


def test_the_mapping_of_ones_own_is_a_mapping():
    made = parse_mapping("town-hall", tomllib.loads(block("toml")))
    assert made.source_name == "town-hall"
    assert made.leave_out[0].why == "closed"


def test_every_mapping_that_comes_with_the_code_is_in_the_guide():
    assert [name for name in shipped() if f"`{name}`" not in GUIDE] == []
