"""Rows of the HSDS tables back into one record: the mirror of ``service.rows``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.listings.rules import record as r
from directory.listings.rules.columns import FACETS, PLAIN, TABLE

Parts = Mapping[str, list[Any]]
Part = TypeVar("Part")


def record_of(row: Any, parts: Parts) -> r.Record:
    """The record of an organisation's ``row`` and its ``parts`` (table name -> rows in order)."""
    places = {found.id: found.uuid for found in parts["location"]}
    return _part(
        r.Record,
        row,
        source=_source(row),
        identifiers=_parts(r.Identifier, parts),
        phones=_phones(parts),
        contacts=_contacts(parts, None),
        locations=tuple(_location(found, parts) for found in parts["location"]),
        services=tuple(_service(found, parts, places) for found in parts["service"]),
        attributes=_attributes(parts, None),
        notice=r.Notice(text=row.notice, until=row.notice_until) if row.notice else None,
        today=r.Today(status=row.today_status, until=row.today_until) if row.today_status else None,
        wants=tuple(row.wants),
        supplies=tuple(row.supplies),
    )


def _part(kind: type[Part], row: Any, **more: Any) -> Part:
    """The ``kind`` of ``row``: its plain columns, its UUID, and ``more``."""
    values: dict[str, Any] = {field: getattr(row, column) for field, column in PLAIN[kind]}
    return kind(**{"id": row.uuid, **values, **more})


def _parts(kind: type[Part], parts: Parts, **link: Any) -> tuple[Part, ...]:
    """Every ``kind`` whose columns equal ``link``."""
    return tuple(_part(kind, row) for row in _linked(parts[TABLE[kind]], link))


def _linked(rows: list[Any], link: Mapping[str, Any]) -> list[Any]:
    return [row for row in rows if all(getattr(row, column) == value for column, value in link.items())]


def _source(row: Any) -> r.Source:
    return r.Source(
        kind=r.SourceKind(row.source_kind),
        name=row.source_name,
        id=row.source_id,
        fetched_at=row.source_fetched_at,
    )


def _phones(parts: Parts, **link: int) -> tuple[r.Phone, ...]:
    """Phones of what ``link`` names, or with none of the organisation."""
    none: dict[str, int | None] = dict.fromkeys(("service_id", "location_id", "service_at_location_id", "contact_id"))
    return _parts(r.Phone, parts, **(none | link))


def _contacts(parts: Parts, service_id: int | None) -> tuple[r.Contact, ...]:
    rows = _linked(parts["contact"], {"service_id": service_id})
    return tuple(_part(r.Contact, row, phones=_phones(parts, contact_id=row.id)) for row in rows)


def _attributes(parts: Parts, service_id: int | None) -> tuple[r.Attribute, ...]:
    rows = _linked(parts["attribute"], {"service_id": service_id})
    return tuple(_part(r.Attribute, row) for row in rows if not _is_facet(row))


def _is_facet(row: Any) -> bool:
    return row.service_id is not None and not row.label and any(row.taxonomy == taxonomy for _, taxonomy in FACETS)


def _facets(parts: Parts, service_id: int) -> dict[str, tuple[str, ...]]:
    rows = _linked(parts["attribute"], {"service_id": service_id, "label": ""})
    return {field: tuple(row.value for row in rows if row.taxonomy == taxonomy) for field, taxonomy in FACETS}


def _location(row: Any, parts: Parts) -> r.Location:
    found = _part(
        r.Location,
        row,
        point=None if row.latitude is None else Point(row.latitude, row.longitude),
        addresses=_parts(r.Address, parts, location_id=row.id),
        accessibility=tuple(thing.slug for thing in parts["accessibility"] if thing.location_id == row.id),
        phones=_phones(parts, location_id=row.id),
    )
    return replace(
        found,
        visibility=r.Visibility(row.visibility),
        found=r.Found(row.found) if row.found else None,
    )


def _service(row: Any, parts: Parts, places: Mapping[int, UUID]) -> r.Service:
    offerings = _linked(parts["service_at_location"], {"service_id": row.id})
    return _part(
        r.Service,
        row,
        cost_options=_parts(r.CostOption, parts, service_id=row.id),
        languages=_parts(r.Language, parts, service_id=row.id),
        phones=_phones(parts, service_id=row.id),
        contacts=_contacts(parts, row.id),
        schedules=_schedules(parts, service_id=row.id),
        service_areas=_parts(r.ServiceArea, parts, service_id=row.id),
        offerings=tuple(_offering(at, parts, places) for at in offerings),
        attributes=_attributes(parts, row.id),
        **_facets(parts, row.id),
    )


def _offering(row: Any, parts: Parts, places: Mapping[int, UUID]) -> r.Offering:
    return _part(
        r.Offering,
        row,
        location_id=places.get(row.location_id) if row.location_id else None,
        schedules=_schedules(parts, service_at_location_id=row.id),
        phones=_phones(parts, service_at_location_id=row.id),
    )


def _schedules(parts: Parts, **link: int) -> tuple[Schedule, ...]:
    none: dict[str, int | None] = dict.fromkeys(("service_id", "service_at_location_id"))
    return tuple(
        Schedule(
            byday=tuple(row.byday.split(",")) if row.byday else (),
            bymonthday=tuple(int(day) for day in row.bymonthday.split(",")) if row.bymonthday else (),
            **{field: getattr(row, column) for field, column in PLAIN[Schedule]},
        )
        for row in _linked(parts["schedule"], none | link)
    )
