"""What someone asked for, as one value that list, map, files and feeds share: read once from an address."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, Final

from directory.core.errors import Invalid
from directory.core.geo import MILE_M
from directory.core.text import clean, squeeze
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.when import NAMES, When

PAGE_SIZE: Final = 20
START_MILES: Final = 3.0
LEAST_MILES: Final = 0.01  # the nearest that is told apart from 0, which is no limit
MOST_MILES: Final = 500.0
LAST_PAGE: Final = 50_000  # of a million organisations
LONGEST_WORDS: Final = 300  # characters of ``q`` that are looked at
LONGEST_PLACE: Final = 200
LONGEST_CODE: Final = 40
MOST_CHOSEN: Final = 30  # values of one filter
LONGEST_TOLD: Final = 60  # characters of a value that a note repeats

# Parameters that may be repeated: the field that holds their values, and the taxonomy that knows them. Of those in
# ALL every value must hold, for somebody who needs a ramp and a hearing loop; of the others one is enough.
CHOSEN: Final[Mapping[str, tuple[str, str]]] = {
    "need": ("needs", "need"),
    "kind": ("kinds", "kind"),
    "for": ("audiences", "audience"),
    "language": ("languages", "language"),
    "how": ("hows", "how"),
    "access": ("access", "access"),
}
ALL: Final = frozenset({"access"})
FREE: Final = "free"  # the one value of ``cost``
YES: Final = "1"  # the one value of ``exact``
REFERRALS: Final = ("self", "professional")  # come by yourself; somebody has to send you


class Sort(StrEnum):
    """Which come first."""

    BEST = "best"
    NEAREST = "nearest"
    NAME = "name"
    NEWEST = "newest"


class Problem(StrEnum):
    """Why a value of the address was not used as it came. Pages have a sentence for each."""

    UNKNOWN = "unknown"
    NOT_A_NUMBER = "not-a-number"
    TOO_LONG = "too-long"  # the beginning was used
    TOO_MANY = "too-many"  # the first ones were used
    REPEATED = "repeated"  # the parameter has one value; the first was used


@dataclass(frozen=True, slots=True)
class Note:
    """A value that was not used as it came: the parameter, its value (cut short), and why."""

    parameter: str
    given: str
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One search. Build it with ``from_args`` or by hand from known values."""

    q: str = ""
    near: str = ""
    within_miles: float = START_MILES  # 0: no limit
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    area: str = ""
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hows: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    free: bool = False
    referral: str = ""
    when: When | None = None  # the parameter ``open``
    sort: Sort = Sort.BEST
    page: int = 1
    exact: bool = False  # q is taken as it was typed: no error is put right, no place is read in it

    @property
    def within_m(self) -> float:
        """The radius in metres; 0 means no limit."""
        return self.within_miles * MILE_M

    @property
    def is_open(self) -> bool:
        """Whether it asks for everything."""
        return not (self.q or self.near or self.narrows)

    @property
    def narrows(self) -> bool:
        """Whether anything but words and place narrows it."""
        return bool(self.area or self.free or self.referral or self.when or any(self.chosen(name) for name in CHOSEN))

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values of a parameter of CHOSEN."""
        values: tuple[str, ...] = getattr(self, CHOSEN[name][0])
        return values

    def args(self) -> list[tuple[str, str]]:
        """The parameters of its address in one order, without those that say nothing."""
        pairs = [("q", self.q), ("near", self.near)]
        if self.within_miles != START_MILES:
            pairs.append(("within", f"{self.within_miles:g}"))
        pairs += [(name, value) for name in CHOSEN for value in self.chosen(name)]
        pairs += [("area", self.area), ("cost", FREE if self.free else ""), ("referral", self.referral)]
        pairs.append(("open", str(self.when) if self.when else ""))
        if self.exact and self.q:
            pairs.append(("exact", YES))
        if self.sort is not Sort.BEST:
            pairs.append(("sort", str(self.sort)))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return [pair for pair in pairs if pair[1]]


def from_args(
    args: Mapping[str, Any], terms: Terms, areas: Container[str] | None = None
) -> tuple[SearchRequest, tuple[Note, ...]]:
    """The search of an address, and what of it could not be used.

    ``args`` holds a text or several for each parameter (a plain mapping, or one with ``getlist``). ``areas`` are the
    codes there are; None: any code may be.
    """
    reader = _Reader(args)
    chosen: dict[str, Any] = {
        field: reader.chosen(name, terms.taxonomies[taxonomy].terms) for name, (field, taxonomy) in CHOSEN.items()
    }
    request = SearchRequest(
        q=reader.text("q", LONGEST_WORDS),
        near=reader.text("near", LONGEST_PLACE),
        within_miles=reader.miles(),
        area=reader.area(areas),
        free=reader.one("cost", (FREE,)) == FREE,
        referral=reader.one("referral", REFERRALS),
        when=NAMES.get(reader.one("open", tuple(NAMES))),
        sort=Sort(reader.one("sort", tuple(Sort)) or Sort.BEST),
        page=reader.page(),
        exact=reader.one("exact", (YES,)) == YES,
        **chosen,
    )
    return request, tuple(reader.notes)


def from_args_strictly(args: Mapping[str, Any], terms: Terms, areas: Container[str]) -> SearchRequest:
    """The same for answers that have no room for notes. What was only cut is cut as on the page.

    Raises Invalid for a value that is not known.
    """
    request, notes = from_args(args, terms, areas)
    for note in notes:
        if note.problem not in {Problem.TOO_LONG, Problem.TOO_MANY}:
            raise Invalid(note.parameter, note.given, "a value that the search knows")
    return request


class _Reader:
    """Reads parameters and remembers what was wrong with them."""

    def __init__(self, args: Mapping[str, Any]) -> None:
        self._args = args
        self.notes: list[Note] = []

    def text(self, name: str, longest: int) -> str:
        given = squeeze(clean(self._first(name)[: 4 * longest]))
        if len(given) > longest:
            self._note(name, given, Problem.TOO_LONG)
        return given[:longest].rstrip()

    def miles(self) -> float:
        given = self._first("within").strip()
        if not given:
            return START_MILES
        try:
            miles = float(given[:LONGEST_TOLD])
        except ValueError:
            miles = -1.0
        if not isfinite(miles) or miles < 0:
            self._note("within", given, Problem.NOT_A_NUMBER)
            return START_MILES
        return min(max(round(miles, 2), LEAST_MILES), MOST_MILES) if miles else 0.0

    def chosen(self, name: str, known: Container[str]) -> tuple[str, ...]:
        given = tuple(dict.fromkeys(filter(None, map(str.strip, self._all(name)))))
        if len(given) > MOST_CHOSEN:
            self._note(name, given[MOST_CHOSEN], Problem.TOO_MANY)
        for value in given[:MOST_CHOSEN]:
            if value not in known:
                self._note(name, value, Problem.UNKNOWN)
        return tuple(value for value in given[:MOST_CHOSEN] if value in known)

    def area(self, known: Container[str] | None) -> str:
        given = squeeze(clean(self._first("area")[: 2 * LONGEST_CODE]))
        spellings = (given, given.upper(), given.lower())  # b12, as people type it
        found = given if known is None else next((code for code in spellings if code in known), "")
        if given and (not found or len(given) > LONGEST_CODE):
            self._note("area", given, Problem.UNKNOWN)
            return ""
        return found

    def one(self, name: str, known: Sequence[str]) -> str:
        given = self._first(name).strip()
        if given and given not in known:
            self._note(name, given, Problem.UNKNOWN)
        return given if given in known else ""

    def page(self) -> int:
        given = self._first("page").strip()
        if not given:
            return 1
        if not (given.isascii() and given.isdigit()) or int(given[:LONGEST_TOLD]) < 1:
            self._note("page", given, Problem.NOT_A_NUMBER)
            return 1
        return min(int(given[:LONGEST_TOLD]), LAST_PAGE)

    def _first(self, name: str) -> str:
        first, *others = [each for each in self._all(name) if each.strip()] or [""]
        other = next((each for each in others if each.strip() != first.strip()), "")
        if other:
            self._note(name, other, Problem.REPEATED)
        return first

    def _all(self, name: str) -> Sequence[str]:
        many = getattr(self._args, "getlist", None)
        given: str | Sequence[str] = many(name) if many else self._args.get(name, ())
        return (given,) if isinstance(given, str) else given

    def _note(self, parameter: str, given: str, problem: Problem) -> None:
        self.notes.append(Note(parameter, clean(given[:LONGEST_TOLD]), problem))
