"""No test leaves the machine: an audit hook refuses every name looked up and every address written to.

It sees what pytest-socket does not: name servers, datagrams, threads, and what happens between tests.
Programs that tests start are kept in by their own settings (the browser maps every other name to nothing).
"""

from __future__ import annotations

import ipaddress
import sys

import pytest

# The audited happening, and which of its arguments says where to.
WATCHED = {
    "socket.connect": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.sendmsg": 1,
    "socket.sendto": 1,
}


class Outside(RuntimeError):
    """A test tried to reach another machine. No OSError: nothing that waits for one swallows it."""


def is_loopback(host: object) -> bool:
    """Whether ``host`` (a name, an address, or nothing) is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def watch(happening: str, arguments: tuple[object, ...]) -> None:
    """Raise Outside when something looks up, connects or writes to another machine."""
    position = WATCHED.get(happening)
    if position is None:
        return
    target = arguments[position]
    if position == 1:  # a socket's address: a path, or a tuple that begins with the host
        target = target[0] if isinstance(target, tuple) else None
    if not is_loopback(target):
        raise Outside(f"A test tried to reach {target} ({happening}); tests stay on this machine.")


def pytest_configure(config: pytest.Config) -> None:
    """Watch from here to the end of the process; an audit hook cannot be taken back."""
    sys.addaudithook(watch)
