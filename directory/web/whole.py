"""Postcodes in a page: never broken across two lines. ``{{ where | whole }}``, wherever an address is drawn."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from directory.core.postcode import parts_of


def whole(text: str) -> Markup:
    """``text``, escaped, with each postcode and sector in it as one word of ``.whole``; markup stays as it is."""
    return text if isinstance(text, Markup) else _whole(text)


@lru_cache(maxsize=4096)  # an address is shown again and again, twenty to a page
def _whole(text: str) -> Markup:
    parts = parts_of(text)
    if len(parts) == 1:
        return escape(text)
    span = Markup('<span class="whole">{}</span>')
    return Markup("").join(span.format(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def add_whole(app: Flask) -> None:
    """Give the templates of ``app`` the filter."""
    app.jinja_env.filters["whole"] = whole
