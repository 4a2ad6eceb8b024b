"""An installation with nothing but a map: as many pins as wanted, put there by the product's own functions.

What the map reads are its pins and the cells that count them, so nothing else is made: a million listings would take an
import of half an hour. The pins stand at real postcodes, as people do, and are spread over the streets around them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from directory.core.geo import Point
from directory.infra.db import open_engine, transaction
from directory.infra.place import load_place
from directory.maps import service as maps
from directory.maps.rules import MICRO, Pin
from tests.bench import ground, installation
from tests.bench.installation import Installation
from tests.bench.words import vocabulary

AROUND: Final = 0.0006  # degrees: a pin is within some 60 m of the middle of its postcode
TOGETHER: Final = 0.1  # of the pins, that share the spot of the one before: two groups in one hall
READY: Final = "ready"


def installed(how_many: int) -> Installation:
    """The installation with ``how_many`` pins on SQLite, made first unless it is kept."""
    place = ground.COUNTRY
    name = f"map-{how_many}-"
    folder = installation.cache() / f"{name}{installation.digest(place)}"
    for old in installation.cache().glob(f"{name}*"):
        if old != folder or not (old / READY).is_file():
            shutil.rmtree(old)
    folder.mkdir(exist_ok=True)
    url = f"sqlite:///{folder / 'listings.sqlite'}"
    environ = installation.environment(folder, ground.own_copy(place, folder), url)
    made = Installation(how_many, "sqlite", folder, url, environ, {}, None)
    if not (folder / READY).is_file():
        _fill(made)
        (folder / READY).touch()
    return made


def _fill(made: Installation) -> None:
    installation.run([sys.executable, "-m", "tests.bench.command", "init"], made.environ)
    place = load_place(made.environ["DIRECTORY_PLACE"])
    spots = tuple(ground.postcodes(place, Path(made.environ["DIRECTORY_INSTANCE"])).values())
    print(f"Putting {made.listings:,} pins on the map of {place.name}", flush=True)
    engine = open_engine(made.url)
    try:
        with transaction(engine) as session:
            maps.rebuild(session, pins(made.listings, spots))
    finally:
        engine.dispose()


def pins(how_many: int, spots: Sequence[Point], *, seed: int = 4) -> Iterator[Pin]:
    """``how_many`` invented pins around ``spots``, always the same for a seed."""
    random, words = Random(seed), vocabulary()
    services = words.services()
    at = random.choice(spots)
    for number in range(1, how_many + 1):
        if random.random() > TOGETHER:
            middle = random.choice(spots)
            at = Point(middle.lat + random.uniform(-AROUND, AROUND), middle.lon + random.uniform(-AROUND, AROUND))
        need, service = random.choice(services)
        town = random.choice(words.towns)
        yield Pin(
            organization_id=number,
            n=0,
            lat=round(at.lat * MICRO),
            lon=round(at.lon * MICRO),
            uuid=UUID(int=random.getrandbits(128), version=4),
            slug=f"{town}-{number}".lower(),
            name=f"{town} {service}",
            need=need,
            place=f"{random.choice(words.streets)} Hall, {town}",
            approximate=random.random() < 0.12,  # as of the bench's listings
        )
