"""Drafts in the database, on both kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.contribute import queries
from directory.contribute.jobs import JOBS
from directory.contribute.rules.answers import Address, Answers, Extras, Group, Reach, Register, Spot
from directory.contribute.service import drafts
from directory.contribute.service.alike import take_over
from directory.contribute.service.limits import Deed, wait
from directory.core.errors import Conflict, NotFound
from directory.listings.rules import record as r
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.records import NOON, an_id, given_record

GROUP = Group(register=Register.NONE, name="Art club", kind="community-group")
WHERE = Address(line_1="7 Zebedee Mews", postcode="B13 9SA")


def named(answers: Answers) -> Answers:
    return replace(answers, group=GROUP)


def placed(answers: Answers) -> Answers:
    return answers.with_spot(Spot(key="1", visibility=r.Visibility.HIDDEN))


@pytest.fixture
def draft(session):
    return drafts.begin(session, language="en", now=NOON)


def test_pages_that_are_saved_at_once_all_stay(session, draft):
    drafts.save(session, draft, named, now=NOON)
    held = drafts.save(session, draft, lambda answers: replace(answers, reach=Reach(come_along=True)), now=NOON)
    assert held.answers.group == GROUP
    assert held.answers.reach == Reach(come_along=True)
    assert queries.held(session, draft) == held


def test_an_address_is_kept_apart_and_goes_with_its_place(session, draft):
    held = drafts.save(session, draft, placed, now=NOON, addresses={"1": WHERE})
    assert held.addresses == {"1": WHERE}
    text = session.execute(sa.text("SELECT answers FROM draft")).scalar_one()
    assert "Zebedee" not in text
    held = drafts.save(session, draft, lambda answers: answers.without_spot("1"), now=NOON)
    assert held.addresses == {}
    assert session.execute(sa.text("SELECT count(*) FROM draft_address")).scalar_one() == 0


def test_reading_a_draft_takes_two_statements_however_much_it_holds(session, draft, statements):
    drafts.save(session, draft, placed, now=NOON, addresses={"1": WHERE})
    session.expunge_all()
    with statements() as seen:
        assert queries.held(session, draft) is not None
    assert len(seen) == 2


def test_what_was_sent_is_not_changed_until_it_is_taken_up(session, draft):
    drafts.save(session, draft, named, now=NOON)
    drafts.sent(session, draft, "ABCD-1234", now=NOON)
    with pytest.raises(Conflict):
        drafts.save(session, draft, named, now=NOON)
    drafts.take_up(session, draft, now=NOON)
    held = drafts.save(session, draft, named, now=NOON)
    assert (held.sendings, held.is_open, held.reference) == (1, True, "ABCD-1234")


def test_drafts_go_sixty_days_after_the_last_answer_and_no_sooner(session, draft):
    younger = drafts.begin(session, language="en", now=NOON + timedelta(days=1))
    drafts.save(session, draft, placed, now=NOON, addresses={"1": WHERE})
    assert drafts.forget_old(session, NOON + timedelta(days=60)) == 0
    assert drafts.forget_old(session, NOON + timedelta(days=60, seconds=1)) == 1
    assert queries.held(session, draft) is None
    assert queries.held(session, younger) is not None
    assert session.execute(sa.text("SELECT count(*) FROM draft_address")).scalar_one() == 0
    with pytest.raises(NotFound):
        drafts.save(session, draft, named, now=NOON)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_a_day_loses_nothing(jump, session, draft):
    assert drafts.forget_old(session, NOON + jump) == 0
    assert drafts.save(session, draft, named, now=NOON + jump).answers.group == GROUP


def test_whoever_wants_to_be_forgotten_is(session, draft):
    held = drafts.save(session, draft, named, now=NOON)
    assert drafts.forget_about(session, held.subject) == 1
    assert queries.held(session, draft) is None


def test_a_listing_from_a_register_fills_in_a_draft_and_one_that_a_group_speaks_for_does_not(session, draft, around):
    register = r.Source(kind=r.SourceKind.REGISTER, name="ccew", id="1000003")
    number = r.Identifier(id=an_id("chc"), scheme="GB-CHC", value="1000003")
    listed = given_record("Sparkbrook Kitchen", source=register, identifiers=(number,), email="old@example.org")
    own = given_record("Art club")
    publish(session, [listed, own], actor=Actor(ActorKind.IMPORT, "1"), around=around, now=NOON)
    found = queries.registered(session, number)
    assert found is not None
    assert (found.name, found.is_claimed) == ("Sparkbrook Kitchen", False)
    drafts.save(session, draft, lambda answers: replace(answers, extras=Extras(wants=("chairs",))), now=NOON)
    assert take_over(session, draft, listed.id, now=NOON)
    held = queries.held(session, draft)
    assert held is not None
    assert (held.subject, held.base_version) == (listed.id, 1)
    assert held.answers.group == Group(register=Register.CHARITY, number="1000003", name=listed.name, kind=listed.kind)
    assert [each.name for each in held.answers.services] == ["Food bank"]
    assert held.answers.extras == Extras(wants=("chairs",))
    assert not take_over(session, draft, own.id, now=NOON)
    assert not take_over(session, draft, an_id("nobody"), now=NOON)


def test_each_deed_is_counted_for_itself_and_refused_beyond_its_most(session):
    most = Deed.LINK_ADDRESS.value.most
    waits = [wait(session, Deed.LINK_ADDRESS, "a@example.org", secret="s", now=NOON) for _ in range(most + 1)]
    assert waits[:most] == [0] * most
    assert waits[most] > 0
    assert wait(session, Deed.LINK_ADDRESS, "b@example.org", secret="s", now=NOON) == 0
    assert wait(session, Deed.SEND, "a@example.org", secret="s", now=NOON) == 0


def test_forgetting_is_a_job_that_says_what_it_did(app):
    (job,) = JOBS
    with app.app_context():
        assert job.run(NOON) == "0 old drafts forgotten"
