"""A folder where mail lies readable: for a try-out, and until the operator has a mail server."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from directory.infra.mail.rules import Letter, Outcome, Told

KEPT: Final = timedelta(days=30)


class FolderMailer:
    """Writes each mail to a file of its own, which its owner alone can read, and deletes those that are old."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._now = now

    def send(self, letter: Letter) -> Outcome:
        """Write it: whole, then under its name. Written twice, it is there once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / f"{letter.at:%Y%m%dT%H%M%S.%f}-{letter.kind}-{letter.id.hex[:8]}.eml"
        draft = file.with_suffix(".writing")
        try:
            handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(letter.message(readable=True).as_bytes())
            draft.replace(file)
        except OSError as error:
            return Outcome(Told.AWAY, type(error).__name__)
        return Outcome(Told.SENT)

    def close(self) -> None:
        """Delete what has lain there for a month."""
        if self._folder.is_dir():
            for file in self._folder.iterdir():
                with suppress(OSError):  # somebody else deleted it
                    if file.stat().st_mtime < (self._now - KEPT).timestamp():
                        file.unlink()
