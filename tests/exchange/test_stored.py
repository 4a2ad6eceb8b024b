"""What is stored of listings is what their stored pages say: tables of everything, and lists of the API."""

from dataclasses import replace
from itertools import accumulate

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.exchange.queries import listed
from directory.exchange.rules.hsds import organization_object, service_objects
from directory.exchange.rules.hsds_facts import term_id
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.lines import row_ending
from directory.exchange.rules.stored import KIND_OF
from directory.exchange.rules.tables import LOCATIONS, ORGANISATIONS, SERVICES
from directory.exchange.service.extract import made_lines, table_lines
from directory.infra.db import db, reading, transaction
from directory.listings import queries as listings
from directory.listings.rules.document import dumps
from directory.publishing import queries as publishing
from directory.publishing.rules import (
    MOST_TEXTS,
    Actor,
    ActorKind,
    TextKind,
    ordinal_of_text,
    owner_of_text,
    text_number,
)
from directory.publishing.service import publish
from directory.publishing.service.drift import drift
from directory.publishing.service.refresh import rebuild_index
from directory.search.service import Query
from tests.exchange.published import hall, organisations, put, rows_of, take_out
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import NOON, an_id, given_record, records

TABLES = (ORGANISATIONS, SERVICES, LOCATIONS)
ACTOR = Actor(ActorKind.JOB)


def url_of(slug):
    return f"https://directory.example.org/listings/{slug}"


def both(session, around, table):
    """The lines of a table of everything: copied, and made of pages."""
    ways = (table_lines, made_lines)
    return ["".join(way(session, Query(), table, index=around.index, url_of=url_of)) for way in ways]


@given(some=st.lists(records(), min_size=1, max_size=3, unique_by=lambda record: record.id))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_stored_is_what_the_stored_pages_say(engine, around, some):
    view = View(terms=around.terms, place=around.place.name, place_slug=around.place.slug)
    with transaction(engine, keep=False) as session:
        publish(session, some, actor=ACTOR, around=around, now=NOON)
        for table in TABLES:
            copied, made = both(session, around, table)
            assert copied == made, table.name
        pages = listings.pages(session, range(1, len(some) + 1))
        services = [dumps(each) for n in sorted(pages) for each in service_objects("service", pages[n], view).values()]
        owners = [dumps(organization_object("organization", pages[n], view)) for n in sorted(pages)]
        assert listed.page(session, "services", offset=0, limit=1_000) == (len(services), services)
        assert listed.page(session, "organizations", offset=0, limit=1_000) == (len(owners), owners)
        assert not drift(session, around).any


@pytest.fixture(params=KINDS)
def site(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param))


def with_services(name, how_many):
    record = given_record(name, hall(name, 52.45, -1.9))
    (first,) = record.services
    (there,) = first.offerings
    several = (
        replace(first, id=an_id(name, n), name=f"{name} {n}", offerings=(replace(there, id=an_id(n, name)),))
        for n in range(how_many)
    )
    return replace(record, services=tuple(several))


