"""A listing is claimed, shared and confirmed by mailed links: a GET uses nothing up, a button works once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.rules import PURPOSES, Purpose
from directory.accounts.service import letters
from directory.contribute.routes.receipts import named
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from directory.infra.outbox import service as outbox
from directory.infra.outbox.models import OutgoingMail
from directory.listings.rules.record import Source, SourceKind
from directory.moderation import jobs
from directory.moderation.service import stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.apps import INSTALLED
from tests.support.filling import Filler, form_of, values_of
from tests.support.people import address_of, put_person, sign_in, there
from tests.support.records import given_location, given_record

SOURCE = Source(kind=SourceKind.REGISTER, name="ccew", id="1")
KITCHEN = given_record("Kitchen", given_location(), email="kitchen@example.org")
REGISTERED = given_record("Registered", given_location("Other"), website="https://www.registered.org.uk", source=SOURCE)
URL = "/listings/kitchen/claim"


@pytest.fixture(params=["sqlite", "postgres"])
def app(make_app, databases, request):
    made = make_app(databases.copy_of(INSTALLED, request.param))
    put(made, KITCHEN)
    put(made, REGISTERED, kind=ActorKind.IMPORT)
    return made


@pytest.fixture
def client(app):
    made = app.test_client()
    made.reader = False
    return made


@pytest.fixture
def filler(client):
    return Filler(client)


def put(app, *records, kind=ActorKind.PERSON, now=None):
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        publish(session, records, actor=Actor(kind, "1"), around=around, now=now or clock.now())


def mails(app):
    with app.app_context(), reading() as session:
        found = session.execute(sa.select(OutgoingMail.kind, OutgoingMail.address).order_by(OutgoingMail.created_at))
        return [tuple(row) for row in found]


def link(app, kind):
    """The path that the newest mail of a kind leads to."""
    with app.app_context(), transaction() as session:
        wanted = sa.select(OutgoingMail.id).where(OutgoingMail.kind == kind).order_by(OutgoingMail.created_at.desc())
        mail = there(outbox.claim(session, session.scalars(wanted).all()[0], clock.now()))
        ready = there(letters.ready(session, mail, secret=app.config["SECRET_KEY"], now=clock.now()))
        return PURPOSES[Purpose(mail.purpose)].path.format(token=ready.token)


def press(client, url):
    client.reader = False  # whoever pressed has a cookie, by which the page tells them again
    answer = client.post(url, data=values_of(form_of(client.page(url).soup)))
    assert answer.status_code in {200, 303}
    page = client.page(url)
    assert client.page(url).text == page.text  # loaded again it says the same
    return page


def speakers(app, record=KITCHEN):
    with app.app_context(), reading() as session:
        return len(stewards.of_listing(session, record.id))


def looked_after(app, name, *records):
    with app.app_context():
        person = put_person(db.engine, name, now=clock.now())
        with transaction() as session:
            for record in records:
                stewards.appoint(session, person, record.id, how="claimed", now=clock.now())


def test_to_load_the_page_after_a_claim_again_mails_nothing(app, client, filler):
    filler.send(URL, email="ann@example.org", way="to kitchen@example.org")
    sent = f"{URL}?sent=1"
    for _ in range(2):
        page = client.page(sent)
        assert page.h1 == "We have sent a mail"
        assert "kitchen@example.org" in page.text
    assert len(mails(app)) == 1
    assert client.page(URL).h1 != "We have sent a mail", "it can be claimed again, if no mail came"
    somebody = app.test_client()
    somebody.reader = False
    assert somebody.page(sent).h1 != "We have sent a mail"
    assert client.page("/listings/registered/claim?sent=1").h1 != "We have sent a mail"


def test_the_link_goes_to_the_group_and_the_button_works_once(app, client, filler):
    page = filler.send(URL, email="ann@example.org", way="to kitchen@example.org")
    assert page.h1 == "We have sent a mail"
    assert mails(app) == [("claim", "kitchen@example.org")]
    path = link(app, "claim")
    for _ in range(2):  # whoever opens links, programs too, uses nothing up
        page = client.page(path)
        assert "ann@example.org" in page.text
        assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert speakers(app) == 0
    assert client.post(path).status_code == 200  # without the form's token
    assert speakers(app) == 0
    typed = values_of(form_of(client.page(path).soup))
    assert press(client, path).h1 == "That is done"
    assert speakers(app) == 1
    assert "That is done" in client.post(path, data=typed).get_data(as_text=True)  # pressed twice
    assert speakers(app) == 1
    assert app.test_client().get(path).status_code == 410


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Enter your own e-mail address"),
        ({"email": "ann@example.org"}, "Choose one of the ways"),
        ({"email": "ann@example.org", "way": "to evil@example.com"}, "Choose one of the answers"),
        ({"email": "ann@example.org", "way": "evidence"}, "Write how a moderator can tell"),
    ],
)
def test_what_shows_nothing_is_refused(app, filler, typed, told):
    page = filler.send(URL, **typed)
    assert told in page.soup.select_one(".govuk-error-summary").get_text()
    assert mails(app) == []


@pytest.mark.parametrize(
    ("typed", "to"),
    [
        ("ann", "ann@registered.org.uk"),
        ("Ann@Registered.org.uk", "ann@registered.org.uk"),
        ("ann@evil.org.uk", ""),
        ("ann@x.registered.org.uk", ""),
        ("a b", ""),
    ],
)
def test_the_domain_is_the_registers_and_no_other(app, filler, typed, to):
    put(app, replace(REGISTERED, website="https://evil.org.uk"))  # a correction that was accepted
    page = filler.send("/listings/registered/claim", email="ann@example.org", way="domain", at_domain=typed)
    assert mails(app) == ([("claim", to)] if to else [])
    assert (page.h1 == "We have sent a mail") == bool(to)


def test_a_moderator_decides_by_what_is_said(app, client, filler):
    page = filler.send(URL, email="ann@example.org", way="evidence", words="I am its treasurer.")
    assert page.h1 == "Thank you: one more step"
    assert mails(app) == [("suggestion-proof", "ann@example.org")]
    assert speakers(app) == 0


def test_one_group_is_not_written_to_again_and_again(app, filler):
    typed = {"email": "ann@example.org", "way": "to kitchen@example.org"}
    codes = [filler.send(URL, **typed).response.status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert len(mails(app)) == 3


def test_whoever_has_signed_in_finds_their_address_there(app):
    client = app.test_client()
    sign_in(client, "steward")
    assert values_of(form_of(client.page(URL).soup))["email"] == address_of("steward")


@pytest.mark.parametrize("way", ["share", "hand-over"])
def test_a_colleague_and_a_successor_press_a_button(app, client, way):
    looked_after(app, "steward", KITCHEN)
    mine = app.test_client()
    sign_in(mine, "steward")
    page = Filler(mine).send(f"/manage/{KITCHEN.id}/{way}", email="ann@example.org")
    assert "We have sent them a mail" in page.text
    path = link(app, "steward-invited" if way == "share" else "steward-handed-over")
    assert "ann@example.org" in client.page(path).text
    assert speakers(app) == 1
    assert press(client, path).h1 == "That is done"
    assert speakers(app) == (2 if way == "share" else 1)
    assert mine.get(f"/manage/{KITCHEN.id}").status_code == (200 if way == "share" else 404)
    assert app.test_client().get(path).status_code == 410


@pytest.mark.parametrize("path", ["/claim/x", "/invite/x", "/hand-over/x", "/still-right/x"])
def test_a_link_that_nobody_sent_leads_nowhere(client, path):
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410


def test_one_mail_confirms_all_that_stays_ticked_without_signing_in(app, client):
    choir = given_record("Choir", given_location("Third"))
    long_ago = clock.now() - timedelta(days=200)
    for record in (KITCHEN, choir):
        put(app, replace(record, assured_at=long_ago, review_due_at=long_ago + timedelta(days=183)))
    looked_after(app, "steward", KITCHEN, choir)
    with app.app_context():
        assert jobs.ask_stewards(clock.now()) == "1 mails about 2 listings"
        assert jobs.ask_stewards(clock.now()) == "0 mails about 0 listings"
    path = link(app, "still-right")
    page = client.page(path)
    typed = values_of(form_of(page.soup))
    assert typed["listing"] == [str(choir.id), str(KITCHEN.id)]
    told = client.post(path, data=typed | {"listing": []})
    assert "Tick what is still right" in told.get_data(as_text=True)
    client.reader = False
    assert client.post(path, data=typed | {"listing": str(choir.id)}).status_code == 303
    for _ in range(2):
        assert "Choir" in client.page(path).text
    with app.app_context(), reading() as session:
        assured = [there(published.current(session, each.id)).record.assured_at for each in (choir, KITCHEN)]
    assert there(assured[0]) > there(assured[1])
    assert app.test_client().get(path).status_code == 410


def test_a_receipt_of_many_fits_into_a_cookie():
    names = [f"{'ü' * 150} {number}" for number in range(50)]
    told = named(names)
    assert (len(told["names"]), told["more"]) == (12, 38)
    assert max(map(len, told["names"])) == 100
    assert named(["Choir"]) == {"names": ["Choir"], "more": 0}


def test_the_job_takes_off_the_list_deletes_for_good_and_says_how_many(app):
    now = clock.now()
    lonely = given_record("Lonely", given_location("Fourth"), description="Zinnia")
    put(app, replace(lonely, assured_at=now - timedelta(days=800)), now=now - timedelta(days=800))
    with app.app_context():
        assert jobs.keep_true(now - timedelta(days=435) + timedelta(days=1)) == "1 off the list, 0 deleted for good"
        assert jobs.keep_true(now - timedelta(days=400)) == "0 off the list, 0 deleted for good"
        assert jobs.keep_true(now) == "0 off the list, 1 deleted for good"
        assert jobs.keep_true(now) == "0 off the list, 0 deleted for good"
        with reading() as session:
            assert published.revisions(session, lonely.id) == []
            assert session.scalar(sa.text("SELECT count(*) FROM absence")) == 0
            assert published.current(session, KITCHEN.id) is not None
