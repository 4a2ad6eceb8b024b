import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.text import (
    clean,
    direction,
    fold,
    from_spreadsheet,
    has_rtl,
    latin,
    sensible_case,
    shorten,
    spreadsheet_safe,
    squeeze,
    tokens,
)

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "naughty-input"
MOSQUE = "\u0645\u0633\u062c\u062f \u0627\u0644\u0646\u0648\u0631"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one picture of three people
NAMES = [
    "Southern Africa Resources Centre",
    "BALSALL HEATH CARNIVAL",
    "Caf\u00e9 Neo",
    "St Mary's Women's Institute",
]

anything = st.text(st.characters())  # half characters among them


def naughty_strings():
    if not NAUGHTY.is_dir():
        pytest.fail(f"{NAUGHTY} is missing: this test reads the naughty strings there")
    listed = json.loads((NAUGHTY / "blns.json").read_text(encoding="utf-8"))
    return [*listed, *(NAUGHTY / "csv-injection-payloads.txt").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [("  a \t b\n\nc ", "a b c"), ("", ""), ("a\u00a0b\u2003c", "a b c"), ("one", "one")],
)
def test_space_is_squeezed(text, squeezed):
    assert squeeze(text) == squeezed


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("\x85\x9f\x7f", ""),
        ("half \ud83d", "half "),
        ("\ufffe\uffff!", "!"),
        (FAMILY, FAMILY),
        (MOSQUE, MOSQUE),
        ("\u202b" + MOSQUE + "\u202c", "\u202b" + MOSQUE + "\u202c"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_only_what_nobody_typed_is_cleaned_away(text, kept):
    assert clean(text) == kept


@given(anything)
def test_clean_text_can_be_kept_anywhere_and_stays_clean(text):
    kept = clean(text)
    assert clean(kept) == kept
    kept.encode("utf-8")
    assert not any(unicodedata.category(each) == "Cc" and each not in "\n\t" for each in kept)


def test_naughty_strings_lose_nothing_but_controls():
    for text in naughty_strings():
        gone = [each for each in text if each not in clean(text)]
        assert all(unicodedata.category(each) in {"Cc", "Cn", "Cs"} for each in gone), ascii(text)
        assert from_spreadsheet(spreadsheet_safe(text)) == text
        assert all(word for word in tokens(text))
        latin(text)
        sensible_case(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("St Mary's Women\u2019s Institute", "st marys womens institute"),
        ("Caf\u00e9 d'\u00c9t\u00e9 \u2014 Na\u00efve", "cafe dete naive"),
        ("Stra\u00dfe \u0141\u00f3d\u017a \u00c6r\u00f8", "strasse lodz aero"),
        ("Care & Repair (B14)", "care repair b14"),
        ("C.I.C.", "c i c"),
        ("snake_case-and/more", "snake case and more"),
        ("\ufb01ne \u2460 \u00bd", "fine 1 1 2"),
        ("\uff26\uff35\uff2c\uff2c", "full"),
        ("\u0627\u064e\u0644\u0652\u0639\u064e\u0631\u064e\u0628\u0650", "\u0627\u0644\u0639\u0631\u0628"),
        ("\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u0938\u094d\u0915\u0942\u0932", "\u0938\u094d\u0915\u0942\u0932"),  # Indic vowels are letters
        ("\ud55c\uad6d\uc5b4", "\ud55c\uad6d\uc5b4"),
        ("\U0001f600 food", "food"),
        ("\x00!?", ""),
        ("", ""),
    ],
)
def test_words_are_folded_to_what_people_mean(text, folded):
    assert fold(text) == folded
    assert tokens(text) == folded.split()


@given(anything)
def test_folding_twice_changes_nothing(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == squeeze(folded)
    assert latin(text).isascii()


@given(st.text(max_size=20))
def test_capitals_and_accents_do_not_matter_to_search(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    if text.isascii():
        assert fold(text.upper()) == fold(text.lower())


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Food for all", 20, "Food for all"),
        ("Food for all", 12, "Food for all"),
        ("Food for all", 11, "Food for\u2026"),
        ("Food, for all", 7, "Food\u2026"),
        ("Food and drink", 5, "Food\u2026"),
        ("Llanfairpwllgwyngyll", 8, "Llanfai\u2026"),
        ("ne\u0301e", 3, "n\u2026"),
        (FAMILY + "xy", 4, "\u2026"),
        ("abc", 1, "\u2026"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_long_text_is_cut_after_a_word(text, limit, short):
    assert shorten(text, limit) == short


@given(anything, st.integers(0, 40))
def test_a_cut_text_is_never_longer_than_the_limit(text, limit):
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short in {text, ""} or short.endswith("\u2026")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\x00x", "\uff1d1", "\uff0bx"])
def test_formulas_are_disarmed(text):
    assert spreadsheet_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Food", "'Til late", "1-2", "a=b", "0121 496 0000"])
def test_other_text_opens_as_it_is(text):
    assert spreadsheet_safe(text) == text
    assert from_spreadsheet(text) == text


@given(st.text() | st.text("'=+-@\t\x00x", max_size=6))
def test_text_survives_a_spreadsheet_and_back(text):
    safe = spreadsheet_safe(text)
    assert safe[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "\x00"}
    assert from_spreadsheet(safe) == text


@pytest.mark.parametrize(
    ("text", "some", "way"),
    [
        ("Mosque", False, "ltr"),
        (MOSQUE, True, "rtl"),
        ("12 " + MOSQUE, True, "rtl"),
        ("Masjid " + MOSQUE, True, "ltr"),
        (MOSQUE + " Masjid", True, "rtl"),
        ("\u05d1\u05d9\u05ea", True, "rtl"),
        ("Caf\u00e9", False, "ltr"),
        ("", False, "ltr"),
        ("\u200f1", True, "rtl"),
    ],
)
def test_text_is_laid_out_as_its_first_letter_goes(text, some, way):
    assert has_rtl(text) is some
    assert direction(text) == way


@pytest.mark.parametrize(
    "text", ["(" * 200_000 + "A", "- " * 100_000, "A B." * 50_000, "\u0301" * 200_000, "'" * 200_000]
)
@pytest.mark.parametrize("work", [clean, fold, latin, sensible_case, lambda text: shorten(text, 100_000)])
def test_a_text_made_to_be_slow_is_not(work, text):
    started = time.perf_counter()
    work(text)
    assert time.perf_counter() - started < 2
