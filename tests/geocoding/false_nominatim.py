"""A false Nominatim on the loopback, in every mood a real one may have. It remembers what it was asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

INSIDE = {"lat": "52.4573", "lon": "-1.8716"}
OUTSIDE = {"lat": "53.4808", "lon": "-2.2426"}
SMALL = ["52.4570", "52.4576", "-1.8721", "-1.8711"]
TOWN = ["52.38", "52.61", "-2.04", "-1.72"]


def a_place(where: dict[str, str], box: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """One result as Nominatim gives it."""
    return {"place_id": 1, "display_name": "12, Example Road", "boundingbox": box or SMALL, **where, **more}


# Status, headers and body of the moods that are plain answers.
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "found": (200, {}, json.dumps([a_place(INSIDE)]).encode()),
    "nothing": (200, {}, b"[]"),
    "outside": (200, {}, json.dumps([a_place(OUTSIDE)]).encode()),
    "outside, then inside": (200, {}, json.dumps([a_place(OUTSIDE), a_place(INSIDE)]).encode()),
    "the whole town": (200, {}, json.dumps([a_place(INSIDE, TOWN)]).encode()),
    "without a box": (200, {}, json.dumps([a_place(INSIDE, ["rubbish"])]).encode()),
    "500": (500, {}, b"<h1>Internal Server Error</h1>"),
    "503": (503, {"Retry-After": "5"}, b""),
    "429": (429, {"Retry-After": "120"}, b"slow down"),
    "403": (403, {}, b"Usage limit reached"),
    "HTML": (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Sign in to the wifi</title>"),
    "half of the JSON": (200, {}, b'[{"lat": "52.4573", "lon'),
    "empty": (200, {}, b""),
    "null": (200, {}, b"null"),
    "an object": (200, {}, b"{}"),
    "an error": (200, {}, b'{"error": {"code": 400, "message": "no"}}'),
    "a text": (200, {}, b'"Birmingham"'),
    "numbers": (200, {}, b"[1, 2, 3]"),
    "without a point": (200, {}, b'[{"display_name": "Here"}]'),
    "words for a point": (200, {}, json.dumps([a_place({"lat": "north", "lon": "west"})]).encode()),
    "NaN for a point": (200, {}, json.dumps([a_place({"lat": "NaN", "lon": "NaN"})]).encode()),
    "off the Earth": (200, {}, json.dumps([a_place({"lat": "9999", "lon": "-1.9"})]).encode()),
    "without a name": (200, {}, json.dumps([{**INSIDE, "boundingbox": SMALL}]).encode()),
    "deep JSON": (200, {}, b"[" * 100_000),
    "not text": (200, {}, b"\xff\xfe\x00[" * 10),
    "too long": (200, {}, b"[" + b" " * 3_000_000 + b"]"),
}


class _Server(ThreadingHTTPServer):
    false: FalseNominatim


class FalseNominatim:
    """``mood`` says how it answers from now on; ``asked`` holds the parameters of every question."""

    def __init__(self) -> None:
        self.mood = "found"
        self.asked: list[dict[str, str]] = []
        self.agents: list[str] = []
        self.elsewhere = 0  # questions that came by a redirect
        self.ended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.false = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Its address, as a setting has it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer in the mood of the moment."""
        false, parts = self.server.false, urlsplit(self.path)
        if parts.path != "/search":
            false.elsewhere += 1
            self._send(200, {}, ANSWERS["found"][2])
            return
        false.asked.append({name: values[0] for name, values in parse_qs(parts.query).items()})
        false.agents.append(self.headers["User-Agent"])
        if false.mood in ANSWERS:
            self._send(*ANSWERS[false.mood])
        else:
            getattr(self, f"_{false.mood}")()

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._write(body)

    def _silent(self) -> None:
        self.server.false.ended.wait(30)

    def _drip(self) -> None:
        """A byte now and then: each one comes within any time-out that counts from the last."""
        self._write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not self.server.false.ended.wait(0.05) and self._write(b" "):
            pass

    def _redirect(self) -> None:
        elsewhere = f"{self.server.false.url}/elsewhere?{urlsplit(self.path).query}"
        self._send(302, {"Location": elsewhere}, b"")

    def _cut(self) -> None:
        self._write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n[{")

    def _write(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
        except OSError:  # the client has gone: what is tested here
            return False
        return True

    def log_message(self, *_: object) -> None:
        """Nothing: the tests read what they need."""
