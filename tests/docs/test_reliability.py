"""The page of what happens when things go wrong tells of every promise, on every database, and of no failure unsaid."""

from __future__ import annotations

from tests.soak.reliability import NAMES, Promise, key_of, rows
from tests.support.sizes import ROOT

ALIKE = {Promise.BODIES}  # no database is asked


def test_every_promise_has_its_lines():
    told = [key_of(row) for row in rows()]
    kinds = {promise: [""] if promise in ALIKE else ["sqlite", "postgres"] for promise in Promise}
    assert told == [(promise.says, NAMES[kind]) for promise in Promise for kind in kinds[promise]]


def test_every_line_says_whether_it_passed_and_with_which_figures():
    for row in rows():
        *_, measured, result = (cell.strip() for cell in row.strip("|").split("|"))
        assert result in {"pass", "**fail**"}
        assert any(letter.isdigit() for letter in measured), row


def test_the_experiments_write_about_every_promise():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "soak").glob("test_*.py"))
    assert [promise for promise in Promise if f"Promise.{promise.name}" not in text] == []
