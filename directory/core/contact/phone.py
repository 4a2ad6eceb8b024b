"""Telephone numbers, kept as people in Britain write them: 0121 496 0000.

How many digits stand together follows Ofcom's National Telephone Numbering Plan.
"""

import re
import unicodedata
from typing import Final

from directory.core.contact.online import QUOTES
from directory.core.errors import Invalid

LONGEST_PHONE: Final = 60  # characters: "+44 (0)121 496 0000 extension 12345" with room to spare
SHORTEST_ABROAD: Final = 7  # digits after the plus, country code included; the longest is 15 (E.164)
LONGEST_ABROAD: Final = 15

_EXTENSION = re.compile(r"[\s,;]*(?:ext(?:ension|n)?|x|#)[\s.:#]*([0-9]{1,6})", re.IGNORECASE)
_DOUBLE_NOUGHT = re.compile("^[^0-9]*0[^0-9]*0")  # what one dials where a plus cannot be typed
_ALLOWED = re.compile(r"\+?[0-9()\s./\u2010-\u2015-]+")
_SHORT = re.compile("101|105|111|112|119|150|159|195|999|1[0-9]{4}|116[0-9]{3}|118[0-9]{3}|[6-8][0-9]{4}")

# Area codes in which some numbers still have a digit less. Elsewhere ten digits are a slip.
_MIXED_CODES: Final = (
    "204|208|254|276|297|298|363|364|384|386|404|420|460|461|480|488|524|527|562|566|606|629|635|647|659|695|"
    "726|744|750|768|827|837|884|900|905|935|946|949|963|995"
)

# National numbers, nought included, and where they are parted. The first that fits decides.
_UK: Final = [
    (re.compile(pattern), sizes)
    for pattern, sizes in (
        ("02[0-9]{9}", (3, 4, 4)),  # 020 7946 0000
        ("01[0-9]1[0-9]{7}|011[0-9]{8}", (4, 3, 4)),  # 0121 496 0000, 0113 496 0000
        # area codes of six figures, in Cumbria, Lancashire and Dumfriesshire: 015394 96000
        ("(?:013873|015242|01539[456]|01697[347]|01768[347]|019467)[0-9]{5}|016977[0-9]{4}", (6, 5)),
        ("01[0-9]{9}", (5, 6)),  # 01632 960000
        (f"01(?:{_MIXED_CODES})[0-9]{{5}}", (5, 5)),
        ("03[0-9]{9}", (4, 3, 4)),  # 0306 999 0000
        ("05[0-9]{9}", (3, 4, 4)),  # 056 0000 0000
        ("0500[0-9]{6}", (4, 6)),
        ("07[0-9]{9}", (5, 6)),  # 07700 900000
        ("0[89][0-9]{9}", (4, 3, 4)),  # 0808 157 0000
        ("0800[0-9]{6}", (4, 3, 3)),  # 0800 000 000
        ("0800[0-9]{4}|0845[0-9]{4}", (4, 4)),  # 0800 1111
    )
]


def tidy_phone(text: str) -> str:
    """A telephone number as people write it: "0121 496 0000", "0121 496 0000 ext 12", "+353 1 496 0000".

    Numbers in Britain lose +44 and get their usual spaces; those abroad keep the spaces they came with. Short
    numbers (111, 116 123) stay short. A nought that a spreadsheet dropped is put back. Raises Invalid for
    words, for numbers too short or too long, and for two numbers in one.
    """
    typed = unicodedata.normalize("NFKC", text.strip(QUOTES)) if len(text) <= LONGEST_PHONE else ""
    if typed[:4].lower() == "tel:":
        typed = typed[4:]
    main, extension = _without_extension(typed.strip(QUOTES))
    if not _ALLOWED.fullmatch(main):
        raise _no_phone(text)
    number = _tidy(main)
    if number is None:
        raise _no_phone(text)
    return f"{number} ext {extension}" if extension else number


def tel_link(phone: str) -> str:
    """What follows ``tel:`` in a link that dials ``phone``: "+441214960000", "+441214960000;ext=12", "111".

    Raises Invalid as ``tidy_phone`` does.
    """
    number, _, extension = tidy_phone(phone).partition(" ext ")
    digits = number.replace(" ", "")
    if digits.startswith("0"):
        digits = f"+44{digits[1:]}"
    return f"{digits};ext={extension}" if extension else digits


def _without_extension(typed: str) -> tuple[str, str]:
    for found in _EXTENSION.finditer(typed):
        if found.end() == len(typed):
            return typed[: found.start()], found[1]
    return typed, ""


def _tidy(main: str) -> str | None:
    main = main.removesuffix(".0").replace("(0)", " ")  # a number that went through a spreadsheet; +44 (0)121
    digits = re.sub("[^0-9]", "", main)
    if main.startswith("+"):
        return _british(digits[2:]) if digits.startswith("44") else _abroad(main[1:], digits)
    if digits.startswith("00"):
        return _tidy(f"+{_DOUBLE_NOUGHT.sub('', main)}")
    if digits.startswith("0"):
        return _spaced(digits)
    if _SHORT.fullmatch(digits):
        return f"{digits[:3]} {digits[3:]}" if len(digits) == 6 else digits
    if digits.startswith("44") and len(digits) >= 11:
        return _british(digits[2:])
    return _spaced(f"0{digits}") if len(digits) == 10 else None


def _british(after_44: str) -> str | None:
    return _spaced(after_44 if after_44.startswith("0") else f"0{after_44}")


def _spaced(digits: str) -> str | None:
    for pattern, sizes in _UK:
        if pattern.fullmatch(digits):
            parts, at = [], 0
            for size in sizes:
                parts.append(digits[at : at + size])
                at += size
            return " ".join(parts)
    return None


def _abroad(typed: str, digits: str) -> str | None:
    if digits.startswith("0") or not SHORTEST_ABROAD <= len(digits) <= LONGEST_ABROAD:
        return None
    return "+" + " ".join(re.findall("[0-9]+", typed))


def _no_phone(given: str) -> Invalid:
    return Invalid("phone", given, "one number with its area code, for example 0121 496 0000")
