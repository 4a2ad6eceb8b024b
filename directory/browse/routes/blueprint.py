"""The blueprint of the public pages, and what a process holds for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from flask import Blueprint, current_app

from directory.infra.settings import Settings
from directory.listings.rules.record import Provider
from directory.search.service import Process

if TYPE_CHECKING:  # the values of other slices, named and not used here
    from directory.search.service.board import Boards
    from directory.search.service.unmet import UnmetCounts

bp = Blueprint("browse", __name__)


class Running(Process, Protocol):
    """What ``directory.app`` passes to the pages."""

    @property
    def settings(self) -> Settings:
        """The settings of this installation."""

    @property
    def boards(self) -> Boards:
        """What filters are counted on."""

    @property
    def unmet(self) -> UnmetCounts:
        """What was looked for and not found."""

    @property
    def providers(self) -> Mapping[str, Provider]:
        """What feeds are called, by the name of their source."""


def running() -> Running:
    """The values of this process."""
    return cast("Running", current_app.extensions["directory"])
