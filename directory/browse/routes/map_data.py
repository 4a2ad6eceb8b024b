"""What the map asks for: the document that Folium made, and the pins of a viewport."""

from __future__ import annotations

from functools import lru_cache

from flask import Response, jsonify, request

from directory.browse.routes.blueprint import Running, bp, running
from directory.browse.views import pins as views
from directory.browse.views.maps import feature_collection
from directory.core.errors import Invalid
from directory.core.geo import Box
from directory.geocoding.rules import Located
from directory.infra import clock
from directory.infra.db import Reader
from directory.listings import queries as listings
from directory.listings.rules.codes import codes_in
from directory.maps import queries as maps
from directory.maps.rules import Cluster, Pin, Spots
from directory.maps.service import MAX_ZOOM, Ground, script
from directory.search.rules.request import from_args_strictly
from directory.search.service import Query, matching_in, meant_in, moment_at
from directory.web.access import Who, open_to
from directory.web.layout import VERSIONS, begin

SHORT = 200  # characters of a number in an address that are looked at


@bp.get("/map/document.js")
@open_to(Who.ANYONE)
def map_script() -> Response:
    """The script in which Folium makes the map: the same for everyone until the settings change."""
    here = running()
    with begin(clock.now()):
        pass
    return Response(_script(ground_of(here)), mimetype="text/javascript")


def ground_of(here: Running) -> Ground:
    """The place's tiles, unless the settings name others, or none; none of an address beside a file of our own."""
    settings, place = here.settings, here.place
    if settings.tiles_file:
        return Ground(place.box, "", "")
    if settings.tiles_url is None:
        return Ground(place.box, place.tiles_url, place.tiles_attribution)
    return Ground(place.box, settings.tiles_url, settings.tiles_attribution or "")


@lru_cache(maxsize=4)
def _script(ground: Ground) -> str:
    return script(ground)


@bp.get("/map/names.json")
@open_to(Who.ANYONE)
def map_names() -> Response:
    """The names of the place with latitude, longitude and rank (0 from afar, 2 from nearby), in their order.

    What a map shows that has neither tiles nor outlines: a country's districts are too many to draw.
    """
    here = running()
    with begin(clock.now()):
        pass
    names = [(name, round(point.lat, 3), round(point.lon, 3), rank) for name, point, rank in here.geocoding.labels()]
    return jsonify(names=names)


@bp.get("/map/features")
@open_to(Who.ANYONE)
def map_features() -> Response:
    """GeoJSON of what ``bbox`` (w,s,e,n) shows at ``zoom``, of everything or of a search.

    A place that is not known is left out, as on the page. Raises Invalid.
    """
    box, zoom = Box.parse(request.args.get("bbox", "")[:SHORT]), _zoom(request.args.get("zoom", ""))
    here = running()
    asked = from_args_strictly(request.args, here.terms, here.areas)
    now = clock.now()
    with begin(now) as session:
        what = meant_in(here, session, asked, now)
        everything = what.query.is_everything and not what.query.nothing
        shown = maps.viewport(session, box, zoom) if everything else _found(session, what.query, box, zoom)
    return Response(feature_collection(shown), mimetype="application/geo+json")


@bp.get("/map/pins")
@open_to(Who.ANYONE)
def map_pins() -> Response:
    """What some pins say when they are opened: needs, distance from ``near``, and whether it is open, in words."""
    here, now = running(), clock.now()
    pins = views.asked(request.args.get("pins", ""))
    with begin(now) as session:
        found = listings.by_codes(session, codes_in(".".join(code for code, _ in pins)).codes)
        cards = listings.cards(session, [coded.id for coded in found]) if found else {}
    near = here.geocoding.locate(request.args.get("near", ""))
    looking = views.Looking(here.terms.needs, near if isinstance(near, Located) else None, moment_at(now, here.place))
    return jsonify(pins=views.told(list(cards.values()), pins, looking))


def _found(session: Reader, query: Query, box: Box, zoom: int) -> list[Cluster | Pin]:
    """The places of a search within ``box``, clustered; the names of those that stand alone are looked up."""
    placed = matching_in(running(), session, session.info[VERSIONS]).placed(session, query, box)
    return maps.clustered(session, Spots(*placed), box, zoom)


def _zoom(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 2 or int(text) > MAX_ZOOM:
        raise Invalid("zoom", text[:SHORT], f"a whole number from 0 to {MAX_ZOOM}")
    return int(text)
