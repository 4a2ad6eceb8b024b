"""Views are asked for words, so they need a language; pages need the whole application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from directory.infra.i18n import add_languages, languages


@pytest.fixture
def speaking() -> Iterator[Flask]:
    """A request in English, without pages."""
    app = Flask(__name__, static_folder=None)
    add_languages(app, languages(["en", "cy"], pseudo=True), lambda: "en")
    with app.test_request_context():
        yield app
