"""The map on which a place's pin is put, and how exactly it stands there."""

from __future__ import annotations

from typing import Any, Final

from directory.browse.views.maps import SMALL_M, MapFrame
from directory.contribute.views.check import pin_words
from directory.core.geo import Box, Point
from directory.geocoding.rules import Located
from directory.web.addresses import address
from directory.web.words import gettext as _

NO_PINS: Final = '{"type":"FeatureCollection","features":[]}'


def pin_shown(by_hand: Point | None, located: Located | None, postcode: str, whole: Box) -> dict[str, Any]:
    """What the template of an address that everybody may see needs for its pin.

    ``by_hand``: where somebody put it; ``located``: where ``postcode`` sets it; ``whole``: the place's box.
    """
    point = by_hand or (located.point if located else None)
    box = Box.around(point, SMALL_M) if point else whole
    frame = MapFrame(
        document_url=address("browse.map_script"),
        features=NO_PINS,
        outlines_url=address("browse.outlines"),
        box=(box.west, box.south, box.east, box.north),
        size="small",
    )
    said = _("Enter the postcode: it sets the pin.")
    if postcode or by_hand:
        said = pin_words(by_hand=by_hand is not None, is_known=located is not None)
    return {"pin": frame, "pin_said": said}
