"""The security headers, whole: a test that only looks for parts lets a new source slip in."""

import pytest

from directory.web.headers import content_policy, tile_source

POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self' data: https://tile.openstreetmap.org; manifest-src 'self'; "
    "object-src 'none'; script-src 'self'; style-src 'self'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/forgotten", "/fails/mistake", "/fails/not-found.csv", "/send"])
def test_every_answer_has_the_whole_policy(client, path):
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Permissions-Policy"].startswith("geolocation=(self), accelerometer=(), ")
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "TRACE", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_is_answered_under_the_policy(client, method):
    assert client.open("/", method=method).headers["Content-Security-Policy"] == POLICY


def test_a_page_reached_by_a_secret_link_tells_nobody(client):
    answer = client.get("/secret-link")
    assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]


def test_https_is_demanded_for_two_years_once_the_site_has_it(make_app):
    secure = make_app(SITE_ADDRESS="https://directory.example.org").test_client()
    assert secure.get("/").headers["Strict-Transport-Security"] == "max-age=63072000"
    assert secure.head("/static/app-ABCD1234.css").headers["Strict-Transport-Security"] == "max-age=63072000"


def test_a_site_without_https_does_not_demand_it(client):
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize(
    ("tiles", "source"),
    [
        ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "https://tile.openstreetmap.org"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "https://*.tiles.example.org"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
        ("/tiles/{z}/{x}/{y}.png", ""),
        ("", ""),
    ],
)
def test_images_may_come_from_the_tiles_and_nowhere_else(tiles, source):
    assert tile_source(tiles) == source
    assert f"img-src 'self' data: {source}".rstrip() + ";" in content_policy(tiles)


def test_a_file_is_not_sniffed_and_runs_nothing(client):
    answer = client.head("/static/app-ABCD1234.css")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_built_file_is_kept_for_ever(client):
    assert "immutable" in client.head("/static/app-ABCD1234.css").headers["Cache-Control"]


def test_sending_to_a_file_is_refused_under_the_policy(client):
    answer = client.post("/static/app-ABCD1234.css")
    assert answer.status_code == 404
    assert answer.headers["Content-Security-Policy"] == POLICY
