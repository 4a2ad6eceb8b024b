"""A group is added in a real browser: on a phone, by keyboard alone, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.support.apps import put_instance
from tests.support.browsers import axe, serving, wait_until

PEOPLE = {
    "on a phone": site.NARROW,
    "on a phone without JavaScript": {**site.NARROW, "java_script_enabled": False},
    "at a desk": site.WIDE,
}
READ_MS = 2_200  # nobody reads and answers more quickly, and who does is asked again
SCRIPTED = "document.body.classList.contains('js-enabled')"
DRAWN = "() => window.directory_map && document.querySelector('.pin-map__place')"


@pytest.fixture(scope="module")
def adding_server(tmp_path_factory):
    """A server of these tests' own: they write."""
    with serving(put_instance(tmp_path_factory.mktemp("adding") / "instance"), jobs="0") as server:
        yield server


@pytest.fixture(params=PEOPLE)
def adder(request, open_page, adding_server):
    return open_page(adding_server, **PEOPLE[request.param])


def look(page):
    """What is true of every page on the way."""
    open_details = page.locator("details:not([open]) > summary")
    for _ in range(open_details.count()):
        open_details.first.click()
    assert site.sideways(page) <= page.viewport_size["width"]
    assert site.small_targets(page) == []
    if page.evaluate(SCRIPTED):  # axe is a script too, and waits for ever where none may run
        axe(page)


