"""The postcode districts of a place as areas, made at ``directory init``: nobody publishes their outlines openly."""

from __future__ import annotations

import hashlib
import json
from typing import Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.areas import rules
from directory.areas.models import Area
from directory.areas.rules import Loaded
from directory.areas.service import shapes, store
from directory.areas.service.ground import ground_of
from directory.areas.service.store import Prepared
from directory.geocoding.service import PostcodeIndex
from directory.infra.place import Place

FORMAT: Final = 1  # raise it when outlines come out differently: every installation makes them anew
TOLERANCE_M: Final = 120.0  # of the outlines that are served: 52 KB for Birmingham


def build_districts(session: Session, place: Place, index: PostcodeIndex) -> Loaded:
    """Make an area of every district that the place's file names, and remove those it names no more.

    One second for a city, a quarter of a minute for all of Britain, within the session's transaction; nothing
    when neither place nor postcodes changed. A place that names no districts has none: the postcodes do not
    tell which of the country's are still in use. The notes say which have no ground of their own (post-office
    boxes).
    """
    source = _source(place, index)
    there = session.execute(
        sa.select(sa.func.count(), sa.func.min(Area.source), sa.func.max(Area.source)).where(
            Area.kind == rules.DISTRICT
        )
    ).one()
    if there[1:] == (source, source):
        return Loaded(same=there[0])
    return store.put(session, _drawn(place, index, source))


def _drawn(place: Place, index: PostcodeIndex, source: str) -> Prepared:
    names = {district.code: district.names for district in place.districts}
    ground = ground_of(names.keys(), index)
    named = tuple(store.Named(code, rules.district_name(code, names[code]), code) for code in ground)
    drawn = shapes.draw(np.array(list(ground.values()), dtype=object), TOLERANCE_M)
    notes = tuple(f"{code}: no ground of its own" for code in names if code not in ground)
    return Prepared(rules.DISTRICT, source, named, tuple(drawn), notes, whole=True)


def _source(place: Place, index: PostcodeIndex) -> str:
    """What the outlines were made from, in a few words: the same again, they need not be made again."""
    named = json.dumps([(district.code, district.names) for district in place.districts])
    return f"postcodes {index.package} {FORMAT} {hashlib.sha256(named.encode()).hexdigest()[:16]}"
