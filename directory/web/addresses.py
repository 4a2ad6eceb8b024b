"""The one function that makes addresses, and the language that an address begins with.

``/cy/search`` is ``/search`` in Welsh; no prefix is the place's own language. Readers get no cookie, so the
address says everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, g, has_request_context, request
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGE: Final = "directory.language"  # in the WSGI environment: which language the address asked for
_EXTENSION: Final = "directory.addresses"


class LanguagePrefix:
    """WSGI middleware: takes a language prefix off the path, and notes the language for ``language()``."""

    def __init__(self, application: WSGIApplication, languages: Sequence[str]) -> None:
        self.application = application
        self.own, *others = languages
        self.others = {f"/{code}": code for code in others}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, its path without the prefix."""
        path = environ.get("PATH_INFO", "")
        end = path.find("/", 1)
        code = self.others.get(path[:end] if end > 0 else path)
        if code is not None:
            environ["PATH_INFO"] = path[end:] if end > 0 else "/"
        environ[LANGUAGE] = code or self.own
        return self.application(environ, start_response)


class Addresses:
    """Makes the addresses of one application, in each of its languages."""

    def __init__(self, app: Flask, languages: Sequence[str], site_address: str) -> None:
        site = urlsplit(site_address)
        self.own = languages[0]
        self.languages = frozenset(languages)
        self.root = site_address.rstrip("/")
        self._adapter: MapAdapter = app.url_map.bind(site.netloc, url_scheme=site.scheme)
        self._plain: dict[str, str] = {}  # endpoint without parameters: path. The layout asks for a dozen a page.

    def path(self, endpoint: str, params: dict[str, Any], language: str) -> str:
        """The path and query of a page, with its language prefix. Raises werkzeug's BuildError."""
        if params:
            found = self._adapter.build(endpoint, params)
        else:
            found = self._plain.get(endpoint) or self._plain.setdefault(endpoint, self._adapter.build(endpoint))
        return self.prefixed(found, language)

    def prefixed(self, path: str, language: str) -> str:
        """``path``, which has no prefix, in ``language``. Raises ValueError for one the site is not in."""
        if language == self.own:
            return path
        if language not in self.languages:
            raise ValueError(f"{language!r} is not a language of this site")
        return f"/{language}{path}"


def add_addresses(app: Flask, *, languages: Sequence[str], site_address: str) -> Addresses:
    """Let ``app`` read language prefixes and ``address()`` write them. The place's own language is first."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app, languages)  # type: ignore[method-assign] # Flask's documented way
    made = app.extensions[_EXTENSION] = Addresses(app, languages, site_address)
    app.jinja_env.globals["address"] = address
    return made


def language() -> str:
    """The language of the request, or the place's own outside one."""
    if has_request_context():
        found: str | None = request.environ.get(LANGUAGE)
        if found is not None:
            return found
    elif (spoken := g.get("speaking")) is not None:
        return str(spoken)
    return _addresses().own


def address(endpoint: str, *, in_language: str | None = None, absolute: bool = False, **params: Any) -> str:
    """The address of a page: ``address("browse.listing", slug="art-club")``.

    In the language of the request unless told otherwise. ``absolute`` ones begin with the configured site
    address, never with the Host that a visitor sent. Parameters that no rule has become the query; None is
    left out.
    """
    made = _addresses()
    path = made.path(endpoint, params, in_language or language())
    return made.root + path if absolute else path


def site_address(path: str, *, in_language: str = "") -> str:
    """``path``, which has no prefix, as people outside the site must have it: absolute, in a language of the site."""
    made = _addresses()
    return made.root + made.prefixed(path, in_language if in_language in made.languages else made.own)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """What is written within, outside a request, is in the language ``code``, or else the place's own."""
    made = _addresses()
    with current_app.app_context():  # for words and dates of its own
        g.speaking = code if code in made.languages else made.own
        yield


def same_page(in_language: str, *, absolute: bool = False) -> str:
    """The address of the page that is being shown, query included, in another language."""
    made = _addresses()
    query = request.query_string.decode("latin-1")
    path = made.prefixed("/" + quote(request.path.lstrip("/")), in_language)  # "//" would begin another site's address
    return f"{made.root if absolute else ''}{path}{'?' if query else ''}{query}"


def _addresses() -> Addresses:
    found: Addresses = current_app.extensions[_EXTENSION]
    return found
