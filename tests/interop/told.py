"""What other people's programs made of our data, as a table in docs/data.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pytest

from tests.support.written import keep

COMMAND: Final = "make interop"
PARTS: Final = 13  # what is told when every test ran: a part of them leaves the table as it is


@dataclass(slots=True)
class Told:
    """The rows of the table: the program with its version, what it was given, and what it found."""

    rows: dict[tuple[str, str], str] = field(default_factory=dict)

    def say(self, program: str, given: str, found: str) -> None:
        """Tell one thing."""
        self.rows[program, given] = found

    def table(self) -> str:
        """All of it, in Markdown."""
        rows = (f"| {program} | {given} | {found} |" for (program, given), found in sorted(self.rows.items()))
        return "\n".join(["| program | was given | and |", "|---|---|---|", *rows])


@pytest.fixture(scope="session")
def told(request: pytest.FixtureRequest) -> Iterator[Told]:
    """Where tests say what they found; written down when all of them ran and none failed."""
    made = Told()
    yield made
    if len(made.rows) == PARTS and not request.session.testsfailed:
        keep("data.md", COMMAND, made.table())
