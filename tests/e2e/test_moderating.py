"""Moderators at work, in a browser: wide and narrow, by keyboard alone, without JavaScript, looked at by axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from directory.core.geo import Point
from directory.moderation.rules.states import Kind
from tests.e2e.desk import Desk, heading, opened_desk
from tests.e2e.site import SIZES, WIDE, settle, sideways, small_targets
from tests.e2e.somebody import PEOPLE
from tests.support.browsers import axe
from tests.support.records import an_id, given_location, given_record

LONG = "Soup every Monday in the hall, and some bread to take home with you. " * 3
KITCHEN = given_record("Sparkbrook Kitchen", given_location(), description=LONG)
LARDER = given_record("Larder", given_location("Other hall"), email="larder@example.org")
CHOIR = replace(LARDER.services[0], id=an_id("choir"), name="Choir", free=True, offerings=())  # unlike the other
LARDER = replace(LARDER, services=(*LARDER.services, CHOIR))


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with opened_desk(tmp_path / "instance") as found:
        yield found


@pytest.fixture
def at_desk(desk: Desk, open_page: Callable[..., Page]) -> Callable[..., Page]:
    return lambda **options: desk.enter(open_page(desk.server, **options))


def test_every_page_of_staff_fits_and_axe_finds_nothing(desk, at_desk):
    desk.listed(KITCHEN, LARDER)
    moved = replace(KITCHEN.locations[0], point=Point(52.4583, -1.8716))
    change = replace(KITCHEN, description=LONG.replace("Monday", "Friday"), locations=(moved,))
    pages = [desk.sent(change, Kind.CHANGE), desk.sent(given_record("Kitchen of Sparkbrook", given_location("B")))]
    desk.sent(given_record("From a file"), batch="import 7", email="")
    desk.reported(KITCHEN)
    desk.looked_after(LARDER, "steward")
    desk.bounced("steward")  # so that the queue says of whom nobody can be reached
    one = f"/moderate/listings/{KITCHEN.id}"
    pages += ["/moderate", f"{pages[0]}/change", f"{one}/history", f"{one}/delete", f"{one}/reports"]
    pages += ["/moderate/reports", "/moderate/merge", "/moderate/merge?keep=sparkbrook-kitchen&lose=larder"]
    pages += ["/moderate/jobs", "/moderate/batches/import 7", f"{one}/change", f"{one}/change/reach", f"{one}/take-off"]
    pages += [f"/moderate/listings/{LARDER.id}/change/{task}" for task in ("details", "each/2", "where")]
    for name, size in SIZES.items():
        page = at_desk(**size)
        for url in pages:
            page.goto(url)
            settle(page)
            assert sideways(page) <= size["viewport"]["width"], (name, url)
            assert small_targets(page) == [], (name, url)
            axe(page)


def test_a_moderator_decides_by_keyboard_alone(desk, at_desk):
    desk.sent(KITCHEN)
    desk.sent(LARDER)
    page = at_desk(**WIDE)
    page.goto("/moderate")
    page.keyboard.press("n")
    expect(page.locator("a:focus")).to_have_count(0)  # shortcuts are off until somebody wants them
    page.locator(".keys summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-keys-switch]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    expect(page.get_by_role("link", name="Sparkbrook Kitchen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sparkbrook Kitchen")
    expect(page.locator("[data-keys-switch]")).to_have_attribute("aria-pressed", "true")  # its script has begun
    page.keyboard.press("q")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("are you a la carte?")  # letters are letters in a field
    expect(page.locator("#ask-words")).to_have_value("are you a la carte?")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Larder")
    expect(page.get_by_role("status").first).to_contain_text("Accepted")


def test_without_javascript_a_refusal_needs_its_reason_and_goes_on(desk, at_desk, complaints):
    url = desk.sent(KITCHEN)
    page = at_desk(**SIZES["narrow"], java_script_enabled=False)
    page.goto(url)
    page.get_by_text("Refuse", exact=True).click()
    page.get_by_role("button", name="Refuse it").click()
    expect(page.get_by_role("link", name="Choose a reason")).to_be_visible()
    page.get_by_label("Too little is said to know what it is").check()
    page.get_by_role("textbox", name="In your own words").fill("When do you meet?")
    page.get_by_role("button", name="Refuse it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for a moderator")
    complaints[:] = [said for said in complaints if "status of 400" not in said]  # the browser says it of the first try


@pytest.mark.parametrize("way", PEOPLE)
def test_two_moderators_at_once_and_the_second_is_told(way, desk, open_page, complaints):
    url = desk.sent(KITCHEN)
    first = desk.enter(open_page(desk.server, **WIDE))
    second = desk.enter(open_page(desk.server, **PEOPLE[way]), "other-moderator")
    for page in (first, second):
        page.goto(url)
    first.get_by_role("button", name="Accept", exact=True).click()
    expect(first.get_by_role("heading", level=1)).to_have_text("What waits for a moderator")
    second.locator("summary").filter(has_text="Refuse").click()
    second.get_by_label("Too little is said to know what it is").check()
    second.get_by_role("textbox", name="In your own words").fill("When do you meet?")
    second.get_by_role("button", name="Refuse it").click()
    heading(second, "Somebody was quicker")
    expect(second.locator("main")).to_contain_text("moderator@example.org")
    expect(second.locator("main")).to_contain_text("When do you meet?")
    complaints[:] = [said for said in complaints if "status of 409" not in said]  # which the browser writes down
