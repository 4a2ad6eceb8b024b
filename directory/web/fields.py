"""Fields of forms: what was typed stays as it was typed, and what cannot be used is refused with its reason.

A form is drawn by the macros of ``templates/components/form.html``. A label is a question, an error an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from directory.core import contact
from directory.core.errors import Invalid
from directory.core.postcode import Postcode
from directory.core.text import clean
from directory.web.words import gettext as _
from directory.web.words import ngettext

LINE: Final = 300  # characters of a line, unless a field says otherwise
PARAGRAPHS: Final = 5_000
LONGEST_CONTACT: Final = 500  # a longer one is not even looked at
_LINE_END = re.compile("\r\n?")


class Needed:
    """Refuses an empty answer with ``message``, the instruction that the person gets."""

    field_flags: Mapping[str, Any] = {"needed": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise StopValidation when nothing was answered."""
        del form
        if field.data in (None, "", [], ()):
            raise StopValidation(str(self.message))


class TextField(StringField):
    """A line of text, or with ``lines`` several: whatever can be seen, up to ``most`` characters."""

    def __init__(
        self,
        label: Any,
        validators: Sequence[Any] = (),
        *,
        most: int = LINE,
        lines: bool = False,
        **kept: Any,
    ) -> None:
        super().__init__(label, list(validators), **kept)
        self.most = most
        self.lines = lines

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, with our newlines and without blanks around it."""
        if valuelist:
            self.data = _LINE_END.sub("\n", valuelist[0]).strip()

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is too long, and characters that nobody can see."""
        del form
        text = self.data or ""
        if len(text) > self.most:
            raise StopValidation(
                ngettext(
                    "Use at most %(most)s characters; there are %(num)s now",
                    "Use at most %(most)s characters; there are %(num)s now",
                    len(text),
                    most=self.most,
                )
            )
        if clean(text) != text:
            raise StopValidation(_("Take out the invisible characters (control codes), for example by typing it anew"))
        if not self.lines and "\n" in text:
            raise StopValidation(_("Put it on one line"))


class LinesField(TextField):
    """Several lines of text."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), *, most: int = PARAGRAPHS, **kept: Any) -> None:
        super().__init__(label, validators, most=most, lines=True, **kept)


class ParsedField(TextField):
    """A line that must mean something: ``data`` becomes its written form, and stays as typed when it has none."""

    def parse(self, text: str) -> str:
        """The written form of ``text``. Raises Invalid."""
        raise NotImplementedError

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what means nothing."""
        super().pre_validate(form)
        if self.data:
            try:
                self.data = self.parse(self.data)
            except Invalid as invalid:
                raise StopValidation(self.reason(invalid)) from None

    def reason(self, invalid: Invalid) -> str:
        """What to tell the person."""
        del invalid
        return ""


class PostcodeField(ParsedField):
    """A whole postcode, written with its space."""

    def parse(self, text: str) -> str:
        """As ``Postcode.parse``."""
        return str(Postcode.parse(text))

    def reason(self, invalid: Invalid) -> str:
        """What to tell the person."""
        del invalid
        return _("Enter a whole postcode, for example B14 7QH")


class PhoneField(ParsedField):
    """One telephone number, as people write it."""

    def parse(self, text: str) -> str:
        """As ``contact.tidy_phone``."""
        return contact.tidy_phone(text)

    def reason(self, invalid: Invalid) -> str:
        """What to tell the person."""
        del invalid
        return _("Enter one phone number with its area code, for example 0121 496 0000")


class EmailField(ParsedField):
    """One e-mail address."""

    def parse(self, text: str) -> str:
        """As ``contact.tidy_email``."""
        return contact.tidy_email(text)

    def reason(self, invalid: Invalid) -> str:
        """What to tell the person."""
        del invalid
        return _("Enter an e-mail address like name@example.org")


class WebsiteField(ParsedField):
    """One web address."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), **kept: Any) -> None:
        super().__init__(label, validators, most=LONGEST_CONTACT, **kept)

    def parse(self, text: str) -> str:
        """As ``contact.tidy_website``."""
        return contact.tidy_website(text)

    def reason(self, invalid: Invalid) -> str:
        """What to tell the person."""
        del invalid
        return _("Enter a web address like https://example.org")


class _Offering:
    """A choice among ``options``, pairs of value and words, which may have ``hints`` by value."""

    options: Sequence[tuple[str, Any]]
    hints: Mapping[str, Any]

    def offer(self, options: Sequence[tuple[str, Any]], hints: Mapping[str, Any] | None = None) -> None:
        """Let people choose among ``options``."""
        self.options = list(options)
        self.hints = hints or {}

    def refuse_others(self, given: Sequence[str]) -> None:
        """Raise StopValidation for a value that was not offered."""
        if not {value for value, _words in self.options}.issuperset(given):
            raise StopValidation(_("Choose one of the answers"))


class ChoiceField(_Offering, RadioField):
    """One of a few, as radio buttons; nothing chosen is None."""

    def __init__(
        self,
        label: Any,
        validators: Sequence[Any] = (),
        *,
        options: Sequence[tuple[str, Any]] = (),
        hints: Any = None,
        **kept: Any,
    ) -> None:
        super().__init__(label, list(validators), choices=[], **kept)
        self.offer(options, hints)

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was not offered."""
        del form
        self.refuse_others([self.data] if self.data else [])


class ListField(_Offering, SelectField):
    """One of many, as a list to open; nothing chosen is ""."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), **kept: Any) -> None:
        super().__init__(label, list(validators), choices=[], **kept)
        self.offer(())

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was not offered."""
        del form
        self.refuse_others([self.data] if self.data else [])


class ChoicesField(_Offering, SelectMultipleField):
    """Any number of several, as checkboxes."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), **kept: Any) -> None:
        super().__init__(label, list(validators), choices=[], **kept)
        self.offer(())

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was not offered."""
        del form
        self.refuse_others(self.data or ())


class TickField(Field):
    """One checkbox: True or False."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Ticked, or not."""
        self.data = bool(valuelist and valuelist[0])
