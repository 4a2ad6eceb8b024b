"""Imports in the browser: a file is sent, its columns are chosen, it is checked, imported, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Response, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.core.errors import Conflict, Invalid, NotFound
from directory.exchange.forms import ACCEPTED, UploadForm, columns_form
from directory.exchange.queries import uploads as queries
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules import problems_text
from directory.exchange.rules.guess import guessed
from directory.exchange.rules.uploads import WORK, State
from directory.exchange.service import checking, uploads
from directory.exchange.service.mappings import load_mapping
from directory.exchange.service.reading import Opened, rows
from directory.exchange.views import uploads as views
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.publishing import queries as publishing
from directory.publishing.service import imports as imports_of
from directory.publishing.service.dropping import gone_listings, gone_now
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.forms import BaseForm
from directory.web.limits import takes_files
from directory.web.people import acting
from directory.web.words import gettext as _
from directory.web.words import moment

LOOKED_AT: Final = 50  # rows that the guess and the examples are made of
AT_ONCE: Final = 200_000  # bytes of rows that are checked while somebody waits: a second or two
FORM_BYTES: Final = 64 * 1024  # beside the file


def _here() -> Any:
    return current_app.extensions["directory"]


def _instance() -> Path:
    return Path(current_app.instance_path)


def _page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for staff, which nobody keeps."""
    when = partial(moment, zone=_here().place.time_zone)
    shown = render_template(f"exchange/{template}.html", when=when, **values)
    answer = make_response(shown, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/moderate/imports")
@open_to(Who.MODERATOR)
def imports() -> ResponseReturnValue:
    """Send a file; files that are on the way; what was imported."""
    return _imports(UploadForm())


def _imports(form: UploadForm) -> ResponseReturnValue:
    with reading() as session:
        waiting = queries.on_the_way(session)
        runs = publishing.import_runs(session)
        files = queries.by_run(session, [run.id for run in runs])
        gone = gone_now(session, runs)
    return _page(
        "imports",
        status=400 if form.errors else 200,
        form=form,
        accepted=ACCEPTED,
        waiting=waiting,
        runs=runs,
        files=files,
        gone=gone,
        state_of=views.state_of,
        ended=views.ended,
        me=acting().person_id,
    )


@bp.post("/moderate/imports")
@open_to(Who.MODERATOR)
@takes_files(uploads.MOST_BYTES + FORM_BYTES)
def send_import() -> ResponseReturnValue:
    """Take a file in; on success its columns are chosen next."""
    form = UploadForm()
    if not form.submitted_and_valid():
        return _imports(form)
    sent = form.file.data
    try:
        received = uploads.receive(_instance(), sent.stream, sent.filename or "")
    except Invalid as error:
        form.file.errors = [*form.file.errors, said(error)]
        return _imports(form)
    with transaction() as session:
        uploads.remember(session, received, acting=acting(), now=clock.now())
    return redirect(address("exchange.import_columns", number=received.id), code=303)


def said(error: Invalid) -> str:
    """What is wrong with a file, and what would do."""
    if error.field == "file":
        return _("This file cannot be used. What can: %(wanted)s", wanted=error.wanted)
    return _("This file cannot be used (%(where)s). What can: %(wanted)s", where=error.field, wanted=error.wanted)


@bp.route("/moderate/imports/<uuid:number>/columns", methods=["GET", "POST"])
@open_to(Who.MODERATOR)
def import_columns(number: UUID) -> ResponseReturnValue:
    """Say what the columns of a file are; a guess is made. A small file is checked at once."""
    with reading() as session:
        upload = uploads.found(session, number, acting=acting(), own=True)
    if upload.state not in {State.COLUMNS, State.CHECKED}:
        return _to(number)
    opened = uploads.opened_of(upload, _instance())
    first = list(_first(opened))
    given = upload.chosen or {"columns": guessed(opened.columns, first, _template())}
    form = columns_form(opened.columns, first, given)
    if not form.submitted_and_valid():
        return _page("columns", status=400 if form.errors else 200, form=form, upload=upload, opened=opened)
    try:
        with transaction() as session:
            uploads.choose(session, number, form.chosen(), acting=acting(), now=clock.now())
        if opened.path.stat().st_size <= AT_ONCE:
            checking.check_file(
                number,
                _instance(),
                _here().around,
                keeping=transaction,
                rehearsing=partial(transaction, keep=False),
                now=clock.now(),
            )
    except Conflict:  # it was sent twice, or the job was quicker
        return _to(number)
    return _to(number)


def _template() -> dict[str, str]:
    return {column.name: column.becomes for column in load_mapping("template").columns}


def _first(opened: Opened) -> Iterator[dict[str, str]]:
    """The first rows; those before the one that cannot be read, if there is one: the check tells of it."""
    try:
        yield from (row for _number, row in islice(rows(opened), LOOKED_AT))
    except Invalid:
        return


def _to(number: UUID) -> ResponseReturnValue:
    return redirect(address("exchange.import_file", number=number), code=303)


@bp.get("/moderate/imports/<uuid:number>")
@open_to(Who.MODERATOR)
def import_file(number: UUID) -> ResponseReturnValue:
    """How far a file is: at work, checked with what would come of it, imported, taken back.

    What stands in its cells is for who sent it alone.
    """
    with reading() as session:
        upload = uploads.found(session, number, acting=acting())
    own = upload.person_id == acting().person_id
    if upload.state == State.COLUMNS and own:
        return redirect(address("exchange.import_columns", number=number), code=303)
    report = checking.read_report(_instance(), number) if own and upload.state == State.CHECKED else None
    return _page(
        "import_file",
        upload=upload,
        own=own,
        report=report,
        sample=views.sampled(report["sample"], _here().terms) if report else [],
        shown=views.SHOWN_PROBLEMS,
        outcomes=views.OUTCOMES,
        counts=views.counted(upload.counts),
        progress=views.progress(upload.done, upload.counts),
        at_work=upload.state in WORK,
        state=views.state_of(upload),
        drops=uploads.drops(upload) is not None,
        form=BaseForm(),
    )


@bp.route("/moderate/imports/<int:run>/gone", methods=["GET", "POST"])
@open_to(Who.MODERATOR)
def import_gone(run: int) -> ResponseReturnValue:
    """What an import found gone from its source, by name; on success it is taken out. Raises NotFound and Conflict."""
    form = BaseForm()
    pressed = form.submitted_and_valid()
    with (transaction if pressed else reading)() as session:
        found = gone_listings(session, run, limit=views.SHOWN_GONE)
        stale = pressed and request.form.get("seen") != str(found.going)
        if pressed and not stale and found.going:
            number = uploads.take_out(session, run, found.going, acting=acting(), now=clock.now())
            return _to(number)
        facts = imports_of.run(session, run)
        shown = {"number": run, "file_name": facts.file_name, "source": facts.source_name}
    much = (found.going + found.stay) * views.MUCH > found.of
    return _page("gone", status=409 if stale else 200, form=form, gone=found, much=much, stale=stale, **shown)


@bp.get("/moderate/imports/<uuid:number>/problems.csv")
@open_to(Who.MODERATOR)
def import_problems(number: UUID) -> ResponseReturnValue:
    """The problems of a checked file, for whoever mends it. Raises NotFound."""
    with reading() as session:
        upload = uploads.found(session, number, acting=acting(), own=True)
    report = checking.read_report(_instance(), number) if upload.state == State.CHECKED else None
    if report is None:
        raise NotFound(str(number))
    answer = Response(problems_text.table(report["problems"]), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="problems.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/moderate/imports/<uuid:number>/go")
@open_to(Who.MODERATOR)
def import_go(number: UUID) -> ResponseReturnValue:
    """Import what was checked."""
    return _pressed(number, uploads.go)


@bp.post("/moderate/imports/<uuid:number>/undo")
@open_to(Who.MODERATOR)
def import_undo(number: UUID) -> ResponseReturnValue:
    """Take an import back."""
    return _pressed(number, uploads.undo)


def _pressed(number: UUID, what: Any) -> ResponseReturnValue:
    if BaseForm().submitted_and_valid():
        try:
            with transaction() as session:
                what(session, number, acting=acting(), now=clock.now())
        except Conflict:  # somebody pressed it before: the page says how far it is
            return _to(number)
    return _to(number)


@bp.post("/moderate/imports/<uuid:number>/drop")
@open_to(Who.MODERATOR)
def import_drop(number: UUID) -> ResponseReturnValue:
    """Forget a file that is not wanted any more."""
    if BaseForm().submitted_and_valid():
        try:
            with transaction() as session:
                uploads.drop(session, number, acting=acting())
        except Conflict:
            return _to(number)
        uploads.remove(_instance(), number)
    return redirect(address("exchange.imports"), code=303)
