"""``directory import hsds``: the published examples, and packages of every kind of broken."""

from __future__ import annotations

import io
import json
import zipfile
from uuid import UUID

import pytest
from click.testing import CliRunner

from directory.core.errors import Invalid
from directory.exchange.cli.hsds import import_hsds
from directory.exchange.cli.importing import undo
from directory.exchange.rules.hsds_kit import View
from directory.exchange.service import hsds_files
from directory.exchange.service.hsds_files import MOST_FILES, rows_in
from directory.exchange.service.hsds_importing import read_package, start, step
from directory.infra.db import reading, transaction
from directory.listings.rules import record as r
from directory.listings.service.taxonomy import load_terms
from directory.publishing import queries as publishing
from tests.exchange.oruk_site import API, NOW, asked, put
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_location, given_record
from tests.support.schemas import shared

VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
EXAMPLES = {  # organisations, services, locations, and the rows of some tables, as examples/EXPECTED.md has them
    "01-hsds-3.0.zip": (1, 1, 1, {"schedule": 1, "cost_option": 1, "program": 1, "metadata": 1}),
    "02-hsds-3.1-dev.zip": (1, 1, 1, {"url": 1, "unit": 1, "service_capacity": 1}),
    "03-oruk-3.0.zip": (1, 1, 1, {"address": 1, "attribute": 1, "schedule": 1}),
    "04-hsds-1.1-simple.zip": (10, 13, 10, {"service_at_location": 13, "phone": 5}),
    "05-hsds-1.1-all.zip": (
        10, 13, 10,
        {"contact": 1, "address": 2, "regular_schedule": 3, "holiday_schedule": 1, "eligibility": 1, "language": 2,
         "program": 1},
    ),
    "06-json/hsds-3.0/service_full.json": (
        1, 1, 1, {"service_at_location": 1, "cost_option": 1, "contact": 1, "attribute": 1, "schedule": 1},
    ),
    "06-json/oruk-3.0/service_full.json": (
        1, 1, 1, {"service_at_location": 1, "cost_option": 1, "contact": 1, "attribute": 1, "schedule": 1},
    ),
}  # fmt: skip
TABLES = {"01-hsds-3.0.zip": 21, "02-hsds-3.1-dev.zip": 24, "03-oruk-3.0.zip": 17}
DANGLING = {"01-hsds-3.0.zip": 7, "02-hsds-3.1-dev.zip": 10, "03-oruk-3.0.zip": 4}


def read(path):
    return read_package(path, VIEW, source="example", now=NOW)


def run(app, path, *options):
    with app.app_context():
        return CliRunner().invoke(import_hsds, [str(path), *options])


@pytest.fixture(params=KINDS)
def site(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="0")


@pytest.fixture
def folder(tmp_path):
    """Writes a package: ``folder(organizations=[{...}], services=[...])``; its path."""

    def write(**tables):
        (tmp_path / "package").mkdir(exist_ok=True)
        for name, rows in tables.items():
            (tmp_path / "package" / f"{name}.json").write_text(json.dumps({name: rows}), encoding="utf-8")
        return tmp_path / "package"

    return write


@pytest.mark.parametrize(("name", "wanted"), EXAMPLES.items(), ids=EXAMPLES)
def test_a_published_example_holds_what_is_expected(name, wanted):
    found = read(shared(f"examples/{name}"))
    organisations, services, locations, rows = wanted
    counts = found.counts
    assert (counts["organisations"], counts["services"], counts["locations"]) == (organisations, services, locations)
    assert {table: found.rows[table] for table in rows} == rows
    assert len(found.rows) == TABLES.get(name, len(found.rows))
    dangling = [fault for fault in found.told.faults if "there is no " in fault.remedy or "has this id" in fault.remedy]
    assert len(dangling) == DANGLING.get(name, len(dangling))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_published_once_and_taken_back_whole(site, name):
    path = shared(f"examples/{name}")
    organisations, services, _locations, _rows = EXAMPLES[name]
    first = run(site, path)
    assert first.exit_code == 0, first.output
    assert f"{organisations} new" in first.output
    assert asked(site, "services")["total_items"] == services
    assert f"0 new, 0 changed, {organisations} same" in run(site, path).output
    with site.app_context():
        taken = CliRunner().invoke(undo, ["1"])
    assert f"{organisations} removed" in taken.output
    assert asked(site, "organizations")["total_items"] == 0


