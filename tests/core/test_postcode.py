import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.core.postcode import (
    Partial,
    Postcode,
    find_all,
    is_northern_ireland,
    looks_like_postcode,
    parse_partial,
    redact,
)

OUTWARDS = [
    "B1",
    "B14",
    "S10",
    "M60",
    "CR2",
    "DN55",
    "W1A",
    "E1W",
    "N1C",
    "EC1A",
    "SW1W",
    "WC2H",
    "BT1",
    "GIR",
]
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"

inwards = st.builds(
    lambda digit, pair: digit + "".join(pair),
    st.sampled_from(string.digits),
    st.tuples(st.sampled_from(INWARD_LETTERS), st.sampled_from(INWARD_LETTERS)),
)
postcodes = st.builds(Postcode, st.sampled_from([each for each in OUTWARDS if each != "GIR"]), inwards)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("b147qh", "B14 7QH"),
        (" B14  7QH ", "B14 7QH"),
        ("B14-7QH", "B14 7QH"),
        ("b14.7qh,", "B14 7QH"),
        ("B 1 4 7 Q H", "B14 7QH"),
        ("\uff22\uff11\uff14 7QH", "B14 7QH"),  # full width, as some phones type
        ("M1 1AE", "M1 1AE"),
        ("ec1a1bb", "EC1A 1BB"),
        ("w1a 0ax", "W1A 0AX"),
        ("gir 0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_is_kept_in_its_written_form(typed, kept):
    assert str(Postcode.parse(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BI4 7QH", "B14 7QH"),
        ("B1O 1AA", "B10 1AA"),
        ("OX1O OAA", "OX10 0AA"),
        ("0X1 1AA", "OX1 1AA"),
        ("SW1A IAA", "SW1A 1AA"),
        ("1G1 1AA", "IG1 1AA"),
    ],
)
def test_letters_and_digits_that_look_alike_are_put_right(typed, meant):
    assert str(Postcode.parse(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", "B14", "B14 7Q", "B14 7QHX", "BIRMINGHAM", "B14 7CI", "Q14 7QH", "B014 7QH", "\u039214 7QH",
        "B\u0661\u0664 7QH", "GI1 OAA GIR", "B14 7QH B14 7QH", "14 7QH",
        pytest.param("x" * 3_000_000, id="huge"), pytest.param("B14 7QH " * 50, id="many"),
    ],
)  # fmt: skip
def test_what_is_not_a_postcode_is_refused(typed):
    with pytest.raises(Invalid, match="postcode"):
        Postcode.parse(typed)


@pytest.mark.parametrize("outward", OUTWARDS)
def test_every_shape_of_outward_code_is_known(outward):
    postcode = Postcode.parse(f"{outward}0AA")
    assert (postcode.outward, postcode.inward) == (outward, "0AA")


def test_a_postcode_knows_what_it_is_in():
    postcode = Postcode.parse("B14 7QH")
    assert (postcode.area, postcode.district, postcode.sector) == ("B", "B14", "B14 7")
    assert (Postcode.parse("EC1A 1BB").area, Postcode.parse("W1A 0AX").area) == ("EC", "W")


@given(postcodes, st.sampled_from(["", " ", "-", "  ", "."]), st.booleans())
def test_however_it_is_typed_it_is_the_same_postcode(postcode, between, small):
    typed = f"{postcode.outward}{between}{postcode.inward}"
    assert Postcode.parse(typed.lower() if small else typed) == postcode


@given(postcodes)
def test_a_sector_and_a_district_can_be_typed_as_they_are_written(postcode):
    assert str(parse_partial(postcode.district)) == postcode.district
    assert str(parse_partial(postcode.sector)) == postcode.sector


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("B12", Partial("B12")),
        ("b12 9", Partial("B12", "9")),
        ("B129", Partial("B12", "9")),
        ("B1 2", Partial("B1", "2")),
        ("EC1A", Partial("EC1A")),
        ("ec1a 1", Partial("EC1A", "1")),
        ("B1O", Partial("B10")),
        ("B14 7QH", None),
        ("so", None),
        ("IO", None),
        ("B", None),
        ("12", None),
        ("Digbeth", None),
        ("B1 \u0662", None),
        ("", None),
    ],
)
def test_a_district_or_sector_is_told_from_other_words(typed, meant):
    assert parse_partial(typed) == meant


def test_a_partial_knows_what_it_is():
    assert Partial("B12", "9").is_sector
    assert not Partial("B12").is_sector
    assert (Partial("B12", "9").district, Partial("B12", "9").area) == ("B12", "B")


@pytest.mark.parametrize("typed", ["BT1 5GS", "BT93 6ER"])
def test_northern_ireland_is_recognised(typed):
    assert is_northern_ireland(Postcode.parse(typed))
    assert is_northern_ireland(Partial("BT1"))
    assert not is_northern_ireland(Postcode.parse("B14 7QH"))


@pytest.mark.parametrize(
    "text", ["B14 7QH", "b14", "B14 7", "B14 7Q", "B14 7QO", "B14 7CI", "gir 0aa", "BI4 7QH", "ZZ99 9ZZ"]
)
def test_what_was_meant_as_a_postcode_looks_like_one(text):
    assert looks_like_postcode(text)


@pytest.mark.parametrize("text", ["", "Kings Heath", "so", "food", "B14 7QH and more", "14", "x" * 10_000])
def test_a_name_does_not_look_like_a_postcode(text):
    assert not looks_like_postcode(text)


def test_every_postcode_in_a_text_is_found():
    text = "From b147qh or (EC1A 1BB); B14\n7QH again, but not XB14 7QH, B14 7QHX or 20 14 7QH."
    assert [str(found) for found in find_all(text)] == ["B14 7QH", "EC1A 1BB", "B14 7QH"]


@given(st.text(max_size=20), postcodes, st.text(max_size=20))
def test_a_redacted_text_has_no_postcode_left(before, postcode, after):
    text = f"{before} {postcode} {after}"
    assert postcode in find_all(text)
    assert find_all(redact(text, "...")) == []


@given(st.text())
def test_any_text_at_all_has_an_answer(text):
    looks_like_postcode(text)
    parse_partial(text)
    find_all(text)
    try:
        again = Postcode.parse(text)
    except Invalid:
        return
    assert Postcode.parse(str(again)) == again
