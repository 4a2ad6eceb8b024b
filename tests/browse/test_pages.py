"""The public pages, on the whole application: ``client`` checks markup, headers and cookies of each."""

from datetime import UTC, datetime, time

import pytest

from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.infra import clock, versions
from directory.infra.db import db, transaction
from directory.listings.rules import record as r
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw
from tests.support.records import an_id, given_location, given_record

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
ACTOR = Actor(ActorKind.JOB)
SECRET = "Nightingale Passage"  # an address that nobody may learn


def hall(*of):
    """A hall in B11 of one organisation's own."""
    line = {"address_1": "12 Example Road", "city": "Birmingham", "postal_code": "B11 1AA"}
    return given_location(id=an_id("hall", *of), addresses=(r.Address(id=an_id("address", *of), **line),))


def a_hidden_place():
    return r.Location(
        id=an_id("secret"),
        name="The Nest",
        visibility=r.Visibility.HIDDEN,
        point=Point(52.4611, -1.8822),
        addresses=(r.Address(id=an_id("secret", 1), address_1=f"4 {SECRET}", postal_code="B12 9QR"),),
    )


@pytest.fixture
def given(app):
    """Publish records through the door: ``given(record, ...)``."""

    def put(*records):
        with app.app_context(), transaction(db.engine) as session:
            return publish(session, records, actor=ACTOR, around=app.extensions["directory"].around, now=NOW)

    return put


@pytest.fixture
def kitchen(given):
    hours = (Schedule(freq="WEEKLY", byday=("TU",), opens_at=time(10), closes_at=time(13)),)
    record = given_record("Sparkbrook Kitchen", hall())
    (outcome,) = given(r.Record(**{**fields(record), "services": (service(record, schedules=hours),)}))
    return outcome


def fields(record):
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def service(record, **changes):
    return r.Service(**{**fields(record.services[0]), **changes})


def test_a_new_place_says_how_to_import(client):
    assert "directory import csv" in client.page("/").text


def test_from_home_to_a_need_to_a_listing(client, kitchen):
    home = client.page("/")
    assert "directory import csv" not in home.text
    need = client.page(next(url for words, url in home.links.items() if words.startswith("Food ")))
    assert need.h1 == "Food"
    assert "1 organisation" in need.text
    listing = client.page(need.links["Sparkbrook Kitchen"])
    assert listing.h1 == "Sparkbrook Kitchen"
    assert "Every Tuesday 10am to 1pm" in listing.text
    assert "12 Example Road Birmingham B11 1AA" in listing.text


def test_a_search_near_a_postcode_says_how_far_on_list_and_page(client, kitchen):
    found = client.page("/search?q=food&near=B12+9QR&within=10")
    assert found.h1 == "“food” near B12 9QR"
    assert found.title.startswith("“food” near B12 9QR - ")
    assert found.soup.select_one(".card__far").get_text().endswith("miles")
    assert "from B12 9QR" in client.page(found.links["Sparkbrook Kitchen"]).text


def test_near_the_place_itself_is_all_of_it(client, kitchen):
    for url in ("/search", "/map"):
        page = client.page(f"{url}?q=food&near=Birmingham&within=0.5")
        assert "“food” near Birmingham" in page.text
        assert "We looked in all of Birmingham." in page.text
    assert "Sparkbrook Kitchen" in client.page("/search?q=food&near=Birmingham&within=0.5").links
    for wide in ("near=Birmingham&within=0", "near=Birmingham&within=25", "near=B12+9QR&within=0.5"):
        assert "We looked in all of" not in client.page(f"/search?q=food&{wide}").text


def test_nothing_found_leads_to_the_next_wider_search_that_has_something(client, kitchen):
    empty = client.page("/search?q=food&near=B12+9QR&within=0.1")
    assert "No organisation found" in empty.text
    wider = client.page(empty.links["Search within 10 miles"])
    assert "1 organisation" in wider.text
    told = empty.text.replace("9QR ”", "9QR”")  # the postcode is a word of its own (web/whole.py)
    assert "What leaves most out is “within 0.1 miles of B12 9QR”." in told
    assert "1 organisation" in client.page(empty.links["Search without it"]).text


def test_nothing_found_tells_the_nearest_for_the_need_that_was_meant(client, kitchen):
    empty = client.page("/search?q=hungry&near=B12+9QR&within=0.1&language=pl")
    assert "Food: Sparkbrook Kitchen" in empty.text
    assert empty.links["Sparkbrook Kitchen"].startswith("/listings/sparkbrook-kitchen")


@pytest.mark.parametrize(
    ("near", "said"),
    [("Atlantis", "We do not know"), ("M1 1AE", "outside Birmingham"), ("BT1 1AA", "Northern Ireland")],
)
def test_a_place_that_cannot_be_used_is_explained_at_its_field(client, kitchen, near, said):
    page = client.page(f"/search?near={near}")
    field = page.soup.select_one("#near")
    assert field["value"] == near
    assert said in page.soup.find(id=field["aria-describedby"]).get_text()


