"""What is true of every page, in a real browser: wide and narrow, with JavaScript and without."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.support.browsers import axe, watch

# What people may set themselves (WCAG 1.4.12). A sheet made by script is not an inline style: the policy lets it be.
SPACED = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
"""
CUT = """
() => [...document.querySelectorAll(":is(main, header, footer) :not(input)")].filter((one) => {
  const style = getComputedStyle(one);
  const hides = style.overflowX === "hidden" || style.overflowX === "clip";
  return hides && one.checkVisibility() && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1
    && !one.closest(".map");
}).map((one) => `${one.className}: ${one.textContent.trim().slice(0, 60)}`)
"""
SAID = """
() => [...document.querySelectorAll("main :is(h1, h2, h3, a[href], dt, dd, td, label, li)")]
  .filter((one) => !one.closest(".map")).map((one) => one.textContent.trim())
"""

BROKEN = r"""
() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    for (const { 0: code, index } of walk.currentNode.textContent.matchAll(/\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b/g)) {
      const range = document.createRange();
      range.setStart(walk.currentNode, index);
      range.setEnd(walk.currentNode, index + code.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) found.push(code);
    }
  }
  return found;
}
"""

LONG_WORDS = """
() => document.querySelectorAll("main :is([dir=auto], .card__kind, .card__notice)").forEach((one) => {
  one.textContent = "Llanfairpwllgwyngyll".repeat(9);
})
"""


def opened(name, size, tabs, server):
    """A page, loaded once for the tests that look at it, and what it complained of."""
    tab = tabs.take(server, size)
    heard: list[str] = []
    unwatch = watch(tab.page, server.url, heard)
    site.visit(tab.page, name, complaints=heard)
    yield SimpleNamespace(name=name, page=tab.page, heard=heard)
    unwatch()
    tabs.give_back(tab)


@pytest.fixture(scope="module", params=site.PAGES)
def loaded(request, tabs, live_server):
    yield from opened(request.param, site.NARROW, tabs, live_server)


@pytest.fixture(scope="module", params=site.PAGES)
def loaded_at_a_desk(request, tabs, live_server):
    yield from opened(request.param, site.WIDE, tabs, live_server)


def looked_at(loaded):
    """The page as it was loaded; a test that changes it changes it back, and what it is told counts."""
    yield loaded.page
    loaded.page.evaluate("0")  # what it complained of until now has arrived when this has
    assert loaded.heard == []


@pytest.fixture
def on_a_phone(loaded):
    yield from looked_at(loaded)


@pytest.fixture
def at_a_desk(loaded_at_a_desk):
    yield from looked_at(loaded_at_a_desk)


def look_at(page, width):
    """What is true of a page with everything on it unfolded."""
    site.unfold(page)
    assert site.sideways(page) <= width
    assert site.small_targets(page) == []
    axe(page)


def test_the_first_step_leads_past_the_head(at_a_desk, loaded_at_a_desk):
    page = at_a_desk
    if loaded_at_a_desk.name in site.FRAMED:
        expect(page.locator("header")).to_have_count(0)
        return
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to main content")
    assert skip.bounding_box()["height"] >= 24
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main, footer') !== null")


def test_a_page_is_accessible_and_fits_at_a_desk(at_a_desk):
    """The last of those that share a page: what it unfolds stays so."""
    look_at(at_a_desk, 1280)


def test_a_page_fits_with_the_readers_own_spacing(on_a_phone):
    on_a_phone.evaluate(SPACED)
    try:
        assert site.sideways(on_a_phone) <= 320
        assert on_a_phone.evaluate(CUT) == []
    finally:
        on_a_phone.evaluate("document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1)")


def test_no_postcode_is_broken_across_two_lines(on_a_phone):
    assert on_a_phone.evaluate(BROKEN) == []


def test_the_measure_sees_a_postcode_that_is_broken(open_tab):
    page = open_tab(**site.NARROW)
    page.goto("/search?near=B11+1AA")
    broken = """() => {
      const said = document.createElement("p");
      said.textContent = "It is in B11 1AA";
      said.style.width = "min-content";
      document.querySelector("main").append(said);
    }"""
    page.evaluate(broken)
    assert page.evaluate(BROKEN) == ["B11 1AA"]


def test_a_page_reads_the_same_without_javascript(loaded, on_a_phone, open_tab, complaints):
    without = open_tab(**site.NARROW, java_script_enabled=False)
    site.visit(without, loaded.name, complaints=complaints)
    assert site.sideways(without) <= 320
    assert without.evaluate(SAID) == on_a_phone.evaluate(SAID)
    assert without.title() == on_a_phone.title()


def test_a_page_is_accessible_and_fits_on_a_phone(on_a_phone):
    """The last of those that share a page: what it unfolds stays so."""
    look_at(on_a_phone, 320)


@pytest.mark.parametrize("name", ["search near", "need", "listing", "notice", "approximate"])
def test_no_word_that_an_organisation_writes_is_wider_than_the_screen(name, open_tab):
    page = open_tab(**site.NARROW)
    site.visit(page, name)
    page.evaluate(LONG_WORDS)
    assert site.sideways(page) <= 320


def test_the_measures_see_what_is_too_small_too_near_and_too_wide(web_page):
    web_page.goto("/about")
    assert site.small_targets(web_page) == []
    web_page.evaluate("""() => {
      for (const words of ["a", "b"]) {
        const button = document.createElement("button");
        button.textContent = words;
        button.style.cssText = "width: 12px; height: 12px; padding: 0; min-width: 0; min-height: 0; font-size: 8px";
        document.querySelector("main").append(button);
      }
      document.querySelector("main").style.width = "2000px";
    }""")
    assert len(site.small_targets(web_page)) == 2
    assert site.sideways(web_page) > 1280
