"""Whoever speaks for a listing changes it page by page: small facts at once, the rest waits, and nobody else may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.service import people
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from directory.listings.rules.record import ServiceArea
from directory.moderation.queries import suggestions
from directory.moderation.service import stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.apps import INSTALLED
from tests.support.filling import Filler, form_of, values_of
from tests.support.pages import Page, soup_of
from tests.support.people import address_of, sign_in
from tests.support.records import an_id, given_location, given_record

ACTOR = Actor(ActorKind.PERSON, "1")
KITCHEN = given_record("Kitchen", given_location(), email="kitchen@example.org", assured_at=clock.now())
URL = f"/manage/{KITCHEN.id}"
PAGES = ("who", "about", "what/1", "where", "place/1", "show/1", "when/1", "reach", "details", "extras")


@pytest.fixture(params=["sqlite", "postgres"])
def app(make_app, databases, request):
    made = make_app(databases.copy_of(INSTALLED, request.param))
    put(made, KITCHEN)
    return made


@pytest.fixture
def client(app):
    """The steward's browser."""
    made = app.test_client()
    person = sign_in(made, "steward")
    with app.app_context(), transaction() as session:
        stewards.appoint(session, person, KITCHEN.id, how="claimed", now=clock.now())
    return made


@pytest.fixture
def filler(client):
    return Filler(client)


def put(app, *records):
    with app.app_context(), transaction() as session:
        publish(session, records, actor=ACTOR, around=app.extensions["directory"].around, now=clock.now())


def rows(app, query):
    with app.app_context(), reading() as session:
        return session.execute(sa.text(query)).all()


def current(app):
    with app.app_context(), reading() as session:
        return published.current(session, KITCHEN.id)


def waiting(app):
    """What waits for a moderator about the kitchen."""
    with app.app_context(), reading() as session:
        return suggestions.open_for(session, [KITCHEN.id]).get(KITCHEN.id, [])


def post(client, url, page, **typed):
    answer = client.post(url, data=values_of(form_of(page.soup)) | typed, follow_redirects=True)
    return Page(answer, soup_of(answer))


def test_the_list_has_my_listings_alone_with_their_state(app, client):
    put(app, given_record("Other"))
    page = client.page("/manage")
    assert page.links["Kitchen"] == URL
    assert "Published" in page.text
    assert "Other" not in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


def test_somebody_whose_mail_is_refused_is_told_and_can_give_another_address(app, client):
    for url in ("/manage", URL):
        assert "could not reach you" not in client.page(url).text
    with app.app_context(), transaction() as session:
        people.note_bounce(session, address_of("steward"), clock.now())
    assert "We could not reach you at steward@example.org" in client.page("/manage").text
    page = client.page(URL)
    assert "We could not reach you at steward@example.org" in page.text
    assert page.links["Give another address"] == f"{URL}/share"
    with app.app_context(), transaction() as session:
        people.reached(session, people.person_for(session, address_of("steward"), clock.now()))
    assert "could not reach you" not in client.page("/manage").text


def test_a_person_without_a_listing_is_told_how_to_get_one(app):
    client = app.test_client()
    sign_in(client, "other-steward")
    assert "You look after no listing yet" in client.page("/manage").text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_is_saved_as_it_stands_changes_nothing(app, client, path):
    before = current(app)
    url = f"{URL}/edit/{path}"
    page = client.page(url)
    assert "Kitchen" in page.title
    told = post(client, url, page, **({"cost": "unsaid"} if path == "details" else {}))
    if path == "when/1":
        assert "Enter at least one time" in told.text  # none are known
    else:
        assert "Nothing had changed" in told.text, told.text
    assert current(app) == before
    assert waiting(app) == []


def test_a_number_is_published_at_once_and_a_new_name_waits(app, client, filler):
    page = filler.send(f"{URL}/edit/reach", phone="0121 496 0011")
    assert "Published: everybody can see it." in page.text
    assert current(app).record.phones[0].number == "0121 496 0011"
    page = filler.send(f"{URL}/edit/who", name="The Kitchen")
    assert "A moderator looks at it" in page.text
    assert current(app).record.name == "Kitchen"
    (one,) = waiting(app)
    assert one.record.name == "The Kitchen"
    assert one.reference in client.page(URL).text
    assert "A change waits for a moderator" in client.page("/manage").text


