"""United Kingdom postcodes as people type them, and as they are written.

B14 7QH is in the area B, the district (outward code) B14 and the sector B14 7. Whether one exists is for the
geocoder to say; here only its form counts, as Royal Mail's guide to the Postcode Address File describes it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final, Self

from directory.core.errors import Invalid

LONGEST_TYPED: Final = 40  # "B 1 4 - 7 Q H" with room to spare; longer is a paste from elsewhere

# Every area there is, among them the Channel Islands, the Isle of Man, the forces (BF) and tax offices (BX).
_KNOWN_AREA = re.compile(
    "A[BL]|B[ABDFHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]"
    "|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?"
    "|YO|ZE|GIR"
)

# A99, A9A, A9 | AA99, AA9A, AA9. No district is written with a leading nought; the letters are those in use.
# Some of W1M to W1Y ended in 2000 and live on in the offline file. The longer shapes come first, so that B12
# is a district and not the sector 2 of B1.
_OUTWARD: Final = (
    r"(?:[A-PR-UWYZ](?:[1-9]\d|\d[A-HJKMNPR-Y]|\d)"
    r"|[A-PR-UWYZ][A-HK-Y](?:[1-9]\d|\d[ABEHMNPRVWXY]|\d)"
    r"|GIR)"
)
_INWARD: Final = r"\d[ABD-HJLNP-UW-Z]{2}"  # C I K M O V look like other things and are never used

# As it is written, for those who check before they ask: what it matches, ``Postcode.parse`` reads.
WRITTEN: Final = f"^{_OUTWARD} ?{_INWARD}$".replace(r"\d", "[0-9]")

_UNIT = re.compile(f"({_OUTWARD})({_INWARD})", re.ASCII)
_DISTRICT = re.compile(f"({_OUTWARD})", re.ASCII)
_PART = re.compile(rf"({_OUTWARD})(\d)?", re.ASCII)
_ALIKE: Final = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}

_IN_TEXT = re.compile(
    rf"(?<![A-Za-z0-9])({_OUTWARD})[\s\u00a0-]{{0,3}}({_INWARD})(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
# A postcode or its sector as it is written for people, who must not see it in two lines.
_SHOWN = re.compile(rf"(?<![A-Za-z0-9])({_OUTWARD} \d(?:[ABD-HJLNP-UW-Z]{{2}})?)(?![A-Za-z0-9])", re.ASCII)
_ROUGHLY = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{0,2})?|GIR(?: ?0AA?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Postcode:
    """One whole postcode. ``outward`` is "B14", ``inward`` "7QH"."""

    outward: str
    inward: str

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The postcode someone meant.

        Case, spaces and punctuation do not matter, and O for 0 or I for 1 is put right where only the other
        can stand. Raises Invalid when it is not the form of a postcode.
        """
        unit = _unit(typed) if len(typed) <= LONGEST_TYPED else None
        if unit is None:
            raise Invalid("postcode", typed, "a whole UK postcode, for example B14 7QH")
        return cls(*unit)

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"

    @property
    def sector(self) -> str:
        """The first half and a digit: "B14 7"."""
        return f"{self.outward} {self.inward[0]}"

    @property
    def district(self) -> str:
        """The first half: "B14"."""
        return self.outward

    @property
    def area(self) -> str:
        """The first letters: "B"."""
        return _area(self.outward)


@dataclass(frozen=True, slots=True, order=True)
class Partial:
    """The beginning of a postcode: a district ("B12"), or one of its sectors ("B12 9")."""

    outward: str
    digit: str = ""  # "" for the whole district

    def __str__(self) -> str:
        return f"{self.outward} {self.digit}" if self.digit else self.outward

    @property
    def is_sector(self) -> bool:
        """Whether it is narrower than a district."""
        return self.digit != ""

    @property
    def district(self) -> str:
        """The first half: "B12", also of the sector B12 9."""
        return self.outward

    @property
    def area(self) -> str:
        """The first letters: "B"."""
        return _area(self.outward)


def parse_partial(typed: str) -> Partial | None:
    """The district or sector someone meant, or None: ``B12`` is a district, ``B1 2`` and ``B129`` sectors.

    At least one digit must have been typed: "So" is the beginning of a name, not the district S0.
    """
    kept = _letters_and_digits(typed)
    if not any(character.isdigit() for character in kept):
        return None
    words = unicodedata.normalize("NFKC", typed).split()
    if len(words) == 2 and len(words[1]) == 1:  # the space says where the district ends
        outward = _meant(_letters_and_digits(words[0]), _DISTRICT)
        return Partial(outward[1], words[1]) if outward and words[1] in "0123456789" else None
    part = _meant(kept, _PART)
    return Partial(part[1], part[2] or "") if part else None


def is_northern_ireland(postcode: Postcode | Partial) -> bool:
    """Whether it is in Northern Ireland, whose points the offline postcode file does not give."""
    return postcode.area == "BT"


def looks_like_postcode(text: str) -> bool:
    """Whether ``text`` as a whole was meant as a postcode or part of one, be it right, unfinished or wrong.

    To choose between "we do not know that postcode" and looking for a place of that name.
    """
    kept = " ".join(text[: LONGEST_TYPED + 1].upper().split()).strip(".,;")
    return _ROUGHLY.fullmatch(kept) is not None or _means_postcode(text)


def find_all(text: str) -> list[Postcode]:
    """Every whole postcode written in ``text``, in order of appearance, repeats included."""
    return [Postcode(found[1].upper(), found[2].upper()) for found in _IN_TEXT.finditer(text)]


def parts_of(text: str) -> list[str]:
    """``text`` cut at every postcode and sector that is written with its blank: every second part is one."""
    return _SHOWN.split(text)


def redact(text: str, put: str) -> str:
    """``text`` with ``put`` in place of every postcode that ``find_all`` finds."""
    return _IN_TEXT.sub(lambda _: put, text)


@lru_cache(maxsize=1024)  # an import asks for each of them some six times, one soon after the other
def _unit(typed: str) -> tuple[str, str] | None:
    unit = _meant(_letters_and_digits(typed), _UNIT)
    return (unit[1], unit[2]) if unit else None


def _means_postcode(text: str) -> bool:
    kept = _letters_and_digits(text)
    return _meant(kept, _UNIT) is not None or parse_partial(text) is not None


def _area(outward: str) -> str:
    return outward.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789") or outward


def _letters_and_digits(typed: str) -> str:
    """What counts of ``typed``, in capitals; "" when it is too long to be a postcode."""
    if len(typed) > LONGEST_TYPED:
        return ""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed).upper()))


def _meant(kept: str, form: re.Pattern[str]) -> re.Match[str] | None:
    """``kept`` read as ``form``: as it stands, or with O, 0, I and 1 changed if one outcome is real."""
    if not 2 <= len(kept) <= 7:
        return None
    as_typed = form.fullmatch(kept)
    if as_typed and _is_known(as_typed):
        return as_typed
    readings = (
        form.fullmatch("".join(characters))
        for characters in product(*(_ALIKE.get(character, character) for character in kept))
    )
    known = [reading for reading in readings if reading and _is_known(reading)]
    return known[0] if len(known) == 1 else as_typed  # of a form that no area has: still a postcode, if unknown


def _is_known(reading: re.Match[str]) -> bool:
    return _KNOWN_AREA.fullmatch(_area(reading[1])) is not None
