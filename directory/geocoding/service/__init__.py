"""Words to points: ``Geocoding`` is the one value that everyone is passed."""

from directory.geocoding.service.build import build_index
from directory.geocoding.service.chain import Geocoding
from directory.geocoding.service.layout import NoPostcodes
from directory.geocoding.service.nominatim import Nominatim
from directory.geocoding.service.online import forget, forget_old
from directory.geocoding.service.postcodes import PostcodeIndex
from directory.geocoding.service.sources import to_located

__all__ = [
    "Geocoding",
    "NoPostcodes",
    "Nominatim",
    "PostcodeIndex",
    "build_index",
    "forget",
    "forget_old",
    "to_located",
]