def test_an_import_that_was_cut_short_counts_as_a_whole(site):
    path = shared("examples/04-hsds-1.1-simple.zip")
    around = site.extensions["directory"].around
    package = read_package(path, VIEW, source=path.stem, now=NOW)
    with site.app_context(), transaction() as session:
        step(session, start(session, package, now=NOW), package.records[:4], package, around=around, now=NOW)
    said = run(site, path, "--source", path.stem).output
    assert "10 new, 0 changed, 0 same" in said
    assert "counts of the whole import" in said
    with site.app_context(), reading() as session:
        assert [one.counts["new"] for one in publishing.import_runs(session)] == [10]


def test_a_dry_run_stores_nothing(site):
    said = run(site, shared("examples/01-hsds-3.0.zip"), "--dry-run")
    assert "1 would be new" in said.output
    assert asked(site, "organizations")["total_items"] == 0
    with site.app_context(), reading() as session:
        assert publishing.import_runs(session) == []


def test_the_example_of_hsds_keeps_its_identifiers_and_what_it_says():
    (record,) = read(shared("examples/01-hsds-3.0.zip")).records
    (service,), (place,) = record.services, record.locations
    assert str(record.id) == "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
    assert str(service.id) == "ac148810-d857-441c-9679-408f346de14b"
    assert (record.name, record.year_incorporated, service.status) == ("Example Organization Inc.", 2011, "active")
    assert (service.minimum_age, service.maximum_age) == (12, 100)
    assert place.point is None  # latitude 100 is not on Earth
    assert [offering.location_id for offering in service.offerings] == [place.id]
    assert [(item.scheme, item.value) for item in record.identifiers] == [("GB-COH", "1234567")]
    (schedule,) = service.offerings[0].schedules
    assert (schedule.freq, schedule.byday, schedule.opens_at.hour, schedule.wkst) == ("WEEKLY", ("TH", "FR"), 10, "TU")
    assert [language.code for language in service.languages] == ["ur"]
    assert {each.label for each in record.attributes} >= {"logo", "tax_id"}
    labels = {each.label for each in service.attributes}
    assert labels >= {"accreditations", "licenses", "wait_time", "required document", "funding"}


def test_a_number_in_quotation_marks_is_a_number():
    (record,) = read(shared("examples/03-oruk-3.0.zip")).records
    (contact,) = record.services[0].contacts
    assert contact.phones[0].number.replace(" ", "") in {"01234234567", "+441234234567"}


def test_the_example_of_hsds_1_1_has_hours_and_a_closure_and_both_statuses():
    records = read(shared("examples/05-hsds-1.1-all.zip")).records
    services = [service for record in records for service in record.services]
    hours = [each for service in services for offering in service.offerings for each in offering.schedules]
    assert [each.byday for each in hours if not each.closed] == [("MO",), ("TU",), ("WE",)]
    (closed,) = [each for each in hours if each.closed]
    assert (closed.valid_from.isoformat(), closed.valid_to.isoformat()) == ("2019-12-24", "2019-12-26")
    assert {service.status for service in services} == {"active", "inactive"}
    assert [service.eligibility for service in services if service.eligibility] == ["adult"]


ONE = {"id": str(an_id("one")), "name": "One", "description": "About."}


def service(**more):
    return {"id": str(an_id("s")), "organization_id": ONE["id"], "name": "S", "status": "active", **more}


