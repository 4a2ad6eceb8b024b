"""The template to fill in and import: as a workbook with lists to choose from, and as a line of CSV."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from flask import Response, current_app

from directory.exchange.routes.answers import CSV
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules.csv_text import BOM, cell
from directory.exchange.rules.package import WORKBOOK
from directory.exchange.service.mappings import load_mapping
from directory.exchange.service.spool import turn, written
from directory.exchange.service.template_book import write_template
from directory.web.access import Who, open_to
from directory.web.words import gettext as _

NAME: Final = "template"


@bp.get("/data/template.xlsx")
@open_to(Who.ANYONE)
def template_book() -> Response:
    """The template as a workbook."""
    here: Any = current_app.extensions["directory"]
    columns = load_mapping(NAME).columns
    title = _("Community Directory of %(place)s", place=here.place.called)
    with turn():
        made = written(partial(write_template, columns=columns, terms=here.terms, title=title))
    answer = Response(made.body(), content_type=WORKBOOK)
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.place.slug}-template.xlsx"'
    return answer


@bp.get("/data/template.csv")
@open_to(Who.ANYONE)
def template_csv() -> Response:
    """The template as CSV: the names of its columns."""
    here: Any = current_app.extensions["directory"]
    names = (cell(column.name, is_text=True) for column in load_mapping(NAME).columns)
    answer = Response(BOM + ",".join(names) + "\r\n", content_type=CSV)
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.place.slug}-template.csv"'
    return answer
