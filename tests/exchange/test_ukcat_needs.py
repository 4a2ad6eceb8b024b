"""Activity tags of charities and the needs they mean."""

import csv
import tomllib
from pathlib import Path

import pytest

from directory.listings.service.taxonomy import load_terms

ROOT = Path(__file__).parents[2]
CHARITIES = ROOT.parent / "shared" / "data" / "charities"
TABLE = tomllib.loads((ROOT / "directory" / "exchange" / "mappings" / "ukcat-needs.toml").read_text(encoding="utf-8"))


def rows_of(name: str) -> list[dict[str, str]]:
    file = CHARITIES / name
    if not file.is_file():
        pytest.fail(f"{file} is missing: the tags are checked against it", pytrace=False)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_code_is_a_tag_and_means_needs_and_kinds_that_we_have():
    codes = {row["Code"] for row in rows_of("ukcat_tags.csv")}
    terms = load_terms()
    assert {*TABLE["needs"], *TABLE["kinds"]} - codes == set()
    assert {need for needs in TABLE["needs"].values() for need in needs} - set(terms.needs) == set()
    assert set(TABLE["kinds"].values()) - set(terms.kinds) == set()


def test_most_charities_with_tags_get_a_need_and_few_get_many():
    needs = [
        {need for code in row["UKCAT"].split(";") for need in TABLE["needs"].get(code.strip(), ())}
        for row in rows_of("charities.csv")
    ]
    assert sum(bool(found) for found in needs) >= 0.74 * len(needs)
    assert sum(len(found) > 4 for found in needs) <= 0.04 * len(needs)
