"""``make bench-map``: the map of a million pins in a real browser, into docs/performance.md.

``python -m tests.bench.mapped --pins 1000000``. A reader opens the map, zooms in by its button and drags it, three
times over: of the country, of a city and of a street. Time runs from the navigation, the press or the drag to the
moment at which the pins and clusters of the answer are on the page; bytes are those of ``/map/features`` as they came.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from directory.infra import clock
from tests.bench import machine, pins, servers
from tests.support import written
from tests.support.browsers import QUIET, wait_until
from tests.support.machine import CHROMIUM

ROUNDS: Final = 5
SIZES: Final[Any] = {
    "1280 by 800": {"viewport": {"width": 1280, "height": 800}},
    "360 by 740": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
}
VIEWS: Final = {
    "the country": "/map",
    "London": "/map#map=11/51.51000/-0.12000",
    "a street": "/map#map=16/51.51000/-0.12000",
}
DRAG_PX: Final = 160
WANTED_S: Final = 1.0
WANTED_BYTES: Final = 10_000

# Written before any script of the page runs: when pins were put on the page, or the map said how many there are, which
# it does once it has drawn them. When they are those of before nothing changes, and the end of the answer counts.
LOOK: Final = """
window.drawn = [];
const begin = () => new MutationObserver((changes) => {
  const pin = (node) => node.classList?.contains("leaflet-marker-icon");
  if (changes.some(({ target, addedNodes }) => target.id === "map-status" || [...addedNodes].some(pin))) {
    window.drawn.push(performance.now());
  }
}).observe(document.documentElement, { childList: true, subtree: true });
document.documentElement ? begin() : document.addEventListener("readystatechange", begin, { once: true });
"""
ANSWERS: Final = """
() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/map/features"))
  .map(({ encodedBodySize, duration, responseEnd }) => [encodedBodySize, duration, responseEnd])
"""
FRAMES: Final = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(slots=True)
class Step:
    """What was measured of one thing that a reader does, a figure each round."""

    seconds: list[float] = field(default_factory=list)  # until it is drawn
    waited_s: list[float] = field(default_factory=list)  # of that, for the answer
    sizes: list[int] = field(default_factory=list)  # bytes of the answer, compressed
    drawn: list[int] = field(default_factory=list)  # pins and clusters

    def row(self, size: str, called: str) -> str:
        """Its row in the table."""
        most = max(self.sizes)
        time = f"{median(self.seconds):.2f}" if median(self.seconds) <= WANTED_S else f"**{median(self.seconds):.2f}**"
        weight = f"{most / 1000:.1f}" if most <= WANTED_BYTES else f"**{most / 1000:.1f}**"
        slowest, waited = max(self.seconds), 1000 * median(self.waited_s)
        return f"| {size} | {called} | {time} | {slowest:.2f} | {waited:.0f} | {weight} | {max(self.drawn)} |"


Steps = dict[tuple[str, str], Step]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, serve, look, and write the table; the exit status."""
    parser = argparse.ArgumentParser(prog="make bench-map", description=__doc__)
    parser.add_argument("--pins", type=int, required=True)
    asked = parser.parse_args(arguments)
    made, steps = pins.installed(asked.pins), Steps()
    load = machine.load()
    with servers.ours(made) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM.found(), args=list(QUIET))
        _look(browser, f"http://127.0.0.1:{served.port}", "1280 by 800", Steps())  # both have begun, and are warm
        for number in range(ROUNDS):
            print(f"Round {number + 1} of {ROUNDS}", flush=True)
            for size in SIZES:
                _look(browser, f"http://127.0.0.1:{served.port}", size, steps)
        browser.close()
    text = "\n".join(_told(asked.pins, made.stored_bytes(), load, steps))
    written.keep("performance.md", "make bench-map", text)
    print(text)
    return 0


def _look(browser: Browser, url: str, size: str, steps: Steps) -> None:
    """One reader with an empty cache, for each of the views."""
    for view, path in VIEWS.items():
        context = browser.new_context(base_url=url, locale="en-GB", **SIZES[size])
        context.add_init_script(LOOK)
        page = context.new_page()
        page.goto(path, wait_until="commit")
        page.locator(".leaflet-control-zoom-in").wait_for()
        page.evaluate("document.getElementById('directory_map').scrollIntoView({ block: 'center' })")
        _note(page, steps.setdefault((size, f"open {view}"), Step()), began=0.0, before=0)
        for called, act in (("zoom in", _zoom), ("drag", _drag)):
            before = len(page.evaluate(ANSWERS))
            page.evaluate("window.drawn = []")
            began = act(page)
            _note(page, steps.setdefault((size, f"{called}, {view}"), Step()), began=began, before=before)
        context.close()


def _zoom(page: Page) -> float:
    began = page.evaluate("performance.now()")
    page.locator(".leaflet-control-zoom-in").click()
    return float(began)


def _drag(page: Page) -> float:
    """Drag the map by hand; time runs from when it is let go."""
    box = page.locator("#directory_map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - DRAG_PX / 2, y - 20, steps=4)
    page.mouse.move(x - DRAG_PX, y - 40, steps=4)
    page.wait_for_timeout(120)  # at rest, so that the map does not glide on
    began = page.evaluate("performance.now()")
    page.mouse.up()
    return float(began)


def _note(page: Page, step: Step, *, began: float, before: int) -> None:
    wait_until(page, f"({ANSWERS})().length > {before}")
    page.evaluate(FRAMES)  # what came is drawn in the next one
    size, waited, ended = page.evaluate(ANSWERS)[-1]
    step.seconds.append((max([ended, *page.evaluate("window.drawn")]) - began) / 1000)
    step.waited_s.append(waited / 1000)
    step.sizes.append(size)
    step.drawn.append(page.locator(".leaflet-marker-icon").count())


def _told(how_many: int, stored: int, load: str, steps: Steps) -> Iterator[str]:
    yield (
        f"{clock.now().date().isoformat()}, {machine.hardware()}, {machine.software('')}, Chromium. Code"
        f" {machine.code()};"
        f" load of the machine by others before: {load}, at the end: {machine.load()}. {how_many:,} pins,"
        f" {stored / 1e6:,.0f} MB. {ROUNDS} rounds, each with an empty cache."
    )
    yield ""
    yield "| window | a reader does this | s until it is drawn | slowest | ms for the answer | KB | drawn |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    yield from (step.row(*key) for key, step in sorted(steps.items(), key=_order))


def _order(pair: tuple[tuple[str, str], Step]) -> tuple[int, int]:
    (size, called), _ = pair
    views = list(VIEWS)
    kinds = [f"{act}{view}" for view in views for act in ("open ", "zoom in, ", "drag, ")]
    return list(SIZES).index(size), kinds.index(called)


if __name__ == "__main__":
    raise SystemExit(main())