def test_wrong_values_are_told_and_left_out(client, kitchen):
    page = client.page("/search?need=unicorns&within=far&sort=loudest&page=minus&area=ZZ99")
    notes = [note.get_text() for note in page.soup.select("p.notice")]
    assert len(notes) == 5
    assert "1 organisation" in page.text


def test_the_second_page_says_so_and_links_back(client, given):
    given(*(given_record(f"Kitchen {n:02}", hall(n)) for n in range(25)))
    second = client.page("/search?page=2")
    assert second.title.startswith("All listings, page 2")
    assert second.soup.select_one('a[rel="prev"]')["href"] == "/search"
    assert len(second.soup.select(".card")) == 5
    need = client.page("/needs/food?page=2")
    assert need.soup.select_one('a[rel="prev"]')["href"] == "/needs/food"


def test_a_page_beyond_the_end_leads_back(client, kitchen):
    page = client.page("/search?q=food&page=9")
    assert "There is no page 9" in page.text
    assert page.soup.select_one('a[rel="prev"]')["href"] == "/search?q=food"


def test_the_map_of_a_search_says_what_the_list_says_and_fits_where_it_was(client, kitchen):
    words = "These have some of what you typed"
    assert words in client.page("/search?q=sparkbrook+trumpet").text
    page = client.page("/map?q=sparkbrook+trumpet&near=B12+9QR&within=2&need=unicorns")
    assert words in page.text
    assert "unicorns" in page.text
    assert words not in client.page("/map?q=sparkbrook+kitchen").text
    west, south, east, north = map(float, page.soup.select_one("[data-box]")["data-box"].split(","))
    assert west < -1.88 < east
    assert south < 52.46 < north
    assert 3000 < (north - south) * 111_000 < 8000


def test_only_the_plain_pages_are_for_search_engines(client, kitchen):
    assert client.page("/search?q=food").soup.select_one('meta[name="robots"]')["content"] == "noindex"
    assert client.page("/search").soup.select_one('meta[name="robots"]') is None
    canonical = client.page("/listings/sparkbrook-kitchen?near=B12").soup.select_one('link[rel="canonical"]')
    assert canonical["href"].endswith("/listings/sparkbrook-kitchen")


def test_a_listing_that_changed_its_name_is_found_at_its_old_address(client, given, kitchen):
    given(given_record("Sparkhill Kitchen", hall(), id=an_id("organisation", "Sparkbrook Kitchen")))
    answer = client.get("/listings/sparkbrook-kitchen?near=B12")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/listings/sparkhill-kitchen?near=B12"


def test_a_listing_that_is_gone_is_not_found(app, client, kitchen):
    with app.app_context(), transaction(db.engine) as session:
        around = app.extensions["directory"].around
        withdraw(session, [an_id("organisation", "Sparkbrook Kitchen")], actor=ACTOR, around=around, now=NOW)
    assert client.get("/listings/sparkbrook-kitchen").status_code == 404


@pytest.mark.parametrize("path", ["/listings/nobody", "/needs/unicorns", "/areas/ZZ99", "/areas/../etc", "/search/x"])
def test_what_is_not_there_is_not_found(client, path):
    page = client.page(path, status=404)
    assert page.h1 == "We cannot find that page"


@pytest.mark.parametrize(
    "path", ["/", "/search", "/search?near=B12+9QR", "/listings/refuge", "/needs/food", "/areas/B12"]
)
def test_no_byte_of_a_hidden_place_is_on_a_page(client, given, path):
    given(given_record("Refuge", a_hidden_place()))
    answer = client.get(path)
    assert answer.status_code == 200
    for trace in (SECRET, "The Nest", "52.461", "-1.882"):
        assert trace not in answer.text
    told = answer.text
    for asked in ("B12+9QR", 'value="B12 9QR"', "near B12 9QR", 'near <span class="whole">B12 9QR</span>'):
        told = told.replace(asked, "")
    assert "B12 9QR" not in told


@pytest.mark.parametrize("path", ["/about", "/add", "/accessibility"])
def test_whoever_reads_a_telephone_number_can_ring_it(client, path):
    assert 'href="tel:01214960000">0121 496 0000</a>' in client.get(path).text


def test_a_name_is_text_wherever_it_stands(client, given):
    name = "<script>alert(1)</script> \"'`{{7*7}}</title>"
    (outcome,) = given(given_record(name, hall(), service=name))
    for path in ("/search", f"/listings/{outcome.slug}", "/areas/B11"):
        page = client.page(path)
        assert name in page.soup.get_text()
        assert [
            script for script in page.soup.select("script") if "alert" in script.get_text() and not script.get("type")
        ] == []


NAUGHTY = (
    '"',
    "'; DROP TABLE organization; --",
    "*",
    "a AND OR NOT NEAR(",
    "\x00",
    "🫖" * 50,
    "a" * 10_000,
    "%",
    "\\",
    "(",
    "-",
    "٣",
    "B12\u202e",
)


@pytest.mark.parametrize("name", ["q", "near", "need", "kind", "within", "area", "sort", "page"])
def test_any_text_is_a_legal_query(client, kitchen, name):
    answers = {typed[:20]: client.get("/search", query_string={name: typed}).status_code for typed in NAUGHTY}
    assert answers == dict.fromkeys(answers, 200)


