"""``directory map``: what lies under the pins, and whether it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import click
from flask import current_app

from directory.core.errors import Invalid
from directory.core.geo import tile_of
from directory.infra.cli.session import with_app
from directory.infra.place import Place
from directory.maps.service.tiles import read_head

ZOOM: Final = 12  # of the one tile that is asked for: a few kilometres of the middle of the place
WAIT_S: Final = 10.0
AGENT: Final = "community-directory (checking its own map tiles)"


@click.group("map")
def group() -> None:
    """The map and its tiles."""


@group.group()
def tiles() -> None:
    """What lies under the pins."""


@tiles.command()
@with_app
def check() -> None:
    """Say where the map's tiles come from, and whether they come: exit code 1 when they do not."""
    here: Any = current_app.extensions["directory"]
    settings, place = here.settings, here.place
    if settings.tiles_file:
        raise SystemExit(_check_file(settings.tiles_file, place))
    url = place.tiles_url if settings.tiles_url is None else settings.tiles_url
    if url:
        raise SystemExit(_check_address(url, place))
    click.echo("There are no tiles: the outlines and names of areas are the map.")


def _check_file(file: Path, place: Place) -> int:
    click.echo(f"The map is drawn from the file {file}.")
    try:
        head, size = read_head(file), file.stat().st_size
    except (OSError, Invalid) as error:
        click.echo(f"It cannot be read: {error}")
        return 1
    click.echo(f"{head.tiles} {head.kind}, zoom {head.min_zoom} to {head.max_zoom}, {size / 1e6:.1f} MB")
    if size < head.size:
        click.echo(f"It is not whole: its head tells of {head.size} bytes, and there are {size}.")
        return 1
    if not head.is_vector:
        click.echo("It is not drawn: it must hold vector tiles.")
        return 1
    if not head.box.touches(place.box):
        click.echo(f"It holds nothing of {place.name}: it is for {head.box}, the place is {place.box}.")
        return 1
    return 0


def _check_address(url: str, place: Place) -> int:
    x, y = tile_of(place.box.centre, ZOOM)
    tile = url.replace("{s}", "a").replace("{r}", "")
    for name, number in (("z", ZOOM), ("x", x), ("y", y)):
        tile = tile.replace(f"{{{name}}}", str(number))
    click.echo(f"The map's tiles come from {url}.")
    try:
        # The operator's own setting, which was checked to be http or https when it was read.
        with urlopen(Request(tile, headers={"User-Agent": AGENT}), timeout=WAIT_S) as answer:  # noqa: S310 - http alone
            kind, size = answer.headers.get_content_type(), len(answer.read())
    except (URLError, OSError, ValueError) as error:
        click.echo(f"{tile} does not answer: {error}")
        return 1
    if not kind.startswith("image/"):
        click.echo(f"{tile} answers with {kind}, and not with a picture.")
        return 1
    click.echo(f"{tile} answers: {kind}, {size} bytes")
    return 0
