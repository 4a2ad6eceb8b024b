"""The base of forms: sent by POST, signed, with typed answers."""

import pytest
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired

from directory.web.forms import BaseForm, answer


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
