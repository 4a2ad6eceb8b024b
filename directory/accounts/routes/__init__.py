"""Signing in and out, and the page of one's own account."""

from directory.accounts.routes import account, factor, sign_in, stop
from directory.accounts.routes.blueprint import bp

__all__ = ["account", "bp", "factor", "sign_in", "stop"]
