"""What is wrong with a file that was sent is listed by its rows, on the page and as a file to mend by."""

from __future__ import annotations

import json

import pytest

from tests.exchange.test_imports import ANSWERS, app, checked, listed, moderator, send, text, uploads_of, work
from tests.moderation.test_pages import press

__all__ = ["app", "moderator"]  # fixtures, used by their names


def test_each_problem_is_told_by_its_row_and_can_be_taken_as_a_file(app, moderator):
    rows = ("name,phone,postcode", "Lantern,0121 496 0123,B11 1AA", ",0121 496 0124,B13 8AA", "=Evil(),12,B13 8AA")
    page = checked(moderator, text(*rows))
    cells = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in page.soup.select("tbody tr")]
    assert [row[:3] for row in cells] == [["3", "name", ""], ["4", "phone", "12"]]
    assert [row[4] for row in cells] == ["row skipped", "value left out"]
    path = page.response.request.path
    file = moderator.get(f"{path}/problems.csv")
    assert file.headers["Cache-Control"] == "no-store"
    lines = file.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert [line.split(",")[0] for line in lines] == ["row", "3", "4"]
    assert "=" not in {line[line.index(",") + 1] for line in lines}
    page = press(moderator, moderator.page(path), "/go")
    work(app)
    assert listed(app) == ["added", "added"]


def test_a_postcode_that_nobody_knows_is_told_and_its_row_imported(app, moderator):
    page = checked(moderator, text("name,postcode", "Lantern,EC4 7JN", "Choir,B11 1AA"))
    ((_row, *cells),) = [
        [cell.get_text(strip=True) for cell in row.select("th, td")] for row in page.soup.select("tbody tr")
    ]
    assert (_row, cells[:2], cells[3]) == ("2", ["postcode", "EC4 7JN"], "kept, without a place on the map")
    assert "Postcodes to look at 1 Without a place on the map 1" in page.text
    path = page.response.request.path
    file = moderator.get(f"{path}/problems.csv").get_data(as_text=True)
    assert "EC4 7JN" in file
    assert file.strip().endswith('"kept, without a place on the map"')
    press(moderator, page, "/go")
    work(app)
    assert listed(app) == ["added", "added"]
    page = moderator.page(path)
    assert "Postcodes to look at 1 Without a place on the map 1" in page.text
    assert "EC4" not in page.text


def test_a_control_character_of_a_row_is_told_and_not_said_again(app, moderator):
    sent = send(moderator, text("name,town", "Lan\x00tern,B", "Choir\x1b[2J,C"), "a.csv")
    page = press(moderator, sent, "/columns", **ANSWERS)
    assert "NUL characters" in page.text
    list_of_problems = moderator.get(f"{page.response.request.path}/problems.csv")
    for answer in (sent.response, page.response, list_of_problems):
        assert not set(answer.data) & {0, 0x1B}
    assert "Lan\ufffdtern" in list_of_problems.get_data(as_text=True)


@pytest.mark.parametrize(("fatal", "says"), [(True, "row skipped"), (False, "value left out")])
def test_a_list_that_an_older_version_kept_is_shown(app, moderator, fatal, says):
    page = checked(moderator, text("name,phone", "Lantern,12"))
    (file,) = (path for path in uploads_of(app) if path.suffix == ".json")
    report = json.loads(file.read_text())
    (problem,) = report["problems"]
    del problem["outcome"]
    file.write_text(json.dumps({**report, "problems": [{**problem, "fatal": fatal}]}))
    path = page.response.request.path
    assert moderator.page(path).soup.select("tbody td")[-1].get_text(strip=True) == says
    assert says in moderator.get(f"{path}/problems.csv").get_data(as_text=True)
