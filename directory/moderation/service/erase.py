"""Deleted for good, because somebody asked: no byte stays but that something with its identifier was removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.accounts.rules import Purpose
from directory.accounts.service import audit, links
from directory.core.people import Acting, Role
from directory.infra import traces
from directory.infra.db import table_of
from directory.infra.outbox import service as outbox
from directory.moderation.models import Absence, Erasure, Report, Review, Stewardship, Suggestion
from directory.moderation.rules.values import LISTING, listing_key, mail_key, review_key
from directory.publishing.service import Surroundings
from directory.publishing.service import erase as erase_published

Forget: TypeAlias = Callable[[Session, UUID], object]
"""Deletes what a slice above this one keeps about an organisation: drafts of it."""
Transaction: TypeAlias = Callable[[Engine], AbstractContextManager[Session]]
_ABOUT_LISTINGS: Final = (Purpose.CLAIM, Purpose.INVITE, Purpose.HAND_OVER)
_HELD: Final = (
    Suggestion,
    Report,
    Stewardship,
    Review,
    Absence,
)  # decisions, messages and places go with their suggestion


def erase(
    session: Session,
    organization: UUID,
    *,
    acting: Acting,
    around: Surroundings,
    forget: Sequence[Forget],
    now: datetime,
) -> None:
    """Delete a listing with all that was ever known, proposed or said of it, and whatever was merged into it.

    ``forget`` is called for each, for what is kept by those whom this slice does not know. It cannot be undone. Raises
    Forbidden. The caller commits, and then calls ``clean``: until that has answered True, bytes may be left in the
    database's files; a job tries again.
    """
    acting.require(Role.MODERATOR)
    for uuid in _erased(session, organization, by=acting.person_id, around=around, forget=forget, now=now):
        audit.note(session, "erase", acting=acting, subject=uuid, now=now)


def expire(
    session: Session, organization: UUID, *, around: Surroundings, forget: Sequence[Forget], now: datetime
) -> None:
    """Delete for good a listing whose time is over (``rules.review.is_over``), as ``erase``."""
    _erased(session, organization, by=None, around=around, forget=forget, now=now)


def _erased(
    session: Session,
    organization: UUID,
    *,
    by: UUID | None,
    around: Surroundings,
    forget: Sequence[Forget],
    now: datetime,
) -> Sequence[UUID]:
    """Everything that went: the organisation, and what was merged into it."""
    gone = erase_published(session, organization, around=around, now=now)
    _forget_mails(session, gone)
    for model in _HELD:
        table = table_of(model)
        session.execute(sa.delete(table).where(table.c.organization_uuid.in_(gone)))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for uuid in gone:
        for each in forget:
            each(session, uuid)
        row = {"organization_uuid": uuid, "by": by, "at": now, "cleaned_at": None}
        session.execute(
            insert(Erasure).values(row).on_conflict_do_update(index_elements=["organization_uuid"], set_=row)
        )
    return gone


def _forget_mails(session: Session, gone: Sequence[UUID]) -> None:
    """Mails and links about what was suggested and reported: they tell the name, and who wrote."""
    suggested = list(session.scalars(sa.select(Suggestion.id).where(Suggestion.organization_uuid.in_(gone))))
    reported = list(session.scalars(sa.select(Report.id).where(Report.organization_uuid.in_(gone))))
    speakers = set(session.scalars(sa.select(Stewardship.person_id).where(Stewardship.organization_uuid.in_(gone))))
    outbox.forget_about(session, (*map(mail_key, suggested), *(f"report {number} " for number in reported)))
    outbox.forget_about(session, (*map(listing_key, gone), *map(review_key, speakers)))
    links.forget_about(session, [{"suggestion": str(number)} for number in suggested])
    links.forget_naming(session, _ABOUT_LISTINGS, LISTING, {str(uuid) for uuid in gone})


def clean(engine: Engine, transaction: Transaction, now: datetime) -> int:
    """Take the last bytes of what was erased out of the database's files; how many listings that finished.

    To be called outside a transaction; ``transaction`` is ``infra.db.transaction``. 0 while a reader still needs
    SQLite's log: then it is called again.
    """
    with transaction(engine) as session:
        waiting = list(session.scalars(sa.select(Erasure.organization_uuid).where(Erasure.cleaned_at.is_(None))))
    if not waiting or not traces.clean(engine):
        return 0
    with transaction(engine) as session:
        session.execute(sa.update(Erasure).where(Erasure.organization_uuid.in_(waiting)).values(cleaned_at=now))
    return len(waiting)
