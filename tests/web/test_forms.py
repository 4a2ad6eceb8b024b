"""The base of forms: sent by POST, signed, with typed answers."""

from datetime import UTC, datetime, timedelta

import pytest
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired

from directory.infra import clock
from directory.web.forms import BaseForm, GuardedForm, answer


class Enquiry(BaseForm):
    """A form of two questions."""

    name = StringField("What is the group called?", [InputRequired("Enter the group's name")])
    members = IntegerField("How many are you?")


def test_a_form_that_was_not_sent_is_not_valid(app):
    with app.test_request_context("/send"):
        assert not Enquiry.from_request().submitted_and_valid()


def test_a_form_without_its_token_is_refused(app):
    with app.test_request_context("/send", method="POST", data={"name": "Art club", "members": "4"}):
        form = Enquiry.from_request()
        assert not form.submitted_and_valid()
        assert "csrf_token" in form.errors


def test_answers_leave_typed(app):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/send", method="POST", data={"name": "Art club", "members": "4"}):
        form = Enquiry.from_request()
        assert form.submitted_and_valid()
        assert (answer(form.name), answer(form.members)) == ("Art club", 4)


def test_a_missing_answer_is_an_instruction(app):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/send", method="POST", data={"members": "4"}):
        form = Enquiry.from_request()
        assert not form.submitted_and_valid()
        assert form.name.errors == ["Enter the group's name"]


def test_an_unanswered_field_has_no_answer(app):
    with app.test_request_context("/send"), pytest.raises(ValueError, match="members"):
        answer(Enquiry.from_request().members)


class Report(GuardedForm):
    """A form that everybody may send."""

    words = StringField("What is wrong?")


@pytest.fixture
def sent(app, monkeypatch):
    """What becomes of a guarded form that is sent ``after_s`` seconds after it was shown."""
    app.config["WTF_CSRF_ENABLED"] = False
    moment = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def send(after_s=10.0, **typed):
        monkeypatch.setattr(clock, "now", lambda: moment)
        with app.test_request_context("/send"):
            key = typed.pop("once", None) or Report.from_request().once.data
        monkeypatch.setattr(clock, "now", lambda: moment + timedelta(seconds=after_s))
        with app.test_request_context("/send", method="POST", data={"once": key, "words": "It has closed"} | typed):
            form = Report.from_request()
            return form.submitted_and_valid(), form, key

    return send


def test_a_guarded_form_that_a_person_sends_is_taken(sent):
    right, form, key = sent()
    assert right
    assert form.key == key.split(".")[0]
    assert len(form.key) == 22


def test_the_same_page_sent_twice_has_one_key_and_two_pages_have_two(sent):
    _, first, key = sent()
    _, again, _ = sent(once=key)
    _, other, _ = sent()
    assert first.key == again.key != other.key


def test_a_field_that_people_cannot_reach_must_stay_empty(sent):
    right, form, _ = sent(homepage="https://example.com")
    assert not right
    assert len(form.guard_errors) == 1
    assert form.words.data == "It has closed"


def test_a_form_that_is_sent_quicker_than_anybody_reads_says_so_and_is_taken_a_moment_later(sent):
    right, form, key = sent(after_s=1)
    assert not right
    assert "quick" in form.guard_errors[0]
    assert form.once.data == key
    assert sent(after_s=3, once=key)[0]


@pytest.mark.parametrize("days", [-1, 1, 30])
def test_a_clock_that_jumps_takes_no_form_for_a_program(days, sent):
    assert sent(after_s=days * 86_400)[0]


@pytest.mark.parametrize("key", ["x", "a.1.b", "é", "a" * 5000, "abc.0.abcdefghijklmnopqrstuvwxyz0"])
def test_a_key_that_is_not_ours_is_asked_for_again_with_one_that_is(sent, key):
    right, form, _ = sent(once=key)
    assert not right
    assert form.once.data != key


def test_a_token_of_a_form_lives_as_long_as_the_cookie(app):
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
