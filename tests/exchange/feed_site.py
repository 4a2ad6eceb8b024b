"""What the tests of feeds share: a directory that is harvested over real HTTP, and one that harvests it."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.serving import make_server

from directory.exchange.cli.feeds import feeds
from tests.support.records import an_id

TITLE, LICENCE = "Solihull Directory", "Open Government Licence v3.0"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the API of an application that answers on the loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}/oruk/v3"


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Canned:
    """A server that answers what a test says. ``asked`` has each request's path and headers, in their order."""

    answer: Callable[[str], tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""


@contextmanager
def canned(
    answer: Callable[[str], tuple[int, dict[str, str], bytes]], tls: ssl.SSLContext | None = None
) -> Iterator[Canned]:
    """``answer`` takes a path, and gives status, headers and body. ``tls``: what it shows who it is with."""
    site = Canned(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with _running(server):
        site.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        yield site


@dataclass
class Foreign:
    """Another directory's API as a test has it: ``answer`` for ``canned``.

    ``per``: how many a page has, whatever is asked for. ``lists``: it knows ``minimal``. ``nests``: it knows ``full``.
    ``busy``: so many of the next answers are 429.
    """

    services: list[dict[str, Any]]
    organizations: list[dict[str, Any]] | None = None
    per: int = 2
    lists: bool = True
    nests: bool = True
    busy: int = 0
    wait: str = "1"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.busy:
            self.busy -= 1
            return 429, {"Retry-After": self.wait}, b""
        if asked.get("minimal") and not self.lists:
            return 400, {}, b""
        if parts.path == "/v3/services":
            return self._page(self._chosen(asked), int(asked["page"]))
        if parts.path == "/v3/organizations" and self.organizations is not None:
            return self._page(self.organizations, int(asked["page"]))
        one = [each for each in self.services if parts.path == f"/v3/services/{each['id']}"]
        return (200, {}, json.dumps(one[0]).encode()) if one else (404, {}, unquote(path).encode())

    def _chosen(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        since = asked.get("modified_after", "")
        found = [each for each in self.services if each["last_modified"] >= since]
        if asked.get("minimal"):
            return [{"id": each["id"], "last_modified": each["last_modified"]} for each in self.services]
        if self.nests:
            return found
        return [{k: v for k, v in each.items() if not isinstance(v, (dict, list))} for each in found]

    def _page(self, every: list[dict[str, Any]], number: int) -> tuple[int, dict[str, str], bytes]:
        contents = every[(number - 1) * self.per :][: self.per]
        page = {"page_number": number, "total_pages": -(-len(every) // self.per), "contents": contents}
        return 200, {}, json.dumps(page).encode()


def foreign_service(name: str, organization: str = "", **more: Any) -> dict[str, Any]:
    """A service with what hangs on it, as another directory gives it."""
    owner = organization or f"{name} group"
    about = {"id": str(an_id("foreign", owner)), "name": owner, "description": "Neighbours."}
    return {
        "id": str(an_id("foreign service", name)),
        "name": name,
        "status": "active",
        "last_modified": "2026-05-01T09:00:00Z",
        "organization_id": about["id"],
        "organization": about,
        **more,
    }


def said(app: Flask, *words: str) -> Result:
    """What ``directory feeds`` says."""
    with app.app_context():
        return CliRunner().invoke(feeds, list(words))


def follow(app: Flask, url: str, name: str = "solihull") -> None:
    """Add a feed."""
    done = said(app, "add", url, "--title", TITLE, "--licence", LICENCE, "--name", name)
    assert done.exit_code == 0, done.output


def harvested(app: Flask, *words: str) -> str:
    """Run every feed, which must succeed; what was said."""
    done = said(app, "run", *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output