def test_a_page_shows_what_already_waits_and_both_changes_are_one(app, client, filler):
    filler.send(f"{URL}/edit/who", name="The Kitchen")
    assert values_of(form_of(client.page(f"{URL}/edit/who").soup))["name"] == "The Kitchen"
    filler.send(f"{URL}/edit/what/1", about="Soup on Tuesdays.")
    (one,) = waiting(app)
    assert (one.record.name, one.record.services[0].description) == ("The Kitchen", "Soup on Tuesdays.")


def test_every_page_changes_what_it_asks_and_nothing_else(app, filler):
    before = current(app).record
    filler.send(f"{URL}/edit/about", description="We cook.")
    filler.send(f"{URL}/edit/what/1", name="Soup", needs=["food", "company"])
    filler.send(f"{URL}/edit/where", how=["in-person", "phone"], visibility="exact", served="*place")
    filler.send(f"{URL}/edit/place/1", line_1="9 Example Lane", postcode="B14 7QH")
    filler.send(f"{URL}/edit/details", cost="paid", fees="£1", access=["step-free"], languages="Urdu")
    filler.send(f"{URL}/edit/extras", wants="Volunteers", supplies="Lunches")
    (one,) = waiting(app)
    record, (service,) = one.record, one.record.services
    assert (record.description, record.wants, record.supplies) == ("We cook.", ("Volunteers",), ("Lunches",))
    assert (service.name, service.needs, service.how) == ("Soup", ("food", "company"), ("in-person", "phone"))
    assert [area.code for area in service.service_areas] == ["*place"]
    assert (service.free, service.fees, [each.code for each in service.languages]) == (False, "£1", ["ur"])
    (place,) = record.locations
    assert (place.addresses[0].address_1, place.addresses[0].postal_code) == ("9 Example Lane", "B14 7QH")
    assert place.accessibility == ("step-free",)
    assert place.point != before.locations[0].point
    assert (record.id, service.id, place.id) == (before.id, before.services[0].id, before.locations[0].id)
    assert (record.email, record.kind, record.source) == (before.email, before.kind, before.source)


def test_hours_are_small_and_are_published_at_once(app, filler):
    page = filler.send(f"{URL}/edit/when/1", opens_1="10am", closes_1="1pm")
    assert "Published" in page.text
    (schedule,) = current(app).record.services[0].schedules
    assert (schedule.byday, f"{schedule.opens_at:%H:%M}") == (("TU",), "10:00")
    assert waiting(app) == []


def test_a_notice_and_how_it_is_today_are_seen_at_once_and_the_latter_ends_by_itself(app, client, filler):
    day = clock.now().date() + timedelta(days=9)
    filler.send(f"{URL}/notice", text="The lift is broken", until=f"{day.day}/{day.month}/{day.year}")
    filler.send(f"{URL}/today", status="closed", days="3")
    record = current(app).record
    assert (record.notice.text, record.notice.until) == ("The lift is broken", day)
    assert timedelta(days=2) < record.today.until - clock.now() <= timedelta(days=3)
    shown = client.page("/listings/kitchen").text
    assert "The lift is broken" in shown
    assert "Closed today" in shown
    filler.send(f"{URL}/today", status="none")
    filler.send(f"{URL}/notice", text="")
    assert (current(app).record.today, current(app).record.notice) == (None, None)


@pytest.mark.parametrize(
    ("page", "typed", "told"),
    [
        ("notice", {"text": "n" * 201}, "Use at most 200 characters"),
        ("notice", {"text": "Late", "until": "1/1/2020"}, "Enter a day that has not passed"),
        ("notice", {"text": "Late", "until": "soon"}, "Enter a date, for example"),
        ("today", {}, "Choose how it is today"),
        ("share", {"email": "me@nowhere"}, "Enter an e-mail address like"),
        ("hand-over", {}, "Enter their e-mail address"),
        ("edit/reach", {"phone": "ring me"}, "Enter one phone number"),
        ("edit/place/1", {"postcode": ""}, "Enter the postcode"),
    ],
)
def test_what_is_wrong_is_told_and_kept_as_typed(app, filler, page, typed, told):
    before = current(app)
    answer = filler.send(f"{URL}/{page}", **typed)
    assert told in answer.soup.select_one(".govuk-error-summary").get_text()
    kept = values_of(form_of(answer.soup))
    assert {name: kept[name] for name in typed} == typed
    assert current(app) == before


