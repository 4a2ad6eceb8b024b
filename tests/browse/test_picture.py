"""The map for paper: its numbers are those of the list, and it is made of public places alone."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from directory.browse.views.picture import HEIGHT, WIDTH, Sheet, labels, picture
from directory.core.geo import Box, Point
from tests.support.apps import SAMPLED

CITY = Box(-2.04, 52.38, -1.72, 52.61)
SVG = "{http://www.w3.org/2000/svg}"
POINTS = st.builds(Point, st.floats(49.5, 60.5), st.floats(-8, 2))


def numbers(text):
    """Every number on a picture."""
    root = ET.fromstring(text)  # noqa: S314 - our own
    words = [str(each.text) for each in root.iter(f"{SVG}text") if each.get("font-weight")]
    return {int(number) for word in words for number in word.split(", ")}


@given(st.lists(POINTS, max_size=30))
def test_every_number_is_on_the_paper_and_in_the_box(points):
    sheet = Sheet(points, CITY)
    found = labels(sheet, list(enumerate(points, start=1)))
    assert sorted(number for label in found for number in label.numbers) == list(range(1, len(points) + 1))
    for label in found:
        assert 0 <= label.x <= WIDTH
        assert 0 <= label.y <= HEIGHT
    assert all(sheet.box.contains(point) for point in points)


def test_numbers_at_one_place_share_a_label():
    here, there = Point(52.48, -1.9), Point(52.5, -1.8)
    found = labels(Sheet([here, there], CITY), [(1, here), (2, there), (3, here), (3, here)])
    assert [label.text for label in found] == ["1, 3", "2"]


def test_a_name_is_text():
    feature = {
        "geometry": {"type": "Polygon", "coordinates": [[[-1.9, 52.4], [-1.8, 52.4], [-1.8, 52.5], [-1.9, 52.4]]]},
        "properties": {"label": "<script>&", "lat": 52.48, "lon": -1.88},
    }
    text = picture(Sheet([], CITY), [feature], [], "</title><x>")
    assert "<script>" not in text
    ET.fromstring(text)  # noqa: S314 - our own


def test_the_picture_of_a_page_has_the_numbers_of_its_list(make_app, databases, statements):
    client = make_app(databases.copy_of(SAMPLED, "sqlite")).test_client()
    page = client.page("/search?near=B11+1AA&page=2&within=20")
    address = page.soup.select_one("img.paper-map")["src"]
    with statements() as seen:
        answer = client.get(address, headers={"Accept-Encoding": "br"})
    assert len(seen) == 4, seen
    assert answer.mimetype == "image/svg+xml"
    assert len(answer.data) < 30_000
    on_paper = numbers(client.get(address).text)
    cards = page.soup.select(".card")
    assert on_paper <= set(range(1, len(cards) + 1))
    assert len(on_paper) > len(cards) / 2
    assert client.get("/map/results.svg?need=unicorns&near=Narnia").status_code == 200
