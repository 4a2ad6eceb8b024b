"""Every page with a form, as it stands when there is something to type: for ``test_forms``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path
from uuid import UUID

import pyotp
from flask import Flask

from directory.accounts import jobs
from directory.accounts.service import factor, people
from directory.core.people import VISITOR, Acting
from directory.infra import clock
from directory.infra.db import transaction
from directory.listings.rules.record import Source, SourceKind
from directory.moderation.rules.states import State
from directory.moderation.rules.values import ReportKind, Telling
from directory.moderation.service import decide, reports, stewards
from directory.moderation.service.suggest import suggest
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.contribute.conftest import VENUE
from tests.exchange.test_imports import send
from tests.moderation.cast import MODERATOR, PERSON, STEWARD, sending
from tests.support.filling import Filler
from tests.support.pages import PageClient
from tests.support.people import address_of, sign_in
from tests.support.records import an_id, given_location, given_record

HALL = given_location("Hall")
SERVED = given_record("Kitchen", HALL, email="kitchen@example.org", assured_at=clock.now())
CHOIR = replace(SERVED.services[0], id=an_id("choir"), name="Choir", free=True, offerings=())
KITCHEN = replace(SERVED, services=(*SERVED.services, CHOIR))
ONE = replace(given_record("One", given_location("Other hall")), assured_at=clock.now())
REGISTER = Source(kind=SourceKind.REGISTER, name="register", id="1")
IMPORT = Actor(ActorKind.IMPORT, "1")
REGISTERED = replace(given_record("Registered"), source=REGISTER, website="https://registered.example.org")
ADD = ("who", "what/1", "where", "place/1", "when/1", "reach", "details", "each/1", "more", "you", "later", "check")
EDIT = ("who", "about", "what/1", "where", "place/1", "when/1", "reach", "details", "each/1", "extras")
Page = tuple[PageClient, Callable[[], str]]


def _at(path: str) -> Callable[[], str]:
    return lambda: path


class Desk:
    """An application with something in each state that has a form. ``outbox``: where its mails lie."""

    def __init__(self, app: Flask, outbox: Path) -> None:
        self._app, self._outbox, self._number = app, outbox, count()
        self._around = app.extensions["directory"].around
        self._publish()

    def pages(self) -> Iterator[Page]:
        """Who comes to each page, and what makes it: its address, each time with something that can be sent."""
        yield from self._of_the_public()
        yield from self._of_stewards()
        yield from self._of_staff()

    def _publish(self) -> None:
        with self._app.app_context(), transaction() as session:
            publish(session, [KITCHEN, ONE], actor=PERSON, around=self._around, now=clock.now())
            publish(session, [REGISTERED], actor=IMPORT, around=self._around, now=clock.now())

    def _client(self, name: str = "", *, second_factor: bool = True) -> PageClient:
        client = self._app.test_client()
        assert isinstance(client, PageClient)
        client.reader = False
        if name:
            person = sign_in(client, name, second_factor=second_factor)
            with self._app.app_context(), transaction() as session:
                for listing in (KITCHEN, ONE) if name == "steward" else ():
                    stewards.appoint(session, person, listing.id, how="claimed", now=clock.now())
        return client

    def _of_the_public(self) -> Iterator[Page]:
        visitor = self._client()
        for path in ("/sign-in", "/listings/kitchen/report", "/listings/kitchen/correct", "/listings/registered/claim"):
            yield visitor, _at(path)
        yield visitor, self._to_prove
        yield visitor, self._to_answer
        filler = Filler(visitor)
        for url, typed in VENUE.items():
            filler.send(url, **typed)
        filler.send("/add/what/2", name="Debt advice", about="Bring your letters.", needs=["money"])
        filler.send("/add/details", differ="1")
        for task in ADD:
            yield visitor, _at(f"/add/{task}")

    def _of_stewards(self) -> Iterator[Page]:
        steward = self._client("steward")
        for task in EDIT:
            yield steward, _at(f"/manage/{KITCHEN.id}/edit/{task}")
        for path in ("edit/where", "edit/details", "notice", "share", "hand-over"):
            yield steward, _at(f"/manage/{ONE.id}/{path}")

    def _of_staff(self) -> Iterator[Page]:
        moderator = self._client("moderator")
        yield moderator, lambda: f"/moderate/{self._suggested()}"
        yield moderator, lambda: f"/moderate/{self._suggested()}/change"
        yield moderator, self._reported
        yield moderator, lambda: f"/moderate/listings/{KITCHEN.id}/delete"
        yield moderator, lambda: self._sent_file(moderator)
        yield self._client("exporter"), lambda: "/data/staff"
        yield self._client("administrator", second_factor=False), lambda: "/account/second-factor"
        yield self._with_factor(), lambda: "/sign-in/second-factor"

    def _suggested(self, *, acting: Acting = STEWARD) -> UUID:
        """A new group that somebody suggested; whose own address that is, waits for a moderator at once."""
        number = next(self._number)
        way = sending(once=f"new {number}")
        with self._app.app_context(), transaction() as session:
            proposal = given_record(f"New {number}")
            return suggest(session, proposal, way, acting=acting, around=self._around, now=clock.now()).id

    def _to_prove(self) -> str:
        self._suggested(acting=VISITOR)
        return self._mailed("suggestion-proof", "prove")

    def _to_answer(self) -> str:
        number, seen = self._suggested(), decide.AsSeen(State.WAITING, 0)
        with self._app.app_context(), transaction() as session:
            decide.ask(session, number, as_seen=seen, words="Which hall?", acting=MODERATOR, now=clock.now())
        return self._mailed("suggestion-question", "answer")

    def _mailed(self, kind: str, path: str) -> str:
        """Where the link leads of the newest mail of a kind."""
        with self._app.app_context():
            jobs.send_mail(clock.now())
        newest = max(self._outbox.glob(f"*-{kind}-*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return str(re.findall(rf"http://[^\s\"<]+(/{path}/[\w-]+)", newest.read_text())[0])

    def _reported(self) -> str:
        telling = Telling(
            kind=ReportKind.WRONG, words="Shut", email="", language="en", once=f"report {next(self._number)}"
        )
        with self._app.app_context(), transaction() as session:
            reports.report(session, KITCHEN.id, telling, now=clock.now())
        return f"/moderate/listings/{KITCHEN.id}/reports"

    def _sent_file(self, moderator: PageClient) -> str:
        return str(send(moderator, BytesIO(b"name,town\nLantern,B"), "groups.csv").response.request.path)

    def _with_factor(self) -> PageClient:
        """Staff who have not yet shown the second factor that they have."""
        client, now = self._client("other-moderator", second_factor=False), clock.now()
        secret, salt = self._app.extensions["directory"].settings.secret_key, factor.new_salt()
        with self._app.app_context(), transaction() as session:
            person = people.person_for(session, address_of("other-moderator"), now)
            code = pyotp.TOTP(factor.secret_of(person, salt, secret=secret)).at(now)
            assert factor.set_up(session, person, salt, code, secret=secret, now=now)
        return client
