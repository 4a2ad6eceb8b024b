"""Words as the index has them: folded, without plural endings, without what stands in every text.

Texts and queries pass through the same functions, so both engines compare the same tokens and neither parses anything:
any text is a legal query.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import Final

from directory.core.text import fold, latin
from directory.search.rules.stems import LONGEST_WORD, stem

MOST_WORDS: Final = 7  # of a query; the first ones say what is meant
MOST_TEXT_WORDS: Final = 1_000  # different ones of one offering
LONGEST_VALUE: Final = 80
AFTER: Final = "|"  # stands before the first words of the texts in ``OfferingDoc.service``
SHORTEST_JOINED: Final = 6  # letters of two words written as one: "food bank", foodbank
SHORTEST_SOUND: Final = 5  # letters of a name that is also found by how it sounds
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_TWO_DIGITS: Final = tuple(low + high for high, low in product(_DIGITS, repeat=2))
PAIRS: Final = 36**3  # kinds of pairs; two of a kind are taken for each other once in 47,000
REMEMBERED: Final = 4_096  # tokens of filters: most are of some term, and stand in thousands of offerings

# Words that stand in most texts and tell nothing. They count in names alone, for a group called "With You". What else
# says nothing in a question is the taxonomy's to say (``stop_words`` in needs.toml): the index has it.
_STOPS: Final = """
    a about all also am an and any are as at be been but by can cant could did do does for from get had has have he
    her here him his how i if ill im in into is it its ive my no not of on or our out she so some that the their them
    there these they this those to up us was we were what when where which who will with would you your
"""
STOP_WORDS: Final = frozenset(_STOPS.split())
_HYPHENS: Final = re.compile("[-\u2010\u2011]")
_HYPHENATED: Final = re.compile(r"[^\W\d_]{2,}(?:[-\u2010\u2011][^\W\d_]{2,})+")
_SOUNDS: Final = (("ee", "i"), ("oo", "u"), ("ou", "u"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("y", "i"), ("w", "v"))
_TWICE: Final = re.compile(r"(.)\1")
_LETTERS_AND_DIGITS: Final = re.compile("[^a-z0-9]")
_UNSAFE = re.compile(r"[^a-z0-9*-]")


def telling_of(words: Sequence[str]) -> list[str]:
    """Those of ``words`` (folded) that tell something, as stems."""
    return [stem(word) for word in words if word not in STOP_WORDS]


def stems(text: str) -> list[str]:
    """Every word of ``text`` in its order, stop words too."""
    return [stem(word) for word in fold(text).split()]


def telling(text: str) -> list[str]:
    """The words of ``text`` that tell something, in their order."""
    return telling_of(fold(text).split())


def called(words: Sequence[str]) -> list[str]:
    """The name of ``words`` (folded) as the index compares names: what tells something of it, or all of it."""
    return telling_of(words) or [stem(word) for word in words]


def joined(words: Sequence[str]) -> Iterator[str]:
    """Every two neighbours of ``words`` (folded) written as one, as stems."""
    for one, other in pairwise(words):
        if len(one) + len(other) >= SHORTEST_JOINED and not (one in STOP_WORDS or other in STOP_WORDS):
            yield stem(one + other)


def hyphenated(text: str) -> Iterator[str]:
    """What ``text`` writes with a hyphen, written as one."""
    if not _HYPHENS.search(text):  # as most texts: to look for words around one takes a hundred times as long
        return
    for found in _HYPHENATED.findall(text):
        yield from joined(fold(found).split())


def in_latin(words: Sequence[str]) -> Iterator[str]:
    """Those of ``words`` (folded) that are not in our letters, spelt in them, as stems."""
    return (stem(spelt) for word in words if not word.isascii() for spelt in latin(word).split())


def sound(word: str) -> str:
    """How a name (folded) sounds, roughly: Saheli and Sahelee are the same; "" for short ones."""
    word = word[:LONGEST_WORD]  # nobody hears more; PostgreSQL takes no token of 2 KB
    if len(word) < SHORTEST_SOUND or not word.isascii() or not word.isalpha():
        return ""
    for spelt, heard in _SOUNDS:
        word = word.replace(spelt, heard)
    word = _TWICE.sub(r"\1", word)
    return word[:-1] if word.endswith("h") and len(word) > SHORTEST_SOUND else word


def pairs(words: Sequence[str]) -> Iterator[str]:
    """The token of every two neighbours of ``words`` (stems that tell something): what a phrase is found by."""
    return (_pair(one, other) for one, other in pairwise(words))


def _pair(one: str, other: str) -> str:
    number = zlib.crc32(f"{one} {other}".encode()) % PAIRS
    high, low = divmod(number, 36**2)
    return f"2:{_TWO_DIGITS[low]}{_DIGITS[high]}"


def name_key(name: str) -> str:
    """What names are ordered by: folded, without a leading "the"."""
    return fold(name).removeprefix("the ")[:LONGEST_VALUE]


@lru_cache(maxsize=REMEMBERED)
def token(field: str, value: str) -> str:
    """A filter's token in the index: ``token("n", "warm-place")`` is ``n=warm-place``."""
    return f"{field}={_UNSAFE.sub(_spelt, value.lower())[:LONGEST_VALUE]}"


def _spelt(found: re.Match[str]) -> str:
    return f"_{ord(found[0]):x}_"


def in_name(word: str) -> str:
    """The token of ``word`` standing in the organisation's name."""
    return f"N:{word}"


def in_service(word: str) -> str:
    """The token of ``word`` standing in the service's name."""
    return f"S:{word}"


def in_text(said: str) -> str:
    """The token of ``said`` (stems) standing in a text: a word is its own, a phrase is found by its first pair."""
    return next(pairs(said.split()), said)


def first_need(need: str) -> str:
    """The token of a need (a filter's token) that a service names first."""
    return f"1:{need.partition('=')[2]}"


def sounding(heard: str) -> str:
    """The token of a name that sounds so."""
    return f"P:{heard}"


def identified(number: str) -> str:
    """The token of a number in a register."""
    return f"I:{_LETTERS_AND_DIGITS.sub('', number.lower())[:LONGEST_VALUE]}"


def dialled(phone: str) -> str:
    """The token of a telephone number, as ``core.contact.tidy_phone`` writes it."""
    return f"T:{_LETTERS_AND_DIGITS.sub('', phone.partition(' ext ')[0])[:LONGEST_VALUE]}"


def whole_name(words: Sequence[str]) -> str:
    """The token of a name that is these words and no others."""
    return f"E:{'-'.join(words)[:LONGEST_VALUE]}"
