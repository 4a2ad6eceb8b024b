"""The pictures in docs/screenshots, taken of the real thing: ``make screenshots``.

A new installation with the sample, its own server, the system's Chromium. Without map tiles, so that no request leaves
the machine: the ground of the maps is the areas' outlines.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import machine
from tests.support.browsers import QUIET, run_directory, serving
from tests.support.sizes import ROOT

FOLDER = ROOT / "docs" / "screenshots"
DESKTOP = {"viewport": {"width": 1280, "height": 1080}}
PHONE = {"viewport": {"width": 360, "height": 760}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
SEARCH = "/search?q=food&near=B12+9"
PINS = ".pin, .cluster"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the page it is of, what is clicked there, what must be seen before it is taken."""

    name: str
    path: str
    follow: str = ""  # a link on that page
    wait_for: str = "h1"
    options: dict[str, Any] = field(default_factory=lambda: DESKTOP)


PICTURES = (
    Picture("home", "/"),
    Picture("search", SEARCH, wait_for=PINS),
    Picture("listing", "/search?q=Ladle", follow="Ladle & Larder", wait_for=PINS),
    Picture("map", "/map", wait_for=PINS),
    Picture("area", "/areas/B12"),
    Picture("phone", SEARCH, options=PHONE),
    Picture("without-javascript", SEARCH, options={**DESKTOP, "java_script_enabled": False}),
)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        made = run_directory(instance, "init")
        if made.returncode:
            raise SystemExit(made.stdout + made.stderr)
        with serving(instance) as server, sync_playwright() as playwright:
            program = machine.CHROMIUM.found()
            browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
            for picture in PICTURES:
                click.echo(take(picture, browser, server.url))
            browser.close()


def take(picture: Picture, browser: Browser, site: str) -> Path:
    """Take one picture; its file."""
    context = browser.new_context(base_url=site, locale="en-GB", reduced_motion="reduce", **picture.options)
    page = context.new_page()
    page.goto(picture.path)
    if picture.follow:
        page.get_by_role("link", name=picture.follow).first.click()
    settle(page, picture.wait_for)
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    return file


def settle(page: Page, wait_for: str) -> None:
    """Wait until the page shows what it should, and asks for nothing more."""
    page.locator(wait_for).first.wait_for()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
