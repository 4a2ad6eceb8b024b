"""``directory import hsds``: data packages of HSDS, and answers of its API."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from directory.exchange.cli.importing import IN_ALL, importing
from directory.exchange.service import hsds_importing as service
from directory.exchange.service.oruk_terms import view_of
from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import transaction

SHOWN = 200  # faults


@importing.command("hsds")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source", default="hsds", show_default=True, help="The lasting name of who gave it: one for each source."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@with_app
def import_hsds(file: Path, source: str, dry_run: bool) -> None:
    """Import FILE: a ZIP file or folder of HSDS tables (1.1, 3.0, 3.1, UK profile), or its API's answers as JSON."""
    here = current_app.extensions["directory"]
    now = clock.now()
    most = here.settings.package_mb * 1024 * 1024
    package = service.read_package(file, view_of(here), source=source, now=now, most=most)
    _say(package)
    run_id = 0
    if dry_run:
        with transaction(keep=False) as session:
            run_id = service.start(session, package, now=now)
            service.keep_terms(session, run_id, package, around=here.around)
            for batch in service.batches(package):
                service.step(session, run_id, batch, package, around=here.around, now=now)
    else:
        with transaction() as session:
            run_id = service.start(session, package, now=now)
            service.keep_terms(session, run_id, package, around=here.around)
        for batch in service.batches(package):
            with transaction() as session:
                service.step(session, run_id, batch, package, around=here.around, now=now)
        with transaction() as session:
            service.close(session, run_id, package, now=clock.now())
    _report(package, run_id, dry_run=dry_run)
    raise SystemExit(1 if package.told.skipped else 0)


def _say(package: service.Package) -> None:
    """What is wrong with it, and what of it is not kept."""
    for fault in package.told.faults[:SHOWN]:
        click.echo(str(fault))
    if package.told.total > SHOWN:
        click.echo(f"... and {package.told.total - SHOWN:,} more")
    for what, number in sorted(package.told.left.items()):
        click.echo(f"not kept: {what} ({number:,})")


def _report(package: service.Package, run_id: int, *, dry_run: bool) -> None:
    counts, would = package.counts, "would be " if dry_run else ""
    for uuid in package.edited:
        click.echo(f"left as it is, edited here since the last import: {uuid}")
    click.echo(
        f"{counts['organisations']:,} organisations, {counts['services']:,} services,"
        f" {counts['locations']:,} locations: {counts['new']:,} {would}new, {counts['changed']:,} {would}changed,"
        f" {counts['same']:,} same, {counts['edited since']:,} left as edited here,"
        f" {package.told.skipped:,} rows skipped"
    )
    if brought := package.foreign:
        click.echo(
            f"{len(brought.taxonomies):,} taxonomies, {len(brought.terms):,} terms ({brought.tops:,} without one above)"
            f" that are not ours: {package.terms['new']:,} {would}new, {package.terms['changed']:,} {would}changed,"
            f" {package.terms['same']:,} same"
        )
    if package.resumed:
        click.echo(IN_ALL)
    click.echo(
        "Nothing was stored (--dry-run)." if dry_run else f"Import {run_id}. Undo: directory import undo {run_id}"
    )
