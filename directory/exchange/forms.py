"""What staff answer before they take columns that are not public."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from directory.exchange.rules.private import LEAST_PURPOSE, MOST_PURPOSE, PRIVATE
from directory.web.fields import ChoicesField, Needed, TextField
from directory.web.forms import BaseForm, answer
from directory.web.words import gettext as _


class StaffForm(BaseForm):
    """Which columns, and what for."""

    columns = ChoicesField(
        _l("Which columns that are not public do you need?"),
        [Needed(_l("Choose the columns that you need"))],
        description=_l("Take no more than the purpose needs."),
    )
    purpose = TextField(
        _l("What do you need them for?"),
        [Needed(_l("Say what you need them for"))],
        most=MOST_PURPOSE,
        description=_l("It is written down with your name, and stands in each row of the file."),
    )

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.columns.offer(
            [(column.name, column.name) for column in PRIVATE], {column.name: column.meaning for column in PRIVATE}
        )

    def validate_purpose(self, field: Field) -> None:
        """A word is no purpose."""
        if len(" ".join((field.data or "").split())) < LEAST_PURPOSE:
            raise StopValidation(_("Say in a few words what you need them for"))

    def chosen(self) -> tuple[str, list[str]]:
        """The valid answers: the purpose, and the names of columns."""
        return answer(self.purpose), answer(self.columns)
