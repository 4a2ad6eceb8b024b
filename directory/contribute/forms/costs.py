"""What something costs, and in which languages it is: what two pages ask alike."""

from __future__ import annotations

from typing import Any, Final

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm, lined
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Details, Own
from directory.core.text import fold
from directory.web.fields import ChoiceField, LinesField, TextField
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

MOST_LANGUAGES: Final = 30


def cost_field() -> ChoiceField:
    """The question itself. Each page makes its own: fields stand in a form in the order in which they were made."""
    return ChoiceField(
        _l("What does it cost?"),
        options=[
            ("free", _l("It is free")),
            ("paid", _l("People pay something")),
            ("unsaid", _l("I do not want to say")),
        ],
    )


def fees_field() -> TextField:
    """How much, where people pay."""
    return TextField(
        _l("How much?"), most=texts.LINE, description=_l("For example “£2 a session, free if you cannot pay”")
    )


def languages_field() -> LinesField:
    """Languages besides that of the place."""
    return LinesField(
        _l("Which languages besides English? (optional)"),
        most=1_000,
        description=_l("Spoken by the people who help. Put each on its own line, for example “Urdu”."),
    )


def held(said: Details | Own) -> dict[str, Any]:
    """What the three fields hold before anybody types."""
    return {
        "cost": {True: "free", False: "paid", None: "unsaid"}[said.free],
        "fees": said.fees,
        "languages": lined(said.languages),
    }


class CostForm(PageForm):
    """A page with those three fields, if ``asks_cost``."""

    cost: ChoiceField
    fees: TextField
    languages: LinesField
    asks_cost = True

    def offer_languages(self) -> None:
        """Call those that were said by their names."""
        if not self.is_submitted():
            self.languages.data = "\n".join(map(self._called, (self.languages.data or "").split("\n")))

    def validate_cost(self, field: Field) -> None:
        """An answer, if only that nobody wants to say."""
        if self.asks_cost and not field.data:
            raise StopValidation(_("Choose what it costs"))

    def validate_fees(self, field: Field) -> None:
        """How much, when people pay."""
        if self.asks_cost and self.cost.data == "paid" and not field.data:
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

    def price(self) -> tuple[bool | None, str]:
        """Whether it is free (None: nobody said), and how much it is if not."""
        free = {"free": True, "paid": False}.get(self.cost.data)
        return free, (self.fees.data or "") if free is False else ""

    def chosen_languages(self) -> tuple[str, ...]:
        """The codes of the languages that were typed."""
        return tuple(self._codes()[0])

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
