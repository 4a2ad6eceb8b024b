"""Searching: one request in, one page out."""

from directory.search.engine import Index
from directory.search.rules.query import Found, Match, Query, Row
from directory.search.service.matching import Matching
from directory.search.service.moment import moment_at
from directory.search.service.opening import open_index
from directory.search.service.page import Meant, SearchPage, meant, search
from directory.search.service.process import Process, matching_in, meant_in, search_in

__all__ = [
    "Found",
    "Index",
    "Match",
    "Matching",
    "Meant",
    "Process",
    "Query",
    "Row",
    "SearchPage",
    "matching_in",
    "meant",
    "meant_in",
    "moment_at",
    "open_index",
    "search",
    "search_in",
]
