"""Staff take private columns one by one: with the right, for a purpose, marked in every row, written down first."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.accounts.models import SecurityEvent
from directory.core.errors import Forbidden, Invalid
from directory.core.people import Acting, Role
from directory.exchange.models import StaffExtract
from directory.exchange.rules.private import PRIVATE, TAKEN, columns_with
from directory.exchange.rules.tables import LOCATIONS, ORGANISATIONS, SERVICES
from directory.exchange.service import staff
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from directory.moderation.service.stewards import appoint
from tests.exchange.published import NOW, organisations, put, rows_of
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.people import put_person, sign_in
from tests.support.records import given_record

PURPOSE = "To invite food groups to a meeting"
EXPORTER = Acting(person_id=UUID(int=7), roles=frozenset({Role.EXPORTER}), second_factor=True, steward=True)


@pytest.fixture(params=KINDS)
def filled(request, databases, make_app):
    app = make_app(databases.copy_of(INSTALLED, request.param))
    fed = given_record("Fed", service="Soup", needs=("money",))
    put(app, *organisations()[:3], replace(fed, source=replace(fed.source, name="ccew", id="1000003")))
    with app.app_context():
        steward = put_person(db.engine, "steward", now=NOW)
        with transaction() as session:
            appoint(session, steward, organisations()[0].id, how="added", now=NOW)
    return app


@pytest.fixture
def exporter(filled):
    client = filled.test_client()
    client.who = sign_in(client, "exporter")
    return client


def take(client, path="/data/staff", purpose=PURPOSE, columns=("stewards", "steward_emails"), table="organisations"):
    token = client.page(path).soup.select_one("input[name=csrf_token]")["value"]
    given = {"csrf_token": token, "table": table, "purpose": purpose, "columns": list(columns)}
    return client.post(path, data=given)


def written_down(app):
    with app.app_context(), reading() as session:
        extracts = session.scalars(sa.select(StaffExtract)).all()
        audit = session.execute(
            sa.select(SecurityEvent.person_id, SecurityEvent.subject).where(SecurityEvent.what == "staff-extract")
        ).all()
    return extracts, audit


def test_the_file_has_what_was_chosen_is_marked_and_written_down(filled, exporter):
    answer = take(exporter)
    rows = rows_of(answer)
    assert list(rows[0]) == ["not_public", *ORGANISATIONS.names, "stewards", "steward_emails"]
    by_name = {row["organisation"]: row for row in rows}
    assert (by_name["Kitchen 00"]["stewards"], by_name["Kitchen 00"]["steward_emails"]) == ("1", "steward@example.org")
    assert (by_name["Kitchen 01"]["stewards"], by_name["Kitchen 01"]["steward_emails"]) == ("0", "")
    ((extract,), (noted,)) = written_down(filled)
    assert (extract.person_id, extract.purpose, extract.rows) == (exporter.who, PURPOSE, 4)
    taken = ["organisations.stewards", "organisations.steward_emails"]
    assert (extract.columns, extract.search, extract.change) == (taken, "", 4)
    assert (noted.person_id, noted.subject) == (exporter.who, str(extract.id))
    assert {row["not_public"] for row in rows} == {f"Not public. Extract {extract.id}: {PURPOSE}"}
    assert "NOT-PUBLIC" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Link" not in answer.headers
    assert PURPOSE in exporter.page("/data/staff").text


@pytest.mark.parametrize("table", [SERVICES, LOCATIONS], ids=["services", "locations"])
@pytest.mark.parametrize("query", ["", "?need=food"])
def test_services_and_places_have_their_public_rows_with_what_was_chosen_of_whose_they_are(
    filled, exporter, table, query
):
    public = rows_of(filled.test_client().get(f"/data/{table.name}.csv{query}"))
    answer = take(exporter, f"/data/staff{query}", columns=("source_name", "steward_emails"), table=table.name)
    rows = rows_of(answer)
    assert list(rows[0]) == ["not_public", *table.names, "source_name", "steward_emails"]
    assert [{name: row[name] for name in table.names} for row in rows] == public
    assert len(rows) == (3 if query or table is LOCATIONS else 4)
    for row in rows:
        assert row["steward_emails"] == ("steward@example.org" if row["organisation"] == "Kitchen 00" else "")
        assert row["source_name"] == ("ccew" if row["organisation"] == "Fed" else "")
    ((extract,), (noted,)) = written_down(filled)
    assert (extract.columns, extract.rows) == ([f"{table.name}.source_name", f"{table.name}.steward_emails"], len(rows))
    assert (noted.person_id, noted.subject) == (exporter.who, str(extract.id))
    assert {row["not_public"] for row in rows} == {f"Not public. Extract {extract.id}: {PURPOSE}"}
    assert f"NOT-PUBLIC-{table.name}" in answer.headers["Content-Disposition"]
    assert f"{table.name}.steward_emails" in exporter.page("/data/staff").text


def test_a_service_at_two_halls_is_one_row_of_services_and_two_of_places(filled, exporter):
    put(filled, organisations()[28])
    services = rows_of(take(exporter, "/data/staff?need=company", table="services"))
    places = rows_of(take(exporter, "/data/staff?need=company", table="locations"))
    assert [len([row for row in rows if row["organisation"] == "Two halls"]) for rows in (services, places)] == [1, 2]


def test_an_extract_of_a_search_has_that_alone(filled, exporter):
    (row,) = rows_of(take(exporter, "/data/staff?need=money", columns=("source_name", "source_id", "version")))
    assert [row[name] for name in ("organisation", "source_name", "source_id", "version")] == [
        "Fed",
        "ccew",
        "1000003",
        "1",
    ]
    ((extract,), _) = written_down(filled)
    assert (extract.search, extract.rows) == ("need=money", 1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"purpose": ""}, "Say what you need them for"),
        ({"purpose": "a   report"}, "in a few words"),
        ({"columns": ()}, "Choose the columns"),
        ({"columns": ("address",)}, "Choose one of the answers"),
        ({"table": ""}, "Choose what you need rows of"),
        ({"table": "changes"}, "Choose one of the answers"),
    ],
)
def test_without_a_purpose_or_a_column_there_is_no_file_and_nothing_is_written_down(filled, exporter, given, says):
    answer = take(exporter, **given)
    assert answer.status_code == 400
    assert says in answer.text
    assert written_down(filled) == ([], [])


def test_what_cannot_be_written_down_is_not_given(filled, exporter, monkeypatch):
    monkeypatch.setattr("directory.exchange.service.staff.audit", SimpleNamespace(note=lambda *_, **_more: 1 / 0))
    assert take(exporter).status_code == 500
    assert written_down(filled) == ([], [])


@pytest.mark.parametrize("who", ["moderator", "keeper", "administrator", "steward"])
def test_it_is_nobody_elses(filled, who):
    client = filled.test_client()
    sign_in(client, who)
    assert client.get("/data/staff").status_code == 404
    assert client.post("/data/staff", data={"purpose": PURPOSE, "columns": "stewards"}).status_code == 404


def test_the_service_asks_again():
    for acting in (Acting(), replace(EXPORTER, second_factor=False), replace(EXPORTER, roles=frozenset())):
        with pytest.raises(Forbidden):
            staff.wanted(acting, "services", PURPOSE, ["stewards"])
    for purpose, columns in (("short", ["stewards"]), (PURPOSE, []), (PURPOSE, ["email"]), ("x" * 501, ["stewards"])):
        with pytest.raises(Invalid):
            staff.wanted(EXPORTER, "services", purpose, columns)
    with pytest.raises(Invalid):
        staff.wanted(EXPORTER, "offerings", PURPOSE, ["stewards"])


def test_every_private_column_is_an_exporters_and_has_a_name_of_its_own():
    assert {column.who for column in PRIVATE} == {"exporter"}
    for table in TAKEN.values():
        names = [column.name for column in columns_with(table, [column.name for column in PRIVATE])]
        assert len(set(names)) == len(names)
        assert [column.name for column in columns_with(table, [])] == ["not_public", *table.names]


def test_what_was_taken_is_forgotten_after_two_years(filled, exporter):
    take(exporter)
    with filled.app_context(), transaction() as session:
        assert staff.forget_old(session, clock.now() + timedelta(days=729)) == 0
        assert staff.forget_old(session, clock.now() + timedelta(days=731)) == 1
    assert written_down(filled)[0] == []


@pytest.mark.parametrize("table", TAKEN)
def test_it_takes_as_many_statements_for_a_hundred_as_for_one(filled, exporter, statements, table):
    token = exporter.page("/data/staff").soup.select_one("input[name=csrf_token]")["value"]
    given = {"csrf_token": token, "table": table, "purpose": PURPOSE, "columns": "stewards"}
    taken = []
    for more in (0, 60):
        put(filled, *(given_record(f"More {n}") for n in range(more)))
        with statements() as seen:
            assert exporter.post("/data/staff", data=given).status_code == 200
        taken.append(sum("set_config" not in statement for statement in seen))
    assert taken[0] == taken[1]
