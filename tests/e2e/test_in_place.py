"""Filters with JavaScript: the list changes in place, its count is told, and Back works."""

import re

from playwright.sync_api import expect

from tests.e2e import site
from tests.support.browsers import axe

CARDS = "#found-list .card"


def marked(page):
    """A mark that a new page would not have."""
    return page.evaluate("window.mark === 7")


def test_filters_change_the_list_in_place_the_count_is_told_and_back_works(open_tab):
    page = open_tab(**site.WIDE)
    page.goto("/search?near=B11")
    site.settle(page)
    page.evaluate("window.mark = 7")
    before = page.locator("#found-list [role=status]").inner_text()
    page.locator(".filters > summary").click()
    page.get_by_label(re.compile("^Food")).check()
    assert page.locator("#found-list [role=status]").inner_text() == before, "nothing is sent on change"
    with page.expect_response("**/map/features?*need=food*"):
        page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile(r"need=food"))
    expect(page).to_have_title(re.compile("^Food near B11"))
    expect(page.locator("#found-said")).to_have_text(re.compile(r"^\d+ organisations?$"))
    expect(page.get_by_label(re.compile("^Food"))).to_be_checked()
    expect(page.get_by_role("button", name="Show results")).to_be_focused()
    assert page.locator("#found-list [role=status]").inner_text() != before
    assert marked(page), "it is the same page"
    axe(page)
    page.go_back()
    expect(page.locator("#found-list [role=status]")).to_have_text(before)
    expect(page.get_by_label(re.compile("^Food"))).not_to_be_checked()
    assert marked(page)


def test_a_filter_is_dropped_and_the_next_page_shown_in_place(open_tab):
    page = open_tab(**site.WIDE)
    page.goto("/search?near=B11&need=food&how=in-person")
    site.settle(page)
    page.evaluate("window.mark = 7")
    page.get_by_role("link", name="Remove filter: Food").click()
    expect(page).not_to_have_url(re.compile("need=food"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    first = page.locator(CARDS).first.inner_text()
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(CARDS).first).not_to_have_text(first)
    expect(page).to_have_title(re.compile("page 2"))
    assert marked(page)


def test_a_place_that_nobody_knows_is_told_at_its_field_by_a_page_of_its_own(open_tab):
    page = open_tab(**site.WIDE)
    page.goto("/search?near=B11")
    site.settle(page)
    page.get_by_label("Where are you?").fill("Nowhere-on-Sea")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#near-error")).to_contain_text("Nowhere-on-Sea")


def test_the_same_filters_work_without_javascript(open_tab):
    page = open_tab(**site.WIDE, java_script_enabled=False)
    page.goto("/search?near=B11")
    page.locator(".filters > summary").click()
    page.get_by_label(re.compile("^Step-free")).check()
    page.get_by_label("Must somebody send you?").select_option("self")
    page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile("access=step-free.*referral=self"))
    expect(page.get_by_role("link", name="Remove filter: No referral needed")).to_be_visible()
    page.get_by_role("link", name="Clear all filters").click()
    expect(page).to_have_url(re.compile(r"/search\?near=B11$"))