def test_what_cannot_be_used_is_told_by_file_and_row_and_the_rest_is_taken(folder):
    faulty = service(email="nobody", url="javascript:alert(1)", status="open", minimum_age="old", maximum_age=-3)
    path = folder(
        organizations=[ONE, {"id": str(an_id("two"))}], services=[faulty, service(id="7", organization_id="x")]
    )
    found = read(path)
    told = {(fault.file, fault.row, fault.column) for fault in found.told.faults}
    assert told >= {
        ("organizations.json", 2, "name"), ("services.json", 1, "email"), ("services.json", 1, "url"),
        ("services.json", 1, "status"), ("services.json", 1, "minimum_age"), ("services.json", 2, "organization_id"),
    }  # fmt: skip
    assert found.told.skipped == 2
    (kept,) = found.records[0].services
    assert (kept.name, kept.status, kept.email, kept.minimum_age) == ("S", "active", "", None)


def test_an_identifier_that_is_none_becomes_a_lasting_one(folder):
    path = folder(organizations=[{**ONE, "id": "group-7"}], services=[service(id="s-1", organization_id="group-7")])
    first, again = read(path).records[0], read(path).records[0]
    assert first == again
    assert isinstance(first.id, UUID)
    assert len(first.services) == 1


def test_a_column_that_no_field_takes_is_an_attribute(folder):
    (record,) = read(folder(organizations=[{**ONE, "motto": "Onwards"}], services=[service(colour="blue")])).records
    assert [(each.label, each.value) for each in record.attributes] == [("motto", "Onwards")]
    assert [(each.label, each.value) for each in record.services[0].attributes] == [("colour", "blue")]


def test_a_place_that_two_organisations_share_is_each_ones_own(site, folder):
    two = {**ONE, "id": str(an_id("two")), "name": "Two"}
    hall = {"id": str(an_id("hall")), "location_type": "physical", "name": "Hall"}
    services = [service(), service(id=str(an_id("s2")), organization_id=two["id"])]
    at = [
        {"id": str(an_id("at", n)), "service_id": each["id"], "location_id": hall["id"]}
        for n, each in enumerate(services)
    ]
    said = run(site, folder(organizations=[ONE, two], services=services, locations=[hall], service_at_location=at))
    assert said.exit_code == 0, said.output
    found = [each["location"] for each in asked(site, "service_at_locations")["contents"]]
    assert [each["name"] for each in found] == ["Hall", "Hall"]
    assert len({each["id"] for each in found}) == 2


def test_parts_of_another_organisation_are_left_alone(site, folder):
    ours = given_record("Ours", given_location("Hall"))
    put(site, ours)
    said = run(site, folder(organizations=[ONE], services=[service(id=str(ours.services[0].id))]))
    assert said.exit_code == 0, said.output
    assert asked(site, f"services/{ours.services[0].id}")["organization"]["name"] == "Ours"
    assert asked(site, "services")["total_items"] == 2


def test_what_was_edited_here_is_not_overwritten(site, folder):
    run(site, folder(organizations=[ONE], services=[service()]))
    put(site, given_record("Edited here", id=UUID(ONE["id"])))
    said = run(site, folder(organizations=[{**ONE, "name": "One again"}], services=[service()]))
    assert "1 left as edited here" in said.output
    assert asked(site, f"organizations/{ONE['id']}")["name"] == "Edited here"


def test_pages_and_lines_of_an_api_are_read(site, tmp_path):
    put(site, given_record("Kitchen", given_location("Hall")), given_record("Club"))
    client = site.test_client()
    for name, query in (("page.json", "full=true"), ("all.ndjson", "full=true&format=ndjson")):
        file = tmp_path / name
        file.write_bytes(client.get(f"{API}/services?{query}").data)
        assert [record.name for record in read(file).records] == ["Kitchen", "Club"]


def zipped(tmp_path, **files):
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/") + ".csv", text)
    return path


GOOD = "id,name,description\r\n{id},One,About.\r\n".format(**ONE)
TORTURE = {
    "bytes that are no UTF-8": b"id,name\n1,caf\xe9\n",
    "a quote that is never closed": b'id,name\n1,"open\n' + b"2,x\n" * 100,
    "a cell of 3 MB": b"id,name\n1," + b"x" * 3_000_000 + b"\n",
    "10,000 columns": ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n",
    "nothing": b"",
}


