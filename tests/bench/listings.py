"""Invented organisations as rows of the directory's own template, as many as wanted, always the same for a seed.

Names, texts and people are invented and telephone numbers are from the ranges that Ofcom keeps for drama; the
postcodes are real ones of the place, so that they are found and spread as people are.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

from tests.bench.words import Words, vocabulary

COLUMNS: Final = (
    *("id", "name", "other name", "kind", "what it does", "email", "phone", "website", "service"),
    *("about the service", "needs", "for", "how", "languages", "free", "cost", "who may come", "venue", "address"),
    *("town", "postcode", "show the place", "access", "area served", "hours", "wants"),
)
Row = dict[str, str]
KINDS: Final = {
    "charity": 34,
    "community-group": 28,
    "mutual-aid": 8,
    "social-enterprise": 10,
    "co-operative": 3,
    "faith-group": 12,
    "public-service": 5,
}
VISIBLE: Final = {"exact": 85, "approximate": 12, "hidden": 3}
AUDIENCES: Final = ("everyone", "families", "children", "young-people", "older-people", "women", "carers", "refugees")
TONGUES: Final = ("en", "ur", "pa", "bn", "ar", "pl", "so", "ro")
ACCESS: Final = ("step-free", "accessible-toilet", "hearing-loop", "parking", "baby-changing")
PHONES: Final = ("0121 496 0", "0113 496 0", "020 7946 0", "0808 157 0")
HOURS: Final = (
    *("Mon-Fri 09:30-16:30", "Mon 10:00-12:00; Thu 13:00-15:00", "Tue 18:30-20:30", "Wed 10:00-14:00"),
    *("Sat 10:00-13:00", "2nd Tue 19:00-21:00", "last Fri 18:30-20:00", "Mon-Sun 08:00-20:00", "Sun 14:00-17:00"),
)


class Writer:
    """Writes organisations one after another. ``places`` are the postcodes of the place."""

    def __init__(self, seed: int, places: Sequence[str], words: Words) -> None:
        self._random = Random(seed)
        self._places = places
        self._words = words
        self._services = words.services()
        self._needs = tuple(words.offers)

    def organisation(self, number: int) -> list[Row]:
        """The rows of one organisation: one for each of its 1 to 4 offerings."""
        random = self._random
        town = random.choice(self._words.towns)
        offered = random.sample(self._services, random.choices((1, 2, 3, 4), (40, 30, 18, 12))[0])
        first = self._who(number, town, offered)
        rows: list[Row] = []
        venue: Row = {}
        for index, (need, service) in enumerate(offered):
            if index == 0 or random.random() < 0.4:  # else at the same venue
                venue = self._venue(town)
            rows.append({**(first if index == 0 else {"id": first["id"]}), **self._service(need, service), **venue})
        return rows

    def _who(self, number: int, town: str, offered: Sequence[tuple[str, str]]) -> Row:
        random = self._random
        kind = random.choices(tuple(KINDS), tuple(KINDS.values()))[0]
        return {
            "id": f"bench-{number}",
            "name": self._name(town, offered[0][1]),
            "other name": self._tail(2).title() if random.random() < 0.1 else "",
            "kind": kind,
            "what it does": self._text(offered[0][0], town, random.randint(18, 60)),
            "email": f"hello@{town.lower()}-{number}.example.org" if random.random() < 0.7 else "",
            "phone": f"{random.choice(PHONES)}{random.randint(0, 999):03}" if random.random() < 0.7 else "",
            "website": f"https://{town.lower()}-{number}.example.org" if random.random() < 0.6 else "",
            "wants": "volunteers" if random.random() < 0.2 else "",
        }

    def _name(self, town: str, service: str) -> str:
        random = self._random
        shapes: tuple[Callable[[], str], ...] = (
            lambda: f"{town} {service}",
            lambda: f"{town} Community {random.choice(('Association', 'Centre', 'Trust', 'Hub', 'Project'))}",
            lambda: f"St {random.choice(self._words.saints)}'s {service}",
            lambda: f"Friends of {town} {random.choice(('Park', 'Library', 'School', 'Wood'))}",
            lambda: f"The {random.choice(self._words.surnames)} {random.choice(('Foundation', 'Trust', 'Fund'))}",
            lambda: f"{self._tail(1).title()} {random.choice(('CIC', 'Together', 'Collective', 'Network'))} {town}",
        )
        return random.choices(shapes, (25, 25, 12, 12, 10, 16))[0]()

    def _tail(self, how_many: int) -> str:
        return " ".join(self._random.choices(self._words.ranked, k=how_many))

    def _text(self, need: str, town: str, length: int) -> str:
        """A description: what the need's helpers say, then words as they come in texts."""
        random = self._random
        own = random.sample(self._words.offers[need].words, 3)
        words = self._words.some(random, length)
        sentences = (" ".join(words[at : at + 11]).capitalize() for at in range(0, length, 11))
        return f"We offer {own[0]}, {own[1]} and {own[2]} in {town}. {'. '.join(sentences)}."

    def _service(self, need: str, service: str) -> Row:
        random = self._random
        free = random.random() < 0.75
        needs = [need, *([random.choice(self._needs)] if random.random() < 0.3 else [])]
        return {
            "service": service,
            "about the service": self._text(need, random.choice(self._words.towns), random.randint(6, 24)),
            "needs": ";".join(dict.fromkeys(needs)),
            "for": ";".join(random.sample(AUDIENCES, random.choice((1, 1, 2)))),
            "how": "in-person",
            "languages": ";".join(random.sample(TONGUES, random.choice((1, 1, 2, 3)))),
            "free": "yes" if free else "no",
            "cost": "" if free else f"£{random.randint(1, 8)} a session",
            "who may come": "anyone who lives nearby" if random.random() < 0.3 else "",
            "hours": random.choice(HOURS),
        }

    def _venue(self, town: str) -> Row:
        """A venue; one in twelve has none and serves a district by telephone."""
        random = self._random
        streets = self._words.streets
        postcode = random.choice(self._places)
        if random.random() < 1 / 12:
            return {"how": "phone", "area served": postcode.split(" ")[0]}
        return {
            "venue": f"{random.choice((town, *streets))} {random.choice(('Hall', 'Centre', 'Church', 'Library'))}",
            "address": f"{random.randint(1, 240)} {random.choice(streets)} {random.choice(('Road', 'Street', 'Lane'))}",
            "town": town,
            "postcode": postcode,
            "show the place": random.choices(tuple(VISIBLE), tuple(VISIBLE.values()))[0],
            "access": ";".join(random.sample(ACCESS, random.choice((0, 1, 2)))),
            "area served": postcode.split(" ")[0] if random.random() < 0.2 else "",
        }


def organisations(how_many: int, places: Sequence[str], *, seed: int = 2) -> Iterator[list[Row]]:
    """``how_many`` organisations, each as its rows."""
    writer = Writer(seed, places, vocabulary())
    return (writer.organisation(number) for number in range(1, how_many + 1))


def write(path: Path, how_many: int, places: Sequence[str]) -> int:
    """Write ``how_many`` organisations as a CSV file, a row an offering; how many rows."""
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="")
        out.writeheader()
        for organisation in organisations(how_many, places):
            out.writerows(organisation)
            rows += len(organisation)
    return rows
