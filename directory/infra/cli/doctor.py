"""``directory doctor``: is everything as it should be, and if not, what to do."""

from __future__ import annotations

import click

from directory.core.errors import DirectoryError
from directory.infra.cli.session import opened
from directory.infra.composition import Check, Composition, Trouble, Work
from directory.infra.faults import told
from directory.infra.settings import load


@click.command("doctor")
@click.pass_obj
def doctor(composition: Composition) -> None:
    """Check settings, database, index, assets and place: each line is ok, or what to do.

    Exit code 1 if any is not ok.
    """
    bad = 0
    try:
        settings = load()
    except DirectoryError as error:
        click.echo(f"settings: {error}")
        raise SystemExit(1) from None
    click.echo(f"settings: ok ({settings.place}, {settings.site_address})")
    composition.fill()
    with opened(settings) as work:
        for check in composition.checks():
            found, ok = _asked(check, work)
            bad += not ok
            click.echo(f"{check.name}: {f'ok ({found})' if ok else found}")
    raise SystemExit(1 if bad else 0)


def _asked(check: Check, work: Work) -> tuple[str, bool]:
    """What a check found, and whether that is well. One that breaks must not hide those after it."""
    try:
        return check.run(work), True
    except (Trouble, DirectoryError) as trouble:
        return str(trouble), False
    except Exception as error:  # noqa: BLE001 - the point of a doctor is to say what is broken
        return told(error) or f"{type(error).__name__}: {error}", False
