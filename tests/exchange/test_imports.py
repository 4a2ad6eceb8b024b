"""A moderator sends a spreadsheet, mends its faults, imports it and takes it back, in the browser."""

from __future__ import annotations

import stat
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook

from directory.core.errors import Unavailable
from directory.exchange import jobs
from directory.exchange.jobs import forget_uploads, import_files
from directory.exchange.rules.uploads import State
from directory.exchange.service import importing
from directory.exchange.service.uploads import private, rows_file
from directory.infra import clock
from directory.infra.db import reading
from directory.publishing import queries as publishing
from tests.moderation.test_pages import press
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.pages import Page, soup_of

HEAD = ("Ref", "Organisation", "About", "Telephone", "Post code", "Services", "Show the place")
GOOD = (
    ("1", "Lantern Meals", "Hot suppers for whoever comes.", "0121 496 0123", "B11 1AA", "Supper club", "exact"),
    ("2", "Chess in the park", "Boards are brought.", "0121 496 0124", "B13 8AA", "Chess", ""),
)
ANSWERS = {"source": "Town hall list", "own": "yes", "visibility": "exact"}


def workbook(*rows, head=HEAD):
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    made = BytesIO()
    book.save(made)
    made.seek(0)
    return made


@pytest.fixture(params=KINDS)
def app(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param))


@pytest.fixture
def moderator(as_person):
    return as_person("moderator")


def send(client, file, name="groups.xlsx"):
    page = client.page("/moderate/imports")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    # Written here: the client would put a large file into a temporary one, and leave that open.
    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--x\r\n'
    head += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + file.getvalue() + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/moderate/imports", data=body, content_type=kind, follow_redirects=True)
    return Page(answer, soup_of(answer))


def work(app):
    with app.app_context():
        return import_files(clock.now())


def listed(app):
    with app.app_context(), reading() as session:
        return sorted(str(change.what) for change in publishing.changes_since(session, 0, limit=100))


def uploads_of(app):
    return sorted(path for path in Path(app.instance_path, "uploads").glob("*"))


def test_a_spreadsheet_is_sent_checked_imported_and_taken_back(app, moderator):
    page = send(moderator, workbook(*GOOD))
    assert page.h1 == "What are the columns?"
    guessed = {
        select.find_parent("div").label.text: select.select_one("option[selected]")["value"]
        for select in page.soup.select("select")
    }
    assert guessed == {
        "Ref": "id",
        "Organisation": "name",
        "About": "description",
        "Telephone": "phone",
        "Post code": "postcode",
        "Services": "service",
        "Show the place": "visibility",
    }
    (rows,) = uploads_of(app)
    assert stat.S_IMODE(rows.stat().st_mode) == 0o600
    page = press(moderator, page, "/columns", **ANSWERS)
    assert "checked" in page.h1
    assert "Lantern Meals" in page.text
    assert listed(app) == []
    page = press(moderator, page, "/go")
    assert "is being imported" in page.h1
    work(app)
    path = page.response.request.path
    page = moderator.page(path)
    assert page.h1 == "groups.xlsx : imported"
    assert listed(app) == ["added", "added"]
    assert uploads_of(app) == []
    page = press(moderator, page, "/undo")
    work(app)
    assert moderator.page(path).h1 == "groups.xlsx : taken back"
    assert listed(app) == ["added", "added", "removed", "removed"]


def checked(client, file, name="groups.csv", **answers):
    """The page of a file that was sent and checked."""
    page = send(client, file, name)
    assert page.h1 == "What are the columns?", page.text
    return press(client, page, "/columns", **{**ANSWERS, **answers})


def text(*lines, end="\r\n", encoding="utf-8"):
    return BytesIO(end.join(lines).encode(encoding))


BOMB = BytesIO(b"PK\x03\x04" + b"\x00" * 100)


@pytest.mark.parametrize(
    ("file", "name", "says"),
    [
        (BytesIO(b""), "a.csv", "this one is empty"),
        (BytesIO(b"%PDF-1.7"), "a.pdf", "PDF"),
        (BytesIO(b"\x89PNG\r\n\x1a\n" + b"\x00" * 600), "a.csv", "a picture"),
        (BytesIO(b"na\x00me\ttown\nA\tB"), "a.csv", "no text"),
        (BytesIO(b"\xd0\xcf\x11\xe0" + b"\x00" * 600), "a.xls", "old Excel file"),
        (BOMB, "a.xlsx", "save it again"),
        (text("name,town"), "a.csv", "has none"),
        (text("name,name", "a,b"), "a.csv", "different names"),
        (text(",".join(f"c{at}" for at in range(10_000)), "x"), "a.csv", "at most 1000"),
        (text(",".join(f"c{at}" for at in range(101)), "x"), "a.csv", "at most 100 columns"),
        (text(",,", "a,b,c"), "a.csv", "names of the columns"),
    ],
)
def test_a_file_that_cannot_be_used_says_so_and_nothing_of_it_is_kept(app, moderator, file, name, says):
    page = send(moderator, file, name)
    assert page.status == 400
    assert says in page.text
    assert uploads_of(app) == []


