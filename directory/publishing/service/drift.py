"""Whether what is derived still says what is published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.maps import service as maps
from directory.publishing.service.refresh import all_docs
from directory.publishing.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Drift:
    """How many offerings of the index and cells of the map are too many, too few or wrong."""

    offerings: int
    cells: int

    @property
    def any(self) -> bool:
        """Whether a rebuild is needed."""
        return bool(self.offerings or self.cells)

    def __str__(self) -> str:
        return f"{self.offerings} offerings of the index and {self.cells} cells of the map were not right"


def drift(session: Session, around: Surroundings) -> Drift:
    """Compare the index and the map with the published record. It reads everything."""
    return Drift(around.index.drift(session, all_docs(session, around)), maps.drift(session))
