"""Words as the index has them: folded, without plural endings, without what stands in every text.

Texts and queries pass through the same functions, so both engines compare the same tokens and neither parses anything:
any text is a legal query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from directory.core.text import fold

MOST_WORDS: Final = 7  # of a query; the first ones say what is meant
MOST_TEXT_WORDS: Final = 1_000  # different ones of one offering
LONGEST_WORD: Final = 40  # characters: what is longer is cut, on both sides
LONGEST_VALUE: Final = 80
REMEMBERED: Final = 60_000  # stems: about 6 MB

# Words that stand in most texts and tell nothing. They count in names alone, for a group called "With You".
_STOPS: Final = """
    a about all also am an and any are as at be been but by can cant could did do does for from get had has have he
    help her here him his how i if ill im in into is it its ive just like looking me my near need needs no not of on
    or our out please she so some somebody someone something somewhere that the their them there these they this those
    to up us want was we were what when where which who will with would you your
"""
STOP_WORDS: Final = frozenset(_STOPS.split())
# Short words that end in s and are no plurals.
_KEEP: Final = frozenset({"bus", "gas", "yes", "news", "lens", "les", "los", "las", "des"})
_ES: Final = ("sses", "shes", "ches", "xes", "zzes")
_NOT_PLURAL: Final = ("ss", "us", "is")
_UNSAFE = re.compile(r"[^a-z0-9*-]")


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """``word`` (folded) without a plural ending: classes, class; families, family; banks, bank.

    What comes out need not be a word, only the same for both forms: movies and movie are movy.
    """
    word = word[:LONGEST_WORD]
    if len(word) < 4 or not word.isascii() or not word.isalpha() or word in _KEEP:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith(_ES):
        return word[:-2]
    if word.endswith("s") and not word.endswith(_NOT_PLURAL):
        return word[:-1]
    return word


def stems(text: str) -> list[str]:
    """Every word of ``text`` in its order, stop words too."""
    return [stem(word) for word in fold(text).split()]


def telling(text: str) -> list[str]:
    """The words of ``text`` that tell something, in their order."""
    return [stem(word) for word in fold(text).split() if word not in STOP_WORDS]


def name_key(name: str) -> str:
    """What names are ordered by: folded, without a leading "the"."""
    return fold(name).removeprefix("the ")[:LONGEST_VALUE]


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


def whole_name(words: Sequence[str]) -> str:
    """The token of a name that is these words and no others."""
    return f"E:{'-'.join(words)[:LONGEST_VALUE]}"
