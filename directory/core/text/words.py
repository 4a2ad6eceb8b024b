"""Words for search and for addresses: folded to what people mean, and spelt in the Latin alphabet."""

import re
import unicodedata
from typing import Final

from directory.core.text.letters import LATIN, SPELT

NUKTA: Final = 7  # combining classes
VIRAMA: Final = 9
KEPT_LETTERS: Final = 20_000  # answers remembered per table: a visitor must not fill the memory with Unicode

_APOSTROPHES: Final = "'\u2018\u2019\u02bc\u02bb\u0060\u00b4\u2032\uff07"
_INSTEAD: Final = "\x00"  # while spelling: takes the place of the a that an Indic consonant says by itself
_NAMED = re.compile(r"(?:LETTER|VOWEL SIGN|SYLLABLE) (?:[A-Z]+ )*?([A-Z]{1,4})(?: WITH .*)?")


class _Folding(dict[int, str]):
    """For ``str.translate``: what each folded character becomes, found when first seen."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < KEPT_LETTERS:
            self[code] = folded
        return folded


class _Spelling(dict[int, str]):
    """For ``str.translate``: each character in the Latin alphabet, found when first seen."""

    def __missing__(self, code: int) -> str:
        spelt = _spelt(chr(code))
        if len(self) < KEPT_LETTERS:
            self[code] = spelt
        return spelt


_ASCII_FOLDING: Final = {
    code: None if chr(code) in _APOSTROPHES else chr(code) if chr(code).isalnum() else " " for code in range(128)
}
_FOLDING: Final = _Folding()
_SPELLING: Final = _Spelling()


def fold(text: str) -> str:
    """``text`` as search compares it: small letters without accents, words apart by one space.

    Apostrophes vanish (women's, womens), other punctuation and symbols part words. Letters stay in their own
    script; Arabic and Hebrew lose the vowel points that few people type.
    """
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII_FOLDING).split())
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return unicodedata.normalize("NFC", " ".join(apart.translate(_FOLDING).split()))


def tokens(text: str) -> list[str]:
    """The words of ``text``, folded, in their order."""
    return fold(text).split()


def latin(text: str) -> str:
    """``text`` folded and spelt with a to z and 0 to 9, roughly as it sounds; "" when nothing can be spelt.

    Good enough for an address that a person can read out, not for a library catalogue.
    """
    folded = fold(text)
    if folded.isascii():
        return folded
    spelt = unicodedata.normalize("NFKD", folded).translate(_SPELLING)
    return " ".join(spelt.replace(f"a{_INSTEAD}", "").replace(_INSTEAD, "").split())


def _folded(character: str) -> str:
    if character in _APOSTROPHES:
        return ""
    category = unicodedata.category(character)
    if category[0] == "M":
        return "" if _is_accent(character) else character
    if category == "Cf":  # joiners and marks of direction stand inside words
        return ""
    return LATIN.get(character, character) if category[0] in "LN" else " "


def _is_accent(mark: str) -> bool:
    """Whether a mark only modifies a letter: accents, Arabic and Hebrew points, the dot below Indic letters.

    Vowel signs and the sign that takes a vowel away (virama) are spelling and stay.
    """
    kind = unicodedata.combining(mark)
    return kind == NUKTA or 10 <= kind <= 36 or kind >= 200


def _spelt(character: str) -> str:
    if character.isascii():
        return character
    if character in SPELT:
        return SPELT[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.combining(character) == VIRAMA:
        return _INSTEAD
    named = _NAMED.search(unicodedata.name(character, ""))  # GURMUKHI LETTER PA, BENGALI VOWEL SIGN II
    if named is None:
        return ""
    return f"{_INSTEAD if 'VOWEL' in named[0] else ''}{named[1].lower()}"
