"""The index on PostgreSQL: a ``tsvector`` of our own tokens with a GIN index, a GiST index for points.

``to_tsvector`` and ``ts_rank`` are not used: tokens and order follow the same rules as on SQLite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Invalid, TooMuch
from directory.core.geo import Box
from directory.infra import plain
from directory.search.engine import Part, SqlIndex
from directory.search.engine.sources import COLUMNS, SQUARED, Columns, circle, edges
from directory.search.engine.storing import offerings, organizations
from directory.search.rules.arrange import Candidate
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.near import Here
from directory.search.rules.numbers import LAST_ORDINAL, ORDINAL_BITS
from directory.search.rules.query import Query, parted, serving
from directory.search.rules.word import Every

CANCELLED: Final = "57014"  # SQLSTATE of a statement that took too long

# What the planner does not know: to read search_words without its index means to fetch the words of each row from
# beside it; to join by number is to follow a key, some hundred times; and a query of milliseconds is not worth
# compiling, or a second process.
PREPARE: Final = "SELECT " + ", ".join(
    f"set_config('{name}', '{value}', true)"
    for name, value in (
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
    )
)
_OF_BASES: Final = f"b << {ORDINAL_BITS} AND (b << {ORDINAL_BITS}) + {LAST_ORDINAL}"
_BASES: Final = "unnest(CAST(:bases AS bigint[])) b"
_IN_BOX: Final = """o.latitude IS NOT NULL
    AND point(o.longitude, o.latitude) <@ box(point(:west, :south), point(:east, :north))"""


# Each token by the GIN index: OFFSET keeps the planner from joining the other way round.
_LISTED: Final = """SELECT t.at - 1, found.numbers
    FROM unnest(CAST(:matches AS text[])) WITH ORDINALITY t (match, at) CROSS JOIN LATERAL (
        SELECT string_agg(CAST(w.number AS text), ',') AS numbers
        FROM search_words w WHERE w.tokens @@ CAST(t.match AS tsquery) OFFSET 0
    ) found"""

# What an offering that only serves has, beside its number.
_WITHOUT_POINT: Final = {
    Columns.NEAREST: ", CAST(NULL AS DOUBLE PRECISION)",
    Columns.PLACED: ", CAST(NULL AS DOUBLE PRECISION), CAST(NULL AS DOUBLE PRECISION)",
}


class PostgresIndex(SqlIndex):
    """Finds by GIN and GiST."""

    # Asked for the first few, the planner would walk the primary key and fetch the words of each row on the way. What
    # is materialised it reads by the GIN index, and stops when it has enough.
    WORDS = """(WITH found AS MATERIALIZED (
        SELECT number FROM search_words WHERE tokens @@ CAST(:match AS tsquery)
    ) SELECT number FROM found) w"""
    TOKENS = "tsvector_to_array(tokens) AS tokens"

    def match(self, every: Every) -> str:
        """``every`` as the text of a tsquery: quoted lexemes. No token has a quote or a backslash in it."""
        asked, left_out = parted(every)
        return " & ".join([*map(_any, asked), *(f"!{_any(either)}" for either in left_out)])

    def around(self, here: Here, columns: Columns) -> Part:
        """The offerings in the circle, by the GiST index, and those that serve it, by their tokens."""
        values: dict[str, Any] = {**circle(here), **edges(Box.around(here.point, here.radius_m or 0.0))}
        values["match"] = self.match((serving(here),))
        near = COLUMNS[columns].format(number="o.number")
        where = _IN_BOX if columns is Columns.NEAREST else f"{_IN_BOX} AND {SQUARED} <= :reach"
        serves = f"w.number{_WITHOUT_POINT.get(columns, '')}"
        return Part(
            f"SELECT {near} FROM search_offering o WHERE {where} UNION ALL SELECT {serves} FROM {self.WORDS}", values
        )

    @contextmanager
    def limited(self, session: Session, times: float = 1.0) -> Iterator[None]:  # noqa: ARG002 - the server's limit is for each statement, and a file is read by many
        """Plan for the index; the server ends what takes too long (``infra.db``), here it becomes TooMuch."""
        try:
            plain.rows(session, PREPARE)
            yield
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) == CANCELLED:
                raise TooMuch("The search took too long.") from error
            raise

    def among(self, column: str, name: str) -> str:
        """``column`` in a list that is bound as an array."""
        return f"({column} = ANY(CAST(:{name} AS bigint[])))"

    def bound(self, numbers: Iterable[int]) -> list[int]:
        """A list as it is."""
        return list(numbers)

    def listed(self, tokens: Sequence[str]) -> Part:
        """The GIN index is asked for each token in turn."""
        return Part(_LISTED, {"matches": [_any((token,)) for token in tokens]})

    def matched(self, session: Session, query: Query, bases: Sequence[int]) -> list[Candidate]:
        """The offerings of some organisations that ``query`` finds."""
        every = query.every()
        if query.here and query.here.radius_m is not None:
            every = (*every, (*query.here.cells(), *serving(query.here)))
        values: dict[str, Any] = {"bases": self.bound(bases), "match": self.match(every)}
        matches = "o.tokens @@ CAST(:match AS tsquery)" if every else "true"
        sql = f"""SELECT {COLUMNS[Columns.CANDIDATE].format(number="o.number")} FROM {_BASES} CROSS JOIN LATERAL (
            SELECT o.*, w.tokens FROM search_offering o JOIN search_words w ON w.number = o.number
            WHERE o.number BETWEEN {_OF_BASES} OFFSET 0) o WHERE {matches}"""
        found: list[Candidate] = self._rows(session, Part(sql, values))
        return found

    def opening(self, session: Session, query: Query, most: int) -> tuple[list[int], int | None]:
        """The first numbers and the count, from one reading of what matches: to sort it all, it has to be read."""
        if query.is_everything:
            return super().opening(session, query, most)
        part = self.part(query.every(), query.here)
        sql = f"""WITH found AS MATERIALIZED ({part.sql})
            SELECT count(DISTINCT number >> {ORDINAL_BITS}) FROM found
            UNION ALL (SELECT number FROM found ORDER BY number LIMIT :most)"""
        total, *numbers = self._integers(session, Part(sql, {**part.values, "most": most}))
        return numbers, total

    def insert(self, session: Session, docs: Sequence[OfferingDoc]) -> None:
        """Add offerings by COPY."""
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor() as cursor:
            for copy, rows in (
                (
                    "COPY search_offering (number, latitude, longitude, name, service, facets) FROM STDIN",
                    offerings(docs),
                ),
                ("COPY search_words (number, tokens) FROM STDIN", ((d.number, _lexemes(d.tokens)) for d in docs)),
            ):
                with cursor.copy(copy) as stream:
                    for row in rows:
                        stream.write_row(row)
            cursor.executemany(
                "INSERT INTO search_organization VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", list(organizations(docs))
            )

    def forget(self, session: Session, bases: Sequence[int]) -> None:
        """Remove the offerings of organisations."""
        for table in ("search_words", "search_offering"):
            sql = f"DELETE FROM {table} USING {_BASES} WHERE number BETWEEN {_OF_BASES}"
            session.execute(sa.text(sql), {"bases": self.bound(bases)})

    def purge(self, session: Session) -> None:
        """Nothing to do here: what was dropped is dead to every query, and goes with the next VACUUM."""

    def remake(self, session: Session, batches: Iterable[Sequence[OfferingDoc]]) -> None:
        """Empty the tables, without shutting readers out, and fill them."""
        session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        for table in ("search_offering", "search_organization", "search_words"):
            session.execute(sa.text(f"DELETE FROM {table}"))
        for batch in batches:
            self.insert(session, batch)

    def stored_tokens(self, tokens: str) -> list[str]:
        """As a tsvector orders them: byte by byte, which is how UTF-8 orders characters too."""
        return sorted(tokens.split())

    def check(self, session: Session) -> None:
        """Raise Invalid when the tables do not hold the same offerings."""
        sql = """SELECT count(o.number), count(w.number), count(*)
            FROM search_offering o FULL JOIN search_words w ON w.number = o.number"""
        placed, worded, both = session.execute(sa.text(sql)).one()
        if not placed == worded == both:
            raise Invalid("search_words", worded, f"one row for each of {placed} offerings")


def _any(tokens: Iterable[str]) -> str:
    return f"({' | '.join(map(_quoted, tokens))})"


def _quoted(token: str) -> str:
    return f"'{token}'"


def _lexemes(tokens: str) -> str:
    return " ".join(map(_quoted, tokens.split(" ")))
