"""By keyboard alone: in an order, with focus that is seen and never hidden."""

import pytest
from playwright.sync_api import expect

from tests.e2e import site

WALKED = ("home", "search near", "empty search", "unknown place", "map", "listing", "add", "not found")
MOST_STEPS = 60
# What has focus: whether it is seen at all, whether something lies over its middle, and how it is marked.
FOCUS = """
() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const { x, y, width, height } = one.getBoundingClientRect();
  const spots = [[x + width / 2, y + height / 2], [x + 3, y + 3], [x + width - 3, y + height - 3]];
  const seen = spots.some(([left, top]) => {
    const there = document.elementFromPoint(left, top);
    return there && (one.contains(there) || there.contains(one));
  });
  const style = getComputedStyle(one);
  const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  return { what: one.outerHTML.slice(0, 100), seen, marked, order: [...document.querySelectorAll("*")].indexOf(one) };
}
"""


@pytest.mark.parametrize("size", site.SIZES)
@pytest.mark.parametrize("name", WALKED)
def test_focus_goes_through_a_page_in_order_marked_and_never_hidden(name, size, open_tab, complaints):
    page = open_tab(**site.SIZES[size], reduced_motion="reduce")
    site.visit(page, name, complaints=complaints)
    steps = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if (focus := page.evaluate(FOCUS)) is None:
            break
        steps.append(focus)
    assert len(steps) > 8
    assert [step["what"] for step in steps if not step["seen"]] == []
    assert [step["what"] for step in steps if not step["marked"]] == []
    outside = [step["order"] for step in steps if "leaflet" not in step["what"]]  # a map's controls come last in it
    assert outside == sorted(outside)


def test_a_search_is_made_and_its_filters_used_without_a_pointer(open_tab):
    page = open_tab(**site.WIDE)
    page.goto("/")
    page.get_by_role("combobox", name="What do you need?").focus()
    page.keyboard.type("food")
    page.keyboard.press("Tab")
    page.keyboard.type("B11 1AA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("“food” near B11 1AA")
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press(" ")
    page.get_by_role("button", name="Show results").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("“food” (Food) near B11 1AA")


STROKES = """
() => [...document.querySelectorAll("main svg.icon")].slice(0, 9).map((one) => {
  const style = getComputedStyle(one);
  return style.stroke !== "none" && style.stroke !== getComputedStyle(document.body).backgroundColor;
})
"""


@pytest.mark.parametrize("name", ["home", "search near", "listing"])
def test_colours_that_the_reader_forces_leave_focus_and_pictures_to_be_seen(name, open_tab):
    page = open_tab(**site.WIDE, forced_colors="active")
    site.visit(page, name)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["marked"]
    seen = page.evaluate(STROKES)
    assert seen
    assert all(seen)
