"""A running directory, ways to send it something, and browsers in which one of the cast has signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import Page, expect

from directory.accounts.jobs import send_mail
from directory.accounts.service import people
from directory.app import create_app
from directory.infra import clock
from directory.infra.db import db, transaction
from directory.listings.rules.record import Record
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import ReportKind, Telling
from directory.moderation.service import reports, stewards
from directory.moderation.service.suggest import suggest
from directory.publishing.service import publish
from tests.e2e.somebody import look
from tests.moderation.cast import PERSON, STEWARD, sending
from tests.support.apps import INSTALLED, put_instance, settings_for
from tests.support.browsers import LiveServer, serving
from tests.support.databases import Template
from tests.support.pages import PageClient
from tests.support.people import address_of, put_person, sign_in, there
from tests.support.records import NOON


@dataclass(frozen=True)
class Desk:
    """A running directory, and ways to send it something and to sign in to it."""

    app: Flask
    server: LiveServer

    def listed(self, *records: Record) -> None:
        around = self.app.extensions["directory"].around
        with self.app.app_context(), transaction() as session:
            publish(session, records, actor=PERSON, around=around, now=NOON)

    def sent(self, record: Record, kind: Kind = Kind.NEW, **given: Any) -> str:
        """The address of the suggestion."""
        around, way = self.app.extensions["directory"].around, {"once": f"{kind} {record.name}", **given}
        with self.app.app_context(), transaction() as session:
            done = suggest(session, record, sending(kind, **way), acting=STEWARD, around=around, now=clock.now())
        return f"/moderate/{done.id}"

    def reported(self, record: Record) -> None:
        with self.app.app_context(), transaction() as session:
            telling = Telling(kind=ReportKind.CLOSED, words="It is shut.", email="", language="en", once="r")
            reports.report(session, record.id, telling, now=clock.now())

    def enter(self, page: Page, name: str = "moderator") -> Page:
        """Let one of the cast be signed in in the browser."""
        client = self.app.test_client()
        assert isinstance(client, PageClient)
        sign_in(client, name)
        cookie = client.get_cookie("directory")
        assert cookie is not None
        page.context.add_cookies([{"name": "directory", "value": cookie.value, "url": self.server.url}])
        return page

    def looked_after(self, record: Record, by: str) -> UUID:
        """Let one of the cast speak for a listing."""
        with self.app.app_context():
            engine = db.engine
        person = put_person(engine, by, now=clock.now())
        with transaction(engine) as session:
            stewards.appoint(session, person, record.id, how="claimed", now=clock.now())
        return person

    def bounced(self, who: str) -> None:
        """Let mail to one of the cast be refused."""
        with self.app.app_context(), transaction() as session:
            people.note_bounce(session, address_of(who), clock.now())

    def mailed_link(self, to: str, path: str) -> str:
        """The address, on this server, of the link in the newest mail to somebody that begins with ``path``."""
        with self.app.app_context():
            send_mail(clock.now())
        for file in sorted(Path(self.app.instance_path, "outbox").glob("*.eml"), reverse=True):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            text = there(mail.get_body(("plain",))).get_content()
            if mail["To"] == to and (found := re.search(rf"http://[^/\s]+({path}\S+)", text)):
                return found[1]
        raise AssertionError(f"no mail to {to} leads to {path}")


def heading(page: Page, words: str) -> None:
    """What the page says it is, and what is true of every page on the way."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    look(page)


def press(page: Page, name: str) -> None:
    """Press the button called ``name``."""
    page.get_by_role("button", name=name).click()


@contextmanager
def opened_desk(folder: Path, holding: Template = INSTALLED, **settings: str) -> Iterator[Desk]:
    """A directory of a test's own, without listings if it is not to hold any."""
    instance = put_instance(folder, holding)
    with serving(instance, **settings) as server:
        app = create_app(settings_for(f"sqlite:///{instance / 'birmingham.sqlite'}", instance))
        app.test_client_class = PageClient
        yield Desk(app, server)
        with app.app_context():
            db.engine.dispose()
