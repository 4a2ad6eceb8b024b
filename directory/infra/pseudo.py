"""Two made-up languages that show what a translator would break.

``en-XA`` is accented and a third longer: what stays plain was never translatable, what is cut off had no
room. ``ar-XB`` is written right to left. Both are made in memory, from the strings found in the source, when
first asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations

from directory.infra import catalogues

LANGUAGES: Final = {"en-XA": "en", "ar-XB": "ar"}  # and the language whose plurals they borrow
_KEPT: Final = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&\w+;)")  # placeholders and markup
_ACCENTED: Final = str.maketrans("aceilnorsuyzACEILNORSUYZ", "àçéîļñöŕšûýžÀÇÉÎĻÑÖŔŠÛÝŽ")
_RIGHT_TO_LEFT, _ENDS = "\u202e", "\u202c"


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(code: str) -> Translations:
    """Every string of the source in a made-up language. Takes a second or two the first time."""
    change = accented if code == "en-XA" else mirrored
    made = Catalog(locale=LANGUAGES[code])
    for message in catalogues.extract():
        if not message.id:
            continue
        if isinstance(message.id, str):
            made.add(message.id, change(message.id), context=message.context)
        else:
            one, many = message.id
            forms = [change(one if made.num_plurals == 2 and at == 0 else many) for at in range(made.num_plurals)]
            made.add(message.id, forms, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, made)
    compiled.seek(0)
    return Translations(compiled)


def accented(text: str) -> str:
    """``text`` with accents, in brackets, a third longer."""
    parts = _KEPT.split(text)
    shown = "".join(part if at % 2 else part.translate(_ACCENTED) for at, part in enumerate(parts))
    return f"[{shown}{'~' * (len(text) // 3)}]"


def mirrored(text: str) -> str:
    """``text`` with each of its words written right to left."""
    parts = _KEPT.split(text)
    return "".join(part if at % 2 else re.sub(r"\S+", _mirror, part) for at, part in enumerate(parts))


def _mirror(word: re.Match[str]) -> str:
    return f"{_RIGHT_TO_LEFT}{word[0]}{_ENDS}"
