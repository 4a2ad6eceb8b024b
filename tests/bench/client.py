"""A browser's share of HTTP/1.1: one connection kept alive, one request at a time, as little work as can be."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

TIMEOUT_S: Final = 60.0
IDLE_S: Final = 10.0  # a server closes a connection that nobody used for longer, some time or other
BROWSER: Final = "gzip, deflate, br"
PLAIN: Final = "identity"
_BLOCK: Final = 262_144


class Broken(RuntimeError):
    """The server said something that is not HTTP, or nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came over the line. ``seconds``: from the first byte sent to the last one received."""

    status: int
    body: bytes
    seconds: float


class Client:
    """A connection to a server on this machine."""

    def __init__(self, port: int, *, encoding: str = BROWSER) -> None:
        self._port = port
        self._encoding = encoding
        self._socket = self._connected()
        self._rest = b""
        self._used_at = time.monotonic()

    def get(self, path: str) -> Answer:
        """The answer to a GET."""
        began = time.perf_counter()
        parts = list(self.stream(path))
        return Answer(self.status, b"".join(parts), time.perf_counter() - began)

    def stream(self, path: str) -> Iterator[bytes]:
        """The body of the answer to a GET, in parts; ``status`` is known with the first one."""
        self._send(path)
        head, self._rest = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        self.status = int(lines[0].split()[1])
        fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if fields.get("transfer-encoding") == "chunked":
            yield from self._chunks()
        else:
            yield from self._exactly(int(fields["content-length"]))
        if fields.get("connection") == "close":
            self._socket.close()
            self._socket = self._connected()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self) -> socket.socket:
        found = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_S)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found

    def _send(self, path: str) -> None:
        if time.monotonic() - self._used_at > IDLE_S:
            self._socket.close()
            self._socket = self._connected()
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept-Encoding: {self._encoding}\r\n\r\n"
        self._socket.sendall(head.encode("ascii"))

    def _more(self) -> bytes:
        try:
            got = self._socket.recv(_BLOCK)
        except TimeoutError as error:
            raise Broken(f"nothing came for {TIMEOUT_S:.0f} s") from error
        if not got:
            raise Broken("the server hung up")
        self._used_at = time.monotonic()
        return got

    def _until(self, mark: bytes) -> tuple[bytes, bytes]:
        held = self._rest
        while mark not in held:
            held += self._more()
        found, _, rest = held.partition(mark)
        return found, rest

    def _exactly(self, size: int) -> Iterator[bytes]:
        """``size`` bytes; what follows them stays for the next answer."""
        while size:
            got = self._rest or self._more()
            self._rest = got[size:]
            part = got[:size]
            size -= len(part)
            yield part

    def _chunks(self) -> Iterator[bytes]:
        while True:
            line, self._rest = self._until(b"\r\n")
            size = int(line.split(b";")[0], 16)
            yield from self._exactly(size)
            _, self._rest = self._until(b"\r\n")
            if not size:
                return
