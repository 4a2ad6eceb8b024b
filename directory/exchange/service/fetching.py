"""One request to another site at a time: to no address that is not everybody's, within limits of bytes and seconds.

The name is looked up here, every address it has is judged, and the connection is made to the address that was judged: a
name that means another machine a moment later leads nowhere. A redirect is a new request, judged again.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from directory.core.errors import Invalid, Unavailable
from directory.exchange.rules.feeds import Networks, Target, may_ask, redirected, target
from directory.infra.settings import Settings

MOST_BYTES: Final = 32 * 1024 * 1024  # of an answer
LONGEST_S: Final = 60.0  # of a request, from the look-up to the last byte
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
CHUNK: Final = 64 * 1024
AGENT: Final = "CommunityDirectory/1 (+{site})"
Resolve = Callable[..., Sequence[tuple[Any, ...]]]


class TooLarge(Invalid):
    """An answer of more bytes than are read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: ``body`` is "" but for 200."""

    status: int
    body: bytes = b""
    etag: str = ""
    retry_after: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Asks. ``allowed``: private networks that the operator named; ``agent``: who asks, for the other's log."""

    allowed: Networks = ()
    agent: str
    resolve: Resolve = socket.getaddrinfo
    most_bytes: int = MOST_BYTES
    longest_s: float = LONGEST_S
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def get(self, url: str, *, etag: str = "") -> Answer:
        """The answer to a GET; with ``etag`` 304 if that is what it would be.

        Raises Invalid for an address that may not be asked or an answer that is too large, and Unavailable when no
        answer came.
        """
        for _ in range(MOST_REDIRECTS + 1):
            try:
                answer = self._once(target(url), etag, time.monotonic() + self.longest_s)
            except (OSError, http.client.HTTPException) as wrong:
                raise Unavailable(f"{target(url).authority} did not answer: {type(wrong).__name__}") from wrong
            if answer.status not in REDIRECTS:
                return answer
            url = redirected(url, answer.location)
        raise Invalid("url", url, f"at most {MOST_REDIRECTS} redirects")

    def _once(self, to: Target, etag: str, deadline: float) -> Answer:
        connection = http.client.HTTPConnection(to.host, to.port)
        with self._connected(to, deadline) as connected:
            connection.sock = _Timed(connected, deadline)  # what it uses of one
            connection.putrequest("GET", to.path, skip_host=True, skip_accept_encoding=True)
            headers = {"Host": to.authority, "User-Agent": self.agent, "Accept": "application/json"}
            # Nothing compressed: a small body cannot become a large one.
            headers |= {"Accept-Encoding": "identity", "Connection": "close"}
            headers |= {"If-None-Match": etag} if etag else {}
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as response:
                return self._read(response)

    def _read(self, response: http.client.HTTPResponse) -> Answer:
        said = {name: response.getheader(name) or "" for name in ("ETag", "Retry-After", "Location")}
        body = b""
        if response.status == http.client.OK:
            if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
                raise Invalid("answer", response.getheader("Content-Encoding"), "an answer that is not compressed")
            parts = io.BytesIO()
            while chunk := response.read(CHUNK):
                parts.write(chunk)
                if parts.tell() > self.most_bytes:
                    raise TooLarge("answer", "a large answer", f"at most {self.most_bytes:,} bytes")
            body = parts.getvalue()
        return Answer(response.status, body, said["ETag"], said["Retry-After"], said["Location"])

    def _connected(self, to: Target, deadline: float) -> socket.socket:
        """A connection to one of the addresses of the name, all of which may be asked."""
        found = self.resolve(to.host, to.port, type=socket.SOCK_STREAM)
        for each in found:
            address = ipaddress.ip_address(str(each[4][0]).partition("%")[0])
            if not may_ask(address, self.allowed):
                raise Invalid("url", to.authority, "a public address, or one that DIRECTORY_FEEDS_ALLOW names")
        wrong: OSError = OSError("no address")
        for family, kind, protocol, _name, address in found:
            connected = socket.socket(family, kind, protocol)
            try:
                connected.settimeout(_left(deadline))
                connected.connect(address)
                return self.tls.wrap_socket(connected, server_hostname=to.host) if to.scheme == "https" else connected
            except OSError as error:
                connected.close()
                wrong = error
        raise wrong


def _left(deadline: float) -> float:
    """The seconds that are left. Raises TimeoutError when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def fetcher_of(settings: Settings) -> Fetcher:
    """A fetcher for this installation."""
    return Fetcher(allowed=settings.feeds_allow, agent=AGENT.format(site=settings.site_address))


class _Timed:
    """What ``http.client`` asks of a socket. It closes this as soon as it has the file: the connection stays."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._connected, self._deadline = connected, deadline

    def sendall(self, data: bytes) -> None:
        """Send."""
        self._connected.settimeout(_left(self._deadline))
        self._connected.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The answer as a file."""
        return io.BufferedReader(_Timely(self._connected, self._deadline), CHUNK)

    def close(self) -> None:
        """Nothing: who made the connection closes it."""


class _Timely(io.RawIOBase):
    """An answer of which every byte must come before the deadline: one byte now and then does not keep us."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._connected, self._deadline = connected, deadline

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes of the answer."""
        self._connected.settimeout(_left(self._deadline))
        return self._connected.recv_into(buffer)
