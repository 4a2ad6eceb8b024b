"""Static files: their addresses, which never change what they mean, and how they are sent.

The build puts a hash into each file's name and lists the names in ``manifest.json``, so a file is cached for
ever and a new one has a new address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from wsgiref.headers import Headers

from flask import Flask, current_app
from whitenoise import WhiteNoise

from directory.infra import files
from directory.web.headers import static_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX: Final = "/static/"
_EXTENSION: Final = "directory.assets"
HASHED: Final = r"-[A-Z0-9]{8}\.\w+$"  # esbuild's names


class Assets:
    """The address of each asset by its logical name."""

    def __init__(self, folder: Path) -> None:
        manifest = folder / "manifest.json"
        names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
        self.missing = not names
        self._addresses = {name: PREFIX + hashed for name, hashed in names.items()}

    def __call__(self, name: str) -> str:
        """The address of ``name`` ("app.css"). Raises LookupError for one that the build did not make."""
        try:
            return self._addresses[name]
        except KeyError:
            if self.missing:
                raise LookupError("The assets are not built: run `node static/build.mjs`, or install again.") from None
            raise LookupError(f"the build made no {name}") from None


class Files:
    """WSGI middleware that sends the built files. Anything but GET and HEAD is for the application."""

    def __init__(self, application: WSGIApplication, folder: Path, headers: dict[str, str]) -> None:
        self.application = application
        self.sender: WSGIApplication = WhiteNoise(
            application,
            root=folder,
            prefix=PREFIX,
            allow_all_origins=False,  # nobody else's page needs our files
            immutable_file_test=HASHED,
            add_headers_function=partial(_add_headers, headers),
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with a file, or let the application answer."""
        answer = self.sender if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else self.application
        return answer(environ, start_response)


def add_assets(app: Flask, *, secure: bool, folder: Path | None = None) -> Assets:
    """Serve the built files under /static/ and give templates ``asset(name)``."""
    folder = folder or files.static()
    assets = Assets(folder)
    app.jinja_env.globals["asset"] = app.extensions[_EXTENSION] = assets
    if not assets.missing:
        app.wsgi_app = Files(app.wsgi_app, folder, static_headers(secure=secure))  # type: ignore[method-assign] # Flask's documented way
    return assets


def asset(name: str) -> str:
    """The address of a built file, as templates have it."""
    found: Assets = current_app.extensions[_EXTENSION]
    return found(name)


def _add_headers(values: dict[str, str], headers: Headers, _path: str, _url: str) -> None:
    for name, value in values.items():
        headers[name] = value