def go(page, heading):
    """Save, first looking at the page as it stands."""
    look(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def wrong(page, told):
    """Send the page as it is, and be told; with JavaScript the summary takes focus."""
    page.get_by_role("button", name="Save and continue").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text(told)
    if page.evaluate(SCRIPTED):
        expect(summary).to_be_focused()
    look(page)


def fill_in_the_group(page, name):
    page.goto("/add")
    look(page)
    page.get_by_role("button", name="Start now").click()
    wrong(page, "Choose whether your group is on a public register")
    page.get_by_label("No, it is not registered").check()
    page.get_by_label("What is your group called?").fill(name)
    page.get_by_label("Community group", exact=True).check()
    page.wait_for_timeout(READ_MS)
    go(page, "What you do, and for whom")


def fill_in_the_middle(page):
    wrong(page, "Choose at least one thing it helps with")
    page.get_by_label("What do you do?").fill("Soup lunch")
    page.get_by_label("What happens, in your own words").fill("Soup and bread for whoever comes.")
    page.get_by_label("Food", exact=True).check()
    go(page, "Where")
    wrong(page, "Choose at least one way")
    page.get_by_label("In person").check()
    page.get_by_label("Yes, show the address").check()
    go(page, "The address")
    wrong(page, "Enter the postcode")
    page.get_by_label("Street address").fill("12 Example Road")
    page.get_by_label("Postcode", exact=True).fill("B14 7QH")
    go(page, "When")
    wrong(page, "Enter at least one time")
    page.locator("#opens_1").fill("12")
    page.locator("#closes_1").fill("2pm")
    go(page, "How to reach you")


def fill_in_the_end(page):
    wrong(page, "Enter at least one way to reach you")
    page.get_by_label("Public phone number").fill("0121 496 0077")
    go(page, "Cost, access and languages")
    wrong(page, "Choose what it costs")
    page.get_by_label("It is free").check()
    go(page, "Your own e-mail address")
    wrong(page, "Tick that you may speak for the group")
    page.get_by_label("I may speak").check()
    go(page, "Check your answers")


def test_a_group_is_added_from_nothing_to_a_receipt(adder, request):
    name = f"Quiddity Soup {request.node.callspec.id.replace(' ', '-')}"
    fill_in_the_group(adder, name)
    fill_in_the_middle(adder)
    fill_in_the_end(adder)
    for link, heading in (
        ("The public page", name),
        ("The council's file", "How the council's file will have it"),
        ("Open data", "How open data will have it"),
    ):
        adder.get_by_role("link", name=link).click()
        expect(adder.get_by_role("heading", level=1)).to_have_text(heading)
        site.settle(adder)
        look(adder)
    adder.get_by_role("link", name="Your answers").click()
    look(adder)
    adder.wait_for_timeout(READ_MS)
    adder.get_by_role("button", name="Send it").click()
    expect(adder.get_by_role("heading", level=1)).to_have_text("Thank you: it is sent")
    expect(adder.locator(".receipt__code")).to_have_text(re.compile(r"\w{4}"))
    look(adder)


def test_the_pin_goes_where_the_postcode_is_and_is_moved_by_keys_and_buttons(open_page, adding_server):
    page = open_page(adding_server, **site.NARROW)
    page.goto("/add/where")
    page.get_by_label("In person").check()
    page.get_by_label("Yes, show the address").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Street address").fill("12 Example Road")
    page.get_by_label("Postcode", exact=True).fill("B14 7QH")
    page.keyboard.press("Tab")
    wait_until(page, DRAWN)
    expect(page.locator("#pin-status")).to_contain_text("up to about 150 metres")
    assert page.locator("#pin-lat").input_value() == ""
    page.locator(".pin-map__place").focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(page.locator("#pin-status")).to_contain_text("30 metres from the middle")
    before = float(page.locator("#pin-lat").input_value())
    page.get_by_role("button", name="South").click()
    assert float(page.locator("#pin-lat").input_value()) < before
    look(page)
    page.get_by_role("button", name="Save and continue").click()
    page.goto("/add/place")
    wait_until(page, DRAWN)
    expect(page.locator("#pin-status")).to_contain_text("by hand")
    page.get_by_role("button", name="Back to the postcode").click()
    expect(page.locator("#pin-status")).to_contain_text("up to about 150 metres")
    assert page.locator("#pin-lat").input_value() == ""


def test_a_hidden_place_is_on_no_map_and_asked_for_by_no_page(open_page, adding_server):
    page = open_page(adding_server, **site.NARROW)
    page.goto("/add/what")
    page.get_by_label("What do you do?").fill("Refuge")
    page.get_by_label("What happens").fill("A safe house.")
    page.get_by_label("Safety at home").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Think twice before you show an address")).to_be_visible()
    page.get_by_label("In person").check()
    page.get_by_label("No, show nothing of it").check()
    look(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("When")
    page.goto("/add/place")
    expect(page.get_by_text("you need not tell it")).to_be_visible()
    expect(page.locator("#directory_map")).to_have_count(0)
    look(page)


def test_a_group_is_begun_by_keyboard_alone(open_page, adding_server):
    page = open_page(adding_server, **site.WIDE)
    page.goto("/add/who")

    def press(*keys):
        for key in keys:
            page.keyboard.press(key)

    page.locator("main").focus()
    press("Tab", "Tab", "Space", "ArrowDown", "ArrowDown", "Tab")
    page.keyboard.type("Keyboard Choir")
    press("Tab", "Tab", "Space", "Tab")
    page.wait_for_timeout(READ_MS)
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What you do, and for whom")


def test_what_was_answered_is_found_again_and_deleted(open_page, adding_server):
    page = open_page(adding_server, **site.NARROW)
    page.goto("/add/reach")
    page.get_by_label("Public phone number").fill("0121 496 0078")
    go(page, "Cost, access and languages")
    page.goto("/add/later")
    look(page)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Enter your e-mail address")
    look(page)
    page.get_by_label("Your e-mail address").fill("nora@example.org")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The link is on its way")
    look(page)
    page.goto("/add")
    look(page)
    page.get_by_role("link", name="Delete everything I answered").click()
    look(page)
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("What you had answered is deleted.")).to_be_visible()


def test_a_group_that_is_listed_already_is_found_and_a_change_to_it_suggested(adder):
    adder.goto("/add/who")
    adder.get_by_label("No, it is not registered").check()
    adder.get_by_label("What is your group called?").fill("Talking Tables English")
    adder.get_by_label("Community group", exact=True).check()
    adder.wait_for_timeout(READ_MS)
    go(adder, "Is it one of these?")
    look(adder)
    one = adder.locator(".alike__one").filter(has_text="Talking Tables English")
    one.get_by_role("link", name="Yes, suggest a change to it").click()
    expect(adder.get_by_role("heading", level=1)).to_have_text("Suggest a correction")
    look(adder)
    adder.goto("/add/same")
    adder.get_by_role("button", name="No, none of these: go on").click()
    expect(adder.get_by_role("heading", level=1)).to_have_text("What you do, and for whom")
