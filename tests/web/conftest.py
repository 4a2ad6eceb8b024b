"""A small application with the kit alone: a page, a form, a file, a view that forgot its audience."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, abort, request
from flask.testing import FlaskClient
from jinja2 import DictLoader

from directory.core.errors import Conflict, Invalid, NotFound, TooMuch, Unavailable
from directory.infra.i18n import languages
from directory.infra.place import load_place
from directory.infra.settings import load
from directory.web import errors, install
from directory.web.access import Who, open_to, visitors
from directory.web.people import Ask

MakeApp = Callable[..., Flask]
TEMPLATES = {f"errors/{status}.html": f"<h1>Error {status}</h1>" for status in (*errors.PAGES, errors.SLOW)}
LONG = "Food, warmth and company. " * 100
FAILURES = {
    "not-found": NotFound("the listing secret-refuge at /var/lib/directory"),
    "invalid": Invalid("postcode", "B12 9QR", "a postcode"),
    "conflict": Conflict("someone else"),
    "unavailable": Unavailable("the geocoder at 10.0.0.1"),
    "too-much": TooMuch("the search for refuge took 2 s"),
    "mistake": ZeroDivisionError("/opt/directory/app.py line 3"),
}
pages = Blueprint("pages", __name__)


@pages.get("/")
@open_to(Who.ANYONE)
def home() -> str:
    return LONG


@pages.get("/things/<slug>")
@open_to(Who.ANYONE)
def thing(slug: str) -> str:
    return slug


@pages.post("/send")
@open_to(Who.ANYONE)
def send() -> str:
    return str(len(request.form))


@pages.get("/staff")
@open_to(Who.MODERATOR, Who.ADMINISTRATOR)
def staff() -> str:
    return "the queue"


@pages.get("/forgotten")
def forgotten() -> str:
    return "nobody said who may read this"


@pages.get("/fails/<how>")
@open_to(Who.ANYONE)
def fails(how: str) -> str:
    if how.isdigit():
        abort(int(how))
    raise FAILURES[how.partition(".")[0]]


@pages.get("/secret-link")
@open_to(Who.ANYONE)
def secret_link() -> Response:
    return Response("yours", headers={"Referrer-Policy": "no-referrer"})


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """An application with the kit and the settings given: ``make_app(SITE_ADDRESS="https://...")``."""

    def make(present: Callable[[], frozenset[Who]] = visitors, ask: Ask | None = None, **given: str) -> Flask:
        static = tmp_path / "static"
        static.mkdir(exist_ok=True)
        (static / "app-ABCD1234.css").write_text("body { color: black }")
        (static / "manifest.json").write_text(json.dumps({"app.css": "app-ABCD1234.css"}))
        settings = load({f"DIRECTORY_{name}": value for name, value in given.items()}, tmp_path)
        place = load_place("birmingham")
        app = Flask(__name__, static_folder=None)
        app.jinja_loader = DictLoader(TEMPLATES)
        install(
            app,
            settings=settings,
            place=place,
            languages=languages(["en", "cy"], pseudo=True),
            ask_samples=lambda _session: False,
            static_folder=static,
            present=present,
            ask=ask,
        )
        app.register_blueprint(pages)
        return app

    return make


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
