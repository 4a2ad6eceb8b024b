"""What this slice does by itself: feeds are harvested, and extracts of staff are not remembered for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import current_app

from directory.exchange.queries import feeds as queries
from directory.exchange.service import harvest, staff
from directory.exchange.service.fetching import fetcher_of
from directory.exchange.service.harvest import Work
from directory.exchange.service.oruk import view_of
from directory.infra.db import reading, transaction
from directory.infra.jobs import Job


def forget_extracts(now: datetime) -> str:
    """Delete what was remembered of staff's extracts for two years."""
    with transaction() as session:
        gone = staff.forget_old(session, now)
    return f"{gone} old extracts of staff forgotten"


def harvest_feeds(now: datetime) -> str:
    """Harvest the feeds whose time has come, one after another, each for ten minutes at most: it goes on next time."""
    here = current_app.extensions["directory"]
    with reading() as session:
        names = queries.due(session, now)
    get = fetcher_of(here.settings).get
    said = []
    for name in names:
        work = Work(transaction=transaction, get=get, around=here.around, view=view_of(here), began=now)
        done = harvest.harvest(name, work)
        # What a server sent may stand in the reason, which `directory feeds list` shows: a log is not the place for it.
        said.append(f"{name}: {'stopped' if done.failed else done.result}")
    return "; ".join(said) or "no feed is due"


JOBS: Final = (
    Job("forget-extracts", timedelta(days=1), forget_extracts),
    Job("harvest-feeds", timedelta(minutes=10), harvest_feeds, lane="feeds"),
)
