"""Text as people send it, made fit to keep, to cut, to put into a spreadsheet and to lay out."""

import re
import unicodedata
from typing import Final, Literal

# C0 and C1 controls but newline and tab, half characters, and the two that no XML (so no XLSX) may hold.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")

# What a spreadsheet takes for a formula, the full-width forms of = + - @ included. Apostrophes in front
# count, so that a text which already begins with one comes back as it was.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20]")

_RTL = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")

_ELLIPSIS: Final = "…"
_HANGING: Final = " \t\n,;:-\u2013\u2014(/&"  # what looks odd before an ellipsis
_JOINERS: Final = "\u200d\ufe0f"  # they tie emoji together


def squeeze(text: str) -> str:
    """``text`` on one line, without space at either end and with single spaces inside."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text  # most of it, and no other space is printable
    return " ".join(text.split())


def clean(text: str) -> str:
    """``text`` without characters that nobody typed on purpose.

    Controls (NUL among them) and half characters go, line ends become newlines. Everything that can be seen
    stays as it was, and so do newlines, tabs, emoji and the marks of right-to-left writing.
    """
    if text.isprintable():  # most of it: 20 times faster than looking for each
        return text
    return _UNWANTED.sub("", _LINE_END.sub("\n", text))


def shorten(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, cut after a word, with an ellipsis if something was left out.

    A word longer than half the limit is cut inside, never between a letter and its accent or inside an emoji.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    if not text[end].isspace():
        space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        end = space if space >= limit // 2 else _whole(text, end)
    return text[:end].rstrip(_HANGING) + _ELLIPSIS


def spreadsheet_safe(text: str) -> str:
    """``text`` as a spreadsheet may open it: an apostrophe before what would run as a formula.

    For text cells only: a longitude is a number and stays -1.89. ``from_spreadsheet`` takes it off again.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_spreadsheet(text: str) -> str:
    """What ``spreadsheet_safe`` was given to answer ``text``; anything else as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def has_rtl(text: str) -> bool:
    """Whether any of ``text`` is written from right to left."""
    return not text.isascii() and _RTL.search(text) is not None


def direction(text: str) -> Literal["ltr", "rtl"]:
    """How to lay ``text`` out: as its first letter goes, left to right if it has none."""
    if not has_rtl(text):
        return "ltr"
    for character in text:
        way = unicodedata.bidirectional(character)
        if way in {"R", "AL"}:
            return "rtl"
        if way == "L":
            return "ltr"
    return "ltr"


def _whole(text: str, end: int) -> int:
    """The last place up to ``end`` where a cut breaks no character that people see."""
    place = end
    while place > 0 and _is_tied(text[place - 1], text[place]):
        place -= 1
    return place


def _is_tied(before: str, after: str) -> bool:
    return after in _JOINERS or before == _JOINERS[0] or unicodedata.combining(after) != 0 or "🏻" <= after <= "🏿"
