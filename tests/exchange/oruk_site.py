"""What the tests of the API share: a site with invented organisations, and its answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from directory.infra.db import db, transaction
from directory.listings.rules.record import Record
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
API = "/oruk/v3"


def put(app: Flask, *records: Record, now: datetime = NOW) -> None:
    """Publish the records."""
    with app.app_context(), transaction(db.engine) as session:
        around = app.extensions["directory"].around
        publish(session, records, actor=Actor(ActorKind.JOB), around=around, now=now)


def take(app: Flask, *records: Record, now: datetime = NOW) -> None:
    """Withdraw them."""
    with app.app_context(), transaction(db.engine) as session:
        around = app.extensions["directory"].around
        withdraw(session, [each.id for each in records], actor=Actor(ActorKind.JOB), around=around, now=now)


def asked(app: Flask, path: str, **params: object) -> Any:
    """The JSON of an answer that is right."""
    answer = app.test_client().get(f"{API}/{path}", query_string=params)
    assert answer.status_code == 200, answer.text
    return answer.json


def names(app: Flask, path: str = "services", **params: object) -> list[str]:
    """The names of the services that a list has, in their order."""
    found = asked(app, path, per_page=1000, **params)["contents"]
    return [(each.get("service") or each)["name"] for each in found]


def lines(app: Flask, path: str, **params: object) -> list[Any]:
    """The objects of an answer with one a line."""
    answer = app.test_client().get(f"{API}/{path}", query_string={"format": "ndjson", **params})
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]
