"""Data out and in: files, the page that offers them, feeds, staff's extracts, and files that staff import."""

from directory.exchange.routes import changes, data, hsds, imports, search, staff, tables, template
from directory.exchange.routes.blueprint import bp

__all__ = ["bp", "changes", "data", "hsds", "imports", "search", "staff", "tables", "template"]
