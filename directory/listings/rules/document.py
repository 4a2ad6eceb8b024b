"""The stored document of a listing: its card in a list, and its page. Made when it is published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from directory.core.text import shorten
from directory.listings.rules.codec import encode
from directory.listings.rules.offerings import Flat, flat_offerings
from directory.listings.rules.record import Record

SUMMARY_CHARACTERS = 220
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NO_SLUG: Final = '"slug":""'
CARD_SCHEDULES = 7  # a week; a card with more says "and other times"


def page_text(
    record_text: str, *, slug: str, version: int, areas: Mapping[UUID, tuple[str, ...]], now: datetime
) -> str:
    """JSON of the page, around ``record_text``, the JSON of the encoded public record (also kept as revision)."""
    return f'{dumps(page_head(slug=slug, version=version, areas=areas, now=now))[:-1]},"record":{record_text}}}'


def page_head(*, slug: str, version: int, areas: Mapping[UUID, tuple[str, ...]], now: datetime) -> dict[str, Any]:
    """What the page says before the record."""
    return {
        "slug": slug,
        "version": version,
        "last_modified": now.isoformat(),
        "areas": {str(location): list(codes) for location, codes in areas.items() if codes},
    }


def card_text(record: Record) -> str:
    """JSON of the card, all but for its slug (``with_slug``)."""
    return dumps(card(record, slug=""))


def with_slug(card_text: str, slug: str) -> str:
    """The card's text with its slug: before that stands nothing but the id."""
    return card_text.replace(_NO_SLUG, f'"slug":"{slug}"', 1)


def card(record: Record, *, slug: str) -> dict[str, Any]:
    """What a list shows of the public ``record``; ``offerings[n]`` is offering n of ``flat_offerings``."""
    found: dict[str, Any] = {
        "id": str(record.id),
        "slug": slug,
        "name": record.name,
        "kind": record.kind,
        "summary": shorten(record.description or _first_description(record), SUMMARY_CHARACTERS),
        "source": str(record.source.kind),
        "source_name": record.source.name,
        "assured_at": record.assured_at.isoformat() if record.assured_at else None,
        "notice": encode(record.notice) if record.notice else None,
        "offerings": [offering_card(record, flat) for flat in flat_offerings(record)],
    }
    return found


def offering_card(record: Record, flat: Flat) -> dict[str, Any]:
    """What a list shows of one offering."""
    service, location = flat.service, flat.location
    point = location.point if location else None
    return {
        "n": flat.n,
        "id": str(flat.id),
        "service": service.name if service else record.name,
        "needs": list(service.needs) if service else [],
        "where": location.name if location else "",
        "line": ", ".join(location.addresses[0].lines()) if location and location.addresses else "",
        "visibility": str(location.visibility) if location else None,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "serves": [area.name for area in service.service_areas] if service else [],
        "how": list(service.how) if service else [],
        "free": service.free if service else None,
        "languages": [language.name or language.code for language in service.languages] if service else [],
        "access": list(location.accessibility) if location else [],
        "schedules": [encode(schedule) for schedule in flat.schedules[:CARD_SCHEDULES]],
    }


def dumps(value: Any) -> str:
    """Compact JSON, text as it is."""
    return _JSON.encode(value)


def _first_description(record: Record) -> str:
    return next((service.description for service in record.services if service.description), "")
