"""The blueprint, and what its views share."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from directory.accounts.rules import Limit
from directory.accounts.service import limits
from directory.infra import clock
from directory.infra.db import Reader
from directory.web import people
from directory.web.addresses import address

bp = Blueprint("accounts", __name__)


def secret() -> str:
    """What tokens, codes and keys are made with."""
    return str(current_app.config["SECRET_KEY"])


def count(session: Reader, key: str, limit: Limit) -> int:
    """Count once for ``key``: 0, or how many seconds there is no room."""
    return limits.count(session, key, most=limit.most, window_s=limit.window_s, secret=secret(), now=clock.now())


def refuse_for(seconds: int) -> None:
    """Answer 429 if one must wait. Call it when what was counted is committed."""
    if seconds:
        raise TooManyRequests(retry_after=seconds)


def onward(wanted: str | None) -> Response:
    """On to the page that was wanted, if it is one of ours, else to the account."""
    return make_response(redirect(people.may_follow(wanted or "") or address("accounts.account"), code=303))


def unkept(page: ResponseReturnValue) -> Response:
    """A page of somebody's own: no browser and no cache keeps it."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
