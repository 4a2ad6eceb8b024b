"""The parameters of the API that narrow, as conditions on services and offerings: all of them must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from directory.core.hours import WEEKDAYS
from directory.infra.db import table_of
from directory.listings import models as m

S: Final = table_of(m.Service)
L: Final = table_of(m.ServiceAtLocation)
ELSEWHERE: Final = frozenset({"kind", "language", "access"})  # taxonomies whose terms stand in tables of their own
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Termed:
    """Terms of which one must hold: slugs of ours by taxonomy, names of facts, and others.

    Others by what they were published under, or by what their taxonomy and they are called.
    """

    ours: Mapping[str, frozenset[str]]
    facts: frozenset[str] = frozenset()
    published: frozenset[UUID] = frozenset()
    named: frozenset[tuple[str, str]] = frozenset()

    @property
    def only(self) -> tuple[str, str] | None:
        """Taxonomy and slug, where it is one term of ours and services have it as an attribute."""
        if self.facts or self.published or self.named or len(self.ours) != 1:
            return None
        ((taxonomy, codes),) = self.ours.items()
        return (taxonomy, next(iter(codes))) if len(codes) == 1 and taxonomy not in ELSEWHERE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What was asked for. None is no condition.

    ``areas`` are the codes of areas of which a service that names areas must serve one; ``found`` the ordinals of the
    offerings that words and a circle find.
    """

    terms: Termed | None = None
    organization: UUID | None = None
    modified_after: datetime | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    opens_from: time | None = None
    closes_by: time | None = None
    day: str = ""
    areas: frozenset[str] | None = None
    found: Mapping[int, set[int]] | None = field(default=None)


def at_services(asked: Narrowed) -> list[Condition]:
    """Conditions on ``service``, for a service of which any offering will do.

    Each is a set that an index gives, never a question asked of one service after the other.
    """
    found = _of_service(asked)
    if hours := _hours(asked):
        schedule = table_of(m.Schedule)
        own = sa.select(schedule.c.service_id).where(schedule.c.service_id.is_not(None), *hours)
        there = sa.select(L.c.service_id).join(schedule, schedule.c.service_at_location_id == L.c.id).where(*hours)
        found.append(sa.or_(S.c.id.in_(own), S.c.id.in_(there)))
    return found


def at_offerings(asked: Narrowed) -> list[Condition]:
    """Conditions on ``service`` and ``service_at_location``: an offering has its own hours, or its service's."""
    found = _of_service(asked)
    if hours := _hours(asked):
        schedule = table_of(m.Schedule)
        mine = schedule.c.service_at_location_id == L.c.id
        any_own = sa.exists().where(mine)
        of_service = sa.exists().where(schedule.c.service_id == S.c.id, *hours)
        found.append(sa.or_(sa.exists().where(mine, *hours), sa.and_(~any_own, of_service)))
    return found


def _of_service(asked: Narrowed) -> list[Condition]:
    found: list[Condition] = []
    if asked.organization is not None:
        organization = table_of(m.Organization)
        wanted = sa.select(organization.c.id).where(organization.c.uuid == asked.organization)
        found.append(S.c.owner_id == wanted.scalar_subquery())
    if asked.modified_after is not None:
        changed = S.alias()
        found.append(S.c.id.in_(sa.select(changed.c.id).where(changed.c.last_modified >= asked.modified_after)))
    if asked.minimum_age is not None:
        found.append(S.c.minimum_age >= asked.minimum_age)
    if asked.maximum_age is not None:
        found.append(S.c.maximum_age <= asked.maximum_age)
    if asked.terms is not None:
        found.append(sa.or_(sa.false(), *_termed(asked.terms)))
    if asked.areas is not None:
        area = table_of(m.ServiceArea).c
        served = sa.select(area.service_id).where(area.code.in_(sorted(asked.areas)))
        found.append(sa.or_(S.c.id.not_in(sa.select(area.service_id)), S.c.id.in_(served)))
    return found


