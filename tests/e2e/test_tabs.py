"""A page that tests use one after another comes to each as if it were new, and is watched each time."""

from __future__ import annotations

import pytest

from tests.e2e import site
from tests.support import browsers

LEAVE = """
() => {
  localStorage.setItem("left", "1");
  sessionStorage.setItem("left", "1");
  document.cookie = "left=1; path=/";
}
"""
FOUND = """
() => [localStorage.length, sessionStorage.length, document.cookie, history.length,
  matchMedia("print").matches, innerWidth, document.querySelectorAll("main :hover").length]
"""


@pytest.fixture
def used(tabs, live_server):
    """A page that a test has left in disorder and given back."""
    tab = tabs.take(live_server, site.WIDE)
    site.visit(tab.page, "home")
    site.visit(tab.page, "about")
    tab.page.evaluate(LEAVE)
    tab.page.emulate_media(media="print")
    tab.page.set_viewport_size({"width": 700, "height": 500})
    tab.page.mouse.move(350, 250)
    assert tab.page.evaluate(FOUND)[:3] == [1, 1, "left=1"]
    tabs.give_back(tab)
    return tab


def test_nothing_that_a_test_left_is_there_for_the_next(used, open_tab):
    page = open_tab(**site.WIDE)
    assert page is used.page
    site.visit(page, "about")
    assert page.evaluate(FOUND) == [0, 0, "", 2, False, 1280, 0]  # two in the history: where it waited, and this


def test_a_page_that_was_used_tells_each_test_its_own_troubles(used, open_tab, complaints, live_server):
    page = open_tab(**site.WIDE)
    assert page is used.page
    site.visit(page, "about")
    page.evaluate("() => { console.error('oh'); setTimeout(() => { throw new Error('ah') }) }")
    page.evaluate("() => { new Image().src = 'http://127.0.0.1:2/x.png' }")
    browsers.wait_until(page, "true")
    page.wait_for_timeout(200)
    assert {"console: oh", "script: ah"} <= set(complaints)
    assert any("policy violated: img-src" in said for said in complaints)
    complaints.clear()


def test_two_pages_at_once_are_two_and_other_options_have_a_page_of_their_own(used, open_tab):
    first, second, narrow = open_tab(**site.WIDE), open_tab(**site.WIDE), open_tab(**site.NARROW)
    assert first is used.page
    assert len({first.context, second.context, narrow.context}) == 3


def test_a_page_that_was_closed_is_not_given_again(tabs, live_server):
    tab = tabs.take(live_server, site.WIDE)
    tab.page.close()
    tabs.give_back(tab)
    again = tabs.take(live_server, site.WIDE)
    assert again is not tab
    tabs.give_back(again)
