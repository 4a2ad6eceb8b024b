"""How to reach them, and what it costs, how one gets in, and in which languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm, options
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Answers, Details, Reach
from directory.core.text import fold
from directory.web.fields import (
    ChoiceField,
    ChoicesField,
    EmailField,
    LinesField,
    PhoneField,
    TextField,
    TickField,
    WebsiteField,
)
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

MOST_LANGUAGES: Final = 30


class ReachForm(PageForm):
    """What the public may use: of a role, not of a person."""

    phone = PhoneField(_l("Public phone number (optional)"), most=60)
    email = EmailField(
        _l("Public e-mail address (optional)"),
        most=254,
        description=_l("One that belongs to the group, for example hello@example.org"),
    )
    website = WebsiteField(_l("Website or social media page (optional)"))
    role = TextField(
        _l("Who answers? (optional)"),
        most=100,
        description=_l("A role, not a person's name: “the coordinator”, “any volunteer”"),
    )
    come_along = TickField(_l("There is nothing of the kind: people just come along"))

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        reach = answers.reach
        if reach is None:
            return {}
        return {name: getattr(reach, name) for name in ("phone", "email", "website", "role", "come_along")}

    def validate_come_along(self, field: Field) -> None:
        """People need some way."""
        if not (field.data or self.phone.data or self.email.data or self.website.data):
            raise StopValidation(_("Enter at least one way to reach you, or tick that people just come along"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with these ways."""
        reach = Reach(
            phone=self.phone.data or "",
            email=self.email.data or "",
            website=self.website.data or "",
            role=self.role.data or "",
            come_along=bool(self.come_along.data),
        )
        return replace(answers, reach=reach)


class DetailsForm(PageForm):
    """Cost, access and languages."""

    cost = ChoiceField(
        _l("What does it cost?"),
        options=[
            ("free", _l("It is free")),
            ("paid", _l("People pay something")),
            ("unsaid", _l("I do not want to say")),
        ],
    )
    fees = TextField(
        _l("How much?"), most=texts.LINE, description=_l("For example “£2 a session, free if you cannot pay”")
    )
    access = ChoicesField(
        _l("What does your place have? (optional)"), description=_l("Choose what is there today, not what is planned.")
    )
    access_note = TextField(_l("Anything else about getting in (optional)"), most=texts.LINE)
    languages = LinesField(
        _l("Which languages besides English? (optional)"),
        most=1_000,
        description=_l("Spoken by the people who help. Put each on its own line, for example “Urdu”."),
    )

    has_place = True

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        details = answers.details
        if details is None:
            return {}
        return {
            "cost": {True: "free", False: "paid", None: "unsaid"}[details.free],
            "fees": details.fees,
            "access": list(details.access),
            "access_note": details.access_note,
            "languages": "\n".join(details.languages),
        }

    def offer(self, answers: Answers) -> None:
        """What a place may have, if there is one."""
        self.access.offer(options(self.here.terms.access))
        self.has_place = answers.ways is None or answers.ways.has_place
        if not self.is_submitted():
            self.languages.data = "\n".join(map(self._called, (self.languages.data or "").split("\n")))

    def validate_cost(self, field: Field) -> None:
        """An answer, if only that nobody wants to say."""
        if not field.data:
            raise StopValidation(_("Choose what it costs"))

    def validate_fees(self, field: Field) -> None:
        """How much, when people pay."""
        if self.cost.data == "paid" and not field.data:
            raise StopValidation(_("Enter how much it costs"))

    def validate_languages(self, field: Field) -> None:
        """Languages that this directory knows."""
        del field
        found, unknown = self._codes()
        if unknown:
            raise StopValidation(
                _(
                    "We do not know the language “%(language)s”. Enter its English name, for example Urdu",
                    language=unknown[0],
                )
            )
        if len(found) > MOST_LANGUAGES:
            raise StopValidation(_("Enter at most %(most)s languages", most=MOST_LANGUAGES))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with these."""
        details = Details(
            free={"free": True, "paid": False}.get(self.cost.data),
            fees=(self.fees.data or "") if self.cost.data == "paid" else "",
            access=tuple(self.access.data or ()) if self.has_place else (),
            access_note=(self.access_note.data or "") if self.has_place else "",
            languages=tuple(self._codes()[0]),
        )
        return replace(answers, details=details)

    def _called(self, code: str) -> str:
        term = self.here.terms.languages.get(code)
        return term.name if term else code

    def _codes(self) -> tuple[list[str], list[str]]:
        """The codes of the languages that were typed, and what nobody knows."""
        known: dict[str, str] = {}
        for code, term in self.here.terms.languages.items():
            for word in (code, *term.words):
                known.setdefault(fold(word), code)
        found: list[str] = []
        unknown: list[str] = []
        for word in filter(None, map(str.strip, (self.languages.data or "").replace(",", "\n").split("\n"))):
            match = known.get(fold(word))
            (unknown if match is None else found).append(word if match is None else match)
        return list(dict.fromkeys(found)), unknown