STATEMENTS = {
    "/": 2,
    "/search": 2,  # everything but words is on the board
    "/search?q=food": 4,  # which offerings have the words, for the list and for the numbers beside filters
    "/search?q=food&near=B12+9QR&within=10": 3,  # which have the word, the board knows from the page before
    "/listings/sparkbrook-kitchen": 2,
    "/needs/food": 3,
    "/areas": 1,
    "/areas/B11": 3,
    "/areas/outlines.geojson": 2,
    "/areas/B11/outline.geojson": 2,
    "/search?need=food&near=B12+9QR&within=10": 2,
    "/search?q=kitchen+periscope": 6,  # nothing has both: an error of typing? which have one, and their texts
    "/map": 1,
    "/map?q=kitchen": 1,
    "/map?q=kitchen+periscope": 6,
    "/map/document.js": 1,
    "/map/names.json": 1,
    "/map/pins": 1,
    "/map/results.svg": 4,
    "/embed?need=food": 3,
    "/embed/make": 1,
    "/oembed?url=http://127.0.0.1:8000/search": 1,
    "/shortlist": 1,
    "/shortlist.csv": 2,
    "/about": 1,
    "/privacy": 1,
    "/accessibility": 1,
    "/attributions": 1,
    "/data": 4,  # and when it changed, how complete it is, the first rows
    "/add": 1,
    "/health": 0,
}
# Asked again: what offerings and cards say is in memory until something is published.
AGAIN = {
    "/search": 1,
    "/search?q=food": 1,
    "/search?q=food&near=B12+9QR&within=10": 1,
    "/needs/food": 2,
    "/areas/B11": 2,
    "/search?need=food&near=B12+9QR&within=10": 1,
    "/search?q=kitchen+periscope": 3,
    "/map?q=kitchen+periscope": 5,
    "/map/results.svg": 3,
    "/embed?need=food": 2,
    "/shortlist.csv": 1,
    "/data": 2,
}


@pytest.mark.parametrize("how_many", [1, 30])
def test_a_page_takes_as_many_statements_however_many_listings(
    client, given, kitchen, statements, how_many, monkeypatch
):
    minute = clock.now()
    monkeypatch.setattr(clock, "now", lambda: minute)  # what is open now is asked anew in another one
    given(*(given_record(f"Kitchen {n:02}", hall(n)) for n in range(how_many - 1)))
    client.get("/search")  # asks what filters count, once for each version of the data
    taken: dict[bool, dict[str, int]] = {False: {}, True: {}}
    for path in STATEMENTS:
        with client.application.app_context(), transaction() as session:
            versions.bump(session, "test")  # nothing is right any more that was kept in memory
        client.get("/about")  # asks whether there are samples
        for again in (False, True):
            with statements() as seen:
                assert client.get(path).status_code == 200
            taken[again][path] = len(seen)
    assert taken == {False: STATEMENTS, True: STATEMENTS | AGAIN}


@pytest.mark.parametrize(
    "path", [*STATEMENTS, "/search.csv", "/search.geojson", "/map/features?bbox=-2,52,-1,53&zoom=9"]
)
def test_a_cache_in_front_of_the_site_may_answer_with_any_page_for_a_moment(client, kitchen, path):
    answer = client.get(path)
    shared = answer.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    assert shared is (path != "/health")
    assert "Set-Cookie" not in answer.headers
    own = ", Cookie" if path == "/add" else ""  # whoever has begun to add a group sees how far it has come
    assert answer.headers.get("Vary", f"Accept-Encoding{own}") == f"Accept-Encoding{own}"


@pytest.mark.parametrize(("how_many", "taken"), [(1, 4), (30, 5)])  # with more than it reads, they are counted
def test_asking_whether_it_is_ready_takes_few_statements(client, given, statements, how_many, taken):
    given(*(given_record(f"Kitchen {n:02}", hall(n)) for n in range(how_many)))
    with statements() as seen:
        assert client.get("/ready").status_code == 200
    assert len(seen) == taken + 1, seen  # what filters are counted on is made, for no reader to wait for it
    with statements() as seen:
        assert client.get("/ready").status_code == 200
    assert len(seen) == taken, seen


def test_what_the_browser_has_is_not_drawn_again(client, given, kitchen, statements):
    path = "/search?q=food"
    first = client.get(path)
    with statements() as seen:
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    assert len(seen) == 1, seen
    given(given_record("Another Kitchen", hall("another")))
    after = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert "Another Kitchen" in after.text


@pytest.mark.parametrize("path", ["/", "/search", "/listings/sparkbrook-kitchen", "/about", "/ready"])
def test_head_is_get_without_a_body(client, kitchen, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (get.status_code, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_a_broken_database_gives_a_page_that_says_so_and_the_process_lives(app, client, kitchen):
    with app.app_context(), transaction(db.engine) as session:
        session.connection().exec_driver_sql("ALTER TABLE version RENAME TO gone")
    page = client.page("/search", status=503)
    assert page.response.headers["Retry-After"] == "30"
    assert "resting" in page.h1
    assert client.get("/health").status_code == 200
