"""Offerings that were found, read for judging: by their numbers, those of a city from the memory of the process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy.orm import Session

from directory.infra import plain
from directory.infra.kept import Kept
from directory.search.rules.arrange import Candidate

_SQL: Final = "SELECT number, latitude, longitude, name, service FROM search_offering WHERE number"
MOST_KEPT: Final = 60_000  # candidates that a process has ready: 21 MB
_kept: Final = Kept[int, Candidate](MOST_KEPT)


def candidates_of(session: Session, numbers: Sequence[int]) -> list[Candidate]:
    """The candidates of ``numbers``, which the index has just told, in their order.

    At most one statement, for those that were not read since anything was published.
    """
    known = _kept.of(session)
    found = [known.get(number) for number in numbers]
    missing = [number for number, row in zip(numbers, found, strict=True) if row is None]
    if not missing:
        return cast("list[Candidate]", found)
    among, bound = plain.among(session, missing)
    read: dict[int, Candidate] = {row[0]: row for row in plain.rows(session, f"{_SQL} {among}", bound)}
    _kept.keep(known, read)
    return [row or read[number] for number, row in zip(numbers, found, strict=True)]
