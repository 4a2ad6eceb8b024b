"""What may be typed: whatever can be seen, as it was typed. What is refused is refused with its reason."""

from __future__ import annotations

import re
from typing import Final

from directory.core.text import clean

NAME: Final = 200  # characters
LINE: Final = 300
ABOUT: Final = 5_000
WORDS: Final = 500

_LINE_END = re.compile("\r\n?")


def kept(text: str) -> str:
    """``text`` with the newlines of forms as we keep them, and without blanks around it."""
    return _LINE_END.sub("\n", text).strip()


def has_unseen(text: str, *, lines: bool) -> bool:
    """Whether there are characters in ``text`` (``kept``) that nobody types: controls; line ends, if not ``lines``."""
    return clean(text) != text or (not lines and "\n" in text)


def items(text: str) -> tuple[str, ...]:
    """One thing a line, without those that are empty, none twice."""
    return tuple(dict.fromkeys(part for part in map(str.strip, text.split("\n")) if part))
