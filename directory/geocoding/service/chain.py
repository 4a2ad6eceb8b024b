"""One question, one answer: where is that? Offline sources for everyone; the cache and Nominatim for jobs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from directory.core.geo import Point
from directory.core.postcode import Partial, is_northern_ireland
from directory.geocoding import rules
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import layout
from directory.geocoding.service.labels import Label, labels
from directory.geocoding.service.nominatim import Nominatim
from directory.geocoding.service.online import Transaction, find_online
from directory.geocoding.service.postcodes import PostcodeIndex
from directory.geocoding.service.sources import (
    Gazetteer,
    OfflinePostcodes,
    Source,
    located_part,
    to_located,
)
from directory.infra.place import Place
from directory.infra.settings import Settings
from directory.listings.rules.record import Found, Visibility

FEWEST_POINTS: Final = 10  # a sector with fewer gives away whose it is: large users and post-office boxes


@dataclass(frozen=True, slots=True)
class _Offline:
    index: PostcodeIndex
    gazetteer: Gazetteer
    postcodes: OfflinePostcodes


class Geocoding:
    """What a place's words mean. One for each process; the postcode file is mapped at the first question.

    Every method may raise ``NoPostcodes`` when the file has not been built: the message names the command.
    """

    def __init__(self, place: Place, instance: Path, *, nominatim: Nominatim | None = None) -> None:
        self.place = place
        self.nominatim = nominatim  # None: nobody outside is ever asked
        self._instance = instance
        self._opened: _Offline | None = None
        self._opening = threading.Lock()
        self._labels: tuple[Label, ...] | None = None

    @classmethod
    def of(cls, settings: Settings, place: Place) -> Self:
        """The value for an installation; its Nominatim is on when address and contact are both set."""
        url, contact = settings.nominatim_url, settings.nominatim_contact
        return cls(place, settings.instance, nominatim=Nominatim(place, url, contact) if url and contact else None)

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: it maps the postcode file itself, and asks nobody outside."""
        return type(self), (self.place, self._instance)

    @property
    def index(self) -> PostcodeIndex:
        """The offline postcodes themselves."""
        return self._offline().index

    def require(self) -> None:
        """Raise NoPostcodes when the file that lies there now cannot be opened, even if this process mapped another."""
        layout.require(self._instance / layout.FILE)

    @property
    def unplaced(self) -> tuple[str, ...]:
        """Names of the place's file whose anchor is no known postcode: what ``directory doctor`` reports."""
        return self._offline().gazetteer.names.unplaced

    def sources(self) -> dict[str, Source]:
        """The offline sources in the order they are asked, by name."""
        offline = self._offline()
        return {"gazetteer": offline.gazetteer, "postcodes": offline.postcodes}

    def locate(self, words: str) -> Located | Miss:
        """Where the words of a search mean: a postcode, a part of one, a place name, others around it, or a point.

        Offline, under a millisecond, never an error whatever is typed. ``label`` says what was understood.
        Of the sources' answers the most exact one counts. Points outside the place's box are Miss.OUTSIDE.
        """
        kept = rules.readable(words)
        if not kept:
            return Miss.EMPTY
        point = rules.point_in(kept)
        if point is not None:
            return self._within(self._at(point), anywhere=False)
        exact = self.postcode(kept, anywhere=True)
        if isinstance(exact, Located):  # nothing else could be as exact, and most people type a postcode
            return self._within(exact, anywhere=False)
        locations = (source.geocode(kept) for source in self.sources().values())
        answers = [to_located(location) for location in locations if location is not None]
        if answers:
            return self._within(min(answers, key=lambda answer: answer.precision_m), anywhere=False)
        return Miss.NORTHERN_IRELAND if rules.means_northern_ireland(kept) else Miss.UNKNOWN

    def named(self, words: Sequence[str]) -> list[tuple[range, Located]]:
        """The names of neighbourhoods and towns that stand in ``words`` (folded), each with its places among them.

        Names as they are written alone, none that means the whole place, and nothing outside the place's box. Offline.
        """
        found = self._offline().gazetteer.names.among(words)
        return [(at, located) for at, located in found if self.place.box.contains(located.point)]

    def labels(self) -> tuple[Label, ...]:
        """The names that a map of the place shows, the weightiest first. The first time takes 0.2 s."""
        if self._labels is None:  # two threads at once would find the same
            offline = self._offline()
            self._labels = labels(self.place, offline.gazetteer.names, offline.index)
        return self._labels

    def postcode(self, text: str, *, anywhere: bool = False) -> Located | Miss:
        """The centre of a whole postcode and nothing else; ``anywhere``: also outside the box. Offline."""
        postcode = rules.parse_postcode(text)
        if postcode is None:
            return Miss.UNKNOWN if text.strip() else Miss.EMPTY
        point = self.index.unit(postcode)
        if point is None:
            return Miss.NORTHERN_IRELAND if is_northern_ireland(postcode) else Miss.UNKNOWN
        return self._within(Located(point, rules.POSTCODE_M, Found.POSTCODE, str(postcode)), anywhere=anywhere)

    def sector_centre(self, text: str, *, anywhere: bool = False) -> Located | Miss:
        """The centre of the sector of a whole postcode, a new one too, for approximate places. Offline.

        The same for every postcode of the sector. The label is the outward code. A sector of a few points
        (a large user's, a post-office box) would give the place away: there it is the centre of the
        district.
        """
        postcode = rules.parse_postcode(text)
        if postcode is None:
            return Miss.UNKNOWN if text.strip() else Miss.EMPTY
        if is_northern_ireland(postcode):
            return Miss.NORTHERN_IRELAND
        for partial in (Partial(postcode.outward, postcode.inward[0]), Partial(postcode.outward)):
            spot = self.index.part(partial)
            if spot is not None and (spot.points >= FEWEST_POINTS or not partial.is_sector):
                found = located_part(partial, spot)
                hidden = Located(found.point, found.precision_m, found.found, postcode.outward)
                return self._within(hidden, anywhere=anywhere)
        return Miss.UNKNOWN

    def nearest(self, point: Point) -> str | None:
        """The postcode nearest to ``point``, or None when none is within 10 km. Offline."""
        location = self._offline().postcodes.reverse((point.lat, point.lon))
        return None if location is None else str(location.address)

    def find_online(
        self,
        lines: Sequence[str],
        *,
        visibility: Visibility,
        transaction: Transaction,
        now: datetime,
        repeated: bool = True,
    ) -> Located | Miss:
        """Where a public postal address is, for jobs and commands: the cache, then Nominatim, if it is set.

        ``transaction`` opens a session that commits at its end (``infra.db.transaction``): none is held while
        waiting. Slow. Raises ValueError for an address that is not public. See ``online.find_online``.
        """
        return find_online(
            lines,
            visibility=visibility,
            box=self.place.box,
            nominatim=self.nominatim,
            transaction=transaction,
            now=now,
            repeated=repeated,
        )

    def _at(self, point: Point) -> Located:
        """A point as an answer, called by the sector of the postcode nearest to it."""
        postcode = rules.parse_postcode(self.nearest(point) or "")
        label = f"{postcode.outward} {postcode.inward[0]}" if postcode else f"{point.lat:g}, {point.lon:g}"
        return Located(point, rules.POINT_M, Found.BY_HAND, label)

    def _within(self, located: Located, *, anywhere: bool) -> Located | Miss:
        return located if anywhere or self.place.box.contains(located.point) else Miss.OUTSIDE

    def _offline(self) -> _Offline:
        if self._opened is None:
            with self._opening:  # two threads at once: one maps the file, the other waits for it
                if self._opened is None:
                    index = PostcodeIndex.open(self._instance)
                    self._opened = _Offline(index, Gazetteer(self.place, index), OfflinePostcodes(index))
        return self._opened
