"""Every page of the site with the sample in it, and what a test asks of a page in the browser."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Locator, Page, Response

from directory.core.identifiers import stable_uuid
from directory.listings.rules.codes import code_of
from tests.support.browsers import wait_until

CHOSEN: Final = ("talking-tables-english", "safe-landing-hosting-network", "windmill-lane-good-neighbours")
KEPT: Final = ".".join(code_of(stable_uuid("sample", key)) for key in CHOSEN)  # as an address has a shortlist
PAGES: Final = {
    "home": "/",
    "search": "/search",
    "search by words": "/search?q=food",
    "search near": "/search?near=B11+1AA",
    "second page of a search": "/search?page=2",
    "search with filters": "/search?need=food&need=warm-place&kind=charity&within=10&near=Moseley&sort=name",
    "empty search": "/search?q=zxqwv&near=B11+1AA&within=1",
    "unknown place": "/search?near=Narnia",
    "value not understood": "/search?need=unicorns&within=far&sort=loudest",
    "long words": f"/search?q={'w' * 150}&near={'n' * 90}&need={'d' * 90}&kind=charity",
    "map": "/map",
    "map of a search": "/map?q=food&near=B11+1AA",
    "listing": "/listings/talking-tables-english",
    "listing with a distance": "/listings/ladle-larder?near=B11+1AA",
    "hidden": "/listings/safe-landing-hosting-network",
    "approximate": "/listings/windmill-lane-good-neighbours",
    "stale": "/listings/tangerine-lane-housing-co-op",
    "notice": "/listings/old-oscott-story-library",
    "served area only": "/listings/perry-beeches-garden-share",
    "right-to-left name": "/listings/byt-alslam-llaaylat-alarbya",
    "long name": "/listings/bournbrook-allotment-holders-and-wildlife-pond-association-plots-1-to-64-with",
    "need": "/needs/food",
    "areas": "/areas",
    "sign in": "/sign-in",
    "link sent": "/sign-in/sent",
    "signed out": "/signed-out",
    "area": "/areas/B11",
    "embed": "/embed?q=food&near=B11+1AA",
    "embed of a map": "/embed?q=food&show=map",
    "embed maker": "/embed/make?q=food&near=B11+1AA",
    "shortlist": f"/shortlist?list={KEPT}",
    "shortlist to print": f"/shortlist/print?list={KEPT}.0123456789ab",
    "empty shortlist": "/shortlist",
    "search with a shortlist": f"/search?q=food&list={KEPT}",
    "add": "/add",
    "who adds": "/add/who",
    "what is added": "/add/what",
    "where it is": "/add/where",
    "when it is": "/add/when",
    "how it is reached": "/add/reach",
    "details": "/add/details",
    "more": "/add/more",
    "who sends": "/add/you",
    "report": "/listings/talking-tables-english/report",
    "correct": "/listings/talking-tables-english/correct",
    "claim": "/listings/talking-tables-english/claim",
    "correct a hidden one": "/listings/safe-landing-hosting-network/correct",
    "data": "/data",
    "data of a search": "/data?need=food&near=B11+1AA",
    "about": "/about",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "attributions": "/attributions",
    "not found": "/nothing-here",
}
MISSING: Final = {"not found"}  # they answer 404, which the browser writes on its console

WIDE: Final[Any] = {"viewport": {"width": 1280, "height": 800}}
NARROW: Final[Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
SIZES: Final = {"wide": WIDE, "narrow": NARROW}

FRAMED: Final = ("embed", "embed of a map")  # without head and foot: they stand in pages of others
PINS: Final = ".leaflet-marker-icon"
DRAWN: Final = f"""
() => !document.querySelector("#directory_map") || !document.body.classList.contains("js-enabled")
  || (document.querySelector("#directory_map .outline")
    && (document.querySelector("{PINS}") || document.getElementById("map-status").textContent))
"""
TARGETS: Final = "a[href], button, input:not([type=hidden]), select, summary, textarea, [tabindex='0'], [role=button]"


def visit(page: Page, name: str, *, prefix: str = "", complaints: list[str] | None = None) -> Response:
    """Open a page of ``PAGES`` and wait until its map, if it has one, has drawn; its answer."""
    answer = page.goto(prefix + PAGES[name])
    assert answer is not None
    assert answer.status == (404 if name in MISSING else 200)
    settle(page)
    if name in MISSING and complaints is not None:
        complaints[:] = [said for said in complaints if "status of 404" not in said]
    return answer


def settle(page: Page) -> None:
    """Wait for the map's outlines and pins, if the page has a map and a script to draw it."""
    wait_until(page, DRAWN)


def unfold(page: Page) -> None:
    """Open whatever is folded, all at once; journeys open what they need as people do."""
    page.evaluate("document.querySelectorAll('details:not([open])').forEach((one) => { one.open = true; })")


def sideways(page: Page) -> int:
    """How wide the page is that may be scrolled, px."""
    return int(page.evaluate("document.scrollingElement.scrollWidth"))


def small_targets(page: Page) -> list[str]:
    """What may be pressed and has less than 24 by 24 px to itself (WCAG 2.5.8).

    A smaller one passes when a circle of 24 px around its middle meets no other target, or when it is a link in a
    sentence.
    """
    found: list[str] = page.evaluate(SMALL_TARGETS, TARGETS)
    return found


SMALL_TARGETS: Final = """
(targets) => {
  const shown = [...document.querySelectorAll(targets)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && one.tabIndex !== -1);
  const boxes = shown.map((one) => {
    const around = one.closest("label") ?? one;  // the whole label may be pressed
    const { x, y, width, height } = around.getBoundingClientRect();
    return { one, around, x, y, width, height, middle: [x + width / 2, y + height / 2] };
  }).filter(({ width, height, x, y }) => width > 1 && height > 1 && x + width > 0 && y + height > 0);
  const far = ([x, y], box) => Math.hypot(
    Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height));
  const inSentence = ({ one }) => {
    if (getComputedStyle(one).display !== "inline") return false;
    const block = one.parentElement.closest("p, li, dd, td, span, div");
    return !!block && block.textContent.trim().length > one.textContent.trim().length + 2;
  };
  const small = ({ width, height }) => width < 24 || height < 24;
  return boxes.filter((box) => small(box) && !inSentence(box) && boxes.some((other) =>
    other.around !== box.around && (small(other)
      ? Math.hypot(box.middle[0] - other.middle[0], box.middle[1] - other.middle[1]) < 24
      : far(box.middle, other) < 12)))
    .map(({ one, width, height }) => `${one.outerHTML.slice(0, 120)} is ${width.toFixed(0)} by ${height.toFixed(0)}`);
}
"""


def tab_to(page: Page, place: Locator) -> None:
    """Go on with the Tab key alone until ``place`` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if place.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not lead to {place}")
