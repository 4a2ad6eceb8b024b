"""What a mailed link did, told by its own page however often that is loaded: in the browser that pressed, alone."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, make_response, redirect, session

from directory.accounts.rules import digest
from directory.web.addresses import language, same_page

RECEIPT: Final = "by-link"  # in the signed cookie: the last link that was used here, and what its page says
MOST_NAMES: Final = 12  # a cookie has room for so many, and a person looks at no more
LONGEST_NAME: Final = 100  # characters


def done(token: str, **told: Any) -> Response:
    """Keep what was done, and send the browser to the page of the link, which says so from now on."""
    session[RECEIPT] = {"link": _short(token), **told}
    return make_response(redirect(same_page(language()), code=303))


def receipt(token: str) -> dict[str, Any] | None:
    """What was done by a link in this browser; None when it was another link, or another browser."""
    found = session.get(RECEIPT)
    return found if isinstance(found, dict) and found.get("link") == _short(token) else None


def named(names: list[str]) -> dict[str, Any]:
    """Names as a receipt has them, and how many more there are."""
    return {
        "names": [each[:LONGEST_NAME] for each in names[:MOST_NAMES]],
        "more": max(0, len(names) - MOST_NAMES),
    }


def _short(token: str) -> str:
    return digest(token)[:16]
