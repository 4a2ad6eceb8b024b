"""Web and e-mail addresses as people type and feeds publish them."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from directory.core.errors import Invalid

LONGEST_WEBSITE: Final = 2000  # characters; longer ones do not open everywhere
LONGEST_EMAIL: Final = 254  # RFC 5321

# What feeds leave around a value: spaces, quotation marks, invisible marks of order and direction.
_INVISIBLE: Final = "\u200b\u200e\u200f\u202a\u202c\ufeff"
QUOTES: Final = " \t\r\n\"'\u00a0\u00ab\u00bb\u2018\u2019\u201c\u201d" + _INVISIBLE

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?=//|[^0-9])", re.IGNORECASE)
_HTTP = re.compile(r"(https?)(?::/*|[.;]?//)", re.IGNORECASE)
_LABEL: Final = r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[^\W\d_]{{2,63}}|xn--[a-z0-9-]{{1,59}})")
_UNSAFE = re.compile('[\x00-\x20\x7f-\xa0\\\\<>"`{}|^\u2028\u2029\ud800-\udfff]')
_MAILBOX = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)


def tidy_website(text: str) -> str:
    """A web address that opens: https:// if none was typed, the host in small letters, the path as typed.

    Raises Invalid for other schemes (javascript:, mailto:), a user name before the host, spaces, addresses
    in numbers and anything without a dot.
    """
    typed = text.strip(QUOTES)
    if not typed or len(typed) > LONGEST_WEBSITE or _UNSAFE.search(typed):
        raise _no_website(text)
    scheme = "https"
    while found := _HTTP.match(typed):  # http://HTTP://example.org is in the registers
        scheme, typed = found[1].lower(), typed[found.end() :]
    if _SCHEME.match(typed):
        raise _no_website(text)
    return _website(scheme, typed.lstrip("/"), text)


def tidy_email(text: str) -> str:
    """An e-mail address with its domain in small letters. Raises Invalid for what mail cannot reach."""
    typed = text.strip(QUOTES + "<>,;")
    if typed[:7].lower() == "mailto:":
        typed = typed[7:]
    mailbox, at, domain = typed.rpartition("@")
    domain = domain.lower().rstrip(".")
    if (
        not at
        or len(mailbox) + len(domain) >= LONGEST_EMAIL
        or len(mailbox) > 64
        or not _MAILBOX.fullmatch(mailbox)
        or not _HOST.fullmatch(domain)
    ):
        raise Invalid("e-mail address", text, "an address like name@example.org")
    return f"{mailbox}@{domain}"


def _website(scheme: str, rest: str, given: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port
    except ValueError:
        raise _no_website(given) from None
    host = unicodedata.normalize("NFKC", parts.hostname or "").lower().rstrip(".")
    if parts.username is not None or len(host) > 253 or not _HOST.fullmatch(host):
        raise _no_website(given)
    where = host if port is None else f"{host}:{port}"
    path = parts.path if parts.path != "/" else ""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{scheme}://{where}{path}{query}{fragment}"


def _no_website(given: str) -> Invalid:
    return Invalid("website", given, "an address like https://example.org")
