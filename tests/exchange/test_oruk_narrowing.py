"""What narrows a list of the API is looked up by an index: no list is gone through to find a few of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.core.hours import Schedule
from directory.exchange.queries import oruk as queries
from directory.exchange.queries.narrowing import Narrowed, Termed, at_offerings, at_services
from directory.exchange.rules.hsds_facts import term_id
from directory.infra.db import reading
from directory.listings.rules import record as r
from tests.exchange.oruk_site import API, put
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_location, given_record

SELECTIVE = {
    **{
        taxonomy: Narrowed(terms=Termed(ours={taxonomy: frozenset(["x"])}))
        for taxonomy in ("need", "audience", "kind", "language", "access")
    },
    "another directory's term": Narrowed(terms=Termed(ours={}, published=frozenset([UUID(int=1)]))),
    "an organisation": Narrowed(organization=UUID(int=1)),
    "a moment": Narrowed(modified_after=datetime(2026, 5, 4, tzinfo=UTC)),
}


@pytest.fixture(params=KINDS)
def site(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="0")


@pytest.mark.parametrize("narrowed", SELECTIVE.values(), ids=SELECTIVE)
@pytest.mark.parametrize("of", ["services", "offerings"])
def test_few_are_found_without_looking_at_each(app, narrowed, of):
    service = queries.SERVICE
    if of == "services":
        query = sa.select(service.c.owner_id, service.c.id).where(*at_services(narrowed))
    else:
        offering = queries.OFFERING
        query = sa.select(offering.c.owner_id, offering.c.id).join(service, service.c.id == offering.c.service_id)
        query = query.where(*at_offerings(narrowed))
    with app.app_context(), reading() as session:
        sql = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    scanned = [step for step in plan if step.startswith("SCAN")]
    assert not scanned, plan


def asked(site, path):
    answer = site.test_client().get(f"{API}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json


def grown():
    """Fifteen groups: every third speaks Polish, every other meets the need, twice over in its attributes."""
    for n in range(15):
        place = replace(given_location(f"Hall {n}", id=an_id("hall", n)), accessibility=("step-free",) * (n % 4 == 0))
        record = given_record(f"Group {n:02d}", place, needs=("food",) if n % 2 else ("money",))
        again = r.Attribute(id=an_id("again", n), label="", value="food", taxonomy="need")
        service = replace(
            record.services[0],
            attributes=(again,) if n % 2 else (),
            languages=(r.Language(id=an_id("pl", n), code="pl"),) if n % 3 == 0 else (),
            schedules=(Schedule(freq="WEEKLY", byday=("MO",)),) if n % 5 == 0 else (),
        )
        yield replace(record, services=(service,))


WANTED = {
    f"taxonomy_term_id={term_id('need', 'food')}": range(1, 15, 2),
    f"taxonomy_term_id={term_id('language', 'pl')}": range(0, 15, 3),
    f"taxonomy_term_id={term_id('access', 'step-free')}": range(0, 15, 4),
    f"taxonomy_term_id={term_id('kind', 'community-group')}": range(15),
    "day=MO": range(0, 15, 5),
    f"day=MO&taxonomy_term_id={term_id('language', 'pl')}": [0],
    "modified_after=2020-01-01": range(15),
}


@pytest.mark.parametrize("query", WANTED)
def test_pages_of_what_is_narrowed_are_all_of_it_in_one_order(site, query):
    put(site, *grown())
    wanted = [f"Group {n:02d}" for n in WANTED[query]]
    pages = [asked(site, f"services?{query}&per_page=4&page={page}") for page in range(1, 6)]
    assert [page["total_items"] for page in pages] == [len(wanted)] * 5
    of_organization = [each["organization"]["name"] for page in pages for each in page["contents"]]
    assert of_organization == wanted
    assert asked(site, f"services?{query}&minimal=true")["total_items"] == len(wanted)


def test_a_page_of_one_need_takes_no_more_than_a_page(site, statements, monkeypatch):
    put(site, *grown())
    client = site.test_client()
    path = f"{API}/services?taxonomy_term_id={term_id('need', 'food')}&per_page=2"
    client.get(path)
    monkeypatch.setattr(queries, "service_rows", lambda *_: pytest.fail("all of them were looked for"))
    with statements() as seen:
        assert client.get(f"{path}&page=2").status_code == 200
    assert sum("set_config" not in statement for statement in seen) == 2  # the data version, and the page


@pytest.mark.parametrize("most", [1, 3, 5_000])
def test_what_words_find_is_named_in_as_many_statements_as_it_takes(site, monkeypatch, most):
    put(site, *grown())
    monkeypatch.setattr(queries, "MOST_NAMED", most)
    found = asked(site, f"services?search=group&taxonomy_term_id={term_id('need', 'food')}&per_page=50")
    assert [each["organization"]["name"] for each in found["contents"]] == [f"Group {n:02d}" for n in range(1, 15, 2)]
    page = asked(site, "organizations?search=group&per_page=4&page=4")
    assert (page["total_items"], [each["name"] for each in page["contents"]]) == (
        15,
        ["Group 12", "Group 13", "Group 14"],
    )
