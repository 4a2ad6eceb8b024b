"""``directory import``: files in, what was in them, and the way back."""

from __future__ import annotations

import gc
import time
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from uuid import UUID

import click
from flask import current_app

from directory.core.text import Named
from directory.exchange.rules.derive import Deriver
from directory.exchange.service import foreign
from directory.exchange.service import importing as service
from directory.exchange.service.mappings import check_columns, load_mapping, shipped
from directory.exchange.service.reading import recognise
from directory.exchange.service.second import Task, organisations_ahead, processors
from directory.exchange.service.telling import TellFile, tell_file
from directory.infra import clock, garbage
from directory.infra.cli.session import with_app
from directory.infra.db import reading, transaction, will_write_much
from directory.listings.rules.record import Record, Visibility
from directory.publishing import queries as publishing
from directory.publishing.service import Surroundings
from directory.publishing.service.dropping import begin_drop, drop_batch, dropped, finish_drop
from directory.publishing.service.hours import foreseen
from directory.publishing.service.undo import finish_undo, undo_batch

UNDO_BATCH = 200
COLLECTED = 5  # batches between two looks for garbage
IN_ALL = "These are the counts of the whole import, with what it did before it was cut short."
_ONE = {  # what is counted, when it is one
    "rows": "row",
    "organisations": "organisation",
    "services": "service",
    "locations": "location",
    "problems": "problem",
    "faults": "fault",
    "postcodes to look at": "postcode to look at",
}
_SHOWN = {
    Visibility.EXACT: "shown exactly",
    Visibility.APPROXIMATE: "shown as its postcode district and the middle of its sector",
    Visibility.HIDDEN: "never shown",
}


@click.group("import")
def importing() -> None:
    """Import listings from a file; undo an import."""


def _around() -> Surroundings:
    around: Surroundings = current_app.extensions["directory"].around
    return around


@importing.command("csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_name", required=True, help="A mapping's name, or the path of a TOML file.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--strict", is_flag=True, help="Import nothing unless nothing is to be said of any row.")
@click.option("--limit", type=click.IntRange(min=1), help="Most organisations to read.")
@click.option(
    "--visibility",
    type=click.Choice(["exact", "approximate"]),
    help="Show places so, whatever the mapping says.",
)
@click.option("--outside-place", is_flag=True, help="Also organisations that are not in this place.")
@with_app
def import_csv(
    file: Path,
    mapping_name: str,
    dry_run: bool,
    strict: bool,
    limit: int | None,
    visibility: str | None,
    outside_place: bool,
) -> None:
    """Import organisations from FILE (CSV, tab-separated or JSON)."""
    job = _job(file, mapping_name, limit=limit, visibility=visibility, outside_place=outside_place)
    if strict:
        _require_clean(job)
    tally = service.Tally()
    started = time.monotonic()
    run_id = _import(job, tally, dry_run=dry_run)
    _report(tally, dry_run=dry_run, run_id=run_id, seconds=time.monotonic() - started)
    raise SystemExit(1 if tally.counts["skipped"] else 0)


def _job(
    file: Path, mapping_name: str, *, limit: int | None, visibility: str | None, outside_place: bool
) -> service.Job:
    mapping = load_mapping(mapping_name)
    opened = recognise(file)
    click.echo(str(opened))
    unknown = check_columns(mapping, opened.columns)
    if unknown:
        click.echo(f"Columns that the mapping does not name, and that are left out: {', '.join(unknown)}")
    around = _around()
    chosen = Visibility(visibility) if visibility else None
    named, whole = Named.of(around.place.names), around.place.name
    deriver = Deriver(mapping, around.terms, visibility=chosen, now=clock.now(), places=named, place=whole)
    return service.Job(
        opened=opened,
        mapping=mapping,
        deriver=deriver,
        around=around,
        outside_place=outside_place,
        limit=limit,
    )


