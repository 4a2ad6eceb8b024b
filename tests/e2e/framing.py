"""Another site, on another port of this machine, with a page that holds one of our frames."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


@contextmanager
def other_site(markup: str) -> Iterator[str]:
    """The address of a page with this markup in it, while it lasts."""
    page = (
        '<!doctype html><html lang="en"><head><title>Other site</title><link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><main><h1>Other site</h1>{markup}</main></body></html>"
    ).encode()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The page, whatever was asked."""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
