"""What changed: numbered without a gap, in whatever order writers come, with a cursor; and the newest as a feed."""

import threading
from dataclasses import replace
from datetime import UTC, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.exchange.rules.since import read_since
from directory.exchange.service import changes
from directory.exchange.service.changes import ENTRIES, Members
from tests.exchange.published import NOW, organisations, put, rows_of, take_out
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import given_record

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(params=KINDS)
def filled(request, databases, make_app):
    app = make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="0", files_a_minute="0")
    put(app, *organisations()[:5])
    return app


def following(answer):
    """Where the answer says that one goes on."""
    (link,) = [link for link in answer.headers.getlist("Link") if 'rel="next"' in link]
    parts = urlsplit(link[1 : link.index(">")])
    return f"{parts.path}?{parts.query}"


def test_added_changed_and_removed_are_told_with_what_differs(filled):
    first, second = organisations()[:2]
    put(filled, replace(first, description="Moved.", website="https://example.org"), now=NOW + timedelta(hours=1))
    take_out(filled, second, now=NOW + timedelta(hours=2))
    rows = rows_of(filled.test_client().get("/data/changes.csv"))
    assert [row["change"] for row in rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [row["what"] for row in rows] == ["added"] * 5 + ["changed", "removed"]
    assert (rows[5]["organisation_id"], rows[5]["organisation"]) == (str(first.id), "Kitchen 00")
    assert rows[5]["fields"].split("; ") == ["description", "website"]
    assert rows[5]["at"] == (NOW + timedelta(hours=1)).isoformat()
    for row in (rows[1], rows[6]):  # it is gone: no name, no address
        assert [row[name] for name in ("organisation", "matches", "listing")] == ["", "", ""]
        assert row["organisation_id"] == str(second.id)


def test_who_goes_on_from_the_cursor_has_each_change_once(filled):
    client, address, seen = filled.test_client(), "/data/changes.csv", []
    for n in range(4):
        answer = client.get(address)
        seen += [int(row["change"]) for row in rows_of(answer)]
        address = following(answer)
        put(filled, *(given_record(f"New {n} {m}") for m in range(n)))
    assert rows_of(client.get(address)) != []
    assert seen == list(range(1, 9))  # five, none, one, two


def test_no_change_is_missed_while_others_write(filled, monkeypatch):
    monkeypatch.setattr(changes, "BATCH", 3)

    def write(name):
        for n in range(10):
            put(filled, *(given_record(f"{name} {n} {m}") for m in range(3)))

    writers = [threading.Thread(target=write, args=(name,)) for name in ("red", "blue")]
    for writer in writers:
        writer.start()
    client, address, seen, last = filled.test_client(), "/data/changes.csv", [], False
    try:
        while not last:
            last = not any(writer.is_alive() for writer in writers)  # and once more after the last of them
            answer = client.get(address)
            seen += [int(row["change"]) for row in rows_of(answer)]
            address = following(answer)
    finally:
        for writer in writers:
            writer.join()
    assert seen == list(range(1, 66))


def test_changes_of_a_search_say_of_each_whether_it_is_found(filled):
    client = filled.test_client()
    other = given_record("Debt advice", service="Debt advice", needs=("money",))
    put(filled, other)
    address = "/data/changes.csv?need=money"
    assert [row["matches"] for row in rows_of(client.get(address))] == ["false"] * 5 + ["true"]
    on = following(client.get(address))
    assert "need=money" in on
    service = replace(other.services[0], needs=("food",))
    put(filled, replace(other, services=(service,)))
    (row,) = rows_of(client.get(on))
    assert (row["what"], row["matches"]) == ("changed", "false")  # whoever keeps a copy lets go of it


def test_a_date_is_where_one_may_begin(filled):
    client = filled.test_client()
    put(filled, given_record("Late"), now=NOW + timedelta(days=2))
    for since in ("2026-05-13", "2026-05-14T09:30:00+00:00", "2026-05-14T09:30:00Z"):
        assert [row["change"] for row in rows_of(client.get("/data/changes.csv", query_string={"since": since}))] == [
            "6"
        ]
    assert len(rows_of(client.get("/data/changes.csv?since=2026-05-12"))) == 6


@pytest.mark.parametrize(
    "since", ["yesterday", "-1", "1.5", "9" * 40, "2026-13-01", "2026-05-12T25:00", "\u0663", "1e3"]
)
def test_what_is_no_number_and_no_date_is_told(client, since):
    answer = client.get("/data/changes.csv", query_string={"since": since})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_number_beyond_the_last_change_is_told_and_not_an_empty_file(filled):
    """The database was put back to where it was before: what has those numbers now would never be seen."""
    client = filled.test_client()
    assert rows_of(client.get("/data/changes.csv?since=5")) == []
    answer = client.get("/data/changes.csv?since=6")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read_as_it_is(number):
    assert read_since(f" {number} ") == number


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_read_as_it_is_even_when_its_plus_was_lost(moment):
    assert read_since(moment.isoformat().replace("+", " ")) == moment
    assert read_since(moment.replace(tzinfo=None).isoformat()) == moment


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        found = read_since(text)
    except Invalid:
        return
    assert isinstance(found, int) or found.tzinfo is not None


@given(st.sets(st.integers(0, 50_000)), st.integers(0, 60_000))
def test_members_know_who_is_one(numbers, asked):
    found = Members()
    for number in numbers:
        found.add(number)
    assert (asked in found) == (asked in numbers)
    assert all(number in found for number in numbers)


def entries(answer):
    assert answer.status_code == 200
    feed = ET.fromstring(answer.data)  # noqa: S314 - our own
    return feed, feed.findall(f"{ATOM}entry")


def test_the_feed_has_what_changed_last_first(filled):
    client = filled.test_client()
    put(filled, replace(organisations()[2], name="Renamed & <b>"), now=NOW + timedelta(hours=1))
    feed, found = entries(client.get("/data/feed.atom"))
    titles = [entry.findtext(f"{ATOM}title") for entry in found]
    assert titles[0] == "Renamed & <b>"
    assert len(titles) == 5
    assert feed.findtext(f"{ATOM}updated") == (NOW + timedelta(hours=1)).isoformat()
    for entry in found:
        assert entry.findtext(f"{ATOM}id").startswith("urn:uuid:")
        assert "/listings/" in entry.find(f"{ATOM}link").get("href")
    wanted = {"title", "id", "updated", "link", "author", "rights"}
    assert {child.tag.removeprefix(ATOM) for child in feed} >= wanted


def test_the_feed_of_a_search_has_that_alone_and_no_feed_more_than_fifty(filled):
    client = filled.test_client()
    put(filled, given_record("Debt advice", service="Debt advice", needs=("money",)))
    put(filled, *(given_record(f"Many {n}") for n in range(ENTRIES)))
    assert len(entries(client.get("/data/feed.atom"))[1]) == ENTRIES
    (only,) = entries(client.get("/data/feed.atom?need=money"))[1]
    assert only.findtext(f"{ATOM}title") == "Debt advice"


def test_an_empty_feed_is_a_feed(client):
    feed, found = entries(client.get("/data/feed.atom?q=zxqwv"))
    assert found == []
    assert feed.findtext(f"{ATOM}updated")
