"""On paper: what the page is about, without what can only be pressed."""

import pytest
from playwright.sync_api import expect

from tests.e2e import site

PRESSED = "header nav, form, .filters, .map, .skip, .govuk-pagination, .govuk-button, .chosen, .found__order a"
PASSING = ".open"  # true when it is printed, and not when it is read


@pytest.mark.parametrize("name", ["home", "search near", "listing", "right-to-left name", "need", "area", "privacy"])
def test_a_page_on_paper_has_its_words_and_nothing_to_press(name, web_page):
    site.visit(web_page, name)
    web_page.emulate_media(media="print")
    for one in web_page.locator(f"{PRESSED}, {PASSING}").all():
        expect(one).to_be_hidden()
    expect(web_page.get_by_role("heading", level=1)).to_be_visible()
    assert web_page.evaluate("getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }


def test_a_listing_on_paper_says_how_to_reach_it_and_where_it_was_printed_from(web_page):
    site.visit(web_page, "listing")
    web_page.emulate_media(media="print")
    for words in ("Talking Tables English", "0121 496", "Moseley Road", "9:30am to 11:30am", "Confirmed by"):
        expect(web_page.locator("main").get_by_text(words).first).to_be_visible()
    expect(web_page.get_by_text("Community Directory").first).to_be_visible()
    expect(web_page.get_by_text("The listings here are invented")).to_be_visible()


def test_a_search_on_paper_is_a_few_sheets(web_page):
    site.visit(web_page, "search near")
    web_page.emulate_media(media="print")
    sheets = web_page.pdf(format="A4").count(b"/Type /Page\n")
    assert 2 <= sheets <= 6
    expect(web_page.locator(".card")).to_have_count(20)


def test_the_sheet_of_a_shortlist_is_in_large_type_and_speaks_of_nothing_that_is_not_on_it(web_page):
    site.visit(web_page, "shortlist to print")
    web_page.emulate_media(media="print")
    size = "(one) => parseFloat(getComputedStyle(one).fontSize) * 0.75"  # pt
    text = web_page.locator(".kept__service p").first.evaluate(size)
    assert text >= 16, "large print begins at 16 points"
    for heading in (".kept__service h3", ".kept__name", ".kept__phones"):
        assert web_page.locator(heading).first.evaluate(size) > text
    expect(web_page.get_by_text("The exact address is not shown.")).to_be_visible()
    assert "pin" not in web_page.locator(".kepts").inner_text().split()
    square, words = (web_page.locator(f".paper__code {part}").bounding_box() for part in ("img", "p"))
    assert words["y"] < square["y"] + square["height"]


def test_the_page_of_an_approximate_place_says_where_its_pin_is(web_page):
    site.visit(web_page, "approximate")
    said = web_page.get_by_text("The exact address is not shown. The pin is in the middle of the area.")
    expect(said.first).to_be_visible()
