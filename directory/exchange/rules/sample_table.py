"""One table of a sample file, read key by key: what is wrong, missing or misspelt is said, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.core.errors import Invalid
from directory.core.text import clean


class Table:
    """The keys of ``given``; ``where`` stands in front of every error."""

    def __init__(self, given: object, where: str) -> None:
        if not isinstance(given, Mapping):
            raise Invalid(where, given, "a table")
        self.where = where
        self._given: dict[str, Any] = dict(given)

    def text(self, key: str, default: str | None = None) -> str:
        """Words; without a ``default`` they must be there."""
        value = self._given.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise Invalid(f"{self.where}: {key}", value, "words")
        return clean(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words, () when it is not there."""
        value = self._given.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise Invalid(f"{self.where}: {key}", value, "a list of words")
        return tuple(clean(item).strip() for item in value)

    def slugs(self, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
        """A list of words that are all ``known``."""
        found = self.texts(key)
        for item in found:
            if item not in known:
                raise Invalid(f"{self.where}: {key}", item, f"one of {', '.join(known)}")
        return found

    def slug(self, key: str, known: Mapping[str, object], default: str | None = None) -> str:
        """One word that is ``known``, or the ``default``."""
        found = self.text(key, default)
        if found not in known and found != default:
            raise Invalid(f"{self.where}: {key}", found, f"one of {', '.join(known)}")
        return found

    def number(self, key: str) -> float | None:
        """A number from 0 upwards, or None."""
        value = self._given.pop(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise Invalid(f"{self.where}: {key}", value, "a number")
        return value

    def whole(self, key: str) -> int | None:
        """A whole number from 0 upwards, or None."""
        value = self.number(key)
        if isinstance(value, float):
            raise Invalid(f"{self.where}: {key}", value, "a whole number")
        return value

    def flag(self, key: str) -> bool | None:
        """true, false, or None when nothing is said."""
        value = self._given.pop(key, None)
        if value is not None and not isinstance(value, bool):
            raise Invalid(f"{self.where}: {key}", value, "true or false")
        return value

    def table(self, key: str) -> Table | None:
        """The table called ``key``, or None."""
        value = self._given.pop(key, None)
        return None if value is None else Table(value, f"{self.where}: {key}")

    def tables(self, key: str) -> list[Table]:
        """The tables of the list ``key``, [] when it is not there."""
        value = self._given.pop(key, [])
        if not isinstance(value, list):
            raise Invalid(f"{self.where}: {key}", value, "a list of tables")
        return [Table(item, f"{self.where}: {key} {n}") for n, item in enumerate(value, 1)]

    def finish(self) -> None:
        """Raise Invalid when a key is left that nobody asked for: a slip that would pass unseen."""
        for key, value in self._given.items():
            raise Invalid(f"{self.where}: {key}", value, "a key that the sample's README names")
