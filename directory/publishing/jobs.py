"""What the door does by itself."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from flask import current_app

from directory.infra.db import reading, transaction
from directory.infra.jobs import Job
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service.places import Backfilled, asked, backfill_one, waiting

AT_ONCE = 50  # listings in one run: at four questions a minute that is a quarter of an hour


def retry_unknown_places(now: datetime) -> str:
    """Ask again for the points of listings whose place is unknown."""
    around = current_app.extensions["directory"].around
    with reading() as session:
        ids = waiting(session, limit=AT_ONCE)
    done, began = Backfilled(), time.monotonic()
    for organization_id in ids:
        moment = now + timedelta(seconds=time.monotonic() - began)  # each question may wait for its turn
        done += backfill_one(
            organization_id,
            transaction,
            actor=Actor(ActorKind.JOB, "retry-unknown-places"),
            around=around,
            now=moment,
        )
        with transaction() as session:
            asked(session, organization_id)
    return f"{done.found} found, {done.unknown} unknown, {done.failed} to try again"


JOBS = (Job("retry-unknown-places", timedelta(hours=1), retry_unknown_places),)
