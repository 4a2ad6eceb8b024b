"""Where invented organisations are: the place a run covers, and its real postcodes."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Final

from directory.core.geo import Point
from directory.geocoding.service.postcodes import PostcodeIndex
from directory.infra.place import Place, place_file

CITY: Final = "birmingham"
COUNTRY: Final = "uk"
MOST_IN_A_CITY: Final = 20_000  # organisations; more of them are a country's
MOST_POSTCODES: Final = 200_000


def place_for(listings: int) -> str:
    """The place that ``listings`` organisations would be in: the density stays that of life."""
    return CITY if listings <= MOST_IN_A_CITY else COUNTRY


def own_copy(name: str, folder: Path) -> Path:
    """The place's file without its sample: the bench brings its own listings."""
    text = place_file(name).read_text(encoding="utf-8")
    path = folder / f"{name}.toml"
    path.write_text(re.sub(r"(?m)^sample = true", "sample = false", text), encoding="utf-8")
    return path


def postcodes(place: Place, instance: Path) -> dict[str, Point]:
    """Postcodes within the place's box, so many from each district as it has: where people live."""
    index = PostcodeIndex.open(instance)
    random = Random(3)
    rows = range(len(index))
    wanted = {district.code for district in place.districts}
    if wanted:
        first, _ = index.columns
        spans = [range(first[n], first[n + 1]) for n, code in enumerate(index.districts) if code in wanted]
        chosen = [row for span in spans for row in span]
    else:
        chosen = sorted(random.sample(rows, MOST_POSTCODES))
    found = ((str(index._postcode(row)), index._point(row)) for row in chosen)
    return {postcode: point for postcode, point in found if place.box.contains(point)}
