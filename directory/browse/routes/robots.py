"""What programs that read the whole web need not read: the same listings in every order, and every part of a map."""

from __future__ import annotations

from typing import Final

from flask import Response

from directory.browse.routes.blueprint import bp
from directory.web.access import Who, open_to

LEFT_OUT: Final = ("/search?", "/search.", "/map/", "/shortlist", "/embed", "/suggest", "/add/", "/oruk/", "/data/")


@bp.get("/robots.txt")
@open_to(Who.ANYONE)
def robots() -> Response:
    """The rules (RFC 9309): listings, needs and areas are to be found; searches and files are for people who ask."""
    rules = [f"Disallow: {prefix}{path}" for path in LEFT_OUT for prefix in ("", "/*")]  # also in other languages
    return Response("\n".join(["User-agent: *", *rules, ""]), mimetype="text/plain")
