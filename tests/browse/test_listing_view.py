"""A stored document as the page says it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from directory.areas.rules import AreaInfo
from directory.browse.views import listing as views
from directory.browse.views.linked import linked_data
from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.geocoding.rules import Located
from directory.infra.place import load_place
from directory.listings.rules import record as r
from directory.listings.rules.codec import encode, filled
from directory.listings.service.taxonomy import load_terms
from tests.support.records import an_id, given_location, given_record

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)  # half past ten in Birmingham, a Tuesday
TUESDAYS = Schedule(freq="WEEKLY", byday=("TU",), opens_at=time(10), closes_at=time(13))
TERMS = load_terms()
PLACE = load_place("birmingham")
B11 = AreaInfo("B11", "district", "B11 Sparkbrook", "B11", PLACE.box, PLACE.centre)


@pytest.fixture
def shown(speaking, monkeypatch):
    """The page of a record: ``shown(record, near=...)``."""
    monkeypatch.setattr(views, "address", lambda endpoint, **params: f"/{endpoint}/{'/'.join(params.values())}")

    def show(record, *, near=None, areas=None, now=NOW):
        seen = views.Seen(now, PLACE, TERMS, {"B11": B11}.get, "en", near)
        return views.listing_page(stored(record, areas), seen)

    return show


def stored(record, areas=None):
    data = filled(r.Record, json.loads(json.dumps(encode(record))))
    return {"slug": "a", "version": 1, "last_modified": NOW.isoformat(), "areas": areas or {}, "record": data}


def changed(record, **changes):
    """``record`` with its only service changed."""
    return replace(record, services=(replace(record.services[0], **changes),))


def test_a_service_says_where_and_when(shown):
    record = changed(given_record("Kitchen", given_location()), schedules=(TUESDAYS,))
    (service,) = shown(record).services
    (held,) = service.held
    assert held.where.name == "St Agatha's Hall"
    assert held.where.lines == ("12 Example Road", "Birmingham", "B11 1AA")
    assert [str(line) for line in held.hours] == ["Every Tuesday, 10am to 1pm"]
    assert held.state.text == "Open now until 1pm"
    assert [tag.name for tag in service.needs] == ["Food"]


def test_two_venues_keep_their_own_hours(shown):
    places = (given_location("One"), given_location("Two"))
    record = given_record("Kitchen", *places)
    offerings = (
        r.Offering(id=an_id("a"), location_id=places[0].id),
        r.Offering(id=an_id("b"), location_id=places[1].id, schedules=(TUESDAYS,)),
    )
    sundays = Schedule(freq="WEEKLY", byday=("SU",), opens_at=time(12), closes_at=time(14))
    page = shown(changed(record, schedules=(sundays,), offerings=offerings))
    assert [held.hours[0].days for held in page.services[0].held] == ["Every Sunday", "Every Tuesday"]


def test_a_hidden_place_is_named_nowhere(shown):
    hidden = r.Location(id=an_id("h"), visibility=r.Visibility.HIDDEN)
    page = shown(given_record("Refuge", hidden))
    assert page.places[0].hint.startswith("The address is not published")
    assert page.places[0].lines == ()
    assert page.places[0].directions_url == ""
    assert page.pins == ()


def test_an_approximate_place_says_that_it_is(shown):
    near = given_location(
        "",
        visibility=r.Visibility.APPROXIMATE,
        precision_m=500.0,
        addresses=(r.Address(id=an_id("x"), postal_code="B11"),),
    )
    page = shown(
        given_record("Home group", near), near=Located(Point(52.46, -1.89), 100.0, r.Found.POSTCODE, "B12 9QR")
    )
    assert page.places[0].hint == "Near B11. The exact address is not shown."
    assert page.places[0].lines == ()
    assert page.places[0].directions_url == ""
    assert page.distance.startswith("about 1 mile from B12 9QR") or "about 0.5" in page.distance


def test_the_distance_is_that_of_the_nearest_place(shown):
    places = (given_location("Far", point=Point(52.56, -1.9)), given_location("Near", point=Point(52.461, -1.89)))
    page = shown(given_record("Two", *places), near=Located(Point(52.46, -1.89), 50.0, r.Found.POSTCODE, "B12 9QR"))
    assert page.distance == "0.1 miles from B12 9QR"


def test_what_expires_by_itself_is_gone(shown):
    record = given_record(
        "Kitchen",
        notice=r.Notice(text="Moved", until=date(2026, 5, 11)),
        today=r.Today(status="full", until=NOW - timedelta(minutes=1)),
    )
    page = shown(record)
    assert (page.notice, page.notice_until, page.today) == ("", "", "")


def test_what_holds_today_is_said_with_its_end(shown):
    record = given_record(
        "Kitchen",
        notice=r.Notice(text="Moved to St Agatha's", until=date(2026, 5, 12)),
        today=r.Today(status="waiting-list", until=NOW + timedelta(hours=1)),
    )
    page = shown(record)
    assert page.notice == "Moved to St Agatha's"
    assert page.notice_until == "12 May 2026"
    assert page.today == "Has a waiting list today"


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"free": True}, ("Cost", "Free")),
        ({"free": True, "fees": "Free; bring a bag"}, ("Cost", "Free; bring a bag")),
        (
            {"cost_options": (r.CostOption(id=an_id("c"), amount=3.5, option="A term"),)},
            ("Cost", "A term: £3.50"),
        ),
        ({"minimum_age": 18.0}, ("Who it is for", "Aged 18 and over")),
        ({"minimum_age": 5.0, "maximum_age": 11.0}, ("Who it is for", "Ages 5 to 11")),
        ({"languages": (r.Language(id=an_id("l"), code="ur", name="Urdu"),)}, ("Languages", "Urdu")),
        ({"how": ("phone", "online")}, ("How", "By phone, Online")),
        ({"referral": "self"}, ("How to join", "You can go or ring yourself.")),
        (
            {"service_areas": (r.ServiceArea(id=an_id("s"), code="B12", name="Balsall Heath"),)},
            ("Area served", "Balsall Heath"),
        ),
    ],
)
def test_what_is_known_of_a_service_has_a_label(shown, changes, fact):
    record = changed(given_record("Kitchen", given_location()), **changes)
    assert fact in shown(record).services[0].facts


def test_what_nobody_said_is_not_there(shown):
    assert shown(given_record("Kitchen", given_location())).services[0].facts == ()


def test_ways_to_reach_them_can_be_followed_when_that_is_safe(shown):
    record = given_record(
        "Kitchen",
        phones=(r.Phone(id=an_id("p"), number="0121 496 0123"), r.Phone(id=an_id("q"), number="ask at the door")),
        email="hello@example.org",
        website="https://example.org/",
    )
    urls = {contact.text: contact.url for contact in shown(record).contacts}
    assert urls == {
        "0121 496 0123": "tel:+441214960123",
        "ask at the door": "",
        "hello@example.org": "mailto:hello@example.org",
        "example.org": "https://example.org/",
    }


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "//example.org", "example.org"])
def test_a_website_that_is_no_web_address_is_words(shown, website):
    (contact,) = shown(given_record("Kitchen", website=website)).contacts
    assert contact.url == ""


def test_areas_lead_to_their_pages(shown):
    place = given_location()
    page = shown(given_record("Kitchen", place), areas={str(place.id): ["B11", "E05999999"]})
    assert [area.name for area in page.places[0].areas] == ["B11 Sparkbrook"]


def test_linked_data_holds_what_the_page_says():
    record = changed(given_record("Kitchen", given_location(), kind="charity"), schedules=(TUESDAYS,), free=True)
    found = linked_data(stored(record)["record"], url="https://directory.example.org/listings/kitchen")
    assert found["@type"] == "NGO"
    assert found["location"][0]["geo"]["latitude"] == 52.4573
    offered = found["makesOffer"][0]["itemOffered"]
    assert offered["availableChannel"][0]["hoursAvailable"] == [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": ["Tuesday"], "opens": "10:00", "closes": "13:00"}
    ]
    assert "email" not in found


def test_linked_data_gives_no_point_of_a_place_that_is_approximate_and_nothing_of_a_hidden_one():
    near = given_location("", visibility=r.Visibility.APPROXIMATE)
    hidden = r.Location(id=an_id("h"), visibility=r.Visibility.HIDDEN)
    found = linked_data(stored(given_record("Home group", near, hidden))["record"], url="https://example.org/")
    assert len(found["location"]) == 1
    assert "geo" not in found["location"][0]
