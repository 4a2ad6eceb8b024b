"""The postcode file, built once for a run from the installed package: it takes four seconds."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

from directory.geocoding.service import Geocoding, build_index
from directory.geocoding.service.layout import FILE
from directory.infra.place import load_place
from tests.support import runs


@cache
def folder() -> Path:
    """A folder with the postcode file in it, as an instance folder has it."""
    made = runs.folder() / "postcodes"
    with runs.once("postcodes"):
        made.mkdir(exist_ok=True)
        build_index(made)
    return made


def put_into(instance: Path) -> None:
    """Give an instance folder the run's postcode file."""
    instance.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # two workers may do so at once: either link is right
        (instance / FILE).symlink_to(folder() / FILE)


def geocoding(place: str = "birmingham") -> Geocoding:
    """The geocoding of a place that comes with the code, offline."""
    return Geocoding(load_place(place), folder())
