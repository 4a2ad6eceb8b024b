"""Whom something is for, by where they live: what two pages ask alike."""

from __future__ import annotations

from typing import Final

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm
from directory.contribute.rules.answers import EVERYWHERE, PARTS, WHOLE_PLACE
from directory.core.text import fold
from directory.web.fields import ChoiceField, LinesField
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

MOST_PARTS: Final = 60


def served_field() -> ChoiceField:
    """The question itself. Each page makes its own: fields stand in a form in the order in which they were made."""
    return ChoiceField(
        _l("Who is it for, by where they live?"),
        description=_l("You may leave this open if people come to a place of yours."),
    )


def parts_field() -> LinesField:
    """Which parts, for whoever serves some."""
    return LinesField(
        _l("Which parts?"),
        most=2_000,
        description=_l("Wards or postcode districts, for example “Moseley” or “B13”. Put each on its own line."),
    )


class ServedForm(PageForm):
    """A page with those two fields, if ``asks_served``."""

    served: ChoiceField
    parts: LinesField
    asks_served = True

    def offer_served(self) -> None:
        """The whole place, parts of it, or anywhere."""
        self.served.offer(
            [
                (WHOLE_PLACE, _("Anybody in %(place)s", place=self.here.place.called)),
                (PARTS, _("Only people in some parts of it")),
                (EVERYWHERE, _("Anybody, wherever they live")),
            ]
        )
        if not self.is_submitted():
            self.parts.data = "\n".join(map(self._area, (self.parts.data or "").split("\n")))

    def validate_parts(self, field: Field) -> None:
        """Parts that this directory knows."""
        del field
        if self.served.data != PARTS or not self.asks_served:
            return
        found, unknown = self._codes_of_parts()
        if unknown:
            raise StopValidation(
                _(
                    "We do not know “%(part)s”. Enter a ward or a postcode district of %(place)s, each on its own line",
                    part=unknown[0],
                    place=self.here.place.called,
                )
            )
        if not found:
            raise StopValidation(_("Enter at least one part, for example B13"))
        if len(found) > MOST_PARTS:
            raise StopValidation(_("Enter at most %(most)s parts, or choose the whole", most=MOST_PARTS))

    def chosen_parts(self) -> tuple[str, ...]:
        """The codes of the parts that were typed, if it is for some parts."""
        return tuple(self._codes_of_parts()[0]) if self.served.data == PARTS else ()

    def _area(self, code: str) -> str:
        area = self.here.areas.get(code)
        return area.label if area else code

    def _codes_of_parts(self) -> tuple[list[str], list[str]]:
        """The codes of the parts that were typed, and what nobody knows."""
        names: dict[str, str] = {}
        for area in self.here.areas.all():
            for name in (area.code, area.label, area.name):
                names.setdefault(fold(name), area.code)
        found: list[str] = []
        unknown: list[str] = []
        for part in filter(None, map(str.strip, (self.parts.data or "").replace(",", "\n").split("\n"))):
            code = names.get(fold(part))
            (unknown if code is None else found).append(part if code is None else code)
        return list(dict.fromkeys(found)), unknown
