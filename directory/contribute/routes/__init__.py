"""The pages of what people send. Each module adds its own to the one blueprint."""

from directory.contribute.routes import check, keeping, listed, pages, pin, put_right
from directory.contribute.routes.blueprint import bp

__all__ = ["bp", "check", "keeping", "listed", "pages", "pin", "put_right"]
