"""A search that takes too long ends, and its page says so and what to do."""

from __future__ import annotations

import pytest


@pytest.fixture
def slow(app, monkeypatch):
    """A reader of a site on which every search takes too long."""
    reader = app.test_client()
    assert reader.get("/search?q=choir").status_code == 200  # opens what is opened once
    monkeypatch.setattr("directory.search.sqlite.STEPS", 1)
    monkeypatch.setattr(app.extensions["directory"].index, "_limit_s", -1.0)
    return reader


def test_the_page_says_what_happened_and_what_to_do(slow):
    page = slow.page("/search?q=food", status=503)
    assert page.h1 == "That search takes too long"
    assert "use fewer or other words, say where you are" in page.text
    assert page.response.headers["Retry-After"] == "30"
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/search.csv?q=food", "/map/features?bbox=-2,52,-1,53&zoom=9&q=food"])
def test_a_program_is_told_too(slow, path):
    answer = slow.get(path)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert "ask for less" in answer.json["detail"]
