"""A moderator imports a spreadsheet with three faults, in a browser: wide and narrow, with and without JavaScript."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Error, Page, expect

from tests.e2e.desk import Desk, opened_desk
from tests.e2e.site import SIZES, WIDE, sideways, small_targets
from tests.support.browsers import WAIT_S, axe

HEAD = ("Ref", "Organisation", "What they do", "Telephone", "Post code", "Lat", "Long", "Show the place")
RIGHT = ("1", "Lantern Meals", "Hot suppers for whoever comes.", "0121 496 0123", "B11 1AA", "", "", "exact")
FAULTS = (
    ("2", "", "Boards are brought.", "0121 496 0124", "B13 8AA", "", "", ""),
    ("3", "Hall End singers", "Songs.", "0121 496 0125", "B12", "", "", ""),
    ("4", "Canal rangers", "Walks.", "0121 496 0126", "B11 1AA", "999", "-1.88", ""),
)
MENDED = (
    ("2", "Chess in the park", *FAULTS[0][2:]),
    (*FAULTS[1][:4], "B12 9SE", *FAULTS[1][5:]),
    (*FAULTS[2][:5], "", "", ""),
)
EMPTIED = "window.emptied = true;"


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with opened_desk(tmp_path / "instance") as found:
        yield found


@pytest.fixture
def at_desk(desk: Desk, open_page: Callable[..., Page]) -> Callable[..., Page]:
    return lambda **options: desk.enter(open_page(desk.server, **options))


@pytest.fixture
def spreadsheet(tmp_path) -> Callable[..., Path]:
    def made(name: str, *rows: tuple[str, ...]) -> Path:
        book = Workbook()
        assert book.active is not None
        for row in (HEAD, *rows):
            book.active.append(row)
        path: Path = tmp_path / name
        book.save(path)
        return path

    return made


@contextmanager
def between_pages(page: Page) -> Iterator[None]:
    """What is asked of a page that its script is leaving just now is not answered: the next one is waited for."""
    try:
        yield
    except Error as gone:
        if "navigation" not in str(gone):
            raise
        page.wait_for_load_state()


def looked_at(page: Page) -> None:
    """The page fits, can be pressed, and axe finds nothing; that of an import's progress may go on meanwhile."""
    for _ in range(3):
        with between_pages(page):
            looked_once(page)
            return
    looked_once(page)


def looked_once(page: Page) -> None:
    page.wait_for_load_state()  # with its styles
    size = page.viewport_size
    assert size is not None
    assert sideways(page) <= size["width"], page.url
    assert small_targets(page) == [], page.url
    if page.evaluate("document.body.classList.contains('js-enabled') || window.emptied"):  # axe is a script too
        axe(page)


def send(page: Page, file: Path) -> None:
    """Send a file, and answer what its columns are."""
    page.goto("/moderate/imports")
    page.get_by_label("Which file?").set_input_files(file)
    looked_at(page)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What are the columns?")
    expect(page.get_by_label("Telephone")).to_have_value("phone")
    looked_at(page)
    page.get_by_label("What is this list called?").fill("Town hall list")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Exactly").check()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("checked")
    looked_at(page)


def until(page: Page, words: str) -> None:
    """Wait until the page says so: its script asks again; without one, somebody presses the link."""
    heading = page.get_by_role("heading", level=1)
    for _ in range(int(WAIT_S)):
        if words in heading.inner_text():
            return
        page.wait_for_timeout(1_000)
        with between_pages(page):
            link = page.get_by_role("link", name="Look again")
            if not page.evaluate("document.body?.classList.contains('js-enabled') ?? true") and link.count():
                link.click()
    expect(heading).to_contain_text(words)


