"""An exporter takes columns that are not public, in a browser: wide and narrow, with and without JavaScript."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import Desk, opened_desk
from tests.e2e.site import SIZES, WIDE, sideways, small_targets
from tests.support.browsers import axe
from tests.support.records import given_location, given_record

PURPOSE = "To invite the groups of two halls to a meeting"


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with opened_desk(tmp_path / "instance") as found:
        soup = given_record("Soup kitchen", given_location("Hall"), given_location("Church"), service="Soup")
        found.listed(soup, given_record("Advice", given_location("Office"), service="Debt advice", needs=("money",)))
        found.looked_after(soup, "steward")
        yield found


@pytest.fixture
def exporter(desk: Desk, open_page: Callable[..., Page]) -> Callable[..., Page]:
    return lambda **options: desk.enter(open_page(desk.server, **options), "exporter")


def looked_at(page: Page) -> None:
    """The page fits, can be pressed, and axe finds nothing."""
    size = page.viewport_size
    assert size is not None
    assert sideways(page) <= size["width"], page.url
    assert small_targets(page) == [], page.url
    if page.evaluate("document.body.classList.contains('js-enabled')"):  # axe is a script too
        axe(page)


def rows(page: Page) -> tuple[str, list[dict[str, str]]]:
    """Press the button; what the file is called, and its rows."""
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take the file").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    return taken.value.suggested_filename, list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("how", ["wide", "narrow", "narrow without a script"])
def test_an_exporter_takes_places_of_a_search_for_a_purpose_and_it_is_written_down(exporter, how, complaints):
    page = exporter(**(WIDE if how == "wide" else SIZES["narrow"]), java_script_enabled="without" not in how)
    page.goto("/account")
    page.get_by_role("link", name="Take columns that are not public").click()
    expect(page.locator("main")).to_contain_text("Nothing was taken yet")
    looked_at(page)
    page.goto("/data/staff?need=food")
    expect(page.locator("main")).to_contain_text("need=food")
    page.get_by_role("button", name="Take the file").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what you need rows of")
    for fault in ("Choose the columns that you need", "Say what you need them for"):
        expect(page.get_by_role("alert")).to_contain_text(fault)
    looked_at(page)
    page.get_by_label("Places").check()
    page.get_by_label("steward_emails").check()
    page.get_by_label("What do you need them for?").fill(PURPOSE)
    name, found = rows(page)
    assert "NOT-PUBLIC-locations" in name
    assert [(row["organisation"], row["venue"], row["steward_emails"]) for row in found] == [
        ("Soup kitchen", "Hall", "steward@example.org"),
        ("Soup kitchen", "Church", "steward@example.org"),
    ]
    assert all(row["not_public"].startswith("Not public. Extract ") and PURPOSE in row["not_public"] for row in found)
    page.goto("/data/staff")
    (told,) = page.locator("table tbody tr").all()
    complaints[:] = [said for said in complaints if "status of 400" not in said]  # of the form that was not filled in
    for words in ("exporter@example.org", PURPOSE, "locations.steward_emails", "2"):
        expect(told).to_contain_text(words)
    looked_at(page)
