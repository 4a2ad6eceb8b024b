"""Postcodes as pages show them: in one piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from directory.web.whole import whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12 Mill Lane, B11 1AA", '12 Mill Lane, <span class="whole">B11 1AA</span>'),
        ("near B11 1", 'near <span class="whole">B11 1</span>'),
        ("B12 9QR & EC1A 1BB", '<span class="whole">B12 9QR</span> &amp; <span class="whole">EC1A 1BB</span>'),
        ("<b>B11 1AA</b>", '&lt;b&gt;<span class="whole">B11 1AA</span>&lt;/b&gt;'),
        ("Room B11, 1 to 5", "Room B11, 1 to 5"),
        ("AB11 1AAB", "AB11 1AAB"),
        ("", ""),
    ],
)
def test_a_postcode_is_one_word_of_its_text(text, shown):
    assert whole(text) == shown
    assert isinstance(whole(text), Markup)


def test_what_is_markup_stays_and_the_same_words_as_text_are_escaped():
    assert whole(Markup("<b>B11 1AA</b>")) == Markup("<b>B11 1AA</b>")
    assert whole("<b>B11 1AA</b>").startswith("&lt;b&gt;")


@given(st.text())
def test_nothing_else_is_changed(text):
    assert whole(text).replace('<span class="whole">', "").replace("</span>", "") == escape(text)
