"""What is sent waits beside the record; one moderator decides, the second is told, and nothing is overwritten."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.rules import Purpose
from directory.accounts.service import links
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.people import VISITOR
from directory.infra.outbox.models import OutgoingMail
from directory.listings import queries as listings
from directory.listings.rules.record import SourceKind
from directory.moderation.queries import queue
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import Deed, Forestalled, Kind, Reason, State
from directory.moderation.service import decide, stewards
from directory.moderation.service.suggest import forget_unproved, prove, suggest, withdraw
from directory.publishing import queries as published
from tests.moderation.cast import (
    MODERATOR,
    ORGANISER,
    SECOND,
    STEWARD,
    STRANGER,
    as_seen,
    listed,
    mails,
    nothing_written,
    record_of,
    sending,
    sent,
)
from tests.support.records import NOON, given_location, given_record

KITCHEN = given_record("Kitchen", given_location())


def accepted(session, around, receipt, organization, **given):
    seen = as_seen(session, organization, given.pop("state", State.WAITING))
    values = {"acting": MODERATOR, "around": around, "now": NOON, **given}
    return decide.accept(session, receipt.id, as_seen=seen, **values)


def test_what_is_sent_is_not_published(session, around):
    with nothing_written(session):
        receipt = sent(session, around, KITCHEN)
    assert (receipt.state, receipt.already) == (State.WAITING, False)
    assert queries.suggestion(session, receipt.id).record == KITCHEN


def test_the_same_form_sent_twice_makes_one_suggestion(session, around):
    first = sent(session, around, KITCHEN)
    again = sent(session, around, replace(KITCHEN, name="Other"))
    assert (again.id, again.reference, again.already) == (first.id, first.reference, True)
    assert len(queue.waiting(session, now=NOON)) == 1


def test_a_visitor_proves_the_address_first(session, around):
    receipt = suggest(
        session, KITCHEN, sending(email=" Organiser@Example.org "), acting=VISITOR, around=around, now=NOON
    )
    assert receipt.state is State.UNPROVED
    assert queue.waiting(session, now=NOON) == []
    ((kind, address, values),) = mails(session)
    assert (kind, address, values["reference"]) == ("suggestion-proof", ORGANISER, receipt.reference)
    token = mailed(session, Purpose.PROVE_EMAIL)
    proved = prove(session, token, NOON)
    assert proved is not None
    assert proved.state is State.WAITING
    assert prove(session, token, NOON) is None
    assert [row.id for row in queue.waiting(session, now=NOON)] == [receipt.id]


def mailed(session, purpose):
    """The token of the link that the newest mail has, as the job makes it."""
    row = session.execute(sa.select(OutgoingMail).where(OutgoingMail.purpose == purpose)).scalars().all()[-1]
    link = links.issue(session, purpose, email=row.address, payload=row.payload, now=NOON)
    return links.token(session, link, secret="secret", now=NOON)


def test_what_nobody_proved_is_forgotten(session, around):
    receipt = suggest(session, KITCHEN, sending(), acting=VISITOR, around=around, now=NOON)
    with pytest.raises(NotFound):
        decide.refuse(
            session,
            receipt.id,
            as_seen=decide.AsSeen(State.UNPROVED, 0),
            reason=Reason.SPAM,
            words="",
            acting=MODERATOR,
            now=NOON,
        )
    assert forget_unproved(session, NOON) == 0
    assert forget_unproved(session, NOON + timedelta(days=14)) == 1


def test_whoever_gives_no_address_is_in_the_queue_and_cannot_be_asked(session, around):
    receipt = suggest(session, KITCHEN, sending(email=""), acting=VISITOR, around=around, now=NOON)
    (row,) = queue.waiting(session, now=NOON)
    assert not row.has_address
    with pytest.raises(Conflict):
        decide.ask(
            session, receipt.id, as_seen=as_seen(session, KITCHEN.id), words="Where?", acting=MODERATOR, now=NOON
        )


def test_accepting_publishes_and_makes_its_sender_the_steward(session, around):
    receipt = sent(session, around, KITCHEN)
    done = accepted(session, around, receipt, KITCHEN.id)
    assert done.outcome.version == 1
    record = record_of(session, KITCHEN.id)
    assert (record.assured_at, record.source.kind) == (NOON, SourceKind.SELF_LISTED)
    assert stewards.may_edit(session, STEWARD, KITCHEN.id)
    assert not stewards.may_edit(session, STRANGER, KITCHEN.id)
    assert mails(session)[-1][0] == "suggestion-accepted"
    (revision,) = published.revisions(session, KITCHEN.id)
    assert revision.actor_id == str(MODERATOR.person_id)


@pytest.mark.parametrize("acting", [STEWARD, VISITOR, replace(MODERATOR, second_factor=False)])
def test_only_a_moderator_with_a_second_factor_decides(session, around, acting):
    receipt = sent(session, around, KITCHEN)
    with nothing_written(session), pytest.raises(Forbidden):
        accepted(session, around, receipt, KITCHEN.id, acting=acting)


def test_the_second_moderator_is_told_what_the_first_decided(session, around):
    receipt = sent(session, around, KITCHEN)
    before = as_seen(session, KITCHEN.id)
    decide.refuse(
        session, receipt.id, as_seen=before, reason=Reason.NOT_HERE, words="It is in Leeds.", acting=MODERATOR, now=NOON
    )
    with nothing_written(session), pytest.raises(Forestalled) as caught:
        decide.accept(session, receipt.id, as_seen=before, acting=SECOND, around=around, now=NOON)
    told = caught.value.told
    assert told is not None
    assert (told.by, told.what, told.reason, told.words) == (
        MODERATOR.person_id,
        Deed.REFUSED,
        "not-here",
        "It is in Leeds.",
    )


def test_a_listing_that_changed_meanwhile_is_not_overwritten(session, around):
    listed(session, around, KITCHEN)
    receipt = sent(session, around, replace(KITCHEN, description="Mine."), Kind.CHANGE)
    before = as_seen(session, KITCHEN.id)
    listed(session, around, replace(KITCHEN, email="new@example.org"))
    with nothing_written(session), pytest.raises(Forestalled) as caught:
        decide.accept(session, receipt.id, as_seen=before, acting=MODERATOR, around=around, now=NOON)
    assert caught.value.told is None
    accepted(session, around, receipt, KITCHEN.id)  # who looks again sees both, and both hold
    record = record_of(session, KITCHEN.id)
    assert (record.description, record.email) == ("Mine.", "new@example.org")


def test_a_moderator_puts_right_what_is_accepted(session, around):
    receipt = sent(session, around, KITCHEN)
    accepted(session, around, receipt, KITCHEN.id, changes=replace(KITCHEN, name="Kitchen of Sparkbrook"))
    assert record_of(session, KITCHEN.id).name == "Kitchen of Sparkbrook"
    other = sent(session, around, given_record("Other"), once="other")
    with pytest.raises(Invalid):
        accepted(session, around, other, given_record("Other").id, changes=KITCHEN)


def test_a_refusal_tells_its_reason_and_spam_is_told_nothing(session, around):
    for reason, kinds in ((Reason.UNCLEAR, ["suggestion-refused"]), (Reason.SPAM, ["suggestion-refused"])):
        receipt = sent(session, around, KITCHEN, once=f"form {reason}")
        seen = as_seen(session, KITCHEN.id)
        decide.refuse(session, receipt.id, as_seen=seen, reason=reason, words="", acting=MODERATOR, now=NOON)
        assert [kind for kind, _, _ in mails(session)] == kinds
    with pytest.raises(Invalid):
        decide.refuse(
            session,
            sent(session, around, KITCHEN, once="third").id,
            as_seen=as_seen(session, KITCHEN.id),
            reason=Reason.OTHER,
            words=" ",
            acting=MODERATOR,
            now=NOON,
        )


def test_an_answer_brings_a_question_back_into_the_queue_at_its_old_place(session, around):
    first = sent(session, around, KITCHEN)
    sent(session, around, given_record("Later"), once="later")
    seen = as_seen(session, KITCHEN.id)
    decide.ask(session, first.id, as_seen=seen, words="Which hall?", acting=MODERATOR, now=NOON)
    assert len(queue.waiting(session, now=NOON)) == 1
    assert queue.counted(session, NOON).asked == 1
    decide.answer(session, first.id, words="St Agatha's", person_id=None, now=NOON + timedelta(hours=1))
    assert first.id in [row.id for row in queue.waiting(session, now=NOON)]
    assert [(said.by_moderator, said.words) for said in queries.messages(session, first.id)] == [
        (True, "Which hall?"),
        (False, "St Agatha's"),
    ]
    with pytest.raises(Conflict):
        decide.answer(session, first.id, words="Again", person_id=None, now=NOON)


def test_what_is_put_off_comes_back_on_its_day(session, around):
    receipt = sent(session, around, KITCHEN)
    seen, day = as_seen(session, KITCHEN.id), NOON + timedelta(days=7)
    decide.later(session, receipt.id, as_seen=seen, until=day, acting=MODERATOR, now=NOON)
    assert queue.waiting(session, now=NOON) == []
    assert [row.id for row in queue.waiting(session, now=day)] == [receipt.id]
    assert (queue.counted(session, NOON).later, queue.counted(session, day).all_waiting) == (1, 1)
    accepted(session, around, receipt, KITCHEN.id, state=State.LATER)
    other = sent(session, around, given_record("O"), once="o")
    seen = as_seen(session, given_record("O").id)
    with pytest.raises(Invalid):
        decide.later(session, other.id, as_seen=seen, until=NOON, acting=MODERATOR, now=NOON)


def test_a_closure_takes_the_listing_out_and_a_claim_makes_a_steward(session, around):
    listed(session, around, KITCHEN)
    claim = sent(session, around, KITCHEN, Kind.CLAIM, words="I am the treasurer.")
    accepted(session, around, claim, KITCHEN.id)
    assert stewards.may_edit(session, STEWARD, KITCHEN.id)
    closing = sent(session, around, KITCHEN, Kind.CLOSE)
    accepted(session, around, closing, KITCHEN.id)
    assert published.current(session, KITCHEN.id) is None


def test_only_its_sender_takes_a_suggestion_back(session, around):
    receipt = sent(session, around, KITCHEN)
    with pytest.raises(NotFound):
        withdraw(session, receipt.id, acting=STRANGER, now=NOON)
    withdraw(session, receipt.id, acting=STEWARD, now=NOON)
    with nothing_written(session), pytest.raises(Forestalled):
        accepted(session, around, receipt, KITCHEN.id)


def test_a_change_of_what_is_not_published_is_refused_at_once(session, around):
    with pytest.raises(NotFound):
        sent(session, around, KITCHEN, Kind.CHANGE)
    listed(session, around, KITCHEN)
    with pytest.raises(NotFound):
        sent(session, around, KITCHEN)


def test_the_sender_is_known_by_what_they_sent_before(session, around):
    for number in range(3):
        receipt = sent(session, around, given_record(f"Group {number}"), once=f"form {number}")
    seen = as_seen(session, given_record("Group 0").id)
    first = queue.waiting(session, now=NOON)[0]
    if first.id != receipt.id:
        decide.refuse(session, first.id, as_seen=seen, reason=Reason.UNCLEAR, words="", acting=MODERATOR, now=NOON)
        known = queries.sent_by(session, ORGANISER, besides=receipt.id)
        assert known.counts == {State.REFUSED: 1, State.WAITING: 1}
        assert len(known.latest) == 2
    assert queries.sent_by(session, "", besides=receipt.id).latest == ()


def test_the_listing_is_in_the_index_when_it_was_accepted(session, around):
    receipt = sent(session, around, KITCHEN)
    outcome = accepted(session, around, receipt, KITCHEN.id).outcome
    page = listings.page(session, outcome.slug)
    assert page is not None
    assert page["record"]["name"] == "Kitchen"
