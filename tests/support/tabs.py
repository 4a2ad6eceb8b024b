"""Pages of the browser that tests use one after another: a page nobody has used costs a second of processor time.

Most of what opening a page costs is a new process and files that are not in the cache yet. ``open_tab`` is
``open_page`` for tests that only read and do not depend on what the browser has in its cache: what one test leaves
(cookies, storage, history, media, the pointer) is taken away before the next one gets the page. A test that
sends something, counts requests or looks into the browser's context takes ``open_page``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.support.browsers import LiveServer, new_page, watch

KEPT: Final = 6  # pages that wait for a test, each with a process of its own
QUIET_PAGE: Final = "/health"  # of the same site, so that the process stays, and without a script
STORED: Final = "cookies,local_storage,indexeddb,cache_storage,service_workers"


class Tab:
    """One page with the options it was made with."""

    def __init__(self, browser: Browser, server: LiveServer, options: dict[str, Any]) -> None:
        self.page: Page = new_page(browser, server, **options)
        self.key = key_of(server, options)
        self._server = server
        self._viewport = self.page.viewport_size
        self._remote: CDPSession = self.page.context.new_cdp_session(self.page)

    def cleaned(self) -> bool:
        """Take away what a test left; False if the page is not fit for another."""
        page = self.page
        if page.is_closed() or len(page.context.pages) != 1 or not page.url.startswith(f"{self._server.url}/"):
            return False
        page.goto(QUIET_PAGE)
        page.evaluate("sessionStorage.clear()")
        page.context.clear_cookies()
        page.emulate_media(media="null")
        page.mouse.move(-1, -1)  # else it would hover over whatever is there next
        if self._viewport and page.viewport_size != self._viewport:
            page.set_viewport_size(self._viewport)
        self._remote.send("Storage.clearDataForOrigin", {"origin": self._server.url, "storageTypes": STORED})
        self._remote.send("Page.resetNavigationHistory")
        return True

    def close(self) -> None:
        """Close it for good."""
        self.page.context.close()


class Tabs:
    """The pages of a browser that wait for the next test that wants one with their options."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._waiting: list[Tab] = []

    def take(self, server: LiveServer, options: dict[str, Any]) -> Tab:
        """A page with these options that nobody else has."""
        key = key_of(server, options)
        found = next((tab for tab in self._waiting if tab.key == key), None)
        if found is None:
            return Tab(self._browser, server, options)
        self._waiting.remove(found)
        return found

    def give_back(self, tab: Tab) -> None:
        """Keep a page for the next test; the one that has waited longest goes when there are many."""
        if not tab.cleaned():
            tab.close()
            return
        self._waiting.append(tab)
        if len(self._waiting) > KEPT:
            self._waiting.pop(0).close()

    def close(self) -> None:
        """Close all that wait."""
        for tab in self._waiting:
            tab.close()
        self._waiting.clear()


def key_of(server: LiveServer, options: dict[str, Any]) -> str:
    """What two pages have in common that can stand for each other."""
    return json.dumps([server.url, options], sort_keys=True)


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    """The pages that this worker's tests use one after another."""
    kept = Tabs(browser)
    yield kept
    kept.close()


@pytest.fixture
def open_tab(
    tabs: Tabs, live_server: LiveServer, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """A giver of watched pages, like ``open_page``, that other tests have used before."""
    given: list[tuple[Tab, Callable[[], None]]] = []

    def open_one(server: LiveServer = live_server, **options: Any) -> Page:
        tab = tabs.take(server, options)
        given.append((tab, watch(tab.page, server.url, complaints)))
        return tab.page

    failed_before = request.session.testsfailed
    yield open_one
    for tab, unwatch in given:
        if request.session.testsfailed > failed_before or tab.page.is_closed():
            tab.close()  # who knows what it is in the middle of
            continue
        tab.page.evaluate("0")  # what the page complained of until now has arrived when this has
        unwatch()
        tabs.give_back(tab)
