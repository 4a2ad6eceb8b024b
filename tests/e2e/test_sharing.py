"""What people hand on: a shortlist, a sheet of paper, a frame in their own page, and where they are."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.e2e.framing import other_site
from tests.support.browsers import axe, watch

PEOPLE = {
    "with JavaScript": site.NARROW,
    "without JavaScript": {**site.NARROW, "java_script_enabled": False},
}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_shortlist_grows_from_page_to_page_and_is_taken_away(who, open_page):
    page = open_page(**PEOPLE[who])
    page.goto("/search?near=B11+1AA")
    first = page.locator(".card__name").first.inner_text()
    page.get_by_role("link", name=f"Add to shortlist : {first}").click()
    expect(page.get_by_role("link", name=f"Remove from shortlist : {first}")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile("page=2"))
    second = page.locator(".card__name").first.inner_text()
    page.locator(".card__name a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    page.get_by_role("link", name="Add to shortlist").click()
    page.get_by_role("link", name="Shortlist (2)").click()
    expect(page.locator(".kept__name")).to_have_text([first, second])
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV for spreadsheets").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert first in text
    assert second in text
    page.get_by_role("link", name="Print in large type").click()
    expect(page.locator(".paper__code img")).to_be_visible()
    assert page.locator(".paper__code img").evaluate("(image) => image.naturalWidth") > 50
    page.get_by_role("link", name="Back to the shortlist").click()
    page.get_by_role("link", name=f"Remove from shortlist : {first}").click()
    expect(page.locator(".kept__name")).to_have_text([second])


def test_a_listing_is_added_from_the_map_and_says_the_distance_of_the_list(web_page):
    # In quotes it is found alone, and it has one place: the nearest of several may be another.
    web_page.goto('/search?q="ladle+larder"&near=B11+1AA&within=10')
    site.settle(web_page)
    name = web_page.locator(".pin").first.get_attribute("aria-label")
    card = web_page.locator(".card").filter(has=web_page.get_by_role("link", name=name, exact=True))
    far, code = card.locator(".card__far").inner_text(), card.get_attribute("data-listing-id")
    web_page.locator(".pin").first.click()
    dialog = web_page.get_by_role("dialog")
    expect(dialog).to_contain_text(far)
    axe(web_page)
    dialog.get_by_role("link", name=re.compile("^Add to shortlist")).click()
    expect(web_page).to_have_url(re.compile(f"list={code}"))
    web_page.get_by_role("link", name="Shortlist (1)").click()
    expect(web_page.locator(".kept__name")).to_have_text([name])


@pytest.mark.parametrize("size", site.SIZES)
def test_a_frame_works_in_a_page_of_another_site(size, open_page, live_server, complaints):
    frame = (
        f'<iframe src="{live_server.url}/embed?q=food&near=B11+1AA" title="Food" width="100%" height="600"></iframe>'
    )
    with other_site(frame) as url:
        page = open_page(**site.SIZES[size])
        page.goto(url)
        inside = page.frame_locator("iframe")
        expect(inside.locator(".card").first).to_be_visible()
        inside.locator(".pin, .cluster").first.wait_for()
        inner = page.frames[1]
        assert inner.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        axe(page)
        with page.context.expect_page() as opened:
            inside.locator(".card__name a").first.click()
        watch(opened.value, live_server.url, complaints)
        expect(opened.value).to_have_url(re.compile("/listings/"))
    complaints[:] = [said for said in complaints if url not in said]  # the other site itself


def test_a_frame_grows_where_the_other_page_listens(open_page, live_server, complaints):
    maker = open_page(**site.WIDE, java_script_enabled=False)
    maker.goto("/embed/make?q=food&show=list&height=300&grows=1")
    markup = maker.locator("textarea").input_value().replace('loading="lazy"', "")
    markup = re.sub(r'src="http://[^/"]+', f'src="{live_server.url}', markup)
    with other_site(markup) as url:
        page = open_page(**site.WIDE)
        page.goto(url)
        page.frame_locator("iframe").locator(".card").first.wait_for()
        expect(page.locator("iframe")).not_to_have_attribute("height", "300")
        assert page.frames[1].evaluate("document.scrollingElement.scrollHeight <= innerHeight + 2")
    complaints[:] = [said for said in complaints if url not in said]


def test_nothing_else_may_be_framed(open_page, live_server, complaints):
    with other_site(f'<iframe src="{live_server.url}/search" title="Search"></iframe>') as url:
        page = open_page(**site.WIDE)
        page.goto(url)
        page.wait_for_timeout(500)
        assert page.frames[1].url != f"{live_server.url}/search"
    assert any("frame-ancestors" in said for said in complaints)
    complaints.clear()


def test_where_i_am_is_asked_for_on_a_click_and_cut_to_a_hundred_metres(open_page):
    here = {"latitude": 52.4573219, "longitude": -1.8716484}
    page = open_page(**site.NARROW, geolocation=here, permissions=["geolocation"])
    page.goto("/")
    page.get_by_label("Where are you?").wait_for()
    assert page.get_by_label("Where are you?").input_value() == ""
    page.get_by_role("button", name="Use where I am").click()
    expect(page).to_have_url(re.compile(r"near=52\.457%2C\+-1\.872"))
    expect(page.locator(".card__far").first).to_be_visible()
    assert page.context.cookies() == []


def test_a_browser_that_does_not_say_is_told_of_the_other_way(open_page):
    page = open_page(**site.NARROW)
    page.goto("/")
    page.get_by_role("button", name="Use where I am").click()
    expect(page.locator("#near-me-said")).to_have_text(
        "Your browser did not say where you are. Enter a postcode or an area."
    )


def test_the_area_of_the_map_becomes_the_search_of_the_list(web_page):
    web_page.goto("/search?q=food&near=B11+1AA&within=3")
    site.settle(web_page)
    web_page.get_by_role("button", name="Zoom in", exact=True).click()
    web_page.get_by_role("button", name="Search this area").click()
    expect(web_page).to_have_url(re.compile(r"/search\?q=food&near=52\.\d+%2C-1\.\d+&within=[\d.]+$"))
    expect(web_page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^“food” near B\d+ \d$"))


def test_on_paper_the_map_has_the_numbers_of_the_list(web_page):
    asked = []
    web_page.on("request", lambda request: asked.append(request.url))
    site.visit(web_page, "search near")
    assert not any("results.svg" in url for url in asked)
    web_page.pdf(format="A4")
    assert any("results.svg" in url for url in asked)
    web_page.emulate_media(media="print")
    picture = web_page.locator("img.paper-map")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") == 680
    number = "getComputedStyle(document.querySelectorAll('.card__name')[2], '::before').content"
    assert web_page.evaluate(number).startswith("counter(card)")
