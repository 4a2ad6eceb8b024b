"""Who comes, in what way, and what is true of every page that they come to."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

from tests.e2e import site
from tests.support.browsers import axe
from tests.support.people import there

PEOPLE: Final[dict[str, dict[str, Any]]] = {
    "on a phone": site.NARROW,
    "on a phone without JavaScript": {**site.NARROW, "java_script_enabled": False},
    "at a desk by keyboard alone": {**site.WIDE, "keyboard": True},
}
READ_MS: Final = 2_200  # nobody reads and answers more quickly, and who does is asked again
SCRIPTED: Final = "document.body.classList.contains('js-enabled')"


def look(page: Page) -> None:
    """What is true of every page on the way."""
    site.unfold(page)
    assert site.sideways(page) <= there(page.viewport_size)["width"]
    assert site.small_targets(page) == []
    if page.evaluate(SCRIPTED):  # axe is a script too, and waits for ever where none may run
        axe(page)
