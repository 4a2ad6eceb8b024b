"""A search with what a process holds: what pages, maps, pictures and files of a search call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.geocoding.service import Geocoding
from directory.infra.place import Place
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.request import SearchRequest
from directory.search.service.board import Board, Boards
from directory.search.service.matching import OnBoard
from directory.search.service.moment import moment_at
from directory.search.service.page import Meant, SearchPage, meant, search


class Process(Protocol):
    """The parts of a process that a search needs."""

    @property
    def place(self) -> Place:
        """What the installation covers."""

    @property
    def terms(self) -> Terms:
        """Needs, kinds and the other taxonomies."""

    @property
    def geocoding(self) -> Geocoding:
        """Where words mean."""

    @property
    def areas(self) -> AreaIndex:
        """The areas, held in memory."""

    @property
    def index(self) -> Index:
        """The search engine."""


class Boarded(Process, Protocol):
    """... with what filters are counted on."""

    @property
    def boards(self) -> Boards:
        """The board of the process."""


def search_in(
    here: Process, session: Session, request: SearchRequest, now: datetime, *, board: Board | None = None
) -> SearchPage:
    """``search`` with the parts of ``here`` at ``now`` (aware)."""
    return search(session, request, board=board, **_parts(here, now))


def matching_in(here: Boarded, session: Session, versions: Mapping[str, int]) -> OnBoard:
    """What tells every match of a search in ``session``, whose data has these ``infra.versions``."""
    return OnBoard(partial(here.boards.exact, session, versions), here.index)


def meant_in(here: Process, session: Session, request: SearchRequest, now: datetime) -> Meant:
    """``meant`` with the parts of ``here`` at ``now`` (aware)."""
    return meant(session, request, **_parts(here, now))


def _parts(here: Process, now: datetime) -> dict[str, Any]:
    return {
        "index": here.index,
        "geocoding": here.geocoding,
        "areas": here.areas,
        "terms": here.terms,
        "moment": moment_at(now, here.place),
    }
