"""A shortlist stands in the address and nowhere else: it is carried, changed, printed and passed on by plain links."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from directory.core.geo import Point
from directory.infra.db import db, transaction
from directory.listings.rules import record as r
from directory.listings.rules.codes import MOST, code_of, codes_in, span_of, written
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw
from tests.support.records import an_id, given_location, given_record

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
ACTOR = Actor(ActorKind.JOB)
NAMES = ("Aston Kitchen", "Bordesley Choir", "Castle Vale Repairs")
CODES = tuple(code_of(an_id("organisation", name)) for name in NAMES)
NOBODY = "0123456789ab"


@pytest.fixture(params=["sqlite", "postgres"])
def three(request, make_app, databases):
    """The application with three listings, and the function that publishes more."""
    from tests.support.apps import INSTALLED  # noqa: PLC0415 - a template is made when it is first wanted

    app = make_app(databases.copy_of(INSTALLED, request.param))
    with app.app_context(), transaction(db.engine) as session:
        records = [given_record(name, given_location("Hall", id=an_id("hall", name))) for name in NAMES]
        publish(session, records, actor=ACTOR, around=app.extensions["directory"].around, now=NOW)
    return app


@pytest.fixture
def reader(three):
    return three.test_client()


def names(page):
    return [heading.get_text(strip=True) for heading in page.soup.select(".kept__name")]


@hypothesis_given(st.uuids(), st.uuids())
def test_a_code_means_every_identifier_that_begins_so_and_no_other(one, other):
    first, last = span_of(code_of(one))
    assert first <= one <= last
    assert (code_of(one) == code_of(other)) == (first <= other <= last)


@hypothesis_given(st.text(max_size=200))
def test_any_text_is_a_list(text):
    found = codes_in(text)
    assert len(found.codes) <= MOST
    assert codes_in(written(found.codes)).codes == found.codes


def test_a_list_keeps_its_order_takes_each_once_and_no_more_than_fit():
    many = [f"{n:012x}" for n in range(MOST + 3)]
    assert codes_in(".".join([*many[:2], many[0], "..", many[2].upper()])).codes == tuple(many[:3])
    assert codes_in(".".join([*many[:2], many[0]])).left_out == 0
    assert codes_in(f"{many[0]}.rubbish").left_out == 1
    long = codes_in(".".join(many))
    assert (long.codes, long.left_out, long.is_full) == (tuple(many[:MOST]), 3, True)


def test_a_listing_is_added_from_the_list_and_the_list_follows_everywhere(reader):
    found = reader.page("/search?q=choir&near=B11+1AA")
    added = reader.page(found.links["Add to shortlist : Bordesley Choir"])
    assert added.h1 == found.h1
    assert added.links["Remove from shortlist : Bordesley Choir"] == f"/search?q=choir&near=B11+1AA#l-{CODES[1]}"
    kept = {f"list={CODES[1]}"}
    for words in ("Search", "Map", "Areas", "Bordesley Choir", "On the whole map", "Shortlist (1)"):
        assert kept <= set(urlsplit(added.links[words]).query.split("&")), words
    assert added.soup.select_one('form#search input[name="list"]')["value"] == CODES[1]
    assert added.soup.select_one('meta[name="robots"]')["content"] == "noindex"
    listing = reader.page(added.links["Bordesley Choir"])
    assert "Remove from shortlist" in listing.links
    assert "list=" not in reader.page(listing.links["Remove from shortlist"]).links["Search"]


def test_the_page_says_who_in_the_order_of_the_address_with_numbers(reader):
    page = reader.page(f"/shortlist?list={CODES[2]}.{CODES[0]}")
    assert names(page) == [NAMES[2], NAMES[0]]
    assert "2 organisations" in page.text
    less = reader.page(page.links["Remove from shortlist : Castle Vale Repairs"])
    assert names(less) == [NAMES[0]]
    assert reader.page(page.links["Start a new list"]).soup.select(".kept") == []


def test_what_is_gone_and_what_nobody_knows_is_told(three, reader):
    with three.app_context(), transaction(db.engine) as session:
        around = three.extensions["directory"].around
        withdraw(session, [an_id("organisation", NAMES[1])], actor=ACTOR, around=around, now=NOW)
    for path in ("/shortlist", "/shortlist/print"):
        page = reader.page(f"{path}?list={'.'.join([*CODES, NOBODY, 'rubbish'])}")
        assert names(page) == [NAMES[0], NAMES[2]]
        assert "1 listing of this list has left the directory." in page.text
        assert "1 listing of this list is not known here." in page.text
        assert "A part of the address could not be read" in page.text


@pytest.mark.parametrize("path", ["/shortlist", "/shortlist/print"])
@pytest.mark.parametrize("typed", ["", "x", ".", "'; DROP", "🫖" * 3000, "\x00", NOBODY])
def test_any_list_is_an_answer(reader, path, typed):
    assert reader.get(path, query_string={"list": typed}).status_code == 200
    assert reader.get("/shortlist.csv", query_string={"list": typed}).status_code == 200
    assert reader.get("/search", query_string={"list": typed}).status_code == 200


def test_a_full_list_takes_no_more(reader):
    full = ".".join(f"{n:012x}" for n in range(MOST))
    assert not any(words.startswith("Add to shortlist") for words in reader.page(f"/search?list={full}").links)
    assert "Shortlist (40)" in reader.page(f"/search?list={full}").links


def test_the_file_has_the_columns_of_a_search_in_the_order_of_the_list(reader):
    answer = reader.get(f"/shortlist.csv?list={CODES[1]}.{NOBODY}.{CODES[0]}")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="birmingham-shortlist-')
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["organisation"] for row in rows] == [NAMES[1], NAMES[0]]
    search = reader.get("/search.csv?q=choir").get_data(as_text=True).removeprefix("\ufeff")
    assert list(rows[0]) == next(csv.reader(io.StringIO(search)))


def test_it_is_sent_by_the_readers_own_program(reader):
    page = reader.page(f"/shortlist?list={CODES[0]}")
    body = parse_qs(urlsplit(page.links["Send by e-mail"]).query)["body"][0]
    url = f"http://127.0.0.1:8000/shortlist?list={CODES[0]}"
    assert body.startswith(f"{url}\r\n\r\nAston Kitchen")
    assert unquote(page.links["Send by text message"]) == f"sms:?&body={url}"


def test_the_organisations_own_number_stands_first_though_a_service_has_it_too(three, reader):
    def phones(*numbers):
        return tuple(r.Phone(id=an_id("phone", at), number=number) for at, number in enumerate(numbers))

    own, other = "0121 496 0001", "0121 496 0002"
    record = given_record("Duddeston Advice", phones=phones(own))
    record = replace(record, services=(replace(record.services[0], phones=phones(other, own)),))
    with three.app_context(), transaction(db.engine) as session:
        publish(session, [record], actor=ACTOR, around=three.extensions["directory"].around, now=NOW)
    page = reader.page(f"/shortlist?list={code_of(record.id)}")
    assert re.findall(r"0121 496 \d{4}", page.soup.select_one(".kept").get_text(" ")) == [own, other]


def test_the_sheet_has_a_code_that_leads_back(reader):
    sheet = reader.page(f"/shortlist/print?list={CODES[0]}")
    picture = sheet.soup.select_one(".paper__code img")
    assert picture["src"].startswith("data:image/svg+xml")
    assert picture["alt"] == "QR code of the address of this list"


def test_a_page_takes_as_many_statements_however_long_the_list(reader, statements):
    reader.get("/about")
    for codes, taken in ((CODES[:1], 3), (CODES, 3), ((*CODES, NOBODY), 4)):
        with statements() as seen:
            reader.get(f"/shortlist?list={'.'.join(codes)}")
        assert len(seen) == taken, seen


def test_a_hidden_place_stays_hidden_on_a_shortlist(three, reader):
    place = r.Location(
        id=an_id("secret"),
        name="The Nest",
        visibility=r.Visibility.HIDDEN,
        point=Point(52.4611, -1.8822),
        addresses=(r.Address(id=an_id("secret", 1), address_1="4 Nightingale Passage", postal_code="B12 9QR"),),
    )
    with three.app_context(), transaction(db.engine) as session:
        around = three.extensions["directory"].around
        publish(session, [given_record("Refuge", place)], actor=ACTOR, around=around, now=NOW)
    code = code_of(an_id("organisation", "Refuge"))
    for path in ("/shortlist", "/shortlist/print", "/shortlist.csv"):
        text = reader.get(f"{path}?list={code}").get_data(as_text=True)
        assert "Refuge" in text
        assert not any(trace in text for trace in ("Nightingale", "The Nest", "52.461", "1.882", "B12 9QR"))
