"""What a pin says when it is opened: the same words as the list, from the same cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory.browse.views import hours, words
from directory.core.geo import Point, distance_m
from directory.core.hours import Schedule
from directory.geocoding.rules import Located
from directory.listings.rules.codec import decode
from directory.listings.rules.codes import code_of
from directory.listings.rules.document import CARD_SCHEDULES
from directory.listings.rules.record import Visibility
from directory.listings.rules.taxonomy import Term
from directory.search.rules.when import Moment

MOST: Final = 40  # pins told at once: more do not fit into a popup
MOST_LINES: Final = 3  # services of one pin

Json = Mapping[str, Any]
Asked = tuple[str, int]  # the code of a listing, and the offering that its pin stands for


@dataclass(frozen=True, slots=True)
class Looking:
    """From where and when the pins are looked at."""

    needs: Mapping[str, Term]
    near: Located | None
    moment: Moment


def asked(text: str) -> list[Asked]:
    """The pins of an address, as ``code:ordinal`` with commas between; what is none of these is left out."""
    found = []
    for part in text[: MOST * 20].split(",")[:MOST]:
        code, _, number = part.partition(":")
        if number.isascii() and number.isdecimal() and len(number) < 5:
            found.append((code, int(number)))
    return found


def told(cards: Sequence[Json], pins: Sequence[Asked], looking: Looking) -> dict[str, Any]:
    """What each of ``pins`` says, by ``code:ordinal``; nothing of a listing that is gone."""
    by_code = {code_of(card["id"]): card for card in cards}
    return {
        f"{code}:{number}": _pin(by_code[code]["offerings"], number, by_code[code]["name"], looking)
        for code, number in pins
        if code in by_code and number < len(by_code[code]["offerings"])
    }


def _pin(offerings: Sequence[Json], number: int, name: str, looking: Looking) -> dict[str, Any]:
    here = offerings[number]
    same = [each for each in offerings if (each["lat"], each["lon"]) == (here["lat"], here["lon"])]
    needs = dict.fromkeys(slug for each in same for slug in each["needs"])
    return {
        "needs": hours.listed(words.term_words(looking.needs, slug) for slug in needs),
        "distance": _distance(here, looking.near),
        "lines": [_line(each, name, looking.moment) for each in same[:MOST_LINES]],
    }


def _line(offering: Json, name: str, moment: Moment) -> dict[str, Any]:
    service = offering["service"] if offering["service"] != name else ""
    if len(offering["schedules"]) >= CARD_SCHEDULES:  # there may be exceptions that the card does not have
        return {"service": service, "open": "", "is_open": False}
    state = hours.state([decode(Schedule, each) for each in offering["schedules"]], moment.wall, moment.calendar)
    return {"service": service, "open": state.text, "is_open": state.is_open}


def _distance(offering: Json, near: Located | None) -> str:
    if near is None or offering["lat"] is None:
        return ""
    off = words.APPROXIMATE_M if offering["visibility"] == Visibility.APPROXIMATE else 0.0
    far = distance_m(near.point, Point(offering["lat"], offering["lon"]))
    return words.miles(far, unsure_m=max(off, near.precision_m))
