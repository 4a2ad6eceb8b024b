"""Anybody reports or corrects a listing without an account; nothing is published, lost or told that should not be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.contribute.rules.correction import service_field
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings import queries as listings
from directory.listings.rules import record as r
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw
from directory.web import forms
from tests.support.apps import INSTALLED
from tests.support.filling import Filler, form_of, values_of
from tests.support.pages import Page, soup_of
from tests.support.people import sign_in
from tests.support.records import an_id, given_location, given_record

SECRET = r.Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")
TELLS = ("zebedee", "b13 9sa")
KITCHEN = given_record("Kitchen", given_location(), email="kitchen@example.org")
REFUGE = given_record(
    "Refuge", given_location("A house", visibility=r.Visibility.HIDDEN, addresses=(SECRET,), point=None)
)
HOME = given_record(
    "Home", given_location("A home", visibility=r.Visibility.APPROXIMATE, addresses=(SECRET,), point=None)
)
ACTOR = Actor(ActorKind.PERSON, "1")


@pytest.fixture(params=["sqlite", "postgres"])
def app(make_app, databases, request):
    """The application with three listings, on each kind of database."""
    made = make_app(databases.copy_of(INSTALLED, request.param))
    put(made, KITCHEN, REFUGE, HOME)
    return made


@pytest.fixture
def client(app):
    """Somebody without an account, whose cookie is that of a form."""
    made = app.test_client()
    made.reader = False
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


def current(app, record):
    with app.app_context(), reading() as session:
        return published.current(session, record.id)


def of(record, name):
    return service_field(record.services[0].id, name)


def send(client, url, page, **typed):
    """Send the form of a page that was opened before."""
    answer = client.post(url, data=values_of(form_of(page.soup)) | typed, follow_redirects=True)
    return Page(answer, soup_of(answer))


def test_a_listing_leads_to_both_and_gives_no_cookie(app):
    page = app.test_client().page("/listings/kitchen")
    assert page.links["Suggest a correction"] == "/listings/kitchen/correct"
    assert page.links["Report a problem"] == "/listings/kitchen/report"
    assert "Set-Cookie" not in page.response.headers


def test_a_report_is_kept_with_a_reference(app, filler):
    page = filler.send("/listings/kitchen/report", kind="wrong", words="It is not soup.", email="Vera@example.org")
    assert page.h1 == "Thank you: it is with the moderators"
    ((reference, kind, words, email),) = rows(app, "SELECT reference, kind, words, email FROM report")
    assert page.soup.select_one(".receipt__code").get_text() == reference
    assert (kind, words, email) == ("wrong", "It is not soup.", "vera@example.org")
    assert "you get a mail with the answer" in page.text


def test_a_report_needs_neither_words_nor_an_address_and_is_kept_once(app, client):
    page = client.page("/listings/kitchen/report")
    told = [send(client, "/listings/kitchen/report", page, kind="closed") for _ in range(2)]
    assert told[0].text == told[1].text
    assert "we cannot answer you" in told[0].text
    assert len(rows(app, "SELECT 1 FROM report")) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Choose what is wrong"),
        ({"kind": "martian"}, "Choose one of the answers"),
        ({"kind": "other"}, "Tell us what it is"),
        ({"kind": "wrong", "email": "me@nowhere", "words": "kept"}, "Enter an e-mail address like"),
        ({"kind": "wrong", "words": "w" * 2_001}, "Use at most 2000 characters"),
        ({"kind": "wrong", "words": "a\x00b"}, "invisible characters"),
        ({"kind": "wrong", "homepage": "https://example.org"}, "Leave the field that says so empty"),
    ],
)
def test_a_wrong_report_is_told_and_kept_as_typed(app, filler, typed, told):
    page = filler.send("/listings/kitchen/report", **typed)
    assert page.title.startswith("Error: ")
    assert told in page.soup.select_one(".govuk-error-summary").get_text()
    assert values_of(form_of(page.soup))["words"] == typed.get("words", "")
    assert rows(app, "SELECT 1 FROM report") == []


def test_three_people_who_say_that_it_has_closed_raise_it(app, filler):
    moderator = app.test_client()
    sign_in(moderator, "moderator")
    for number in range(3):
        assert ("say these have closed" in moderator.page("/moderate").text) is False, number
        filler.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        filler.send("/listings/kitchen/report", kind="closed")
    assert "Three or more people say these have closed" in moderator.page("/moderate").text


@pytest.mark.parametrize("alike", ["client", "address"])
def test_one_who_says_so_three_times_is_one(app, filler, alike):
    moderator = app.test_client()
    sign_in(moderator, "moderator")
    for number in range(4):
        if alike == "address":
            filler.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        email = "vera@example.org" if alike == "address" else ""
        filler.send("/listings/kitchen/report", kind="closed", email=email)
    assert "say these have closed" not in moderator.page("/moderate").text
    assert [tuple(row) for row in rows(app, "SELECT count(*) FROM report")] == [(4,)]  # a moderator reads them all
    assert "192.0.2" not in str(rows(app, "SELECT * FROM report"))


def test_one_client_is_one_however_often_it_comes_back(app, filler, monkeypatch):
    moderator = app.test_client()
    began = clock.now()
    for later in (timedelta(), timedelta(hours=1), timedelta(hours=30), timedelta(days=29)):
        monkeypatch.setattr(clock, "now", lambda at=began + later: at)
        filler.send("/listings/kitchen/report", kind="closed")
    for number in range(2):
        sign_in(moderator, "moderator", now=clock.now())
        assert "say these have closed" not in moderator.page("/moderate").text
        filler.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        filler.send("/listings/kitchen/report", kind="closed")
    assert "Three or more people say these have closed" in moderator.page("/moderate").text


def test_who_reports_too_often_waits(app, filler, monkeypatch):
    for _ in range(15):
        filler.send("/listings/kitchen/report", kind="closed")
    answer = filler.send("/listings/kitchen/report", kind="closed").response
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert len(rows(app, "SELECT 1 FROM report")) == 15


def test_what_is_sent_in_no_time_is_asked_for_again(app, filler, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST_S", 2)
    page = filler.send("/listings/kitchen/correct", name="The Kitchen")
    assert "That was very quick" in page.text
    assert values_of(form_of(page.soup))["name"] == "The Kitchen"
    assert rows(app, "SELECT 1 FROM suggestion") == []


def test_a_correction_is_a_suggestion_and_the_listing_stays(app, filler):
    before = current(app, KITCHEN)
    page = filler.send(
        "/listings/kitchen/correct",
        name="The Kitchen",
        phones="01214960011\n0121 496 0012",
        notice="Closed in August",
        wrong="I help there.",
        sender="Vera@example.org",
        **{of(KITCHEN, "description"): "Soup too.", of(KITCHEN, "times"): "Tuesdays 10 to 12"},
    )
    assert page.h1 == "Thank you: one more step"
    ((kind, version, state, words, email, text),) = rows(
        app, "SELECT kind, base_version, state, words, sender_email, record FROM suggestion"
    )
    assert (kind, version, state, email) == ("change", before.version, "unproved", "vera@example.org")
    assert words == "I help there.\n\nTimes of “Food bank”: Tuesdays 10 to 12"
    record = json.loads(text)
    assert (record["name"], record["notice"]["text"]) == ("The Kitchen", "Closed in August")
    assert [phone["number"] for phone in record["phones"]] == ["0121 496 0011", "0121 496 0012"]
    assert record["services"][0]["description"] == "Soup too."
    assert "Vera" not in text
    assert "vera" not in text
    assert current(app, KITCHEN) == before
    assert rows(app, "SELECT kind FROM outgoing_mail") == [("suggestion-proof",)]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Change something above, or tell us what is wrong"),
        ({"name": ""}, "Enter the name of the group"),
        ({of(KITCHEN, "name"): ""}, "Enter the name of the service"),
        ({"website": "javascript:alert(1)"}, "Enter a web address like"),
        ({"email": "kitchen@"}, "Enter an e-mail address like"),
        ({"phones": "0121 496 0011\nring me"}, "Enter each phone number"),
        ({"phones": "\n".join(f"0121 496 00{n}" for n in range(10, 21))}, "Enter at most 10 phone numbers"),
        ({"notice": "n" * 201}, "Use at most 200 characters"),
        ({"name": "K", "sender": "me@nowhere"}, "Enter an e-mail address like"),
    ],
)
def test_a_wrong_correction_is_told_and_kept_as_typed(app, filler, typed, told):
    page = filler.send("/listings/kitchen/correct", **typed)
    summary = page.soup.select_one(".govuk-error-summary")
    assert told in summary.get_text()
    for link in summary.select("a"):
        assert link.get_text() in page.soup.find(id=link["href"][1:]).find_parent(class_="govuk-form-group").get_text()
    kept = values_of(form_of(page.soup))
    assert {name: kept[name] for name in typed} == typed
    assert rows(app, "SELECT 1 FROM suggestion") == []


def test_nobody_is_told_off_for_what_is_published_already(app, filler):
    odd = replace(KITCHEN, website="kitchen dot org", phones=(r.Phone(id=an_id("odd"), number="ask at the bar"),))
    put(app, replace(odd, description="d" * 6_000))
    assert filler.send("/listings/kitchen/correct", name="K").h1 == "Thank you: it is with the moderators"
    ((text,),) = rows(app, "SELECT record FROM suggestion")
    record = json.loads(text)
    assert (record["website"], record["phones"][0]["number"]) == ("kitchen dot org", "ask at the bar")


def test_who_began_before_another_change_gets_both_texts_and_loses_nothing(app, client):
    url = "/listings/kitchen/correct"
    page = client.page(url)
    put(app, replace(KITCHEN, name="Their kitchen", description="Their words.", email="new@example.org"))
    told = send(client, url, page, name="My kitchen", website="https://example.org", wrong="I know.")
    assert told.status == 409
    assert "changed while you were typing" in told.text
    assert "It says by now: Their kitchen" in told.text
    kept = values_of(form_of(told.soup))
    assert (kept["name"], kept["website"], kept["wrong"]) == ("My kitchen", "https://example.org", "I know.")
    assert (kept["description"], kept["email"]) == ("Their words.", "new@example.org")
    assert rows(app, "SELECT 1 FROM suggestion") == []
    assert send(client, url, told).h1 == "Thank you: it is with the moderators"
    ((text, version),) = rows(app, "SELECT record, base_version FROM suggestion")
    record = json.loads(text)
    assert (record["name"], record["email"], version) == ("My kitchen", "new@example.org", 2)


def test_what_was_typed_of_a_service_that_went_is_shown_again(app, client):
    page = client.page("/listings/kitchen/correct")
    put(app, replace(KITCHEN, services=(replace(KITCHEN.services[0], id=an_id("another")),)))
    words = {of(KITCHEN, "description"): "Typed for nothing?", of(KITCHEN, "times"): "On Sundays"}
    told = send(client, "/listings/kitchen/correct", page, **words)
    inset = told.soup.select_one(".govuk-inset-text").get_text()
    assert "Typed for nothing?" in inset
    assert "On Sundays" in inset


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "x", "9" * 40])
def test_a_version_that_nobody_saw_is_a_conflict(app, client, version):
    page = client.page("/listings/kitchen/correct")
    told = send(client, "/listings/kitchen/correct", page, version=version, name="Mine")
    assert (told.status, values_of(form_of(told.soup))["name"]) == (409, "Mine")


def test_the_same_form_again_makes_nothing_also_after_the_listing_changed(app, client):
    page = client.page("/listings/kitchen/correct")
    first = send(client, "/listings/kitchen/correct", page, name="Mine")
    put(app, replace(KITCHEN, name="Theirs"))
    again = send(client, "/listings/kitchen/correct", page, name="Mine")
    assert (again.status, again.text) == (200, first.text)
    assert len(rows(app, "SELECT 1 FROM suggestion")) == 1


@pytest.mark.parametrize("record", [REFUGE, HOME], ids=["hidden", "approximate"])
def test_a_confidential_place_is_neither_shown_nor_lost(app, filler, record):
    url = f"/listings/{record.name.lower()}"
    for door in ("correct", "report"):
        page = filler.client.page(f"{url}/{door}")
        assert not any(secret in str(page.soup).lower() for secret in TELLS)
        assert "Do not write where it is" in page.text
    told = "Do not say 7 Zebedee Mews, B13 9SA."
    filler.send(f"{url}/correct", description=told, wrong=told, **{of(record, "times"): told})
    filler.send(f"{url}/report", kind="unsafe", words=told)
    with app.app_context(), reading() as session:
        names = sa.inspect(session.connection()).get_table_names()
        held = {name: repr(session.execute(sa.text(f'SELECT * FROM "{name}"')).all()).lower() for name in names}
        kept = listings.confidential(session, [record.id])[record.id]
    assert {name for name, text in held.items() if any(secret in text for secret in TELLS)} == {"confidential_location"}
    assert "[address not published]" in held["suggestion"]
    assert "[address not published]" in held["report"]
    ((text,),) = rows(app, "SELECT record FROM suggestion")
    assert json.loads(text)["locations"][0]["visibility"] == record.locations[0].visibility
    assert kept[record.locations[0].id].addresses == (SECRET,)


def test_what_a_moderator_accepts_of_it_leaves_the_place_where_it_was(app, filler):
    filler.send("/listings/refuge/correct", description="New words.")
    moderator = app.test_client()
    sign_in(moderator, "moderator")
    link = next(str(a["href"]) for a in moderator.page("/moderate").soup.select("main a") if a.get_text() == "Refuge")
    page = moderator.page(link)
    form = next(form for form in page.soup.select("form") if str(form.get("action", "")).endswith("/accept"))
    assert moderator.post(str(form["action"]), data=values_of(form)).status_code == 303
    found = current(app, REFUGE)
    assert (found.record.description, found.record.locations[0].addresses) == ("New words.", ())
    with app.app_context(), reading() as session:
        kept = listings.confidential(session, [REFUGE.id])[REFUGE.id]
    assert kept[REFUGE.locations[0].id].addresses == (SECRET,)


@pytest.mark.parametrize("door", ["report", "correct"])
def test_an_address_that_moved_leads_to_the_new_one_and_one_that_is_gone_is_not_there(app, client, door):
    put(app, replace(KITCHEN, name="Quite another name"))
    moved = current(app, KITCHEN).slug
    assert moved != "kitchen"
    assert client.page(f"/listings/kitchen/{door}").response.request.path == f"/listings/{moved}/{door}"
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        withdraw(session, [KITCHEN.id], actor=ACTOR, around=around, now=clock.now())
    assert client.get(f"/listings/{moved}/{door}").status_code == 404
    assert client.get(f"/listings/nowhere/{door}").status_code == 404


def test_a_receipt_is_for_who_sent(app, filler):
    filler.send("/listings/kitchen/report", kind="closed")
    assert app.test_client().get("/listings/kitchen/thanks").headers["Location"] == "/listings/kitchen"
    assert filler.client.get("/listings/refuge/thanks").headers["Location"] == "/listings/refuge"


@pytest.mark.parametrize(("door", "taken"), [("report", 1), ("correct", 1)])
def test_a_form_takes_one_statement_however_much_a_listing_holds(app, client, statements, door, taken):
    services = tuple(r.Service(id=an_id("service", n), name=f"S {n}") for n in range(60))
    client.get(f"/listings/kitchen/{door}")
    for record in (KITCHEN, replace(KITCHEN, services=services)):
        put(app, record)
        with statements() as seen:
            assert client.get(f"/listings/kitchen/{door}").status_code == 200
        assert len(seen) == taken, seen
    page = client.page("/listings/kitchen/correct")
    assert len(page.soup.select("fieldset")) == 40, "of others people write in their own words"
    sent = send(client, "/listings/kitchen/correct", page, wrong="S 59 is over.")
    assert sent.h1 == "Thank you: it is with the moderators"