def test_who_began_before_somebody_else_gets_409_and_overwrites_nothing(app, client):
    url = f"{URL}/edit/reach"
    page = client.page(url)
    put(app, replace(KITCHEN, email="new@example.org"))
    told = post(client, url, page, phone="0121 496 0011")
    assert told.status == 409
    assert "changed while you were typing" in told.text
    kept = values_of(form_of(told.soup))
    assert (kept["phone"], kept["email"]) == ("0121 496 0011", "new@example.org")
    assert "Published" in post(client, url, told).text
    record = current(app).record
    assert (record.phones[0].number, record.email) == ("0121 496 0011", "new@example.org")


@pytest.mark.parametrize("who", ["other-steward", "moderator"])
@pytest.mark.parametrize(
    "path", ["", "/edit/reach", "/edit/place/1", "/notice", "/today", "/pause", "/close", "/share", "/hand-over"]
)
def test_nobody_elses_listing_is_learned_of_or_changed_from_here(app, client, path, who):
    other = app.test_client()
    sign_in(other, who)
    assert other.get(f"{URL}{path}").status_code == 404
    assert other.post(f"{URL}{path}", data={}).status_code in {404, 405}
    for deed in ("right", "back", "leave", "services/{0}/remove", "places/{0}/remove"):
        token = values_of(form_of(other.page("/manage").soup))
        answer = other.post(f"{URL}/{deed.format(KITCHEN.services[0].id)}", data=token)
        assert answer.status_code == 404, deed
    assert current(app).version == 1


def test_what_there_is_not_is_not_found(client):
    for path in (
        "edit/what/9",
        "edit/place/9",
        "edit/when/7",
        "edit/who/1",
        "edit/you",
        "edit/nonsense",
        "edit/when/1/9",
    ):
        assert client.get(f"{URL}/{path}").status_code == 404, path


def test_pressing_twice_or_without_the_forms_token_harms_nothing(app, client):
    for deed in ("right", "back", "leave"):
        assert client.post(f"{URL}/{deed}").status_code == 400
    page = client.page(f"{URL}/pause")
    typed = values_of(form_of(page.soup))
    assert post(client, f"{URL}/pause", page).h1 == "Kitchen"
    assert client.post(f"{URL}/pause", data=typed).status_code == 404
    assert current(app) is None
    assert client.get("/listings/kitchen").status_code == 404


def test_a_listing_that_was_changed_meanwhile_is_looked_at_again_before_it_is_paused(app, client):
    page = client.page(f"{URL}/pause")
    put(app, replace(KITCHEN, email="new@example.org"))
    told = post(client, f"{URL}/pause", page)
    assert told.status == 409
    assert post(client, f"{URL}/pause", told).h1 == "Kitchen"
    assert current(app) is None


def test_a_service_and_a_place_are_added_and_taken_out(app, client, filler):
    filler.send(f"{URL}/edit/what/2", name="Choir", about="We sing.", needs=["company"])
    filler.send(f"{URL}/edit/show/2", visibility="exact")
    filler.send(f"{URL}/edit/place/2", line_1="9 Example Lane", postcode="B14 7QH", services=["2"])
    (one,) = waiting(app)
    soup, choir = one.record.services
    hall, lane = one.record.locations
    assert {each.location_id for each in choir.offerings} == {hall.id, lane.id}
    assert {each.location_id for each in soup.offerings} == {hall.id}
    page = client.page(f"{URL}/edit/place/2")
    typed = values_of(page.soup.select_one(f'form[action$="{lane.id}/remove"]'))
    client.post(f"{URL}/places/{lane.id}/remove", data=typed)
    typed = values_of(client.page(f"{URL}/edit/what/1").soup.select_one('form[action$="/remove"]'))
    client.post(f"{URL}/services/{soup.id}/remove", data=typed)
    (one,) = waiting(app)
    assert ([each.name for each in one.record.services], len(one.record.locations)) == (["Choir"], 1)


