"""The public pages. Each module adds its own to the one blueprint."""

from directory.browse.routes import areas, health, home, listings, map_data, maps, search, shortlist, statements, tiles
from directory.browse.routes.blueprint import bp

__all__ = [
    "areas",
    "bp",
    "health",
    "home",
    "listings",
    "map_data",
    "maps",
    "search",
    "shortlist",
    "statements",
    "tiles",
]
