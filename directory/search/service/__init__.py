"""Searching: one request in, one page out."""

from directory.search.engine import Index
from directory.search.rules.query import Found, Match, Query, Row
from directory.search.service.opening import open_index
from directory.search.service.page import SearchPage, query_for, search

__all__ = ["Found", "Index", "Match", "Query", "Row", "SearchPage", "open_index", "query_for", "search"]
