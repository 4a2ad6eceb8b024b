"""What somebody has answered so far, page by page. None, or an empty field, is not answered yet.

The values are kept as JSON (``listings.rules.codec``): a new field needs a default, and old drafts live 60 days.
Addresses are not among them: those are ``Address`` values of their own, kept in a table of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from directory.listings.rules.record import Visibility

Item = TypeVar("Item", "Doing", "Spot")

FIRST: Final = "1"  # the key of the first service, and of the first place
MOST_SERVICES: Final = 8
MOST_PLACES: Final = 8
IN_PERSON: Final = "in-person"  # the slug of the way to be helped that needs a place

WHOLE_PLACE: Final = "*place"  # as ``record.ServiceArea.code``
EVERYWHERE: Final = "*everywhere"
PARTS: Final = "parts"


class Register(StrEnum):
    """Which public register the group is on."""

    CHARITY = "charity"
    COMPANY = "company"
    NONE = "none"


class Rhythm(StrEnum):
    """How often something is held that is not simply every week."""

    WEEKLY = "weekly"  # a second time on the same day
    FORTNIGHT = "fortnight"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    LAST = "-1"


class Open(StrEnum):
    """In what way there are opening times."""

    REGULAR = "regular"
    APPOINTMENT = "appointment"
    ALWAYS = "always"
    VARIES = "varies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Who they are. ``number`` as its register writes it, empty when they are on none."""

    register: Register
    name: str
    kind: str
    number: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One service. ``known`` is its id in a listing that there was before."""

    key: str
    name: str
    about: str = ""
    needs: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    known: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How people are helped by anything that is done, and whom.

    ``served`` is WHOLE_PLACE, EVERYWHERE, PARTS (codes in ``parts``) or "".
    """

    how: tuple[str, ...]
    served: str = ""
    parts: tuple[str, ...] = ()

    @property
    def has_place(self) -> bool:
        """Whether people come to a place."""
        return IN_PERSON in self.how


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where it happens, without its address. Empty ``services``: all of them are held there.

    ``known`` is its id in a listing that there was before.
    """

    key: str
    visibility: Visibility
    services: tuple[str, ...] = ()
    known: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The address of a place as it was given: confidential until somebody decides otherwise.

    ``lat`` and ``lon`` (degrees) are there when the pin was moved by hand.
    """

    venue: str = ""
    line_1: str = ""
    line_2: str = ""
    town: str = ""
    postcode: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Opening times of one weekday, 0 for Monday."""

    day: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """An opening that is not simply weekly. ``start``: one of its days, for a fortnight."""

    rhythm: Rhythm
    day: int
    opens: time
    closes: time
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a service is open. ``exceptions``: when not, or differently, in their words."""

    way: Open
    week: tuple[Times, ...] = ()
    others: tuple[Other, ...] = ()
    exceptions: str = ""
    book_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursOf:
    """The hours of one service, everywhere (``place`` empty) or at one place."""

    service: str
    hours: Hours
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the public reaches them: a role, not a person. ``come_along``: nothing of the kind is needed."""

    phone: str = ""
    email: str = ""
    website: str = ""
    role: str = ""
    come_along: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Cost, access and languages. ``free``: None when nobody said.

    ``differ``: how people get it, its cost, languages or whom it is for are not the same for all services, and each is
    asked by itself.
    """

    free: bool | None = None
    fees: str = ""
    access: tuple[str, ...] = ()
    access_note: str = ""
    languages: tuple[str, ...] = ()
    differ: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What one service costs, in which languages it is, and for whom by where they live (``Ways.served``).

    ``how`` people get it: empty for every way there is.
    """

    free: bool | None = None
    fees: str = ""
    languages: tuple[str, ...] = ()
    served: str = ""
    parts: tuple[str, ...] = ()
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOf:
    """What is one service's own."""

    service: str
    own: Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What they want, and what they sell or supply."""

    wants: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends it. Never published. ``agreed``: whoever is named in it agrees."""

    email: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything that was answered."""

    group: Group | None = None
    services: tuple[Doing, ...] = ()
    ways: Ways | None = None
    spots: tuple[Spot, ...] = ()
    hours: tuple[HoursOf, ...] = ()
    reach: Reach | None = None
    details: Details | None = None
    extras: Extras | None = None
    sender: Sender | None = None
    not_these: tuple[UUID, ...] = ()  # listings that looked alike and are somebody else
    own: tuple[OwnOf, ...] = ()  # of services that differ: it stands while ``differ`` does

    @property
    def differ(self) -> bool:
        """Whether there are several services, and each is asked for its own."""
        return len(self.services) > 1 and self.details is not None and self.details.differ

    def service(self, key: str) -> Doing | None:
        """The service with this key."""
        return next((each for each in self.services if each.key == key), None)

    def spot(self, key: str) -> Spot | None:
        """The place with this key."""
        return next((each for each in self.spots if each.key == key), None)

    def number_of(self, place: str) -> int:
        """How people call the place with this key: the first, the second; 0 for none."""
        return next((at for at, each in enumerate(self.spots, start=1) if each.key == place), 0)

    def hours_of(self, service: str, place: str = "") -> Hours | None:
        """The hours that were given for exactly this."""
        found = (each.hours for each in self.hours if (each.service, each.place) == (service, place))
        return next(found, None)

    def own_of(self, service: str) -> Own:
        """What is a service's own: as it was said for it, else as for all of them."""
        given = next((each.own for each in self.own if each.service == service), None)
        details, ways = self.details or Details(), self.ways or Ways(how=())
        if given is not None:
            return replace(given, how=given.how or ways.how)
        return Own(
            free=details.free,
            fees=details.fees,
            languages=details.languages,
            served=ways.served,
            parts=ways.parts,
            how=ways.how,
        )

    def said_of(self, service: str) -> Own:
        """What holds of a service: its own where they differ, else what is said of all."""
        return (self if self.differ else replace(self, own=())).own_of(service)

    def comes_to(self, service: str) -> bool:
        """Whether people come to a place for a service, as far as anybody said."""
        return self.ways is None or (self.ways.has_place and IN_PERSON in self.said_of(service).how)

    def has_own(self, service: str) -> bool:
        """Whether a service was asked for its own."""
        return any(each.service == service for each in self.own)

    @property
    def one_price(self) -> bool:
        """Whether all services that have their own have one cost, and the same languages."""
        return len({(each.own.free, each.own.fees, frozenset(each.own.languages)) for each in self.own}) < 2

    @property
    def one_area(self) -> bool:
        """Whether all services that have their own are for people in the same places."""
        return len({(each.own.served, frozenset(each.own.parts)) for each in self.own}) < 2

    def with_own(self, given: OwnOf) -> Answers:
        """The same with what is one service's own."""
        return replace(self, own=(*(each for each in self.own if each.service != given.service), given))

    def with_ways(self, ways: Ways) -> Answers:
        """The same with these ways: what is new among them is new for each service, and what is gone is for none."""
        before = self.ways.how if self.ways else ()
        own = tuple(
            replace(each, own=replace(each.own, how=each.own.how and how_now(each.own.how, before, ways.how)))
            for each in self.own
        )
        return replace(self, ways=ways, own=own)

    def with_service(self, doing: Doing) -> Answers:
        """The same with this service, instead of the one that has its key."""
        return replace(self, services=_put(self.services, doing))

    def without_service(self, key: str) -> Answers:
        """The same without a service, its hours, what was its own, and the places that were for it alone.

        What is the last one's own is what is said for all.
        """
        spots = tuple(
            replace(spot, services=tuple(each for each in spot.services if each != key))
            for spot in self.spots
            if spot.services != (key,)
        )
        left = replace(
            self,
            services=tuple(each for each in self.services if each.key != key),
            hours=tuple(each for each in self.hours if each.service != key),
            own=tuple(each for each in self.own if each.service != key),
            spots=spots,
        )
        return left if len(left.services) != 1 or not self.differ else left.said_for_all(left.services[0].key)

    def said_for_all(self, service: str) -> Answers:
        """The same, with what is one service's own said for all of them."""
        own = self.own_of(service)
        return replace(
            self,
            details=replace(
                self.details or Details(), free=own.free, fees=own.fees, languages=own.languages, differ=False
            ),
            ways=self.ways and replace(self.ways, how=own.how, served=own.served, parts=own.parts),
            own=(),
        )

    def with_spot(self, spot: Spot) -> Answers:
        """The same with this place, instead of the one that has its key."""
        return replace(self, spots=_put(self.spots, spot))

    def without_spot(self, key: str) -> Answers:
        """The same without a place, and the hours that were for it alone."""
        return replace(
            self,
            spots=tuple(each for each in self.spots if each.key != key),
            hours=tuple(each for each in self.hours if each.place != key),
        )

    def with_hours(self, given: HoursOf) -> Answers:
        """The same with these hours, instead of those for the same service and place."""
        others = tuple(each for each in self.hours if (each.service, each.place) != (given.service, given.place))
        return replace(self, hours=(*others, given))


def how_now(had: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """How people get one service that they ``had`` so, when all ways there are change from ``before`` to ``after``.

    In the order of ``after``, and never nothing: what loses the last of its ways is got by all of them.
    """
    return tuple(each for each in after if each in had or each not in before) or after


def next_key(items: tuple[Doing, ...] | tuple[Spot, ...]) -> str:
    """A key that none of ``items`` has."""
    return str(max((int(each.key) for each in items), default=0) + 1)


def _put(items: tuple[Item, ...], item: Item) -> tuple[Item, ...]:
    found = {each.key: each for each in items}
    found[item.key] = item  # in the place of the one that had its key, or last
    return tuple(found.values())
