"""What is open now or on a day, on the pages and in the files; and nobody is served what was true a minute ago."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from directory.core.hours import Schedule
from directory.infra import clock
from directory.infra.db import db, transaction
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.records import an_id, given_location, given_record

TUESDAY = datetime(2027, 3, 23, tzinfo=UTC)  # the clocks change on Sunday the 28th; Easter Monday is the 29th
BOX = "bbox=-2.1,52.3,-1.6,52.7&zoom=18"


def weekly(*byday, opens, closes, **more):
    return Schedule(freq="WEEKLY", byday=byday, opens_at=opens, closes_at=closes, **more)


HOURS = {
    "Morning kitchen": [weekly("MO", "TU", opens=time(9, 7), closes=time(13))],
    "Night shelter": [Schedule(freq="DAILY", opens_at=time(20), closes_at=time(8))],
    "Evening choir": [
        weekly("TU", opens=time(19), closes=time(21), by_appointment=True),
        weekly("TH", opens=time(19), closes=time(21)),
    ],
    "Advice by telephone": [Schedule(by_appointment=True)],
}


@pytest.fixture
def at(app, monkeypatch):
    """Set the clock: ``at(TUESDAY, 9, 30)``, in UTC."""

    def put(day, hour, minute=0, second=0):
        monkeypatch.setattr(clock, "now", lambda: day + timedelta(hours=hour, minutes=minute, seconds=second))

    put(TUESDAY, 9, 30)
    with app.app_context(), transaction(db.engine) as session:
        proposals = [open_at(name, schedules) for name, schedules in HOURS.items()]
        publish(session, proposals, actor=Actor(ActorKind.JOB), around=app.extensions["directory"].around, now=TUESDAY)
    return put


def open_at(name, schedules):
    record = given_record(name, given_location(f"{name} hall", id=an_id(name)))
    (service,) = record.services
    return replace(record, services=(replace(service, schedules=tuple(schedules)),))


def names(page):
    return {tag.get_text() for tag in page.soup.select(".card__name")}


@pytest.mark.parametrize(
    ("value", "days", "hour", "found"),
    [
        ("now", 0, 9.5, {"Morning kitchen"}),
        ("now", 0, 13, set()),
        ("now", 0, 19.5, set()),  # by appointment is not open
        ("now", 1, 7.5, {"Night shelter"}),
        ("now", 6, 9.5, set()),  # Easter Monday
        ("today", 0, 22, {"Morning kitchen", "Night shelter"}),
        ("thursday-evening", 0, 9, {"Evening choir", "Night shelter"}),
        ("weekend", 0, 9, {"Night shelter"}),
        ("monday", 0, 9, {"Night shelter"}),
        ("evening", 0, 9, {"Evening choir", "Night shelter"}),
    ],
)
def test_a_search_finds_what_is_open(client, at, value, days, hour, found):
    at(TUESDAY + timedelta(days=days), hour)
    assert names(client.page(f"/search?open={value}")) == found
    rows = client.get(f"/search.csv?open={value}").text
    assert {name for name in HOURS if name in rows} == found
    features = client.get(f"/search.geojson?open={value}").json["features"]
    assert {each["properties"]["organisation"] for each in features} == found
    pins = client.get(f"/map/features?{BOX}&open={value}").json["features"]
    assert len(pins) == len(found)


def test_a_card_says_until_when_and_the_page_what_was_asked(client, at):
    page = client.page("/search?open=now")
    assert page.h1 == "All listings (Open now)"
    assert "Open now until 1pm · Monday and Tuesday, 9:07am to 1pm" in page.soup.select_one(".card").get_text()
    assert page.soup.select_one('select[name="open"] option[selected]').get_text() == "Open now (1)"
    assert page.links["Remove filter: Open now"] == "/search"
    assert "Open now until" not in client.page("/search").text


def test_a_time_that_is_none_is_told_on_the_page_and_refused_in_files(client, at):
    assert "We do not know the time “someday”" in client.page("/search?open=someday").text
    for path in ("/search.csv?", "/search.geojson?", f"/map/features?{BOX}&"):
        assert client.get(f"{path}open=someday").status_code == 400


def test_nobody_is_served_what_was_true_a_minute_ago(client, at):
    """Openings begin at any minute: this one at seven minutes past nine."""
    for path in (
        "/search?open=now",
        "/listings/morning-kitchen",
        "/search.csv?open=now",
        f"/map/features?{BOX}&open=now",
    ):
        at(TUESDAY, 9, 6, 30)
        before = client.get(path)
        again = {"If-None-Match": before.headers["ETag"]}
        at(TUESDAY, 9, 6, 59)
        assert client.get(path, headers=again).status_code == 304
        at(TUESDAY, 9, 7)
        after = client.get(path, headers=again)
        assert after.status_code == 200, path
        assert after.data != before.data, path


def test_a_listing_says_how_things_stand(client, at):
    assert "Open now until 1pm" in client.page("/listings/morning-kitchen").text
    assert "Next by appointment" not in client.page("/listings/evening-choir").text
    assert "By appointment" in client.page("/listings/advice-by-telephone").text
    at(TUESDAY + timedelta(days=6), 8)
    assert "Closed today (bank holiday), opens tomorrow 9:07am" in client.page("/listings/morning-kitchen").text
