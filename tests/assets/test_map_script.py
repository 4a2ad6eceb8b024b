"""The map's script, in a real browser, on a page of its own: what it draws, says and does by keyboard."""

import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import jinja2
import pytest

from tests.assets.test_assets import DIST, MANIFEST, TEMPLATES
from tests.support import browsers

ORIGIN = "http://127.0.0.1:1"  # nothing listens there: every answer is given by `shown`
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'"
)
PAGE = """<!doctype html><html lang="en" dir="ltr"><head><title>Map</title>
<link rel="stylesheet" href="/static/{app_css}"><link rel="stylesheet" href="/static/{map_css}"></head><body><main>
<h1>Map</h1><ul class="cards"><li class="card" data-listing-id="a"><a href="/listings/a">Art club</a></li></ul>
{map}</main><script defer src="/static/{map_js}"></script><script defer src="/document.js"></script></body></html>"""
DOCUMENT = """var directory_map = L.map("directory_map",
  {center: [52.48, -1.9], zoom: 12, minZoom: 5, maxZoom: 18, zoomAnimation: false});"""
TILES = 'L.tileLayer("/tiles/{z}/{x}/{y}.png").addTo(directory_map);'
AREA = [[[-1.95, 52.45], [-1.85, 52.45], [-1.85, 52.5], [-1.95, 52.5], [-1.95, 52.45]]]
TOLD = {
    "a:0": {
        "needs": "Food and Company",
        "distance": "0.4 miles",
        "lines": [{"service": "", "open": "Open now until 3pm", "is_open": True}],
    }
}
NAUGHTY = "<img src=x onerror=alert(1)>"


def pin(name, lon, lat, **more):
    properties = {"id": name[0].lower(), "at": 0, "name": name, "url": f"/listings/{name[0]}", "need": "food"}
    properties |= {"where": "Balsall Heath, B12", "approximate": False, **more}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}


def cluster(n, lon, lat, box):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"n": n, "box": box},
    }


