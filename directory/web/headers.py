"""The security headers of every answer (promises.md), pages and static files alike."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, request

STRICT: Final = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self' data:",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
}
UNUSED_FEATURES: Final = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
_BY_LINK: Final = "directory.by-link"  # likewise: the page was reached by a secret link
_FRAMING: Final = "directory.framing"  # in the WSGI environment: how the policy of the answer differs
HSTS: Final = "max-age=63072000"  # two years; subdomains are not ours to decide about


def tile_source(tiles_url: str) -> str:
    """What the policy must allow as source of images for map tiles at ``tiles_url``; "" for none or our own.

    ``{s}``, Leaflet's subdomain, becomes ``*``.
    """
    host = urlsplit(tiles_url.replace("{s}", "*"))
    return f"{host.scheme}://{host.netloc}" if host.scheme in {"http", "https"} and host.netloc else ""


def content_policy(tiles_url: str, **others: str) -> str:
    """The Content-Security-Policy: everything from this site, images also from where the map tiles are.

    ``others``: directives of one page that differ, ``_`` for the hyphen.
    """
    allowed = {**STRICT, "img-src": f"{STRICT['img-src']} {tile_source(tiles_url)}".rstrip()}
    allowed |= {name.replace("_", "-"): sources for name, sources in others.items()}
    return "; ".join(f"{directive} {sources}" for directive, sources in allowed.items())


def policy(*, tiles_url: str, secure: bool) -> list[tuple[str, str]]:
    """Every header of a page. ``secure``: people reach the site over HTTPS."""
    features = ", ".join(["geolocation=(self)", *(f"{name}=()" for name in UNUSED_FEATURES)])
    return [
        ("Content-Security-Policy", content_policy(tiles_url)),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),  # OSM's tile servers block no-referrer
        ("Permissions-Policy", features),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        *([("Strict-Transport-Security", HSTS)] if secure else []),
    ]


def may_be_framed() -> None:
    """Let the answer of this request be shown in a frame of any site: for the embed, which holds nothing to press."""
    request.environ[_FRAMING] = {"frame_ancestors": "*"}


def frames_ours() -> None:
    """Let the answer of this request hold frames of this site: for the page that shows an embed."""
    request.environ[_FRAMING] = {"frame_src": "'self'"}


def secret_page() -> None:
    """Let the answer of this request be kept nowhere, and tell no other site where it was: it came by a secret link."""
    request.environ[_BY_LINK] = True


def add_headers(app: Flask, *, tiles_url: str, secure: bool) -> None:
    """Give every answer of ``app`` the policy. A header that a view has set itself stays."""
    always = policy(tiles_url=tiles_url, secure=secure)
    names = {name.lower() for name, _ in always}

    def add(response: Response) -> Response:
        framing: dict[str, str] | None = request.environ.get(_FRAMING)
        if framing is not None and response.status_code in {200, 304}:
            response.headers["Content-Security-Policy"] = content_policy(tiles_url, **framing)
        if _BY_LINK in request.environ:
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["Cache-Control"] = "no-store"
            response.headers.pop("ETag", None)
        own = {name.lower() for name in response.headers.keys()} & names  # noqa: SIM118 - iterating gives pairs
        if framing is not None and "frame_ancestors" in framing:
            own.add("x-frame-options")  # it knows no "anybody": it is left out
        for name, value in always:
            if name.lower() not in own:
                response.headers.add(name, value)
        return response

    app.after_request(add)


def static_headers(*, secure: bool) -> dict[str, str]:
    """The headers of a file, which passes by ``after_request``."""
    kept = {"X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Strict-Transport-Security"}
    found = {name: value for name, value in policy(tiles_url="", secure=secure) if name in kept}
    # A drawing opened by itself is a document, in which nothing may run.
    return {**found, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
