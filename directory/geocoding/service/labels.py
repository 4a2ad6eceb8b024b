"""The names that a map of the place shows where nothing else is drawn: which first, and where each stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from directory.core.geo import Point, distance_m
from directory.core.postcode import Partial
from directory.geocoding.service.names import Names
from directory.geocoding.service.postcodes import PostcodeIndex
from directory.infra.place import Place

AROUND_M: Final = 10_000.0  # postcodes so near to a name are of it: a conurbation counts more than a market town


class Rank(IntEnum):
    """From how far away a name is read."""

    LARGE = 0  # what the place's file names one by one
    REGION = 1
    TOWN = 2  # what it lists under [towns]


class Label(NamedTuple):
    """A name on the map."""

    name: str
    point: Point
    rank: Rank


def labels(place: Place, names: Names, index: PostcodeIndex) -> tuple[Label, ...]:
    """The names of ``place`` as far as they are known, in the order in which they take their room. Takes 0.2 s."""
    sizes = _sizes(index)
    found = [label for label in _all(place, names) if place.box.contains(label.point)]
    size = {label.name: _around(label.point, sizes) for label in found if label.rank is Rank.LARGE}
    return tuple(sorted(found, key=lambda label: (label.rank, -size.get(label.name, 0))))


def _all(place: Place, names: Names) -> Iterator[Label]:
    ranked = {each.name: Rank.TOWN if each.is_town else Rank.LARGE for each in place.neighbourhoods}
    for name, rank in (dict.fromkeys(place.regions, Rank.REGION) | ranked).items():
        located = names.called(name, wide=rank is Rank.REGION)
        if located is not None:
            yield Label(name, located.point, rank)


def _sizes(index: PostcodeIndex) -> list[tuple[Point, int]]:
    """The middle of each district, and how many postcodes it has."""
    first, _ = index.columns
    spots = ((index.part(Partial(code)), first[at + 1] - first[at]) for at, code in enumerate(index.districts))
    return [(spot.point, many) for spot, many in spots if spot is not None]


def _around(point: Point, sizes: Sequence[tuple[Point, int]]) -> int:
    near = AROUND_M / 111_000 * 2  # degrees of latitude, with room: most districts need no sine
    return sum(
        many for middle, many in sizes if abs(middle.lat - point.lat) < near and distance_m(middle, point) <= AROUND_M
    )
