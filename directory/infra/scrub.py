"""Taking out of a log line what says who somebody is or what they looked for."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from directory.core import postcode

LONGEST: Final = 300  # characters of a message that are kept
SHORTEST_VALUE: Final = 3  # a shorter value of the request is found by chance in any sentence
_QUOTED: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»")
_PRIVATE: Final = (
    (re.compile(r"[^\s@<>()\[\],;:'\"]+@[^\s@<>()\[\],;:'\"]+"), "(e-mail)"),
    (re.compile(r"\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b"), "(address)"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE), "(address)"),
    (re.compile(r"\b[A-Za-z0-9_-]{32,}\b"), "(token)"),
    (re.compile(r"\+?\b0?[0-9][0-9 -]{8,}[0-9]\b"), "(number)"),
    (re.compile(r"\?[^\s\"']+=[^\s\"']*"), "?(query)"),
)


def scrub(text: str, values: Iterable[str] = ()) -> str:
    """``text`` without e-mail and internet addresses, postcodes, numbers, tokens, queries and ``values``."""
    for value in values:
        if len(value) >= SHORTEST_VALUE:
            text = text.replace(value, "(value)")
    for pattern, put in _PRIVATE:
        text = pattern.sub(put, text)
    return postcode.redact(text, "(postcode)")


def scrub_foreign(text: str, values: Iterable[str] = ()) -> str:
    """The first line of a message that is not ours, also without whatever it quotes."""
    first = text.partition("\n")[0]
    return scrub(_QUOTED.sub("(quoted)", scrub(first, values)))[:LONGEST]


def explained(error: BaseException, values: Iterable[str] = ()) -> list[str]:
    """An exception and what caused it, first cause first: kind, scrubbed message, and where."""
    kept = tuple(values)
    lines: list[str] = []
    for each in _chain(error):
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}: {scrub_foreign(str(each), kept)}")
        lines += [
            f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(each.__traceback__)
        ]
    return lines


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return reversed(found)


def _short(file: str) -> str:
    """The last three parts of a path: enough to find the file, nothing of the machine."""
    return "/".join(Path(file).parts[-3:])
