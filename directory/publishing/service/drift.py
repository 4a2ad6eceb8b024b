"""Whether what is derived still says what is published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.maps import service as maps
from directory.publishing.service.lines import Compared
from directory.publishing.service.refresh import all_docs
from directory.publishing.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Drift:
    """How many offerings of the index, cells of the map and lines of files are too many, too few or wrong."""

    offerings: int
    cells: int
    lines: int

    @property
    def any(self) -> bool:
        """Whether a rebuild is needed."""
        return bool(self.offerings or self.cells or self.lines)

    def __str__(self) -> str:
        return (
            f"{self.offerings} offerings of the index, {self.cells} cells of the map"
            f" and {self.lines} lines of files were not right"
        )


def drift(session: Session, around: Surroundings) -> Drift:
    """Compare the index, the map and the lines of files with the published record. It reads everything."""
    compared = Compared(session, around.lines)
    offerings = around.index.drift(session, all_docs(session, around, beside=compared.look))
    return Drift(offerings, maps.drift(session), compared.drift())
