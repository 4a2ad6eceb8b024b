"""What staff answer before they take columns that are not public, and of files that they send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field
from wtforms.validators import StopValidation

from directory.core.text import shorten
from directory.exchange.rules.cells import seen
from directory.exchange.rules.private import LEAST_PURPOSE, MOST_PURPOSE, PRIVATE
from directory.exchange.rules.uploads import LONGEST_SOURCE, OURS, Chosen, faults_of
from directory.listings.rules.record import Visibility
from directory.web.fields import ChoiceField, ChoicesField, ListField, Needed, TextField
from directory.web.forms import BaseForm, answer
from directory.web.words import gettext as _

EXAMPLES: Final = 3  # values of a column that are shown
LONGEST_EXAMPLE: Final = 40  # characters
ACCEPTED: Final = ".csv,.tsv,.txt,.xlsx"
TARGETS: Final[Mapping[str, Any]] = {
    "name": _l("Name of the organisation"),
    "id": _l("The list's own number for the organisation"),
    "alternate_name": _l("Another name"),
    "description": _l("What it does"),
    "kind": _l("Kind of organisation"),
    "legal_status": _l("Legal status"),
    "year_incorporated": _l("Year it began"),
    "charity_number": _l("Charity number"),
    "company_number": _l("Company number"),
    "email": _l("Public e-mail address"),
    "phone": _l("Public phone number"),
    "website": _l("Website"),
    "service": _l("Name of a service"),
    "service_description": _l("About the service"),
    "needs": _l("Needs that it meets"),
    "audiences": _l("Who it is for"),
    "how": _l("How it is offered"),
    "languages": _l("Languages"),
    "free": _l("Whether it is free"),
    "cost": _l("What it costs"),
    "eligibility": _l("Who may come"),
    "venue": _l("Name of the place"),
    "address_1": _l("Address, first line"),
    "address_2": _l("Address, second line"),
    "city": _l("Town"),
    "region": _l("County"),
    "postcode": _l("Postcode"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "visibility": _l("How the place is shown"),
    "access": _l("Access"),
    "area_served": _l("Area it serves"),
    "hours": _l("Days and times"),
    "wants": _l("What it needs itself"),
    "supplies": _l("What it can supply"),
}


class StaffForm(BaseForm):
    """Of which table, which columns, and what for."""

    table = ChoiceField(
        _l("What do you need rows of?"),
        [Needed(_l("Choose what you need rows of"))],
        options=[("organisations", _l("Organisations")), ("services", _l("Services")), ("locations", _l("Places"))],
        description=_l("Each row has the public columns of its table, and behind them those that you choose."),
    )
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

    def chosen(self) -> tuple[str, str, list[str]]:
        """The valid answers: the table, the purpose, and the names of columns."""
        return answer(self.table), answer(self.purpose), answer(self.columns)


class UploadForm(BaseForm):
    """A file to import."""

    file = FileField(
        _l("Which file?"),
        description=_l("A spreadsheet (.xlsx) or CSV file, at most 10 MB, with names of columns in the first row."),
    )

    def validate_file(self, field: Field) -> None:
        """A file must be chosen."""
        if not field.data:
            raise StopValidation(_("Choose a file"))


class ColumnsForm(BaseForm):
    """What a file's columns are, and whose list it is. ``columns_form`` makes one with a field for each column."""

    names: Sequence[str] = ()
    source = TextField(
        _l("What is this list called?"),
        [Needed(_l("Say what the list is called"))],
        most=LONGEST_SOURCE,
        description=_l(
            "Use the same name for every file of the list: by it, and by its numbers or names, the directory knows "
            "which organisations it has already. People read it on listings."
        ),
    )
    own = ChoiceField(
        _l("Did the organisations give these details for the directory themselves?"),
        [Needed(_l("Say whether the organisations gave these details themselves"))],
        options=[("yes", _l("Yes")), ("no", _l("No, somebody else collected them"))],
        hints={
            "no": _l(
                "Listings then say that the organisation has not confirmed them, and the operator gets a file of those "
                "to tell that they are listed."
            )
        },
    )
    visibility = ChoiceField(
        _l("How may places be shown?"),
        [Needed(_l("Say how places may be shown"))],
        options=[
            ("exact", _l("Exactly")),
            ("approximate", _l("Roughly: as the postcode district, and the middle of its sector")),
            ("hidden", _l("Not at all: only the area served")),
        ],
        hints={
            "exact": _l("Only if none of them is a home, or a place that must be kept secret."),
            "approximate": _l("If some may be somebody's home."),
        },
        description=_l("A column of the file may show a place less than this, never more."),
    )

    def validate_source(self, field: Field) -> None:
        """The invented listings are no list of anybody's."""
        if " ".join((field.data or "").split()).casefold() in OURS:
            raise StopValidation(_("Choose another name: the directory uses this one itself"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it is right; what is wrong with the choice of columns is told at them."""
        right = bool(super().validate(extra_validators))
        faults = faults_of(self._columns())
        for name, target in faults.items():
            field = self[_field(self.names.index(name))] if name else self._first()
            words = TARGETS.get(target, target)
            field.errors = [
                *field.errors,
                _("Another column is this already: choose one of them")
                if name
                else _("Choose which column is this: %(words)s", words=words),
            ]
        return right and not faults

    def _first(self) -> Field:
        return self.column_fields[0]

    def _columns(self) -> dict[str, str]:
        return {name: self[_field(at)].data or "" for at, name in enumerate(self.names) if name}

    @property
    def column_fields(self) -> list[ListField]:
        """The fields of the columns, in the order of the file."""
        return [self[_field(at)] for at, name in enumerate(self.names) if name]

    def chosen(self) -> Chosen:
        """The valid answers."""
        return Chosen(
            columns=self._columns(),
            source=" ".join(str(answer(self.source)).split()),
            own=answer(self.own) == "yes",
            visibility=Visibility(answer(self.visibility)),
        )


def columns_form(
    names: Sequence[str], rows: Iterable[Mapping[str, str]], given: Mapping[str, Any] | None = None
) -> ColumnsForm:
    """The form of a file with columns of these ``names``, of which ``rows`` are the first; filled with ``given``.

    ``given``: as ``Chosen.encoded``; its columns may be a guess.
    """
    shown = list(rows)
    fields = {_field(at): ListField(name, description=_examples(name, shown)) for at, name in enumerate(names) if name}
    kind: type[ColumnsForm] = type("FileForm", (ColumnsForm,), {**fields, "names": tuple(names)})
    begin = dict(given or {})
    columns = begin.pop("columns", {})
    begin |= {_field(at): columns.get(name, "") for at, name in enumerate(names)}
    if "own" in begin:
        begin["own"] = "yes" if begin["own"] else "no"
    form = kind.from_request(**begin)
    for field in form.column_fields:
        field.offer(_target_options())
    return form


def _field(at: int) -> str:
    return f"column_{at}"


def _target_options() -> list[tuple[str, str]]:
    """What a column may become, for a list to open."""
    return [("", _("Leave this column out")), *((target, str(words)) for target, words in TARGETS.items())]


def _examples(name: str, rows: Iterable[Mapping[str, str]]) -> str:
    """The first different values of a column, in a few words; "" for none."""
    found: dict[str, None] = {}
    for row in rows:
        text = seen(" ".join(row.get(name, "").split()))
        if text:
            found[shorten(text, LONGEST_EXAMPLE)] = None
        if len(found) == EXAMPLES:
            break
    return _("For example: %(values)s", values=" · ".join(found)) if found else _("Nothing stands in it")
