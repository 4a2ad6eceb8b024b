"""Listings whose address is public but whose point nobody knew: asked again, and published when it is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.geocoding.rules import Located, Miss
from directory.geocoding.service.online import Transaction
from directory.infra import facts
from directory.listings import queries as listings
from directory.listings.models import Address, Location, Organization
from directory.listings.rules.record import Location as Place
from directory.listings.rules.record import Visibility
from directory.listings.rules.visibility import join
from directory.publishing.rules import Actor
from directory.publishing.service.door import publish
from directory.publishing.service.lock import hold
from directory.publishing.service.surroundings import Surroundings

_ASKED = "unplaced asked"  # the fact that holds the last id


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What asking again came to, in locations."""

    found: int = 0
    unknown: int = 0
    failed: int = 0  # nobody answered: worth another try later

    def __add__(self, other: Backfilled) -> Backfilled:
        """Both together."""
        return Backfilled(self.found + other.found, self.unknown + other.unknown, self.failed + other.failed)


def unplaced(session: Session, *, after: int = 0, limit: int) -> list[int]:
    """Ids of organisations with a public address and no point, in order, from ``after`` on. One statement."""
    query = (
        sa.select(Organization.id)
        .join(Location, Location.owner_id == Organization.id)
        .where(
            Organization.id > after,
            Location.visibility == Visibility.EXACT,
            Location.latitude.is_(None),
            sa.exists().where(Address.location_id == Location.id),
        )
        .distinct()
        .order_by(Organization.id)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def waiting(session: Session, *, limit: int) -> list[int]:
    """The next ``limit`` to ask for, after those that were asked last; from the beginning again at the end."""
    after = int(facts.fact(session, _ASKED) or 0)
    return unplaced(session, after=after, limit=limit) or unplaced(session, limit=limit)


def asked(session: Session, organization_id: int) -> None:
    """Remember how far we are: addresses that nobody knows must not keep the later ones waiting for ever."""
    facts.note(session, _ASKED, str(organization_id))


def backfill_one(
    organization_id: int,
    transaction: Transaction,
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    repeated: bool = True,
) -> Backfilled:
    """Ask everyone, also slow sources, for the points of one listing; no transaction is held meanwhile.

    ``repeated``: a job asks, which keeps a slower pace than a person who waits.
    """
    with transaction() as session:
        record = listings.records(session, [organization_id]).get(organization_id)
    if record is None:
        return Backfilled()
    answers: dict[UUID, Located | Miss] = {
        place.id: _ask(place, transaction, around, now, repeated=repeated)
        for place in record.locations
        if _is_unplaced(place)
    }
    points = {place: answer for place, answer in answers.items() if isinstance(answer, Located)}
    failed = sum(answer is Miss.UNAVAILABLE for answer in answers.values())
    if not points:
        return Backfilled(unknown=len(answers) - failed, failed=failed)
    with transaction() as session:
        _publish_points(session, organization_id, points, actor=actor, around=around, now=now)
    return Backfilled(found=len(points), unknown=len(answers) - len(points) - failed, failed=failed)


def _is_unplaced(place: Place) -> bool:
    return place.visibility is Visibility.EXACT and place.point is None and bool(place.addresses)


def _ask(
    place: Place, transaction: Transaction, around: Surroundings, now: datetime, *, repeated: bool
) -> Located | Miss:
    lines: Sequence[str] = place.addresses[0].lines()
    offline = around.geocoding.postcode(place.addresses[0].postal_code, anywhere=True)
    if isinstance(offline, Located):
        return offline
    return around.geocoding.find_online(
        lines, visibility=place.visibility, transaction=transaction, now=now, repeated=repeated
    )


def _publish_points(
    session: Session,
    organization_id: int,
    points: dict[UUID, Located],
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
) -> None:
    """Publish the listing as it is now, with the points: it may have changed while nobody held it."""
    hold(session)
    record = listings.records(session, [organization_id]).get(organization_id)
    if record is None:
        return
    true = listings.confidential(session, [record.id]).get(record.id, {})
    places = tuple(
        replace(place, point=found.point, precision_m=found.precision_m, found=found.found)
        if _is_unplaced(place) and (found := points.get(place.id))
        else place
        for place in record.locations
    )
    publish(
        session,
        [join(replace(record, locations=places), true)],
        actor=actor,
        around=around,
        now=now,
        why="place found",
    )
