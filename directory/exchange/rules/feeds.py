"""Feeds of other directories: where one may be asked, what to ask next, and what an answer says. Pure.

A harvest goes through the stages in order, page by page; where it stands is kept after every page.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

from directory.core.errors import Invalid
from directory.listings.rules.record import Offering, Record, Visibility

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]
PER_PAGE: Final = 100
MOST_PAGES: Final = 20_000  # of one stage: a server that always has another page is not read for ever
LONGEST_URL: Final = 2_000
LONGEST_WAIT: Final = timedelta(days=1)  # whatever Retry-After says
FIRST_WAIT: Final = timedelta(minutes=10)  # after a failure; then twice as long each time
EVERYTHING_AGAIN: Final = timedelta(days=7)  # what a server's `modified_after` misses is found by then
OVERLAP: Final = timedelta(hours=1)  # what was committed late has an earlier time than what was seen
LARGE: Final = 20  # a feed of so many services or more does not lose half of them in one harvest without being asked
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,49}")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_DEFAULT_KIND: Final = "community-group"


class Stage(StrEnum):
    """What a harvest asks for, in this order."""

    LIST = "list"  # every identifier: what is not among them is gone
    SERVICES = "services"  # whole, page by page
    SINGLE = "single"  # one by one, those that a page did not give whole
    ORGANIZATIONS = "organizations"  # page by page: some have no services, and all have parts that services lack
    PUBLISH = "publish"  # nothing more is asked


STAGES: Final = tuple(Stage)


def following(stage: Stage) -> Stage:
    """The stage after ``stage``, which is not the last."""
    return STAGES[STAGES.index(stage) + 1]


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes: ``host`` as names are looked up, ``authority`` as the Host header has it."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str


def target(url: str) -> Target:
    """The parts of an http or https address. Raises Invalid for any other, and for one with a user in it."""
    wanted = "an http or https address without a user in it"
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in (parts.hostname or "") else (
            str(ipaddress.IPv6Address(parts.hostname or "")))  # fmt: skip
    except (KeyError, ValueError, UnicodeError):
        raise Invalid("url", url, wanted) from None
    if not host or parts.username is not None or parts.password is not None or len(url) > LONGEST_URL:
        raise Invalid("url", url, wanted)
    shown = f"[{host}]" if ":" in host else host
    authority = shown if parts.port is None else f"{shown}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return Target(parts.scheme, host, port, authority, path + (f"?{_plain(parts.query)}" if parts.query else ""))


def _plain(query: str) -> str:
    return quote(query, safe="/?%:@!$&'()*+,;=~-._[]")


def redirected(url: str, location: str) -> str:
    """Where a redirect leads. Raises Invalid for one that leaves https, or that leads nowhere."""
    found = urljoin(url, location)
    target(found)
    if url.startswith("https:") and not found.startswith("https:"):
        raise Invalid("url", found, "an address with https, because the one before had it")
    return found


def may_ask(address: IpAddress, allowed: Networks) -> bool:
    """Whether a machine at ``address`` may be asked: everybody reaches it, or the operator named it.

    An IPv4 address inside an IPv6 one is looked at itself: a gateway would lead there.
    """
    inner = _inside(address)
    if any(each in network for each in {address, inner} for network in allowed if each.version == network.version):
        return True
    judged = {inner} if address in _NAT64 else {address, inner}  # the gateway itself is nobody's address
    return all(each.is_global and not (each.is_multicast or each.is_reserved) for each in judged)


def _inside(address: IpAddress) -> IpAddress:
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def base_of(url: str) -> str:
    """The address of a feed as it is kept: without the last slash, and without a list's name, query or mark."""
    target(url)
    bare = url.partition("#")[0].partition("?")[0].rstrip("/")
    return bare.removesuffix("/services").rstrip("/")


def name_of(given: str, url: str) -> str:
    """The lasting name of a feed: as given, else its host. Raises Invalid."""
    name = given or target(url).host[:50].rstrip(".-").replace(":", "-")
    if not _NAME.fullmatch(name):
        raise Invalid("name", name, "up to 50 small letters, digits, dots and hyphens")
    return name


