"""What a search means, said of records in plain Python, without tokens or an index: slow, and obviously right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from directory.core.geo import Point, distance_m
from directory.core.hours import Schedule
from directory.core.text import fold
from directory.listings.rules import record as r
from directory.listings.rules.offerings import Flat, flat_offerings
from directory.search.rules.request import SearchRequest
from directory.search.rules.when import When
from tests.search.invented import MOMENT
from tests.search.slow_open import is_open

Areas = Mapping[UUID, tuple[str, ...]]  # of each location, by its id
ANYWHERE = frozenset({"*place", "*everywhere"})


@dataclass(frozen=True)
class Searcher:
    """Where the searcher is, and in which areas."""

    point: Point
    areas: frozenset[str]


def found(
    organisations: Iterable[tuple[int, r.Record, Areas]], request: SearchRequest, searcher: Searcher | None = None
) -> dict[int, list[int]]:
    """The numbers of the offerings that meet every condition of ``request``, asked at MOMENT, by organisation."""
    by_organisation: dict[int, list[int]] = {}
    for number, record, areas in organisations:
        for flat in flat_offerings(record):
            if all(_chosen(record, flat, request)) and all(_stands(record, flat, areas, request, searcher)):
                by_organisation.setdefault(number, []).append(flat.n)
    return by_organisation


def _chosen(record: r.Record, flat: Flat, request: SearchRequest) -> Iterator[bool]:
    """The conditions on what is said of the offering."""
    service, location = flat.service or r.Service(id=flat.id, name=""), flat.location
    if request.needs:
        yield bool(set(request.needs) & set(service.needs))
    if request.kinds:
        yield record.kind in request.kinds
    if request.audiences:
        yield bool(set(request.audiences) & set(service.audiences))
    if request.languages:
        yield bool(set(request.languages) & {each.code for each in service.languages})
    if request.hows:
        yield bool(set(request.hows) & _hows(record, flat))
    if request.access:
        yield location is not None and set(request.access) <= set(location.accessibility)
    if request.free:
        yield _is_free(service)
    if request.referral:
        yield service.referral == request.referral


def _stands(
    record: r.Record, flat: Flat, areas: Areas, request: SearchRequest, searcher: Searcher | None
) -> Iterator[bool]:
    """The conditions on words and places."""
    if request.q:
        yield _says(record, flat, request.q)
    if request.area:
        inside = set(areas.get(flat.location.id, ())) if flat.location else set()
        served = _served(flat)
        yield request.area in inside | served or (_point(flat) is None and bool(served & ANYWHERE))
    if request.when:
        yield _is_open(flat.schedules, request.when)
    if searcher and request.within_miles:
        yield _is_near(flat, request, searcher)


@cache
def _is_open(schedules: tuple[Schedule, ...], when: When) -> bool:
    return is_open(schedules, when, MOMENT)


def _is_near(flat: Flat, request: SearchRequest, searcher: Searcher) -> bool:
    point = _point(flat)
    if point is not None:
        return distance_m(searcher.point, point) <= request.within_m
    return bool(_served(flat) & (searcher.areas | ANYWHERE))


def _says(record: r.Record, flat: Flat, word: str) -> bool:
    texts = [record.name, record.alternate_name, record.description]
    if flat.service:
        texts += [flat.service.name, flat.service.description]
        texts += [area.name for area in flat.service.service_areas]
    if flat.location:
        texts.append(flat.location.name)
    return word in fold(" ".join(texts)).split()


def _hows(record: r.Record, flat: Flat) -> set[str]:
    if flat.service is None or flat.service.how:
        return set(flat.service.how) if flat.service else set()
    goes_there = flat.location is not None and flat.location.location_type == "physical"
    return {"in-person"} if goes_there and record.source.kind is not r.SourceKind.REGISTER else set()


def _is_free(service: r.Service) -> bool:
    if service.free is None:
        return bool(service.cost_options) and not any(option.amount for option in service.cost_options)
    return service.free


def _served(flat: Flat) -> set[str]:
    served = {area.code for area in flat.service.service_areas} if flat.service else set()
    return served or ({"*place"} if _is_by_phone_or_online(flat) else set())


def _point(flat: Flat) -> Point | None:
    return flat.location.point if flat.location and not _is_by_phone_or_online(flat) else None


def _is_by_phone_or_online(flat: Flat) -> bool:
    """Alone: then nobody goes anywhere, and no distance is true of it."""
    return flat.service is not None and set(flat.service.how) in ({"phone"}, {"online"}, {"phone", "online"})
