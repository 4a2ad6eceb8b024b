"""What anybody may say of a listing: that something is wrong with it, or what it should say instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wtforms import Field, HiddenField
from wtforms.form import BaseForm as AnyForm
from wtforms.validators import StopValidation

from directory.contribute.forms.base import MailboxField
from directory.contribute.rules import texts
from directory.contribute.rules.correction import Texts, asked_services, carried, same, service_field
from directory.core import contact
from directory.core.errors import Invalid
from directory.listings.rules.record import Record
from directory.moderation.rules.values import LONGEST_WORDS, ReportKind
from directory.web.fields import ChoiceField, EmailField, LinesField, Needed, TextField, WebsiteField
from directory.web.forms import GuardedForm
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

MOST_WORDS: Final = 2_000  # characters
MOST_NOTICE: Final = 200
MOST_PHONES: Final = 10
KINDS: Final = (
    (ReportKind.WRONG.value, _l("Something in it is wrong")),
    (ReportKind.CLOSED.value, _l("It has closed, or does not exist")),
    (ReportKind.UNSAFE.value, _l("Somebody may be at risk")),
    (ReportKind.DUPLICATE.value, _l("It is listed twice")),
    (ReportKind.OTHER.value, _l("Something else")),
)
HINTS: Final = {
    ReportKind.UNSAFE.value: _l(
        "For example it shows an address that should be secret. If somebody is in danger now, ring 999."
    )
}


class ReportForm(GuardedForm):
    """What is wrong with a listing."""

    kind = ChoiceField(_l("What is wrong?"), [Needed(_l("Choose what is wrong"))], options=KINDS, hints=HINTS)
    words = LinesField(_l("Tell us more (optional)"), most=MOST_WORDS)
    email = MailboxField(
        _l("Your own e-mail address, if you want an answer (optional)"),
        most=254,
        description=_l("Never published, and deleted once you have the answer."),
    )

    def validate_words(self, field: Field) -> None:
        """Something else is something that is said."""
        if self.kind.data == ReportKind.OTHER and not field.data:
            raise StopValidation(_("Tell us what it is"))


class _Kept:
    """A field in which what is published already is right, whatever it is: nobody is told off for what others wrote."""

    data: Any
    object_data: Any

    def pre_validate(self, form: AnyForm) -> None:
        """Look at what was changed only."""
        if not same(self.data or "", self.object_data or ""):
            super().pre_validate(form)  # type: ignore[misc] # of the field that this is mixed into


class KeptLine(_Kept, TextField):
    """A line."""


class KeptLines(_Kept, LinesField):
    """Several lines."""


class KeptWebsite(_Kept, WebsiteField):
    """A web address."""


class KeptEmail(_Kept, EmailField):
    """A public e-mail address."""


class NumbersField(LinesField):
    """Telephone numbers, each on its own line."""

    def pre_validate(self, form: AnyForm) -> None:
        """Refuse what is no number, unless it is published as one."""
        super().pre_validate(form)
        known, found = texts.items(texts.kept(self.object_data or "")), []
        for number in texts.items(self.data or ""):
            try:
                found.append(number if number in known else contact.tidy_phone(number))
            except Invalid:
                raise StopValidation(
                    _("Enter each phone number with its area code on its own line, for example 0121 496 0000")
                ) from None
        if len(found) > max(MOST_PHONES, len(known)):
            raise StopValidation(_("Enter at most %(most)s phone numbers", most=MOST_PHONES))
        self.data = "\n".join(found)


class CorrectForm(GuardedForm):
    """The texts of a listing, in place. ``correct_form`` adds the fields of services, and those that come last."""

    wrong: LinesField
    sender: MailboxField
    record: Record

    version = HiddenField()
    name = KeptLine(_l("Name"), [Needed(_l("Enter the name of the group"))], most=texts.NAME)
    description = KeptLines(_l("What they do"), most=texts.ABOUT)
    website = KeptWebsite(_l("Website"))
    email = KeptEmail(_l("Public e-mail address"), most=254)
    phones = NumbersField(_l("Public phone numbers"), most=1_000, description=_l("Each on its own line."))
    notice = KeptLine(
        _l("Notice"), most=MOST_NOTICE, description=_l("A short text at the top, for example “Closed in August”.")
    )

    @property
    def seen_version(self) -> int:
        """The version of the listing that the person saw; 0 when the form does not say."""
        told = str(self.version.data or "")
        return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0

    def typed(self, names: Texts) -> dict[str, str]:
        """What the fields with these names hold."""
        return {name: str(self[name].data or "") for name in names}

    def words(self) -> str:
        """What is not for the public: what is wrong, and when services are."""
        times = [
            _("Times of “%(service)s”: %(times)s", service=service.name, times=said)
            for service in asked_services(self.record)
            if (said := self[service_field(service.id, "times")].data)
        ]
        return "\n\n".join(filter(None, [self.wrong.data or "", *times]))

    def validate_wrong(self, field: Field) -> None:
        """Something is said, and not more than moderators can read."""
        changed = any(
            not same(str(each.data or ""), str(each.object_data or "")) for each in self if each.name in self.shown
        )
        if not changed and not self.words():
            raise StopValidation(_("Change something above, or tell us what is wrong"))
        if len(self.words()) > LONGEST_WORDS:
            raise StopValidation(_("Use at most %(most)s characters in all that is not published", most=LONGEST_WORDS))
        del field

    shown: Mapping[str, str] = {}

    def carry(self, before: Texts, now: Texts, version: int) -> None:
        """Put what was typed over what was published meanwhile, ``now`` of ``version``, and say what both changed."""
        found = carried(before, self.typed(now), now)
        for name, text in found.texts.items():
            field = self[name]
            field.data = text
            if name in found.met:
                published = now[name] or _("nothing")
                field.description = _("It says by now: %(text)s", text=published)
                field.errors = [*field.errors, _("Somebody else changed this too: look at both")]
        self.version.data = str(version)
        self.guard_errors.append(_("The listing was changed while you were typing. Check it, and send it again"))


def correct_form(record: Record, shown: Texts, version: int) -> CorrectForm:
    """The form with what is published of ``record`` (``shown``), or with what this request sends."""
    fields: dict[str, Any] = {}
    for service in asked_services(record):
        key = service.id
        fields[service_field(key, "name")] = KeptLine(
            _l("Name of the service"), [Needed(_l("Enter the name of the service"))], most=texts.NAME
        )
        fields[service_field(key, "description")] = KeptLines(_l("What happens"), most=texts.ABOUT)
        fields[service_field(key, "times")] = LinesField(
            _l("If the times are wrong: when is it?"),
            most=texts.WORDS,
            description=_l("In your own words, for example “Tuesdays 10am to noon, not in August”."),
        )
    fields["wrong"] = LinesField(
        _l("Anything else that is wrong, or how you know (optional)"),
        most=MOST_WORDS,
        description=_l("Only moderators read this."),
    )
    fields["sender"] = MailboxField(
        _l("Your own e-mail address (optional)"),
        most=254,
        description=_l("Never published. We send you a link to prove it is yours, and tell you what became of this."),
    )
    kind: type[CorrectForm] = type("CorrectForm", (CorrectForm,), fields)
    form = kind.from_request(**shown, version=str(version))
    form.record, form.shown = record, shown
    return form
