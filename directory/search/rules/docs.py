"""A published record as the index has it: one document for each offering, so that conditions meet in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final
from uuid import UUID

from directory.core.geo import Point
from directory.core.text import fold
from directory.listings.rules.offerings import Flat, flat_offerings
from directory.listings.rules.record import Location, Phone, Record, Service, SourceKind
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.facets import facets_of
from directory.search.rules.hours import Days, hours_tokens
from directory.search.rules.near import EVERYWHERE, WHOLE_PLACE, cells_of
from directory.search.rules.numbers import base_of, number_of, ordinal_in, rank_in
from directory.search.rules.ranking import rank_of
from directory.search.rules.request import FREE
from directory.search.rules.spelling import said
from directory.search.rules.texts import Called, Read, read_names, read_texts
from directory.search.rules.word import (
    ACCESS,
    AREA,
    AUDIENCE,
    COST,
    HOW,
    INSIDE,
    KIND,
    LANGUAGE,
    MEANT,
    NEED,
    REFERRAL,
    SERVES,
)
from directory.search.rules.words import (
    AFTER,
    called,
    dialled,
    first_need,
    identified,
    in_name,
    in_service,
    name_key,
    token,
    whole_name,
)

NOT_OFFERED = frozenset({"inactive", "defunct"})  # HSDS statuses of a service that nobody can use
MEANT_FACTS: Final = tuple(f"{field}=" for field in MEANT if field != NEED)
IN_PERSON: Final = "in-person"  # slug of ``how``
_AFAR = frozenset({"phone", "online"})
_NOT_AREAS = frozenset({WHOLE_PLACE, EVERYWHERE})


@dataclass(frozen=True, slots=True)
class OfferingDoc:
    """One offering for the index.

    ``name`` and ``service`` are stems with a blank at either end (``ranking.Judge`` reads them): ``service`` also has
    the needs, what it serves, other spellings of the name and, after AFTER, the first words of the texts. ``tokens``
    is everything that it is found by, each once, with blanks between, and ``facets`` those of them that filters count
    (``facets``). ``base`` is organisation and rank, ``number`` the offering's.
    """

    organization_id: int
    base: int
    number: int
    point: Point | None
    name_key: str
    name: str
    service: str
    tokens: str
    facets: str
    said: str  # of the organisation: see ``spelling``


def offering_docs(
    record: Record,
    organization_id: int,
    areas: Mapping[UUID, tuple[str, ...]],
    terms: Terms,
    days: Days | None = None,
) -> list[OfferingDoc]:
    """The documents of a **public** ``record``. ``areas``: which hold each location, by its id.

    ``days`` are those for which opening hours are written; None: nothing is said of when it is open.

    Services that are no longer offered are left out, their ordinals too. Raises Invalid for more than 8,192 offerings.
    """
    base = base_of(rank_of(record), organization_id)
    name = called(fold(record.name).split())
    own = _Own(
        name=_field(name),
        key=name_key(record.name),
        whole=whole_name(name),
        called=read_names((record.name, record.alternate_name), in_name, by_sound=True),
        about=read_texts((record.description,)),
        facts=(
            token(KIND, record.kind),
            *(identified(identifier.value) for identifier in record.identifiers),
            *_dialled(chain(record.phones, *(contact.phones for contact in record.contacts))),
        ),
        numbers=read_texts(identifier.value for identifier in record.identifiers).words,
        said=said(record),
        says_how=record.source.kind is not SourceKind.REGISTER,
        days=days,
    )
    return [
        _doc(flat, own, organization_id, base, areas, terms)
        for flat in flat_offerings(record)
        if flat.service is None or flat.service.status not in NOT_OFFERED
    ]


def numbered(doc: OfferingDoc, organization_id: int) -> OfferingDoc:
    """``doc``, made for another organisation, as that of this one. Raises Invalid."""
    base = base_of(rank_in(doc.base), organization_id)
    return replace(doc, organization_id=organization_id, base=base, number=number_of(base, ordinal_in(doc.number)))


@dataclass(frozen=True, slots=True)
class _Own:
    """What all offerings of an organisation have in common."""

    name: str
    key: str
    whole: str
    called: Called
    about: Read
    facts: tuple[str, ...]
    numbers: tuple[str, ...]
    said: str
    says_how: bool  # its address is where it meets: a register's may be where its post goes
    days: Days | None

    def tokens(self) -> Iterator[str]:
        """What it is found by."""
        yield self.whole
        yield from map(in_name, self.called.stems)
        yield from self.called.spellings
        yield from self.facts


def _doc(
    flat: Flat, own: _Own, organization_id: int, base: int, areas: Mapping[UUID, tuple[str, ...]], terms: Terms
) -> OfferingDoc:
    service, (point, named) = flat.service, _reach(flat)
    called = read_names((service.name, service.alternate_name) if service else (), in_service)
    text = read_texts(_offering_texts(flat, terms))
    needs = [token(NEED, slug) for slug in service.needs] if service else []
    here = areas.get(flat.location.id, ()) if flat.location else ()
    serves = [token(SERVES, code) for code in named] if point is None else []
    facts = tuple(_facts(flat, says_how=own.says_how))
    meant = (*map(first_need, needs[:1]), *(fact for fact in facts if fact.startswith(MEANT_FACTS)))
    filters = chain(
        (token(AREA, code) for code in chain(here, named) if code not in _NOT_AREAS),
        (token(INSIDE, code) for code in here if point),
        cells_of(point) if point else (),
        facts,
        hours_tokens(flat.schedules, own.days) if own.days and flat.schedules else (),
    )
    marks = (*needs, *meant, *serves, *own.called.spellings, *called.spellings)
    found_by = chain(
        own.tokens(),
        map(in_service, called.stems),
        marks,
        filters,
        *(read.tokens() for read in (own.called.text, called.text, own.about, text)),
        own.numbers,
    )
    return OfferingDoc(
        organization_id=organization_id,
        base=base,
        number=number_of(base, flat.n),
        point=point,
        name_key=own.key,
        name=own.name,
        service=_field([*called.stems, *marks, AFTER, *text.head(), *own.about.head()]),
        tokens=" ".join(dict.fromkeys(found_by)),
        facets=facets_of(chain(own.tokens(), needs, serves, facts)),
        said=own.said,
    )


def _reach(flat: Flat) -> tuple[Point | None, list[str]]:
    """Where it is, and which areas it serves: what comes from afar alone is nowhere, and serves the place at least."""
    afar = _is_from_afar(flat.service)
    named = [area.code for area in flat.service.service_areas] if flat.service else []
    if afar:
        return None, named or [WHOLE_PLACE]
    return (flat.location.point if flat.location else None), named


def _facts(flat: Flat, *, says_how: bool) -> Iterator[str]:
    """What can be asked of a service and its place beside words, need and distance. What is not said is not there."""
    if flat.offering:
        yield from _dialled(flat.offering.phones)
    if flat.location:
        yield from _dialled(flat.location.phones)
        yield from (token(ACCESS, slug) for slug in flat.location.accessibility)
    service = flat.service
    if service is None:
        return
    yield from _dialled(chain(service.phones, *(contact.phones for contact in service.contacts)))
    yield from (token(AUDIENCE, slug) for slug in service.audiences)
    yield from (token(LANGUAGE, language.code) for language in service.languages)
    yield from (token(HOW, slug) for slug in service.how)
    if not service.how and says_how and flat.location and flat.location.location_type == "physical":
        yield token(HOW, IN_PERSON)
    if is_free(service):
        yield token(COST, FREE)
    if service.referral:
        yield token(REFERRAL, service.referral)


def _is_from_afar(service: Service | None) -> bool:
    """Whether one gets it by telephone or online alone: where its office is says nothing about how near it is."""
    return service is not None and bool(service.how) and _AFAR.issuperset(service.how)


def is_free(service: Service) -> bool:
    """Whether it says that it costs nothing."""
    if service.free is not None:
        return service.free
    return bool(service.cost_options) and all(option.amount == 0 for option in service.cost_options)


def _field(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _dialled(phones: Iterable[Phone]) -> Iterator[str]:
    return (dialled(phone.number) for phone in phones)


def _offering_texts(flat: Flat, terms: Terms) -> Iterator[str]:
    if flat.service:
        yield from _service_texts(flat.service, terms)
    if flat.offering:
        yield flat.offering.description
    if flat.location:
        yield from _location_texts(flat.location, terms)


def _service_texts(service: Service, terms: Terms) -> Iterator[str]:
    yield service.description
    yield service.eligibility
    yield from (area.name for area in service.service_areas)
    yield from (language.name for language in service.languages)
    yield from _names(terms.languages, (language.code for language in service.languages))
    yield from _names(terms.audiences, service.audiences)
    yield from _names(terms.hows, service.how)


def _location_texts(location: Location, terms: Terms) -> Iterator[str]:
    yield location.name
    yield location.description
    for address in location.addresses:
        yield from address.lines()
    yield from _names(terms.access, location.accessibility)


def _names(terms: Mapping[str, Term], slugs: Iterable[str]) -> Iterator[str]:
    return (terms[slug].name for slug in slugs if slug in terms)
