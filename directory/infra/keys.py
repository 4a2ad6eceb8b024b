"""Taking the keys of a TOML table one by one, so that a wrong or unknown one is named with its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from directory.core.errors import Invalid

_WORDS: Final = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    dict: "a table",
    list: "a list",
    date: "a date as in 2026-09-01",
}
_MISSING: Final = object()


class Keys:
    """A TOML table that remembers which keys were asked for."""

    def __init__(self, given: dict[str, Any], where: str) -> None:
        self._given = dict(given)
        self._where = where
        self._known: list[str] = []

    def wrong(self, key: str, given: object, wanted: str) -> Invalid:
        """The error that names ``key`` in this file, to be raised."""
        return Invalid(f"{key} in {self._where}", given, wanted)

    def take(self, key: str, kind: type, default: object = _MISSING) -> Any:
        """The value of ``key``, which is a ``kind`` (float takes whole numbers too). Raises Invalid."""
        self._known.append(key)
        if key not in self._given:
            if default is _MISSING:
                raise self.wrong(key, "nothing", _WORDS[kind])
            return default
        value = self._given.pop(key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, value, _WORDS[kind])
        return value

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        found = self.take(key, list, list(default))
        if not all(isinstance(word, str) for word in found):
            raise self.wrong(key, found, "a list of texts")
        return tuple(found)

    def choice(self, key: str, among: tuple[str, ...]) -> str:
        """One of the texts ``among``, the first when it is not given."""
        found: str = self.take(key, str, among[0])
        if found not in among:
            raise self.wrong(key, found, " or ".join(among))
        return found

    def table(self, key: str) -> Keys:
        """The table under ``key``, empty when there is none."""
        return Keys(self.take(key, dict, {}), f"[{key}] of {self._where}")

    def tables(self, key: str) -> Iterator[Keys]:
        """Each table of the list under ``key``."""
        for number, row in enumerate(self.take(key, list, []), start=1):
            if not isinstance(row, dict):
                raise self.wrong(key, row, f"a table, as [[{key}]]")
            yield Keys(row, f"[[{key}]] number {number} of {self._where}")

    def rest_as_words(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each key that is left, with its list of texts."""
        for key in list(self._given):
            yield key, self.words(key)

    def names(self) -> tuple[str, ...]:
        """The keys that nobody asked for yet."""
        return tuple(self._given)

    def finish(self) -> None:
        """Raise Invalid for a key that nobody asked for."""
        for key in self._given:
            near = get_close_matches(key, self._known, n=1, cutoff=0.0)
            raise self.wrong(key, "an unknown key", f"a known one (perhaps {near[0]})")
