"""Offerings out as CSV and in again through the template: the same, for the columns that the template has."""

from __future__ import annotations

import csv
from typing import Final

import pytest
from click.testing import CliRunner

from directory.exchange.cli.importing import import_csv
from directory.exchange.service.mappings import load_mapping
from tests.exchange.published import rows_of
from tests.support.apps import INSTALLED, SAMPLED
from tests.support.databases import KINDS

TEMPLATE: Final = {  # a column of offerings.csv, and that of the template
    "organisation_id": "id", "organisation": "name", "kind": "kind", "service": "service",
    "description": "about the service", "needs": "needs", "audiences": "for", "how": "how",
    "languages": "languages", "free": "free", "cost": "cost", "eligibility": "who may come", "venue": "venue",
    "address": "address", "postcode": "postcode", "latitude": "latitude", "longitude": "longitude",
    "place": "show the place", "access": "access", "serves": "area served", "hours": "hours", "phone": "phone",
    "email": "email", "website": "website", "charity_number": "charity number", "company_number": "company number",
}  # fmt: skip
# What a list of offerings does not have, of the template: they are of organisations, or the address in parts.
OTHERS: Final = {"other name", "what it does", "address 2", "town", "wants", "supplies"}
SHARED: Final = [name for name in TEMPLATE if name != "organisation_id"]  # each directory gives its own
SECRET: Final = ("venue", "address", "postcode", "latitude", "longitude", "place", "access")


def exported(app):
    return rows_of(app.test_client().get("/data/offerings.csv"))


def brought_in(app, rows, file):
    """Import rows of offerings under the names of the template; what was said."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(TEMPLATE.values())
        writer.writerows([row[name] for name in TEMPLATE] for row in rows)
    with app.app_context():
        return CliRunner().invoke(import_csv, [str(file), "--mapping", "template", "--outside-place"])


def shared(rows, *without):
    return sorted([row[name] for name in SHARED if name not in without] for row in rows)


@pytest.fixture(params=KINDS)
def sample(request, databases, make_app):
    """The offerings of the sample, and a directory without listings."""
    rows = exported(make_app(databases.copy_of(SAMPLED, request.param), reads_a_minute="0"))
    return rows, make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="0")


def test_every_column_of_the_template_is_one_of_offerings_or_of_something_else():
    assert {column.name for column in load_mapping("template").columns} == {*TEMPLATE.values()} | OTHERS


def test_what_is_exact_comes_back_as_it_went_and_again_changes_nothing(sample, tmp_path):
    rows, other = sample
    exact = [row for row in rows if row["place"] in {"", "exact"}]
    assert len(exact) > 150
    done = brought_in(other, exact, tmp_path / "offerings.csv")
    assert done.exit_code == 0, done.output
    assert "row " not in done.output, done.output  # nothing is to be said of any row
    assert shared(exported(other)) == shared(exact)
    served = {row["service_id"] for row in exported(other) if row["serves"] == "Birmingham"}
    found = rows_of(other.test_client().get("/data/offerings.csv?area=B13"))
    assert served  # by the name of the place, which is no more than a name unless it is known for that
    assert served <= {row["service_id"] for row in found}
    assert "0 new, 0 changed" in brought_in(other, exact, tmp_path / "offerings.csv").output


def test_of_a_place_that_is_not_shown_exactly_everything_else_comes_back(sample, tmp_path):
    rows, other = sample
    veiled = [row for row in rows if row["place"] in {"approximate", "hidden"}]
    assert {row["place"] for row in veiled} == {"approximate", "hidden"}
    brought_in(other, veiled, tmp_path / "offerings.csv")
    back = exported(other)
    assert shared(back, *SECRET) == shared(veiled, *SECRET)
    assert "exact" not in {row["place"] for row in back}  # the file says how a place may be shown
