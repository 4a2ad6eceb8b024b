"""HEAD, cookies, compression, addresses and languages."""

import gzip

import brotli
import pytest

from directory.web.addresses import address, language, same_page
from directory.web.paging import pages
from tests.web.conftest import LONG


def test_head_is_get_without_a_body(client):
    head, get = client.head("/"), client.get("/")
    assert head.data == b""
    assert head.status_code == get.status_code
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("path", ["/", "/things/a", "/nowhere", "/fails/mistake"])
def test_readers_get_no_cookie(client, path):
    answer = client.get(path)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_cookie_is_bound_to_the_host_once_the_site_has_https(make_app):
    config = make_app(SITE_ADDRESS="https://directory.example.org").config
    assert config["SESSION_COOKIE_NAME"] == "__Host-directory"
    assert config["SESSION_COOKIE_SECURE"] is True
    assert config["SESSION_COOKIE_HTTPONLY"] is True
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_cookie_has_a_plain_name_on_plain_http(app):
    assert app.config["SESSION_COOKIE_NAME"] == "directory"
    assert app.config["SESSION_COOKIE_SECURE"] is False


@pytest.mark.parametrize(
    ("asked", "used", "read"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_a_page_is_compressed_for_those_who_can_read_that(client, asked, used, read):
    answer = client.get("/", headers={"Accept-Encoding": asked})
    assert answer.headers.get("Content-Encoding") == used
    assert read(answer.data).decode() == LONG
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_short_answer_is_left_as_it_is(client):
    assert "Content-Encoding" not in client.get("/things/a", headers={"Accept-Encoding": "br"}).headers


@pytest.mark.parametrize(
    ("path", "spoken"),
    [
        ("/", "en"),
        ("/cy", "cy"),
        ("/cy/", "cy"),
        ("/cy/things/a", "cy"),
        ("/ar-XB/things/a", "ar-XB"),
        ("/things/cy", "en"),
    ],
)
def test_the_address_says_the_language(app, path, spoken):
    seen = []
    app.before_request(lambda: seen.append(language()))
    assert app.test_client().get(path).status_code == 200
    assert seen == [spoken]


@pytest.mark.parametrize("path", ["/fr/things/a", "/cymru", "/en/things/a", "/cy/cy/things/a"])
def test_what_is_no_language_is_part_of_the_path(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/things/a/", "//things/a"])
def test_no_address_is_redirected_to_a_host_that_the_visitor_named(client, path):
    answer = client.get(path, headers={"Host": "evil.example.com"})
    assert "Location" not in answer.headers


def test_addresses_are_made_in_the_language_of_the_page(app):
    with app.test_request_context():
        assert address("pages.thing", slug="tea") == "/things/tea"
        assert address("pages.thing", slug="tea", in_language="cy") == "/cy/things/tea"
        assert address("pages.thing", slug="tea", q="a b", none=None) == "/things/tea?q=a+b"
    with app.test_request_context(environ_overrides={"directory.language": "cy"}):
        assert address("pages.home") == "/cy/"
        assert address("pages.home", in_language="en") == "/"


def test_absolute_addresses_begin_with_the_configured_site(make_app):
    app = make_app(SITE_ADDRESS="https://directory.example.org")
    with app.test_request_context(headers={"Host": "evil.example.com"}):
        assert address("pages.home", absolute=True) == "https://directory.example.org/"
    with app.app_context():  # a job, without any request
        assert (
            address("pages.thing", slug="a", absolute=True, in_language="cy")
            == "https://directory.example.org/cy/things/a"
        )


def test_a_language_the_site_does_not_speak_has_no_address(app):
    with app.test_request_context(), pytest.raises(ValueError, match="fr"):
        address("pages.home", in_language="fr")


def test_the_same_page_in_another_language_keeps_the_search(app):
    with app.test_request_context("/things/caf%C3%A9?q=%3Cb%3E&near=B12"):
        assert same_page("cy") == "/cy/things/caf%C3%A9?q=%3Cb%3E&near=B12"


def test_a_link_to_the_same_page_never_leaves_the_site(app):
    with app.test_request_context(environ_overrides={"PATH_INFO": "//evil.example.com/"}):
        assert same_page("en") == "/evil.example.com/"


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 0, []),
        (1, 20, []),
        (1, 21, [1, 2]),
        (1, 200, [1, 2, None, 10]),
        (5, 200, [1, None, 4, 5, 6, None, 10]),
        (3, 200, [1, 2, 3, 4, None, 10]),
        (10, 200, [1, None, 9, 10]),
    ],
)
def test_pages_link_to_their_neighbours_and_the_ends(number, total, shown):
    found = pages(number, total=total, size=20, url=lambda page: f"?page={page}")
    assert [item and item.number for item in found.items] == shown
    assert found.previous == (f"?page={number - 1}" if number > 1 else None)
    assert found.next == (f"?page={number + 1}" if number * 20 < total else None)
