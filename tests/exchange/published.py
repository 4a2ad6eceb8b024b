"""Invented organisations that tests of files publish, and their rows as a reader of CSV has them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as wall
from typing import Any, Final

from flask import Flask
from werkzeug.test import TestResponse

from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.infra.db import db, transaction
from directory.listings.rules import record as r
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw
from tests.support.records import an_id, given_location, given_record

NOW: Final = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


def hall(name: str, lat: float, lon: float) -> r.Location:
    """A hall at a public point."""
    address = r.Address(id=an_id(name, 1), address_1="12 Example Road", city="Birmingham", postal_code="B11 1AA")
    return given_location(name, id=an_id(name), point=Point(lat, lon), addresses=(address,))


def organisations() -> tuple[r.Record, ...]:
    """Thirty-one: many kitchens, one with two halls, dancing, and a library that is open on Tuesdays."""
    kitchens = (given_record(f"Kitchen {n:02}", hall(f"hall {n}", 52.457 + n / 500, -1.87)) for n in range(28))
    two = given_record("Two halls", hall("east", 52.45, -1.86), hall("west", 52.45, -1.95), needs=("company",))
    dance = given_record("Zumba", service="Zumba for all", needs=("company",), about="Dancing.")
    books = given_record("Library", hall("library", 52.48, -1.89), service="Books", needs=("company",), about="Read.")
    return (*kitchens, two, dance, open_on_tuesdays(books))


def open_on_tuesdays(record: r.Record) -> r.Record:
    """The record, open on Tuesdays from ten to one."""
    hours = (Schedule(freq="WEEKLY", byday=("TU",), opens_at=wall(10), closes_at=wall(13)),)
    return replace(record, services=(replace(record.services[0], schedules=hours),))


def put(app: Flask, *records: r.Record, now: datetime = NOW) -> None:
    """Publish ``records``."""
    with app.app_context(), transaction(db.engine) as session:
        around = app.extensions["directory"].around
        publish(session, records, actor=Actor(ActorKind.JOB), around=around, now=now)


def take_out(app: Flask, *records: r.Record, now: datetime = NOW) -> None:
    """Withdraw ``records``."""
    with app.app_context(), transaction(db.engine) as session:
        around = app.extensions["directory"].around
        withdraw(session, [record.id for record in records], actor=Actor(ActorKind.JOB), around=around, now=now)


def rows_of(answer: TestResponse) -> list[dict[str, Any]]:
    """The rows of a CSV file that was answered."""
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
