"""LibreOffice opens what leaves without changing it, and what it saves comes in as it was typed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from directory import app as product
from directory.exchange.rules.tables import LISTED, LOCATIONS, OFFERINGS, ORGANISATIONS, SERVICES
from directory.infra.db import reading
from directory.publishing import queries as publishing
from tests.exchange.published import rows_of
from tests.exchange.test_imports import ANSWERS, send, work
from tests.moderation.test_pages import press

pytestmark = [pytest.mark.interop, pytest.mark.timeout(600)]

# As somebody types it: what spreadsheets like to take for numbers, dates and formulas.
TYPED = (
    {"name": "Łódź & café society", "phone": "01214960123", "website": "https://example.org/a?b=1&c=2",
     "what it does": "Cakes; “and” more, £3.", "service": "1/2 price lunch", "cost": "£2 towards lunch",
     "free": "no", "hours": "Mon 10:00-12:00", "venue": "3-4 The Parade", "address": "007 Example Road",
     "town": "Birmingham", "postcode": "B11 1AA", "latitude": "52.4573", "longitude": "-1.8716",
     "show the place": "exact", "company number": "01234567"},
    {"name": "مطبخ الحي", "phone": "+44 121 496 0124", "what it does": "طعام ساخن لكل من يأتي.",
     "service": "=Formula club", "about the service": "@home, and -5 degrees", "needs": "Food", "cost": "-",
     "how": "In person", "area served": "B11", "email": "hello@example.org"},
    {"name": "+ Plus group", "phone": "07700 900123", "service": "-Minus club", "wants": "=1+1; volunteers",
     "venue": "0121 Do One", "address": "1E5 Mill Lane", "town": "Birmingham", "postcode": "B13 8AA",
     "show the place": "approximate", "charity number": "1000003"},
)  # fmt: skip
OWN = {"listing", "changed", "confirmed", "source"}  # of each publication
IDS = {"organisation_id", "offering_id", "service_id", "location_id"}  # follow from what the source is called


def filled(client, folder: Path) -> Path:
    """The template with three rows."""
    book = load_workbook(BytesIO(client.get("/data/template.xlsx").data))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for at, row in enumerate(TYPED, start=2):
        for name, value in row.items():
            cell = sheet.cell(at, columns[name], value)
            cell.data_type = "s"  # the column is text, so a person who types "=..." gets text
    file = folder / "filled.xlsx"
    book.save(file)
    return file


def cells_of(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def published(client) -> dict[str, list[dict[str, str]]]:
    """Every table, without what each publication has of its own."""
    found = {}
    for table in (ORGANISATIONS, SERVICES, LOCATIONS, OFFERINGS):
        rows = rows_of(client.get(f"/data/{table.name}.csv"))
        kept = [{name: value for name, value in row.items() if name not in OWN | IDS} for row in rows]
        found[table.name] = sorted(kept, key=lambda row: sorted(row.items()))
    return found


def command(app, *words: str) -> Result:
    """A command of the product on the installation of ``app``."""
    settings = app.extensions["directory"].settings
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DIRECTORY_DATABASE_URL", settings.database_url)
        patched.setenv("DIRECTORY_INSTANCE", str(app.instance_path))
        patched.setenv("DIRECTORY_TILES_URL", "")
        return CliRunner().invoke(product.cli, words)


def imported_by_command(app, _moderator, file: Path) -> None:
    ran = command(app, "import", "csv", str(file), "--mapping", "template")
    assert ran.exit_code == 0, ran.output


def imported_in_the_browser(app, moderator, file: Path) -> None:
    page = send(moderator, BytesIO(file.read_bytes()), file.name)
    assert page.h1 == "What are the columns?", page.text
    page = press(moderator, page, "/columns", **ANSWERS)
    assert page.soup.select_one("#problems") is None, page.text
    press(moderator, page, "/go")
    work(app)


@pytest.fixture
def typed(app, client, tmp_path) -> tuple[Path, dict[str, list[dict[str, str]]]]:
    """The filled template, and what is published of the very rows, imported without a spreadsheet between."""
    file = filled(client, tmp_path)
    plain = tmp_path / "typed.csv"
    names = list(dict.fromkeys(name for row in TYPED for name in row))
    with plain.open("w", encoding="utf-8", newline="") as opened:
        out = csv.DictWriter(opened, names, restval="")
        out.writeheader()
        out.writerows(TYPED)
    imported_by_command(app, None, plain)
    found = published(client)
    assert {row["phone"] for row in found["organisations"]} == {"0121 496 0123", "0121 496 0124", "07700 900123"}
    assert {row["service"] for row in found["services"]} == {"1/2 price lunch", "'=Formula club", "'-Minus club"}
    return file, found


def taken_back(app) -> None:
    """Undo the last import, so that the next one begins with nothing."""
    with app.app_context(), reading() as session:
        run = publishing.import_runs(session, limit=1)[0].id
    assert command(app, "import", "undo", str(run)).exit_code == 0
    assert rows_of(app.test_client().get("/data/organisations.csv")) == []


def test_what_it_saves_of_a_filled_template_comes_in_as_it_was_typed(app, client, as_person, typed, office, told):
    file, wanted = typed
    taken_back(app)
    ways: dict[str, tuple[Path, list[Callable[[Any, Any, Path], None]]]] = {
        "xlsx": (office.saved(file, "xlsx"), [imported_in_the_browser]),
        "csv": (office.saved(file, "csv"), [imported_in_the_browser, imported_by_command]),
    }
    moderator = as_person("moderator")
    for kind, (saved, imports) in ways.items():
        for take in imports:
            take(app, moderator, saved)
            assert published(client) == wanted, (kind, take.__name__)
            taken_back(app)
        told.say(
            office.version, f"the template, filled in, saved as {kind.upper()}",
            f"{len(TYPED)} organisations come in as they were typed",
        )  # fmt: skip


def test_it_opens_the_template_without_a_change(client, office, told, tmp_path):
    file = tmp_path / "template.xlsx"
    file.write_bytes(client.get("/data/template.xlsx").data)
    before, after = load_workbook(file), load_workbook(office.saved(file, "xlsx"))
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        cells = [[cell.value for cell in row if cell.value is not None] for row in before[name].iter_rows()]
        assert [[cell.value for cell in row if cell.value is not None] for row in after[name].iter_rows()] == cells
    offered = [rule.formula1 for rule in before.worksheets[0].data_validations.dataValidation if rule.type == "list"]
    kept = [rule.formula1 for rule in after.worksheets[0].data_validations.dataValidation if rule.type == "list"]
    assert sorted(kept) == sorted(offered)
    told.say(office.version, "`template.xlsx`", f"{len(before.sheetnames)} sheets, {len(kept)} lists, as they were")


def like(cell: str) -> object:
    """A cell as a spreadsheet may write it again: a number, a truth or an instant by its value, else the very text."""
    if cell.lower() in {"true", "false"}:
        return cell.lower()
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(cell).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return cell


@pytest.mark.parametrize("table", LISTED, ids=lambda table: table.name)
def test_it_opens_csv_without_a_change(client, typed, office, told, tmp_path, table):
    file = tmp_path / f"{table.name}.csv"
    file.write_bytes(client.get(f"/data/{table.name}.csv").data)
    before = cells_of(file)
    after = cells_of(office.saved(file, "csv"))
    assert [[like(cell) for cell in row] for row in after] == [[like(cell) for cell in row] for row in before]
    text = {each.name for each in table.columns if each.kind in {"text", "uri"}}
    for row, same in zip(before, after, strict=True):  # text is not taken for a number, a date or a formula
        assert [cell for name, cell in zip(before[0], row, strict=True) if name in text] == [
            cell for name, cell in zip(before[0], same, strict=True) if name in text
        ]
    sheet = load_workbook(office.saved(file, "xlsx")).worksheets[0]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    told.say(office.version, f"`{table.name}.csv`", f"{len(before) - 1} rows, every cell as it was, no formula")


def test_it_opens_the_workbook_as_the_files_of_its_tables(client, typed, office, told, tmp_path):
    file = tmp_path / "listings.xlsx"
    file.write_bytes(client.get("/data/listings.xlsx").data)
    names = load_workbook(file).sheetnames
    for table in LISTED:
        rows = cells_of(office.saved(file, "csv", sheet=names.index(table.name) + 1))
        wanted = rows_of(client.get(f"/data/{table.name}.csv"))
        assert rows[0] == table.names
        found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        plain = [each.name for each in table.columns if each.kind not in {"date", "date-time"}]
        assert [[like(row[name]) for name in plain] for row in found] == [
            [like(row[name].removeprefix("'")) for name in plain] for row in wanted
        ]
    told.say(office.version, "`listings.xlsx`", f"{len(LISTED)} sheets that say what the CSV files say")
