"""Drafts: begun with the first answer, saved at each page, forgotten 60 days after the last."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.service import links
from directory.contribute.models import Draft, DraftAddress
from directory.contribute.queries import Held, held
from directory.contribute.rules.answers import Address, Answers
from directory.contribute.rules.known import known
from directory.core.errors import Conflict, NotFound
from directory.infra.outbox import service as outbox
from directory.listings.rules.codec import encode
from directory.listings.rules.record import Record
from directory.moderation.rules.values import DRAFT
from directory.moderation.service.suggest import draft_gone

KEPT: Final = timedelta(days=60)  # after the last answer
Change = Callable[[Answers], Answers]


def begin(session: Session, *, language: str, now: datetime) -> UUID:
    """A new draft, empty, about an organisation that is not listed yet; its id."""
    made = uuid4()
    session.add(
        Draft(
            id=made,
            subject=uuid4(),
            base_version=0,
            answers=_text(Answers()),
            language=language,
            created_at=now,
            touched_at=now,
            sendings=0,
            is_open=True,
            reference="",
        )
    )
    session.flush()
    return made


def save(
    session: Session,
    draft_id: UUID,
    change: Change,
    *,
    now: datetime,
    addresses: Mapping[str, Address | None] | None = None,
) -> Held:
    """Put an answer into a draft as it is now: two pages that are sent at once both stay.

    ``addresses``: of places by their key, None to forget one. Raises NotFound, and Conflict for a draft that was sent.
    """
    draft = _locked(session, draft_id)
    if not draft.is_open:
        raise Conflict("the draft was sent, and was not taken up again")
    before = locked(session, draft_id)
    after = change(before.answers)
    draft.answers, draft.touched_at = _text(after), now
    gone = {key for key in before.addresses if after.spot(key) is None}
    for key, address in {**dict.fromkeys(gone), **(addresses or {})}.items():
        _put_address(session, draft_id, key, address)
    session.flush()
    session.expire_all()
    return locked(session, draft_id)


def fill(session: Session, draft_id: UUID, record: Record, version: int, *, now: datetime) -> Held:
    """Let a draft be about a listing that there is, and take over what it tells. Raises NotFound and Conflict."""
    draft = _locked(session, draft_id)
    draft.subject, draft.base_version = record.id, version
    session.flush()
    return save(session, draft_id, lambda answers: known(record, answers), now=now)


def sent(session: Session, draft_id: UUID, reference: str, *, now: datetime) -> None:
    """Close a draft that was sent. It is kept, so that it can be mended if it is refused. Raises NotFound."""
    draft = _locked(session, draft_id)
    draft.is_open, draft.reference, draft.touched_at = False, reference, now
    draft.sendings += 1
    session.flush()


def take_up(session: Session, draft_id: UUID, *, now: datetime) -> None:
    """Open a draft that was sent, to be changed and sent again. Raises NotFound."""
    draft = _locked(session, draft_id)
    draft.is_open, draft.touched_at = True, now
    session.flush()


def forget(session: Session, draft_id: UUID) -> None:
    """Delete a draft, if it is still there, and the links to it with the mails that bring them."""
    outbox.forget_about(session, [mail_key(draft_id)])
    links.forget_about(session, [{DRAFT: str(draft_id)}])
    draft_gone(session, draft_id)
    session.execute(sa.delete(DraftAddress).where(DraftAddress.draft_id == draft_id))
    session.execute(sa.delete(Draft).where(Draft.id == draft_id))


def forget_about(session: Session, organization: UUID) -> int:
    """Delete every draft about an organisation that wants to be forgotten; how many there were."""
    found = list(session.scalars(sa.select(Draft.id).where(Draft.subject == organization)))
    for draft_id in found:
        forget(session, draft_id)
    return len(found)


def forget_old(session: Session, now: datetime) -> int:
    """Delete the drafts that nobody touched for 60 days; how many. A time that lies ahead was a wrong clock's."""
    old = sa.or_(Draft.touched_at < now - KEPT, Draft.touched_at > now + KEPT)
    found = list(session.scalars(sa.select(Draft.id).where(old)))
    for draft_id in found:
        forget(session, draft_id)
    return len(found)


def mail_key(draft_id: UUID) -> str:
    """How the keys of the mails begin that lead to a draft: they go with it."""
    return f"draft {draft_id} "


def locked(session: Session, draft_id: UUID) -> Held:
    """The draft, which nobody else changes until the transaction ends. Raises NotFound."""
    _locked(session, draft_id)
    found = held(session, draft_id)
    assert found is not None  # noqa: S101 - it is locked
    return found


def _locked(session: Session, draft_id: UUID) -> Draft:
    draft = session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise NotFound("there is no such draft")
    return draft


def _put_address(session: Session, draft_id: UUID, key: str, address: Address | None) -> None:
    row = session.get(DraftAddress, (draft_id, key))
    if address is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(DraftAddress(draft_id=draft_id, place=key, address=_text(address)))
    else:
        row.address = _text(address)


def _text(value: Answers | Address) -> str:
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))
