"""What people come for, from the first page to a phone number: at a desk, on a phone, and without JavaScript."""

import io
import re

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.e2e import site

PEOPLE = {
    "at a desk": site.WIDE,
    "on a phone": site.NARROW,
    "at a desk without JavaScript": {**site.WIDE, "java_script_enabled": False},
    "on a phone without JavaScript": {**site.NARROW, "java_script_enabled": False},
}


@pytest.fixture(params=PEOPLE)
def reader(request, open_tab):
    """A page in the hands of each of them."""
    return open_tab(**PEOPLE[request.param])


def search(page, *, need="", near=""):
    page.get_by_label("What do you need?").first.fill(need)
    page.get_by_label("Where are you?").fill(near)
    page.get_by_role("button", name="Search", exact=True).click()


def cards(page):
    return page.locator(".card")


def test_from_the_first_page_by_a_need_to_a_listing(reader):
    reader.goto("/")
    expect(reader).to_have_title("Find help near you - Community Directory, Birmingham")
    reader.get_by_role("link", name=re.compile("^Food")).click()
    expect(reader).to_have_url(re.compile(r"/needs/food$"))
    expect(reader).to_have_title(re.compile("^Food.* - Community Directory, Birmingham$"))
    name = cards(reader).first.get_by_role("link").first.inner_text()
    cards(reader).first.get_by_role("link").first.click()
    expect(reader).to_have_url(re.compile("/listings/"))
    expect(reader.get_by_role("heading", level=1)).to_have_text(name)
    expect(reader).to_have_title(f"{name} - Community Directory, Birmingham")
    expect(reader.get_by_role("heading", name="Get in touch")).to_be_visible()


def test_from_the_first_page_by_words_and_postcode_to_a_listing_that_says_how_far(reader):
    reader.goto("/")
    search(reader, need="food", near="b111aa")
    expect(reader.get_by_role("heading", level=1)).to_have_text("“food” near B11 1AA")
    expect(reader).to_have_title("“food” near B11 1AA - Community Directory, Birmingham")
    expect(reader.locator("#found-list [role=status]")).to_have_text(re.compile(r"^\d+ organisations$"))
    far = cards(reader).first.locator(".card__far").inner_text()
    assert re.fullmatch(r"[\d.]+ miles?|under 100 yards", far)
    cards(reader).first.get_by_role("link").first.click()
    expect(reader.locator(".listing__kind")).to_contain_text(far)


def test_what_was_asked_stays_in_the_form_and_the_second_page_asks_the_same(reader):
    reader.goto("/")
    search(reader, near="Moseley")
    first = cards(reader).first.inner_text()
    reader.get_by_role("link", name="Next page").click()
    expect(reader).to_have_title(re.compile("^All listings near Moseley, page 2 - "))
    expect(reader.get_by_label("Where are you?")).to_have_value("Moseley")
    assert cards(reader).first.inner_text() != first
    reader.go_back()
    expect(reader).to_have_title(re.compile("^All listings near Moseley - "))
    assert cards(reader).first.inner_text() == first


def test_filters_are_sent_by_their_button_alone_and_dropped_one_by_one(reader):
    reader.goto("/search?near=B11+1AA")
    reader.locator("summary").click()
    reader.get_by_label(re.compile(r"^Food \d+$")).check()
    reader.get_by_label(re.compile(r"^Charity \d+$")).check()
    reader.get_by_label("How far away?").select_option("5")
    expect(reader).to_have_url(re.compile(r"/search\?near=B11\+1AA$"))
    reader.get_by_role("button", name="Show results").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Food and Charity near B11 1AA")
    expect(reader.locator(".card__kind").first).to_have_text(re.compile("^Charity"))
    reader.get_by_role("link", name="Remove filter: Charity").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Food near B11 1AA")
    expect(reader).to_have_url(re.compile("within=5"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Narnia", "We do not know “Narnia”. Check how it is written, or use a postcode or an area such as "),
        ("ZZ99 9ZZ", "We do not know “ZZ99 9ZZ”. "),
        ("SW1A 1AA", "“SW1A 1AA” is outside Birmingham, and this directory covers Birmingham only."),
        ("BT1 1AA", "“BT1 1AA” is in Northern Ireland, whose postcodes we do not have."),
    ],
)
def test_a_place_that_cannot_be_used_is_told_at_its_field_and_announced_with_it(typed, told, open_tab):
    for options in (site.NARROW, {**site.WIDE, "java_script_enabled": False}):
        page = open_tab(**options)
        page.goto("/")
        search(page, need="food", near=typed)
        expect(page.locator("#near-error")).to_contain_text(told)
        expect(page.get_by_label("Where are you?")).to_have_value(typed)
        expect(page.get_by_label("Where are you?")).to_have_accessible_description(re.compile(re.escape(told)))
        expect(page).to_have_title(re.compile("“food”"))


