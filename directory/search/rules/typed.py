"""What somebody typed, read as they meant it: words, "a phrase", -what to leave out, a number they were given.

Any text is legal: what looks like none of these is words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from directory.core.contact import tidy_phone
from directory.core.errors import Invalid
from directory.core.identifiers import charity_number, company_number
from directory.core.text import fold
from directory.search.rules.words import MOST_WORDS, dialled, identified

READ: Final = 4 * MOST_WORDS  # words that are read: most of them may be stop words
MOST_PHRASES: Final = 4
MOST_LEFT_OUT: Final = 7
FEWEST_DIGITS: Final = 5  # of a number in a register

_MINUS: Final = re.compile("(?<!\\S)[-\u2212](?=\\w)")
_QUOTES: Final = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\uff02", '"'))


@dataclass(frozen=True, slots=True)
class Typed:
    """A query, read. Words are folded.

    ``words``: all that are looked for, those of the phrases too; ``literal``: the places of those that stand in
    quotes; ``without``: words and phrases to leave out; ``number``: tokens that a number may be found by.
    """

    words: tuple[str, ...]
    literal: frozenset[int] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    number: tuple[str, ...] = ()


def read(text: str, *, beside: bool = False) -> Typed:
    """What ``text`` means. ``beside``: a filter looks for something too, so that the words may all be left out."""
    words: list[str] = []
    literal: set[int] = set()
    phrases, without = [], []
    for part in _parts(text.translate(_QUOTES)):
        folded = tuple(fold(part.text).split())
        if part.minus:
            without.append(folded)
            continue
        if part.quoted:
            literal.update(range(len(words), len(words) + len(folded)))
            phrases.append(folded)
        words += folded
    left_out = tuple(filter(None, without))[:MOST_LEFT_OUT]
    if not words and not beside:  # nothing but what to leave out: a dash that means nothing
        words, left_out = [word for phrase in left_out for word in phrase], ()
    return Typed(
        words=tuple(words[:READ]),
        literal=frozenset(literal),
        phrases=tuple(filter(None, phrases))[:MOST_PHRASES],
        without=left_out,
        number=number_tokens(text),
    )


def number_tokens(text: str) -> tuple[str, ...]:
    """What the whole of ``text`` is found by, read as a charity's, a company's or a telephone number."""
    if sum(character.isdecimal() for character in text[:100]) < FEWEST_DIGITS:
        return ()
    readings: tuple[tuple[Callable[[str], str], Callable[[str], str]], ...] = (
        (charity_number, identified),
        (company_number, identified),
        (tidy_phone, dialled),
    )
    found = []
    for number_of, token_of in readings:
        try:
            found.append(token_of(number_of(text)))
        except Invalid:
            continue
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    quoted: bool = False
    minus: bool = False


def _parts(text: str) -> Iterator[_Part]:
    """``text`` cut at its quotation marks, then at its minus signs. A mark without its partner is none."""
    pieces = text.split('"')
    if len(pieces) % 2 == 0:
        pieces[-2:] = [" ".join(pieces[-2:])]
    for at, piece in enumerate(pieces):
        if at % 2:
            yield _Part(piece, quoted=True, minus=pieces[at - 1][-1:] in {"-", "\u2212"})
            continue
        before, *left_out = _MINUS.split(piece)
        yield _Part(before)
        for each in left_out:
            first, _, rest = each.partition(" ")
            yield _Part(first, minus=True)
            yield _Part(rest)
