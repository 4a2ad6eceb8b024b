"""What the tests of feeds share: a directory that is harvested over real HTTP, and one that harvests it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.serving import make_server

from directory.exchange.cli.feeds import feeds
from directory.infra.db import transaction

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
def canned(answer: Callable[[str], tuple[int, dict[str, str], bytes]]) -> Iterator[Canned]:
    """``answer`` takes a path, and gives status, headers and body."""
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
    with _running(server):
        site.url = f"http://127.0.0.1:{server.server_port}"
        yield site


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


__all__ = ["LICENCE", "TITLE", "Canned", "canned", "follow", "harvested", "said", "served", "transaction"]
