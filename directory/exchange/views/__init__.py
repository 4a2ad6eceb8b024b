"""What the pages of this slice show, as plain values."""

from directory.exchange.views.data import data_page

__all__ = ["data_page"]
