"""What the door does by itself."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from flask import current_app

from directory.infra.db import reading, transaction
from directory.infra.jobs import Job
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import renewal
from directory.publishing.service.places import Backfilled, asked, backfill_one, waiting
from directory.publishing.service.refresh import BATCH

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


def renew_hours(now: datetime) -> str:
    """Write the hours of the coming weeks into the index, once a week, for listings whose weeks are not all alike."""
    around = current_app.extensions["directory"].around
    with transaction() as session:
        ids = renewal.begin(session, around, now=now)
    for at in range(0, len(ids), BATCH):
        with transaction() as session:
            renewal.renew(session, ids[at : at + BATCH], around)
    with transaction() as session:
        renewal.finish(session)
    return f"{len(ids)} renewed"


JOBS = (
    Job("retry-unknown-places", timedelta(hours=1), retry_unknown_places),
    Job("renew-hours", timedelta(hours=6), renew_hours),
)
