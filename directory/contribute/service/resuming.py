"""The link by e-mail that leads back to a draft, on any phone or computer."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from directory.accounts.rules import Purpose
from directory.accounts.service import links
from directory.contribute.queries import Held, held
from directory.contribute.service.drafts import mail_key
from directory.infra import outbox
from directory.infra.outbox import LinkWanted, Outgoing
from directory.moderation.rules.values import DRAFT

KIND: Final = "resume-draft"


def send_link(session: Session, draft: Held, email: str, *, language: str, now: datetime) -> None:
    """Let the link to a draft be mailed to ``email``, which is not kept with the draft."""
    group = draft.answers.group
    outbox.put(
        session,
        Outgoing(
            kind=KIND,
            to=email,
            language=language,
            values={"name": group.name if group else ""},
            link=LinkWanted(Purpose.RESUME_DRAFT, {DRAFT: str(draft.id)}),
            key=f"{mail_key(draft.id)}{now.timestamp()}",
        ),
        now=now,
    )


def resumed(session: Session, token: str, now: datetime) -> Held | None:
    """The draft that a link leads to; None for a link that does not work, or when the draft is gone."""
    link = links.peek(session, token, Purpose.RESUME_DRAFT, now)
    return held(session, UUID(link.payload[DRAFT])) if link else None
