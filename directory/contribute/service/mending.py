"""After a refusal: why it was refused, and the mailed link that opens the answers again, to be sent once more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.accounts.rules import Purpose
from directory.accounts.service import links
from directory.contribute.queries import Held, held
from directory.contribute.service import drafts
from directory.infra.db import Reader
from directory.moderation.queries import refusals
from directory.moderation.queries.refusals import Refusal
from directory.moderation.rules.states import SILENT
from directory.moderation.rules.values import DRAFT


def refused(session: Session | Reader, draft: Held | None) -> Refusal | None:
    """Why a draft was refused when it was sent last, as its sender may know it. One statement, none for one never sent.

    None also for spam: an answer would tell its sender that somebody reads it.
    """
    found = refusals.of_draft(session, draft.id) if draft and draft.sendings else None
    return found if found and found.reason not in SILENT else None


def offered(session: Session, token: str, now: datetime) -> tuple[Held, Refusal] | None:
    """The draft that a link leads to, and what was said of it; None when the link is dead or there is nothing to mend.

    Nothing is to be mended of a draft that was deleted, or that was sent again meanwhile from another browser.
    """
    link = links.peek(session, token, Purpose.MEND_DRAFT, now)
    draft = held(session, UUID(link.payload[DRAFT])) if link else None
    why = refused(session, draft)
    return (draft, why) if draft and why else None


def take_up(session: Session, token: str, now: datetime) -> UUID | None:
    """Use up a link, and open its draft to be changed and sent again; its id. None as ``offered``."""
    found = offered(session, token, now)
    if found is None or links.consume(session, token, Purpose.MEND_DRAFT, now) is None:
        return None
    drafts.take_up(session, found[0].id, now=now)
    return found[0].id
