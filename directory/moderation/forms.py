"""What moderators send. Each form says what was seen, so that the second of two is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are older
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from directory.core.errors import Invalid
from directory.moderation.rules.states import Reason, State
from directory.moderation.rules.values import LONGEST_WORDS
from directory.moderation.service.decide import AsSeen
from directory.web.fields import LinesField, TextField
from directory.web.forms import BaseForm, GuardedForm

REASONS: Final = (
    SelectChoice(Reason.NOT_HERE.value, _l("It is not in this area")),
    SelectChoice(Reason.NOT_A_GROUP.value, _l("It is not a group that this directory is for")),
    SelectChoice(Reason.DUPLICATE.value, _l("It is listed already")),
    SelectChoice(Reason.UNCLEAR.value, _l("Too little is said to know what it is")),
    SelectChoice(Reason.UNSAFE.value, _l("It might put somebody at risk")),
    SelectChoice(Reason.NOT_YOURS.value, _l("Nothing shows that the sender speaks for the group")),
    SelectChoice(Reason.OTHER.value, _l("Another reason, in your own words")),
    SelectChoice(Reason.SPAM.value, _l("It is spam: nobody is told")),
)
DAYS: Final = (
    SelectChoice("1", _l("Tomorrow")),
    SelectChoice("7", _l("In a week")),
    SelectChoice("30", _l("In 30 days")),
)
ENDS: Final = (
    SelectChoice("done", _l("It was right, and is dealt with")),
    SelectChoice("dismissed", _l("It was not right")),
)


class SeenForm(BaseForm):
    """A decision: in which state and version the suggestion was seen."""

    state = HiddenField()
    version = IntegerField(widget=HiddenInput())

    def as_seen(self) -> AsSeen:
        """What the moderator had before them. Raises Invalid."""
        try:
            return AsSeen(State(str(self.state.data)), int(self.version.data or 0))
        except ValueError:
            raise Invalid("state", self.state.data, "a state") from None


class RefuseForm(SeenForm):
    """No, and why."""

    reason = RadioField(_l("Why?"), [InputRequired(_l("Choose a reason"))], choices=list(REASONS), validate_choice=True)
    words = LinesField(
        _l("In your own words"), most=LONGEST_WORDS, description=_l("The sender gets this with the reason.")
    )


class AskForm(SeenForm):
    """A question to the sender."""

    words = LinesField(
        _l("What do you want to know?"),
        [InputRequired(_l("Enter your question"))],
        most=LONGEST_WORDS,
        description=_l("The sender gets it by e-mail, and answers by a link."),
    )


class LaterForm(SeenForm):
    """Not now."""

    days = RadioField(_l("Show it again"), [InputRequired(_l("Choose when"))], choices=list(DAYS))

    def wait(self) -> timedelta:
        """How long."""
        return timedelta(days=int(self.days.data))


class SettleForm(BaseForm):
    """A report is closed."""

    words = LinesField(
        _l("Answer"), most=LONGEST_WORDS, description=_l("Whoever left an address gets it. You may leave it empty.")
    )
    how = RadioField(
        _l("What came of it?"),
        [InputRequired(_l("Choose what came of it"))],
        choices=list(ENDS),
    )


class BackForm(BaseForm):
    """Back to a version."""

    version = IntegerField(widget=HiddenInput())
    seen = IntegerField(widget=HiddenInput())


class TakeOffForm(BaseForm):
    """Off the list, as it was seen."""

    version = IntegerField(widget=HiddenInput())


class EraseForm(BaseForm):
    """Delete for good."""

    name = TextField(
        _l("What is the listing called?"),
        description=_l("Type its name as it stands above. This cannot be undone."),
    )
    sure = BooleanField(_l("I was asked to delete everything about it"), [InputRequired(_l("Say that you were asked"))])


class BatchForm(BaseForm):
    """Many at once."""


class AnswerForm(GuardedForm):
    """What a sender answers."""

    words = LinesField(_l("Your answer"), [InputRequired(_l("Enter your answer"))], most=LONGEST_WORDS)


class ButtonForm(GuardedForm):
    """A page with one button: programs that open links in mails press none."""


def typed(form: Any) -> str:
    """The words that somebody typed, to be given back when they cannot be kept."""
    return str(getattr(getattr(form, "words", None), "data", "") or "")
