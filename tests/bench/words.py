"""The words of ``words.toml`` as invented texts use them.

Real descriptions follow Zipf's law: a few words stand in every second one, most in hardly any. A vocabulary
has both, so that an index built from the texts has postings as long, and as many different words, as a real one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice, product
from pathlib import Path
from random import Random
from typing import Final

TAIL: Final = 30_000  # words beyond the common ones
SMOOTH: Final = 6  # Zipf-Mandelbrot: without it the first word alone would be a tenth of every text


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered for a need: names of services, and words that tell more."""

    services: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A vocabulary. ``heaped``: the weights of ``ranked`` as ``random.choices`` wants them."""

    ranked: tuple[str, ...]
    heaped: tuple[float, ...]
    common: tuple[str, ...]  # of the ranked ones those that people search for
    towns: tuple[str, ...]
    surnames: tuple[str, ...]
    saints: tuple[str, ...]
    streets: tuple[str, ...]
    offers: Mapping[str, Offers]  # by the slug of the need

    def some(self, random: Random, how_many: int) -> list[str]:
        """Words as they come in texts: the common ones often."""
        return random.choices(self.ranked, cum_weights=self.heaped, k=how_many)

    def services(self) -> list[tuple[str, str]]:
        """Every (need, name of a service)."""
        return [(need, name) for need, offers in self.offers.items() for name in offers.services]


@cache
def vocabulary() -> Words:
    """The vocabulary, always the same."""
    given = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    offers = given.pop("offers")
    lists = {name: tuple(words.split()) for name, words in given.items()}
    known = (*lists["meaningless"], *lists["common"])
    ranked = (*known, *islice(_tail(lists["syllables"], known), TAIL))
    return Words(
        ranked=ranked,
        heaped=tuple(accumulate(1 / (rank + SMOOTH) for rank in range(1, len(ranked) + 1))),
        common=lists["common"],
        towns=tuple(begin + end for begin, end in product(lists["town_begins"], lists["town_ends"])),
        surnames=lists["surnames"],
        saints=lists["saints"],
        streets=lists["streets"],
        offers={
            need: Offers(tuple(offer["services"]), tuple(offer["words"].split())) for need, offer in offers.items()
        },
    )


def _tail(syllables: tuple[str, ...], known: tuple[str, ...]) -> Iterator[str]:
    """Invented words, no two alike."""
    random = Random(1)
    seen = set(known)
    while True:
        word = "".join(random.choices(syllables, k=random.choice((2, 3, 3, 4))))
        if word not in seen:
            seen.add(word)
            yield word
