"""A listing is reported and corrected in a real browser: on a phone, by keyboard alone, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.e2e.somebody import PEOPLE, READ_MS, SCRIPTED, look
from tests.support.apps import put_instance
from tests.support.browsers import serving

LISTING = "/listings/talking-tables-english"


@pytest.fixture(scope="module")
def put_right_server(tmp_path_factory):
    """A server of these tests' own: they write."""
    with serving(put_instance(tmp_path_factory.mktemp("put-right") / "instance"), jobs="0") as server:
        yield server


@pytest.fixture(params=PEOPLE)
def reader(request, open_page, put_right_server):
    return open_page(put_right_server, **PEOPLE[request.param])


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def wrong(page, told):
    """Send the page as it is, and be told; with JavaScript the summary takes focus."""
    page.get_by_role("button", name="Send it").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text(told)
    if page.evaluate(SCRIPTED):
        expect(summary).to_be_focused()
    look(page)


def test_a_listing_is_reported(reader):
    reader.goto(LISTING)
    assert reader.context.cookies() == []
    reader.get_by_role("link", name="Report a problem").click()
    heading(reader, "Report a problem")
    look(reader)
    wrong(reader, "Choose what is wrong")
    reader.get_by_label("It has closed, or does not exist").check()
    reader.wait_for_timeout(READ_MS)
    reader.get_by_role("button", name="Send it").click()
    heading(reader, "Thank you: it is with the moderators")
    expect(reader.locator(".receipt__code")).to_have_text(re.compile(r"\w{4}"))
    look(reader)
    reader.get_by_role("link", name="Back to the listing").click()
    heading(reader, "Talking Tables English")


def test_a_listing_is_corrected(reader):
    reader.goto(LISTING)
    reader.get_by_role("link", name="Suggest a correction").click()
    heading(reader, "Suggest a correction")
    look(reader)
    wrong(reader, "Change something above")
    reader.get_by_label("Public phone numbers").fill("ring me")
    wrong(reader, "Enter each phone number")
    reader.get_by_label("Public phone numbers").fill("0121 496 0077")
    reader.get_by_label("If the times are wrong").first.fill("Tuesdays 10am to noon")
    reader.get_by_label("Your own e-mail address").fill("vera@example.org")
    reader.wait_for_timeout(READ_MS)
    reader.get_by_role("button", name="Send it").click()
    heading(reader, "Thank you: one more step")
    look(reader)


def test_a_listing_is_corrected_by_keyboard_alone_on_a_narrow_screen(open_page, put_right_server):
    page = open_page(put_right_server, **site.NARROW)
    page.goto(LISTING)
    site.tab_to(page, page.get_by_role("link", name="Suggest a correction"))
    page.keyboard.press("Enter")
    heading(page, "Suggest a correction")
    look(page)
    site.tab_to(page, page.get_by_label("Public phone numbers"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("ring me")
    site.tab_to(page, page.get_by_role("button", name="Send it"))
    page.wait_for_timeout(READ_MS)
    page.keyboard.press("Enter")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    look(page)
    summary.focus()  # where it was: to look at the page opened what was folded
    site.tab_to(page, summary.get_by_role("link", name="Enter each phone number"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Public phone numbers")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0121 496 0066")
    site.tab_to(page, page.get_by_label("Your own e-mail address"))
    page.keyboard.type("vera@example.org")
    site.tab_to(page, page.get_by_role("button", name="Send it"))
    page.keyboard.press("Enter")
    heading(page, "Thank you: one more step")
    look(page)
