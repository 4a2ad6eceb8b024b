"""A group is added in a real browser: on a phone, by keyboard alone, with JavaScript and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.e2e.desk import Desk, opened_desk, press
from tests.e2e.somebody import PEOPLE, READ_MS, SCRIPTED, look
from tests.support.apps import SAMPLED
from tests.support.browsers import wait_until

GROUPS = {  # nothing alike in them: a second one like the first would be asked whether it is the first
    "on a phone": ("Quiddity Soup", "Zinnia Shelter", "0121 496 0077", "0121 496 0079", "B14 7QH"),
    "on a phone without JavaScript": ("Marmalade Lunch", "Foxglove", "0121 496 0074", "0121 496 0076", "B11 1AA"),
    "at a desk by keyboard alone": ("Big Pot", "Amaryllis Refuge", "0121 496 0072", "0121 496 0073", "B12 9QR"),
}
DRAWN = "() => window.directory_map && document.querySelector('.pin-map__place')"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    """A directory of these tests' own, with the sample in it: they write."""
    with opened_desk(tmp_path_factory.mktemp("adding") / "instance", SAMPLED, jobs="0") as found:
        yield found


@pytest.fixture(scope="module")
def adding_server(desk):
    return desk.server


@pytest.fixture(params=PEOPLE)
def way(request):
    return request.param


@pytest.fixture
def adder(way, open_page, desk):
    return open_page(desk.server, **PEOPLE[way])


@pytest.fixture
def group(way):
    return GROUPS[way]


@pytest.fixture
def moderator(desk, open_page):
    return desk.enter(open_page(desk.server, **site.WIDE))


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


def fill_in_the_middle(page, postcode):
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
    page.get_by_label("Postcode", exact=True).fill(postcode)
    go(page, "When")
    wrong(page, "Enter at least one time")
    page.locator("#opens_1").fill("12")
    page.locator("#closes_1").fill("2pm")
    go(page, "How to reach you")


def fill_in_the_end(page, phone):
    wrong(page, "Enter at least one way to reach you")
    page.get_by_label("Public phone number").fill(phone)
    go(page, "Cost, access and languages")
    wrong(page, "Choose what it costs")
    page.get_by_label("It is free").check()
    go(page, "Your own e-mail address")
    wrong(page, "Tick that you may speak for the group")
    page.get_by_label("I may speak").check()
    go(page, "Check your answers")


def published(moderator, name):
    """Let a moderator accept what was sent; the address of its page."""
    moderator.goto("/moderate")
    moderator.get_by_role("link", name=name, exact=True).click()
    expect(moderator.get_by_role("heading", level=1)).to_have_text(name)
    sheet = moderator.locator(".sheet").inner_text()
    press(moderator, "Accept")
    expect(moderator.get_by_role("status").first).to_contain_text("Accepted")
    return sheet, f"/listings/{name.lower().replace(' ', '-')}"


def test_a_group_is_added_from_nothing_to_its_public_page(adder, moderator, group):
    name, _, phone, _, postcode = group
    fill_in_the_group(adder, name)
    fill_in_the_middle(adder, postcode)
    fill_in_the_end(adder, phone)
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
    _, page = published(moderator, name)
    adder.goto(page)
    expect(adder.get_by_role("heading", level=1)).to_have_text(name)
    for words in ("12 Example Road", postcode, phone, "noon to 2pm"):
        expect(adder.locator("main")).to_contain_text(words)
    site.settle(adder)
    look(adder)


def test_the_pin_goes_where_the_postcode_is_and_is_moved_by_keys_buttons_and_by_hand(open_page, adding_server):
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
    northerly = float(page.locator("#pin-lat").input_value())
    across = page.locator(".pin-map__place").bounding_box()
    page.mouse.move(across["x"] + across["width"] / 2, across["y"] + across["height"] / 2)
    page.mouse.down()
    page.mouse.move(across["x"] + 10, across["y"] - 20, steps=4)
    page.mouse.up()
    assert float(page.locator("#pin-lat").input_value()) > northerly, "dragged up, it stands further north"
    page.get_by_role("button", name="Save and continue").click()
    page.goto("/add/place")
    wait_until(page, DRAWN)
    expect(page.locator("#pin-status")).to_contain_text("by hand")
    page.get_by_role("button", name="Back to the postcode").click()
    expect(page.locator("#pin-status")).to_contain_text("up to about 150 metres")
    assert page.locator("#pin-lat").input_value() == ""


