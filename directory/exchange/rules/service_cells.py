"""The services and places of an organisation, one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.geo import Box, Point
from directory.core.hours import Schedule
from directory.core.identifiers import stable_uuid
from directory.core.postcode import Postcode
from directory.exchange.rules.cells import Cells, PostcodeCell, Row, known_slugs, yes_or_no
from directory.exchange.rules.hours_text import WANTED, parse_hours
from directory.exchange.rules.mapping import Column, Mapping
from directory.listings.rules import record as r

if TYPE_CHECKING:
    from directory.exchange.rules.derive import Vocabulary

ADDRESS = ("address_1", "address_2", "city", "region")
WHOLE_PLACE = "*place"
EVERYWHERE = {"everywhere": "*everywhere", "whole place": WHOLE_PLACE}
BRITISH_ISLES = Box(west=-11.0, south=49.0, east=3.0, north=61.0)  # turned over, it lies in the Indian Ocean


def _point_of(lat: str, lon: str) -> Point:
    """The point; Invalid when it is not on Earth, or is one of these islands' with its numbers swapped."""
    point = Point.parse(lat, lon)
    if BRITISH_ISLES.contains(Point(lat=point.lon, lon=point.lat)):
        raise Invalid("point", f"{lat}, {lon}", "latitude and longitude each in its own column")
    return point


