"""A moderator takes a listing off the list because the group has ended, as people reported or anybody found out."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory.accounts.service import people
from directory.core.people import Acting
from directory.infra import outbox
from directory.infra.outbox import Outgoing
from directory.moderation.queries import queue
from directory.moderation.rules.absence import Why
from directory.moderation.rules.values import ReportKind, listing_key
from directory.moderation.service import absence, reports, sharing, stewards
from directory.publishing.service import Surroundings

KIND: Final = "listing-taken-off"


def close(
    session: Session, organization: UUID, *, version: int, acting: Acting, around: Surroundings, now: datetime
) -> None:
    """Take a listing off the list. Whoever said that it has closed was right; whoever speaks for it is told.

    They can put it back, and a moderator can by its history. Raises as ``absence.take_off``.
    """
    name = sharing.name_of(session, organization)
    for one in queue.reports_of(session, organization):
        if one.kind is ReportKind.CLOSED:
            reports.settle(session, one.id, done=True, answer="", acting=acting, now=now)
    absence.take_off(
        session, organization, Why.CLOSED, version=version, acting=acting, around=around, now=now, staff=True
    )
    for person_id, _, _ in stewards.of_listing(session, organization):
        person = people.known(session, person_id=person_id)
        if person is not None and person.disabled_at is None:
            values = {"name": name, "id": str(organization)}
            key = f"{listing_key(organization)}{uuid4().hex}"
            outbox.put(session, Outgoing(KIND, person.email, person.language, values, key=key), now=now)
