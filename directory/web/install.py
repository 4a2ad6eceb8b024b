"""Everything a page relies on, put into the application in the right order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.infra.db import Reader
from directory.infra.i18n import Language, add_languages
from directory.infra.place import Place
from directory.infra.settings import Settings
from directory.web import access, people
from directory.web.addresses import add_addresses, language
from directory.web.assets import add_assets
from directory.web.compress import add_compression
from directory.web.conditional import add_conditional
from directory.web.cookies import add_cookies
from directory.web.errors import add_errors
from directory.web.headers import add_headers
from directory.web.layout import add_layout
from directory.web.limits import add_limits
from directory.web.standbys import add_standbys
from directory.web.whole import add_whole
from directory.web.words import add_words

UNCOUNTED = frozenset({"/health", "/ready"})  # what a monitor asks, all day


def install(
    app: Flask,
    *,
    settings: Settings,
    place: Place,
    languages: Sequence[Language],
    ask_samples: Callable[[Reader], bool],
    present: Callable[[], frozenset[access.Who]] = access.visitors,
    ask: people.Ask | None = None,
    static_folder: Path | None = None,
) -> None:
    """Make ``app`` answer as the promises say. Call it before any route is added.

    ``languages``: the place's own first. ``ask_samples``: whether invented listings are published. ``ask``: who has
    signed in; without it everybody is ``present()``. Give ``app`` ``files.templates()`` and ``static_folder=None``.
    """
    tiles_url = place.tiles_url if settings.tiles_url is None else settings.tiles_url
    tiles_url = "" if settings.tiles_file else tiles_url  # they come from here
    _settle(app)

    add_cookies(app, secret_key=settings.secret_key, secure=settings.secure)
    # What is added last runs first on the answer: it gets its ETag, is compressed, and gets its headers.
    add_headers(app, tiles_url=tiles_url, secure=settings.secure)
    add_compression(app)
    add_conditional(app, repr(place), settings.site_address, tiles_url, str(settings.tiles_file))
    add_standbys(app, settings)
    # What is added first runs first on the request.
    add_limits(app, reads_a_minute=settings.reads_a_minute, exempt=UNCOUNTED)
    people.add_people(app, ask, present)
    add_errors(app)
    add_languages(app, languages, language)
    add_words(app)
    add_whole(app)
    add_layout(app, place=place, languages=languages, ask_samples=ask_samples)
    # Of the wrappers, the last added is asked first.
    add_addresses(app, languages=[each.code for each in languages], site_address=settings.site_address)
    add_assets(app, secure=settings.secure, folder=static_folder)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign] # Flask says to


def _settle(app: Flask) -> None:
    # An address has one form: a redirect to another would be built from the Host that the visitor sent.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    # No view of ours is a coroutine: Flask would look for one in each of a dozen functions of every request.
    app.ensure_sync = _as_it_is  # type: ignore[method-assign,assignment] # Flask says to override it


def _as_it_is(view: Callable[..., Any]) -> Callable[..., Any]:
    return view
