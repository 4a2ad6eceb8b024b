"""The command ``directory unmet``."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app

from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import reading
from directory.search.rules.unmet import ANY, LEAST_SHOWN, OTHER
from directory.search.service import unmet as service

_CALLED = {OTHER: "words that mean no need we know", ANY: "anything at all"}


@click.command()
@click.option("--weeks", type=click.IntRange(1, 520), default=13, show_default=True, help="How far to look back.")
@click.option("--district", default="", help="Only this postcode district: B11.")
@with_app
def unmet(weeks: int, district: str) -> None:
    """Print what people looked for and did not find, by need and postcode district."""
    running = current_app.extensions["directory"]
    today = clock.now().astimezone(running.place.time_zone).date()
    since = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    with reading() as session:
        shown, hidden = service.unmet(session, since=since, district=district.upper())
    for row in shown:
        term = running.terms.needs.get(row.need)
        need = term.name if term else _CALLED.get(row.need, row.need)
        click.echo(
            f"{row.district or 'not said where'}: {need}:"
            f" {row.nothing} found nothing, {row.nothing_near} found nothing near"
        )
    small = f"{hidden} with fewer than {LEAST_SHOWN} searches are not shown" if hidden else ""
    click.echo("; ".join(filter(None, (f"{len(shown)} since {since:%d %B %Y}", small))))
