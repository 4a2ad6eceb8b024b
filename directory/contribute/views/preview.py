"""What the public, the council and the API will see: made by the very code that shows it once it is published."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.core.identifiers import slug as slug_of
from directory.exchange.rules.columns import COLUMNS
from directory.exchange.rules.lines import csv_ending, lines
from directory.listings.rules.codec import filled
from directory.listings.rules.document import page_text
from directory.listings.rules.offerings import flat_offerings
from directory.listings.rules.record import Record
from directory.publishing.service import Surroundings
from directory.publishing.service.prepare import Prepared, prepare
from directory.web.addresses import address


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of the council's file."""

    name: str
    value: str


def published(
    record: Record, around: Surroundings, *, slug: str = "", now: datetime
) -> tuple[dict[str, Any], Prepared]:
    """The page of a record as it would be stored, all fields filled, and what it was made of."""
    prepared = prepare(record, around)
    text = page_text(
        prepared.text,
        slug=slug or slug_of(record.name, str(record.id)),
        version=1,
        areas=prepared.areas,
        now=now,
    )
    page: dict[str, Any] = json.loads(text)
    page["record"] = filled(Record, page["record"])
    return page, prepared


def file_rows(page: dict[str, Any], prepared: Prepared) -> list[list[Cell]]:
    """Each line of the council's file, read back from the text that the file would have."""
    ordinals = range(len(flat_offerings(prepared.record)))
    stored = {**page, "record": prepared.encoded}
    ending = csv_ending(_address_of_listing())
    rows = []
    for text, _feature in lines(stored, ordinals):
        (cells,) = csv.reader(io.StringIO(ending.whole(page["slug"], text, None), newline=""))
        rows.append([Cell(column.name, value) for column, value in zip(COLUMNS, cells, strict=True) if value])
    return rows


def record_text(prepared: Prepared) -> str:
    """The record as open data has it: JSON, the names of HSDS."""
    return json.dumps(prepared.encoded, ensure_ascii=False, indent=2)


def _address_of_listing() -> Callable[[str], str]:
    prefix = address("browse.listing", slug="-", absolute=True).removesuffix("-")
    return lambda slug: prefix + slug
