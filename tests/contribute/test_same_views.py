"""What the check of the answers shows is what is seen when it was accepted: page, council's file and open data."""

from __future__ import annotations

import csv
import io
import json

import pytest

from directory.infra.db import reading
from directory.listings.rules.codec import encode
from directory.publishing import queries as published
from tests.contribute.conftest import NEIGHBOURS, VENUE
from tests.support.filling import values_of
from tests.support.people import there

LATER = {"confirmed", "changed"}  # when it is accepted
TIMES = {"assured_at", "review_due_at"}  # as above, in the record


def accepted(moderator, name):
    """Accept what waits under a name."""
    page = moderator.page(moderator.page("/moderate").links[name])
    form = there(page.soup.select_one("form[action$='/accept']"))
    assert moderator.post(str(form["action"]), data=values_of(form)).status_code == 303


def said(page):
    """The words of a listing's page, line by line, but for the way between the views."""
    listing = there(page.soup.select_one("main"))
    for bar in listing.select(".preview-bar"):
        bar.extract()
    return {line.strip() for line in listing.get_text("\n").split("\n") if line.strip()}


@pytest.mark.parametrize("answers", [VENUE, NEIGHBOURS], ids=["with a place", "without one"])
def test_the_three_views_are_those_of_the_published_listing(answers, app, filler, say, as_person):
    say(answers | {"/add/you": {"agreed": "1"}})  # whoever gives no address waits at once
    page, file = filler.client.page("/add/check/page"), filler.client.page("/add/check/file")
    data = json.loads(there(filler.client.page("/add/check/data").soup.select_one("pre")).get_text())
    filler.send("/add/check")
    name = answers["/add/who"]["name"]
    moderator = as_person("moderator")
    accepted(moderator, name)
    reader = filler.client.application.test_client()
    slug = name.lower().replace(" ", "-")
    assert said(page) - said(reader.page(f"/listings/{slug}")) == set()
    rows = csv.DictReader(io.StringIO(reader.get("/data/offerings.csv").get_data(as_text=True).lstrip("\ufeff")))
    (row,) = [each for each in rows if name in each.values()]
    cells = {
        there(line.select_one("th")).get_text(strip=True): there(line.select_one("td")).get_text(strip=True)
        for line in file.soup.select("table.file-row tr")
    }
    assert len(cells) > 10
    assert [column for column in cells.keys() - LATER if row[column] != cells[column]] == []
    assert data.keys() >= TIMES
    with app.app_context(), reading() as session:
        record = encode(there(published.current_at(session, slug)).record)
    assert {key: value for key, value in data.items() if key not in TIMES} == {
        key: value for key, value in record.items() if key not in TIMES
    }
