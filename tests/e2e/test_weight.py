"""What a first visit weighs: bytes over the wire, compressed as browsers ask for it, with nothing kept from before.

The site draws its own ground here (outlines of areas). Tiles of another server are that server's, and not counted.
"""

import pytest

from tests.e2e import site

FIRST_VISIT = 250_000  # bytes: the page, its styles, scripts, fonts, icons, and what its map asks for
PAGE = 60_000  # of a page of results, before its map


def weighed(page, path):
    """Bytes of each answer, its head included, by address; the page is open and its map drawn."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    addresses, sizes = {}, {}
    session.on("Network.requestWillBeSent", lambda said: addresses.update({said["requestId"]: said["request"]["url"]}))
    session.on(
        "Network.loadingFinished", lambda said: sizes.update({said["requestId"]: int(said["encodedDataLength"])})
    )
    page.goto(path)
    site.settle(page)
    page.wait_for_load_state("networkidle")
    return {addresses[request].partition("//")[2].partition("/")[2]: size for request, size in sizes.items()}


@pytest.mark.parametrize("size", site.SIZES)
@pytest.mark.parametrize("name", ["home", "search near", "listing", "map", "area", "need", "embed"])
def test_a_first_visit_is_light(name, size, open_page):
    sizes = weighed(open_page(**site.SIZES[size]), site.PAGES[name])
    assert any(path.startswith("static/") for path in sizes)
    assert sum(sizes.values()) <= FIRST_VISIT, sizes


@pytest.mark.parametrize("name", ["search", "search near", "search with filters", "need", "area"])
def test_a_page_of_results_is_light(name, open_page):
    path = site.PAGES[name]
    sizes = weighed(open_page(**site.WIDE), path)
    assert 2_000 < sizes[path.removeprefix("/")] <= PAGE


def test_what_was_fetched_once_is_not_fetched_again(open_page):
    page = open_page(**site.WIDE)
    weighed(page, site.PAGES["search near"])
    again = weighed(page, site.PAGES["search by words"])
    assert not [path for path, size in again.items() if path.startswith("static/") and size]