def test_a_page_that_is_far_away_is_where_it_belongs(site, monkeypatch):
    monkeypatch.setattr(listed, "NEAR", 3)
    some = [with_services(f"Club {n}", how_many) for n, how_many in enumerate((3, 1, 0, 7, 1, 1, 12, 2))]
    put(site, *some)
    put(site, replace(some[3], description="Changed, so that its numbers are other ones."))
    wanted = [service.name for record in some for service in record.services]
    client = site.test_client()
    for per_page in (27, 1, 4, 5, 9, 2):
        last = -(-len(wanted) // per_page)
        for page in filter(None, (last, 1, last // 2, last // 3, last - 1, 2, last + 1, last // 2 + 1)):
            found = client.get(f"/oruk/v3/services?per_page={per_page}&page={page}").json
            names = [each["name"] for each in found["contents"]]
            assert names == wanted[(page - 1) * per_page :][:per_page], (per_page, page)
            assert found["total_items"] == len(wanted)
    owners = client.get("/oruk/v3/organizations?per_page=2&page=4").json["contents"]
    assert [each["name"] for each in owners] == ["Club 6", "Club 7"]


def test_a_page_that_is_far_away_takes_one_statement_more(site, statements, monkeypatch):
    monkeypatch.setattr(listed, "NEAR", 3)
    put(site, with_services("Club", 30))
    with site.app_context(), reading(db.engine) as session, statements() as seen:
        assert [len(listed.page(session, "services", offset=at, limit=4)[1]) for at in (0, 20, 40)] == [4, 4, 0]
    assert len(seen) == 2 + 3 + 1, seen


@pytest.mark.parametrize("name", [table.name for table in TABLES])
def test_a_listing_whose_first_service_is_over_is_in_every_file_of_everything(site, name):
    """Its other service is found by a search, so a file of everything has it."""
    record = with_services("Choir", 2)
    over = replace(record.services[0], status="defunct")
    put(site, replace(record, services=(over, record.services[1])))
    client = site.test_client()
    everything, found = (rows_of(client.get(f"/data/{name}.csv{query}")) for query in ("", "?q=choir"))
    assert everything == found
    assert len(everything) == 1


def test_a_listing_that_offers_nothing_more_is_in_no_file_and_is_in_the_api(site):
    record = with_services("Choir", 1)
    put(site, replace(record, services=(replace(record.services[0], status="defunct"),)))
    client = site.test_client()
    assert [rows_of(client.get(f"/data/{table.name}.csv")) for table in TABLES] == [[], [], []]
    assert [each["status"] for each in client.get("/oruk/v3/services").json["contents"]] == ["defunct"]


def test_a_change_is_in_the_copies_and_a_withdrawal_takes_them(site):
    some = organisations()
    put(site, *some)
    put(site, replace(some[0], name="=Renamed, twice"))
    take_out(site, some[1])
    client = site.test_client()
    for table in TABLES:
        rows = rows_of(client.get(f"/data/{table.name}.csv"))
        names = [row["organisation"] for row in rows]
        assert names.count("'=Renamed, twice") == 1
        assert some[1].name not in names
    names = [each["organization"]["name"] for each in client.get("/oruk/v3/services").json["contents"]]
    assert len(names) == len(some) - 1
    assert "=Renamed, twice" in names


@pytest.mark.parametrize("kind", list(TextKind), ids=lambda kind: kind.name)
def test_the_drift_of_every_kind_is_counted_and_mended(engine, around, kind):
    with transaction(engine) as session:
        publish(session, organisations()[:3], actor=ACTOR, around=around, now=NOON)
        before = list(publishing.every_text(session, kind, at_once=100))
        first = text_number(kind, 0)
        bound = {"first": first, "end": text_number(kind, 1 << 40)}
        where = "WHERE number = (SELECT min(number) FROM stored_text WHERE number >= :first AND number < :end)"
        session.execute(sa.text(f"UPDATE stored_text SET text = 'other' {where}"), bound)
        assert drift(session, around).lines == 1
        session.execute(sa.text(f"DELETE FROM stored_text {where}"), bound)
        assert drift(session, around).lines == 1
        rebuild_index(session, around)
        assert list(publishing.every_text(session, kind, at_once=100)) == before
        assert not drift(session, around).any


@given(
    kind=st.sampled_from(TextKind),
    owner=st.integers(0, (1 << 40) - 1),
    ordinals=st.lists(st.integers(0, MOST_TEXTS - 1), min_size=1),
)
def test_a_number_says_kind_owner_and_ordinal_and_keeps_their_order(kind, owner, ordinals):
    numbers = [text_number(kind, owner, each) for each in sorted(ordinals)]
    assert all(text_number(kind, 0) <= each < text_number(kind, 1 << 40) < 1 << 63 for each in numbers)
    assert [(owner_of_text(each), ordinal_of_text(each)) for each in numbers] == [(owner, n) for n in sorted(ordinals)]
    assert list(accumulate(numbers, max)) == numbers


def test_the_ending_of_a_row_is_its_address_alone():
    ending = row_ending(url_of)
    assert ending.whole("choir", "a,b,", None) == "a,b,https://directory.example.org/listings/choir\r\n"
    assert KIND_OF.keys() == {table.name for table in TABLES}


def test_what_narrows_is_counted_once_for_every_page_of_it(site, statements):
    put(site, *organisations())
    client = site.test_client()
    query = f"/oruk/v3/services?per_page=7&taxonomy_term_id={term_id('need', 'food')}"
    names = [each["name"] for each in client.get(query).json["contents"]]
    with statements() as seen:
        second = client.get(f"{query}&page=2").json
    assert [" LIMIT " in each for each in seen if "FROM attribute" in each] == [True], seen
    assert not any(each.split()[1].startswith("count(") for each in seen), seen
    assert second["total_items"] == 28
    assert len({each["id"] for each in second["contents"]}) == len(names) == 7
    take_out(site, organisations()[0])
    assert client.get(f"{query}&page=2").json["total_items"] == 27
