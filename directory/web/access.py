"""Who may reach which view. A view that names no audience is closed.

Who is asking is told by ``web.people``; an application that knows no people has visitors, who are ANYONE and nothing
else. Whoever may not see a page is told that it does not exist: 404, not 403; unless signing in is all they lack.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from flask import Flask, Response, abort, request
from flask.typing import RouteCallable

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)


class Who(Enum):
    """An audience of a view."""

    ANYONE = "anyone"
    STEWARD = "steward"
    MODERATOR = "moderator"
    EXPORTER = "exporter"
    ADMINISTRATOR = "administrator"
    CONFIDENTIAL = "confidential"


EVERYBODY: Final = frozenset({Who.ANYONE})
_MARK: Final = "open_to"  # in the view's __dict__, which functools.wraps carries over to what wraps it


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table of who may reach what; ``audience`` is empty for a closed view."""

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    audience: tuple[str, ...]


def open_to(*who: Who) -> Callable[[View], View]:
    """Name the audiences of a view: the decorator nearest to the function, under the route."""

    def mark(view: View) -> View:
        vars(view)[_MARK] = frozenset(who)
        return view

    return mark


def audience(view: RouteCallable | None) -> frozenset[Who]:
    """Who may reach ``view``; nobody when it does not say."""
    found: frozenset[Who] = getattr(view, _MARK, frozenset())
    return found


def visitors() -> frozenset[Who]:
    """Who is asking where nobody can sign in."""
    return EVERYBODY


def nowhere(_allowed: frozenset[Who]) -> Response | None:
    """What somebody who may not see a view is answered where nobody can sign in: that it does not exist."""
    return None


def guard(
    app: Flask,
    present: Callable[[], frozenset[Who]],
    instead: Callable[[frozenset[Who]], Response | None] = nowhere,
) -> None:
    """Answer ``instead()``, or 404, before any view that is not open to one of ``present()``."""

    def check() -> Response | None:
        if request.endpoint is None:
            return None  # no such address: Flask's own 404 or 405 follows
        allowed = audience(app.view_functions[request.endpoint])
        if not allowed:
            log.error("a view names no audience", extra={"reason": request.endpoint})
            abort(404)
        if Who.ANYONE not in allowed and allowed.isdisjoint(present()):
            return instead(allowed) or abort(404)
        return None

    app.before_request(check)


def routes(app: Flask) -> list[Route]:
    """Every address of ``app`` with its methods and who may reach it, in the order of the addresses."""
    table = [
        Route(
            rule.rule,
            tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            rule.endpoint,
            tuple(sorted(who.value for who in audience(app.view_functions[rule.endpoint]))),
        )
        for rule in app.url_map.iter_rules()
    ]
    return sorted(table, key=lambda route: (route.rule, route.methods))
