"""Nominatim over geopy, fenced: the configured address and no other, little time, few bytes, no rubbish."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final, Self
from urllib.parse import urlsplit

from geopy import exc, geocoders
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter

from directory.core.errors import Invalid
from directory.core.geo import Point, distance_m
from directory.geocoding.rules import Located, Miss
from directory.infra.place import Place
from directory.listings.rules.record import Found

TIMEOUT_S: Final = 10.0  # for the whole answer, however it drips
MOST_BYTES: Final = 256 * 1024  # three results have 3 KB
RESULTS: Final = 3
LEAST_M: Final = 25.0  # a building
USUAL_M: Final = 100.0  # a result that does not say how large it is
BANNED_S: Final = 3_600.0  # 403, or 429 without a word: the server's operators want us to stop
VAGUE_M: Final = 1_000.0  # it found the town, not the address

# geopy writes whole addresses and the server's answers into its log, at levels that a debugging operator
# turns on.
logging.getLogger("geopy").setLevel(logging.WARNING)

# What geopy lets through when an answer has the form of JSON and nothing else of Nominatim's.
RUBBISH: Final = (exc.GeopyError, Invalid, ValueError, TypeError, AttributeError, KeyError, RecursionError)


class Refused(Exception):
    """The server did not answer, or rubbish. ``wait_ms``: how long it asks to be left alone."""

    def __init__(self, wait_ms: int = 0) -> None:
        super().__init__(wait_ms)
        self.wait_ms = wait_ms


class BoundedAdapter(BaseSyncAdapter):  # type: ignore[misc] # geopy comes without types
    """One request, one answer: no redirect, proxy or second try; ``MOST_BYTES`` in the time-out."""

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        """The parsed answer. Raises geopy's errors."""
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError):
            raise exc.GeocoderParseError("not JSON") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        """The answer's text. Raises geopy's errors, whose messages never hold the address or the answer."""
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        with _Watch(connection, timeout) as watch:
            try:
                response, body = watch.exchange(f"{parts.path}?{parts.query}", headers)
            except (OSError, HTTPException) as error:
                timed_out = watch.late or isinstance(error, TimeoutError)
                raise (exc.GeocoderTimedOut if timed_out else exc.GeocoderUnavailable)("no answer") from None
        if watch.late:  # what was read so far may look whole
            raise exc.GeocoderTimedOut("no answer in time")
        if response.status != HTTPStatus.OK:
            said = {name.lower(): value for name, value in response.getheaders()}
            raise AdapterHTTPError("refused", status_code=response.status, headers=said, text=None)
        if len(body) > MOST_BYTES:
            raise exc.GeocoderParseError("too long")
        return body.decode()


class _Watch:
    """One exchange, ended when its time is over: a socket's own time-out begins anew with each byte."""

    def __init__(self, connection: HTTPConnection, timeout: float) -> None:
        self.late = False
        self._connection = connection
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(timeout, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._connection.close()
        if self._socket is not None:
            self._socket.close()

    def exchange(self, path: str, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        """Ask, and read the answer to one byte more than is wanted. Raises OSError or HTTPException."""
        self._connection.connect()
        self._socket = self._connection.sock  # the connection forgets it when the answer begins
        self._connection.request("GET", path, headers={**headers, "Connection": "close"})
        with self._connection.getresponse() as response:
            return response, response.read(MOST_BYTES + 1)

    def _cut(self) -> None:
        self.late = True
        for open_socket in (self._socket, self._connection.sock):
            if open_socket is not None:
                with suppress(OSError):  # it ended at the same moment
                    open_socket.shutdown(socket.SHUT_RDWR)


class _Geocoder(geocoders.Nominatim):  # type: ignore[misc] # geopy comes without types
    """geopy's, which takes ``{}`` for "nothing found" and a result without a point for one at 0, 0."""

    def _parse_json(self, places: Any, exactly_one: bool) -> Any:  # noqa: FBT001 - geopy's signature
        if not isinstance(places, list):
            raise exc.GeocoderParseError("not a list of places")
        return super()._parse_json(places, exactly_one)

    def _parse_code(self, place: Any) -> Any:
        Point.parse(place["lat"], place["lon"])
        return super()._parse_code(place)


class Nominatim:
    """One Nominatim server, asked for addresses in the place's box. ``contact`` is sent every time."""

    def __init__(self, place: Place, url: str, contact: str, *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        self.place = place
        self._geocoder = _Geocoder(
            scheme=parts.scheme,
            domain=f"{parts.netloc}{parts.path}",
            user_agent=f"community-directory ({contact})",
            timeout=timeout_s,
            proxies={},
            adapter_factory=BoundedAdapter,
        )

    def geocode(self, query: str) -> Any:
        """The first ``Location`` of the answer that is an address in the place's box, or None.

        Raises geopy's errors, and whatever rubbish makes geopy raise (``RUBBISH``).
        """
        box = self.place.box
        found = self._geocoder.geocode(
            query,
            exactly_one=False,
            limit=RESULTS,
            country_codes="gb",
            viewbox=[(box.south, box.west), (box.north, box.east)],
            bounded=True,
        )
        for location in found or ():
            point = Point(location.latitude, location.longitude)
            if box.contains(point) and precision_m(location.raw) <= VAGUE_M:
                return location
        return None

    def ask(self, lines: Sequence[str]) -> Located | Miss:
        """Where an address is, or Miss.UNKNOWN. Raises Refused when the server did not say."""
        words = ", ".join(lines)
        try:
            location = self.geocode(words)
            if location is None:
                return Miss.UNKNOWN
            point = Point(location.latitude, location.longitude)
            return Located(point, precision_m(location.raw), Found.ADDRESS, words)
        except exc.GeocoderRateLimited as error:
            seconds = BANNED_S if error.retry_after is None else error.retry_after
            raise Refused(round(min(seconds, BANNED_S) * 1000)) from None
        except (exc.GeocoderInsufficientPrivileges, exc.GeocoderAuthenticationFailure):
            raise Refused(round(BANNED_S * 1000)) from None
        except RUBBISH:
            raise Refused from None


def precision_m(raw: Any) -> float:
    """How far off a result may be, in metres: half of its bounding box from corner to corner."""
    try:
        south, north, west, east = map(float, raw["boundingbox"])
        corners = Point.parse(south, west), Point.parse(north, east)
    except RUBBISH:
        return USUAL_M
    return max(LEAST_M, distance_m(*corners) / 2)