def test_without_a_file_one_is_asked_for(moderator):
    page = press(moderator, moderator.page("/moderate/imports"), "/imports")
    assert (page.status, "Choose a file" in page.text) == (400, True)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(app, moderator):
    answer = moderator.post("/moderate/imports", data=b"a" * (11 << 20), content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert uploads_of(app) == []


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("name,town\nCafé,Bâle\n".encode("cp1252"), ["Café"]),
        (b"\xef\xbb\xbfname,town\r\nA\xef\xbb\xbf,B\nC,D\rE,F", ["A", "C", "E"]),
        ('name\ttown\nA\t"B, the\tsecond"\n'.encode("utf-16"), ["A"]),
        (b'"name\nof group",town\nA,B\n', ["A"]),
        (b"name,town\nA,B\xff\xfe\x00\nC,D\n", ["C"]),
    ],
)
def test_encodings_marks_and_line_ends_are_as_they_come(app, moderator, body, names):
    page = checked(moderator, BytesIO(body))
    found = [head.get_text(strip=True).partition("(")[0].strip() for head in page.soup.select("h3")]
    assert [name.strip("\ufeff") for name in found] == names


def test_a_quote_that_is_never_closed_late_in_a_large_file_is_told_by_its_row(app, moderator):
    rows = [f"Group {at},{'What it does. ' * 40}" for at in range(300)]
    page = checked(moderator, text("name,what it does", *rows, '"Open,Somewhere', *rows[:5]))
    (row,) = page.soup.select("tbody tr")
    assert row.th.get_text() == "302"
    assert "close the quote" in row.get_text()
    assert listed(app) == []


def test_a_file_that_cannot_be_read_to_its_end_goes_back_and_cannot_be_imported(app, moderator, monkeypatch):
    monkeypatch.setattr("directory.exchange.service.reading.LONGEST_FIELD", 10_000)
    page = checked(moderator, text("name,town", "A,B", '"never closed', *["x"] * 10_000))
    assert page.h1 == "What are the columns?"
    assert "row 3" in page.text
    path = page.response.request.path.removesuffix("/columns")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    moderator.post(f"{path}/go", data={"csrf_token": token})
    work(app)
    assert listed(app) == []


def test_a_huge_cell_skips_its_row_alone(app, moderator):
    page = checked(moderator, text("name,what it does", f"A,{'x' * 3_000_000}", "C,D"))
    work(app)
    page = moderator.page(page.response.request.path)  # too large to be checked while somebody waits
    (row,) = page.soup.select("tbody tr")
    assert (row.th.get_text(), "20,000 characters" in row.get_text()) == ("2", True)
    assert "Import 1 organisation" in page.text


def test_a_choice_that_cannot_be_is_told_at_its_column(moderator):
    page = send(moderator, text("name,tel,mobile", "A,0121 496 0123,07700 900123"), "a.csv")
    page = press(moderator, page, "/columns", column_1="phone", column_2="phone", source="", own="yes")
    assert page.status == 400
    said = {link["href"]: link.get_text() for link in page.soup.select(".govuk-error-summary a")}
    assert said["#column_2"] == "Another column is this already: choose one of them"
    assert {"#source", "#visibility"} <= set(said)
    page = press(moderator, page, "/columns", column_0="", source="Sample", column_2="", visibility="exact")
    said = {link["href"]: link.get_text() for link in page.soup.select(".govuk-error-summary a")}
    assert said == {
        "#column_0": "Choose which column is this: Name of the organisation",
        "#source": "Choose another name: the directory uses this one itself",
    }


def test_what_stands_in_a_file_is_for_who_sent_it(app, moderator, as_person):
    page = checked(moderator, text("name,phone", "Lantern,12"))
    path = page.response.request.path
    other = as_person("other-moderator")
    assert other.get(f"{path}/columns").status_code == 404
    assert other.get(f"{path}/problems.csv").status_code == 404
    seen = other.page(path)
    assert "Lantern" not in seen.text
    token = other.page("/moderate/imports").soup.select_one("main input[name=csrf_token]")["value"]
    for deed in ("go", "drop"):
        assert other.post(f"{path}/{deed}", data={"csrf_token": token}).status_code == 404
    press(moderator, page, "/go")
    work(app)
    press(other, other.page(path), "/undo")
    work(app)
    assert listed(app) == ["added", "removed"]