def _termed(terms: Termed) -> Iterator[Condition]:
    """Each a way to have one of ``terms``."""
    for taxonomy, codes in terms.ours.items():
        yield _has(taxonomy, codes)
    if "free" in terms.facts:
        yield S.c.free.is_not(None)
    if "referral" in terms.facts:
        yield S.c.referral != ""
    attribute = table_of(m.Attribute).c
    others: list[Condition] = [attribute.term_uuid.in_(terms.published)] if terms.published else []
    for taxonomy, name in sorted(terms.named):
        called = sa.or_(attribute.label == name, sa.and_(attribute.label == "", attribute.value == name))
        plain = sa.and_(attribute.term_uuid.is_(None), attribute.taxonomy_term_id.is_(None))
        others.append(sa.and_(plain, attribute.taxonomy == taxonomy, called))
    if others:  # of the service, or of all that its organisation does
        has = sa.or_(*others)
        yield S.c.id.in_(sa.select(attribute.service_id).where(attribute.service_id.is_not(None), has))
        yield S.c.owner_id.in_(sa.select(attribute.owner_id).where(attribute.service_id.is_(None), has))


def _has(taxonomy: str, codes: frozenset[str]) -> Condition:
    """Whether a service has one of the terms: as the record keeps those of each taxonomy."""
    wanted = sorted(codes)
    if taxonomy == "kind":
        organization = table_of(m.Organization).c
        return S.c.owner_id.in_(sa.select(organization.id).where(organization.kind.in_(wanted)))
    if taxonomy == "language":
        language = table_of(m.Language).c
        return S.c.id.in_(sa.select(language.service_id).where(language.code.in_(wanted)))
    if taxonomy == "access":
        has, at = table_of(m.Accessibility).c, L.alias()
        there = sa.select(has.location_id).where(has.slug.in_(wanted))
        return S.c.id.in_(sa.select(at.c.service_id).where(at.c.location_id.in_(there)))
    return S.c.id.in_(_services_with(taxonomy, wanted))


def _services_with(taxonomy: str, wanted: Sequence[str]) -> sa.Select[tuple[int]]:
    """The services that have one of the terms, by the index of attributes by their terms: not asked one by one."""
    attribute, term, of = table_of(m.Attribute), table_of(m.TaxonomyTerm), table_of(m.Taxonomy)
    terms = sa.select(term.c.id).where(
        term.c.taxonomy_id == of.c.id, of.c.slug == taxonomy, term.c.code.in_(list(wanted))
    )
    return sa.select(attribute.c.service_id).where(
        attribute.c.taxonomy_term_id.in_(terms), attribute.c.service_id.is_not(None)
    )


def _hours(asked: Narrowed) -> list[Condition]:
    """Conditions on one schedule that is no exception."""
    schedule = table_of(m.Schedule).c
    found: list[Condition] = []
    if asked.day:
        found.append(_on(asked.day))
    if asked.opens_from is not None:
        found.append(schedule.opens_at >= asked.opens_from)
    if asked.closes_by is not None:
        found.append(schedule.closes_at <= asked.closes_by)
    return [~schedule.closed, *found] if found else []


def _on(day: str) -> Condition:
    """Whether a schedule falls on a day of the week: it names the day, is every day, or begins on one and repeats."""
    schedule = table_of(m.Schedule).c
    sunday_first = (WEEKDAYS.index(day) + 1) % 7
    begins = sa.extract("dow", schedule.dtstart) == sunday_first
    every = sa.or_(schedule.freq == "DAILY", sa.and_(schedule.freq.is_(None), schedule.dtstart.is_(None)))
    once_or_weekly = sa.and_(sa.or_(schedule.freq.is_(None), schedule.freq == "WEEKLY"), begins)
    unnamed = sa.and_(schedule.byday == "", schedule.bymonthday == "", sa.or_(every, once_or_weekly))
    return sa.or_(schedule.byday.contains(day), unnamed)
