"""A client that looks at every page it is given, and pages as people see them.

Whatever a test fetches goes through ``PageClient``: markup, headers and cookies are checked each time, so
that no page needs a test of its own for what must be true of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support import page_rules

KEPT: Final = 100  # pages: half of all that tests fetch are, to the letter, one that another test fetched
NOTHING: Final = BeautifulSoup("", "html.parser")


@dataclass(frozen=True)
class Page:
    """One page that was fetched."""

    response: TestResponse
    soup: BeautifulSoup = field(repr=False)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def title(self) -> str:
        """The words of the title."""
        return self._words("head > title")

    @property
    def h1(self) -> str:
        """The words of the first heading."""
        return self._words("h1")

    @property
    def text(self) -> str:
        """Every word of the page's body, with single spaces between them."""
        body = self.soup.body  # what stands in script, style and template is no text of its own to the parser
        return " ".join(body.get_text(" ").split()) if body else ""

    @property
    def links(self) -> dict[str, str]:
        """Each link's words and where it leads; the first of several with the same words."""
        found: dict[str, str] = {}
        for link in self.soup.select("a[href]"):
            found.setdefault(" ".join(link.get_text(" ").split()), str(link["href"]))
        return found

    def _words(self, selector: str) -> str:
        tag = self.soup.select_one(selector)
        return " ".join(tag.get_text(" ").split()) if tag else ""


class PageClient(FlaskClient):
    """Flask's test client that fails a test when a page, a header or a cookie is not as it must be.

    ``reader``: the person has not signed in, so that nothing but a page with a form may leave a cookie.
    """

    reader = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._titles: dict[str, str] = {}
        self.tile_hosts: set[str] = set()
        self._last: TestResponse | None = None
        self._soup = NOTHING  # of the last answer

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """As Flask's, and every answer is looked at."""
        response = super().open(*arguments, **options)
        if response is self._last:  # where a redirect led: it was looked at when it came
            return response
        faults = list(self._faults(response))
        assert not faults, "\n".join([f"{response.request.method} {response.request.url}:", *faults])
        return response

    def page(self, url: str, *, status: int = 200) -> Page:
        """The page at ``url``, which must answer with ``status`` after any redirects."""
        response = self.get(url, follow_redirects=True)
        assert response.status_code == status, f"{url} answered {response.status}"
        return Page(response, self._soup)

    def _faults(self, response: TestResponse) -> Iterator[str]:
        html = response.mimetype == "text/html"
        shown = html and not 300 <= response.status_code < 400 and response.request.method != "HEAD"
        path = response.request.path
        yield from page_rules.answer_faults(
            response.headers,
            page=shown,
            tile_hosts=self.tile_hosts,
            embed=path.endswith("/embed") and response.status_code == 200,
            frames=path.endswith("/embed/make"),
        )
        soup, faults = _looked_at(response.text) if shown else (NOTHING, ())
        self._last, self._soup = response, soup
        if shown:
            yield from faults
            yield from (f"the page says {leak}" for leak in page_rules.LEAKS if leak in response.text)
            yield from self._title_faults(response, soup)
        if self.reader and "Set-Cookie" in response.headers and not soup.select("form[method=post i]"):
            yield f"a reader is given a cookie: {response.headers['Set-Cookie'].split('=')[0]}"

    def _title_faults(self, response: TestResponse, soup: BeautifulSoup) -> Iterator[str]:
        """Two pages that are not the same view of the site have titles that tell them apart."""
        title = soup.title.get_text(strip=True) if soup.title else ""
        path = urlsplit(response.request.url).path
        matched = self.application.url_map.bind("").test(path)
        if response.status_code != 200 or not matched:
            return
        endpoint = str(self.application.url_map.bind("").match(path)[0])
        other = self._titles.setdefault(title, endpoint)
        if other != endpoint:
            yield f"the title {title!r} is that of {other} too"


def soup_of(response: TestResponse) -> BeautifulSoup:
    """The page of an answer. Nobody changes it: it is that of every answer with the same text."""
    return _looked_at(response.text)[0]


@lru_cache(KEPT)
def _looked_at(text: str) -> tuple[BeautifulSoup, tuple[str, ...]]:
    """A page's text parsed, and what is wrong with its markup, which is the same each time."""
    soup = BeautifulSoup(text, "html.parser")
    return soup, tuple(page_rules.page_faults(soup))
