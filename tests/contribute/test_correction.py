"""What a reader puts right changes that and nothing else; what was typed is not lost when the listing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.contribute.rules.correction import carried, corrected, same, service_field, texts_of
from directory.listings.rules import record as r
from tests.support.records import NOON, an_id, given_record, records, texts

TODAY = NOON.date()
PHONES = tuple(
    r.Phone(id=an_id("phone", n), number=f"0121 496 000{n}", description=f"line {n}", kind="text") for n in range(3)
)
RECORD = given_record(website="https://example.org", email="hello@example.org", phones=PHONES)
SERVICE = RECORD.services[0]


def typed(record=RECORD, **changes):
    return {**texts_of(record, TODAY), **changes}


@settings(max_examples=60, deadline=None)
@given(record=records())
def test_what_is_sent_as_it_was_shown_changes_nothing(record):
    sent = {name: text.replace("\n", "\r\n") + "\r\n" for name, text in texts_of(record, TODAY).items()}
    assert corrected(record, sent, TODAY) == record


@settings(max_examples=60, deadline=None)
@given(record=records(), name=texts, about=texts)
def test_only_what_was_typed_changes(record, name, about):
    fields = {"name": name, "description": about}
    if record.services:
        fields[service_field(record.services[0].id, "name")] = name
    made = corrected(record, typed(record, **fields), TODAY)
    assert all(same(made_text, fields[key]) for key, made_text in texts_of(made, TODAY).items() if key in fields)
    assert (made.locations, made.source, made.contacts) == (record.locations, record.source, record.contacts)
    bare = [replace(each, name="x") for each in made.services]
    assert bare == [replace(each, name="x") for each in record.services]


def test_what_is_no_text_of_the_form_cannot_be_typed():
    assert corrected(RECORD, typed(id="x", source="x", locations="x", legal_status="x"), TODAY) == RECORD


def test_a_new_number_takes_the_place_of_the_one_that_went():
    made = corrected(RECORD, typed(phones="0121 496 0000\n0121 496 0009\n0121 496 0002\n0121 496 0008"), TODAY)
    assert [phone.number[-1] for phone in made.phones] == ["0", "9", "2", "8"]
    assert made.phones[0] == PHONES[0]
    assert made.phones[1] == replace(PHONES[1], number="0121 496 0009")
    assert made.phones[3].description == ""
    assert corrected(RECORD, typed(phones=""), TODAY).phones == ()


def test_a_notice_keeps_its_day_and_one_that_is_over_is_not_shown_and_not_lost():
    until = TODAY + timedelta(days=3)
    record = replace(RECORD, notice=r.Notice(text="Moved", until=until))
    assert corrected(record, typed(record, notice="Moved back"), TODAY).notice == r.Notice(
        text="Moved back", until=until
    )
    assert corrected(record, typed(record, notice=""), TODAY).notice is None
    later = until + timedelta(days=1)
    shown = texts_of(record, later)
    assert shown["notice"] == ""
    assert corrected(record, shown, later) == record
    assert corrected(record, {**shown, "notice": "New"}, later).notice == r.Notice(text="New")


def test_what_both_changed_is_kept_as_typed_and_told():
    before = {"name": "Kitchen", "email": "a@example.org", "website": "", "description": "Soup"}
    mine = before | {"name": "My kitchen", "email": "b@example.org", "website": "https://example.org"}
    now = before | {"name": "Their kitchen", "description": "Bread", "website": "https://example.org"}
    found = carried(before, mine, now)
    assert found.met == ("name",)
    assert found.texts == {
        "name": "My kitchen",
        "email": "b@example.org",
        "website": "https://example.org",
        "description": "Bread",
    }


@given(st.dictionaries(st.sampled_from("abcd"), texts), st.dictionaries(st.sampled_from("abcd"), texts))
def test_without_knowing_what_was_shown_nothing_that_was_typed_is_lost(mine, now):
    found = carried({}, mine, now)
    assert set(found.texts) == set(now)
    assert all(same(found.texts[name], text) for name, text in mine.items() if name in now)
    assert set(found.met) == {name for name, text in mine.items() if name in now and not same(text, now[name])}
