"""What a log line may never hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.infra.scrub import LONGEST, explained, scrub, scrub_foreign


@pytest.mark.parametrize(
    "private",
    [
        "someone@example.org",
        "first.last+tag@mail.example.org",
        "B14 7QH",
        "b147qh",
        "203.0.113.9",
        "2001:db8::ff00:42:8329",
        "0121 496 0000",
        "07700900123",
        "tok_aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8",
        "/search?q=refuge&near=here",
    ],
)
@pytest.mark.parametrize("sentence", ["{}", "could not read {} today", "lost ({}), again", "for={};"])
def test_nothing_private_is_left_in_a_sentence(private, sentence):
    said = scrub(sentence.format(private))
    assert private not in said
    assert "refuge" not in said


@pytest.mark.parametrize(
    "plain",
    [
        "3 found, 2 unknown, 0 failed",
        "migrated to 0007 in 12.5 seconds",
        "GET /listings/<slug> 200",
        "directory/infra/schema.py:141 in upgrade",
        "2026-05-04T12:00:00.000Z",
    ],
)
def test_what_is_not_private_is_left_alone(plain):
    assert scrub(plain) == plain


def test_whatever_the_request_brought_is_taken_out():
    assert scrub("no such table near foodbank", ["foodbank", "a"]) == "no such table near (value)"


def test_a_foreign_message_loses_its_quotations_and_its_details():
    message = "invalid input for \"name\": 'Anne Example'\nDETAIL: Key (name)=(Anne Example)"
    assert scrub_foreign(message) == "invalid input for (quoted): (quoted)"


@given(st.text(max_size=2_000))
def test_any_text_can_be_scrubbed(text):
    assert len(scrub_foreign(text)) <= LONGEST


def test_an_exception_is_told_by_kind_and_place_first_cause_first():
    try:
        try:
            int("secret words")
        except ValueError as error:
            raise LookupError("nobody called secret words") from error
    except LookupError as error:
        lines = explained(error, ["secret words"])
    kinds = [line.split(":")[0] for line in lines if not line.startswith(" ")]
    assert kinds == ["builtins.ValueError", "builtins.LookupError"]
    assert "secret" not in "\n".join(lines)
    assert any("test_scrub.py" in line for line in lines)