def question(base: str, stage: Stage, page: int, *, since: datetime | None = None) -> str:
    """The address of a page of a list. ``since``: only services modified then or later."""
    asked: dict[str, str] = {"page": str(page), "per_page": str(PER_PAGE)}
    if stage is Stage.LIST:
        asked = {"minimal": "true", "page": str(page), "per_page": "1000"}
    else:
        asked["full"] = "true"
    if stage is Stage.SERVICES and since is not None:
        asked["modified_after"] = since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    of = "organizations" if stage is Stage.ORGANIZATIONS else "services"
    return f"{base}/{of}?{urlencode(asked)}"


def single(base: str, service: str) -> str:
    """The address of one service."""
    return f"{base}/services/{quote(service, safe='')}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its objects with an identifier, by it, and whether it is the last."""

    items: Mapping[str, Mapping[str, Any]]
    is_last: bool


def page_of(found: object, asked: int) -> Page:
    """What an answer holds. Raises Invalid for what is no page, or another page than the one that was asked for."""
    wanted = "a page of a list, as HSDS has it"
    contents = found.get("contents", found.get("content")) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(contents, list):
        raise Invalid("answer", type(found).__name__, wanted)
    number = found.get("page_number", found.get("number"))
    if isinstance(number, int) and number != asked and not (found.get("last_page") is True and asked == 1):
        raise Invalid("page_number", number, f"page {asked}, which was asked for")
    items = {str(each["id"]): each for each in contents if isinstance(each, dict) and each.get("id")}
    last = found.get("last_page", found.get("last"))
    if not isinstance(last, bool):
        pages = found.get("total_pages")
        last = asked >= pages if isinstance(pages, int) else not contents
    return Page(items, last or not contents)


def is_whole(thing: Mapping[str, Any]) -> bool:
    """Whether an object came with what hangs on it; lists of some servers have the plain fields alone."""
    return any(isinstance(value, (dict, list)) for value in thing.values())


def owner_in(thing: Mapping[str, Any]) -> str:
    """The identifier of the organisation that offers a service, "" when it does not say."""
    above = thing.get("organization")
    inner = above.get("id") if isinstance(above, dict) else None
    return str(inner or thing.get("organization_id") or "")


def modified_in(thing: Mapping[str, Any]) -> datetime | None:
    """When an object says that it was last modified."""
    try:
        found = datetime.fromisoformat(str(thing.get("last_modified") or thing.get("modified_date")))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def retry_after(text: str, now: datetime) -> timedelta | None:
    """How long to wait by a Retry-After header: seconds or a date; None for none. At most LONGEST_WAIT."""
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return min(max(until - now, timedelta(0)), LONGEST_WAIT)


def back_off(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    twice: int = 2 ** min(max(failures - 1, 0), 10)
    return min(FIRST_WAIT * twice, LONGEST_WAIT)


def is_too_much(gone: int, known: int) -> bool:
    """Whether a feed lost more than a feed loses: then nothing is taken out before somebody has looked."""
    return known >= LARGE and gone * 2 > known


def as_suggested(proposal: Record, ours: Record) -> Record:
    """What a feed says of a listing of ours, without what no feed may say.

    That is: our places that are not shown whole, who confirmed it when, and what it says of today.
    """
    closed = {place.id: place for place in ours.locations if place.visibility is not Visibility.EXACT}
    at = {offering.id: offering.location_id for service in ours.services for offering in service.offerings}
    said = {place.id for place in proposal.locations}

    def offered(item: Offering) -> Offering:
        former = at.get(item.id)
        return replace(item, location_id=former) if item.location_id is None and former in closed else item

    return replace(
        proposal,
        source=ours.source,
        kind=ours.kind if proposal.kind == _DEFAULT_KIND else proposal.kind,
        today=ours.today,
        assured_at=ours.assured_at,
        review_due_at=ours.review_due_at,
        locations=(
            *(closed.get(place.id, place) for place in proposal.locations),
            *(place for place in closed.values() if place.id not in said),
        ),
        services=tuple(
            replace(service, offerings=tuple(map(offered, service.offerings))) for service in proposal.services
        ),
    )
