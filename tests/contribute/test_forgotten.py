"""A listing that is deleted for good takes the drafts about it along, addresses and all."""

import sqlalchemy as sa

from directory.contribute.models import Draft
from directory.contribute.rules.answers import Address, Spot
from directory.contribute.service import drafts
from directory.infra.db import reading, transaction
from directory.listings.rules.record import Visibility
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.filling import Filler
from tests.support.records import NOON, given_location, given_record

KITCHEN = given_record("Kitchen", given_location())
LARDER = given_record("Larder", given_location("Other hall"))
WHERE = Address(line_1="7 Zebedee Mews", postcode="B13 9SA")


def draft_about(session, record):
    number = drafts.begin(session, language="en", now=NOON)
    drafts.fill(session, number, record, 1, now=NOON)
    hidden = Spot(key="secret", visibility=Visibility.HIDDEN)
    drafts.save(session, number, lambda answers: answers.with_spot(hidden), now=NOON, addresses={"secret": WHERE})
    return number


def test_what_was_drafted_about_a_listing_is_deleted_with_it(app, as_person):
    around = app.extensions["directory"].around
    with app.app_context(), transaction() as session:
        publish(session, [KITCHEN, LARDER], actor=Actor(ActorKind.PERSON), around=around, now=NOON)
        draft_about(session, KITCHEN)
        stays = draft_about(session, LARDER)
    Filler(as_person("moderator")).send(f"/moderate/listings/{KITCHEN.id}/delete", name="kitchen", sure="1")
    with app.app_context(), reading() as session:
        assert [row.id for row in session.execute(sa.select(Draft.id))] == [stays]
        assert session.execute(sa.text("SELECT count(DISTINCT draft_id) FROM draft_address")).scalar_one() == 1
