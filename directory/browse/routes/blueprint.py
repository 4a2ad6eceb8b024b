"""The blueprint of the public pages, and what a process holds for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from flask import Blueprint, current_app

from directory.infra.place import Place
from directory.infra.settings import Settings
from directory.listings.rules.taxonomy import Terms

if TYPE_CHECKING:  # the values of other slices, named and not used here
    from directory.areas.service import AreaIndex
    from directory.geocoding.service import Geocoding
    from directory.search.service import Index
    from directory.search.service.board import Boards
    from directory.search.service.unmet import UnmetCounts

bp = Blueprint("browse", __name__)


class Running(Protocol):
    """What ``directory.app`` passes to the pages."""

    @property
    def settings(self) -> Settings:
        """The settings of this installation."""

    @property
    def place(self) -> Place:
        """What it covers."""

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

    @property
    def boards(self) -> Boards:
        """What filters are counted on."""

    @property
    def unmet(self) -> UnmetCounts:
        """What was looked for and not found."""


def running() -> Running:
    """The values of this process."""
    return cast("Running", current_app.extensions["directory"])
