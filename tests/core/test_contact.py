import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.contact import tel_link, tidy_email, tidy_phone, tidy_website
from directory.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01214960000", "0121 496 0000"),
        ("+44 (0)121 496 0000", "0121 496 0000"),
        ("+44 0121 496 0000", "0121 496 0000"),
        ("0044 121 4960000", "0121 496 0000"),
        ("44 121 496 0000", "0121 496 0000"),
        ("(0121) 496-0000", "0121 496 0000"),
        ("tel:+441214960000", "0121 496 0000"),
        ("1214960000", "0121 496 0000"),  # a spreadsheet dropped the nought
        ("1214960000.0", "0121 496 0000"),  # and made it a fraction
        ('"+44 1234 234567"', "01234 234567"),  # as published in the HSDS examples
        ("\u201c0121 496 0000\u201d\u200e", "0121 496 0000"),
        ("0113 496 0000", "0113 496 0000"),
        ("02079460000", "020 7946 0000"),
        ("01632960123", "01632 960123"),
        ("01539496000", "015394 96000"),
        ("0120412345", "01204 12345"),
        ("07700900123", "07700 900123"),
        ("03069990000", "0306 999 0000"),
        ("08081570000", "0808 157 0000"),
        ("0800123456", "0800 123 456"),
        ("08001111", "0800 1111"),
        ("116123", "116 123"),
        ("999", "999"),
        ("85258", "85258"),
        ("+353 1 496 0000", "+353 1 496 0000"),
        ("00353 1 496 0000", "+353 1 496 0000"),
        ("+49 (0)30 123456", "+49 30 123456"),
        ("+1 (555) 010-9999", "+1 555 010 9999"),
        ("0121 496 0000 ext. 12", "0121 496 0000 ext 12"),
        ("0121 496 0000x12", "0121 496 0000 ext 12"),
        ("0121 496 0000, Extension 0012", "0121 496 0000 ext 0012"),
    ],
)
def test_a_phone_number_is_kept_as_people_write_it(typed, kept):
    assert tidy_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "call me", "12", "0121 496 000", "0121 496 00000", "(0123) 4567 8900", "(223) 346 12361",
        "0121 496 0000 / 07700 900000", "+44 12", "+999", "+1234567890123456", "\u0660\u0661\u0662\u0661",
        "0121 ext 4", "0121 496 0000\x00", pytest.param("1" * 3_000_000, id="huge"),
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_refused(typed):
    with pytest.raises(Invalid, match="phone"):
        tidy_phone(typed)


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("0121 496 0000", "+441214960000"),
        ("0121 496 0000 ext 12", "+441214960000;ext=12"),
        ("111", "111"),
        ("116 123", "116123"),
        ("+353 1 496 0000", "+35314960000"),
    ],
)
def test_a_phone_number_can_be_dialled_from_a_link(phone, link):
    assert tel_link(phone) == link


@given(st.text(alphabet=string.digits + '+() -extx.\u201c"', max_size=30))
def test_a_tidy_phone_number_stays_as_it_is(typed):
    try:
        kept = tidy_phone(typed)
    except Invalid:
        return
    assert tidy_phone(kept) == kept
    assert tel_link(kept).strip("+;ext=0123456789") == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.org", "https://example.org"),
        ("HTTP://Example.ORG/Path?Q=1#F", "http://example.org/Path?Q=1#F"),
        ('"https://example.org/"', "https://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("http://HTTP://example.org", "http://example.org"),
        ("http.//www.example.org", "http://www.example.org"),
        ("https:example.org", "https://example.org"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("www.example.org.", "https://www.example.org"),
        ("M\u00dcnchen.example.org/\u00fcber", "https://m\u00fcnchen.example.org/\u00fcber"),
        ("https://xn--mnchen-3ya.example.com", "https://xn--mnchen-3ya.example.com"),
    ],
)
def test_a_website_is_kept_so_that_it_opens(typed, kept):
    assert tidy_website(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "javascript:1",
        "data:text/html,x", "mailto:a@example.org", "ftp://example.org", "http://javascript:alert(1)",
        "https://user:pw@example.org",
        "https://@example.org", "https://example.org\\@evil.example", "https://exa mple.org", "Market House",
        "http://localhost", "http://127.0.0.1", "https://[::1]/", "https://[", "https://example.org:99999",
        "www,example.org", "http://.example.org", "https://-example.org", 'https://example.org/"onclick=x',
        "https://example.org/<b>", "https://example.org/\u2028", "https://example.org/\ud800",
        pytest.param("x" * 3_000_000, id="huge"),
        pytest.param("https://example.org/" + "x" * 3000, id="long"),
    ],
)  # fmt: skip
def test_what_is_not_a_website_is_refused(typed):
    with pytest.raises(Invalid, match="website"):
        tidy_website(typed)


@given(st.text(max_size=40) | st.from_regex(r"[a-z:/.@?#%\\]{1,30}\.(org|uk)[/?#]?[ -~]{0,10}"))
def test_a_tidy_website_is_http_and_stays_as_it_is(typed):
    try:
        kept = tidy_website(typed)
    except Invalid:
        return
    assert kept.startswith(("https://", "http://"))
    assert tidy_website(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Name@Example.ORG", "Name@example.org"),
        (" <help@example.org>; ", "help@example.org"),
        ("mailto:help@example.org", "help@example.org"),
        ('"help@example.org"', "help@example.org"),
        ("o'brien+club@example.co.uk", "o'brien+club@example.co.uk"),
        ("help@example.org.", "help@example.org"),
    ],
)
def test_an_email_address_is_kept_without_what_was_around_it(typed, kept):
    assert tidy_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "help", "help@", "@example.org", "help@example", "he lp@example.org", "help@@example.org",
        "a@example.org,b@example.org", "a@example.org\nBcc: b@example.org", ".help@example.org",
        "help@-example.org",
        "h" * 65 + "@example.org", "help@" + "example." * 40 + "org",
        pytest.param("x" * 3_000_000, id="huge"),
    ],
)  # fmt: skip
def test_what_is_not_an_email_address_is_refused(typed):
    with pytest.raises(Invalid, match="e-mail"):
        tidy_email(typed)


@given(st.text(max_size=30) | st.emails())
def test_a_tidy_email_address_stays_as_it_is(typed):
    try:
        kept = tidy_email(typed)
    except Invalid:
        return
    assert tidy_email(kept) == kept
    assert kept.isprintable()
