"""The template to fill in, as a workbook with lists to choose from, made of the columns of its mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import IO, Any, Final

from directory.exchange.rules.cells import LONGEST_CELL
from directory.exchange.rules.mapping import TARGETS, Column
from directory.listings.rules.record import Visibility
from directory.listings.rules.taxonomy import Terms

ROWS: Final = 2_000  # that have lists to choose from
SHEET: Final = "listings"
LISTS: Final = "lists"
# Cells in which several stand between semicolons: a list offers the first, and lets others be typed.
SEVERAL: Final = frozenset({"needs", "audiences", "how", "languages", "access"})
WIDE: Final = frozenset({"description", "service_description", "hours", "eligibility", "name"})
ABOUT: Final[Mapping[str, str]] = {
    "One row": (
        "for each service at each place. Rows that follow one another with the same id, or without ids the same name, "
        "are one organisation: what is said of it stands in the first of them."
    ),
    "Only the name": "must be there. Leave empty what you do not know.",
    "Several values": "in a cell stand between semicolons: food; company.",
    "A home, or secret": "Say approximate or hidden under “show the place”, and fill “area served”.",
}


def choices(terms: Terms) -> dict[str, list[str]]:
    """What the cells of a column may say, for those columns that have a list."""
    return {
        "kind": _names(terms.kinds),
        "needs": _names(terms.needs),
        "audiences": _names(terms.audiences),
        "how": _names(terms.hows),
        "languages": _names(terms.languages),
        "access": _names(terms.access),
        "free": ["yes", "no"],
        "visibility": [each.value for each in Visibility],
    }


def _names(terms: Mapping[str, Any]) -> list[str]:
    return [term.name for term in terms.values()]


def write_template(file: IO[bytes], columns: Sequence[Column], terms: Terms, *, title: str) -> None:
    """The workbook: the sheet to fill in first, then how, then the lists that it offers."""
    import xlsxwriter

    with closing(xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})) as book:
        book.set_properties({"title": title})
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})  # a phone number keeps its zero
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet: Any = book.add_worksheet(SHEET)
        guide: Any = book.add_worksheet("how")
        lists: Any = book.add_worksheet(LISTS)
        sheet.freeze_panes(1, 2)
        offered = choices(terms)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 40 if column.becomes in WIDE else 18, text)
            sheet.write_string(0, at, column.name, head)
            sheet.write_comment(0, at, TARGETS[column.becomes])
            if words := offered.get(column.becomes):
                lists.write_column(0, at, [column.name, *words])
                _offer(sheet, at, len(words), column.becomes)
            else:
                _limit(sheet, at)
        lists.set_column(0, len(columns), 24)
        guide.set_column(0, 0, 22)
        guide.set_column(1, 1, 90, wrap)
        for at, (name, said) in enumerate(_guide(columns)):
            guide.write_string(at, 0, name, head)
            guide.write_string(at, 1, said, wrap)


def _offer(sheet: Any, at: int, count: int, target: str) -> None:
    """Let the cells of a column be chosen from its list."""
    letters = _letters(at)
    several = target in SEVERAL
    sheet.data_validation(
        1,
        at,
        ROWS,
        at,
        {
            "validate": "list",
            "source": f"={LISTS}!${letters}$2:${letters}${count + 1}",
            "error_type": "information" if several else "stop",
            "error_title": "Not in the list",
            "error_message": "Several stand between semicolons." if several else "Choose one from the list.",
            "show_error": not several,
        },
    )


def _limit(sheet: Any, at: int) -> None:
    sheet.data_validation(
        1,
        at,
        ROWS,
        at,
        {
            "validate": "length",
            "criteria": "<=",
            "value": LONGEST_CELL,
            "error_message": f"At most {LONGEST_CELL:,} characters.",
        },
    )


def _letters(at: int) -> str:
    import xlsxwriter

    return str(xlsxwriter.utility.xl_col_to_name(at))


def _guide(columns: Sequence[Column]) -> list[tuple[str, str]]:
    return [*ABOUT.items(), *((column.name, TARGETS[column.becomes]) for column in columns)]
