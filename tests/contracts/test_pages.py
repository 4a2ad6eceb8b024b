"""The client that looks: it hands over good pages as people see them, and fails the test for any other."""

import pytest
from flask import Flask, redirect

from directory.web.headers import add_headers
from tests.support.pages import PageClient

PAGE = """<!doctype html><html lang="en" dir="ltr"><head><title>{title}</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>{title}</h1>
<p>Food  and <b>warmth</b></p><a href="/a">To A</a> <a href="/b">To A</a> {more}</main></body></html>"""


@pytest.fixture
def site():
    """A small site with the real headers; ``/cookie`` sets one, with or without a form to explain it."""
    app = Flask(__name__, static_folder=None)
    app.test_client_class = PageClient
    add_headers(app, tiles_url="", secure=False)
    app.add_url_rule("/a", "a", lambda: PAGE.format(title="A", more=""))
    app.add_url_rule("/a/<n>", "each", lambda n: PAGE.format(title="One of many", more=n))
    app.add_url_rule("/same", "same", lambda: PAGE.format(title="A", more=""))
    app.add_url_rule("/bad", "bad", lambda: PAGE.format(title="Bad", more="<h1>Again</h1><style></style>"))
    app.add_url_rule("/old", "old", lambda: redirect("/bad"))
    app.add_url_rule("/file", "file", lambda: ("<h1>", {"Content-Type": "text/csv"}))
    app.add_url_rule("/trace", "trace", lambda: PAGE.format(title="T", more="Traceback (most recent call last)"))

    def cookie(how):
        more = '<form method="post"><button>Send</button></form>' if how == "form" else ""
        return PAGE.format(title="Cookie", more=more), {"Set-Cookie": "token=1"}

    app.add_url_rule("/cookie/<how>", "cookie", cookie)
    return app.test_client()


def test_a_page_is_what_people_see(site):
    page = site.page("/a")
    assert (page.status, page.title, page.h1) == (200, "A", "A")
    assert page.text == "A Food and warmth To A To A"
    assert page.links == {"To A": "/a"}
    assert page.soup.b.text == "warmth"


@pytest.mark.parametrize("url", ["/bad", "/trace", "/cookie/reader"])
def test_a_bad_page_fails_whoever_fetches_it(site, url):
    with pytest.raises(AssertionError, match=url):
        site.get(url)


def test_every_fault_of_a_page_is_told_at_once(site):
    with pytest.raises(AssertionError, match=r"there are 2 h1(.|\n)*an inline style"):
        site.page("/old")


def test_a_form_may_leave_its_token(site):
    assert site.page("/cookie/form").status == 200


def test_two_pages_need_two_titles_and_two_of_a_kind_do_not(site):
    site.get("/a/1")
    site.get("/a/2")
    site.get("/a")
    with pytest.raises(AssertionError, match="is that of a too"):
        site.get("/same")


def test_a_file_and_a_missing_page_are_looked_at_as_what_they_are(site):
    assert site.get("/file").status_code == 200
    with pytest.raises(AssertionError, match="html has dir=None"):
        site.get("/nowhere")  # Flask's own page, which nobody wrote for people
