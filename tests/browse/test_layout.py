"""The parts of the layout that are drawn once and kept: no page is given another's."""

from __future__ import annotations

import pytest

from tests.support.apps import SAMPLED

LISTED = "0123456789ab"


@pytest.fixture
def client(make_app, databases):
    return make_app(databases.copy_of(SAMPLED, "sqlite"), pseudo="1").test_client()


def marked(client, path):
    """What the menu says is shown, and the whole menu's addresses."""
    menu = client.page(path, status=404 if path == "/nowhere" else 200).soup.select_one(".menu")
    return [link.text.strip() for link in menu.select("[aria-current]")], [link["href"] for link in menu.select("a")]


def test_each_page_marks_itself_in_the_menu_whichever_was_drawn_before(client):
    for _again in range(2):
        assert marked(client, "/")[0] == []
        assert marked(client, "/search?q=food")[0] == ["Search"]
        assert marked(client, "/map")[0] == ["Map"]
        assert marked(client, "/add")[0] == ["Add your group"]
        assert marked(client, "/nowhere")[0] == []


def test_a_shortlist_is_carried_by_who_has_one_and_by_nobody_else(client):
    plain = marked(client, "/search")[1]
    carried = marked(client, f"/search?list={LISTED}")[1]
    assert len(carried) == len(plain) + 1
    assert not any(LISTED in url for url in plain)
    assert [LISTED in url for url in carried] == [True, True, True, True, False]
    assert marked(client, "/search")[1] == plain


def test_each_language_has_its_own(client):
    for _again in range(2):
        for prefix in ("", "/ar-XB", "/en-XA"):
            page = client.page(f"{prefix}/search")
            addresses = {link["href"] for link in page.soup.select(".menu a, .footer a, .brand")}
            assert {f"{prefix}/search", f"{prefix}/about", f"{prefix}/"} <= addresses
            assert all(url.startswith(f"{prefix}/") for url in addresses)
            assert (page.soup.select_one(".menu [aria-current]").text == "Search") == (prefix == "")
