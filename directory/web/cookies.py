"""Cookies as promises.md wants them: only for people who sign in or send a form, and none for readers."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

LONGEST: Final = timedelta(days=60)  # of a cookie; what it opens may end sooner, on the server


class QuietSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; a reader without one costs nothing: no key is derived, no header is set."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the visitor's cookie holds; empty without one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the visitor the cookie if it changed. Such an answer is theirs alone: nobody keeps it."""
        super().save_session(app, session, response)
        if "Set-Cookie" in response.headers:
            response.headers["Cache-Control"] = "no-store"
            response.headers.pop("ETag", None)  # a page with the token of an old cookie must not come back


def has_cookie() -> bool:
    """Whether the visitor brought our cookie. A reader has none, and is told apart without opening a session."""
    return current_app.session_interface.get_cookie_name(current_app) in request.cookies


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
        PERMANENT_SESSION_LIFETIME=LONGEST,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie: who takes two hours over a form loses nothing
    )
    app.session_interface = QuietSessions()
