"""Numbers that registers give, their names at org-id.guide, and names of our own making."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha1
from typing import Any, Final
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.text import latin

LONGEST_SLUG: Final = 80  # characters: an address that still fits on one line of a letter
LONGEST_NUMBER: Final = 60  # "Registered charity number (England and Wales): 1000003"
SHORTEST_COMPANY: Final = 4  # digits; fewer are a slip, although the oldest companies have numbers below 100

# To change it would give every imported row that brings no identifier a new one.
OURS: Final = UUID("5f0d7a9e-64d5-4c1b-9c44-0d3c3c7f1b52")
# RFC 9562: what every identifier of version 5 has in six of its bits, and the other 122.
_VERSION: Final = 5 << 76 | 2 << 62
_REST: Final = (1 << 128) - 1 & ~(0xF << 76 | 3 << 62)

_WORDS: Final = r"(?:(?:REGISTERED|REG|CHARITY|COMPANY|SCOTTISH|NUMBER|NUM|NO|NR)\b[\s.:#]{0,4})*"
_CHARITY = re.compile(
    rf"{_WORDS}(?:GB-(?P<scheme>CHC|SC|NIC)-)?(?P<prefix>SC|NIC?)?[\s.:-]{{0,3}}"
    r"(?P<digits>[0-9O]{5,8})(?:\s?[-/]\s?(?P<linked>[0-9]{1,3})|\.0)?"
)
_COMPANY = re.compile(
    rf"{_WORDS}(?:GB-COH-)?(?P<prefix>[A-Z]{{2}}|R)?[\s.:-]{{0,3}}(?P<digits>[0-9O]{{1,8}})(?P<suffix>R)?(?:\.0)?"
)
_GAP = re.compile("(?<=[0-9]) (?=[0-9])")
_SCHEME = re.compile("[A-Z]{2,3}(?:-[A-Z0-9]{1,12}){1,3}|XI-[A-Z0-9-]{1,20}")

# Companies House, "Uniform Resource Identifiers (URI) Customer Guide": who gave the number, and where.
_COMPANY_PREFIXES: Final = frozenset(
    re.findall(
        "..",
        "ACBRCECSESFCFEGEGNGSICIPLPNANCNFNINLNONPNRNVNZOCOEPCRCRSSASCSESFSGSISLSOSPSRSZZC",
    )
)


def charity_number(text: str) -> str:
    """A registered charity's number as its register writes it; Invalid is raised when it is none.

    England and Wales "1000003", a charity linked to it "1000003-1"; Scotland "SC012345"; Northern Ireland
    "NIC100016". Words, spaces and the letter O for a nought are forgiven. Six digits that begin with 1 are
    Northern Ireland's: the numbers of England and Wales start at 200000.
    """
    found = _CHARITY.fullmatch(_typed(text))
    if found is None:
        raise Invalid("charity number", text, "a charity number, for example 1000003, SC012345 or NIC100016")
    digits = found["digits"].replace("O", "0").lstrip("0")
    where = found["prefix"] or {"SC": "SC", "NIC": "NIC"}.get(found["scheme"] or "", "")
    if not where and len(digits) == 6 and digits[0] == "1":
        where = "NIC"
    if where == "SC" and len(digits) <= 6:
        return f"SC{digits:0>6}"
    if where.startswith("NI") and len(digits) == 6:
        return f"NIC{digits}"
    if where or not 5 <= len(digits) <= 8:
        raise Invalid("charity number", text, "six digits after SC or NIC, five to eight in England and Wales")
    linked = (found["linked"] or "").lstrip("0")
    return f"{digits}-{linked}" if linked else digits


def company_number(text: str) -> str:
    """A company's eight characters as Companies House writes them: "01234567", "SC123456", "CE012345".

    Noughts that a spreadsheet dropped are put back. Raises Invalid.
    """
    found = _COMPANY.fullmatch(_typed(text))
    if found is not None:
        number = _company_number(found["prefix"] or "", found["digits"].replace("O", "0"), found["suffix"] or "")
        if number:
            return number
    raise Invalid("company number", text, "eight characters, for example 01234567 or SC123456")


def charity_org_id(number: str) -> str:
    """The org-id of a charity whose number ``charity_number`` gave: "GB-CHC-1000003", "GB-NIC-100016"."""
    if number.startswith("SC"):
        return org_id("GB-SC", number)
    if number.startswith("NIC"):
        return org_id("GB-NIC", number.removeprefix("NIC"))
    return org_id("GB-CHC", number)


def org_id(scheme: str, number: str) -> str:
    """What org-id.guide makes of a register's code and its number: "GB-COH-01234567". Raises Invalid."""
    if not _SCHEME.fullmatch(scheme):
        raise Invalid("register", scheme, "a code from org-id.guide, for example GB-CHC")
    if not number or not number.isascii() or not number.replace("-", "").replace("/", "").isalnum():
        raise Invalid("number", number, "letters and digits")
    return f"{scheme}-{number}"


