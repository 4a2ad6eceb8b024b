"""Every page in two made-up languages: whatever stayed English was never translatable; what runs off has no room.

``en-XA`` is accented and a third longer, ``ar-XB`` runs from right to left (``infra/pseudo.py``).
"""

import json
import re
import sqlite3
import tomllib
from contextlib import closing

import pytest
from babel.dates import get_day_names, get_month_names
from playwright.sync_api import expect

from directory.infra.place import load_place
from directory.listings.service.taxonomy import load_terms
from tests.e2e import site
from tests.support.apps import put_instance
from tests.support.browsers import serving
from tests.support.sizes import ROOT

ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "content")
# Each piece of text that people see or hear. A text that says its own language is not ours to translate.
SAID = """
(attributes) => {
  const found = new Set();
  const add = (text) => { const said = (text ?? "").replace(/\\s+/g, " ").trim(); if (said) found.add(said); };
  const own = (one) => one?.closest("body [lang], pre, script, style, .whole, [dir=auto] [dir=auto]");
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!own(walk.currentNode.parentElement)) add(walk.currentNode.textContent);
  for (const name of attributes) {
    for (const one of document.querySelectorAll(`body [${name}], meta[name=description][${name}]`)) {
      if (!own(one)) add(one.getAttribute(name));
    }
  }
  add(document.title);
  return [...found];
}
"""
LETTERS = re.compile(r"[^\W\d_]{2,}")
JOINTS = re.compile(r" · |, | and |; |^· |^: |[()]|,$")
CALENDAR = {*get_day_names(locale="en_GB").values(), *get_month_names(locale="en_GB").values()}  # not ours to translate


@pytest.fixture(scope="module")
def pseudo_server(tmp_path_factory):
    with serving(put_instance(tmp_path_factory.mktemp("pseudo") / "instance"), pseudo="1") as server:
        yield server


@pytest.fixture(scope="module")
def data(pseudo_server):
    """What the installation's own data say: it stays as it is, in whatever language the page is."""
    with closing(sqlite3.connect(pseudo_server.instance / "birmingham.sqlite")) as connection:
        documents = connection.execute("SELECT card, page FROM document").fetchall()
        areas = connection.execute("SELECT name, label FROM area").fetchall()
    place = tomllib.loads((ROOT / "directory/infra/places/birmingham.toml").read_text(encoding="utf-8"))
    terms = load_terms()
    known = [terms.needs, terms.kinds, terms.audiences, terms.hows, terms.access, terms.languages]
    words = [text for table in known for term in table.values() for text in (term.name, term.description)]
    leaves = [leaf for row in documents for text in row for leaf in strings(json.loads(text))]
    leaves += [*strings(place), *(name for row in areas for name in row), *words, load_place("birmingham").name]
    return {part for leaf in leaves for part in atoms(leaf)} | CALENDAR | {""}


def strings(value):
    """Every text in a JSON or TOML value."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in strings(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in strings(each)]
    return [value] if isinstance(value, str) else []


def atoms(text):
    """A text whole, and in the parts that pages join and cut."""
    squeezed = " ".join(text.split())
    return {squeezed, *parts(squeezed), re.sub(r"^https?://(www\.)?|/$", "", squeezed)}


def parts(text):
    """What stands between commas, dots and brackets."""
    return {part.strip() for part in JOINTS.split(text)}


def untranslated(english, other, data):
    """What is said alike in both languages and is not data."""
    alike = [text for text in english & other if LETTERS.search(text) and not text.endswith("…")]  # data cut short
    return sorted(text for text in alike if text not in data and not set(filter(LETTERS.search, parts(text))) <= data)


@pytest.mark.parametrize("name", site.PAGES)
def test_every_word_of_a_page_is_translatable_and_has_room(name, pseudo_server, data, open_tab, complaints):
    page = open_tab(pseudo_server, **site.NARROW)
    site.visit(page, name, complaints=complaints)
    english = set(page.evaluate(SAID, ATTRIBUTES))
    for code, direction in (("en-XA", "ltr"), ("ar-XB", "rtl")):
        site.visit(page, name, prefix=f"/{code}", complaints=complaints)
        expect(page.locator("html")).to_have_attribute("lang", code)
        expect(page.locator("html")).to_have_attribute("dir", direction)
        assert untranslated(english, set(page.evaluate(SAID, ATTRIBUTES)), data) == []
        assert site.sideways(page) <= 320
        assert page.evaluate("document.scrollingElement.scrollLeft") == 0


def test_a_reader_keeps_the_language_from_page_to_page_and_changes_it_on_the_same_page(pseudo_server, open_tab):
    page = open_tab(pseudo_server, **site.WIDE)
    page.goto("/search?q=food")
    page.get_by_role("link", name="Right to left").click()
    expect(page).to_have_url(re.compile(r"/ar-XB/search\?q=food$"))
    page.locator(".card a").first.click()
    expect(page).to_have_url(re.compile("/ar-XB/listings/"))
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"//[^/]+/listings/"))


def test_right_to_left_the_page_is_mirrored_and_the_map_is_not(pseudo_server, open_tab):
    page = open_tab(pseudo_server, **site.WIDE)
    page.goto("/ar-XB/search?q=food&near=B11+1AA")
    site.settle(page)
    brand, menu = page.locator(".brand").bounding_box(), page.locator(".menu").bounding_box()
    assert brand["x"] > menu["x"]
    asked = page.get_by_role("heading", level=1)
    assert asked.evaluate("(one) => getComputedStyle(one).direction") == "rtl", (
        "also with words of another script in it"
    )
    cards, frame = page.locator(".cards").bounding_box(), page.locator("#directory_map").bounding_box()
    assert cards["x"] > frame["x"]
    zoom = page.locator(".leaflet-control-zoom").bounding_box()
    assert zoom["x"] - frame["x"] < 60
    phone = page.locator(".listing a[href^='tel:']")
    page.goto("/ar-XB/listings/talking-tables-english")
    expect(phone.first).to_have_attribute("dir", "ltr")
