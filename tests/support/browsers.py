"""A real browser, the real server, and a watch over both.

``web_page`` is a page that fails its test if the console showed an error, if the policy was violated, or if a
request left the site. ``open_page`` makes more of them, with a context's options of one's own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.support import machine, warmed
from tests.support.apps import put_instance
from tests.support.keyboard import keys_alone

START_S = 60.0
STOP_S = 15.0
WAIT_S = 30.0  # for a page to become what a test waits for, on a shared machine
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",  # there is none: another process would play one
    # Nothing but this machine has an address, so that nothing can leave it, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
INTERPRET = "--js-flags=--no-opt,--no-maglev"  # a page lives for a second: to make its scripts quicker costs more
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (e) =>
  console.error(`policy violated: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""
# A page has a hundred texts and five colours, and axe reads each colour anew for each text: a sixth of its time.
REMEMBER_COLOURS = """
(() => {
  const { parseString } = axe.commons.color.Color.prototype;
  const known = new Map();
  axe.commons.color.Color.prototype.parseString = function (written) {
    if (!known.has(written)) {
      parseString.call(this, written);  // throws, and nothing is remembered, where it is no colour
      known.set(written, { r: this.r, g: this.g, b: this.b, alpha: this.alpha });
    }
    return Object.assign(this, known.get(written));
  };
})();
"""
# What fades in has another contrast for a moment; a page is read when it has.
RUN_AXE = """
Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished))
  .then(() => axe.run({ resultTypes: ["violations"] }))
  .then(({ violations }) => ({ violations }))
"""


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running ``directory serve``: its address (no slash at the end), its process and its folder."""

    url: str
    pid: int
    instance: Path


def run_directory(instance: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the installed ``directory`` command to its end, on the installation in ``instance``."""
    return subprocess.run(
        [_command(), *words],
        env=_environment(instance, settings),
        cwd=instance.parent,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def serving(instance: Path, **settings: str) -> Iterator[LiveServer]:
    """The real server on a free port of the loopback, from ready to stopped; ``settings`` by their names."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # One reader here is many tests: without a limit, and with a process to itself.
    ours = {
        "host": "127.0.0.1",
        "port": str(port),
        "tiles_url": "",
        "reads_a_minute": "0",
        "files_a_minute": "0",
        "workers": "1",
    }
    settings = ours | settings
    log = instance.parent / "serve.log"
    server = warmed.program().start("serve", env=_environment(instance, settings), folder=instance.parent, log=log)
    try:
        _wait_until_ready(server, port, log)
        yield LiveServer(f"http://127.0.0.1:{port}", server.pid, instance)
    finally:
        server.stop(STOP_S)


def _command() -> Path:
    """The ``directory`` that was installed beside the running Python."""
    command = Path(sys.executable).with_name("directory")
    if not command.exists():
        pytest.fail("The command `directory` is not installed here: run the tests by `make test`.", pytrace=False)
    return command


def _environment(instance: Path, settings: dict[str, str]) -> dict[str, str]:
    """The machine's environment without its own settings of ours, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    ours = {f"DIRECTORY_{name.upper()}": value for name, value in settings.items()}
    return kept | ours | {"DIRECTORY_INSTANCE": str(instance)}


def _wait_until_ready(server: warmed.Copy, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while server.runs() and time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):  # not listening yet
            connection.request("GET", "/ready")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.05)
    pytest.fail(f"`directory serve` did not become ready:\n{log.read_text()[-4_000:]}", pytrace=False)


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server with the sample listings, on SQLite; shared by this worker's tests, which only read."""
    with serving(put_instance(tmp_path_factory.mktemp("live") / "instance")) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium that can reach nothing but this machine."""
    try:
        program = machine.CHROMIUM.found()
    except machine.Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    with sync_playwright() as playwright:
        expect.set_options(timeout=WAIT_S * 1000)  # what is not so by then is not so; a shared machine is slow at times
        launched = playwright.chromium.launch(executable_path=program, args=[*QUIET, INTERPRET])
        yield launched
        launched.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of. A test that provokes a complaint takes it out again, and says why."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """A maker of watched pages; it takes the options of Playwright's ``new_context``, and another ``server``.

    ``keyboard``: whoever has the page uses keys alone.
    """
    with ExitStack() as opened:

        def open_one(server: LiveServer = live_server, *, keyboard: bool = False, **options: Any) -> Page:
            page = new_page(browser, server, **options)
            opened.callback(page.context.close)
            if keyboard:
                opened.enter_context(keys_alone(page))
            watch(page, server.url, complaints)
            return page

        yield open_one


@pytest.fixture
def web_page(open_page: Callable[..., Page]) -> Page:
    """A watched page at 1280 by 800, on which nothing is loaded yet: ``web_page.goto("/search")``."""
    return open_page(viewport={"width": 1280, "height": 800})


def new_page(browser: Browser, server: LiveServer, **options: Any) -> Page:
    """A page in a context of its own, which tells when the policy is violated."""
    context = browser.new_context(base_url=server.url, locale="en-GB", **options)
    context.add_init_script(TELL_VIOLATIONS)
    return context.new_page()


def watch(page: Page, origin: str, complaints: list[str]) -> Callable[[], None]:
    """Write down each error, and each request that does not go to ``origin``, until what is returned is called."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(f"console: {said.text}")

    def fail(error: Error) -> None:
        complaints.append(f"script: {error}")

    def look(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != origin:
            complaints.append(f"a request left the site: {request.url}")

    page.on("console", hear)
    page.on("pageerror", fail)
    page.on("request", look)

    def unwatch() -> None:
        page.remove_listener("console", hear)
        page.remove_listener("pageerror", fail)
        page.remove_listener("request", look)

    return unwatch


def wait_until(page: Page, expression: str, argument: Any = None) -> None:
    """Wait until a JavaScript expression, or a function of ``argument``, is true.

    Playwright's own ``wait_for_function`` asks again inside the page, by ``eval``, which the policy of our pages
    refuses: it works only where the first look finds it true.
    """
    deadline = time.monotonic() + WAIT_S
    while not page.evaluate(expression, argument):
        assert time.monotonic() < deadline, f"still not true after {WAIT_S:g} s: {expression}"
        page.wait_for_timeout(20)


def axe(page: Page) -> None:
    """Assert that axe finds nothing on what the page shows now.

    Every rule runs, and what it found wrong comes back; the long lists of what it found right stay in the page.
    """
    page.evaluate(AXE_SCRIPT + REMEMBER_COLOURS)
    found = AxeResults(page.evaluate(RUN_AXE))
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
