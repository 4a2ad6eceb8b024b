"""What people type to sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, ValidationError

from directory.accounts.rules import mail_address
from directory.core.errors import Invalid
from directory.web.forms import BaseForm, answer
from directory.web.words import gettext as _


class SignInForm(BaseForm):
    """The address that a link is sent to; ``next`` is the page that is wanted afterwards."""

    email = StringField(_l("What is your e-mail address?"), [InputRequired(_l("Enter your e-mail address"))])
    next = HiddenField()

    def validate_email(self, field: StringField) -> None:
        """It can be reached by mail."""
        try:
            mail_address(field.data or "")
        except Invalid:
            raise ValidationError(_("Enter an e-mail address like name@example.org")) from None

    @property
    def address(self) -> str:
        """The valid address, in the form that tells people apart."""
        return mail_address(answer(self.email))


class ButtonForm(BaseForm):
    """A button alone: its token shows that the press was meant."""


class CodeForm(BaseForm):
    """A code of the authenticator, or one on paper."""

    code = StringField(_l("What is the code?"), [InputRequired(_l("Enter the code"))])
    next = HiddenField()


class SetUpForm(BaseForm):
    """The first code that a new authenticator shows."""

    code = StringField(_l("Which code does the app show?"), [InputRequired(_l("Enter the 6-digit code"))])
