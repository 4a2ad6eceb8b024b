"""Who is asking: the person behind the cookie, asked for once in a request, and only by views that need to know.

A reader has no cookie and costs nothing. What is known of people is a slice's above: the application says how to
ask (``add_people``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session
from werkzeug.exceptions import HTTPException

from directory.core.people import VISITOR, Acting, Role
from directory.infra import clock
from directory.infra.db import Reader, reading
from directory.web.access import EVERYBODY, Who, guard
from directory.web.addresses import address, language, same_page
from directory.web.cookies import has_cookie

Ask = Callable[[Reader, str, datetime], Acting]
TOKEN: Final = "who"  # in the signed cookie: the token of the sign-in  # noqa: S105 - its name
SIGN_IN: Final = "accounts.sign_in"
SECOND_FACTOR: Final = "accounts.second_factor"
LONGEST_NEXT: Final = 500  # characters
_STAFF: Final = {role: Who(role.value) for role in Role}
_EXTENSION: Final = "directory.people"


def add_people(app: Flask, ask: Ask | None, without: Callable[[], frozenset[Who]]) -> None:
    """Guard the views of ``app``. ``ask`` says who a token of a sign-in belongs to, VISITOR when it is over.

    An application without it knows nobody: everybody is ``without()``.
    """
    if ask is None:
        guard(app, without)
        return
    app.extensions[_EXTENSION] = ask
    guard(app, present, instead)


def acting() -> Acting:
    """The person on whose behalf this request acts. One statement, for those who have signed in."""
    found: Acting | None = g.get("acting")
    if found is None:
        token = sign_in_token()
        found = VISITOR
        if token:
            ask: Ask = current_app.extensions[_EXTENSION]
            with reading() as opened:
                found = ask(opened, token, clock.now())
        g.acting = found
    return found


def present() -> frozenset[Who]:
    """The audiences that the person belongs to: staff only once the second factor was shown."""
    person = acting()
    found = set(EVERYBODY)
    if person.steward:
        found.add(Who.STEWARD)
    return frozenset(found | {who for role, who in _STAFF.items() if person.may(role)})


def instead(allowed: frozenset[Who]) -> Response | None:
    """Where somebody who may not see a view is sent; None when it does not exist for them.

    Staff without their second factor are asked for it, and whoever was signed in, or would only have to, may sign in.
    """
    person = acting()
    if not allowed.isdisjoint(_STAFF[role] for role in person.roles) and not person.second_factor:
        return _to(SECOND_FACTOR)
    if not person.steward and (Who.STEWARD in allowed or sign_in_token()):
        return _to(SIGN_IN)
    return None


def sign_in_token() -> str:
    """The token in the visitor's cookie; "" without one."""
    return str(session.get(TOKEN, "")) if has_cookie() else ""


def remember(token: str) -> None:
    """Give the visitor the cookie of a sign-in, with a new token for forms: what was known before is worth nothing."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session[TOKEN] = token
    session.permanent = True
    g.pop("acting", None)


def forget() -> None:
    """Empty the visitor's cookie."""
    session.clear()
    g.pop("acting", None)


def may_follow(path: str) -> str:
    """``path`` if it is a page of this site, else "": what a link may lead to after signing in."""
    parts = urlsplit(path)
    plain = path.isprintable() and "\\" not in path and len(path) <= LONGEST_NEXT
    if not plain or parts.scheme or parts.netloc or not path.startswith("/") or path.startswith("//"):
        return ""
    try:
        current_app.url_map.bind("").match(_unprefixed(parts.path), method="GET")
    except HTTPException:  # nothing is there, or it wants a POST
        return ""
    return path


def account_link() -> str:
    """What the header offers: "" to readers, "sign-in" to whoever has a cookie, "account" to who signed in."""
    if not has_cookie():
        return ""
    return "account" if TOKEN in session else "sign-in"


def _unprefixed(path: str) -> str:
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if first in languages() else path


def languages() -> frozenset[str]:
    """The codes that an address may begin with."""
    found: frozenset[str] = current_app.extensions["directory.addresses"].languages
    return found


def _to(endpoint: str) -> Response:
    asked = same_page(language()) if request.method == "GET" else ""
    answer = current_app.make_response(redirect(address(endpoint, next=asked or None), code=303))
    answer.headers["Cache-Control"] = "no-store"
    return answer
