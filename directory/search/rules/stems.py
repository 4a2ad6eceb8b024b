"""What of a word stays the same when it is bent: banks and bank, evicted and eviction, lonely and loneliness.

Simpler than a linguist's stemmer, and more careful: what comes out need not be a word, only the same for the forms of
one, and never the same for two that mean something else. English and Arabic; other words stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST_WORD: Final = 40  # characters: what is longer is cut, on both sides
REMEMBERED: Final = 60_000  # stems: about 6 MB
SHORTEST: Final = 4  # letters of a word that is cut at all

# Words whose ending is none.
_KEEP: Final = frozenset(
    """
    bus gas yes news lens les los las des evening during spring string wedding building ceiling sibling wellness
    """.split()  # noqa: SIM905 - a list of words reads as one
)
_ES: Final = ("sses", "shes", "ches", "xes", "zzes")
_NOT_PLURAL: Final = ("ss", "us", "is")
_VOWEL: Final = re.compile("[aeiouy]")
_SHORT: Final = re.compile("[^aeiou]*[aeiouy][^aeiouwxy]")  # hop(ing): a letter e was lost
_MENT: Final = "ment"
_LEAST: Final = {"ness": 4, _MENT: 5, "ion": 4, "er": 5, "or": 6, "e": 4}  # letters that must be left
# The article and "and the" in front; what makes an adjective or a female of a noun behind.
_ARABIC: Final = re.compile(
    "(?:\u0648?\u0627\u0644|\u0644\u0644)?(?P<stem>[\u0621-\u064a]{3,}?)(?:\u0629|\u0627\u062a)?"
)


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """``word`` (folded) without its ending."""
    word = word[:LONGEST_WORD]
    if not word.isascii():
        found = _ARABIC.fullmatch(word)
        return found["stem"] if found else word
    if len(word) < SHORTEST or not word.isalpha() or word in _KEEP:
        return word
    return _noun(_verb(_plural(word)))


def singular(word: str) -> str:
    """``word`` (folded) without the ending of a plural alone."""
    if len(word) < SHORTEST or not word.isascii() or not word.isalpha() or word in _KEEP:
        return word
    return _plural(word)


def _plural(word: str) -> str:
    """Classes, class; families, family; movies and movie, movy."""
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith(_ES):
        return word[:-2]
    if word.endswith("s") and not word.endswith(_NOT_PLURAL):
        return word[:-1]
    return word


def _verb(word: str) -> str:
    """Walking and walked, walk; running, run; hoping, hope."""
    for ending in ("ing", "ed"):
        if word.endswith(ending) and not word.endswith("eed") and word not in _KEEP:
            bare = word.removesuffix(ending)
            if len(bare) < 3 or not _VOWEL.search(bare):
                return word
            if bare[-1] == bare[-2] and bare[-1] not in "lsz":
                return bare[:-1]
            return f"{bare}e" if _SHORT.fullmatch(bare) else bare
    return word


def _noun(word: str) -> str:
    """Loneliness, lonely; bereavement, bereave; eviction, evict; gambler, gamble; all without a last e."""
    if _ends(word, "ness"):
        word = word[:-4]
        word = f"{word[:-1]}y" if word.endswith("i") else word
    elif _ends(word, _MENT):
        word = word[:-4]
    elif word.endswith(("ction", "ption", "ssion")) and _ends(word, "ion"):
        word = word[:-3]
    elif _ends(word, "er") or _ends(word, "or"):
        word = word[:-2]
        word = word[:-1] if word[-1] == word[-2] and word[-1] not in "sz" else word
    if word.endswith("ll") and len(word) > SHORTEST:
        word = word[:-1]
    return word[:-1] if _ends(word, "e") else word


def _ends(word: str, ending: str) -> bool:
    return word.endswith(ending) and len(word) - len(ending) >= _LEAST[ending]
