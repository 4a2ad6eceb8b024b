"""Every page in a made-up language and from right to left: what stays plain was never translatable."""

import copy
import re

import pytest
from babel.dates import get_day_names

from directory.listings.service.taxonomy import load_terms
from tests.support.apps import SAMPLED

PATHS = [
    "/",
    "/search",
    "/search?q=food&near=B12+9QR&need=food&kind=charity",
    "/search?q=zzzz&near=Atlantis",
    "/needs/food",
    "/areas",
    "/areas/B11",
    "/map",
    "/data",
    "/about",
    "/privacy",
    "/accessibility",
    "/add",
    "/add/who",
    "/add/what",
    "/add/where",
    "/add/when",
    "/add/reach",
    "/add/details",
    "/add/more",
    "/add/you",
    "/embed?q=food&near=B12+9QR",
    "/embed/make?q=food",
    "/shortlist?list=0123456789ab",
    "/shortlist/print",
    "/nowhere",
]
LISTING = "/listings/open-latch-asylum-drop-in"


@pytest.fixture(scope="module")
def terms():
    """Names and descriptions of needs and kinds: content of the place, not of the site."""
    return {text for term in load_terms() for text in (term.name, term.description)}


@pytest.fixture
def client(make_app, databases):
    """The site with its sample, and the made-up languages."""
    return make_app(databases.copy_of(SAMPLED, "sqlite"), pseudo="1").test_client()


@pytest.mark.parametrize("code", ["en-XA", "ar-XB"])
def test_every_page_keeps_its_language(client, code):
    for path in [*PATHS, LISTING]:
        page = client.page(f"/{code}{path}", status=404 if path == "/nowhere" else 200)
        assert page.soup.html["lang"] == code
        assert page.soup.html["dir"] == ("rtl" if code == "ar-XB" else "ltr")
        own = [str(link["href"]) for link in page.soup.select("a[href]") if not link.get("hreflang")]
        inside = [url for url in own if url.startswith("/") and not url.startswith("/static/")]
        assert [url for url in inside if not url.startswith(f"/{code}/")] == []
        for form in page.soup.select("form"):
            assert form["action"].startswith(f"/{code}/")


def test_the_same_page_is_a_link_away_in_each_language(client):
    page = client.page("/search?q=food&near=B12")
    assert page.soup.select_one('a[hreflang="ar-XB"]')["href"] == "/ar-XB/search?q=food&near=B12"
    back = client.page("/ar-XB/search?q=food&near=B12")
    assert back.soup.select_one('a[hreflang="en"]')["href"] == "/search?q=food&near=B12"


def words_left_plain(page, known):
    """The texts of a page that are neither accented nor content."""
    soup = copy.copy(page.soup)  # that of every answer with the same text is no test's to change
    for unseen in soup.select(
        "script, .tongues, .card, [lang=en], code, textarea, option, .listing, .listing__kind + h1"
    ):
        unseen.decompose()
    texts = [" ".join(text.split()) for text in soup.body.find_all(string=re.compile("[A-Za-z]{3}"))]
    attributes = ("aria-label", "title", "placeholder", "alt")
    texts += [tag[name] for name in attributes for tag in soup.select(f"[{name}]") if tag[name]]
    return [text for text in texts if not text.startswith("[") and text not in known]


def test_no_text_of_the_site_is_left_plain(app, client, terms):
    place = client.application.extensions["directory"].place
    known = terms | {place.name, place.contact.name, place.contact.email, place.contact.phone}
    known |= {place.controller.name, place.controller.address, place.controller.email}
    known |= {area.label for area in client.application.extensions["directory"].areas.all()}
    known |= {area.name for area in client.application.extensions["directory"].areas.all()}
    known |= {", ".join(district.names) for district in place.districts}
    days = get_day_names(locale="en_GB").values()  # the calendar's, which has no language called en-XA
    known |= {*days, *(f"{day}," for day in days)}
    left = {}
    for path in PATHS:
        page = client.page(f"/en-XA{path}", status=404 if path == "/nowhere" else 200)
        if plain := words_left_plain(page, known):
            left[path] = plain
    assert left == {}
