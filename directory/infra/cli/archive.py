"""``directory backup`` and ``directory restore``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from directory.infra import clock
from directory.infra.archive import pack
from directory.infra.cli.session import require_there
from directory.infra.restore import restore
from directory.infra.settings import load


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write database, settings and secret key into FILE, while the directory runs.

    It holds the addresses that nobody may know: encrypt it before it leaves the machine.
    """
    settings = load()
    require_there(settings)
    with click.progressbar(length=1, label="Backing up", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        about = pack(settings, file, now=clock.now(), progress=told)
    click.echo(f"{file}: {about.place} as of {about.made_at}, {', '.join(about.digests)}")
    if settings.given_secret:
        click.echo("The secret key comes from the environment and is not in the file: keep it yourself.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put it in the place of what is there, which is kept.")
def restored(file: Path, replace: bool) -> None:
    """Bring back what `directory backup` wrote into FILE. Stop the directory before."""
    _, done = restore(file, load().instance, load, replace=replace, now=clock.now())
    for line in done:
        click.echo(line)
