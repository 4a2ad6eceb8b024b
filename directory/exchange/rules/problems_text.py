"""The problems of a file as a table, for whoever mends it in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from directory.exchange.rules.csv_text import BOM, cell

COLUMNS: Final = ("row", "column", "value", "what to do", "what comes of it")


def table(problems: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """RFC 4180 text, header first; ``problems`` as ``service.checking.write_report`` keeps them."""
    yield BOM + ",".join(COLUMNS) + "\r\n"
    for one in problems:
        texts = (one["column"], one["value"], one["remedy"], one["outcome"])
        yield ",".join([str(one["row"]), *(cell(text, is_text=True) for text in texts)]) + "\r\n"
