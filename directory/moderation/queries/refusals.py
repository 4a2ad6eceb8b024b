"""Why something was refused: for its sender, who mends it, and for the moderator to whom it is sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.db import Reader
from directory.moderation.models import Decision, Suggestion
from directory.moderation.queries.suggestions import Seen
from directory.moderation.rules.states import Deed, Reason, State


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, when and why; ``words`` are the moderator's own, "" for none."""

    id: UUID
    reference: str
    at: datetime
    reason: Reason
    words: str


_REFUSED: Final = (
    sa.select(Suggestion.id, Suggestion.reference, Suggestion.state, Decision.at, Decision.reason, Decision.words)
    .outerjoin(Decision, sa.and_(Decision.suggestion_id == Suggestion.id, Decision.what == Deed.REFUSED))
    .order_by(Suggestion.sent_at.desc(), Suggestion.id)
    .limit(1)
)


def of_draft(session: Session | Reader, draft: UUID) -> Refusal | None:
    """Why what was sent last from a draft was refused; None when it was not, or is forgotten. One statement."""
    row = session.execute(_REFUSED.where(Suggestion.draft_id == draft)).one_or_none()
    return _refusal(row) if row and row.state == State.REFUSED else None


def before(session: Session, seen: Seen) -> Refusal | None:
    """The last refusal of what came from the same draft before. One statement, none for what came from no draft."""
    if seen.draft is None:
        return None
    refused = (Suggestion.draft_id == seen.draft, Suggestion.state == State.REFUSED)
    earlier = (Suggestion.id != seen.id, Suggestion.sent_at <= seen.sent_at)
    row = session.execute(_REFUSED.where(*refused, *earlier)).one_or_none()
    return _refusal(row) if row else None


def _refusal(row: Any) -> Refusal:
    return Refusal(row.id, row.reference, row.at, Reason(row.reason), row.words)
