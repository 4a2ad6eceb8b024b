"""Lists of the API as they are stored: pages of everything without a sort, and the objects of what was found.

Nothing is parsed: the text of an object is sent as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.exchange.queries.oruk import ORGANIZATION, SERVICE, counted
from directory.infra import plain
from directory.infra.kept import Kept
from directory.publishing import queries as publishing
from directory.publishing.rules import MOST_TEXTS, TextKind, ordinal_of_text, owner_of_text, text_number

OBJECT: Final = {"services": TextKind.SERVICE_OBJECT, "organizations": TextKind.ORGANIZATION_OBJECT}
TABLES: Final = {"services": SERVICE, "organizations": ORGANIZATION}
NEAR: Final = 200  # texts that are passed over; what is further is found in an index, which has no texts
_having: Final = Kept[tuple[str, str], int](1_000)  # how many services have a term
_edges: Final = Kept[tuple[TextKind, int], int](1_000)  # of pages: how many come before, to the number to go on from

# Which of its organisation's services one is follows from the integer ids: they are given in the order of the record.
_ORDINAL: Final = "(SELECT count(*) FROM service o WHERE o.owner_id = s.owner_id AND o.id < s.id)"
_FIRST: Final = text_number(TextKind.SERVICE_OBJECT, 0)
_TEXT_OF: Final = f"stored_text t ON t.number = :first + CAST(s.owner_id AS bigint) * {MOST_TEXTS} + {_ORDINAL}"
_TEXTS: Final = f"SELECT t.text FROM service s JOIN {_TEXT_OF} WHERE s.id"
_HAVING: Final = """
SELECT DISTINCT owner_id, service_id AS id FROM attribute
WHERE service_id IS NOT NULL AND taxonomy_term_id = (
  SELECT t.id FROM taxonomy_term t JOIN taxonomy y ON y.id = t.taxonomy_id WHERE y.slug = :taxonomy AND t.code = :code
)"""
_PAGE_HAVING: Final = f"""
SELECT t.text FROM ({_HAVING} ORDER BY owner_id, service_id LIMIT :limit OFFSET :offset) s JOIN {_TEXT_OF}
ORDER BY s.owner_id, s.id
"""

# Of the services after those that were passed over, the first: its organisation, and which of its services it is.
# PostgreSQL would tell the latter of all that it passes over, if it were not asked of the one that is left.
_SERVICE_AT: Final = f"""
SELECT s.owner_id, {_ORDINAL} FROM (
  SELECT owner_id, id FROM service WHERE owner_id >= :owner ORDER BY owner_id, id LIMIT 1 OFFSET :offset
) s
"""
_ORGANIZATION_AT: Final = "SELECT id, 0 FROM organization WHERE id >= :owner ORDER BY id LIMIT 1 OFFSET :offset"
_AT: Final = {TextKind.SERVICE_OBJECT: _SERVICE_AT, TextKind.ORGANIZATION_OBJECT: _ORGANIZATION_AT}


def page(session: Session, name: str, *, offset: int, limit: int) -> tuple[int, list[str]]:
    """How many services or organisations there are, and the texts of a page of them.

    Two statements, and one more for a page that is far from the last one.
    """
    kind, total = OBJECT[name], counted(session, TABLES[name])
    if offset >= total:
        return total, []
    edges = _edges.of(session)
    at, first = _nearest(edges, kind, offset)
    if offset - at > NEAR:
        at, first = offset, _beyond(session, kind, first, offset - at)
    rows = publishing.some_texts(session, kind, first=first, offset=offset - at, limit=limit)
    if rows:
        _edges.keep(edges, {(kind, offset): rows[0][0], (kind, offset + len(rows)): rows[-1][0] + 1})
    return total, [text for _, text in rows]


def _nearest(edges: dict[tuple[TextKind, int], int], kind: TextKind, offset: int) -> tuple[int, int]:
    """The last known edge that is not beyond ``offset``: how many come before it, and the number to go on from."""
    known = [(at, first) for (of, at), first in list(edges.items()) if of is kind and at <= offset]
    return max(known, default=(0, text_number(kind, 0)))


def _beyond(session: Session, kind: TextKind, first: int, skipped: int) -> int:
    """The number of the text that comes after so many which are skipped, from number ``first`` on."""
    where = {"owner": owner_of_text(first), "offset": ordinal_of_text(first) + skipped}
    ((owner, ordinal),) = plain.rows(session, _AT[kind], where)
    return text_number(kind, owner, ordinal)


def texts(session: Session, services: Sequence[int]) -> list[str]:
    """The texts of services, by their integer ids, in the order of lists. One statement."""
    among, bound = plain.among(session, services)
    rows = plain.rows(session, f"{_TEXTS} {among} ORDER BY s.owner_id, s.id", {**bound, "first": _FIRST})
    return [text for (text,) in rows]


def having(session: Session, taxonomy: str, code: str, *, offset: int, limit: int) -> tuple[int, list[str]]:
    """How many services have a term, and the texts of a page of them, in the order of lists.

    Two statements, of which the count is kept for a version of the data. An index has the services of each term in
    that order: a page costs what it is long, and what it passes over.
    """
    named = {"taxonomy": taxonomy, "code": code}
    known = _having.of(session)
    if (total := known.get((taxonomy, code))) is None:
        ((total,),) = plain.rows(session, f"SELECT count(*) FROM ({_HAVING}) had", named)
        _having.keep(known, {(taxonomy, code): total})
    if offset >= total:
        return total, []
    bound = {**named, "limit": limit, "offset": offset, "first": _FIRST}
    return total, [text for (text,) in plain.rows(session, _PAGE_HAVING, bound)]


def modified(session: Session, uuids: Sequence[UUID]) -> dict[UUID, str]:
    """When services last changed. One statement."""
    query = sa.select(SERVICE.c.uuid, SERVICE.c.last_modified).where(SERVICE.c.uuid.in_(uuids))
    return {row.uuid: row.last_modified.isoformat() for row in session.connection().execute(query)}