def test_a_hidden_place_is_on_no_page_from_the_first_to_the_public_one(adder, moderator, group):
    _, name, _, phone, _ = group
    fill_in_the_group(adder, name)
    adder.get_by_label("What do you do?").fill("Safe beds")
    adder.get_by_label("What happens").fill("A safe house.")
    adder.get_by_label("Safety at home").check()
    press(adder, "Save and continue")
    expect(adder.get_by_text("Think twice before you show an address")).to_be_visible()
    adder.get_by_label("In person").check()
    adder.get_by_label("No, show nothing of it").check()
    go(adder, "When")
    adder.goto("/add/place")
    expect(adder.get_by_text("you need not tell it")).to_be_visible()
    expect(adder.locator("#directory_map")).to_have_count(0)
    adder.get_by_label("Street address").fill("7 Zebedee Mews")
    adder.get_by_label("Postcode", exact=True).fill("B13 9SA")
    look(adder)
    press(adder, "Save and continue")
    adder.goto("/add/reach")
    adder.get_by_label("Public phone number").fill(phone)
    go(adder, "Cost, access and languages")
    adder.goto("/add/you")
    adder.get_by_label("I may speak").check()
    press(adder, "Save and continue")
    seen = []
    for url in ("/add/check/page", "/add/check/file", "/add/check/data"):
        adder.goto(url)
        seen.append(adder.content())
    adder.goto("/add/check")
    adder.wait_for_timeout(READ_MS)
    press(adder, "Send it")
    expect(adder.get_by_role("heading", level=1)).to_have_text("Thank you: it is sent")
    sheet, page = published(moderator, name)
    adder.goto(page)
    expect(adder.get_by_role("heading", level=1)).to_have_text(name)
    expect(adder.locator("#directory_map")).to_have_count(0)
    look(adder)
    for text in (*seen, sheet, adder.content()):
        assert "Safe beds" in text
        assert [told for told in ("Zebedee", "B13") if told in text] == []


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


def test_services_that_differ_are_asked_each_for_its_own(adder):
    adder.goto("/add/what")
    for name, button in (("Soup lunch", "Save and add another service"), ("Listening line", "Save and continue")):
        adder.get_by_label("What do you do?").fill(name)
        adder.get_by_label("What happens, in your own words").fill("For whoever comes.")
        adder.get_by_label("Food", exact=True).check()
        adder.get_by_role("button", name=button).click()
    expect(adder.get_by_role("heading", level=1)).to_have_text("Where")
    for way in ("In person", "By phone", "Yes, show the address"):
        adder.get_by_label(way).check()
    go(adder, "The address")
    adder.get_by_label("Street address").fill("12 Example Road")
    adder.get_by_label("Postcode", exact=True).fill("B11 1AA")
    go(adder, "When")
    for following in ("Listening line", "How to reach you"):
        adder.get_by_label("It varies").check()
        press(adder, "Save and continue")
        expect(adder.locator("main")).to_contain_text(following)
    adder.get_by_label("people just come along").check()
    go(adder, "Cost, access and languages")
    adder.get_by_label("It is free").check()
    adder.get_by_label("ask me about each of them").check()
    go(adder, "How, for whom and at what cost")
    adder.get_by_label("By phone").uncheck()
    go(adder, "How, for whom and at what cost")
    expect(adder.locator(".lead")).to_have_text("Listening line")
    adder.get_by_label("In person").uncheck()
    wrong(adder, "Choose who it is for")
    adder.get_by_label("Anybody in Birmingham").check()
    go(adder, "Your own e-mail address")
    adder.goto("/add/check")
    look(adder)
    told = adder.locator("section.answers", has_text="Listening line").last
    expect(told).to_contain_text("By phone")
