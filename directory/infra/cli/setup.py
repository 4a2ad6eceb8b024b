"""The work of ``directory init`` and ``directory upgrade``: migrate, then whatever follows from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from directory.core.errors import Conflict, NotFound
from directory.infra import backup, standing
from directory.infra.cli.session import REFUSED, opened, require_there
from directory.infra.composition import Composition, Progress, Work
from directory.infra.settings import Settings
from directory.infra.standing import Standing


def set_up(composition: Composition, settings: Settings, *, show: bool) -> None:
    """From nothing or anything older to what the code wants; what is there is backed up first."""
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.given_secret and settings.secret_key:
        click.echo(f"Setting up {settings.place} in {settings.instance}")
    with opened(settings) as work:
        composition.fill()
        if standing.of_engine(work.engine) is Standing.OLDER:
            _back_up(work, show=show)
        _migrate(work)
        _steps(composition, work, show=show)


def bring_up(composition: Composition, settings: Settings, *, keep_copy: bool, show: bool) -> None:
    """Back up, migrate, rebuild what is out of date. Raises NotFound when there is no database, or Conflict."""
    require_there(settings)
    with opened(settings) as work:
        composition.fill()
        stands = standing.of_engine(work.engine)
        if stands is Standing.EMPTY:
            raise NotFound(REFUSED[stands])
        if stands is Standing.NEWER:  # before a copy is written, which may be large and is of no use
            raise Conflict(REFUSED[stands])
        if keep_copy:
            _back_up(work, show=show)
        _migrate(work)
        _steps(composition, work, show=show)


def _back_up(work: Work, *, show: bool) -> None:
    with _bar("Backing up", show=show) as progress:
        file = backup.back_up(work.settings.database_url, work.settings.instance, now=work.now, progress=progress)
    if file is None:
        click.echo("Backup: pg_dump is not installed here, so the backup is yours to take.")
    else:
        click.echo(f"Backup: {file}")


def _migrate(work: Work) -> None:
    stands = standing.of_engine(work.engine)
    if stands is Standing.NEWER:
        raise Conflict(REFUSED[stands])
    if stands is not Standing.CURRENT:
        from directory.infra import schema  # noqa: PLC0415 - loads Alembic, which nothing else needs

        schema.upgrade(work.settings.database_url)
        click.echo("Database: made" if stands is Standing.EMPTY else "Database: migrated")


def _steps(composition: Composition, work: Work, *, show: bool) -> None:
    for step in composition.steps():
        with _bar(step.says, show=show) as progress:
            did = step.run(work, progress)
        if did:
            click.echo(f"{step.says}: {did}")


def _quiet(_done: int, _of: int) -> None:
    """What a step tells when nobody wants to hear it."""


@contextmanager
def _bar(says: str, *, show: bool) -> Iterator[Progress]:
    """A progress bar that appears with the first news, on standard error."""
    bars: list[Any] = []

    def tell(done: int, of: int) -> None:
        if not bars:
            bars.append(click.progressbar(length=of, label=says, file=sys.stderr))
            bars[0].__enter__()
        bars[0].update(done - bars[0].pos)

    try:
        if show:
            yield tell
        else:
            yield _quiet
    finally:
        for bar in bars:
            bar.__exit__(None, None, None)
