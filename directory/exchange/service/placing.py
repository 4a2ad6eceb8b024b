"""Postcodes of a file that are written as they should be, and that the map does not know all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from directory.exchange.rules.cells import Outcome, PostcodeCell, Problem
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding
from directory.listings.rules.record import Location, Record, Visibility

UNKNOWN: Final = "a postcode that exists: look for a typing error"
NEW: Final = f"{UNKNOWN}; if it is new, give latitude and longitude"
NORTHERN_IRELAND: Final = "a postcode of Great Britain: the postcodes here leave out Northern Ireland"
MEASURED: Final = f"{NORTHERN_IRELAND}; give latitude and longitude"
_REMEDIES: Final = {  # why there is no point, and whether the place is exact: of no other is the file's own published
    (Miss.UNKNOWN, False): UNKNOWN,
    (Miss.UNKNOWN, True): NEW,
    (Miss.NORTHERN_IRELAND, False): NORTHERN_IRELAND,
    (Miss.NORTHERN_IRELAND, True): MEASURED,
}


def misplaced(
    record: Record,
    cells: Sequence[PostcodeCell],
    geocoding: Geocoding,
    *,
    where: Callable[[str], Located | Miss],
    outside_place: bool,
) -> Iterator[Problem]:
    """Each of ``cells``, rows of ``record``, whose postcode is unknown, of Northern Ireland, or outside the place.

    ``where`` answers as ``geocoding.postcode`` does; with ``outside_place`` those are wanted. The postcode of a hidden
    place is not said again: it decides nothing that anybody sees.
    """
    places = {place.id: place for place in record.locations}
    for cell in cells:
        place = places[cell.location]
        if place.visibility is Visibility.HIDDEN or (place.visibility is Visibility.EXACT and place.point):
            continue
        found = where(cell.postcode)
        if found is Miss.OUTSIDE and not outside_place:
            remedy = f"a postcode in {geocoding.place.name}, unless it is elsewhere"
            yield Problem(cell.row, cell.column, cell.value, remedy, Outcome.KEPT)
        elif isinstance(found, Miss) and (found, False) in _REMEDIES:
            remedy = _REMEDIES[found, place.visibility is Visibility.EXACT]
            yield Problem(cell.row, cell.column, cell.value, remedy, _outcome(cell, place, geocoding))


def _outcome(cell: PostcodeCell, place: Location, geocoding: Geocoding) -> Outcome:
    """An approximate place stands in the middle of its sector, of which one needs no more than the first part."""
    if place.visibility is Visibility.EXACT:
        return Outcome.OFF_THE_MAP
    centre = geocoding.sector_centre(cell.postcode, anywhere=True)
    return Outcome.ROUGHLY if isinstance(centre, Located) else Outcome.OFF_THE_MAP
