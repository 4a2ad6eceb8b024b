"""Confidential places of suggestions: kept apart from what is proposed, put back by the door alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.geo import Point
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.rules.codec import decode, encode
from directory.listings.rules.record import Address, Found, Location, Record, Visibility
from directory.listings.rules.visibility import Confidential, join
from directory.moderation.models import SuggestionPlace
from directory.publishing.service import Surroundings
from directory.publishing.service.prepare import Prepared, prepare


def parted(
    session: Session, proposal: Record, base: Record | None, around: Surroundings
) -> tuple[Prepared, tuple[Confidential, ...]]:
    """The public part of ``proposal`` and what it says of places that are not to be shown whole.

    ``base`` is what is published. A place of it that the proposal leaves as the public sees it keeps its true address
    where it is: whoever edits a listing need not know it, and it is not copied. At most one statement.
    """
    known = _confidential(session, base) if base else {}
    former = {place.id: place for place in base.locations} if base else {}
    untouched = {
        place.id: known[place.id]
        for place in proposal.locations
        if place.id in known and _tells_nothing_new(place, former.get(place.id))
    }
    made = prepare(join(proposal, untouched), around)
    return made, tuple(place for place in made.confidential if place.location_id not in untouched)


def whole(session: Session, public: Record, suggestion: UUID, current: Record | None) -> Record:
    """``public`` with its true places, for the door: those of the suggestion, else those that are kept already."""
    places = _confidential(session, current) if current else {}
    return join(public, {**places, **of_suggestion(session, suggestion)})


def with_places(record: Record, places: Mapping[UUID, Confidential]) -> Record:
    """``record`` with those of ``places`` that are its own."""
    return join(record, dict(places))


def of_listing(session: Session, current: Record) -> dict[UUID, Confidential]:
    """The true places of a published listing, by location: for the door, and for ``places.read``."""
    return _confidential(session, current)


def _confidential(session: Session, current: Record) -> dict[UUID, Confidential]:
    if all(place.visibility is Visibility.EXACT for place in current.locations):
        return {}
    return listings.confidential(session, [current.id]).get(current.id, {})


def _tells_nothing_new(place: Location, former: Location | None) -> bool:
    """Whether a place is as closed as it was published, or more, and as it was shown."""
    if place.visibility is Visibility.EXACT or former is None:
        return False
    known = {address.lines() for address in former.addresses}
    return all(address.lines() in known for address in place.addresses) and place.point in {None, former.point}


def keep(session: Session, suggestion: UUID, places: Iterable[Confidential]) -> None:
    """Store the true places of a suggestion."""
    rows = [_row(suggestion, place) for place in places]
    if rows:
        session.execute(sa.insert(table_of(SuggestionPlace)), rows)


def forget(session: Session, suggestion: UUID) -> None:
    """Delete the true places of a suggestion that was decided."""
    session.execute(sa.delete(SuggestionPlace).where(SuggestionPlace.suggestion_id == suggestion))


def of_suggestion(session: Session, suggestion: UUID) -> dict[UUID, Confidential]:
    """The true places of a suggestion, by location: for the door, and for ``places.read``. One statement."""
    table = table_of(SuggestionPlace)
    rows = session.execute(sa.select(table).where(table.c.suggestion_id == suggestion))
    return {row.location_uuid: _place(row) for row in rows}


def _row(suggestion: UUID, place: Confidential) -> dict[str, Any]:
    return {
        "suggestion_id": suggestion,
        "location_uuid": place.location_id,
        "latitude": place.point.lat if place.point else None,
        "longitude": place.point.lon if place.point else None,
        "precision_m": place.precision_m,
        "found": place.found,
        "addresses": [encode(address) for address in place.addresses],
    }


def _place(row: Any) -> Confidential:
    return Confidential(
        row.location_uuid,
        None if row.latitude is None else Point(row.latitude, row.longitude),
        row.precision_m,
        Found(row.found) if row.found else None,
        tuple(decode(Address, address) for address in row.addresses),
    )
