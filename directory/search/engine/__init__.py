"""What an index can do, and what the two of them share."""

from directory.search.engine.finding import SqlIndex
from directory.search.engine.protocol import Index
from directory.search.engine.sources import Part

__all__ = ["Index", "Part", "SqlIndex"]
