"""Every fault is told at its field and in the summary, leads to its field, and costs nobody what they typed."""

from __future__ import annotations

import pytest

from directory.web import forms
from tests.contribute.conftest import NEIGHBOURS, VENUE
from tests.support.filling import form_of, values_of

WRONG = [  # page, what is typed, what is told
    ("/add/who", {}, "Choose whether your group is on a public register"),
    ("/add/who", {"register": "charity", "charity": "12"}, "Enter the charity number"),
    ("/add/who", {"register": "company", "company": "no"}, "Enter the company number"),
    ("/add/who", {"register": "martian"}, "Choose one of the answers"),
    ("/add/what", {}, "Choose at least one thing it helps with"),
    ("/add/what", {"needs": ["unicorns"]}, "Choose one of the answers"),
    ("/add/where", {}, "Choose at least one way"),
    ("/add/where", {"how": ["in-person"]}, "Choose whether people may see where you are"),
    ("/add/where", {"how": ["phone"]}, "Choose who it is for"),
    ("/add/where", {"how": ["phone"], "served": "parts", "parts": "Narnia"}, "We do not know “Narnia”"),
    ("/add/where", {"how": ["phone"], "served": "parts"}, "Enter at least one part"),
    ("/add/place", {"postcode": "B99"}, "Enter a whole postcode"),
    ("/add/place", {"postcode": "SW1A 1AA"}, "outside Birmingham"),
    ("/add/place", {"postcode": "B11 1AA", "lat": "1", "lon": "1"}, "Put the pin within Birmingham"),
    ("/add/when", {}, "Enter at least one time"),
    ("/add/when", {"opens_0": "2"}, "Say whether 2 is am or pm"),
    ("/add/when", {"opens_0": "10am"}, "Enter when it ends"),
    ("/add/when", {"closes_0": "10am"}, "Enter when it begins"),
    ("/add/when", {"opens_0": "10am", "closes_0": "10am"}, "it cannot be when it begins"),
    ("/add/when", {"opens_o0": "10am", "closes_o0": "noon"}, "Choose how often it is"),
    ("/add/when", {"often_o0": "1"}, "Choose which day it is"),
    (
        "/add/when",
        {"often_o0": "fortnight", "day_o0": "1", "opens_o0": "10am", "closes_o0": "noon"},
        "Enter the date of the next one",
    ),
    (
        "/add/when",
        {"often_o0": "fortnight", "day_o0": "1", "opens_o0": "10am", "closes_o0": "noon", "start_o0": "4/3/2026"},
        "That is a Wednesday",
    ),
    ("/add/reach", {}, "Enter at least one way to reach you"),
    ("/add/reach", {"phone": "ring me"}, "Enter one phone number"),
    ("/add/reach", {"email": "me@"}, "Enter an e-mail address like"),
    ("/add/reach", {"website": "javascript:alert(1)"}, "Enter a web address like"),
    ("/add/details", {}, "Choose what it costs"),
    ("/add/details", {"cost": "paid"}, "Enter how much it costs"),
    ("/add/details", {"cost": "free", "languages": "Elvish"}, "We do not know the language “Elvish”"),
    ("/add/more", {"wants": "\n".join(map(str, range(30)))}, "Enter at most 20 things"),
    ("/add/you", {}, "Tick that you may speak for the group"),
    ("/add/you", {"email": "me@nowhere", "agreed": "1"}, "Enter an e-mail address like"),
]

TIDIED = {"opens_0", "closes_0", "opens_o0", "closes_o0", "lat", "lon"}  # what is right is shown in its written form


@pytest.fixture
def placed(say):
    """A draft that knows its place, so that its address can be asked."""
    say({"/add/where": VENUE["/add/where"]})


@pytest.mark.usefixtures("placed")
@pytest.mark.parametrize(("url", "typed", "told"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_a_fault_is_told_and_leads_to_its_field(url, typed, told, filler):
    if url == "/add/where":
        filler.client.delete_cookie("directory")
    page = filler.send(url, **typed)
    assert page.title.startswith("Error: ")
    summary = page.soup.select_one(".govuk-error-summary")
    assert told in summary.get_text()
    for link in summary.select("a"):
        target = page.soup.find(id=link["href"][1:])
        group = target.find_parent(class_=["govuk-form-group", "times__day", "times__other"]) or target
        assert link.get_text() in group.get_text()
    kept = values_of(form_of(page.soup))
    for name, value in typed.items():
        if name not in TIDIED and not {"martian", "unicorns"}.intersection(
            [value] if isinstance(value, str) else value
        ):
            assert kept.get(name) in (value, [value])


def test_a_form_that_is_filled_in_quicker_than_anybody_reads_is_asked_for_again(filler, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST_S", 60)
    page = filler.send("/add/who", **VENUE["/add/who"])
    assert "very quick" in page.soup.select_one(".govuk-error-summary").get_text()
    assert page.soup.select_one("[name=name]")["value"] == "Ladywood Lantern Larder"


def test_whoever_fills_in_what_cannot_be_seen_is_told_and_not_thanked(filler):
    page = filler.send("/add/who", **VENUE["/add/who"], homepage="https://spam.example.org")
    assert page.soup.select(".govuk-error-summary")
    trap = page.soup.select_one("[name=homepage]")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert trap.find_parent(attrs={"aria-hidden": "true"})


def test_a_page_without_its_token_loses_nothing(filler):
    filler.send("/add/reach", phone="0121 496 0000")
    response = filler.client.post("/add/reach", data={"phone": "0121 496 0123"})
    assert response.status_code == 200
    assert 'value="0121 496 0123"' in response.text
    assert "out of date" in response.text


def test_too_many_drafts_from_one_client_are_put_off(app, filler):
    statuses = []
    for _ in range(32):
        filler.client.delete_cookie("directory")
        statuses.append(filler.send("/add/reach", come_along="1").status)
        if statuses[-1] == 429:
            break
    assert statuses[:-1] == [200] * 30
    assert statuses[-1] == 429


def test_what_warns_comes_before_the_question_where(filler, say):
    say({url: NEIGHBOURS[url] for url in list(NEIGHBOURS)[:1]})
    filler.send("/add/what", name="Safe talk", about="We listen.", needs=["safety"])
    page = filler.client.page("/add/where")
    assert page.text.index("Think twice") < page.text.index("May people see where you are?")
    filler.send("/add/where", how=["in-person"], visibility="exact")
    assert "Think twice" in filler.client.page("/add/place").text
    assert "Think twice" in filler.client.page("/add/check").text
    filler.send("/add/place/1/show", visibility="hidden")
    assert "Think twice" not in filler.client.page("/add/check").text
