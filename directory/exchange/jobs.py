"""What this slice does by itself: it harvests feeds, imports files of staff, and forgets what need not be kept."""

from __future__ import annotations

import gc
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import current_app

from directory.core.errors import Conflict, NotFound
from directory.exchange.queries import feeds as feeds_known
from directory.exchange.queries import uploads as queries
from directory.exchange.rules.uploads import State
from directory.exchange.service import checking, harvest, importing, staff, uploads
from directory.exchange.service.fetching import fetcher_of
from directory.exchange.service.harvest import Work
from directory.exchange.service.importing import Batches, Ready, Tally
from directory.exchange.service.importing import Job as Import
from directory.exchange.service.oruk_terms import view_of
from directory.exchange.service.second import Task, organisations_ahead, processors
from directory.exchange.service.telling import TellFile, tell_file
from directory.infra import clock, garbage
from directory.infra.db import reading, transaction
from directory.infra.jobs import Job
from directory.publishing.service import Surroundings
from directory.publishing.service.dropping import begin_drop, drop_batch, finish_drop
from directory.publishing.service.hours import foreseen
from directory.publishing.service.undo import finish_undo, undo_batch

UNDO_BATCH: Final = 200
NEWER: Final = "Another file of this list came meanwhile, or it was taken back. Look at what the newest one counts."
REHEARSING: Final = partial(transaction, keep=False)
log = logging.getLogger(__name__)


def _around() -> Surroundings:
    around: Surroundings = current_app.extensions["directory"].around
    return around


def _instance() -> Path:
    return Path(current_app.instance_path)


def import_files(now: datetime) -> str:
    """Check, import and take back what staff asked for, one after another. What fails is tried again later."""
    with reading() as session:
        waiting = [(row.id, State(row.state)) for row in queries.at_work(session)]
    failed: list[Exception] = []
    for number, state in waiting:
        try:
            _STEPS[state](number, now)
        except Conflict:
            log.info("another process was quicker", extra={"reason": state.value})
        except Exception as error:  # noqa: BLE001 - one file must not keep the others; it is raised below
            failed.append(error)
    if failed:  # the runner writes down all of them
        raise failed[0] if len(failed) == 1 else ExceptionGroup(f"{len(failed)} files", failed)
    return f"{len(waiting)} files seen to"


def _check(number: UUID, now: datetime) -> None:
    """Say what would come of a file, or why it cannot be read."""
    checking.check_file(number, _instance(), _around(), keeping=transaction, rehearsing=REHEARSING, now=now)


def _import_of(number: UUID, now: datetime) -> Import:
    with reading() as session:
        upload = uploads.of_job(session, number)
        return checking.job_of(upload, _instance(), _around(), now)


def _import(number: UUID, now: datetime) -> None:
    """Publish a file batch by batch. Cut short, it goes on from there; the file goes when all is in."""
    with reading() as session:
        drops = uploads.drops(uploads.of_job(session, number))
    if drops is not None:
        _drop(number, drops)
        return
    try:
        job = _import_of(number, now)
    except NotFound:
        with transaction() as session:
            uploads.moved(session, number, State.DONE, now=clock.now(), fault=checking.GONE)
        return
    with transaction() as session:
        run_id, resumed = importing.start(session, job, now=now)
        uploads.told(session, number, run_id=run_id)
    place = job.around.place.slug
    to_tell = TellFile(tell_file(_instance(), place, run_id), resumed=resumed) if job.mapping.tell else None
    tally, batches = Tally(), Batches()
    with reading() as session:
        task = Task(job, foreseen(session, job.around, now), now)
    with garbage.looked_for_by_hand(), organisations_ahead(task, tally, processors=processors()) as stream:
        for batch in batches.cut(stream):
            added = _publish(number, run_id, batch, job, tally, batches)
            if to_tell:
                to_tell.add(batch, added)
            gc.collect()
    with transaction() as session:
        importing.close(session, run_id, job, tally, now=clock.now())
        counts = {**checking.counted(tally), "gone": tally.gone}
        uploads.moved(session, number, State.DONE, now=clock.now(), counts=counts, opened={}, chosen={})
    uploads.remove(_instance(), number)


def _publish(
    number: UUID, run_id: int, batch: list[Ready], job: Import, tally: Tally, batches: Batches
) -> frozenset[UUID]:
    with transaction() as session:
        began = time.monotonic()
        added = importing.step(session, run_id, batch, job, tally, now=clock.now())
        uploads.told(session, number, done=tally.counts["rows"])
        batches.took(time.monotonic() - began)
    return added


