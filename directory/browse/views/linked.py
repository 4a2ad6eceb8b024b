"""The listing as linked data (schema.org), for search engines: what the page says and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from directory.core.hours import WEEKDAYS
from directory.listings.rules.record import Visibility

Json = Mapping[str, Any]
KINDS: Final = {"charity": "NGO", "public-service": "GovernmentOrganization"}
DAYS: Final = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def linked_data(record: Json, *, url: str) -> dict[str, Any]:
    """``record`` of a stored page as a schema.org organisation; ``url`` is the page's absolute address."""
    return _said(
        {
            "@context": "https://schema.org",
            "@type": KINDS.get(record["kind"], "Organization"),
            "@id": url,
            "url": url,
            "name": record["name"],
            "alternateName": record["alternate_name"],
            "description": record["description"],
            "sameAs": record["website"] if record["website"].startswith("http") else "",
            "email": record["email"],
            "telephone": [phone["number"] for phone in record["phones"]],
            "location": [_place(place) for place in record["locations"] if _may_be_found(place)],
            "makesOffer": [
                {"@type": "Offer", "itemOffered": _service(service, record["locations"])}
                for service in record["services"]
            ],
        }
    )


def _may_be_found(place: Json) -> bool:
    return place["visibility"] != Visibility.HIDDEN and bool(place["addresses"] or place["point"])


def _place(place: Json) -> dict[str, Any]:
    address = place["addresses"][0] if place["addresses"] else None
    point = place["point"] if place["visibility"] == Visibility.EXACT else None
    return _said(
        {
            "@type": "Place",
            "name": place["name"],
            "address": _address(address) if address else None,
            "geo": {"@type": "GeoCoordinates", "latitude": point[0], "longitude": point[1]} if point else None,
        }
    )


def _address(address: Json) -> dict[str, Any]:
    return _said(
        {
            "@type": "PostalAddress",
            "streetAddress": ", ".join(address[name] for name in ("address_1", "address_2") if address[name]),
            "addressLocality": address["city"],
            "addressRegion": address["region"] or address["state_province"],
            "postalCode": address["postal_code"],
            "addressCountry": address["country"],
        }
    )


def _service(service: Json, places: list[Json]) -> dict[str, Any]:
    found = {place["id"]: place for place in places if _may_be_found(place)}
    channels = []
    for offering in service["offerings"]:
        hours = [*_hours(offering["schedules"] or service["schedules"])]
        place = found.get(offering["location_id"] or "")
        if hours or place:
            channels.append(
                _said(
                    {
                        "@type": "ServiceChannel",
                        "serviceLocation": _place(place) if place else None,
                        "hoursAvailable": hours,
                    }
                )
            )
    return _said(
        {
            "@type": "Service",
            "name": service["name"],
            "description": service["description"],
            "areaServed": [area["name"] for area in service["service_areas"]],
            "availableChannel": channels,
        }
    )


def _hours(schedules: list[Json]) -> Iterator[dict[str, Any]]:
    """Plain weekly hours; schema.org has no words for the second Tuesday of the month."""
    for schedule in schedules:
        weekly = schedule.get("freq") == "WEEKLY" and schedule.get("interval", 1) in {1, None}
        timed = schedule.get("opens_at") and schedule.get("closes_at")
        if not weekly or not timed or schedule.get("closed"):
            continue
        yield _said(
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [DAYS[day] for day in schedule.get("byday", ()) if day in DAYS],
                "opens": schedule["opens_at"],
                "closes": schedule["closes_at"],
                "validFrom": schedule.get("valid_from"),
                "validThrough": schedule.get("valid_to"),
            }
        )


def _said(value: dict[str, Any]) -> dict[str, Any]:
    """``value`` without what nobody said."""
    return {name: said for name, said in value.items() if said not in ("", None, [])}