class ServiceCells:
    """Reads the columns that may differ from row to row of one organisation."""

    def __init__(
        self,
        mapping: Mapping,
        words: Vocabulary,
        columns: dict[str, list[Column]],
        visibility: r.Visibility,
        place: str,
    ) -> None:
        self._mapping = mapping
        self._words = words
        self._columns = columns
        self._visibility = visibility
        self._whole = {**EVERYWHERE, place.casefold(): WHOLE_PLACE}

    def read(
        self,
        first: Cells,
        rows: Sequence[tuple[int, Row]],
        organisation: UUID,
        *,
        name: str,
        needs: list[str],
    ) -> tuple[tuple[r.Location, ...], tuple[r.Service, ...], list[PostcodeCell]]:
        """Locations, services and postcodes of the rows. Problems of later rows are added to ``first``."""
        # Ids are public and last, so nothing of a place goes into them: a digest of an address can be guessed back.
        places: dict[object, r.Location] = {}
        postcodes: list[PostcodeCell] = []
        services: dict[str, tuple[UUID, Callable[..., r.Service], list[r.Offering]]] = {}
        for index, (number, row) in enumerate(rows):
            cells = first if index == 0 else Cells(number, row, first.places)
            place = self._location(cells, organisation, len(places))
            if place:
                said = (place.name, place.visibility, place.point, *(line.lines() for line in place.addresses))
                place = places.setdefault(said, place)
                postcodes += self._postcodes(cells, place)
            title = self._text(cells, "service") or name
            if title not in services:
                service = stable_uuid(organisation, "service", title)
                services[title] = (service, self._service(cells, service, title, needs), [])
            service, _make, offerings = services[title]
            offerings.append(
                r.Offering(
                    id=stable_uuid(service, "offering", len(offerings)),
                    location_id=place.id if place else None,
                    schedules=self._schedules(cells),
                )
            )
            if index:
                first.problems += cells.problems
        made = tuple(make(offerings=tuple(offerings)) for _service, make, offerings in services.values())
        return tuple(places.values()), made, postcodes

    def _postcodes(self, cells: Cells, place: r.Location) -> Iterator[PostcodeCell]:
        """The cell in which the postcode of the row's place stands, if it has one."""
        for column in self._columns.get("postcode", ())[:1]:
            for code in (address.postal_code for address in place.addresses if address.postal_code):
                yield PostcodeCell(cells.number, column.name, cells.text(column.name), code, place.id)

    def _text(self, cells: Cells, target: str) -> str:
        for column in self._columns.get(target, ()):
            text = cells.text(column.name, column.case)
            if text:
                return text
        return ""

    def _parsed(self, cells: Cells, target: str, parse: Any, remedy: str, *, fatal: bool = False) -> Any:
        for column in self._columns.get(target, ()):
            return cells.parsed(column.name, parse, remedy, fatal=fatal)
        return None

    def _slugs(self, cells: Cells, target: str, known: dict[str, str]) -> list[str]:
        found: list[str] = []
        for column in self._columns.get(target, ()):
            some, unknown = known_slugs(cells.words(column.name), known)
            found += some
            for word in unknown:
                cells.wrong(column.name, word, f"one of {', '.join(sorted(set(known.values())))}", fatal=False)
        return found

    def _service(self, cells: Cells, service: UUID, title: str, needs: list[str]) -> Callable[..., r.Service]:
        """What makes the service once its offerings are known."""
        words = self._words.by_word
        codes = self._slugs(cells, "languages", self._words.languages)
        cost = self._text(cells, "cost")
        own = self._slugs(cells, "needs", words["needs"])
        return partial(
            r.Service,
            id=service,
            name=title,
            description=self._text(cells, "service_description"),
            needs=tuple(dict.fromkeys([*own, *needs])),
            audiences=tuple(self._slugs(cells, "audiences", words["audiences"])),
            how=tuple(self._slugs(cells, "how", words["hows"])),
            eligibility=self._text(cells, "eligibility"),
            fees=cost,
            free=self._parsed(cells, "free", yes_or_no, "yes or no"),
            languages=tuple(
                r.Language(id=stable_uuid(service, code), code=code, name=self._words.terms.languages[code].name)
                for code in codes
            ),
            service_areas=self._areas(cells, service),
        )

    def _areas(self, cells: Cells, service: UUID) -> tuple[r.ServiceArea, ...]:
        found = []
        for column in self._columns.get("area_served", ()):
            for word in cells.words(column.name):
                code = self._whole.get(word.casefold(), word.upper() if any(map(str.isdigit, word)) else word)
                found.append(r.ServiceArea(id=stable_uuid(service, code), code=code, name=word))
        return tuple(found)

    def _schedules(self, cells: Cells) -> tuple[Schedule, ...]:
        found: tuple[Schedule, ...] | None = self._parsed(cells, "hours", parse_hours, WANTED)
        return found or ()

    def _location(self, cells: Cells, organisation: UUID, number: int) -> r.Location | None:
        venue = self._text(cells, "venue")
        address = self._address(cells)
        point = self._point(cells)
        if not (venue or address or point):
            return None
        place = stable_uuid(organisation, "place", number)
        return r.Location(
            id=place,
            name=venue,
            visibility=self._visible(cells),
            point=point,
            found=r.Found.SOURCE if point else None,
            addresses=(r.Address(id=stable_uuid(place, "address"), **address),) if address else (),
            accessibility=tuple(self._slugs(cells, "access", self._words.by_word["access"])),
        )

    def _address(self, cells: Cells) -> dict[str, str]:
        """The fields of an address that the row has; none when it has no address."""
        postcode = self._parsed(cells, "postcode", Postcode.parse, "a postcode as in B14 7QH")
        found = {name: text for name in ADDRESS if (text := self._text(cells, name))}
        return found | {"postal_code": str(postcode)} if postcode else found

    def _point(self, cells: Cells) -> Point | None:
        """The point of the row. One that is not on Earth, or half of one, breaks the row: it may be any column."""
        columns = [self._columns.get(name, [None])[0] for name in ("latitude", "longitude")]
        lat, lon = (cells.text(column.name) if column else "" for column in columns)
        if not lat and not lon:
            return None
        try:
            return _point_of(lat, lon)
        except Invalid:
            column = columns[0] or columns[1]
            remedy = "latitude from -90 to 90 and longitude from -180 to 180, in degrees; are columns swapped?"
            cells.wrong(column.name if column else "latitude", f"{lat}, {lon}", remedy, fatal=True)
            return None

    def _visible(self, cells: Cells) -> r.Visibility:
        """As the row says, but never more than the mapping or the operator allows. Fatal when not understood."""
        asked: r.Visibility | None = self._parsed(
            cells,
            "visibility",
            lambda text: r.Visibility(text.casefold()),
            "exact, approximate or hidden",
            fatal=True,
        )
        order = list(r.Visibility)
        return max(asked or self._visibility, self._visibility, key=order.index)
