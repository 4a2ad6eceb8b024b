"""``directory init`` and ``directory upgrade``; their work is loaded when there is some."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import click

from directory.infra.at_once import is_made
from directory.infra.composition import Composition
from directory.infra.place import fingerprint, place_file
from directory.infra.settings import Settings, load

_STAMP: Final = ".set-up"
SHOW = click.option("--progress", is_flag=True, help="Show how far long work is.")


@click.command("init")
@click.option("--if-needed", is_flag=True, help="Do nothing, quickly, when nothing changed since the last time.")
@SHOW
@click.pass_obj
def init(composition: Composition, if_needed: bool, progress: bool) -> None:
    """Make the instance: its key, database, taxonomies, postcodes, areas and sample. It can be repeated."""
    settings = load()
    mark = _mark(composition, settings)
    stamp = settings.instance / f"{_STAMP}-{Path(settings.place).stem}"
    then, place_then = _stamped(stamp)
    if if_needed and then == mark and composition.made(settings) and is_made(settings):
        return
    from directory.infra.cli import setup  # noqa: PLC0415 - takes half a second, and usually there is nothing to do

    setup.set_up(composition, settings, show=progress)
    place = fingerprint(settings.place)
    if place_then not in {"", place}:  # kept in the instance: each machine that serves has to be told
        click.echo("Place: changed; restart the server")
    stamp.write_text(f"{mark}\n{place}\n", encoding="ascii")


@click.command("upgrade")
@click.option("--no-backup", is_flag=True, help="Do not copy the database first: you have done it.")
@SHOW
@click.pass_obj
def upgrade(composition: Composition, no_backup: bool, progress: bool) -> None:
    """Back up the database, migrate it to what this version wants, and rebuild what is out of date."""
    from directory.infra.cli import setup  # noqa: PLC0415 - as above

    setup.bring_up(composition, load(), keep_copy=not no_backup, show=progress)


def _mark(composition: Composition, settings: Settings) -> str:
    """A fingerprint of all that ``init`` reads: when it is the same, there is nothing to do."""
    seen = hashlib.sha256(settings.database_url.encode())
    for file in [place_file(settings.place), *composition.inputs()]:
        seen.update(f"\0{file.name}\0".encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()


def _stamped(stamp: Path) -> tuple[str, str]:
    """What was noted the last time: the fingerprints of all that ``init`` reads, and of the place; else "" each."""
    lines = stamp.read_text(encoding="ascii", errors="replace").split() if stamp.is_file() else []
    return (lines[0], lines[1]) if len(lines) == 2 else ("", "")
