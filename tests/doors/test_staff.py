"""A moderator decides about a refuge without being told where it is: no page of staff has its address."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from directory.core.geo import Point
from directory.core.people import Acting, Role
from directory.exchange.jobs import import_files
from directory.exchange.rules.uploads import Chosen
from directory.exchange.service import uploads
from directory.exchange.service.mappings import load_mapping
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules import record as r
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import ReportKind, Telling
from directory.moderation.service import reports
from directory.moderation.service.suggest import suggest
from directory.publishing.service import publish
from tests.moderation.cast import PERSON, STEWARD, sending
from tests.support.doors import STAFF
from tests.support.people import sign_in
from tests.support.records import an_id, given_location, given_record

ADDRESS = r.Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")
POINT = Point(52.439871, -1.886413)
SECRETS = ("zebedee", "b13 9sa", "b139sa", "52.43987", "1.88641", "lantern house")
TASKS = ("who", "about", "what/1", "where", "show/1", "place/1", "when/1", "reach", "details", "extras")
SENDER = Acting(person_id=UUID(int=9), roles=frozenset({Role.MODERATOR}), second_factor=True, steward=True)
ABOUT = "Come to Lantern House, 7 Zebedee Mews, B13 9SA."


def refuge(name, visibility):
    place = given_location(
        "Lantern House", id=an_id("place", name), visibility=visibility, point=POINT, addresses=(ADDRESS,)
    )
    return given_record(name, place, description=ABOUT, about=ABOUT)


FILE = "name,venue,address,postcode,show the place\n{},Lantern House,7 Zebedee Mews,{},{}\n"


def sent_file(app, visibility, how_far, name="File refuge"):
    """A file with a refuge that another moderator sent: as it came, checked with a fault in a cell, imported."""
    instance, now = Path(app.instance_path), clock.now()
    rows = FILE.format(name, "B13 9SA" if how_far == 2 else "B139SA X", visibility.value)
    received = uploads.receive(instance, BytesIO(rows.encode()), f"refuge-{how_far}.csv")
    template = {column.name: column.becomes for column in load_mapping("template").columns}
    chosen = Chosen(
        columns={name: template[name] for name in received.opened.columns},
        source="Refuges",
        own=True,
        visibility=r.Visibility.EXACT,
    )
    with app.app_context():
        with transaction() as session:
            uploads.remember(session, received, acting=SENDER, now=now)
            if how_far:
                uploads.choose(session, received.id, chosen, acting=SENDER, now=now)
        import_files(now)
        if how_far == 2:
            with transaction() as session:
                uploads.go(session, received.id, acting=SENDER, now=now)
            import_files(now)
    return received.id


def newer_file(app, visibility):
    """The number of an import that lacks the refuge which an earlier file of its list had."""
    sent = sent_file(app, visibility, 2, name="Another refuge")
    with app.app_context(), reading() as session:
        return uploads.of_job(session, sent).run_id


@pytest.fixture(params=[r.Visibility.HIDDEN, r.Visibility.APPROXIMATE])
def addresses(app, request):
    """Every page of staff, by endpoint, with a refuge in each state behind it."""
    around, now = app.extensions["directory"].around, clock.now()
    listed, new = refuge("Moonlit refuge", request.param), refuge("New refuge", request.param)
    batch = refuge("Batch refuge", request.param)
    with app.app_context(), transaction() as session:
        exact = replace(listed, locations=(replace(listed.locations[0], visibility=r.Visibility.EXACT),))
        for record in (exact, listed):  # they thought better of it
            publish(session, [record], actor=PERSON, around=around, now=now)
        changed = replace(listed, services=(replace(listed.services[0], name="Beds"),))
        receipts = [
            suggest(session, record, sending(kind, once=f"{n}", **more), acting=STEWARD, around=around, now=now)
            for n, (record, kind, more) in enumerate(
                ((new, Kind.NEW, {}), (changed, Kind.CHANGE, {}), (batch, Kind.NEW, {"batch": "b", "email": ""}))
            )
        ]
        telling = Telling(kind=ReportKind.CLOSED, words="Shut", email="", language="en", once="r")
        reports.report(session, listed.id, telling, now=now)
        publish(session, [given_record("Other", given_location("Hall"))], actor=PERSON, around=around, now=now)
    one = f"/moderate/listings/{listed.id}"
    sent = [sent_file(app, request.param, how_far) for how_far in range(3)]
    return {
        "contribute.moderated": [f"{one}/change"],
        "contribute.moderated_edit": [f"{one}/change/{task}" for task in TASKS],
        "exchange.import_file": [f"/moderate/imports/{number}" for number in sent],
        "exchange.import_gone": [f"/moderate/imports/{newer_file(app, request.param)}/gone"],
        "exchange.imports": ["/moderate/imports"],
        "moderation.batch": ["/moderate/batches/b"],
        "moderation.change": [f"/moderate/{receipt.id}/change" for receipt in receipts],
        "moderation.erase": [f"{one}/delete"],
        "moderation.history": [f"{one}/history", f"{one}/history?from=0&to=1", f"{one}/history?from=1&to=2"],
        "moderation.jobs": ["/moderate/jobs"],
        "moderation.merging": ["/moderate/merge?keep=moonlit-refuge&lose=other"],
        "moderation.people": [],
        "moderation.queue": ["/moderate", "/moderate?kind=new", "/moderate?state=later"],
        "moderation.reported": [f"{one}/reports"],
        "moderation.reports": ["/moderate/reports"],
        "moderation.suggestion": [f"/moderate/{receipt.id}" for receipt in receipts],
        "moderation.take_off": [f"{one}/take-off"],
    }


def test_no_page_of_staff_tells_a_confidential_place(app, addresses):
    assert addresses.keys() == STAFF, "a new door: say here how to open it"
    client = app.test_client()
    sign_in(client, "moderator")
    seen = 0
    for url in (url for several in addresses.values() for url in several):
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = answer.get_data(as_text=True).lower()
        assert [secret for secret in SECRETS if secret in body] == [], url
        seen += "refuge" in body
    assert seen > 22
