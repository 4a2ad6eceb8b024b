"""Which confidential places a change would show again: that takes two moderators."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from directory.listings.rules.codec import encode
from directory.listings.rules.record import Location, Record, Visibility
from directory.listings.rules.visibility import Confidential
from directory.moderation.rules.merging import address_keys

_CLOSED: Final = list(Visibility)  # from open to closed


def shown_again(before: Record, places: Iterable[Confidential], proposal: Record) -> tuple[Location, ...]:
    """The locations of ``proposal`` (with true addresses) that tell more than ``before`` (public) did.

    ``places`` are the confidential ones of ``before``. A place that becomes less closed tells more, and so does another
    one that shows an address which ``before`` kept to itself.
    """
    were = {place.id: place.visibility for place in before.locations}
    kept = {place.location_id: place for place in places}
    secret = {
        key: were.get(number, Visibility.HIDDEN)
        for number, place in kept.items()
        for key in address_keys(Location(id=number, addresses=place.addresses))
    }
    found = []
    for place in proposal.locations:
        closed = _CLOSED.index(place.visibility)
        was = were.get(place.id, Visibility.EXACT)
        if closed < _CLOSED.index(was) or any(
            closed < _CLOSED.index(secret[key]) for key in address_keys(place) & secret.keys()
        ):
            found.append(place)
    return tuple(found)


def digest_of(places: Iterable[Location]) -> str:
    """What two moderators must have agreed on: a digest, so that the decision does not hold the address."""
    told = sorted(json.dumps(encode(place), sort_keys=True) for place in places)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
