"""Who adds a group in these tests, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from directory.web import forms
from tests.support.filling import Filler
from tests.support.pages import Page, PageClient

VENUE: dict[str, dict[str, Any]] = {  # a food bank in a hall: a typical group, page by page
    "/add/who": {"register": "charity", "charity": "1000009", "name": "Ladywood Lantern Larder", "kind": "charity"},
    "/add/what": {"name": "Food bank", "about": "Parcels for whoever is short.", "needs": ["food"]},
    "/add/where": {"how": ["in-person"], "visibility": "exact"},
    "/add/place": {"venue": "Lantern Hall", "line_1": "12 Example Road", "postcode": "b11 1aa"},
    "/add/when": {"opens_1": "10am", "closes_1": "1pm", "opens_3": "14:00", "closes_3": "4pm"},
    "/add/reach": {"phone": "01214960000", "email": "hello@example.org", "role": "any volunteer"},
    "/add/details": {"cost": "free", "access": ["step-free"], "languages": "Urdu"},
    "/add/you": {"email": "Vera@example.org", "agreed": "1"},
}
NEIGHBOURS: dict[str, dict[str, Any]] = {  # a mutual-aid group without an address
    "/add/who": {"register": "none", "name": "Gravelly Lane Neighbours", "kind": "mutual-aid"},
    "/add/what": {"name": "Errands", "about": "We shop for each other.", "needs": ["company"]},
    "/add/where": {"how": ["visits-you", "phone"], "served": "*place"},
    "/add/reach": {"phone": "0121 496 0007"},
    "/add/details": {"cost": "free"},
    "/add/you": {"email": "otto@example.org", "agreed": "1"},
}


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests fill in more quickly than people do."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)


@pytest.fixture
def filler(client: PageClient) -> Filler:
    """Somebody who fills in forms."""
    client.reader = False  # they begin with a form, and have its cookie from then on
    return Filler(client)


@pytest.fixture
def say(filler: Filler) -> Callable[[dict[str, dict[str, Any]]], Page | None]:
    """Fills in pages one after the other: ``say(VENUE)``; the page that follows the last."""

    def said(answers: dict[str, dict[str, Any]]) -> Page | None:
        page = None
        for url, typed in answers.items():
            page = filler.send(url, **typed)
        return page

    return said
