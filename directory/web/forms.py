"""The base of every form: labels are questions, errors are instructions, answers leave typed.

What everybody may send is a GuardedForm: it keeps programs out without asking people to prove that they are none.
"""

from __future__ import annotations

import secrets
from typing import Any, Final, Self

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, Signer
from wtforms import Field, HiddenField, StringField

from directory.infra import clock
from directory.web.words import gettext as _

FORM_KEY: Final = "once"  # the field that tells one sending from another
QUICKEST_S: Final = 2  # nobody reads a page and answers it in less; a program does
_KEY_BYTES: Final = 16


class BaseForm(FlaskForm):  # type: ignore[misc] # Flask-WTF comes without types
    """A form that is sent by POST. Its token is in the signed cookie, which only a page with a form sets."""

    @classmethod
    def from_request(cls, **given: Any) -> Self:
        """The form with what was sent, or with ``given`` to begin from."""
        return cls(**given)

    def submitted_and_valid(self) -> bool:
        """Whether this request sends the form, and all of it is right; else its fields have the errors."""
        return bool(request.method == "POST" and self.validate())

    @property
    def page_errors(self) -> list[str]:
        """What is wrong with the form as a whole, for its summary of errors."""
        stale = "csrf_token" in self.errors
        return [_("This page is out of date. Check what you typed, and press the button again")] if stale else []


class GuardedForm(BaseForm):
    """A form that everybody may send. Draw what guards it by ``guarded(form)`` of ``components/guard.html``.

    A field that people cannot reach must stay empty; a form that is sent quicker than anybody reads is asked for
    again, with all that was typed; and ``key`` is the same however often one form is sent. What the guards find is
    told, in ``page_errors``: nobody is thanked for what was not kept.
    """

    once = HiddenField()
    homepage = StringField(_l("Leave this empty"))

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.guard_errors: list[str] = []
        if not _opened(str(self.once.data or "")):
            self.once.data = new_form_key()

    @property
    def page_errors(self) -> list[str]:
        """As of every form, and what its guards said."""
        return super().page_errors + self.guard_errors

    @property
    def key(self) -> str:
        """What tells this sending from another, 22 characters: the same when the same page is sent again."""
        return str(self.once.data).split(".")[0]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it is right; every fault is told, the guards' too."""
        right = bool(super().validate(extra_validators))
        if self.homepage.data:
            self.guard_errors.append(_("Leave the field that says so empty, and send the form again"))
        if 0 <= _age_s(str(self.once.data)) < QUICKEST_S:
            self.guard_errors.append(_("That was very quick. Wait a moment, and send the form again"))
        return right and not self.guard_errors


def new_form_key() -> str:
    """The signed key of a form that is shown now: ``key.seconds.signature``."""
    made = f"{secrets.token_urlsafe(_KEY_BYTES)}.{int(clock.now().timestamp())}"
    return _signer().sign(made).decode()


def answer(field: Field) -> Any:
    """The value of a valid field. Raises ValueError for one without an answer: a validator is missing."""
    if field.data is None:
        raise ValueError(f"{field.name} has no answer")
    return field.data


def _age_s(key: str) -> int:
    """How many seconds ago the form of a valid key was shown; less than 0 when a clock was set back meanwhile."""
    return int(clock.now().timestamp()) - int(key.split(".")[1])


def _opened(key: str) -> bool:
    """Whether a key is one of ours."""
    try:
        _signer().unsign(key.encode("utf-8", "surrogatepass"))
    except BadSignature:
        return False
    return True


def _signer() -> Signer:
    return Signer(str(current_app.config["SECRET_KEY"]), salt="form")
