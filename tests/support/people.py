"""The fixed cast of tests: who they are, and clients in which they have signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.engine import Engine

from directory.accounts.rules import Role
from directory.accounts.service import people, sessions
from directory.infra import clock
from directory.infra.db import db, transaction
from directory.web.people import TOKEN
from tests.support.pages import PageClient

T = TypeVar("T")
CAST: Final[dict[str, frozenset[Role]]] = {
    "steward": frozenset(),
    "other-steward": frozenset(),
    "moderator": frozenset({Role.MODERATOR}),
    "other-moderator": frozenset({Role.MODERATOR}),
    "keeper": frozenset({Role.MODERATOR, Role.CONFIDENTIAL}),  # may also read addresses that are not published
    "exporter": frozenset({Role.EXPORTER}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
}


def there(found: T | None) -> T:
    """What was looked for, which must be there."""
    assert found is not None
    return found


def address_of(name: str) -> str:
    """The e-mail address of one of the cast."""
    return f"{name}@example.org"


def put_person(engine: Engine, name: str, *, now: datetime) -> UUID:
    """One of the cast, in the database with their rights; their id."""
    with transaction(engine) as session:
        if CAST[name]:
            return people.add(session, address_of(name), CAST[name], now)
        return people.person_for(session, address_of(name), now)


def sign_in(client: PageClient, name: str, *, second_factor: bool = True, now: datetime | None = None) -> UUID:
    """Let one of the cast be signed in with ``client``, staff with their second factor; their id."""
    moment = now or clock.now()
    with client.application.app_context():
        engine = db.engine
    person_id = put_person(engine, name, now=moment)
    with transaction(engine) as session:
        token = sessions.start(session, person_id, browser="Firefox on Linux", now=moment)
        if CAST[name] and second_factor:
            token = sessions.show_factor(session, token, moment)
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    client.reader = False  # they have the cookie
    return person_id


@pytest.fixture
def as_person(app: Flask) -> Callable[..., PageClient]:
    """A maker of clients: ``as_person("moderator")`` has signed in, ``as_person("visitor")`` has not."""

    def made(name: str, *, second_factor: bool = True) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        if name != "visitor":
            sign_in(client, name, second_factor=second_factor)
        return client

    return made
