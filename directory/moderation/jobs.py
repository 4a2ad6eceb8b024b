"""What moderation does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import current_app

from directory.infra.db import db, transaction
from directory.infra.jobs import Job
from directory.moderation.queries import review
from directory.moderation.service import erase, keeping, reports
from directory.moderation.service.suggest import forget_refused, forget_unproved

UNPROVED_KEPT: Final = timedelta(days=14)  # promises.md
REFUSED_KEPT: Final = timedelta(days=30)
ASKED_AT_ONCE: Final = 500  # listings in one run: their mails are one transaction
OFF_AT_ONCE: Final = 200


def clean_erased(now: datetime) -> str:
    """Take the last bytes of what was deleted for good out of the database's files."""
    return f"{erase.clean(db.engine, transaction, now)} cleaned"


def forget_suggestions(now: datetime) -> str:
    """Forget what nobody proved, what was refused or taken back, and reports that were dealt with."""
    with transaction() as session:
        unproved = forget_unproved(session, now - UNPROVED_KEPT)
        refused = forget_refused(session, now - REFUSED_KEPT)
        settled = reports.forget_settled(session, now - REFUSED_KEPT)
        reports.forget_marks(session, now)
    return f"{unproved} unproved, {refused} refused, {settled} reports"


def ask_stewards(now: datetime) -> str:
    """Ask those who speak for listings whether they are still right: one mail each."""
    with transaction() as session:
        done = keeping.ask(session, now, limit=ASKED_AT_ONCE)
    return f"{done.mails} mails about {done.listings} listings"


def keep_true(now: datetime) -> str:
    """Take off the list what nobody confirmed for a year, and delete for good what has been off it for long."""
    running = current_app.extensions["directory"]
    with transaction() as session:
        off = review.unconfirmed(session, now, limit=OFF_AT_ONCE)
        over = keeping.over(session, now, limit=OFF_AT_ONCE)
    gone = deleted = 0
    for organization in off:  # each by itself: broken off, the next run goes on
        with transaction() as session:
            gone += keeping.take_off(session, organization, around=running.around, now=now)
    for organization in over:
        with transaction() as session:
            erase.expire(session, organization, around=running.around, forget=running.forget, now=now)
        deleted += 1
    if deleted:
        erase.clean(db.engine, transaction, now)
    return f"{gone} off the list, {deleted} deleted for good"


JOBS = (
    Job("clean-erased", timedelta(minutes=5), clean_erased),
    Job("forget-suggestions", timedelta(hours=6), forget_suggestions),
    Job("ask-stewards", timedelta(hours=6), ask_stewards),
    Job("keep-true", timedelta(hours=6), keep_true),
)