def markup():
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    templates.install_null_translations(newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    templates.globals["asset"] = lambda name: f"/static/{MANIFEST[name]}"
    templates.globals["tiles_address"] = templates.globals["tiles_thanks"] = lambda: ""
    given = SimpleNamespace(
        features_url="/map/features?q=tea",
        outlines_url="/map/outlines",
        names_url="/map/names",
        outline_url="/map/outline",
        pins_url="/map/pins?near=B12",
        area_url="/search?q=tea",
        box=None,
        here=None,
    )
    frame = templates.get_template("components/map.html").module.map_frame(given, "Map of these listings")  # type: ignore[attr-defined] # a macro
    names = {key.replace(".", "_"): MANIFEST[key] for key in ("app.css", "map.css", "map.js")}
    return PAGE.format(map=frame, **names)


def an_area(named):
    properties = {"name": NAUGHTY, "label": "B12", "lat": 52.475, "lon": -1.9, **named}
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": AREA}, "properties": properties}


def collection(features):
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture
def shown(browser, complaints):
    """Show the map with these features; ``asked`` is every address that it asked for."""
    context = browser.new_context(base_url=ORIGIN, viewport={"width": 1000, "height": 700}, reduced_motion="reduce")
    context.add_init_script(browsers.TELL_VIOLATIONS)
    page = context.new_page()
    browsers.watch(page, ORIGIN, complaints)
    page.asked = []

    def show(*features, status=200, document=DOCUMENT, towns=None, **named):
        outlines = collection([] if towns else [an_area(named)])
        answers = {
            "/": ("text/html", markup()),
            "/document.js": ("text/javascript", document),
            "/search": ("text/html", "<!doctype html><title>Search</title>"),
            "/map/features": ("application/json", json.dumps({"features": features})),
            "/map/pins": ("application/json", json.dumps({"pins": TOLD})),
            "/map/outline": ("application/json", collection([an_area(named)])),
            "/map/outlines": ("application/json", outlines),
            "/map/names": ("application/json", json.dumps({"names": towns})),
        }

        def answer(route):
            path = urlsplit(route.request.url).path
            page.asked.append(route.request.url)
            if path.startswith("/static/"):
                route.fulfill(path=DIST / path.removeprefix("/static/"))
            elif path in answers:
                kind, body = answers[path]
                code = status if path == "/map/features" else 200
                route.fulfill(body=body, content_type=kind, status=code, headers={"Content-Security-Policy": POLICY})
            else:
                route.fulfill(status=404)

        page.route(f"{ORIGIN}/**", answer)
        page.goto("/")
        browsers.wait_until(page, "document.getElementById('map-status').textContent")
        return page

    yield show
    context.close()


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


def test_the_map_asks_for_what_it_shows_with_the_page_s_search(shown):
    page = shown(pin("Art club", -1.9, 52.48))
    (asked,) = [url for url in page.asked if "/map/features" in url]
    given = parse_qs(urlsplit(asked).query)
    west, south, east, north = map(float, given["bbox"][0].split(","))
    assert west < -1.9 < east
    assert south < 52.48 < north
    assert (given["q"], given["zoom"]) == (["tea"], ["12"])


def test_a_pin_opens_closes_and_gives_focus_back_by_keyboard(shown):
    page = shown(pin("Art club", -1.9, 52.48, approximate=True))
    page.locator(".pin").focus()
    assert focused(page) == "Art club"
    page.keyboard.press("Enter")
    assert focused(page) == "Art club"
    assert (
        page.get_by_role("dialog").get_by_role("link", name="Art club", exact=True).get_attribute("href")
        == "/listings/A"
    )
    assert "near, not at, the exact place" in page.get_by_role("dialog").inner_text()
    browsers.axe(page)
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.locator(".pin:focus").count() == 1


def test_a_cluster_zooms_in_and_keeps_focus_on_the_map(shown):
    page = shown(cluster(12, -1.9, 52.48, [-1.91, 52.47, -1.89, 52.49]))
    button = page.get_by_role("button", name="12 listings, zoom in")
    button.focus()
    with page.expect_response("**/map/features**"):
        page.keyboard.press(" ")
    assert page.evaluate("directory_map.getZoom()") > 12
    assert page.evaluate("document.activeElement.closest('#directory_map') !== null")


def test_pins_at_one_place_fan_out_by_keyboard_and_fold_again(shown):
    page = shown(pin("Art club", -1.9, 52.48), pin("Book club", -1.9, 52.48), pin("Choir", -1.87, 52.48))
    assert page.locator(".pin").count() == 1
    together = page.get_by_role("button", name="2 listings at this place")
    together.focus()
    page.keyboard.press("Enter")
    assert focused(page) == "Art club"
    assert together.get_attribute("aria-expanded") == "true"
    browsers.axe(page)
    page.keyboard.press("Tab")
    assert focused(page) == "Book club"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # closes the popup alone
    assert focused(page) == "Book club"
    assert page.locator(".pin--fanned").count() == 2
    page.keyboard.press("Escape")
    assert page.locator(".pin--fanned").count() == 0
    assert focused(page) == "2 listings at this place"


@pytest.mark.parametrize("count", [2, 5, 12])
def test_fanned_pins_have_room_and_nothing_lies_under_them(shown, count):
    near = [pin(f"{letter} near", -1.9 + 0.016 * at, 52.4805) for at, letter in enumerate("xyz", start=1)]
    page = shown(*(pin(f"{letter} club", -1.9, 52.48) for letter in "abcdefghijkl"[:count]), *near)
    page.get_by_role("button", name="listings at this place").click()
    fanned = page.locator(".pin--fanned")
    assert fanned.count() == count
    shown_now = [each.bounding_box() for each in page.locator(".pin:visible, .cluster:visible").all()]
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in shown_now]
    for at, (x, y) in enumerate(middles):
        assert all(abs(x - other) >= 24 or abs(y - beside) >= 24 for other, beside in middles[at + 1 :])


def test_more_than_fit_around_a_place_are_listed(shown):
    page = shown(*(pin(f"{letter} club", -1.9, 52.48) for letter in "abcdefghijklmno"))
    page.get_by_role("button", name="15 listings at this place").click()
    assert page.get_by_role("dialog").get_by_role("link", name=" club").count() >= 15


