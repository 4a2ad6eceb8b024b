"""The search box as a combobox, in a browser: by keyboard, by pointer, without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.support.browsers import axe

PAGES = ("/", "/search?q=choir")


@pytest.fixture(params=site.SIZES)
def page(request, open_tab):
    return open_tab(**site.SIZES[request.param], reduced_motion="reduce")


def typed(page, path, text):
    page.goto(path)
    box = page.get_by_role("combobox", name="What do you need?")
    box.press("Control+a")
    box.press_sequentially(text)
    expect(page.locator("#q-list").get_by_role("option").first).to_be_visible()
    return box


@pytest.mark.parametrize("path", PAGES)
def test_a_suggestion_is_chosen_by_keyboard(page, path):
    box = typed(page, path, "lecc")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#q-list + [role=status]")).to_contain_text("Suggestions: 1")
    box.press("ArrowDown")
    option = page.locator("#q-list").get_by_role("option", selected=True)
    expect(option).to_contain_text("Energy bills")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    axe(page)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Energy bills")
    expect(page.locator("#q")).to_have_value("Energy bills")


def test_arrows_go_round_and_escape_keeps_what_was_typed(page):
    box = typed(page, "/", "sp")
    many = page.locator("#q-list").get_by_role("option").count()
    assert many > 2
    box.press("ArrowUp")
    expect(page.locator("#q-list").get_by_role("option").last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(page.locator("#q-list").get_by_role("option", selected=True)).to_have_count(0)
    box.press("ArrowDown")
    expect(page.locator("#q-list").get_by_role("option").first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.locator("#q-list").get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("sp")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_nothing_is_chosen_by_enter_alone(page):
    box = typed(page, "/", "leccy")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("leccy")


def test_a_place_goes_where_places_go_and_can_be_clicked(page):
    typed(page, "/", "sparkb")
    page.locator("#q-list").get_by_role("option", name="Sparkbrook Place").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("near Sparkbrook")
    expect(page.locator("#near")).to_have_value("Sparkbrook")
    expect(page.locator("#q")).to_have_value("")


def test_leaving_the_field_closes_the_list(page):
    box = typed(page, "/", "sparkb")
    box.press("Tab")
    expect(page.locator("#q-list").get_by_role("option")).to_have_count(0)
    expect(page.locator("#near")).to_be_focused()


def test_what_is_typed_while_an_answer_is_waited_for_is_asked_too(open_page):
    """The first answer never comes, and who types on gives up on it alone."""
    page = open_page(**site.WIDE)
    page.route("**/suggest?q=lec", lambda _held: None)
    page.goto("/")
    box = page.get_by_role("combobox", name="What do you need?")
    with page.expect_request("**/suggest?q=lec"):
        box.press_sequentially("lec")
    box.press("c")
    expect(page.locator("#q-list").get_by_role("option").first).to_contain_text("Energy bills")


def test_suggestions_that_cannot_be_had_close_the_list(open_page, complaints):
    page = open_page(**site.WIDE)
    page.route("**/suggest?q=lecc", lambda asked: asked.fulfill(status=503))
    box = typed(page, "/", "lec")
    box.press("c")
    expect(page.locator("#q-list").get_by_role("option")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    complaints[:] = [said for said in complaints if "status of 503" not in said]


def test_without_a_script_it_is_a_plain_field(open_tab):
    page = open_tab(**site.WIDE, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox", name="What do you need?").fill("leccy")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("leccy")


def test_a_page_of_errors_put_right_leads_to_what_was_typed(page):
    page.goto("/search?q=fod+bnak")
    expect(page.locator(".notice").first).to_contain_text("Showing results for food bank")
    axe(page)
    page.get_by_role("link", name="Search instead for fod bnak").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("fod bnak")
    expect(page.locator("#q")).to_have_value("fod bnak")
