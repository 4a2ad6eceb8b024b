"""Records become JSON values and come back the same."""

import json

from hypothesis import given

from directory.listings.rules.codec import decode, encode, filled
from directory.listings.rules.document import dumps
from directory.listings.rules.record import Record
from tests.support.records import given_record, records


@given(records())
def test_a_record_survives_its_encoding(record: Record) -> None:
    assert decode(Record, json.loads(dumps(encode(record)))) == record


def test_fields_that_equal_their_default_are_left_out() -> None:
    assert "legal_status" not in encode(given_record())


def test_what_was_left_out_is_filled_in_all_the_way_down() -> None:
    page = filled(Record, encode(given_record()))
    assert page["legal_status"] == ""
    assert page["services"][0]["languages"] == []
    assert page["services"][0]["service_areas"][0]["code"] == "*place"
