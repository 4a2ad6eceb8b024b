"""Words to points: ``Geocoding`` is the one value that everyone is passed.

What is named here is imported when it is asked for: ``init --if-needed`` looks at the postcode file (``layout``) at
every start, and would else load geopy and SQLAlchemy for it, which takes half a second.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
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
_FROM: Final = {
    "Geocoding": "chain",
    "NoPostcodes": "layout",
    "Nominatim": "nominatim",
    "PostcodeIndex": "postcodes",
    "build_index": "build",
    "forget": "online",
    "forget_old": "online",
    "to_located": "sources",
}


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FROM[name]}"), name)
    globals()[name] = found  # asked for once
    return found
