"""Who speaks for a listing: a colleague, a successor, somebody who claims it; always by a link, never unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.rules import Purpose
from directory.accounts.service import letters, people
from directory.core.errors import Forbidden, Invalid, NotFound
from directory.infra.outbox import service as outbox
from directory.infra.outbox.models import OutgoingMail
from directory.listings.rules.record import Contact, Source, SourceKind
from directory.moderation.rules.claiming import Ways, domain_of, is_at, ways
from directory.moderation.rules.states import Kind
from directory.moderation.service import claiming, erase, sharing, stewards
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.moderation.cast import STEWARD, STRANGER, listed, mails, sending
from tests.support.people import there
from tests.support.records import NOON, an_id, given_location, given_record

KITCHEN = given_record("Kitchen", given_location(), email="Kitchen@example.org")
ANN = "ann@example.org"
SECRET = "a secret of tests"


@pytest.fixture
def mine(session, around):
    """The steward's id, whose listing it is."""
    listed(session, around, KITCHEN)
    person = people.person_for(session, STEWARD.email, NOON)
    stewards.appoint(session, person, KITCHEN.id, how="claimed", now=NOON)
    return replace(STEWARD, person_id=person)


def token_of(session, kind):
    """The token that the mail of this kind brings."""
    mail_id = session.scalars(sa.select(OutgoingMail.id).where(OutgoingMail.kind == kind)).one()
    claimed = there(outbox.claim(session, mail_id, NOON))
    return there(letters.ready(session, claimed, secret=SECRET, now=NOON)).token


def offered(session, acting, *, instead):
    sharing.offer(session, KITCHEN.id, ANN, instead=instead, acting=acting, language="en", now=NOON)
    return token_of(session, sharing.KINDS[Purpose.HAND_OVER if instead else Purpose.INVITE])


def speakers(session):
    return {
        there(people.known(session, person_id=each)).email for each, _, _ in stewards.of_listing(session, KITCHEN.id)
    }


@pytest.mark.parametrize("instead", [False, True])
def test_a_link_lets_somebody_speak_beside_or_instead(session, around, mine, instead):
    token = offered(session, mine, instead=instead)
    purpose = Purpose.HAND_OVER if instead else Purpose.INVITE
    found = there(sharing.peek(session, token, purpose, NOON))
    assert (found.name, found.email, found.instead) == ("Kitchen", ANN, instead)
    assert speakers(session) == {STEWARD.email}  # looking uses nothing up
    assert sharing.take_up(session, token, purpose, language="en", now=NOON) == found
    assert speakers(session) == ({ANN} if instead else {ANN, STEWARD.email})
    assert sharing.take_up(session, token, purpose, language="en", now=NOON) is None
    told = [(to, values["who"]) for kind, to, values in mails(session) if kind == "steward-joined"]
    assert told == [(STEWARD.email, ANN)]


def test_a_link_is_dead_when_it_is_old_or_whoever_sent_it_speaks_for_it_no_more(session, around, mine):
    token = offered(session, mine, instead=False)
    assert sharing.peek(session, token, Purpose.INVITE, NOON + timedelta(days=8)) is None
    stewards.dismiss(session, mine.known_id, KITCHEN.id)
    assert sharing.peek(session, token, Purpose.INVITE, NOON) is None
    assert sharing.take_up(session, token, Purpose.INVITE, language="en", now=NOON) is None
    assert speakers(session) == set()