@pytest.mark.parametrize(
    "how",
    [
        "wide",
        "narrow with empty scripts",
        pytest.param("narrow", marks=pytest.mark.soak),
        pytest.param("narrow without a script", marks=pytest.mark.soak),  # the same as above, as far as axe can look
    ],
)
def test_a_spreadsheet_with_three_faults_is_mended_imported_and_taken_back(desk, at_desk, spreadsheet, how):
    page = at_desk(**(WIDE if how == "wide" else SIZES["narrow"]), java_script_enabled="without" not in how)
    if "empty" in how:  # as without a script, but that axe can look
        page.route("**/*.js", lambda route: route.fulfill(body=EMPTIED, content_type="text/javascript"))
    send(page, spreadsheet("groups.xlsx", RIGHT, *FAULTS))
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(3)
    for at, (number, column) in enumerate((("3", "Organisation"), ("4", "Post code"), ("5", "Lat"))):
        expect(rows.nth(at)).to_contain_text(number)
        expect(rows.nth(at)).to_contain_text(column)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the list (CSV)").click()
    told = list(csv.reader(taken.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [row[:2] for row in told[1:]] == [["3", "Organisation"], ["4", "Post code"], ["5", "Lat"]]
    page.get_by_role("button", name="Throw the file away").click()
    send(page, spreadsheet("mended.xlsx", RIGHT, *MENDED))
    expect(page.locator("table")).to_have_count(0)
    page.get_by_role("button", name="Import 4 organisations").click()
    looked_at(page)
    until(page, "mended.xlsx: imported")
    looked_at(page)
    reader = at_desk(**WIDE)
    reader.goto("/listings/chess-in-the-park")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Chess in the park")
    page.get_by_role("button", name="Take this import back").click()
    until(page, "mended.xlsx: taken back")
    looked_at(page)
    page.get_by_role("link", name="All imports").click()
    expect(page.locator("main")).to_contain_text("Town hall list, taken back")
    looked_at(page)
    reader.goto("/search?q=chess")
    expect(reader.locator("main")).not_to_contain_text("Chess in the park")


@pytest.mark.parametrize("how", ["wide", "narrow without a script"])
def test_what_a_newer_file_lacks_is_looked_at_taken_out_and_put_back(desk, at_desk, spreadsheet, how):
    page = at_desk(**(WIDE if how == "wide" else SIZES["narrow"]), java_script_enabled="without" not in how)
    for name, rows in (("first.xlsx", (RIGHT, *MENDED)), ("newer.xlsx", (RIGHT, *MENDED[1:]))):
        send(page, spreadsheet(name, *rows))
        page.get_by_role("button", name="Import", exact=False).click()
        until(page, f"{name}: imported")
    page.get_by_role("link", name="All imports").click()
    looked_at(page)
    page.get_by_role("link", name="1 listing is not in it any more").click()
    expect(page.locator("main")).to_contain_text("Chess in the park")
    looked_at(page)
    page.get_by_role("button", name="Take 1 listing out").click()
    until(page, "was taken out")
    looked_at(page)
    reader = at_desk(**WIDE)
    reader.goto("/search?q=chess")
    expect(reader.locator("main")).not_to_contain_text("Chess in the park")
    page.get_by_role("button", name="Put them back").click()
    until(page, "was put back")
    looked_at(page)
    reader.goto("/listings/chess-in-the-park")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Chess in the park")


@pytest.mark.parametrize("how", ["wide", "narrow"])
def test_a_row_whose_postcode_nobody_knows_is_shown_before_it_is_imported(at_desk, spreadsheet, how):
    page = at_desk(**(WIDE if how == "wide" else SIZES["narrow"]))
    send(page, spreadsheet("groups.xlsx", RIGHT, (*MENDED[0][:4], "EC4 7JN", *MENDED[0][5:])))
    (row,) = page.locator("table tbody tr").all()
    for words in ("3", "Post code", "EC4 7JN", "look for a typing error", "kept, without a place on the map"):
        expect(row).to_contain_text(words)
    expect(page.locator("dl")).to_contain_text("Postcodes to look at")
