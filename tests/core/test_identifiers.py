import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.core.identifiers import (
    charity_number,
    charity_org_id,
    company_number,
    org_id,
    slug,
    stable_text,
    stable_uuid,
)


@pytest.mark.parametrize(
    ("typed", "kept", "named"),
    [
        ("1000003", "1000003", "GB-CHC-1000003"),
        ("1000003.0", "1000003", "GB-CHC-1000003"),
        ("1 000 003", "1000003", "GB-CHC-1000003"),
        ("Registered charity no. 1000003", "1000003", "GB-CHC-1000003"),
        ("GB-CHC-1000003", "1000003", "GB-CHC-1000003"),
        ("1000003-1", "1000003-1", "GB-CHC-1000003-1"),
        ("1000003/0", "1000003", "GB-CHC-1000003"),
        ("212345", "212345", "GB-CHC-212345"),
        ("SC012345", "SC012345", "GB-SC-SC012345"),
        ("sc 12345", "SC012345", "GB-SC-SC012345"),
        ("SCO12345", "SC012345", "GB-SC-SC012345"),
        ("Scottish charity number: SC012345", "SC012345", "GB-SC-SC012345"),
        ("GB-SC-SC012345", "SC012345", "GB-SC-SC012345"),
        ("NIC100016", "NIC100016", "GB-NIC-100016"),
        ("NI 100016", "NIC100016", "GB-NIC-100016"),
        ("100016", "NIC100016", "GB-NIC-100016"),
    ],
)
def test_a_charity_number_is_kept_as_its_register_writes_it(typed, kept, named):
    assert charity_number(typed) == kept
    assert charity_org_id(kept) == named


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "12",
        "123456789",
        "SC1234567",
        "NI12345",
        "1000003 and SC012345",
        pytest.param("9" * 3_000_000, id="huge"),
    ],
)
def test_what_is_not_a_charity_number_is_refused(typed):
    with pytest.raises(Invalid, match="charity number"):
        charity_number(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01234567", "01234567"),
        ("1234567", "01234567"),
        ("3346676.0", "03346676"),
        ("O1234567", "01234567"),
        ("sc123456", "SC123456"),
        ("SC 12345", "SC012345"),
        ("CE012345", "CE012345"),
        ("R0001234", "R0001234"),
        ("IP12345R", "IP12345R"),
        ("Company No: 01234567", "01234567"),
        ("GB-COH-01234567", "01234567"),
    ],
)
def test_a_company_number_has_eight_characters(typed, kept):
    assert company_number(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "00000000", "G50666", "XX123456", "123456789", "IP123456R", "club"])
def test_what_is_not_a_company_number_is_refused(typed):
    with pytest.raises(Invalid, match="company number"):
        company_number(typed)


@given(st.text(max_size=20))
def test_kept_numbers_stay_as_they_are(typed):
    for tidy in (charity_number, company_number):
        try:
            kept = tidy(typed)
        except Invalid:
            continue
        assert tidy(kept) == kept


def test_an_org_id_is_a_register_and_a_number():
    assert org_id("GB-COH", "01234567") == "GB-COH-01234567"


@pytest.mark.parametrize(("scheme", "number"), [("", "1"), ("gb-chc", "1"), ("GB-CHC", ""), ("GB-CHC", "1 2")])
def test_an_org_id_of_nothing_is_refused(scheme, number):
    with pytest.raises(Invalid):
        org_id(scheme, number)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Southern Africa Resources Centre", "southern-africa-resources-centre"),
        ("Caf\u00e9 d\u2019\u00c9t\u00e9 & Friends!", "cafe-dete-friends"),
        ("Stra\u00dfe \u0141\u00f3d\u017a", "strasse-lodz"),
        ("\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440", "privet-mir"),
        ("\u03a3\u03c7\u03bf\u03bb\u03b5\u03af\u03bf", "scholeio"),
        ("\u0645\u0633\u062c\u062f \u0627\u0644\u0646\u0648\u0631", "msjd-alnwr"),
        ("\u05d1\u05d9\u05ea", "byt"),
        ("\u0a38\u0a3e\u0a39\u0a3f\u0a2c", "saahiba"),
        ("\u65e5\u672c", "listing"),
        ("\U0001f600", "listing"),
        ("", "listing"),
    ],
)  # fmt: skip
def test_a_name_becomes_an_address_that_can_be_read_out(name, address):
    assert slug(name, "listing") == address


def test_a_long_name_ends_with_a_whole_word():
    assert slug("community " * 20, "x") == "-".join(["community"] * 8)
    assert slug("w" * 200, "x") == "w" * 80


@given(st.text(), st.text())
def test_an_address_is_never_empty_and_never_odd(name, fallback):
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug(name, fallback))
    assert len(slug(name, fallback)) <= 80


def test_identifiers_made_here_never_change():
    assert stable_uuid("import", 7, "row 1") == UUID("9ec59600-0812-550c-b0ee-594fabef17d6")


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_different_parts_make_different_identifiers(one, other):
    assert (stable_uuid(*one) == stable_uuid(*other)) == (one == other)
    assert stable_text(*one) == str(stable_uuid(*one))


def test_half_a_character_still_has_an_identifier():
    assert stable_uuid("\ud800").version == 5
