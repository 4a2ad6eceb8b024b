"""What a file says of itself: which search made it, when the data was so, and on what terms it may be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from directory.core.identifiers import slug as slug_of

LONGEST_NAME: Final = 60  # characters of a search in the name of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The facts that go with every file. ``search``: the parameters of its address, none for everything."""

    place: str  # its slug
    title: str
    search: Sequence[tuple[str, str]]
    address: str  # of the page of that search
    package: str  # of the description of these files
    version: int  # the number of the last change
    moment: datetime | None  # of the last change; None: nothing was ever published
    made: datetime
    licence: str  # its SPDX identifier
    licence_name: str
    licence_url: str
    attribution: str
    publisher: str

    @property
    def query(self) -> str:
        """The search as people read it: "need=food, near=B11 1AA"; "" for everything."""
        return ", ".join(f"{name}={value}" for name, value in self.search)

    def file_name(self, name: str, ending: str) -> str:
        """Place, table, search and date, for a folder with many of them: ASCII, no blanks."""
        words = slug_of(" ".join(value for _, value in self.search), fallback="search")[:LONGEST_NAME].strip("-")
        parts = [self.place, name, *([words] if self.search else []), f"{self.made:%Y-%m-%d}"]
        return f"{'-'.join(parts)}.{ending}"

    @property
    def citation(self) -> str:
        """How to cite it."""
        when = f"{self.moment.day} {self.moment:%B %Y}" if self.moment else "no data yet"
        return f"{self.attribution}, data of {when} (change {self.version}), {self.address}. {self.licence_name}."
