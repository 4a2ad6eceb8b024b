"""What the layout of every page needs (``templates/base.html``), and the one way a page reads the database.

``begin()`` opens the session, leaves with 304 when the browser's copy is still right, and remembers whether
there are samples: asked once for each version of the published data, so error pages and the layout never
query.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask import Flask, current_app, has_request_context, request
from markupsafe import Markup

from directory.infra import kept, versions
from directory.infra.db import Reader
from directory.infra.i18n import Language
from directory.infra.place import Place
from directory.web.addresses import language, same_page
from directory.web.conditional import not_modified
from directory.web.people import account_link
from directory.web.standbys import reader
from directory.web.words import gettext as _

_EXTENSION: Final = "directory.layout"
VERSIONS: Final = "versions"  # where the session of ``begin`` says of which data it is (``infra.versions``)


@dataclass(slots=True)
class Layout:
    """What does not change between requests, and what changes only with the data."""

    place: Place
    languages: Sequence[Language]
    ask_samples: Callable[[Reader], bool]
    samples: bool = False
    drawn: dict[tuple[str, str, str], Markup] = field(default_factory=dict)  # by template, language and endpoint
    asked_at: Mapping[str, int] = field(default_factory=dict)  # the versions of the data when samples was asked

    def refresh(self, session: Reader, now_at: Mapping[str, int]) -> None:
        """Ask again whether there are samples, if anything was published since."""
        if now_at != self.asked_at:
            self.samples = self.ask_samples(session)
            self.asked_at = now_at

    def values(self) -> dict[str, Any]:
        """The names that ``base.html`` reads."""
        code = language()
        current = next(each for each in self.languages if each.code == code)
        return {
            "place": self.place,
            "site_name": _("Community Directory"),
            "lang": current.code,
            "dir": current.direction,
            "languages": [(each.code, each.name, same_page(each.code)) for each in self.languages]
            if len(self.languages) > 1
            else [],
            "sample_present": self.samples,
            "shown_at": _endpoint(),
            "account_link": account_link(),
        }

    def fixed(self, name: str) -> Markup:
        """A part of the layout that is the same for every request in a language to an endpoint: drawn once, and kept.

        Unless templates are being worked on.
        """
        code, endpoint = language(), _endpoint()
        found = self.drawn.get((name, code, endpoint))
        if found is None:
            environment = current_app.jinja_env
            values = self.values()
            del values["languages"], values["sample_present"], values["account_link"]  # of this request, and moment
            found = Markup(environment.get_template(name).render(values))  # noqa: S704 - a template escapes
            if not environment.auto_reload:
                self.drawn[name, code, endpoint] = found
        return found


def _endpoint() -> str:
    """The endpoint of the page that is being shown; "" for an address that is none."""
    return (request.endpoint or "") if has_request_context() else ""


def add_layout(
    app: Flask, *, place: Place, languages: Sequence[Language], ask_samples: Callable[[Reader], bool]
) -> None:
    """Give the templates of ``app`` what the layout needs."""
    layout = app.extensions[_EXTENSION] = Layout(place, languages, ask_samples)
    app.context_processor(layout.values)
    app.jinja_env.globals["fixed"] = layout.fixed
    app.jinja_env.make_globals = partial(_globals, app.jinja_env.globals)  # type: ignore[method-assign] # see there


def _globals(ours: MutableMapping[str, Any], own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
    """The globals of a template that brings ``own`` ones: nearly none does.

    Jinja lays a ChainMap over ours for each template, and goes through it in Python for every page and every import.
    """
    return ChainMap(own, ours) if own else ours


@contextmanager
def begin(now: datetime, *, timely: bool = True) -> Iterator[Reader]:
    """A session for a page that reads; a page that the browser already has is answered here, with 304.

    ``timely``: what it says goes by the time of day; a file of data that does not stays what it is until that changes.
    """
    with reader(now) as session:
        found = versions.current(session)
        layout: Layout = current_app.extensions[_EXTENSION]
        layout.refresh(session, found)
        not_modified(found, now, timely=timely)
        session.info[VERSIONS] = found
        kept.at(session, found)
        yield session
