"""A search as pages need it: understood, the index asked, the cards fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding
from directory.listings import queries as listings
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.query import Found, Query, Row
from directory.search.rules.ranking import Judge
from directory.search.rules.request import SearchRequest, Sort
from directory.search.rules.when import Moment
from directory.search.service.board import Board
from directory.search.service.chosen import Chosen, find
from directory.search.service.meaning import Reader, Understood, better
from directory.search.service.times import Times

Card: TypeAlias = Mapping[str, Any]  # see listings.rules.document.card


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found.

    ``request`` is what was asked as it was meant: ``moved`` is the place that stood among the words, ``typed`` what
    stood there before typing errors were put right, "" when there were none. ``near`` is where the searcher is, why
    that is not known (the rows then ignore it), or None when they did not say. ``relaxed``: hardly anything has all the
    words, the rows have some of ``words`` (as the index writes them), and so one of ``tokens``. ``chosen``: what it was
    found by, if that was a board. ``query``: what the index was asked for.
    """

    request: SearchRequest
    query: Query
    total: int
    rows: tuple[tuple[Row, Card], ...]
    inside: int | None = None  # see ``Found``
    near: Located | Miss | None = None
    relaxed: bool = False
    words: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    moved: str = ""
    typed: str = ""
    judge: Judge | None = None  # see ``Found``
    chosen: Chosen | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a search is: every offering that ``query`` finds. The rest as ``SearchPage`` has it."""

    request: SearchRequest
    query: Query
    near: Located | Miss | None = None
    relaxed: bool = False
    moved: str = ""
    typed: str = ""


def search(
    session: Session,
    request: SearchRequest,
    *,
    index: Index,
    geocoding: Geocoding,
    areas: AreaIndex,
    terms: Terms,
    moment: Moment,
    board: Board | None = None,
) -> SearchPage:
    """The page that ``request`` asks for at ``moment``.

    At most four statements, on PostgreSQL one more for its settings; when nothing has all the words, as many again for
    those that may be misspelt. With a ``board`` of the very data that ``session`` reads one for the words, and no other
    unless very many or hardly any have them. A place that is not known is left out of the search and told in ``near``.
    Raises Unavailable when it takes too long.
    """
    reader = Reader(index=index, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    finder = _Finder(session, reader, board)
    understood, found, chosen = finder.found(reader.read(request))
    ids = [row.organization_id for row in found.rows]
    cards = listings.cards(session, ids) if ids else {}
    return SearchPage(
        request=understood.request,
        query=understood.query,
        total=found.total,
        rows=tuple((row, cards[row.organization_id]) for row in found.rows if row.organization_id in cards),
        inside=found.inside,
        near=understood.near,
        relaxed=found.relaxed,
        words=found.words,
        tokens=found.tokens,
        moved=understood.moved,
        typed=understood.typed,
        judge=found.judge,
        chosen=None if found.relaxed else chosen,
    )


def meant(
    session: Session,
    request: SearchRequest,
    *,
    index: Index,
    geocoding: Geocoding,
    areas: AreaIndex,
    terms: Terms,
    moment: Moment,
) -> Meant:
    """What ``search`` lists for ``request``, page after page, for whoever reads all of it: the map and the files.

    Statements only for several words, or one that may be misspelt: what has them. Raises Unavailable when that takes
    too long.
    """
    reader = Reader(index=index, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    understood = reader.read(request)
    query, relaxed = understood.query, False
    if len(query.words) > 1 or reader.put_right(session, understood) is not understood:
        first = replace(query, sort=Sort.BEST, offset=0, limit=1)
        understood, found, _ = _Finder(session, reader).found(replace(understood, query=first))
        query, relaxed = query if understood.query is first else understood.query, found.relaxed
        if relaxed:
            query = query.some_of(found.tokens)
    return Meant(understood.request, query, understood.near, relaxed, understood.moved, understood.typed)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds on a board what can be found there, and asks the index for the rest."""

    session: Session
    reader: Reader
    board: Board | None = None

    def found(self, understood: Understood) -> tuple[Understood, Found, Chosen | None]:
        """What ``understood`` finds; when hardly anything has all the words, what it finds with errors put right."""
        found, chosen = self._find(understood)
        if found.total and not found.relaxed and not understood.query.is_by_topic:
            return understood, found, chosen  # what is about a topic may be found without a word that is written wrong
        right = self.reader.put_right(self.session, understood)
        if right is understood:
            return understood, found, chosen
        other, of_others = self._find(right)
        return (right, other, of_others) if better(found, other) else (understood, found, chosen)

    def _find(self, understood: Understood) -> tuple[Found, Chosen | None]:
        index, query = self.reader.index, understood.query
        if self.board is None:
            return index.find(self.session, query), None
        times = Times(self.session, self.board, index, self.reader.moment)
        return find(self.session, understood.request, query, board=self.board, index=index, times=times)
