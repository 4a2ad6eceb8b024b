"""What they want and can supply, who sends it, and the forms that are only a button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from wtforms import Field
from wtforms.validators import StopValidation

from directory.accounts.rules import mail_address
from directory.contribute.forms.base import MailboxField, PageForm, lined
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Answers, Extras, Sender
from directory.web.fields import EmailField, LinesField, Needed, TickField
from directory.web.forms import BaseForm, GuardedForm
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

MOST_ITEMS: Final = 20


class ExtrasForm(PageForm):
    """What they want, and what a public body may buy from them."""

    wants = LinesField(
        _l("What would help you? (optional)"),
        most=2_000,
        description=_l("Volunteers, donations, a room. Put each on its own line; it is shown on your page."),
    )
    supplies = LinesField(
        _l("What could you sell or provide to others? (optional)"),
        most=2_000,
        description=_l("For example catering, training, rooms to hire. Put each on its own line."),
    )

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        extras = answers.extras
        return {"wants": lined(extras.wants), "supplies": lined(extras.supplies)} if extras else {}

    def validate_wants(self, field: Field) -> None:
        """Not a catalogue, and no essay."""
        _check_items(field)

    def validate_supplies(self, field: Field) -> None:
        """As above."""
        _check_items(field)

    def put(self, answers: Answers) -> Answers:
        """``answers`` with these."""
        extras = Extras(wants=texts.items(self.wants.data or ""), supplies=texts.items(self.supplies.data or ""))
        return replace(answers, extras=extras)


def _check_items(field: Field) -> None:
    found = texts.items(field.data or "")
    if len(found) > MOST_ITEMS:
        raise StopValidation(_("Enter at most %(most)s things, each on its own line", most=MOST_ITEMS))
    if any(len(item) > texts.LINE for item in found):
        raise StopValidation(_("Use at most %(most)s characters a line", most=texts.LINE))


class SenderForm(PageForm):
    """Who sends it. Nobody else is shown this."""

    email = MailboxField(
        _l("Your own e-mail address (optional)"),
        most=254,
        description=_l(
            "Never published. We send you a link to prove it is yours, tell you what became of your listing, and ask "
            "you twice a year whether it is still right."
        ),
    )
    agreed = TickField(_l("I may speak for the group, and everybody who can be recognised in it agrees"))

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        sender = answers.sender
        return {"email": sender.email, "agreed": sender.agreed} if sender else {}

    def validate_agreed(self, field: Field) -> None:
        """Nobody is listed without their knowledge."""
        if not field.data:
            raise StopValidation(_("Tick that you may speak for the group"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with who sends it."""
        return replace(answers, sender=Sender(email=self.email.data or "", agreed=True))


class LaterForm(BaseForm):
    """Where the link goes that leads back to what was answered."""

    email = EmailField(_l("Your e-mail address"), [Needed(_l("Enter your e-mail address"))], most=254)

    def mailbox(self) -> str:
        """The address as mails are sent to it. Raises Invalid for what ordinary mail servers cannot reach."""
        return mail_address(self.email.data or "")


class SendForm(GuardedForm):
    """The button that sends it."""


class PressForm(BaseForm):
    """A button and nothing else."""
