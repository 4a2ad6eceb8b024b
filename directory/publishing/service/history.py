"""A place that was public and is so no more: it goes out of the history too, and whoever may undo still can."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.geocoding.service import forget
from directory.infra.db import table_of
from directory.listings.models import ConfidentialLocation, OldSlug
from directory.listings.rules.codec import decode, encode
from directory.listings.rules.document import dumps
from directory.listings.rules.record import Record, Visibility
from directory.listings.rules.visibility import Confidential, split
from directory.listings.service import confidential_row
from directory.publishing.models import Revision
from directory.publishing.service.prepare import sector_centre
from directory.publishing.service.surroundings import Surroundings

_CLOSED = list(Visibility)  # from open to closed
Wanted = Mapping[UUID, Visibility]


def conceal(session: Session, records: Sequence[Record], around: Surroundings) -> bool:
    """Take the places that ``records`` (public, as published now) do not show out of their earlier revisions.

    What is taken out stands in ``confidential_location`` for its version. Former addresses of such a listing in the
    directory go as well: they may name the district. Says whether there was anything to take out; no statement when
    no place is approximate or hidden.
    """
    wanted: dict[UUID, Wanted] = {
        record.id: {place.id: place.visibility for place in record.locations}
        for record in records
        if any(place.visibility is not Visibility.EXACT for place in record.locations)
    }
    if not wanted:
        return False
    revisions = session.execute(
        sa.select(Revision.organization_uuid, Revision.version, Revision.record).where(
            Revision.organization_uuid.in_(wanted), Revision.record.is_not(None)
        )
    )
    taken = [_conceal_one(session, row, wanted[row.organization_uuid], around) for row in revisions.all()]
    return any(taken)  # of all of them: each must be looked at


def _conceal_one(session: Session, row: Any, wanted: Wanted, around: Surroundings) -> bool:
    told = decode(Record, json.loads(row.record))
    opened = {place.id for place in told.locations if place.visibility is Visibility.EXACT}
    closing = replace(
        told,
        locations=tuple(
            replace(place, visibility=max(place.visibility, wanted.get(place.id, place.visibility), key=_CLOSED.index))
            for place in told.locations
        ),
    )
    if closing == told:
        return False
    public, taken = split(closing, sector_centre(around))
    session.execute(
        sa.update(Revision)
        .where(Revision.organization_uuid == row.organization_uuid, Revision.version == row.version)
        .values(record=dumps(encode(public)))
    )
    kept = [place for place in taken if place.location_id in opened]
    if kept:
        _keep(session, row, kept)
    session.execute(sa.delete(OldSlug).where(OldSlug.organization_uuid == row.organization_uuid))
    return True


def _keep(session: Session, row: Any, places: Sequence[Confidential]) -> None:
    for place in places:
        for address in place.addresses:
            forget(session, address.lines())
    rows = [confidential_row(row.organization_uuid, row.version, place) for place in places]
    table = table_of(ConfidentialLocation)
    # A place that was opened at this version left an empty row there: it says what the public saw then, and no more.
    keys = [(place.location_id, row.version) for place in places]
    session.execute(sa.delete(table).where(sa.tuple_(table.c.location_uuid, table.c.since_version).in_(keys)))
    session.execute(sa.insert(table), rows)
