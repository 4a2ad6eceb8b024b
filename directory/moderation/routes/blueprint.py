"""The blueprint of moderators' pages, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from flask import Blueprint, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from directory.infra.db import reading
from directory.infra.place import Place
from directory.moderation.rules.states import Forestalled
from directory.moderation.service.looking import called
from directory.moderation.views import labels
from directory.moderation.views.values import moment_words

if TYPE_CHECKING:  # the values of other slices, named and not used here
    from collections.abc import Sequence

    from directory.listings.rules.taxonomy import Terms
    from directory.moderation.service.erase import Forget
    from directory.publishing.service import Surroundings

bp: Final = Blueprint("moderation", __name__)


class Running(Protocol):
    """What ``directory.app`` passes to the pages."""

    @property
    def place(self) -> Place:
        """What this installation covers."""

    @property
    def terms(self) -> Terms:
        """Needs, kinds and the other taxonomies."""

    @property
    def around(self) -> Surroundings:
        """What the door needs."""

    @property
    def forget(self) -> Sequence[Forget]:
        """What else is deleted of a listing that is deleted for good."""


def running() -> Running:
    """The values of this process."""
    return cast("Running", current_app.extensions["directory"])


def page(template: str, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page for staff, which nobody keeps."""
    place = running().place
    shown = render_template(
        f"moderation/{template}.html",
        labels=labels,
        when=lambda moment: moment_words(moment, place),
        **values,
    )
    answer = make_response(shown, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def forestalled(found: Forestalled, *, typed: str = "", url: str) -> ResponseReturnValue:
    """409: what the other one decided, and what was typed. ``url`` is where to look again."""
    with reading() as session:
        by = called(session, found.told.by) if found.told else ""
    return page("forestalled", status=409, told=found.told, by=by, typed=typed, url=url)
