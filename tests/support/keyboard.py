"""Somebody without a pointer: whatever a test clicks, ticks, chooses or fills in is reached and done by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest.mock import patch

from playwright.sync_api import Locator, Page

MOST_STEPS: Final = 150
LEADS_ON: Final = "(one) => one.matches('a[href]') || (one.type === 'submit' && one.form !== null)"
WAY: Final = """
(one) => {
  const here = document.activeElement;
  if (here === one) return "there";
  const group = one.type === "radio" && here.type === "radio" && here.name === one.name;
  if (group && here.form === one.form) return "beside";
  const before = here !== document.body && one.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING;
  return before ? "back" : "on";
}
"""
STEPS: Final = {"on": "Tab", "back": "Shift+Tab", "beside": "ArrowDown"}  # within radio buttons the arrows go round


@contextmanager
def keys_alone(page: Page) -> Iterator[None]:
    """Let ``click``, ``check``, ``fill`` and ``select_option`` on ``page`` be what fingers on a keyboard do.

    What Tab does not lead to cannot be used: then they raise AssertionError.
    """
    with ExitStack() as patched:
        for name, deed in DEEDS.items():
            patched.enter_context(patch.object(Locator, name, _only_on(page, deed, getattr(Locator, name))))
        yield


def _only_on(page: Page, deed: Any, otherwise: Any) -> Any:
    def done(place: Locator, *words: Any, **options: Any) -> Any:
        return deed(place, *words) if place.page == page else otherwise(place, *words, **options)

    return done


def reach(place: Locator) -> None:
    """Press keys until ``place`` has the focus."""
    one = place.element_handle()  # looked for once, not after each key
    for _ in range(MOST_STEPS):
        way = one.evaluate(WAY)
        if way == "there":
            return
        place.page.keyboard.press(STEPS[way])
    raise AssertionError(f"no key leads to {place}")


def _press(place: Locator) -> None:
    reach(place)
    if not place.evaluate(LEADS_ON):
        place.page.keyboard.press("Enter")
        return
    with place.page.expect_navigation():  # as a click waits for the page that it leads to
        place.page.keyboard.press("Enter")


def _tick(place: Locator) -> None:
    reach(place)
    if not place.is_checked():  # an arrow has chosen it on the way
        place.page.keyboard.press("Space")
    assert place.is_checked()


def _type(place: Locator, text: str) -> None:
    reach(place)
    place.page.keyboard.press("ControlOrMeta+a")
    if text:
        place.page.keyboard.type(text)
    else:
        place.page.keyboard.press("Delete")


def _choose(place: Locator, value: str) -> None:
    reach(place)
    steps = place.evaluate(
        "(one, value) => [...one.options].findIndex((each) => each.value === value) - one.selectedIndex", value
    )
    for _ in range(abs(steps)):
        place.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    assert place.input_value() == value


DEEDS: Final = {"click": _press, "check": _tick, "fill": _type, "select_option": _choose}