def _require_clean(job: service.Job) -> None:
    """Read the whole file; stop with every problem if there is one, be it only a postcode. Nothing was written."""
    tally = service.Tally()
    for _ in service.organisations(job, tally):
        pass
    if found := tally.counts["problems"]:
        _say_problems(tally)
        raise click.ClickException(f"{_many(found, 'problem')}, so nothing was imported (--strict).")


def _import(job: service.Job, tally: service.Tally, *, dry_run: bool) -> int:
    now = clock.now()
    will_write_much()
    run_id, tally.resumed = (0, False) if dry_run else _start(job, now)
    to_tell = TellFile(_tell_file(run_id), resumed=tally.resumed) if job.mapping.tell and not dry_run else None
    batches = service.Batches()
    with (
        garbage.looked_for_by_hand(),
        organisations_ahead(_task(job, now), tally, processors=processors()) as stream,
        click.progressbar(length=job.opened.path.stat().st_size, label="Importing") as bar,
    ):
        for number, batch in enumerate(batches.cut(stream), start=1):
            added = _publish(job, run_id, batch, tally, batches, dry_run=dry_run, now=now)
            if to_tell:
                to_tell.add(batch, added)
            bar.update(_read_bytes(job, tally) - bar.pos)
            if number % COLLECTED == 0:
                gc.collect()
    if not dry_run:
        with transaction() as session:
            service.close(session, run_id, job, tally, now=clock.now())
    if to_tell and to_tell.path.is_file():
        click.echo(f"Organisations to tell that they are listed: {to_tell.path}")
    return run_id


def _task(job: service.Job, now: datetime) -> Task:
    with reading() as session:
        return Task(job, foreseen(session, job.around, now), now)


def _start(job: service.Job, now: datetime) -> tuple[int, bool]:
    with transaction() as session:
        run_id, resumed = service.start(session, job, now=now)
    if resumed:
        click.echo(f"Going on with import {run_id}, which was cut short.")
    return run_id, resumed


def _tell_file(run_id: int) -> Path:
    return tell_file(Path(current_app.instance_path), _around().place.slug, run_id)


def _publish(
    job: service.Job,
    run_id: int,
    batch: list[service.Ready],
    tally: service.Tally,
    batches: service.Batches,
    *,
    dry_run: bool,
    now: datetime,
) -> frozenset[UUID]:
    with transaction(keep=not dry_run) as session:
        began = time.monotonic()
        if dry_run:  # a run that goes with the transaction
            run_id, tally.resumed = service.start(session, job, now=now)
        added = service.step(session, run_id, batch, job, tally, now=now)
        batches.took(time.monotonic() - began)  # what the size of the batch decides: the log is shortened after some
    return added


def _read_bytes(job: service.Job, tally: service.Tally) -> int:
    """About how far the file has been read: rows so far, at the length that the first ones have."""
    size = job.opened.path.stat().st_size
    return min(size, tally.counts["rows"] * job.opened.row_bytes)


def _report(tally: service.Tally, *, dry_run: bool, run_id: int, seconds: float) -> None:
    counts = tally.counts
    _say_problems(tally)
    for reason, number in tally.left_out.most_common():
        click.echo(f"{_many(number, 'row')} left out: {reason}")
    for uuid in tally.edited:
        click.echo(f"left as it is, edited here since the last import: {uuid}")
    would = "would be " if dry_run else ""
    gone = "" if dry_run else f"{tally.gone:,} gone from the source, "  # known at the end of a real run alone
    click.echo(
        f"{_many(counts['rows'], 'row')}, {_many(counts['organisations'], 'organisation')}: "
        f"{counts['new']:,} {would}new, "
        f"{counts['changed']:,} {would}changed, {counts['same']:,} same, "
        f"{counts['edited since']:,} left as edited here, "
        f"{_many(counts['skipped'], 'row')} skipped, {gone}"
        f"{_many(counts['postcodes to look at'], 'postcode')} to look at, "
        f"{counts['without a point']:,} without a place on the map"
    )
    if tally.resumed:
        click.echo(IN_ALL)
    if dry_run:
        for record in tally.sample:
            click.echo(_readable(record))
        click.echo("Nothing was stored (--dry-run).")
        return
    rate = counts["organisations"] / seconds if seconds else 0
    click.echo(
        f"Import {run_id}: {seconds:.1f} s, {rate:,.0f} organisations a second. Undo: directory import undo {run_id}"
    )


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _say_problems(tally: service.Tally) -> None:
    for problem in tally.problems:
        click.echo(str(problem))
    more = tally.counts["problems"] - len(tally.problems)
    if more > 0:
        click.echo(f"... and {_many(more, 'more problem')}")