def test_of_several_services_each_has_its_cost_languages_and_for_whom(app, client, filler):
    areas = (ServiceArea(id=an_id("area"), code="*place", name="Birmingham"),)
    choir = replace(KITCHEN.services[0], id=an_id("choir"), name="Choir", free=True, service_areas=areas, offerings=())
    put(app, replace(KITCHEN, services=(*KITCHEN.services, choir)))
    before = current(app)
    assert "What does it cost?" not in client.page(f"{URL}/edit/details").text, "they differ"
    assert "by where they live" not in client.page(f"{URL}/edit/where").text
    for path in ("where", "details"):
        page = client.page(f"{URL}/edit/{path}")
        assert "Nothing had changed" in post(client, f"{URL}/edit/{path}", page).text
    assert current(app) == before
    assert client.page(URL).links["How, for whom and at what cost : Choir"] == f"{URL}/edit/each/2"
    filler.send(f"{URL}/edit/each/2", cost="paid", fees="£3", languages="Urdu", served="parts", parts="B11")
    (one,) = waiting(app)
    kitchen, choir = one.record.services
    assert kitchen == before.record.services[0]
    assert (choir.free, choir.fees, [each.code for each in choir.languages]) == (False, "£3", ["ur"])
    assert [area.code for area in choir.service_areas] == ["B11"]


def test_of_several_services_each_is_got_in_its_own_way(app, client, filler):
    held = tuple(replace(each, id=an_id("held")) for each in KITCHEN.services[0].offerings)
    choir = replace(KITCHEN.services[0], id=an_id("choir"), name="Choir", offerings=held)
    put(app, replace(KITCHEN, services=(*KITCHEN.services, choir)))
    assert "Each has a page of its own" in client.page(f"{URL}/edit/where").text
    assert "You gave a place" not in filler.send(f"{URL}/edit/each/2", how=["phone"], served="*place").text
    (one,) = waiting(app)
    kitchen, choir = one.record.services
    assert kitchen == current(app).record.services[0]
    assert (choir.how, [offering.location_id for offering in choir.offerings]) == (("phone",), [None])
    assert "You gave a place that people come to" in filler.send(f"{URL}/edit/each/1", how=["phone"]).text
    filler.send(f"{URL}/edit/where", how=["in-person", "phone", "online"])
    (one,) = waiting(app)
    assert [service.how for service in one.record.services] == [("in-person", "online"), ("phone", "online")]
    filler.send(f"{URL}/edit/each/2", how=["in-person"])
    (one,) = waiting(app)
    assert [offering.location_id for offering in one.record.services[1].offerings] == [KITCHEN.locations[0].id]


def test_fewer_mails_and_again_all(app, client, filler):
    filler.send("/manage", then="1")
    assert rows(app, "SELECT count(*) FROM person WHERE fewer_mails")[0][0] == 1
    assert "Ask me again" in client.page("/manage").text
    filler.send("/manage", then="0")
    assert rows(app, "SELECT count(*) FROM person WHERE fewer_mails")[0][0] == 0


def test_still_right_is_one_press(app, client):
    put(app, replace(KITCHEN, assured_at=clock.now() - timedelta(days=300)))
    page = client.page(URL)
    assert "It is time to look it over." in page.text
    told = post(client, f"{URL}/right", page)
    assert "The listing says that you confirmed it today" in told.text
    assert clock.now() - current(app).record.assured_at < timedelta(minutes=5)


@pytest.mark.parametrize("how_many", [1, 30])
def test_the_list_takes_three_statements_however_long_it_is(app, client, statements, how_many):
    more = [given_record(f"Group {number}") for number in range(how_many)]
    put(app, *more)
    with app.app_context(), transaction() as session:
        ((person, _, _),) = stewards.of_listing(session, KITCHEN.id)
        for each in more:
            stewards.appoint(session, person, each.id, how="claimed", now=clock.now())
    with app.app_context():
        engine = db.engine
    with statements(engine) as seen:
        client.page("/manage")
    assert len(seen) == 3, seen  # who it is, their listings, and what mails they want
