"""The sources that are asked offline, as geopy geocoders: the place's gazetteer, and the postcodes.

What they answer is a geopy ``Location``: its address is what was understood, its ``raw`` says
``precision_m`` (metres) and ``found``. They know all of Great Britain; whether a point is in the place is
for the chain to say.
"""

from __future__ import annotations

from typing import Any, Protocol

from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from directory.core.geo import Point
from directory.core.postcode import Partial
from directory.geocoding import rules
from directory.geocoding.rules import Located
from directory.geocoding.service.names import Names
from directory.geocoding.service.postcodes import PostcodeIndex, Spot
from directory.infra.place import Place
from directory.listings.rules.record import Found


class Source(Protocol):
    """A geopy geocoder, as far as the chain needs one."""

    def geocode(self, query: str) -> Any:
        """A geopy ``Location``, or None for words it does not know. Raises geopy's errors."""


class NoNetwork(BaseSyncAdapter):  # type: ignore[misc] # geopy comes without types
    """geopy's way to the network, closed: an offline source that asked for it would be a mistake of ours."""

    def get_text(self, url: str, **_: object) -> Any:
        """Refused."""
        raise RuntimeError(f"an offline geocoder asked for {url}")

    get_json = get_text


class _Offline(Geocoder):  # type: ignore[misc] # geopy comes without types
    """What both have in common: geopy's arguments, and no way out."""

    def __init__(self) -> None:
        super().__init__(proxies={}, adapter_factory=NoNetwork)

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: object = DEFAULT_SENTINEL) -> Any:  # noqa: ARG002 - geopy's signature
        """The ``Location`` of ``query`` or None; a list with ``exactly_one=False``."""
        located = self._locate(rules.readable(query))
        location = None if located is None else to_location(located)
        return location if exactly_one else [location] if location else []

    def _locate(self, words: str) -> Located | None:
        raise NotImplementedError


class OfflinePostcodes(_Offline):
    """Whole postcodes, among other words too, and the nearest postcode of a point."""

    def __init__(self, index: PostcodeIndex) -> None:
        super().__init__()
        self._index = index

    def _locate(self, words: str) -> Located | None:
        postcode = rules.postcode_in(words)
        point = None if postcode is None else self._index.unit(postcode)
        return None if point is None else Located(point, rules.POSTCODE_M, Found.POSTCODE, str(postcode))

    def reverse(self, query: Any, *, exactly_one: bool = True, timeout: object = DEFAULT_SENTINEL) -> Any:  # noqa: ARG002 - geopy's signature
        """The ``Location`` of the postcode nearest to ``query`` (a pair, or "lat,lon"), or None."""
        lat, lon = map(float, self._coerce_point_to_string(query).split(","))
        near = self._index.nearest(Point(lat, lon))
        location = None if near is None else self.geocode(str(near[0]))
        return location if exactly_one else [location] if location else []


class Gazetteer(_Offline):
    """Names of the place, its neighbourhoods and what is in its districts; and parts of postcodes."""

    def __init__(self, place: Place, index: PostcodeIndex) -> None:
        super().__init__()
        self._index = index
        self.names = Names(place, self._part)

    def _locate(self, words: str) -> Located | None:
        parts = (self._part(partial) for partial in rules.partials_in(words))
        part = next((located for located in parts if located is not None), None)
        known = [located for located in (self.names.find(words), part) if located is not None]
        return min(known, key=lambda located: located.precision_m, default=None)

    def _part(self, partial: Partial) -> Located | None:
        spot = self._index.part(partial)
        return None if spot is None else located_part(partial, spot)


def located_part(partial: Partial, spot: Spot) -> Located:
    """A district or sector as an answer."""
    found = Found.SECTOR if partial.is_sector else Found.DISTRICT
    return Located(spot.point, max(rules.LEAST_AREA_M, spot.radius_m), found, str(partial))


def to_location(located: Located) -> Any:
    """``located`` as geopy says it."""
    raw = {"precision_m": located.precision_m, "found": located.found.value}
    return Location(located.label, (located.point.lat, located.point.lon), raw)


def to_located(location: Any) -> Located:
    """What one of our sources said, as everyone else takes it."""
    point = Point(location.latitude, location.longitude)
    return Located(point, location.raw["precision_m"], Found(location.raw["found"]), location.address)
