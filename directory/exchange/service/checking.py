"""A file that was sent, tried and imported: the same steps as ``directory import csv``, told to whoever looks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from directory.core.errors import Invalid, NotFound
from directory.core.text import Named
from directory.exchange.models import Upload
from directory.exchange.rules.cells import Outcome, seen
from directory.exchange.rules.derive import Deriver
from directory.exchange.rules.uploads import Chosen, State
from directory.exchange.service import importing, uploads
from directory.exchange.service.importing import Batches, Job, Tally, Transactions
from directory.listings.rules.record import Record
from directory.publishing.service import Surroundings

MOST_PROBLEMS: Final = 10_000  # of the list that can be taken; more are counted
LONGEST_VALUE: Final = 200  # characters of a cell in it
GONE: Final = "The file is not here any more. Send it again."
BROKEN: Final = "It could not be read to its end. The log of the directory says why."
Report = Mapping[str, Any]


def job_of(upload: Upload, instance: Path, around: Surroundings, now: datetime) -> Job:
    """How a file is to be imported. Raises NotFound when its rows are gone, and Invalid."""
    opened = uploads.opened_of(upload, instance)
    mapping = Chosen.decoded(upload.chosen).mapping(opened.columns)
    named, whole = Named.of(around.place.names), around.place.name
    deriver = Deriver(mapping, around.terms, now=now, places=named, place=whole)
    return Job(opened=opened, mapping=mapping, deriver=deriver, around=around, called=upload.file_name)


def check(job: Job, rehearsing: Transactions, now: datetime, read: Callable[[int], None] = lambda _: None) -> Tally:
    """Do everything and keep nothing: ``rehearsing`` gives transactions that are never committed.

    ``read`` is told now and then how many rows were read. Raises Invalid when the file cannot be read to its end.
    """
    tally, batches = Tally(shown=MOST_PROBLEMS), Batches()
    for batch in batches.cut(importing.organisations(job, tally)):
        with rehearsing() as session:
            began = time.monotonic()
            run_id, _ = importing.start(session, job, now=now)
            importing.step(session, run_id, batch, job, tally, now=now)
            batches.took(time.monotonic() - began)
        read(tally.counts["rows"])
    return tally


def check_file(
    number: UUID,
    instance: Path,
    around: Surroundings,
    *,
    keeping: Transactions,
    rehearsing: Transactions,
    now: datetime,
) -> None:
    """Check a file and keep what was found; one that cannot be read goes back, with the reason.

    ``keeping`` gives transactions that are committed, ``rehearsing`` such as are not. Raises Conflict when somebody
    else was quicker.
    """

    def read(count: int) -> None:
        with keeping() as session:
            uploads.told(session, number, done=count)

    def back(fault: str) -> None:
        with keeping() as session:
            uploads.moved(session, number, State.COLUMNS, now=now, fault=fault)

    try:
        with rehearsing() as session:
            job = job_of(uploads.of_job(session, number), instance, around, now)
        tally = check(job, rehearsing, now, read)
    except Invalid as error:
        back(f"{error.field}: {error.wanted}")
    except NotFound:
        back(GONE)
    except Exception:
        back(BROKEN)  # else it would be tried for ever
        raise
    else:
        write_report(instance, number, tally)
        with keeping() as session:
            uploads.moved(session, number, State.CHECKED, now=now, counts=counted(tally))


def write_report(instance: Path, number: UUID, tally: Tally) -> None:
    """Keep what a check found beside the file: it says what stands in cells, which are not public."""
    report = {
        "problems": [
            {
                "row": problem.row,
                "column": seen(problem.column),
                "value": seen(problem.value[:LONGEST_VALUE]),
                "remedy": problem.remedy,
                "outcome": problem.outcome,
            }
            for problem in tally.problems
        ],
        "left_out": tally.left_out.most_common(),
        "edited": tally.edited,
        "sample": [_sampled(record) for record in tally.sample],
    }
    with uploads.private(uploads.report_file(instance, number)) as file:
        file.write(json.dumps(report, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def read_report(instance: Path, number: UUID) -> Report | None:
    """What ``write_report`` kept: problems, left_out, edited, sample; None when it is gone."""
    try:
        text = uploads.report_file(instance, number).read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    found: Report = json.loads(text)
    for problem in found["problems"]:  # one that was kept by a version that knew of two outcomes
        problem.setdefault("outcome", Outcome.SKIPPED if problem.get("fatal") else Outcome.LEFT_OUT)
    return found


def _sampled(record: Record) -> dict[str, Any]:
    """A listing as it would be, in a few words."""
    return {
        "name": record.name,
        "kind": record.kind,
        "services": [{"name": service.name, "needs": list(service.needs)} for service in record.services],
        "places": [
            {
                "where": _where(place.name, [line for one in place.addresses for line in one.lines()]),
                "shown": place.visibility,
            }
            for place in record.locations
        ],
    }


def _where(name: str, lines: Sequence[str]) -> str:
    return ", ".join(filter(None, (name, *lines)))


def counted(tally: Tally) -> dict[str, int]:
    """The counts of a check or an import."""
    return {name: number for name, number in tally.counts.items() if number}
