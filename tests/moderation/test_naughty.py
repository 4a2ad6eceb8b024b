"""Whatever was typed comes back as it was typed: to moderators, on pages, in files, in mails and in the history."""

from __future__ import annotations

import csv
import io
from email import message_from_bytes
from email.policy import default

import pytest

from directory.accounts import jobs
from directory.infra import clock
from directory.infra.db import transaction
from directory.publishing.service import publish
from directory.web import forms
from tests.contribute.naughty import SEEN
from tests.moderation.cast import PERSON
from tests.support.filling import Filler, values_of
from tests.support.people import there
from tests.support.records import given_location, given_record

KITCHEN = given_record("Kitchen", given_location(), description="Soup.")


def squeezed(text):
    return " ".join(text.split())


def typed_into(page, ending, **typed):
    """The form whose address ends so, as it would be sent: its address and its values."""
    form = there(page.soup.select_one(f"form[action$='{ending}']"))
    return str(form["action"]), values_of(form) | typed


@pytest.fixture
def reader(app, monkeypatch):
    """Somebody without an account, who types quickly."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    with app.app_context(), transaction() as session:
        publish(session, [KITCHEN], actor=PERSON, around=app.extensions["directory"].around, now=clock.now())
    client = app.test_client()
    client.reader = False
    return Filler(client)


@pytest.fixture
def mailed(app, tmp_path):
    """Sends what waits; the words of the newest mail, plain."""

    def newest():
        with app.app_context():
            jobs.send_mail(clock.now())
        files = sorted((tmp_path / "instance" / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        mail = message_from_bytes(files[-1].read_bytes(), policy=default)
        return squeezed(there(mail.get_body(("plain",))).get_content())

    return newest


def test_a_correction_comes_back_to_the_moderator_on_the_page_in_the_file_and_in_the_history(reader, as_person):
    moderator = as_person("moderator")
    for number, text in enumerate(SEEN):
        reader.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        reader.send("/listings/kitchen/correct", description=text, wrong=text)
        url = moderator.page("/moderate").links["Kitchen"]
        sheet = moderator.page(url)
        assert squeezed(text) in squeezed(there(sheet.soup.select_one(".govuk-inset-text p")).get_text())
        where, values = typed_into(sheet, "/accept")
        assert moderator.post(where, data=values).status_code == 303
        shown = reader.client.page("/listings/kitchen")
        assert squeezed(text) in squeezed(there(shown.soup.select_one("main")).get_text())
        rows = csv.DictReader(io.StringIO(reader.client.get("/data/organisations.csv").get_data(as_text=True)[1:]))
        (cell,) = [row["description"] for row in rows if row["organisation"] == "Kitchen"]
        assert squeezed(cell) in {squeezed(text), squeezed(f"'{text}")}
        assert cell[:1] not in set("=+-@"), "a spreadsheet would reckon"
        history = moderator.page(f"/moderate/listings/{KITCHEN.id}/history")
        assert squeezed(text) in squeezed(there(history.soup.select_one(".diff")).get_text())


def test_a_report_and_its_answer_come_back_on_the_page_and_in_the_mail(reader, as_person, mailed):
    moderator = as_person("moderator")
    for number, text in enumerate(SEEN):
        reader.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        reader.send("/listings/kitchen/report", kind="other", words=text, email=f"vera{number}@example.org")
        page = moderator.page(f"/moderate/listings/{KITCHEN.id}/reports")
        assert squeezed(there(page.soup.select_one(".govuk-inset-text")).get_text()) == squeezed(text)
        form = there(page.soup.select_one("main section form"))
        words = next(str(each["name"]) for each in form.select("textarea"))
        how = next(str(each["name"]) for each in form.select("input[type=radio]"))
        answer = moderator.post(str(form["action"]), data=values_of(form) | {words: text, how: "done"})
        assert answer.status_code == 303
        assert squeezed(text) in mailed()
