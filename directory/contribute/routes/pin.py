"""Where a postcode sets the pin, for the script that moves it."""

from __future__ import annotations

from typing import Final

from flask import Response, jsonify, request

from directory.contribute.routes.blueprint import UNKEPT, bp, running
from directory.geocoding.rules import Located
from directory.web.access import Who, open_to
from directory.web.words import gettext as _

LONGEST: Final = 40  # characters of a postcode that are looked at


@bp.get("/add/point.json")
@open_to(Who.ANYONE)
def point() -> Response:
    """The centre of ``postcode``: degrees and how far off it may be, in words; or only the words. Offline."""
    found = running().geocoding.postcode(request.args.get("postcode", "")[:LONGEST])
    if isinstance(found, Located):
        said = _("The pin is in the middle of the postcode, up to about 150 metres off. Move it to the door.")
        answer = jsonify(lat=found.point.lat, lon=found.point.lon, said=said)
    else:
        answer = jsonify(said=_("We do not know this postcode here. Check it, or go on without a pin."))
    answer.headers["Cache-Control"] = UNKEPT
    return answer