def slug(text: str, fallback: str) -> str:
    """A name for an address: a to z, 0 to 9 and single hyphens, at most 80 characters, never empty.

    ``fallback`` is used when nothing of ``text`` can be spelt so. Not unique: that is for who keeps them.
    """
    words = (latin(text) or latin(fallback)).split() or [stable_uuid(text, fallback).hex]
    kept = words[0][:LONGEST_SLUG]
    for word in words[1:]:
        if len(kept) + 1 + len(word) > LONGEST_SLUG:
            break
        kept = f"{kept}-{word}"
    return kept


def stable_uuid(first: object, *others: object) -> UUID:
    """The same identifier for the same parts in the same order, now and on every machine."""
    return UUID(int=_number(first, others))


def stable_text(first: object, *others: object) -> str:
    """``stable_uuid`` as it is written, in two thirds of its time: a package has two dozen for each listing."""
    digits = f"{_number(first, others):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _number(first: object, others: tuple[object, ...]) -> int:
    # What uuid5 does, in a third of its time: an import makes two dozen for each listing, most of them of one service.
    named = (_begun_by(first.int) if type(first) is UUID else _begun(str(first))).copy()
    named.update(_with_lengths(others))
    return int.from_bytes(named.digest()[:16], "big") & _REST | _VERSION


@lru_cache(maxsize=100)
def _begun(first: str) -> Any:
    """The digest of all names whose first part is ``first``, as far as that goes."""
    named = sha1(OURS.bytes, usedforsecurity=False)
    named.update(_with_lengths((first,)))
    return named


@lru_cache(maxsize=100)
def _begun_by(first: int) -> Any:
    """As above, of the UUID that is this number: a UUID itself takes longer to look up than to digest."""
    return _begun.__wrapped__(str(UUID(int=first)))


def _with_lengths(parts: Iterable[object]) -> bytes:
    """``parts`` in one: with their lengths, or ("ab", "c") would be ("a", "bc")."""
    name = "".join([f"{len(text)}:{text}" for text in map(str, parts)])
    return name.encode("utf-8", "backslashreplace")  # half a character has no UTF-8


def _typed(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        return ""
    return _GAP.sub("", unicodedata.normalize("NFKC", text).upper().strip(" \t\r\n\"'.,()"))


def _company_number(prefix: str, digits: str, suffix: str) -> str:
    """The eight characters, or "" when there are no such numbers."""
    if not prefix and not suffix:
        return digits.zfill(8) if len(digits) >= SHORTEST_COMPANY and digits.strip("0") else ""
    if prefix == "R" and len(digits) == 7 and not suffix:
        return f"R{digits}"  # Northern Ireland before 1921
    if suffix and prefix in {"IP", "SP", "NP", "NO"}:
        return f"{prefix}{digits:0>5}R" if len(digits) <= 5 else ""
    if prefix in _COMPANY_PREFIXES and len(digits) <= 6 and not suffix:
        return f"{prefix}{digits:0>6}"
    return ""
