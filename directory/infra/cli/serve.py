"""``directory serve``: the web site, and the jobs beside it."""

from __future__ import annotations

import click

from directory.infra import serving
from directory.infra.cli.session import require_current
from directory.infra.composition import Composition
from directory.infra.logging import configure
from directory.infra.place import load_place
from directory.infra.settings import Settings, load

APPLICATION = "directory.app:create_app()"


@click.command("serve")
@click.pass_obj
def serve(composition: Composition) -> None:
    """Serve the directory until it is stopped. Database and postcodes must be what this version wants."""
    settings = load()
    configure(settings.log_format)
    place = load_place(settings.place)
    require_current(settings)
    composition.require(settings)
    _ = settings.secret_key  # read here: a wrong one would end worker after worker, with a trace each
    where = listens_at(settings)

    def ready() -> None:
        click.echo(f"{place.name} is served at {where} (Ctrl+C stops it)")

    serving.serve(APPLICATION, settings, started=composition.beside, ready=ready)


def listens_at(settings: Settings) -> str:
    """The address to type on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - to print another
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
