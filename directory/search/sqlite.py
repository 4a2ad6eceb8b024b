"""The index on SQLite: FTS5 for tokens, an R*Tree for points.

FTS5 is used as an inverted index alone (``detail=none``): tokens are made by our own rules, and the order by our own
weights, so that PostgreSQL gives the same answers. Half the size, and nothing is tokenised twice.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Invalid, TooMuch
from directory.core.geo import Box
from directory.infra import plain
from directory.search.engine import Part, SqlIndex
from directory.search.engine.finding import ROUNDED_M
from directory.search.engine.sources import COLUMNS, SQUARED, Columns, circle, edges
from directory.search.engine.storing import offerings, organizations
from directory.search.rules.arrange import Candidate
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.near import Here, squared_degrees
from directory.search.rules.numbers import LAST_ORDINAL, ORDINAL_BITS
from directory.search.rules.query import Query, parted, serving
from directory.search.rules.word import Every

LIMIT_S: Final = 2.0
STEPS: Final = 20_000  # of SQLite's machine between two looks at the time: some milliseconds

_OF_BASES: Final = f"b.value << {ORDINAL_BITS} AND (b.value << {ORDINAL_BITS}) + {LAST_ORDINAL}"
_NUMBERS: Final = f"SELECT w.number FROM json_each(?) b CROSS JOIN search_words w WHERE w.number BETWEEN {_OF_BASES}"
_FORGET: Final = (
    f"""INSERT INTO search_tokens (search_tokens, rowid, tokens)
        SELECT 'delete', w.number, w.tokens FROM json_each(?) b CROSS JOIN search_words w
        WHERE w.number BETWEEN {_OF_BASES}""",
    f"DELETE FROM search_points WHERE number IN ({_NUMBERS})",
    f"DELETE FROM search_offering WHERE number IN ({_NUMBERS})",
    f"DELETE FROM search_words WHERE number IN ({_NUMBERS})",
)
_LISTED: Final = """SELECT t.key, (SELECT group_concat(w.rowid) FROM search_tokens w WHERE search_tokens MATCH t.value)
    FROM json_each(:matches) t"""
_MATCHED: Final = f"""SELECT w.number, w.tokens, o.latitude, o.longitude, o.name, o.service
    FROM json_each(:bases) b CROSS JOIN search_words w CROSS JOIN search_offering o ON o.number = w.number
    WHERE w.number BETWEEN {_OF_BASES}"""
# The R*Tree keeps 32 bits of a coordinate, to half a metre: at the edge of a circle the table is asked. West and east
# of a point are the same.
_IN_RING: Final = "p.west <= :east AND p.east >= :west AND p.south <= :north AND p.north >= :south"
_PLACED: Final = f"{_IN_RING} AND {SQUARED} <= :reach"
_SQUARED: Final = SQUARED.replace("o.latitude", "p.south").replace("o.longitude", "p.west")
_IN_CIRCLE: Final = f"""({_SQUARED} <= :inside OR ({_SQUARED} <= :outside
    AND (SELECT {SQUARED} FROM search_offering o WHERE o.number = p.number) <= :reach))"""


class SqliteIndex(SqlIndex):
    """Finds by FTS5 and R*Tree."""

    NUMBER = "w.rowid"
    WORDS = "search_tokens w"
    JOIN = "CROSS JOIN"  # the words first, then their offerings: never the other way round
    WHERE = "search_tokens MATCH :match"

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s

    def match(self, every: Every) -> str:
        """``every`` in FTS5's language: quoted tokens."""
        asked, left_out = parted(every)
        wanted = " AND ".join(_any(either) for either in asked)
        return f"({wanted}) NOT {_any(chain(*left_out))}" if left_out else wanted

    def around(self, here: Here, columns: Columns) -> Part:
        """The offerings in the circle, by the R*Tree, and those that serve it, by their tokens."""
        radius = here.radius_m or 0.0
        values: dict[str, Any] = {**circle(here), **edges(Box.around(here.point, radius + ROUNDED_M))}
        values["match"] = self.match((serving(here),))
        source = "search_points p"
        if columns is Columns.NEAREST:
            near, serves, where = f"p.number AS number, {_SQUARED} AS squared", "w.rowid, NULL", _IN_RING
        elif columns is Columns.PLACED:
            near, serves, where = COLUMNS[columns].format(number="p.number"), "w.rowid, NULL, NULL", _PLACED
            source = "search_points p CROSS JOIN search_offering o ON o.number = p.number"
        else:
            near, serves, where = "p.number AS number", "w.rowid", f"{_IN_RING} AND {_IN_CIRCLE}"
            values["inside"] = squared_degrees(max(0.0, radius - ROUNDED_M))
            values["outside"] = squared_degrees(radius + ROUNDED_M)
        return Part(
            f"SELECT {near} FROM {source} WHERE {where} UNION ALL SELECT {serves} FROM {self.WORDS} WHERE {self.WHERE}",
            values,
        )

    @contextmanager
    def limited(self, session: Session, times: float = 1.0) -> Iterator[None]:
        """End what takes longer than the limit with TooMuch."""
        raw = _driver(session)
        deadline = time.monotonic() + self._limit_s * times
        raw.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
        try:
            yield
        except (sa.exc.OperationalError, sqlite3.OperationalError) as error:  # while it begins, or while rows are read
            if "interrupted" in str(error):
                raise TooMuch("The search took too long.") from error
            raise
        finally:
            raw.set_progress_handler(None, 0)

    def among(self, column: str, name: str) -> str:
        """``column`` in a list that is bound as JSON."""
        return f"{column} IN (SELECT value FROM json_each(:{name}))"

    def bound(self, numbers: Iterable[int]) -> str:
        """A list as JSON."""
        return json.dumps(list(numbers))

    def listed(self, tokens: Sequence[str]) -> Part:
        """FTS5 is asked for each token in turn."""
        return Part(_LISTED, {"matches": json.dumps(list(map(_quoted, tokens)))})

    def matched(self, session: Session, query: Query, bases: Sequence[int]) -> list[Candidate]:
        """The offerings of some organisations that ``query`` finds: their tokens are read and compared here.

        FTS5 would walk its lists from the beginning for each organisation.
        """
        every = query.every()
        if query.here and query.here.radius_m is not None:
            every = (*every, (*query.here.cells(), *serving(query.here)))
        asked, left_out = ([[f" {token} " for token in either] for either in part] for part in parted(every))
        found: list[Candidate] = []
        for number, text, *rest in self._rows(session, Part(_MATCHED, {"bases": self.bound(bases)})):
            tokens = f" {text} "
            if all(any(needle in tokens for needle in either) for either in asked) and not any(
                needle in tokens for either in left_out for needle in either
            ):
                found.append((number, *rest))
        return found

    def insert(self, session: Session, docs: Sequence[OfferingDoc]) -> None:
        """Add offerings, by the driver's own executemany."""
        self._fill(session, docs)
        _driver(session).executemany(
            "INSERT INTO search_tokens (rowid, tokens) VALUES (?, ?)", [(doc.number, doc.tokens) for doc in docs]
        )

    def forget(self, session: Session, bases: Sequence[int]) -> None:
        """Remove the offerings of organisations; FTS5 is told what it had of them."""
        given = (self.bound(bases),)
        for statement in _FORGET:
            _driver(session).execute(statement, given)

    def purge(self, session: Session) -> None:
        """Merge FTS5's segments: until then they keep the words that were dropped."""
        _driver(session).execute("INSERT INTO search_tokens (search_tokens) VALUES ('optimize')")

    def remake(self, session: Session, batches: Iterable[Sequence[OfferingDoc]]) -> None:
        """Empty the tables, fill them, and let FTS5 make its index of all of it at once."""
        raw = _driver(session)
        for table in ("search_points", "search_offering", "search_organization", "search_words"):
            raw.execute(f"DELETE FROM {table}")
        for batch in batches:
            self._fill(session, batch)
        raw.execute("INSERT INTO search_tokens (search_tokens) VALUES ('rebuild')")

    def stored_tokens(self, tokens: str) -> str:
        """As they are."""
        return tokens

    def check(self, session: Session) -> None:
        """Raise Invalid when FTS5 or the R*Tree has another content than the tables."""
        raw = _driver(session)
        try:
            raw.execute("INSERT INTO search_tokens (search_tokens, rank) VALUES ('integrity-check', 1)")
        except raw.DatabaseError as error:
            raise Invalid("search_tokens", str(error), "the tokens of search_words") from error
        (points,) = raw.execute("SELECT count(*) FROM search_points").fetchone()
        (placed,) = raw.execute("SELECT count(*) FROM search_offering WHERE latitude IS NOT NULL").fetchone()
        (said,) = raw.execute("SELECT rtreecheck('search_points')").fetchone()
        if points != placed or said != "ok":
            raise Invalid("search_points", f"{points} points, {said}", f"{placed} points, ok")

    def _fill(self, session: Session, docs: Sequence[OfferingDoc]) -> None:
        raw = _driver(session)
        raw.executemany("INSERT OR IGNORE INTO search_organization VALUES (?, ?, ?)", organizations(docs))
        raw.executemany("INSERT INTO search_offering VALUES (?, ?, ?, ?, ?, ?)", offerings(docs))
        raw.executemany("INSERT INTO search_words (number, tokens) VALUES (?, ?)", [(d.number, d.tokens) for d in docs])
        points = [(d.number, d.point.lon, d.point.lon, d.point.lat, d.point.lat) for d in docs if d.point]
        raw.executemany("INSERT INTO search_points VALUES (?, ?, ?, ?, ?)", points)


def _any(tokens: Iterable[str]) -> str:
    return f"({' OR '.join(map(_quoted, tokens))})"


def _quoted(token: str) -> str:
    return f'"{token}"'


def _driver(session: Session) -> Any:
    """The connection of the sqlite3 module: SQLAlchemy's executemany takes three times as long."""
    return plain.driver(session)
