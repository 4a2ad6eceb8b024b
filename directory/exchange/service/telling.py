"""The file of organisations to tell that they are listed, with what the source says of how to reach them.

Private: it lies in the instance, readable by its owner alone, and is never served.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from directory.core.text import spreadsheet_safe
from directory.exchange.service.importing import Ready

COLUMNS: Final = ("id", "name", "email", "phone", "address_1", "address_2", "city", "postcode")
_LINE_END: Final = "\r\n"


def tell_file(instance: Path, place: str, run_id: int) -> Path:
    """Where the file of an import lies. ``place`` is a slug: the places of an instance number their imports alike."""
    return instance / "imports" / f"{place}-{run_id}-to-tell.csv"


class TellFile:
    """Writes the file of one import; an organisation that is in it already is not written again."""

    def __init__(self, path: Path, *, resumed: bool) -> None:
        self.path = path
        if not resumed:
            path.unlink(missing_ok=True)  # of another database that was here
        self._told = self._begun() if path.exists() else set()

    def _begun(self) -> set[str]:
        """The ids in the file; a line that was cut short is taken off."""
        with self.path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        whole = text[: text.rfind(_LINE_END) + len(_LINE_END)] if _LINE_END in text else ""
        os.truncate(self.path, len(whole.encode()))
        return {row[0] for row in csv.reader(whole.splitlines(keepends=True))}

    def add(self, batch: Sequence[Ready], added: Collection[UUID]) -> None:
        """Append those organisations of ``batch`` that the import added. Call it when they are committed."""
        lines = []
        for item in batch:
            record = item.proposed.record
            if record.id in added:
                said = {"id": record.source.id, "name": item.name, **dict(item.private)}
                lines.append([spreadsheet_safe(said.get(column, "")) for column in COLUMNS])
        lines = [line for line in lines if line[0] not in self._told]
        if not lines:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator=_LINE_END)
            writer.writerows(lines if self._told else [COLUMNS, *lines])
        self._told |= {"id", *(line[0] for line in lines)}
