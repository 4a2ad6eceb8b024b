"""The public pages. Each module adds its own to the one blueprint."""

from directory.browse.routes import (
    areas,
    embed,
    health,
    home,
    listings,
    map_data,
    maps,
    picture,
    robots,
    search,
    shortlist,
    statements,
    suggest,
    tiles,
)
from directory.browse.routes.blueprint import bp

__all__ = [
    "areas",
    "bp",
    "embed",
    "health",
    "home",
    "listings",
    "map_data",
    "maps",
    "picture",
    "robots",
    "search",
    "shortlist",
    "statements",
    "suggest",
    "tiles",
]
