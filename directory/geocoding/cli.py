"""``directory geocode``: what words mean here. Publishing adds ``backfill``, because that publishes."""

from __future__ import annotations

from typing import Final

import click
from flask import current_app

from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding, to_located
from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import transaction
from directory.listings.rules.record import Visibility


@click.group()
def geocode() -> None:
    """Where words and addresses mean."""


_WHY: Final = {
    Miss.EMPTY: "nothing was asked",
    Miss.UNKNOWN: "unknown",
    Miss.OUTSIDE: "outside the place",
    Miss.NORTHERN_IRELAND: "in Northern Ireland, whose postcodes have no points here",
    Miss.UNAVAILABLE: "no answer: try again later",
}


@geocode.command("find")
@click.argument("words", nargs=-1, required=True)
@click.option("--online", is_flag=True, help="Ask Nominatim too, if it is set. Only for public addresses.")
@with_app
def find(words: tuple[str, ...], online: bool) -> None:
    """Say what each source makes of WORDS (a postcode, a part of one, a name), and what a search does."""
    geocoding: Geocoding = current_app.extensions["directory"].geocoding
    asked = " ".join(words)
    for name, source in geocoding.sources().items():
        location = source.geocode(asked)
        _say(name, Miss.UNKNOWN if location is None else to_located(location))
    if online:
        _say("nominatim", _ask(geocoding, asked))
    answer = geocoding.locate(asked)
    _say("a search", answer)
    if isinstance(answer, Located):
        click.echo(f"{'nearest':<12}{geocoding.nearest(answer.point) or 'no postcode within 10 km'}")
    raise SystemExit(0 if isinstance(answer, Located) else 1)


def _ask(geocoding: Geocoding, words: str) -> Located | Miss:
    if geocoding.nominatim is None:
        raise click.ClickException("Nominatim is off: set DIRECTORY_NOMINATIM_URL and DIRECTORY_NOMINATIM_CONTACT.")
    return geocoding.find_online(
        [words], visibility=Visibility.EXACT, transaction=transaction, now=clock.now(), repeated=False
    )


def _say(name: str, answer: Located | Miss) -> None:
    if isinstance(answer, Miss):
        click.echo(f"{name:<12}{_WHY[answer]}")
        return
    point = f"{answer.point.lat:.5f}, {answer.point.lon:.5f}"
    click.echo(f"{name:<12}{answer.label}: {point}, within {answer.precision_m:.0f} m ({answer.found.value})")
