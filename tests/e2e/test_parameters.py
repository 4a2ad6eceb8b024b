"""Every parameter of a search, set by a reader as the page offers it and dropped again: with JavaScript and without.

The number beside a filter is the number of what it finds: each is held to its word.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import site

START = "/search?near=B11+1AA&within=0"
TICKED = {
    "need": "food",
    "kind": "charity",
    "for": "older-people",
    "language": "ur",
    "how": "phone",
    "access": "step-free",
    "cost": "free",
}
CHOSEN = {"open": "saturday", "referral": "self", "within": "2"}
PLAIN = {"java_script_enabled": False}
READERS = [
    pytest.param(site.WIDE, id="with JavaScript"),
    pytest.param(site.NARROW | PLAIN, id="on a phone without JavaScript"),
    pytest.param(site.NARROW, id="on a phone", marks=pytest.mark.soak),
    pytest.param(site.WIDE | PLAIN, id="without JavaScript", marks=pytest.mark.soak),
]


@pytest.fixture(params=READERS)
def reader(request, open_tab):
    """A page with a search on it, its filters unfolded."""
    page = open_tab(**request.param)
    page.goto(START)
    page.locator(".filters > summary").click()
    return page


def told(page):
    """How many organisations were found."""
    return page.locator("#found-list [role=status]")


def number_in(text):
    """The number at the end of a text, as a page writes it."""
    return int(re.findall(r"[\d,]+", text)[-1].replace(",", ""))


def send(page, name, value):
    """Press the button; the address says what was asked."""
    page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile(rf"[?&]{name}={value}(&|$)"))


def found(number):
    """The words for so many."""
    return re.compile(rf"^{number:,} organisations?$")


@pytest.mark.parametrize("name", TICKED)
def test_a_filter_finds_as_many_as_it_says_and_can_be_dropped(reader, name):
    value, before = TICKED[name], told(reader).inner_text()
    box = reader.locator(f"input[name={name}][value={value}]")
    number = number_in(box.locator("xpath=..").inner_text())
    box.check()
    send(reader, name, value)
    expect(told(reader)).to_have_text(found(number))
    assert 0 < number < number_in(before.partition(" ")[0])
    expect(reader.locator(f"input[name={name}][value={value}]")).to_be_checked()
    reader.get_by_role("link", name=re.compile("^Remove filter:")).click()
    expect(reader).not_to_have_url(re.compile(rf"[?&]{name}="))
    expect(told(reader)).to_have_text(before)


@pytest.mark.parametrize("name", CHOSEN)
def test_a_choice_finds_as_many_as_it_says(reader, name):
    value = CHOSEN[name]
    number = number_in(reader.locator(f"select[name={name}] option[value='{value}']").inner_text())
    reader.locator(f"select[name={name}]").select_option(value)
    send(reader, name, value)
    expect(told(reader)).to_have_text(found(number))
    assert number > 0
    expect(reader.locator(f"select[name={name}]")).to_have_value(value)


def test_the_order_is_by_name_or_by_distance_as_asked(reader):
    reader.locator("select[name=sort]").select_option("name")
    send(reader, "sort", "name")
    names = reader.locator(".card__name").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    reader.goto(f"{START}&sort=nearest")
    miles = [
        float(far) for far in re.findall(r"([\d.]+) miles?", " ".join(reader.locator(".card__far").all_inner_texts()))
    ]
    assert len(miles) > 3
    assert miles == sorted(miles)


def test_words_and_a_place_are_typed_and_a_second_page_follows(reader):
    reader.get_by_label("What do you need?").first.fill("food")
    reader.get_by_label("Where are you?").fill("Moseley")
    reader.get_by_role("button", name="Search", exact=True).click()
    expect(reader).to_have_url(re.compile(r"[?&]q=food&near=Moseley"))
    expect(reader.get_by_role("heading", level=1)).to_have_text("“food” near Moseley")
    reader.get_by_role("link", name="Next page").click()
    expect(reader).to_have_url(re.compile(r"[?&]page=2(&|$)"))
    expect(reader).to_have_title(re.compile("page 2"))


def test_an_area_becomes_a_search_by_way_of_its_map_and_is_dropped(reader):
    reader.goto("/areas/B11")
    number = reader.locator(".found__order [role=status]").inner_text()
    headings = reader.locator(".found__part").all_inner_texts()
    assert headings[0].startswith("In B11 Sparkbrook")
    reader.get_by_role("link", name="On the whole map").click()
    reader.get_by_role("link", name="The same as a list").click()
    expect(reader).to_have_url(re.compile(r"/search\?area=B11$"))
    expect(told(reader)).to_have_text(number)
    assert reader.locator(".found__part").all_inner_texts() == headings
    reader.get_by_role("link", name=re.compile("^Remove filter: B11")).click()
    expect(reader).to_have_url(re.compile(r"/search$"))
