"""Commands that change published data beside imports: areas, geocode, search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from flask import current_app

from directory.areas.cli import areas
from directory.areas.service import AreaIndex, put, read_geojson
from directory.geocoding.cli import geocode
from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import reading, transaction
from directory.publishing.queries import published_count
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import Surroundings, hours
from directory.publishing.service.drift import drift
from directory.publishing.service.places import Backfilled, asked, backfill_one, waiting
from directory.publishing.service.refresh import rebuild_index, refresh_batch
from directory.search.rules.request import START_MILES, SearchRequest
from directory.search.service.explain import explained
from directory.search.service.moment import moment_at


def surroundings() -> Surroundings:
    """What the door needs, of the running application."""
    around: Surroundings = current_app.extensions["directory"].around
    return around


def refresh_all(around: Surroundings) -> int:
    """Make everything derived again, batch by batch; how many listings there were."""
    with reading() as session:
        total = published_count(session)
    done = 0
    with click.progressbar(length=total, label="Listings") as bar:
        after: int | None = 0
        while after is not None:
            with transaction() as session:
                count, after = refresh_batch(session, around, after=after)
            bar.update(count)
            done += count
    return done


@areas.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, help="What they are: ward, constituency ...")
@click.option("--code-field", required=True, help="The property that holds the code.")
@click.option("--name-field", required=True, help="The property that holds the name.")
@with_app
def load_areas(file: Path, kind: str, code_field: str, name_field: str) -> None:
    """Load areas from a GeoJSON FILE and tell every listing which of them it is in."""
    around = surroundings()
    read = read_geojson(file, kind=kind, code_field=code_field, name_field=name_field, box=around.place.box)
    with transaction() as session:
        done = put(session, read)
        around = replace(around, areas=AreaIndex.load(session))
    click.echo(str(done))
    click.echo(f"{refresh_all(around)} listings know their areas.")


@geocode.command()
@click.option("--limit", type=click.IntRange(min=1), default=500, show_default=True, help="Most listings to look up.")
@with_app
def backfill(limit: int) -> None:
    """Find the point of every listing that has an address but no place on the map."""
    around, actor = surroundings(), Actor(ActorKind.JOB, "backfill")
    with reading() as session:
        ids = waiting(session, limit=limit)
    done = Backfilled()
    with click.progressbar(ids, label="Places") as bar:
        for organization_id in bar:  # each is stored at once: broken off, the next run goes on
            done += backfill_one(
                organization_id, transaction, actor=actor, around=around, now=clock.now(), repeated=False
            )
            with transaction() as session:
                asked(session, organization_id)
    click.echo(f"{done.found} found, {done.unknown} unknown, {done.failed} failed")
    raise SystemExit(1 if done.failed else 0)


@click.group()
def search() -> None:
    """Rebuild the search index, the map and the lines of files, report their drift, or explain a search."""


@search.command()
@with_app
def rebuild() -> None:
    """Make the index, the map and the lines of files again from the published record, the best listings first."""
    around = surroundings()
    with transaction() as session:
        hours.settled(session, around, clock.now())
        before = drift(session, around)
        offerings, pins = rebuild_index(session, around)
    click.echo(f"{before}; now {offerings} offerings and {pins} pins")


@search.command("drift")
@with_app
def show_drift() -> None:
    """Count what index, map and files have too much or too little of; exit code 1 if there is any."""
    with reading() as session:
        found = drift(session, surroundings())
    click.echo(str(found))
    raise SystemExit(1 if found.any else 0)


@search.command()
@click.argument("words")
@click.option("--near", default="", help="Where: a postcode or the name of an area.")
@click.option("--within", type=click.FloatRange(min=0), default=START_MILES, show_default=True, help="Miles; 0: any.")
@with_app
def explain(words: str, near: str, within: float) -> None:
    """Say why each of the first ten that a search for WORDS finds stands where it does."""
    around = surroundings()
    request = SearchRequest(q=words, near=near, within_miles=within)
    with reading() as session:
        lines = explained(
            session,
            request,
            index=around.index,
            geocoding=around.geocoding,
            areas=around.areas,
            terms=around.terms,
            moment=moment_at(clock.now(), around.place),
        )
    for line in lines:
        click.echo(line)
