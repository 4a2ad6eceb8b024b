"""The pages of what people send. Each module adds its own to the one blueprint."""

from directory.contribute.routes import (
    check,
    claim,
    edit,
    keeping,
    listed,
    manage,
    moderated,
    pages,
    pin,
    put_right,
    share,
    still_right,
)
from directory.contribute.routes.blueprint import bp

__all__ = [
    "bp",
    "check",
    "claim",
    "edit",
    "keeping",
    "listed",
    "manage",
    "moderated",
    "pages",
    "pin",
    "put_right",
    "share",
    "still_right",
]
