"""What the door needs around it, passed in as one value."""

from __future__ import annotations

from dataclasses import dataclass

from directory.areas.service import AreaIndex
from directory.geocoding.service import Geocoding
from directory.infra.place import Place
from directory.listings.rules.taxonomy import Terms
from directory.publishing.rules import Lines
from directory.search.service import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The place, its terms, who finds points and areas, the index to keep in step, and what makes lines of files."""

    place: Place
    terms: Terms
    geocoding: Geocoding
    areas: AreaIndex
    index: Index
    lines: Lines
