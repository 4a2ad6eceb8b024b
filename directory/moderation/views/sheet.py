"""A suggestion, or two versions of a listing, field by field, and on a map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from json import dumps
from typing import Any, Final

from directory.core.geo import Box, Point, distance_m
from directory.infra.place import Place
from directory.listings.rules.codes import code_of
from directory.listings.rules.record import Location, Record
from directory.listings.rules.taxonomy import Terms
from directory.moderation.rules.differences import FieldChange, Piece
from directory.moderation.views.labels import VISIBILITY, field_words, part_words
from directory.moderation.views.values import value_lines
from directory.web.addresses import address
from directory.web.words import gettext as _

SHORT: Final = 60  # characters: shorter texts are told whole on both sides
# What nearly every new part says: to tell it would hide the rest.
USUAL: Final = (("country", "GB"), ("location_type", "physical"), ("status", "active"))
KEPT: Final = 0.4  # of a text that is told once, with marks
AROUND_M: Final = 500.0
REGISTERS: Final = {
    "GB-CHC": "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/{}",
    "GB-COH": "https://find-and-update.company-information.service.gov.uk/company/{}",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what it was and what it becomes. ``pieces`` are the words of a long text, marked."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    pieces: tuple[Piece, ...]
    is_met: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one part that differ."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A place on the map and in words: ``moved`` is how far from where it is published."""

    name: str
    how: str
    before: str
    after: str
    moved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrame:
    """What ``components/map.html`` needs."""

    document_url: str
    features: str
    outlines_url: str
    box: tuple[float, float, float, float]
    size: str = "small"
    features_url: str = ""
    pins_url: str = ""
    area_url: str = ""
    here: None = None
    within_m: float = 0.0
    locked: bool = True


def groups(changes: Sequence[FieldChange], terms: Terms, place: Place, met: Sequence[str] = ()) -> list[Group]:
    """Differences by the parts they stand in."""
    said = []
    told = [change for change in changes if change.before or (change.field, change.after) not in USUAL]
    for (part, of, _path), lines in groupby(told, key=lambda change: (change.part, change.of, change.path[:-1])):
        said.append(Group(part_words(part, of), tuple(_line(change, terms, place, met) for change in lines)))
    return said


def _line(change: FieldChange, terms: Terms, place: Place, met: Sequence[str]) -> Line:
    long = change.before and change.after and change.pieces
    shown = change.pieces if long and _is_marked(change) else ()
    return Line(
        field_words(change.field),
        value_lines(change.field, change.before, terms, place),
        value_lines(change.field, change.after, terms, place),
        shown,
        is_met="/".join(change.path) in met,
    )


def _is_marked(change: FieldChange) -> bool:
    """Whether a text is long, and much of it stayed: of two other texts the marks would be in the way."""
    longest = max(len(change.before), len(change.after))
    kept = sum(len(piece.text) for piece in change.pieces if piece.sign == "same")
    return longest > SHORT and kept > longest * KEPT


def pinned(before: Record | None, after: Record | None) -> list[Pinned]:
    """Every place of both records, as openly as it is shown, and how far it has moved."""
    former, latter = ({place.id: place for place in record.locations} if record else {} for record in (before, after))
    return [_pinned(former.get(number), latter.get(number)) for number in dict.fromkeys((*former, *latter))]


def _pinned(was: Location | None, now: Location | None) -> Pinned:
    shown = now or was
    assert shown is not None  # noqa: S101 - it is one of the two
    return Pinned(
        shown.name or _("A place without a name"),
        str(VISIBILITY[shown.visibility]),
        _point_words(was),
        _point_words(now),
        _moved_words(was.point if was else None, now.point if now else None),
    )


def _point_words(place: Location | None) -> str:
    if place is None:
        return _("not there")
    if place.point is None:
        return _("no point on the map")
    said = f"{place.point.lat:.5f}, {place.point.lon:.5f}"
    return (
        _("%(point)s, to %(metres)s metres", point=said, metres=round(place.precision_m)) if place.precision_m else said
    )


def _moved_words(was: Point | None, now: Point | None) -> str:
    if was is None or now is None or was == now:
        return ""
    return _("moved by %(metres)s metres", metres=round(distance_m(was, now)))


def map_of(before: Record | None, after: Record | None) -> MapFrame | None:
    """The public points of both, one map; None when there are none. A pin that stays where it is stands there once."""
    former, latter = ({place.id: place for place in record.locations} if record else {} for record in (before, after))
    staying = {number for number, place in former.items() if number in latter and place.point == latter[number].point}
    shown = [
        *_features(
            (place for number, place in former.items() if number not in staying), lambda _place: _("As published")
        ),
        *_features(
            latter.values(), lambda place: _("As published and proposed") if place.id in staying else _("As proposed")
        ),
    ]
    if not shown:
        return None
    points = [Point(lat, lon) for lon, lat in (each["geometry"]["coordinates"] for each in shown)]
    box = Box.holding(points) if len(set(points)) > 1 else Box.around(points[0], AROUND_M)
    return MapFrame(
        document_url=address("browse.map_script"),
        features=dumps({"type": "FeatureCollection", "features": shown}, ensure_ascii=False),
        outlines_url=address("browse.outlines"),
        box=(box.west, box.south, box.east, box.north),
    )


def _features(places: Iterable[Location], words: Callable[[Location], str]) -> Iterator[dict[str, Any]]:
    for place in places:
        if place.point is not None:
            yield {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [place.point.lon, place.point.lat]},
                "properties": {
                    "id": code_of(place.id),
                    "name": words(place),
                    "url": "#places",
                    "need": "",
                    "where": place.name,
                    "approximate": place.visibility != "exact",
                },
            }


def registers(record: Record | None) -> list[tuple[str, str]]:
    """Numbers in registers with the address of the entry there, "" for a register that is not known."""
    found = record.identifiers if record else ()
    return [(f"{each.scheme} {each.value}", REGISTERS.get(each.scheme, "").format(each.value)) for each in found]
