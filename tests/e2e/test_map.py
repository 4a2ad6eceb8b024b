"""The map of the running site: by keyboard alone, by its buttons, and in step with the list beside it."""

import re
import time
from contextlib import contextmanager
from functools import partial

import pytest
from playwright.sync_api import Request, expect

from tests.e2e import site
from tests.support.browsers import wait_until

MOST_STEPS = 80  # of Tab to get anywhere on a page
CLUSTER = re.compile("listings, zoom in$")
STILL_S = 0.6  # in which a map asks for nothing: it waits 0.15 s to see whether the hand moves on


def zoom(page):
    return page.evaluate("directory_map.getZoom()")


def tab_to(page, selector):
    """Press Tab until something that fits ``selector`` has focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return page.locator(":focus")
    pytest.fail(f"Tab never reaches {selector}")


@contextmanager
def answered(page):
    """End when all that the page asked for meanwhile has come, and it asks for nothing more."""
    waiting: set[Request] = set()
    noted = [time.monotonic()]

    def note(request, *, begins):
        (waiting.add if begins else waiting.discard)(request)
        noted.append(time.monotonic())

    for event, begins in (("request", True), ("requestfinished", False), ("requestfailed", False)):
        page.on(event, partial(note, begins=begins))
    yield
    while waiting or time.monotonic() < noted[-1] + STILL_S:
        page.wait_for_timeout(50)


@pytest.fixture(params=["wide", "narrow"])
def map_page(request, open_tab):
    page = open_tab(**site.SIZES[request.param], reduced_motion="reduce")
    site.visit(page, "map")
    return page


def test_by_keyboard_alone_from_a_cluster_to_a_listing(map_page):
    page = map_page
    page.locator(".leaflet-container").focus()
    for _ in range(10):  # each time nearer, until a pin stands alone
        before = zoom(page)
        thing = tab_to(page, site.PINS)
        if not CLUSTER.search(thing.get_attribute("aria-label")):
            break
        with page.expect_response("**/map/features**"):
            page.keyboard.press("Enter")
        wait_until(page, "(before) => directory_map.getZoom() > before", before)
        site.settle(page)
        assert page.evaluate("document.activeElement.closest('#directory_map') !== null")
        page.locator(".leaflet-container").focus()
    name = page.locator(":focus").get_attribute("aria-label")
    dialog = page.get_by_role("dialog")
    with answered(page):  # to make room for a popup the map may move, and then gets other pins
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(":focus")).to_have_attribute("aria-label", name)
    page.keyboard.press(" ")
    expect(dialog.get_by_role("link").first).to_be_focused()
    listing = dialog.get_by_role("link").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(listing)


def test_the_buttons_and_the_keys_of_the_map_zoom_and_pan(map_page):
    page = map_page
    started = zoom(page)
    with page.expect_response("**/map/features**"):
        page.get_by_role("button", name="Zoom in", exact=True).click()
    assert zoom(page) == started + 1
    with page.expect_response("**/map/features**"):
        page.get_by_role("button", name="Zoom out", exact=True).click()
    assert zoom(page) == started
    page.locator(".leaflet-container").focus()
    page.keyboard.press("+")
    assert zoom(page) == started + 1
    middle = page.evaluate("directory_map.getCenter().lng")
    page.keyboard.press("ArrowRight")
    wait_until(page, "(middle) => directory_map.getCenter().lng > middle", middle)


def test_the_map_can_be_passed_by_in_one_step(map_page):
    tab_to(map_page, "a[href='#after-map']")
    map_page.keyboard.press("Enter")
    map_page.keyboard.press("Tab")
    assert map_page.evaluate("document.activeElement.closest('#directory_map, main') === null")


def test_what_is_on_the_map_is_told_in_words_and_no_two_things_overlap(map_page):
    expect(map_page.locator("#map-status")).to_have_text(re.compile(r"^Places on this part of the map: \d+$"))
    boxes = [each.bounding_box() for each in map_page.locator(site.PINS).all()]
    assert len(boxes) > 3
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    for at, (x, y) in enumerate(middles):
        assert all(abs(x - other) >= 24 or abs(y - beside) >= 24 for other, beside in middles[at + 1 :])


def test_list_and_map_show_the_same_search_and_light_each_other(web_page):
    web_page.goto("/search?q=%22pantry%22&near=B11+1AA&within=10")  # the word itself, or what it means fills two pages
    site.settle(web_page)
    expect(web_page.locator(".govuk-pagination")).to_have_count(0)
    ids = [card.get_attribute("data-listing-id") for card in web_page.locator(".card").all()]
    names = web_page.locator(".card__name").all_inner_texts()
    with web_page.expect_response("**/map/features?**") as answer:
        web_page.reload()
    features = answer.value.json()["features"]
    shown = {feature["properties"]["id"] for feature in features if "id" in feature["properties"]}
    assert shown
    assert shown <= set(ids)
    pin = web_page.locator(".pin").first
    pin.wait_for()
    name = pin.get_attribute("aria-label")
    assert name in names
    card = web_page.locator(".card").nth(names.index(name))
    card.hover()
    expect(pin).to_have_class(re.compile("is-lit"))
    pin.hover()
    expect(card).to_have_class(re.compile("is-lit"))


def test_a_popup_opened_by_pointer_closes_by_its_button_and_says_what_the_card_says(web_page):
    web_page.goto("/listings/talking-tables-english")
    site.settle(web_page)
    web_page.locator(".pin").first.click()
    dialog = web_page.get_by_role("dialog")
    expect(dialog).to_contain_text("Talking Tables English")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_pin_that_is_only_near_says_so(web_page):
    site.visit(web_page, "approximate")
    web_page.locator(".pin--near").click()
    expect(web_page.get_by_role("dialog")).to_contain_text("The pin is near, not at, the exact place.")


def test_without_javascript_the_list_is_there_and_the_map_says_why_it_is_not(open_tab):
    page = open_tab(**site.WIDE, java_script_enabled=False)
    page.goto("/search?near=B11+1AA")
    said = page.locator("#directory_map noscript")
    expect(said).to_be_visible()
    assert said.inner_text().strip() == "The map needs JavaScript. Everything it shows is in the list too."
    assert page.locator("#directory_map").bounding_box()["height"] < 200
    expect(page.locator(".card")).to_have_count(20)
    page.goto("/map")
    page.get_by_role("link", name="The same as a list").click()
    expect(page.locator(".card")).to_have_count(20)
