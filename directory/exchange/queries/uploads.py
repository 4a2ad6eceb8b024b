"""Files that staff sent, as lists of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.exchange.models import Upload
from directory.exchange.rules.uploads import WORK, State


def at_work(session: Session) -> list[Upload]:
    """Files that the directory has something to do with, those first that wait longest. One statement."""
    query = sa.select(Upload).where(Upload.state.in_(WORK)).order_by(Upload.changed_at, Upload.id)
    return list(session.scalars(query))


def on_the_way(session: Session) -> list[Upload]:
    """Files that were not imported yet, or are being imported or taken back, newest first. One statement."""
    ended = (State.DONE, State.UNDONE)
    query = sa.select(Upload).where(Upload.state.not_in(ended)).order_by(Upload.at.desc(), Upload.id)
    return list(session.scalars(query))


def by_run(session: Session, runs: list[int]) -> dict[int, Any]:
    """Of import runs that began here: their number -> the id of their file. One statement."""
    query = sa.select(Upload.run_id, Upload.id).where(Upload.run_id.in_(runs))
    return {row.run_id: row.id for row in session.execute(query)}
