"""Whoever asks again is told what is true in that minute."""

from dataclasses import replace
from datetime import UTC, datetime, time

from directory.core.hours import Schedule
from directory.infra import clock
from directory.infra.db import db, transaction
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.records import given_record

BEFORE = datetime(2027, 3, 23, 9, 6, 59, tzinfo=UTC)  # a Tuesday


def test_a_page_is_not_the_same_any_more_in_the_minute_in_which_something_opens(app, client, monkeypatch):
    """Doors open at any minute: these at seven minutes past nine."""
    hours = Schedule(freq="WEEKLY", byday=("TU",), opens_at=time(9, 7), closes_at=time(13))
    record = given_record("Kitchen")
    record = replace(record, services=(replace(record.services[0], schedules=(hours,)),))
    with app.app_context(), transaction(db.engine) as session:
        around = app.extensions["directory"].around
        publish(session, [record], actor=Actor(ActorKind.JOB), around=around, now=BEFORE)
    monkeypatch.setattr(clock, "now", lambda: BEFORE.replace(second=1))
    first = client.get("/listings/kitchen")
    assert "Opens 9:07am" in first.text
    again = {"If-None-Match": first.headers["ETag"]}
    monkeypatch.setattr(clock, "now", lambda: BEFORE)
    assert client.get("/listings/kitchen", headers=again).status_code == 304
    monkeypatch.setattr(clock, "now", lambda: BEFORE.replace(minute=7, second=0))
    assert "Open now until 1pm" in client.get("/listings/kitchen", headers=again).text
