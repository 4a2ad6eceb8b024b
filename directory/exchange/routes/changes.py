"""What changed, for whoever keeps a copy: a file with a cursor, and a feed."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from directory.exchange.routes.answers import CSV, Asked, file_address, text_file
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules import csv_text
from directory.exchange.rules.feed import atom
from directory.exchange.rules.since import read_since
from directory.exchange.rules.tables import CHANGES
from directory.exchange.service.changes import change_lines, newest
from directory.web.access import Who, open_to
from directory.web.errors import problem
from directory.web.words import gettext as _


class _NoSuchChange(Exception):
    """Somebody has seen a change with a number that is not given yet."""


@bp.get("/data/changes.csv")
@open_to(Who.ANYONE)
def changes_csv() -> Response:
    """Every change since ``since``, in the order of their numbers without a gap; the header Link says how to go on.

    Raises Invalid.
    """
    since = read_since(request.args.get("since", ""))
    reached: list[str] = []

    def text(asked: Asked) -> Iterator[str]:
        if isinstance(since, int) and since > asked.about.version:
            raise _NoSuchChange
        reached.append(file_address(asked.about, "changes.csv", since=str(asked.about.version)))
        yield csv_text.header(CHANGES.columns)
        index, query = asked.here.index, asked.what.query
        yield from change_lines(asked.session, query, since, index=index, url_of=asked.url_of)

    try:
        answer = text_file("changes", "csv", CSV, text)
    except _NoSuchChange:  # a database that was put back would give the numbers in between to other changes
        return problem(409, _("No change has the number in “since” yet. Begin again without it."))
    for following in reached:
        answer.headers.add("Link", f'<{following}>; rel="next"')
    return answer


@bp.get("/data/feed.atom")
@open_to(Who.ANYONE)
def feed() -> Response:
    """The listings of a search that are new or changed last. Raises Invalid."""

    def text(asked: Asked) -> Iterator[str]:
        entries = newest(asked.session, asked.what.query, index=asked.here.index)
        here = file_address(asked.about, "feed.atom")
        yield atom(asked.about, entries, here=here, url_of=asked.url_of).decode()

    answer = text_file("feed", "atom", "application/atom+xml; charset=utf-8", text)
    del answer.headers["Content-Disposition"]  # readers of feeds open it where it is
    return answer
