"""What came from one draft is known to belong together: why it was refused, and that it was sent again."""

from datetime import timedelta

import pytest

from directory.accounts.rules import Purpose
from directory.infra.outbox.models import OutgoingMail
from directory.moderation.queries import queue, refusals
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import Reason, State
from directory.moderation.service import decide
from directory.moderation.service.looking import sheet
from directory.moderation.service.suggest import draft_gone, forget_refused
from tests.moderation.cast import MODERATOR, as_seen, sent
from tests.support.people import there
from tests.support.records import NOON, an_id, given_location, given_record

KITCHEN = given_record("Kitchen", given_location())
LARDER = given_record("Larder", given_location("Other hall"))
DRAFT = an_id("draft", "kitchen")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def send(session, around):
    """Sends a draft again, a minute after the last time."""
    times = []

    def once(record=KITCHEN, draft=DRAFT):
        times.append(record)
        receipt = sent(session, around, record, once=f"form {len(times)}", draft=draft)
        row = queries.locked(session, receipt.id)
        row.sent_at = NOON + timedelta(minutes=len(times))
        session.flush()
        return receipt

    return once


@pytest.fixture
def refuse(session):
    def refused(receipt, reason=Reason.UNCLEAR, words="What is cooked?"):
        seen = as_seen(session, KITCHEN.id)
        decide.refuse(session, receipt.id, as_seen=seen, reason=reason, words=words, acting=MODERATOR, now=LATER)

    return refused


def test_the_second_sending_is_told_of_the_last_refusal(session, around, send, refuse):
    for words in ("Once.", "Twice."):
        receipt = send()
        refuse(receipt, words=words)
    again = send()
    former = there(sheet(session, again.id, acting=MODERATOR, around=around, now=LATER).former)
    assert (former.id, former.reference, former.at) == (receipt.id, receipt.reference, LATER)
    assert (former.reason, former.words) == (Reason.UNCLEAR, "Twice.")


def test_what_was_refused_tells_nothing_of_what_came_after(session, send, refuse):
    first = send()
    refuse(first)
    refuse(send())
    assert refusals.before(session, queries.suggestion(session, first.id)) is None


def test_the_queue_marks_what_was_refused_before_and_nothing_else(session, send, refuse):
    refuse(send())
    refuse(send(LARDER, draft=None))
    again = send()
    send(LARDER, draft=None)
    send(LARDER, draft=an_id("draft", "another"))
    twice = send(LARDER, draft=an_id("draft", "another"))  # sent again before anybody decided
    rows = queue.waiting(session, now=LATER)
    assert (len(rows), rows[-1].id) == (4, twice.id)
    assert [row.id for row in rows if row.is_again] == [again.id]


def test_a_draft_was_refused_until_it_is_sent_again(session, send, refuse):
    assert refusals.of_draft(session, DRAFT) is None
    receipt = send()
    assert refusals.of_draft(session, DRAFT) is None
    refuse(receipt)
    assert there(refusals.of_draft(session, DRAFT)).words == "What is cooked?"
    send()
    assert refusals.of_draft(session, DRAFT) is None


def test_each_question_takes_one_statement_and_none_for_what_came_from_no_draft(session, send, refuse, statements):
    for _ in range(3):
        refuse(send())
    again, other = (queries.suggestion(session, send(draft=draft).id) for draft in (DRAFT, None))
    with statements() as seen:
        assert refusals.before(session, other) is None
    assert len(seen) == 0
    with statements() as seen:
        assert refusals.before(session, again)
    assert len(seen) == 1
    with statements() as seen:
        refusals.of_draft(session, DRAFT)
    assert len(seen) == 1


def test_when_the_draft_goes_nothing_leads_to_it_and_when_the_refusal_goes_nothing_tells_of_it(session, send, refuse):
    refuse(send())
    again = send()
    assert forget_refused(session, LATER + timedelta(seconds=1)) == 1
    assert refusals.before(session, queries.suggestion(session, again.id)) is None
    draft_gone(session, DRAFT)
    assert queries.suggestion(session, again.id).draft is None


@pytest.mark.parametrize(
    ("draft", "reason", "purposes"),
    [(DRAFT, Reason.UNCLEAR, [Purpose.MEND_DRAFT]), (None, Reason.UNCLEAR, [""]), (DRAFT, Reason.SPAM, [])],
)
def test_the_refusal_has_a_link_where_there_is_a_draft_to_mend(session, send, refuse, draft, reason, purposes):
    receipt = send(draft=draft)
    refuse(receipt, reason)
    rows = session.query(OutgoingMail).filter_by(kind="suggestion-refused").all()
    assert [row.purpose for row in rows] == purposes
    assert [row.payload for row in rows if row.purpose] == [{"draft": str(DRAFT)} for purpose in purposes if purpose]
    assert queries.suggestion(session, receipt.id).state is State.REFUSED