@pytest.mark.parametrize("text", TORTURE.values(), ids=TORTURE)
def test_a_broken_table_is_refused_by_name(tmp_path, text):
    (tmp_path / "organizations.csv").write_bytes(text)
    with pytest.raises(Invalid, match=r"organizations\.csv"):
        list(rows_in(tmp_path / "organizations.csv"))


@pytest.mark.parametrize("text", [GOOD.replace("\r\n", "\n"), "\ufeff" + GOOD, GOOD.replace("\r\n", "\r")])
def test_line_ends_and_marks_of_every_kind_are_read(tmp_path, text):
    (tmp_path / "organizations.csv").write_bytes(text.encode())
    assert [record.name for record in read(tmp_path / "organizations.csv").records] == ["One"]


def test_names_in_a_zip_lead_nowhere(tmp_path):
    path = zipped(tmp_path, **{"..__..__organizations": GOOD})
    assert [record.name for record in read(path).records] == ["One"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["package.zip"]


def test_a_zip_that_is_too_much_is_refused_before_it_is_unpacked(tmp_path, make_app):
    path = zipped(tmp_path, organizations="id,name\r\n" + "0" * 2_000_000)
    refused = run(make_app(package_mb="1"), path)
    assert "at most 1 MB unpacked (DIRECTORY_PACKAGE_MB)" in str(refused.exception)
    with pytest.raises(Invalid, match=f"{MOST_FILES} files"):
        list(rows_in(zipped(tmp_path, **{f"t{n}": "id\r\n" for n in range(MOST_FILES + 1)})))


def test_a_document_of_json_that_is_too_large_says_how_it_can_be_read(tmp_path, monkeypatch):
    thing = json.dumps({"id": ONE["id"], "name": "One", "description": "About."})
    (tmp_path / "organizations.json").write_text(f"[{thing}]")
    monkeypatch.setattr(hsds_files, "MOST_JSON", len(thing))
    with pytest.raises(Invalid, match="one object a line"):
        list(rows_in(tmp_path / "organizations.json"))
    (tmp_path / "organizations.ndjson").write_text(thing)
    assert [row.cells["name"] for row in rows_in(tmp_path / "organizations.ndjson")] == ["One"]


def test_a_zip_that_is_none_is_refused(tmp_path):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        made.writestr("organizations.csv", GOOD)
    (tmp_path / "cut.zip").write_bytes(body.getvalue()[:-30])
    with pytest.raises(Invalid):
        list(rows_in(tmp_path / "cut.zip"))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"id":' * 200 + "1" + "}" * 200, "{", '"text"'])
def test_json_that_is_too_deep_or_none_is_refused(tmp_path, text):
    (tmp_path / "services.json").write_text(text)
    with pytest.raises(Invalid):
        list(rows_in(tmp_path / "services.json"))


def test_repeated_and_missing_identifiers_and_a_circle_of_parents_are_survived(tmp_path):
    terms = [{"id": "a", "parent_id": "b", "name": "A"}, {"id": "b", "parent_id": "a", "name": "B"}]
    things = {"organizations": [ONE, ONE, {"name": "No id"}, {"name": "No id either"}], "taxonomy_terms": terms}
    (tmp_path / "all.json").write_text(json.dumps(things))
    records = read(tmp_path / "all.json").records
    assert [record.name for record in records] == ["One", "No id", "No id either"]
    assert len({record.id for record in records}) == 3


def test_a_source_is_a_feed_with_its_name(site, folder):
    run(site, folder(organizations=[ONE]), "--source", "neighbour")
    with site.app_context(), reading() as session:
        found = publishing.current(session, UUID(ONE["id"]))
    assert found
    assert found.record.source.kind is r.SourceKind.FEED
    assert (found.record.source.name, found.record.source.id) == ("neighbour", ONE["id"])