def test_a_pin_says_what_for_how_far_and_whether_it_is_open(shown):
    page = shown(pin("Art club", -1.9, 52.48))
    page.get_by_role("button", name="Art club").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Food and Company · 0.4 miles").wait_for()
    assert "Open now until 3pm" in dialog.inner_text()
    (asked,) = [url for url in page.asked if "/map/pins" in url]
    assert parse_qs(urlsplit(asked).query) == {"near": ["B12"], "pins": ["a:0"]}
    assert dialog.get_by_role("link", name="Add to shortlist : Art club").get_attribute("href").endswith("/?list=a")
    browsers.axe(page)


def test_what_the_map_shows_becomes_the_search(shown):
    page = shown()
    with page.expect_request("**/search?**") as asked:
        page.get_by_role("button", name="Search this area").click()
    given = parse_qs(urlsplit(asked.value.url).query)
    assert (given["q"], given["near"]) == (["tea"], ["52.480,-1.900"])
    assert 0.5 < float(given["within"][0]) < 20


def test_the_state_of_the_map_is_in_the_address_and_back_works(shown):
    page = shown(cluster(12, -1.85, 52.5, [-1.86, 52.49, -1.84, 52.51]))
    assert urlsplit(page.url).fragment == ""
    page.evaluate("directory_map.panBy([100, 0], {animate: false})")
    first = urlsplit(page.url).fragment
    assert first.startswith("map=12/52.48")
    page.get_by_role("button", name="12 listings, zoom in").click()
    assert urlsplit(page.url).fragment != first
    page.go_back()
    assert urlsplit(page.url).fragment == first
    assert page.evaluate("directory_map.getZoom()") == 12
    page.reload()
    browsers.wait_until(page, "document.getElementById('map-status').textContent")
    assert page.evaluate("directory_map.getCenter().lng") == pytest.approx(float(first.split("/")[2]), abs=1e-4)


def test_outlines_come_and_go_on_request_where_there_are_tiles(shown):
    picture = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
    page = shown(document=DOCUMENT + f'L.tileLayer("{picture}").addTo(directory_map);')
    button = page.get_by_role("button", name="Outlines of areas")
    assert page.locator("path.outline").count() == 0
    button.click()
    page.locator("path.outline").wait_for(state="attached")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    page.locator("path.outline").wait_for(state="detached")
    page.evaluate("directory_map.panBy([10, 0], {animate: false})")
    button.click()
    page.locator("path.outline").wait_for(state="attached")


def test_the_border_of_the_area_that_was_asked_for_goes_with_the_search(shown):
    page = shown()
    page.locator("path.asked-area").wait_for(state="attached")
    again = "document.dispatchEvent(new Event('directory:search'))"
    page.evaluate(f"delete document.getElementById('directory_map').dataset.outlineUrl; {again}")
    page.locator("path.asked-area").wait_for(state="detached")


def test_everything_to_press_has_room_of_its_own(shown):
    page = shown(*(pin(f"{letter} club", -1.95 + 0.004 * at, 52.48) for at, letter in enumerate("abcdefghijklmnop")))
    boxes = [each.bounding_box() for each in page.locator(".pin, .cluster").all()]
    assert len(boxes) > 1
    for at, one in enumerate(boxes):
        assert min(one["width"], one["height"]) >= 24
        for other in boxes[at + 1 :]:
            apart = abs(one["x"] - other["x"]) >= 24 or abs(one["y"] - other["y"]) >= 24
            assert apart, (one, other)


def test_a_name_is_never_read_as_markup(shown):
    page = shown(pin(NAUGHTY, -1.9, 52.48, where=NAUGHTY))
    page.locator(".pin").click()
    assert NAUGHTY in page.get_by_role("dialog").inner_text()
    assert page.locator(".outline-name").inner_text() == NAUGHTY
    assert page.locator("#directory_map img").count() == 0


