"""``directory sample``: the invented listings, in and out."""

from __future__ import annotations

import sys
from collections import Counter

import click
from flask import current_app

from directory.core.errors import Conflict
from directory.exchange.service import sample as service
from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import reading, transaction
from directory.publishing.service import Surroundings


@click.group("sample")
def sample() -> None:
    """Remove the invented listings, or load them."""


def _around() -> Surroundings:
    around: Surroundings = current_app.extensions["directory"].around
    return around


@sample.command("load")
@with_app
def load() -> None:
    """Publish the invented listings; those that are there already stay as they are."""
    around, now = _around(), clock.now()
    if not around.place.sample:
        raise Conflict(f"The place {around.place.name} has no sample: its file says sample = false.")
    counts: Counter[str] = Counter()
    batches = service.batches(service.records(around.place, around.terms, now=now))
    with click.progressbar(batches, label="Loading the sample", file=sys.stderr) as bar:
        for batch in bar:
            with transaction() as session:
                counts += service.load(session, batch, around=around, now=now)
    with transaction() as session:
        service.loaded(session)
    click.echo(f"Sample: {counts['added']} new, {counts['changed']} changed, {counts['same']} the same")


@sample.command("remove")
@with_app
def remove() -> None:
    """Take every invented listing out; none comes back unless it is loaded again."""
    around, now = _around(), clock.now()
    with reading() as session:
        there = service.remaining(session)
    removed = 0
    with click.progressbar(length=there, label="Removing the sample", file=sys.stderr) as bar:
        while True:
            with transaction() as session:
                gone = service.remove(session, around=around, now=now)
            if not gone:
                break
            removed += gone
            bar.update(gone)
    click.echo(f"Sample: {removed} listings removed")
