"""How the text of a setting becomes its value. Each check raises ValueError for a text it cannot use."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

Check = Callable[[str], Any]

_YES: Final = {"1", "true", "yes", "on"}
_NO: Final = {"0", "false", "no", "off"}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_NUMBERS = re.compile(r"[0-9.]+")  # an address that is none is no name either
_POSTGRES: Final = {"postgres", "postgresql", "postgresql+psycopg"}
# Who, where and what else, parted as SQLAlchemy does it. A password with an @ that is not written %40 would end early,
# and the rest of it stand in messages as a part of the host's name.
_SERVER = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?+(?:\[[^/?@]+\]|[^/:?@]*)(?::[0-9]*)?(?:[/?].*)?")
PMTILES: Final = b"PMTiles\x03"
SECRET_LENGTH: Final = 32  # characters: 128 bits even when written as hexadecimal


def text(given: str) -> str:
    """Any text on one line."""
    if any(ord(letter) < 32 for letter in given):
        raise ValueError(given)
    return given.strip()


def flag(given: str) -> bool:
    """Yes or no."""
    word = given.strip().lower()
    if word not in _YES | _NO:
        raise ValueError(given)
    return word in _YES


def whole(least: int, most: int) -> Check:
    """A check for a whole number from ``least`` to ``most``."""

    def check(given: str) -> int:
        number = int(given)
        if not least <= number <= most:
            raise ValueError(given)
        return number

    return check


def path(given: str) -> Path:
    """A path, made absolute."""
    return Path(text(given)).expanduser().resolve()


def one_of(*words: str) -> Check:
    """A check for one of ``words``."""

    def check(given: str) -> str:
        if given.strip().lower() not in words:
            raise ValueError(given)
        return given.strip().lower()

    return check


def host(given: str) -> str:
    """An address or name to listen on."""
    try:
        return str(ip_address(given.strip()))
    except ValueError:
        if not _HOST.fullmatch(given.strip()) or _NUMBERS.fullmatch(given.strip()):
            raise
        return given.strip().lower()


def site_address(given: str) -> str:
    """``scheme://host[:port]`` without a path; the last slash is dropped."""
    parts = urlsplit(text(given).rstrip("/"))
    wrong = parts.path or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in {"http", "https"} or not parts.hostname or wrong:
        raise ValueError(given)
    host(parts.hostname)
    shown = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port else "")


def is_loopback(address: str) -> bool:
    """Whether a checked site address is of this machine alone."""
    name = urlsplit(address).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def web_address(given: str) -> str:
    """An http or https address, or nothing."""
    words = text(given)
    if words and (urlsplit(words).scheme not in {"http", "https"} or not urlsplit(words).hostname):
        raise ValueError(given)
    return words.rstrip("/")


def tiles(given: str) -> str:
    """The address of map tiles with ``{z}``, ``{x}`` and ``{y}`` in it, or nothing."""
    words = web_address(given)
    if words and not all(f"{{{part}}}" in words for part in "zxy"):
        raise ValueError(given)
    return words


def pmtiles(given: str) -> Path | None:
    """A file that begins as PMTiles version 3 does, or nothing."""
    if not given.strip():
        return None
    found = path(given)
    try:
        with found.open("rb") as file:
            begins = file.read(len(PMTILES))
    except OSError as error:
        raise ValueError(given) from error
    if begins != PMTILES:
        raise ValueError(given)
    return found


def contact(given: str) -> str:
    """An e-mail address, or nothing."""
    words = text(given)
    if words and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", words):
        raise ValueError(given)
    return words


def sender(given: str) -> str:
    """Whom mail is from: an address, or ``Name <address>``; or nothing."""
    words = text(given)
    name, address = parseaddr(words)
    if words and (not contact(address) or words not in {address, f"{name} <{address}>", f'"{name}" <{address}>'}):
        raise ValueError(given)
    return words


def smtp_url(given: str) -> str:
    """A mail server as ``smtp://user:password@host:587`` or ``smtps://...``, or nothing."""
    words = text(given)
    if not words:
        return ""
    parts = urlsplit(words)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(given)
    if bool(parts.username) != bool(parts.password) or parts.port == 0:
        raise ValueError(given)
    return words.rstrip("/")


def database_url(given: str) -> str:
    """An SQLite file or a PostgreSQL database, as SQLAlchemy writes them."""
    words = text(given)
    scheme, found, rest = words.partition("://")
    if not rest:
        raise ValueError(given)
    if found and scheme in _POSTGRES and _SERVER.fullmatch(rest):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/") and ":memory:" not in rest:
        return f"sqlite:///{path(rest[1:])}"
    raise ValueError(given)


def database_urls(given: str) -> tuple[str, ...]:
    """PostgreSQL databases, with blanks between them; none twice."""
    found = tuple(database_url(each) for each in text(given).split())
    if len(set(found)) < len(found) or any(url.startswith("sqlite") for url in found):
        raise ValueError(given)
    return found


def networks(given: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks of machines, with blanks between them; or nothing."""
    return tuple(ip_network(each) for each in text(given).split())


def secret(given: str) -> str:
    """A long random text, or nothing."""
    words = text(given)
    if words and len(words) < SECRET_LENGTH:
        raise ValueError(given)
    return words