def test_list_and_map_light_each_other(shown):
    page = shown(pin("Art club", -1.9, 52.48), pin("Book club", -1.87, 52.48))
    page.locator(".card").hover()
    assert page.locator(".pin.is-lit").get_attribute("aria-label") == "Art club"
    page.get_by_role("button", name="Art club").hover()
    assert page.locator(".card.is-lit").count() == 1
    page.mouse.move(5, 5)
    assert page.locator(".is-lit").count() == 0


def test_without_tiles_the_areas_are_the_map(shown):
    shown().locator("path.outline").wait_for(state="attached")


def test_the_areas_come_when_the_tiles_do_not(shown, complaints):
    page = shown(document=DOCUMENT + TILES)
    page.locator("path.outline").wait_for(state="attached")
    complaints[:] = [each for each in complaints if "404" not in each]  # the tiles that we refused


def test_a_failed_answer_is_told_in_words(shown, complaints):
    page = shown(status=503)
    assert page.get_by_role("status").inner_text().startswith("The map could not load the listings.")
    complaints[:] = [each for each in complaints if "503" not in each]  # what this test is about


def test_a_reader_is_told_how_many_places_are_shown(shown):
    page = shown(pin("Art club", -1.9, 52.48), cluster(12, -1.8, 52.48, [-1.81, 52.47, -1.79, 52.49]))
    assert page.get_by_role("status").inner_text() == "Places on this part of the map: 13"


def test_an_area_has_its_name_where_there_is_room_else_its_label_else_nothing(shown):
    page = shown(name="B12 Balsall Heath, Highgate and a good deal more")
    said = page.locator(".outline-name")
    said.wait_for(state="attached")
    for zoom, words in ((12, "B12"), (13, "B12 Balsall Heath, Highgate and a good deal more"), (9, "")):
        page.evaluate("(zoom) => directory_map.setZoom(zoom)", zoom)
        assert said.inner_text() == words
        assert said.is_visible() == bool(words)
        browsers.axe(page)


def test_an_area_s_name_stands_in_the_middle_of_what_is_seen_of_it(shown):
    page = shown(name="B12 Balsall Heath")
    page.evaluate("directory_map.setView([52.46, -1.94], 16)")  # its south-west corner; its own point is far away
    area, name = page.locator("path.outline").bounding_box(), page.locator(".outline-name").bounding_box()
    frame = page.locator("#directory_map").bounding_box()
    left, right = max(area["x"], frame["x"]), min(area["x"] + area["width"], frame["x"] + frame["width"])
    assert name["x"] + name["width"] / 2 == pytest.approx((left + right) / 2, abs=3)
    assert page.locator(".outline-name").inner_text() == "B12 Balsall Heath"


TOWNS = [
    ["Birmingham", 52.48, -1.9, 0],
    ["Solihull", 52.4805, -1.9005, 0],  # on the other: no room until far in
    [NAUGHTY, 52.6, -2.2, 0],
    ["Worcestershire", 52.3, -2.1, 1],
    ["Bromsgrove", 52.33, -2.06, 2],
]


def test_without_areas_to_draw_the_names_of_towns_are_the_map(shown):
    page = shown(pin("Art club", -1.9, 52.48), towns=TOWNS)
    page.locator(".outline-name").first.wait_for(state="attached")
    for zoom, said in (
        (8, {"Birmingham", NAUGHTY, "Worcestershire"}),
        (10, {"Birmingham", NAUGHTY, "Bromsgrove"}),
        (17, {"Birmingham", "Solihull"}),
    ):
        page.evaluate("(zoom) => directory_map.setView([52.48, -1.9], zoom)", zoom)
        assert set(page.locator(".outline-name").all_inner_texts()) == said
        boxes = [each.bounding_box() for each in page.locator(".outline-name").all()]
        assert all(
            abs(one["x"] - other["x"]) > 20 or abs(one["y"] - other["y"]) > 12
            for at, one in enumerate(boxes)
            for other in boxes[at + 1 :]
        )
    browsers.axe(page)
    assert page.locator(".leaflet-marker-icon").count() == 1, "a name is no pin"