def _drop(number: UUID, run_id: int) -> None:
    """Take out what an import found gone, batch by batch. Cut short, it goes on from there.

    When a newer file of the source comes meanwhile, what is left to take out is left: that one knows better.
    """
    into, removed, left, fault = None, 0, 0, ""
    after: str | None = ""
    try:
        with transaction() as session:
            into = begin_drop(session, run_id, now=clock.now())
            uploads.told(session, number, run_id=into)
        while after is not None:
            with transaction() as session:
                done, after = drop_batch(
                    session, run_id, into, after=after, limit=UNDO_BATCH, around=_around(), now=clock.now()
                )
                removed, left = removed + done.removed, left + len(done.left)
                uploads.told(session, number, done=removed)
    except Conflict:
        fault = NEWER
    with transaction() as session:
        counts = finish_drop(session, into, left=left, now=clock.now()) if into else {"removed": 0, "left": 0}
        uploads.moved(session, number, State.DONE, now=clock.now(), counts=counts, fault=fault)


def _undo(number: UUID, _now: datetime) -> None:
    """Take an import back batch by batch; one that the command took back meanwhile is taken back."""
    with reading() as session:
        run_id = uploads.of_job(session, number).run_id
    counts: Counter[str] = Counter(removed=0, restored=0, left=0)
    if run_id is not None:
        with suppress(Conflict):
            _undo_run(number, run_id, counts)
        tell_file(_instance(), _around().place.slug, run_id).unlink(missing_ok=True)
    with transaction() as session:
        uploads.moved(session, number, State.UNDONE, now=clock.now(), counts=dict(counts))


def _undo_run(number: UUID, run_id: int, counts: Counter[str]) -> None:
    after: UUID | None = None
    while True:
        with transaction() as session:
            done, after = undo_batch(session, run_id, after=after, limit=UNDO_BATCH, around=_around(), now=clock.now())
            counts.update(removed=done.removed, restored=done.restored, left=len(done.left))
            uploads.told(session, number, done=counts.total())
        if after is None:
            break
    with transaction() as session:
        finish_undo(session, run_id, now=clock.now())


_STEPS: Final[dict[State, Callable[[UUID, datetime], None]]] = {
    State.CHECKING: _check,
    State.IMPORTING: _import,
    State.UNDOING: _undo,
}


def forget_uploads(now: datetime) -> str:
    """Delete files that nobody imported for a week, and those that nobody knows."""
    with transaction() as session:
        gone = uploads.forget_old(session, now)
    for number in gone:
        uploads.remove(_instance(), number)
    with reading() as session:
        strays = uploads.strays(session, _instance(), now)
    for path in strays:
        path.unlink(missing_ok=True)
    return f"{len(gone)} files that staff sent forgotten, {len(strays)} strays deleted"


def forget_extracts(now: datetime) -> str:
    """Delete what was remembered of staff's extracts for two years."""
    with transaction() as session:
        gone = staff.forget_old(session, now)
    return f"{gone} old extracts of staff forgotten"


def harvest_feeds(now: datetime) -> str:
    """Harvest the feeds whose time has come, one after another, each for ten minutes at most: it goes on next time."""
    here = current_app.extensions["directory"]
    with reading() as session:
        names = feeds_known.due(session, now)
    get = fetcher_of(here.settings).get
    said = []
    for name in names:
        work = Work(transaction=transaction, get=get, around=here.around, view=view_of(here), began=now)
        done = harvest.harvest(name, work)
        # What a server sent may stand in the reason, which `directory feeds list` shows: a log is not the place for it.
        said.append(f"{name}: {'stopped' if done.failed else done.result}")
    return "; ".join(said) or "no feed is due"


def files_wait(_now: datetime) -> bool:
    """Whether staff wait for a file."""
    with reading() as session:
        return bool(queries.at_work(session))


JOBS: Final = (
    Job("forget-extracts", timedelta(days=1), forget_extracts),
    Job("harvest-feeds", timedelta(minutes=10), harvest_feeds, lane="feeds"),
    Job("import-files", timedelta(seconds=8), import_files, lane="imports", waits=files_wait),
    Job("forget-uploads", timedelta(hours=1), forget_uploads),
)
