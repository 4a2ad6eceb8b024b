"""The questions and the listings that are right for them, from the TOML files beside this one.

A set of listings has several files: ``sample.toml`` and ``sample-speech.toml`` may be tuned on,
``sample-speech-check.toml`` tells whether that fits its own questions alone (it has been read since, as
``charities-new-check.toml`` has not), and ``sample-held-out.toml`` nobody looks at. ``sample-fresh.toml`` and
``sample-fresh-held-out.toml`` are the halves of what was written later by somebody else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
SETS: Final = ("sample", "charities")
GRADES: Final = {"best": 3, "good": 2, "fair": 1}
TUNED: Final = "tuned on"
CHECKED: Final = "checked"  # only their total is looked at
HELD_OUT: Final = "held out"
PARTS: Final = {
    "": TUNED,
    "-speech": TUNED,
    "-speech-check": TUNED,
    "-new": TUNED,
    "-new-check": CHECKED,
    "-fresh": TUNED,
    "-held-out": HELD_OUT,
    "-fresh-held-out": HELD_OUT,
}
_KEYS: Final = frozenset({"q", "near", *GRADES})


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types; ``right``: each listing that is right for it (name or number), and how right, 3 to 1.

    ``kept``: TUNED, CHECKED or HELD_OUT. ``around``: asked as the page does, of what is within 3 miles of ``near``.
    """

    q: str
    near: str
    kept: str
    right: Mapping[str, int]
    around: bool = False


def questions(name: str) -> list[Question]:
    """The questions about one set of listings. Raises ValueError for a key that means nothing."""
    return [
        _question(row, kept)
        for part, kept in PARTS.items()
        if (file := FOLDER / f"{name}{part}.toml").is_file()
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["questions"]
    ]


def _question(row: Mapping[str, object], kept: str) -> Question:
    if unknown := row.keys() - _KEYS:
        raise ValueError(f"{row['q']}: {', '.join(unknown)}")
    right: dict[str, int] = {}
    for name, grade in GRADES.items():
        listed = row.get(name, [])
        right.update(dict.fromkeys(listed if isinstance(listed, list) else (), grade))
    return Question(str(row["q"]), str(row.get("near", "")), kept, right)