def _readable(record: Record) -> str:
    lines = [f"\n{record.name} ({record.kind})"]
    if record.description:
        lines.append(f"  {shorten(record.description, 200, placeholder='…')}")
    lines += [f"  offers {item.name}: {', '.join(item.needs) or 'no need given'}" for item in record.services]
    for place in record.locations:
        where = ", ".join(line for address in place.addresses for line in address.lines())
        named = ", ".join(filter(None, (place.name, where))) or "a point without an address"
        lines.append(f"  at {named} ({_SHOWN[place.visibility]})")
    return "\n".join(lines)


@importing.command("list")
@with_app
def list_runs() -> None:
    """List the last imports."""
    with reading() as session:
        for run in publishing.import_runs(session):
            counted = ((number, _ONE.get(name, name) if number == 1 else name) for name, number in run.counts.items())
            counts = ", ".join(f"{number:,} {name}" for number, name in counted if number)
            click.echo(
                f"{run.id}  {run.started_at:%Y-%m-%d %H:%M}  {run.state}  {run.file_name}  {run.mapping}  {counts}"
            )


@importing.command("mappings")
def list_mappings() -> None:
    """List the mappings that come with the directory."""
    for name in shipped():
        click.echo(f"{name}  {load_mapping(name).title}")


@importing.command("undo")
@click.argument("number", type=int)
@with_app
def undo(number: int) -> None:
    """Take import NUMBER back whole; records edited since are left and listed."""
    around = _around()
    removed = restored = 0
    left: list[UUID] = []
    after: UUID | None = None
    while True:
        with transaction() as session:
            done, after = undo_batch(session, number, after=after, limit=UNDO_BATCH, around=around, now=clock.now())
        removed, restored = removed + done.removed, restored + done.restored
        left += done.left
        if after is None:
            break
    with transaction() as session:
        finish_undo(session, number, now=clock.now())
        foreign.forget(session, number)
    _tell_file(number).unlink(missing_ok=True)  # nobody of it is listed by this import any more
    for uuid in left:
        click.echo(f"left as it is, edited since: {uuid}")
    click.echo(
        f"Import {number} undone: {removed:,} removed, {restored:,} put back, {len(left):,} left as edited since"
    )


@importing.command("drop")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@with_app
def drop(number: int, yes: bool) -> None:
    """Take out what the source of import NUMBER lists no more; records edited since are left and listed.

    It is an import of its own in the list, and is undone by its own number.
    """
    with reading() as session:
        many = dropped(session, number)
    if many and not yes:
        click.confirm(f"Take {_many(many, 'listing')} out of the directory?", abort=True)
    if not many:
        click.echo(f"Nothing is gone from the source of import {number}.")
        return
    left: list[UUID] = []
    after: str | None = ""
    with transaction() as session:
        into = begin_drop(session, number, now=clock.now())
    while after is not None:
        with transaction() as session:
            done, after = drop_batch(
                session, number, into, after=after, limit=UNDO_BATCH, around=_around(), now=clock.now()
            )
        left += done.left
    with transaction() as session:
        counts = finish_drop(session, into, left=len(left), now=clock.now())
    for uuid in left:
        click.echo(f"left as it is, edited since: {uuid}")
    click.echo(
        f"Import {into}: {counts['removed']:,} removed, {counts['left']:,} left. Undo: directory import undo {into}"
    )