def test_whoever_sends_the_same_list_again_changes_nothing_and_a_newer_one_what_it_says(app, moderator):
    for about, done in (("Soup", "1 Changed 0 As they were 0"), ("Soup", "0 Changed 0 As they were 1"),
                        ("Tea", "0 Changed 1 As they were 0")):  # fmt: skip
        page = checked(moderator, text("id,name,what it does", f"1,Lantern,{about}"))
        assert f"New {done}" in page.text
        path = page.response.request.path
        press(moderator, page, "/go")
        work(app)
        assert f"New {done}" in moderator.page(path).text


def test_a_file_is_thrown_away_at_once_or_after_a_week(app, moderator):
    page = checked(moderator, text("name,town", "A,B"))
    assert {path.suffix for path in uploads_of(app)} == {".rows", ".json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in uploads_of(app)} == {0o600}
    press(moderator, page, "/drop")
    assert uploads_of(app) == []
    page = checked(moderator, text("name,town", "A,B"))
    with app.app_context():
        forget_uploads(clock.now() + timedelta(days=6, hours=23))
        assert len(uploads_of(app)) == 2
        forget_uploads(clock.now() + timedelta(days=7, hours=1))
    assert uploads_of(app) == []
    assert moderator.get(page.response.request.path).status_code == 404


def test_a_file_that_no_row_knows_is_deleted_after_a_day(app):
    with app.app_context():
        stray = private(rows_file(Path(app.instance_path), UUID(int=1)))
        stray.close()
        forget_uploads(clock.now() + timedelta(hours=23))
        assert len(uploads_of(app)) == 1
        forget_uploads(clock.now() + timedelta(hours=25))
    assert uploads_of(app) == []


def test_an_import_that_was_cut_short_goes_on(app, moderator, monkeypatch):
    page = checked(moderator, text("name,town", *(f"Group {at},B" for at in range(60))))
    path = page.response.request.path
    press(moderator, page, "/go")
    monkeypatch.setattr(
        "directory.exchange.service.importing.Batches.__init__", lambda self: setattr(self, "_size", 25)
    )
    real = importing.step
    seen: list[str] = []

    def step(*arguments, **given):
        if len(seen) == 1:
            seen.append("cut")
            raise Unavailable("the machine went down")
        seen.append("done")
        return real(*arguments, **given)

    monkeypatch.setattr(importing, "step", step)
    with pytest.raises(Unavailable):
        work(app)
    assert len(listed(app)) == 25
    assert "25 of 60 rows" in moderator.page(path).text
    work(app)
    assert len(listed(app)) == 60
    page = moderator.page(path)
    assert page.h1 == "groups.csv : imported"
    assert "New 60 Changed 0 As they were 0" in page.text


def test_the_template_filled_in_is_imported_whole(app, moderator):
    answer = moderator.get("/data/template.xlsx")
    book = load_workbook(BytesIO(answer.get_data()))
    sheet = book["listings"]
    names = [cell.value for cell in sheet[1]]
    assert names == moderator.get("/data/template.csv").get_data(as_text=True).removeprefix("\ufeff").strip().split(",")
    filled = {
        "id": "lm-1", "name": "Lantern Meals", "kind": "Charity", "needs": "Food", "free": "yes",
        "phone": "0121 496 0123", "postcode": "B11 1AA", "show the place": "exact", "hours": "Mon 10:00-12:00",
        "languages": "English; Urdu", "access": "Step-free", "how": "In person",
    }  # fmt: skip
    offered = {name: [cell.value for cell in column[1:] if cell.value] for name, column in zip(
        names, book["lists"].iter_cols(max_col=len(names)), strict=True)}  # fmt: skip
    for name in ("kind", "needs", "how", "access"):
        filled[name] = offered[name][0]
    for name, value in filled.items():
        sheet.cell(2, names.index(name) + 1, value)
    saved = BytesIO()
    book.save(saved)
    saved.seek(0)
    page = checked(moderator, saved, "filled.xlsx")
    assert page.soup.select("tbody tr") == [], page.text
    assert "2 other sheets" not in page.text
    press(moderator, page, "/go")
    work(app)
    assert listed(app) == ["added"]


def test_each_file_that_fails_is_told_and_none_keeps_another(app, monkeypatch):
    rows, tried = [SimpleNamespace(id=number, state=State.CHECKING.value) for number in range(3)], []

    def step(number, _now):
        tried.append(number)
        if number:
            raise OSError(number)

    monkeypatch.setattr("directory.exchange.queries.uploads.at_work", lambda _session: rows)
    monkeypatch.setattr(jobs, "_STEPS", {State.CHECKING: step})
    with app.app_context(), pytest.raises(ExceptionGroup) as told:
        import_files(clock.now())
    assert tried == [0, 1, 2]
    assert [str(each) for each in told.value.exceptions] == ["1", "2"]
