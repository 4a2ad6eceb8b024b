"""A search as the text of a file, from one snapshot: every match, in batches that stay small in memory.

The rows stand in the order of the index, whatever the search sorts by: an organisation's offerings together, the
organisations that are best kept up first. So two files of the same data are the same, and none has to be sorted. Rows
are stored as they stand in the file; a file of everything is a copy of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.orm import Session

from directory.exchange.rules.lines import Ending
from directory.infra.db import Reader
from directory.publishing import queries as publishing
from directory.search.service import Index, Query

BATCH = 500  # rows whose texts are in memory at once


def rows(
    session: Session | Reader, query: Query, *, index: Index, form: publishing.Form, ending: Ending
) -> Iterator[list[str]]:
    """Batches of rows as text in ``form``, none empty."""
    if query.is_everything and query.here is None and not query.nothing:
        before, after = ending.before_slug, ending.after_slug
        for batch in publishing.every_line(session, form, at_once=BATCH):
            yield [f"{text}{before}{slug}{after}" for slug, text in batch]
        return
    found = index.matches(session, query)
    while some := list(islice(found, BATCH)):
        lines = publishing.lines_at(session, form, [match.number for match in some])
        made = [ending.whole(*line, match.distance_m) for match in some if (line := lines.get(match.number))]
        if made:
            yield made


def rows_of(session: Session | Reader, organization_ids: Sequence[int], *, ending: Ending) -> list[str]:
    """Every line of some organisations (a few dozen) for a CSV file, in their order. One statement, none for none."""
    lines = publishing.lines_of(session, "csv", organization_ids) if organization_ids else {}
    order = {number: at for at, number in enumerate(organization_ids)}
    ordered = sorted(lines.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    return [ending.whole(slug, text, None) for _key, (slug, text) in ordered]
