"""``directory migration``: for those who change the tables."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from directory.infra import schema
from directory.infra.composition import Composition
from directory.infra.settings import load


@click.group("migration")
def group() -> None:
    """Write a migration, or take one back (for those who change the tables)."""


@group.command("new")
@click.argument("message")
@click.pass_obj
def new(composition: Composition, message: str) -> None:
    """Write the migration from the newest one to the models, to be read and corrected. MESSAGE says its one idea."""
    composition.fill()
    with TemporaryDirectory() as folder:  # a database of its own: an installation's may be anywhere
        url = f"sqlite:///{Path(folder) / 'new.sqlite'}"
        schema.upgrade(url)
        click.echo(schema.revision(url, message))


@group.command("down")
@click.argument("to")
@click.confirmation_option(prompt="Columns and tables go, and what is in them. Take the migrations back?")
def down(to: str) -> None:
    """Take this installation's database back to the migration TO ("base": to nothing)."""
    schema.downgrade(load().database_url, to)
    click.echo(f"Database: at {to}")
