"""What whoever speaks for a listing types, beside the pages that a group is added by."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import MailboxField, options
from directory.contribute.forms.places import AddressForm, WaysForm
from directory.contribute.forms.times import date_of
from directory.contribute.forms.ways import DetailsForm, EachForm
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Answers
from directory.infra.place import Place
from directory.listings.rules.record import Notice, Record, Today, Visibility
from directory.moderation.service.stewards import LONGEST_NOTICE
from directory.web.fields import ChoiceField, LinesField, Needed, TextField
from directory.web.forms import BaseForm, GuardedForm
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

MOST_DAYS: Final = 3
STATUSES: Final = (
    ("closed", _l("Closed today")),
    ("full", _l("Full today")),
    ("waiting-list", _l("Has a waiting list today")),
    ("available", _l("Can take people today")),
    ("none", _l("Nothing special: take it off")),
)
DAYS: Final = (("1", _l("Only today")), ("2", _l("Today and tomorrow")), ("3", _l("Three days")))


class AboutForm(BaseForm):
    """The group in its own words, above all that it does."""

    description = LinesField(
        _l("What is your group? (optional)"),
        most=texts.ABOUT,
        description=_l("A few sentences at the top of your page. Do not put anybody's name or home address here."),
    )


class KeptAddressForm(AddressForm):
    """The address of a place that is listed. What is not shown to everybody is not shown here either, and is kept."""

    @property
    def is_kept(self) -> bool:
        """Whether the place stays where it is, and nobody is told where."""
        typed = any(self[name].data for name in ("venue", "line_1", "line_2", "postcode"))
        return not typed and self.spot is not None and self.spot.visibility is not Visibility.EXACT

    def validate_postcode(self, field: Field) -> None:
        """As where a group is added, unless nothing is typed: then the address stays."""
        if not (self.is_kept and self.spot and self.spot.known):
            super().validate_postcode(field)


class KeptWaysForm(WaysForm):
    """How people are helped. Where services differ in whom they are for, each is asked by itself."""

    def offer(self, answers: Answers) -> None:
        """As where a group is added, where they do not differ."""
        super().offer(answers)
        self.asks_served, self.for_all = answers.one_area, len(answers.services) > 1


class KeptEachForm(EachForm):
    """What is one service's own. It may be got in any way: what the listing says of all is told by what each says."""

    def offer(self, answers: Answers) -> None:
        """Every way there is."""
        super().offer(answers)
        self.asks_how = True
        self.how.offer(options(self.here.terms.hows))


class KeptDetailsForm(DetailsForm):
    """Access, and cost and languages of all services if they are the same."""

    def offer(self, answers: Answers) -> None:
        """As where a group is added, where they do not differ. That they do is told by what they say."""
        super().offer(answers)
        self.asks_cost, self.may_differ = answers.one_price, False


class NoticeForm(BaseForm):
    """A short dated text at the top of the listing."""

    text = TextField(
        _l("What should people know? (optional)"),
        most=LONGEST_NOTICE,
        description=_l("For example “Closed in August” or “Moved to St Agatha's Hall until May”. Empty takes it off."),
    )
    until = TextField(_l("Until which day? (optional)"), most=40)
    today: date

    @staticmethod
    def holds(record: Record, today: date) -> dict[str, Any]:
        """What the fields hold before anybody types: a notice that is over is not shown any more."""
        found = record.notice
        if found is None or (found.until is not None and found.until < today):
            return {"text": "", "until": ""}
        return {"text": found.text, "until": found.until.isoformat() if found.until else ""}

    @classmethod
    def of(cls, record: Record, today: date) -> NoticeForm:
        """The form as the listing stands, or with what this request sends."""
        form = cls.from_request(**cls.holds(record, today))
        form.today = today
        return form

    def validate_until(self, field: Field) -> None:
        """A day that has not passed."""
        if not field.data:
            return
        found = date_of(field.data)
        if found is None:
            raise StopValidation(_("Enter a date, for example 27/3/2027"))
        if found < self.today:
            raise StopValidation(_("Enter a day that has not passed"))

    @property
    def notice(self) -> Notice | None:
        """What was typed, None for nothing."""
        return Notice(text=self.text.data, until=date_of(self.until.data)) if self.text.data else None


class TodayForm(BaseForm):
    """How things stand today; it ends by itself."""

    status = ChoiceField(_l("How is it today?"), [Needed(_l("Choose how it is today"))], options=STATUSES)
    days = ChoiceField(_l("For how long?"), options=DAYS, default="1", description=_l("Then it goes by itself."))

    @staticmethod
    def holds(record: Record, now: datetime) -> dict[str, Any]:
        """What the fields hold before anybody chooses."""
        found = record.today
        return {"status": found.status if found and found.until > now else None, "days": "1"}

    @classmethod
    def of(cls, record: Record, now: datetime) -> TodayForm:
        """The form as the listing stands, or with what this request sends."""
        return cls.from_request(**cls.holds(record, now))

    def said(self, now: datetime, place: Place) -> Today | None:
        """The status until the end of its last day, by the clocks of the place; None to take it off."""
        if self.status.data == "none":
            return None
        here = now.astimezone(place.time_zone)
        last = here.date() + timedelta(days=int(self.days.data or "1"))
        until = datetime.combine(last, time(0), tzinfo=place.time_zone)
        return Today(status=self.status.data, until=until.astimezone(now.tzinfo))


class ShareForm(BaseForm):
    """To whom a listing is given, or with whom it is shared."""

    email = MailboxField(
        _l("Their e-mail address"),
        [Needed(_l("Enter their e-mail address"))],
        most=254,
        description=_l("We send them a link. Nothing changes before they press its button."),
    )


class ClaimForm(GuardedForm):
    """Who speaks for a listing that is there already, and how they show it."""

    email = MailboxField(
        _l("Your own e-mail address"),
        [Needed(_l("Enter your own e-mail address"))],
        most=254,
        description=_l("Never published. You sign in with it, and we write to you about the listing."),
    )
    way = ChoiceField(_l("How can you show that you speak for the group?"), [Needed(_l("Choose one of the ways"))])
    at_domain = TextField(_l("Your address there"), most=254)
    words = LinesField(
        _l("How can a moderator tell?"),
        most=2_000,
        description=_l(
            "For example your role, a page that names you, or a number of the group's where we can ring you back. Only "
            "moderators read it."
        ),
    )

    def validate_at_domain(self, field: Field) -> None:
        """A mailbox, or the part of it before the @."""
        if self.way.data == "domain" and not field.data:
            raise StopValidation(_("Enter your address there"))

    def validate_words(self, field: Field) -> None:
        """Something to decide by."""
        if self.way.data == "evidence" and not field.data:
            raise StopValidation(_("Write how a moderator can tell"))