def test_nobody_else_shares_it_and_the_last_cannot_leave(session, around, mine):
    with pytest.raises(Forbidden):
        offered(session, STRANGER, instead=False)
    assert not sharing.leave(session, KITCHEN.id, acting=mine, now=NOON)
    stewards.appoint(session, people.person_for(session, ANN, NOON), KITCHEN.id, how="invited", now=NOON)
    assert sharing.leave(session, KITCHEN.id, acting=mine, now=NOON)
    assert speakers(session) == {ANN}
    with pytest.raises(NotFound):
        sharing.leave(session, KITCHEN.id, acting=mine, now=NOON)


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.kitchen.org.uk/about", "kitchen.org.uk"),
        ("kitchen.example.org", "kitchen.example.org"),
        ("https://www.facebook.com/kitchen", ""),
        ("https://kitchen.wordpress.com", ""),
        ("https://sites.google.com/kitchen", ""),
        ("https://co.uk", ""),
        ("https://192.0.2.1/", ""),
        ("http://localhost", ""),
        ("", ""),
    ],
)
def test_a_domain_is_whose_website_it_is_and_one_that_many_share_is_nobodys(website, domain):
    assert domain_of(website) == domain


def test_a_mailbox_is_at_the_very_domain():
    assert is_at("Ann@Kitchen.org.uk", "kitchen.org.uk")
    assert not is_at("ann@evil-kitchen.org.uk", "kitchen.org.uk")
    assert not is_at("ann@x.kitchen.org.uk", "kitchen.org.uk")
    assert not is_at("ann@", "")


def test_links_go_to_addresses_that_are_published_and_to_a_registers_domain_alone(session, around):
    contact = Contact(id=an_id("c"), title="Secretary", email="sec@example.org")
    source = Source(kind=SourceKind.REGISTER, name="ccew", id="1")
    registered = replace(KITCHEN, source=source, website="https://kitchen.org.uk", contacts=(contact,))
    assert ways(KITCHEN, "") == Ways(("kitchen@example.org",))
    publish(session, [registered], actor=Actor(ActorKind.IMPORT, "1"), around=around, now=NOON)
    changed = replace(registered, website="https://evil.example.com")  # somebody's correction, which was accepted
    publish(session, [changed], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    found = claiming.ways(session, changed)
    assert found == Ways(("kitchen@example.org", "sec@example.org"), "kitchen.org.uk")
    for to in ("me@evil.example.com", "me@example.org", "nonsense"):
        with pytest.raises(Invalid):
            claiming.send(session, changed, to=to, who=ANN, language="en", now=NOON)
    assert mails(session) == []


def test_a_claim_takes_the_groups_button_and_tells_whoever_spoke_for_it(session, around, mine):
    claiming.send(session, KITCHEN, to="kitchen@example.org", who=ANN, language="en", now=NOON)
    token = token_of(session, "claim")
    assert there(claiming.peek(session, token, NOON)).who == ANN
    assert speakers(session) == {STEWARD.email}
    assert claiming.peek(session, token, NOON + timedelta(hours=25)) is None
    assert there(claiming.take_up(session, token, language="en", now=NOON)).slug == "kitchen"
    assert speakers(session) == {STEWARD.email, ANN}
    assert claiming.take_up(session, token, language="en", now=NOON) is None
    assert [(to, values["who"]) for kind, to, values in mails(session) if kind == "steward-joined"] == [
        (STEWARD.email, ANN)
    ]


def test_evidence_is_words_and_an_address_for_a_moderator(session, around, mine):
    rest = {"acting": STRANGER, "around": around, "now": NOON}
    for given in ({"words": " "}, {"words": "I run it", "email": ""}):
        with pytest.raises(Invalid):
            claiming.with_evidence(session, KITCHEN, sending(Kind.CLAIM, **given), **rest)
    way = sending(Kind.CLAIM, words="I run it", email=STRANGER.email)
    assert claiming.with_evidence(session, KITCHEN, way, **rest).reference


def test_mails_and_links_about_a_listing_go_with_it_when_it_is_deleted_for_good(session, around, mine):
    offered(session, mine, instead=False)
    claiming.send(session, KITCHEN, to="kitchen@example.org", who=ANN, language="en", now=NOON)
    token_of(session, "claim")
    tables = ("outgoing_mail", "mailed_link")
    assert [session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables] == [2, 2]
    erase.expire(session, KITCHEN.id, around=around, forget=(), now=NOON)
    assert [session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables] == [0, 0]
    assert stewards.of_listing(session, KITCHEN.id) == []
