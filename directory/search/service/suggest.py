"""What somebody may be typing: needs, places and names of organisations that begin so."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from directory.core.text import fold
from directory.infra.place import Place
from directory.listings import queries as listings
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.words import name_key

FEWEST: Final = 2  # letters
LONGEST: Final = 60
MOST_NEEDS: Final = 3
MOST_PLACES: Final = 3
MOST_NAMES: Final = 5

Begun: TypeAlias = Sequence[tuple[str, str, str]]  # what people type (folded), in order; as written; what it means


@dataclass(frozen=True, slots=True)
class Suggested:
    """Slugs of needs and places as they are written, each with the word that was begun; and names of organisations."""

    needs: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


class Suggesting:
    """Suggests, of one place and its terms. Made once: it takes milliseconds, to ask it takes none."""

    def __init__(self, place: Place, terms: Terms) -> None:
        self._needs: Begun = sorted(
            (fold(word), word, need.slug) for need in terms.needs.values() for word in need.words
        )
        self._places: Begun = sorted(
            [(fold(word), word, near.name) for near in place.neighbourhoods for word in (near.name, *near.aliases)]
            + [(fold(district.code), district.code, district.code) for district in place.districts]
        )

    def suggest(self, session: Session, typed: str, index: Index) -> Suggested:
        """What begins with ``typed``. Two statements at most, each a range of a key; none for too few letters."""
        beginning = fold(typed[:LONGEST])
        if len(beginning) < FEWEST:
            return Suggested()
        ids = index.named(session, name_key(beginning), MOST_NAMES)
        cards = listings.cards(session, ids) if ids else {}
        return Suggested(
            needs=tuple(islice(_meant(self._needs, beginning), MOST_NEEDS)),
            places=tuple(islice(_meant(self._places, beginning), MOST_PLACES)),
            names=tuple(dict.fromkeys(cards[number]["name"] for number in ids if number in cards)),
        )


def _meant(begun: Begun, beginning: str) -> Iterator[tuple[str, str]]:
    """What is meant by the words that begin so, each once with the first of them."""
    seen: set[str] = set()
    for at in range(bisect_left(begun, (beginning, "", "")), len(begun)):
        folded, word, meant = begun[at]
        if not folded.startswith(beginning):
            return
        if meant not in seen:
            seen.add(meant)
            yield meant, word


class _Latest:
    """For the place and terms that were asked for last."""

    def __init__(self) -> None:
        self._made: tuple[Place, Terms, Suggesting] | None = None

    def of(self, place: Place, terms: Terms) -> Suggesting:
        made = self._made
        if made is None or made[0] is not place or made[1] is not terms:
            made = (place, terms, Suggesting(place, terms))
            self._made = made
        return made[2]


suggesting = _Latest().of
