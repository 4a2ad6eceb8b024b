"""Data out: files of a search and of everything, the page that offers them, feeds, and staff's extracts."""

from directory.exchange.routes import changes, data, hsds, search, staff, tables
from directory.exchange.routes.blueprint import bp

__all__ = ["bp", "changes", "data", "hsds", "search", "staff", "tables"]
