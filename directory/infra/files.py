"""Where the files that come with the code are: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """The folder of the page templates."""
    return _shipped(PACKAGE / "_templates", PACKAGE.parent / "templates")


def static() -> Path:
    """The folder of the built styles, scripts and icons."""
    return _shipped(PACKAGE / "_static", PACKAGE.parent / "static" / "dist")


def translations() -> Path:
    """The folder of the message catalogues."""
    return PACKAGE / "infra" / "translations"


def places() -> Path:
    """The folder of the places that come with the code."""
    return PACKAGE / "infra" / "places"


def _shipped(in_wheel: Path, in_checkout: Path) -> Path:
    return in_wheel if in_wheel.is_dir() else in_checkout
