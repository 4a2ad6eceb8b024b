"""Published listings that may be of the organisation that is looked for: a few of them, by each clue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Unavailable
from directory.core.text import fold
from directory.listings.models import Document, Organization, OrganizationIdentifier
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Record
from directory.listings.rules.taxonomy import Terms
from directory.moderation.rules.likeness import NEARBY_M, Clues
from directory.search.engine import Index
from directory.search.rules.near import Here
from directory.search.rules.query import Query
from directory.search.rules.sentence import words_of_name
from directory.search.rules.spelling import meant
from directory.search.rules.stems import stem
from directory.search.rules.word import Either
from directory.search.rules.words import MOST_WORDS, dialled, in_name

MOST: Final = 25  # of one clue: what is like is among the first, and what is left is chance


def candidates(session: Session, wanted: Clues, *, index: Index, terms: Terms) -> set[int]:
    """Integer ids of listings that have something in common with ``wanted``. At most seven questions.

    A search that takes too long finds nothing: what else is known is still compared.
    """
    found = _numbered(session, wanted) | _sited(session, wanted)
    for query in _queries(wanted, _named(session, wanted, index, terms)):
        try:
            found |= {row.organization_id for row in index.find(session, query).rows}
        except Unavailable:
            continue  # the name is a very common one, and the database busy
    return found


def _named(session: Session, wanted: Clues, index: Index, terms: Terms) -> list[Either]:
    """For each telling word of the name the tokens of a name that has it, or one that was meant."""
    words = words_of_name(wanted.name, terms)[:MOST_WORDS]
    folded = fold(wanted.name).split()
    near = index.spellings(session, folded) if folded else []
    right = {stem(word): meant(word, near, known=()) for word in folded}
    return [
        (*word.named, *word.heard, *([in_name(stem(other))] if (other := right.get(word.text)) else ()))
        for word in words
    ]


def _queries(wanted: Clues, named: Sequence[Either]) -> Iterator[Query]:
    """By all words of the name, by any of them, by any of them nearby, and by telephone."""
    if named:
        some = tuple(token for each in named for token in each)
        if len(named) > 1:
            yield Query(filters=tuple(named), limit=MOST)
        yield Query(filters=(some,), limit=MOST)
        if wanted.point:
            yield Query(filters=(some,), here=Here(wanted.point, NEARBY_M, ()), limit=MOST)
    if wanted.phones:
        yield Query(filters=(tuple(map(dialled, sorted(wanted.phones))),), limit=MOST)


def _numbered(session: Session, wanted: Clues) -> set[int]:
    if not wanted.identifiers:
        return set()
    pair = sa.tuple_(OrganizationIdentifier.value, OrganizationIdentifier.scheme)
    asked = [(value, scheme) for scheme, value in wanted.identifiers]
    return set(session.scalars(sa.select(OrganizationIdentifier.owner_id).where(pair.in_(asked)).limit(MOST)))


def _sited(session: Session, wanted: Clues) -> set[int]:
    """Those whose website is the same, however it is written: by its index, which knows whole addresses alone."""
    if not wanted.website:
        return set()
    hosts = [wanted.website, f"www.{wanted.website}"]
    forms = [f"{way}://{host}{end}" for way in ("https", "http") for host in hosts for end in ("", "/")]
    return set(session.scalars(sa.select(Organization.id).where(Organization.website.in_(forms)).limit(MOST)))


def records(session: Session, organization_ids: Iterable[int]) -> list[tuple[str, Record]]:
    """Slug and public record of each listing. One statement."""
    rows = session.execute(sa.select(Document.page).where(Document.organization_id.in_(sorted(organization_ids))))
    pages = (json.loads(row.page) for row in rows)
    return [(page["slug"], decode(Record, page["record"])) for page in pages]