def test_a_search_that_finds_nothing_says_so_and_offers_wider_ones_that_do(reader):
    reader.goto("/search?q=food&near=B76+0AA&within=0.5")
    expect(reader.locator("#found-list [role=status]")).to_have_text("No organisation found")
    expect(reader.get_by_role("heading", name="Nothing matches all of that")).to_be_visible()
    wider = reader.get_by_role("link", name=re.compile("^Search within 10 miles"))
    wider.click()
    expect(cards(reader).first).to_be_visible()


def test_areas_lead_to_what_is_there(reader):
    reader.goto("/")
    reader.get_by_role("link", name="All areas").click()
    reader.get_by_role("link", name=re.compile(r"^B11\b")).click()
    expect(reader).to_have_url(re.compile(r"/areas/B11$"))
    expect(reader.get_by_role("heading", level=1)).to_have_text(re.compile("^B11 Sparkbrook"))
    expect(cards(reader).first).to_be_visible()


def test_the_results_can_be_taken_away(reader, live_server):
    reader.goto("/search?q=food&near=B11+1AA")
    with reader.expect_download() as taken:
        reader.get_by_role("link", name="CSV for spreadsheets").click()
    assert taken.value.suggested_filename.endswith(".csv")
    assert taken.value.path().read_text(encoding="utf-8-sig").count("\n") > 5
    assert taken.value.url.startswith(f"{live_server.url}/search.csv?")


def test_an_officer_takes_exactly_the_list_she_searched(reader):
    reader.goto("/search?need=food&kind=charity")
    listed = {card.get_by_role("link").first.inner_text() for card in cards(reader).all()}
    reader.get_by_role("link", name="Excel and other files").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Data to take away")
    with reader.expect_download() as taken:
        reader.get_by_role("link", name=re.compile("^Workbook")).click()
    assert re.fullmatch(r"birmingham-listings-food-charity-[0-9-]+\.xlsx", taken.value.suggested_filename)
    head, *rows = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes()))["organisations"].values
    assert listed
    assert {row[head.index("organisation")] for row in rows} == listed


def test_the_page_of_a_hidden_place_has_no_map_and_says_why(web_page):
    site.visit(web_page, "hidden")
    expect(
        web_page.get_by_text("The address is not published. Get in touch to find out where to go.").first
    ).to_be_visible()
    expect(web_page.locator("#directory_map")).to_have_count(0)


def test_a_name_in_another_script_is_laid_out_its_own_way_on_a_page_that_keeps_its_own(web_page):
    site.visit(web_page, "right-to-left name")
    expect(web_page.locator("html")).to_have_attribute("dir", "ltr")
    assert web_page.locator("h1").evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_an_address_that_leads_nowhere_says_so_and_leads_on(reader, complaints):
    site.visit(reader, "not found", complaints=complaints)
    expect(reader.get_by_role("heading", level=1)).to_have_text("We cannot find that page")
    reader.get_by_role("link", name="Search all listings").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("All listings")


@pytest.mark.parametrize("path", ["/", "/search?near=B99+9ZZ"])  # what is said of one field must not move the other
def test_both_questions_and_their_button_stand_in_one_line(open_tab, path):
    page = open_tab(**site.SIZES["wide"])
    page.goto(path)
    form = page.get_by_role("search")
    boxes = [form.locator(each).bounding_box() for each in ("#q", "#near", "button[type=submit]")]
    middles = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(middles) - min(middles) < 3
    assert boxes[0]["x"] < boxes[1]["x"] < boxes[2]["x"]
