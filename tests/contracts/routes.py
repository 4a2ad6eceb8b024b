"""The one table of who may reach which address. Whoever adds a route adds its line; a test walks them all.

A line is the rule of the address, then its methods and the audiences: ``anyone``, ``steward`` (has signed in),
``moderator``, ``exporter``, ``administrator`` (with their second factor). Which listings are a steward's own is asked
by the service: tests of those pages try the other steward.
"""

from __future__ import annotations

from typing import Final

STAFF: Final = "administrator exporter moderator"
ROUTES: Final[dict[str, str]] = {
    "/": "GET: anyone",
    "/about": "GET: anyone",
    "/accessibility": "GET: anyone",
    "/account": "GET: steward",
    "/account/recovery-codes": f"POST: {STAFF}",
    "/account/second-factor": "GET POST: steward",
    "/account/sign-out-everywhere": "POST: steward",
    "/add": "GET: anyone",
    "/areas": "GET: anyone",
    "/areas/<code>": "GET: anyone",
    "/areas/<code>/outline.geojson": "GET: anyone",
    "/areas/outlines.geojson": "GET: anyone",
    "/attributions": "GET: anyone",
    "/data": "GET: anyone",
    "/embed": "GET: anyone",
    "/embed/make": "GET: anyone",
    "/health": "GET: anyone",
    "/listings/<slug>": "GET: anyone",
    "/map": "GET: anyone",
    "/map/document.js": "GET: anyone",
    "/map/features": "GET: anyone",
    "/map/pins": "GET: anyone",
    "/map/results.svg": "GET: anyone",
    "/map/tiles.pmtiles": "GET: anyone",
    "/needs/<slug>": "GET: anyone",
    "/oembed": "GET: anyone",
    "/privacy": "GET: anyone",
    "/ready": "GET: anyone",
    "/search": "GET: anyone",
    "/search.csv": "GET: anyone",
    "/search.geojson": "GET: anyone",
    "/shortlist": "GET: anyone",
    "/shortlist.csv": "GET: anyone",
    "/shortlist/print": "GET: anyone",
    "/sign-in": "GET POST: anyone",
    "/sign-in/<token>": "GET POST: anyone",
    "/sign-in/second-factor": "GET POST: steward",
    "/sign-in/sent": "GET: anyone",
    "/sign-out": "POST: anyone",
    "/signed-out": "GET: anyone",
    "/stop-mails/<token>": "GET POST: anyone",
    "/suggest": "GET: anyone",
}
