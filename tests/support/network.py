"""No test leaves the machine.

pytest-socket refuses connections (see addopts in pyproject.toml). This refuses what it does not see: asking a
name server, and datagrams. Programs that tests start are kept in by their own settings (the browser maps every
other name to nothing).
"""

from __future__ import annotations

import ipaddress
import sys

import pytest

WATCHED = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.sendto": 1, "socket.sendmsg": 1}


class Outside(RuntimeError):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether ``host`` (a name, an address, or nothing) is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"} or not isinstance(name, str):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def watch(happening: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: raises Outside when something looks up or writes to another machine."""
    position = WATCHED.get(happening)
    if position is None or position >= len(arguments):
        return
    target = arguments[position]
    host = target[0] if isinstance(target, tuple) and target else target
    if not is_loopback(host):
        raise Outside(f"A test tried to reach {host} ({happening}); tests stay on this machine.")


def pytest_configure(config: pytest.Config) -> None:
    """Watch from here to the end of the process; an audit hook cannot be taken back."""
    sys.addaudithook(watch)
