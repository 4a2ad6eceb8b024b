"""``directory settings``: every setting, what it means, and an example."""

from __future__ import annotations

import click

from directory.infra.settings.document import document


@click.command("settings")
def settings() -> None:
    """Print every setting, what it means, and an example (this is docs/settings.md)."""
    click.echo(document(), nl=False)
