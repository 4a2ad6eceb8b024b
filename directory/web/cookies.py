"""Cookies as promises.md wants them: only for people who sign in or send a form, and none for readers."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class QuietSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; a reader without one costs nothing: no key is derived, no header is set."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the visitor's cookie holds; empty without one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def add_cookies(app: Flask, *, secret_key: str, secure: bool) -> None:
    """Configure the one cookie. Browsers refuse Secure and ``__Host-`` on plain http: it is plain there."""
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="__Host-directory" if secure else "directory",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.session_interface = QuietSessions()
