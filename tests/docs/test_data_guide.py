"""The page about the data says what the tables of columns and the routes say."""

import re

from directory.exchange.service.spool import TAKEN_WITHIN_S
from directory.exchange.service.workbook import MOST_ROWS
from tests.contracts.routes import ROUTES
from tests.docs.dictionary import COMMAND, dictionary
from tests.support.written import DOCS, END

GUIDE = (DOCS / "data.md").read_text(encoding="utf-8")


def test_its_dictionary_is_that_of_the_code():
    _, _, rest = GUIDE.partition(f"<!-- {COMMAND} writes from here -->")
    assert rest.partition(END)[0].strip() == dictionary(), f"run {COMMAND}"


def test_it_names_every_address_of_data_and_no_other():
    named = set(re.findall(r"`(/data/[a-z.]+)", GUIDE))
    assert named == {rule for rule in ROUTES if rule.startswith("/data/")}


def test_its_numbers_are_those_of_the_code():
    assert f"At most {MOST_ROWS:,} offerings" in GUIDE
    assert TAKEN_WITHIN_S == 15 * 60
    assert "within a quarter of an hour" in GUIDE


def test_no_bar_breaks_a_row_of_the_dictionary():
    for line in dictionary().splitlines():
        if line.startswith("|"):
            assert line.count("|") == 7, line
