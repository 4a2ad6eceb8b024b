"""The names people call places by, and the one that a person meant, typing errors forgiven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.core.geo import Point, centre_of, distance_m
from directory.core.postcode import Partial, parse_partial
from directory.core.text import fold
from directory.geocoding import rules
from directory.geocoding.rules import Located
from directory.infra.place import Place
from directory.listings.rules.record import Found

Anchor = Callable[[Partial], Located | None]  # the middle of a sector or district
AS_CLOSE: Final = 3  # answers compared, to see whether two are as close


class _Rank(IntEnum):
    """Which of the names that stand in a text is meant: the lowest."""

    OWN = 0  # the name of a neighbourhood
    ALIAS = 1
    DISTRICT = 2  # what a postcode district is called
    PLACE = 3  # of the whole place


@dataclass(frozen=True, slots=True)
class _Name:
    located: Located
    rank: _Rank


class Names:
    """Every name of a place with its point, computed from the postcodes."""

    def __init__(self, place: Place, anchor: Anchor) -> None:
        self.unplaced: tuple[str, ...] = ()  # names whose anchor is no known postcode
        self._anchor = anchor
        self._names: dict[str, _Name] = {}
        for rank, name, located in self._read(place):
            self._names.setdefault(fold(name), _Name(located, rank))
        self._wide = dict(self._regions(place))
        self._together = {name.replace(" ", ""): named for name, named in reversed(self._names.items())}
        self._keys = tuple(self._together)
        self._noise = rules.NOISE | set(fold(place.name).split())

    def __len__(self) -> int:
        return len(self._names)

    def called(self, name: str, *, wide: bool = False) -> Located | None:
        """Where exactly this name of the place's file stands; ``wide``: one of its regions."""
        if wide:
            return self._wide.get(fold(name))
        found = self._names.get(fold(name))
        return found.located if found else None

    def find(self, words: str) -> Located | None:
        """What the name in ``words`` stands for: exact, then among other words, then with typing errors."""
        bare = rules.bare(words, self._noise)
        for exact in (fold(words), bare):
            if exact in self._names:
                return self._names[exact].located
        known = [self._names[phrase] for phrase in rules.phrases(words) if self._may_stand_among(phrase)]
        named = min(known, key=lambda name: name.rank, default=None)  # of equals the first, which is the longest
        if named is not None and named.rank < _Rank.PLACE:
            return named.located
        return self._misspelt(bare.replace(" ", "")) or (named.located if named else None)

    def among(self, words: Sequence[str]) -> Iterator[tuple[range, Located]]:
        """The names that stand in ``words`` (folded) as they are written, each with its places; the longest first.

        Those of regions too, which are too wide to search around their middle.
        """
        taken: set[int] = set()
        for size in range(min(rules.LONGEST_NAME, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                phrase, at = " ".join(words[start : start + size]), range(start, start + size)
                located = self._one_place(phrase)
                if located and taken.isdisjoint(at):
                    taken.update(at)
                    yield at, located

    def _one_place(self, phrase: str) -> Located | None:
        name = self._names.get(phrase)
        if name and (name.rank is _Rank.OWN or (name.rank is _Rank.ALIAS and " " in phrase)):
            return name.located
        return self._wide.get(phrase)

    def _regions(self, place: Place) -> Iterator[tuple[str, Located]]:
        """Each region between the places at its edges; one that is not known is told as any other name."""
        for name, edges in place.regions.items():
            known = [self._names[fold(edge)].located for edge in edges if fold(edge) in self._names]
            if len(known) < len(edges):
                self.unplaced = (*self.unplaced, f"{name} ({', '.join(edges)})")
            if known:
                yield fold(name), _around(known, name)

    def _may_stand_among(self, phrase: str) -> bool:
        """Whether a name counts beside other words: "town" and "the rock" only count alone."""
        name = self._names.get(phrase)
        return name is not None and (" " in phrase or name.rank in {_Rank.OWN, _Rank.PLACE})

    def _misspelt(self, typed: str) -> Located | None:
        """The one name that ``typed``, without blanks, comes near enough to; None when two are as near."""
        if typed in self._together:
            return self._together[typed].located
        near = process.extract(typed, self._keys, scorer=OSA.distance, score_cutoff=2, limit=AS_CLOSE)
        good = [
            (errors, self._together[key].located)
            for key, errors, _ in near
            if errors <= rules.errors_forgiven(key) and key[:1] == typed[:1]
        ]
        closest = {located for errors, located in good if errors == good[0][0]}
        return closest.pop() if len(closest) == 1 else None

    def _read(self, place: Place) -> Iterator[tuple[_Rank, str, Located]]:
        """Every name, those of a neighbourhood first: of two that are equal the first stays."""
        for neighbourhood in place.neighbourhoods:
            found = self._at(neighbourhood.anchor, neighbourhood.name)
            if found is not None:
                yield _Rank.OWN, neighbourhood.name, found
        for neighbourhood in place.neighbourhoods:
            found = self._at(neighbourhood.anchor, neighbourhood.name)
            if found is not None:
                yield from ((_Rank.ALIAS, alias, found) for alias in neighbourhood.aliases)
        called = defaultdict[str, list[Located]](list)
        for district in place.districts:
            found = self._at(district.code, district.code)
            if found is not None:
                for name in district.names:
                    called[name].append(found)
        for name, where in called.items():
            yield _Rank.DISTRICT, name, _around(where, name)
        yield _Rank.PLACE, place.name, _whole(place)

    def _at(self, anchor: str, label: str) -> Located | None:
        partial = parse_partial(anchor)
        found = None if partial is None else self._anchor(partial)
        if found is None:
            self.unplaced = (*self.unplaced, f"{label} ({anchor})")
            return None
        return replace(found, found=Found.NEIGHBOURHOOD, label=label)


def _around(where: list[Located], name: str) -> Located:
    """A name that several districts share: between them, and as far off as their far edges."""
    middle = centre_of(found.point for found in where)
    reach = max(distance_m(middle, found.point) + found.precision_m for found in where)
    return Located(middle, reach, Found.DISTRICT, name)


def _whole(place: Place) -> Located:
    box = place.box
    corners = (Point(lat, lon) for lat in (box.south, box.north) for lon in (box.west, box.east))
    reach = max(distance_m(place.centre, corner) for corner in corners)
    return Located(place.centre, reach, Found.NEIGHBOURHOOD, place.name)
