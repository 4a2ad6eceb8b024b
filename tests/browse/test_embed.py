"""A search in a frame of another site: it and nothing else may be framed, and only our own addresses are embedded."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from directory.browse.views.embed import LEAST_PX, MOST_PX, Show, Shown, height_of, shown_at
from tests.support.apps import SAMPLED

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def reader(make_app, databases):
    return make_app(databases.copy_of(SAMPLED, "sqlite"), pseudo="1").test_client()


@pytest.mark.parametrize(("show", "has_list", "has_map"), [("list", 1, 0), ("map", 0, 1), ("both", 1, 1), ("x", 1, 1)])
def test_a_frame_shows_list_map_or_both_and_nothing_to_change_it(reader, show, has_list, has_map):
    page = reader.page(f"/embed?q=food&near=B11+1AA&show={show}")
    assert page.h1 == "“food” near B11 1AA"
    assert (len(page.soup.select(".cards .card")) > 3) == bool(has_list)
    assert len(page.soup.select("#directory_map")) == has_map
    assert page.soup.select("form, header, input") == []
    assert "shortlist" not in page.text.lower()
    assert not any(frame.has_attr("data-area-url") for frame in page.soup.select("#directory_map"))
    assert page.soup.base["target"] == "_blank"
    assert "The listings here are invented" in page.text


def test_the_frame_alone_may_be_framed_and_also_when_it_is_unchanged(reader):
    first = reader.get("/embed?q=food")
    again = reader.get("/embed?q=food", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    for answer in (first, again):
        assert "frame-ancestors *;" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
    for path in ("/", "/search", "/map", "/embed/make", "/listings/talking-tables-english", "/shortlist", "/embed/x"):
        answer = reader.get(path)
        assert "frame-ancestors 'none';" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_its_other_pages_stay_in_the_frame_with_the_same_filters(reader):
    page = reader.page("/embed?need=food&within=0&show=list")
    link = page.soup.select_one('a[rel="next"]')
    assert (link["href"], link["target"]) == ("/embed?within=0&need=food&page=2&show=list", "_self")
    assert reader.page(link["href"]).soup.select_one('a[rel="prev"]')
    assert page.links["See this in the Community Directory of Birmingham"] == "/search?within=0&need=food"


def test_the_maker_shows_at_once_what_it_says_to_copy(reader):
    search = reader.page("/search?q=choir&near=B11+1AA&area=B11")
    page = reader.page(search.links["On your own site"])
    frame = framed(page.soup.select_one("textarea").get_text())
    assert frame["src"] == f"{SITE}/embed?q=choir&near=B11+1AA&area=B11"
    assert page.soup.select_one("main iframe")["src"] == "/embed?q=choir&near=B11+1AA&area=B11"
    assert page.soup.select_one('form.maker input[type="hidden"][name="area"]')["value"] == "B11"
    changed = reader.page("/embed/make?q=choir&show=map&height=300&grows=1")
    text = changed.soup.select_one("textarea").get_text()
    assert framed(text)["height"] == "300"
    assert "show=map" in text
    assert "communityDirectoryHeight" in text


def test_what_is_typed_cannot_leave_the_snippet(reader):
    page = reader.page('/embed/make?q="><script>alert(1)</script>&near="%20onload=x')
    text = page.soup.select_one("textarea").get_text()
    found = BeautifulSoup(text, "html.parser").select("*")
    assert [tag.name for tag in found] == ["iframe"]
    assert found[0].attrs.keys() == {"src", "title", "width", "height", "style", "loading"}


@pytest.mark.parametrize(
    ("typed", "px"), [("", 640), ("300", 300), ("1", LEAST_PX), ("99999", MOST_PX), ("-5", 640), ("٣٠٠", 640)]
)
def test_a_height_is_sensible(typed, px):
    assert height_of(typed) == px


def framed(text):
    """The attributes of the frame in some markup."""
    return dict(BeautifulSoup(text, "html.parser").find_all("iframe")[0].attrs)


def oembed(client, url, **more):
    return client.get("/oembed", query_string={"url": url, **more})


@pytest.mark.parametrize(
    ("path", "src"),
    [
        ("/search?q=food&near=B11+1AA", "/embed?q=food&near=B11+1AA"),
        ("/search?need=food&need=warm-place&page=3", "/embed?need=food&need=warm-place&page=3"),
        ("/map?q=food", "/embed?q=food&show=map"),
        ("/embed?q=food&show=list", "/embed?q=food&show=list"),
        ("/needs/food", "/embed?need=food"),
        ("/areas/B11", "/embed?area=B11"),
    ],
)
def test_our_own_pages_have_an_oembed_answer(reader, path, src):
    answer = oembed(reader, f"{SITE}{path}").json
    assert (answer["version"], answer["type"]) == ("1.0", "rich")
    frame = framed(answer["html"])
    assert frame["src"] == f"{SITE}{src}"
    assert (frame["width"], frame["height"]) == (str(answer["width"]), str(answer["height"]))
    assert reader.page(frame["src"].removeprefix(SITE)).soup.select_one("h1").get_text() in answer["title"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/search?q=food",
        "http://127.0.0.1:8000.example.org/search",
        "http://127.0.0.1:8000@example.org/search",
        "//127.0.0.1:8000/search",
        f"{SITE}/",
        f"{SITE}/privacy",
        f"{SITE}/needs/",
        f"{SITE}/search/x",
        "file:///etc/passwd",
        "http://[",
        "\x00",
    ],
)
def test_nothing_else_has_one(reader, url):
    assert oembed(reader, url).status_code == 404


@pytest.mark.parametrize("path", ["/search?need=nonsense", "/needs/nonsense", "/embed?need=food&need=nonsense"])
def test_a_value_that_nobody_knows_is_no_frame_of_everything(reader, path):
    answer = oembed(reader, f"{SITE}{path}")
    assert answer.status_code == 400
    assert answer.json["detail"] == "need has to be a value that the search knows."
    assert oembed(reader, f"{SITE}/areas/nowhere").json["detail"].startswith("area has to be")


def test_an_oembed_answer_keeps_to_the_size_that_was_asked_for(reader):
    answer = oembed(reader, f"{SITE}/search", maxwidth="320", maxheight="200").json
    assert (answer["width"], answer["height"]) == (320, 200)
    assert oembed(reader, f"{SITE}/search", format="xml").status_code == 501


def test_a_search_tells_where_its_oembed_answer_is(reader):
    link = reader.page("/search?q=food&list=0123456789ab").soup.select_one('link[type="application/json+oembed"]')
    parts = urlsplit(link["href"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{SITE}/oembed"
    assert parse_qs(parts.query)["url"] == [f"{SITE}/search?q=food"]
    assert reader.get(f"/oembed?{parts.query}").status_code == 200


def test_a_language_of_the_address_is_that_of_the_frame():
    welsh = frozenset({"cy"})
    assert shown_at(f"{SITE}/cy/search?q=bwyd", site=SITE, languages=welsh) == Shown("cy", Show.BOTH, {"q": ["bwyd"]})
    assert shown_at(f"{SITE}/xx/search", site=SITE, languages=welsh) is None
    assert shown_at(f"{SITE}/areas/a%20b", site=SITE, languages=welsh) == Shown("", Show.BOTH, {"area": ["a b"]})
