"""Invented organisations for tests of the search: few words and places, so that much of it meets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from directory.core.geo import Point
from directory.core.hours import PLAIN, Schedule
from directory.listings.rules import record as r
from directory.listings.rules.taxonomy import Taxonomy, Term, Terms
from directory.search.rules.docs import OfferingDoc, offering_docs
from directory.search.rules.hours import Days
from directory.search.rules.when import Moment
from tests.support.records import an_id

SPARKBROOK = Point(52.4573, -1.8716)
WORDS = (
    "food", "bank", "debt", "advice", "choir", "warm", "hub", "the", "of", "kids", "women's", "café", "Łódź",
    "centre", "people", "play", "saheli", "drop-in",
)  # fmt: skip
NEEDS = ("food", "money", "warm-place", "company")
KINDS = ("charity", "community-group", "faith-group")
AREAS = ("B11", "B12", "E05011118")
AUDIENCES = ("everyone", "children", "older-people", "carers")
LANGUAGES = ("en", "ur", "pl")
HOWS = ("in-person", "phone", "online", "visits-you")
ACCESS = ("step-free", "hearing-loop", "parking")

LONDON = ZoneInfo("Europe/London")
DAYS = Days(date(2026, 5, 10), LONDON, PLAIN)
MOMENT = Moment(datetime(2026, 5, 12, 10, 30, tzinfo=LONDON), PLAIN)  # a Tuesday


def _weekly(*byday: str, opens: int, closes: int, **more: Any) -> Schedule:
    return Schedule(freq="WEEKLY", byday=byday, opens_at=time(opens), closes_at=time(closes), **more)


HOURS: tuple[tuple[Schedule, ...], ...] = (
    (),
    (_weekly("MO", "TU", "WE", "TH", "FR", opens=9, closes=17),),
    (_weekly("TU", "SA", opens=10, closes=13), _weekly("SA", opens=18, closes=21)),
    (_weekly("TU", "SA", opens=22, closes=2),),
    (_weekly("TU", opens=10, closes=12, interval=2, dtstart=date(2026, 5, 12)),),
    (_weekly("TU", opens=10, closes=12, interval=2, dtstart=date(2026, 5, 5)),),
    (_weekly("TU", "SA", opens=9, closes=20), Schedule(closed=True, dtstart=date(2026, 5, 16))),
    (_weekly("TU", "SA", opens=9, closes=20, by_appointment=True),),
)


def _term(taxonomy: str, slug: str, name: str, order: int, *synonyms: str) -> Term:
    return Term(taxonomy, slug, name, "", synonyms, slug, order)


TERMS = Terms.of(
    [
        Taxonomy(
            "need",
            "Needs",
            "",
            {
                "food": _term("need", "food", "Food", 0, "food bank", "hungry"),
                "money": _term("need", "money", "Money and debt", 1, "skint", "debt advice"),
                "warm-place": _term("need", "warm-place", "Somewhere warm", 2, "warm hub"),
                "company": _term("need", "company", "Company", 3, "lonely", "someone to talk to"),
            },
            frozenset({"please", "find", "someone"}),
        ),
        *(
            Taxonomy(name, name, "", {slug: _term(name, slug, slug, at) for at, slug in enumerate(slugs)})
            for name, slugs in (
                ("kind", KINDS),
                ("audience", AUDIENCES),
                ("language", LANGUAGES),
                ("how", HOWS),
                ("access", ACCESS),
            )
        ),
    ]
)


def organisations(how_many: int, seed: int = 1) -> Iterator[tuple[int, r.Record, dict[UUID, tuple[str, ...]]]]:
    """Ids from 1, records, and the areas of their locations."""
    random = Random(seed)
    for number in range(1, how_many + 1):
        record = _organisation(number, random)
        areas: dict[UUID, tuple[str, ...]] = {
            place.id: (random.choice(AREAS),) for place in record.locations if place.point
        }
        yield number, record, areas


def docs_of(how_many: int, seed: int = 1) -> list[OfferingDoc]:
    """Their documents."""
    return [
        doc
        for number, record, areas in organisations(how_many, seed)
        for doc in offering_docs(record, number, areas, TERMS, DAYS)
    ]


def _hours(*chosen: object) -> tuple[Schedule, ...]:
    """Hours of a chance of their own, so that nothing else depends on how many there are to choose from."""
    return Random(str(chosen)).choice(HOURS)


def _some(random: Random, words: tuple[str, ...], most: int) -> str:
    return " ".join(random.choice(words) for _ in range(random.randint(1, most)))


def _of(random: Random, slugs: tuple[str, ...]) -> tuple[str, ...]:
    """Up to two of them."""
    return tuple(random.sample(slugs, random.randint(0, 2)))


def _point(random: Random) -> Point:
    reach = random.choice((0.005, 0.05, 0.5))
    return Point(SPARKBROOK.lat + random.uniform(-reach, reach), SPARKBROOK.lon + random.uniform(-reach, reach) * 1.6)


def _organisation(number: int, random: Random) -> r.Record:
    places = tuple(
        r.Location(
            id=an_id(number, "place", at),
            name=_some(random, WORDS, 2),
            point=_point(random),
            accessibility=_of(random, ACCESS),
        )
        for at in range(random.randint(0, 3))
    )
    services = tuple(_service(number, at, random, places) for at in range(random.randint(1, 3)))
    record = r.Record(
        id=an_id(number),
        name=f"{_some(random, WORDS, 3)} {random.choice(('', str(number)))}".strip(),
        source=r.Source(kind=random.choice((r.SourceKind.SELF_LISTED, r.SourceKind.REGISTER))),
        kind=random.choice(KINDS),
        description=_some(random, WORDS, 5),
        locations=places,
        services=services,
    )
    if random.random() < 0.5:
        return replace(record, assured_at=datetime(2026, random.randint(1, 6), 1, tzinfo=UTC))
    return record


def _service(number: int, at: int, random: Random, places: tuple[r.Location, ...]) -> r.Service:
    where: list[UUID | None] = [place.id for place in places] or [None]
    serves = random.sample((*AREAS, "*place", "*everywhere"), random.randint(0, 2))
    return r.Service(
        id=an_id(number, "service", at),
        name=_some(random, WORDS, 2),
        description=_some(random, WORDS, 4),
        needs=_of(random, NEEDS),
        audiences=_of(random, AUDIENCES),
        how=_of(random, HOWS),
        languages=tuple(r.Language(id=an_id(number, at, code), code=code) for code in _of(random, LANGUAGES)),
        free=random.choice((True, False, None)),
        cost_options=tuple(
            r.CostOption(id=an_id(number, at, "cost", amount), amount=amount)
            for amount in random.choice(((), (0.0,), (0.0, 2.5)))
        ),
        schedules=_hours(number, at),
        referral=random.choice(("", "self", "professional")),
        service_areas=tuple(r.ServiceArea(id=an_id(number, at, code), code=code, name=code) for code in serves),
        offerings=tuple(
            r.Offering(
                id=an_id(number, at, "offering", n),
                location_id=random.choice([*where, None]),
                schedules=_hours(number, at, n),
            )
            for n in range(random.randint(1, 2))
        ),
    )
