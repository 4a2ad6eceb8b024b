"""``directory areas``: what areas there are. Publishing adds ``load``, because listings must learn their areas."""

from __future__ import annotations

import click

from directory.areas import queries
from directory.infra.cli.session import with_app
from directory.infra.db import reading


@click.group()
def areas() -> None:
    """Wards, postcode districts and other named shapes."""


@areas.command("list")
@click.option("--kind", help="Only areas of this kind, as in ward.")
@with_app
def show(kind: str | None) -> None:
    """List the areas: kind, code, name."""
    with reading() as session:
        found = queries.areas(session, kind)
    for area in found:
        click.echo(f"{area.kind:<12}{area.code:<12}{area.name}")
    if not found:
        click.echo("There are no areas. `directory init` makes districts, `directory areas load` loads others.")
