"""NAMES AND PARAGRAPHS IN CAPITALS, as registers keep them, put into the case that people write.

No rule knows every name. These are right for nearly all of the registers' and gentle with the rest: what was
typed in mixed case is never touched.
"""

import re
from functools import lru_cache
from typing import Final

from directory.core.text.cased_words import CAPITALS, PROPER, SMALL, SMALL_AFTER_HYPHEN, WRITTEN
from directory.core.text.named import NONE, Named

LONGEST_WORD: Final = 32  # letters; what is longer is not a word, and would fill the memory if remembered
REMEMBERED: Final = 30_000  # words
LOOK_BACK: Final = 200  # characters before a bracketed abbreviation, in which its words stand

_APOSTROPHE = re.compile("['\u2019\u02bc]")
_WORD: Final = r"(?P<dotted>\w(?:\.\w)+(?!\w)\.?)|(?P<word>[\w'\u2019\u02bc]+)"
_SIMPLE = re.compile("[A-Z]+(?: +[A-Z]+)*")
# Runs of spaces and marks are counted, not starred: two million brackets must not take an hour.
_IN_NAME = re.compile(
    r"\((?P<initials>[A-Z]{2,8})\)|"
    r"(?P<begins>\A\W{0,40}|[(\[:;/\"\u201c]\W{0,4}|\s[-\u2013\u2014]\s{1,4})?(?P<hyphen>(?<=\w)-)?"
    rf"(?:{_WORD})"
)
_NUMBERED: Final = r"\(?\b(?:\d{1,3}|[A-Za-z]|[IVX]{1,4}|[ivx]{1,4})\)\s{0,4}|\b\d{1,2}\.\s{0,4}"
_IN_SENTENCE = re.compile(
    rf"(?P<begins>(?:\A\W{{0,40}}|[.!?]\s{{1,4}}\W{{0,4}}|\n\W{{0,8}})(?:{_NUMBERED})?|{_NUMBERED})?"
    r"(?P<named>\b(?:(?:ST|SAINT|MR|MRS|MISS|DR|SIR|LADY|LORD)\.?|"
    r"(?:PARISH|COUNTY|CITY|TOWN|BOROUGH|VILLAGE|DISTRICT|DIOCESE) OF)\s{1,4})?"
    rf"(?:{_WORD})"
)
_INITIAL = re.compile(r"(?<=\b[A-Z] )a\b|\ba(?= [A-Z]\b)")
_MIXED = re.compile("[a-z]{5}")  # "(viii)" and "a)" stand in paragraphs that are otherwise in capitals
_ORDINAL = re.compile("[0-9]+(?:ST|ND|RD|TH|S)")
_VOWEL = re.compile("[AEIOUY]")


def sensible_case(name: str, places: Named = NONE) -> str:
    """A name in capitals as people write it: "Friends of St Mary's (UK) CIC". Mixed case stays as typed.

    ``places`` are written as they write themselves.
    """
    if not name.isupper():
        return name
    if len(name) <= LOOK_BACK and _SIMPLE.fullmatch(name):  # three in four of the registers' names
        first, *rest = name.split(" ")
        cased = " ".join([_beginning(first), *map(_inside, rest)])
    else:
        cased = _IN_NAME.sub(_name_part, name)
    cased = _INITIAL.sub("A", cased) if " a" in cased else cased  # the A D Trust, but Contact a Family
    return places.cased(cased)


def sentence_case(text: str, places: Named = NONE) -> str:
    """A paragraph in capitals as sentences, in which ``places`` keep their case. Mixed case stays as typed."""
    if not _is_in_capitals(text):
        return text
    return places.cased(_IN_SENTENCE.sub(_sentence_part, text))


def _is_in_capitals(text: str) -> bool:
    return text.isupper() or (_MIXED.search(text) is None and sum(map(str.isupper, text)) > len(text) // 2)


def _name_part(found: re.Match[str]) -> str:
    initials, begins, hyphen, word = found["initials"], found["begins"], found["hyphen"] or "", found["word"]
    if initials:
        before = found.string[max(0, found.start() - LOOK_BACK) : found.start()]
        return f"({initials if _abbreviates(initials, before) else _beginning(initials)})"
    if word is None:
        return found[0]
    if len(word) > LONGEST_WORD:
        cased = word.capitalize()
    elif begins is not None:
        cased = _beginning(word)
    elif hyphen and word in SMALL_AFTER_HYPHEN:
        cased = word.lower()
    else:
        cased = _inside(word)
    return f"{begins or ''}{hyphen}{cased}"


def _sentence_part(found: re.Match[str]) -> str:
    begins, named, word = found["begins"], found["named"] or "", found["word"]
    if word is None:
        return found[0]
    put = word.lower() if len(word) > LONGEST_WORD else _in_sentence(word)
    if named:
        put = _first_up(put)
        named = _first_up(named.lower()) if begins is not None or " of" not in named.lower() else named.lower()
    elif begins is not None:
        put = _first_up(put)
    return f"{begins or ''}{named}{put}"


@lru_cache(maxsize=REMEMBERED)
def _inside(word: str) -> str:
    """A word in capitals, inside a name."""
    return word.lower() if word in SMALL else _beginning(word)


@lru_cache(maxsize=REMEMBERED)
def _beginning(word: str) -> str:
    """A word in capitals, at the beginning of a name or a part of one."""
    apostrophe = _APOSTROPHE.search(word)
    if apostrophe:
        return _with_apostrophe(word[: apostrophe.start()], apostrophe[0], word[apostrophe.end() :])
    if word in WRITTEN:
        return WRITTEN[word]
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if _is_abbreviation(word):
        return word
    if word.startswith("MC") and len(word) >= 5:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()


def _with_apostrophe(before: str, apostrophe: str, after: str) -> str:
    """O'Brien and L'Arche, but children's, Be'er, 60's; a quotation mark in front is no part of the word."""
    if not before:
        return apostrophe + (_beginning(after) if len(after) > 1 else after.lower())
    if before in {"D", "L", "O"} and len(after) > 2:
        return before + apostrophe + _beginning(after)
    return _beginning(before) + apostrophe + after.lower()


@lru_cache(maxsize=REMEMBERED)
def _in_sentence(word: str) -> str:
    """A word in capitals, inside a sentence."""
    if word in PROPER:
        return word.capitalize()
    stem = _APOSTROPHE.split(word, maxsplit=1)[0]
    if stem in PROPER or stem in WRITTEN or stem == "I":
        return _beginning(word)
    if (_is_abbreviation(stem) and len(stem) > 1) or _ORDINAL.fullmatch(stem):
        return _beginning(word)
    return word.lower()


def _is_abbreviation(word: str) -> bool:
    """Whether ``word`` keeps its capitals: it is listed, has a digit (U3A), or is short without a vowel."""
    return (
        word in CAPITALS
        or not word.isalpha()
        or (len(word) <= 5 and word.isascii() and word not in WRITTEN and not _VOWEL.search(word))
    )


def _abbreviates(initials: str, before: str) -> bool:
    """Whether ``initials`` are, in their order, first letters of words in ``before``."""
    firsts = iter(re.findall(r"\b\w", before))
    return all(letter in firsts for letter in initials)


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
