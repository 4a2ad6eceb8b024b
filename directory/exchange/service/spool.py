"""Answers made whole before the first byte leaves: a slow reader then holds a file and not a database connection."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import Final

from directory.core.errors import Unavailable

IN_MEMORY: Final = 1 << 20  # bytes; what is longer lies in a temporary file that has no name
CHUNK: Final = 1 << 16  # bytes sent at once
MOST_AT_ONCE: Final = 4  # answers a process makes at the same time: they take processor and disk from the pages
WAIT_S: Final = 2.0  # for a turn; most answers are made in less

_turns = BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Spooled:
    """An answer that was made, and how many bytes it has. Read it once; ``close`` it when nobody reads to its end."""

    file: SpooledTemporaryFile[bytes]
    size: int

    def body(self) -> bytes | Iterator[bytes]:
        """All of it at once when it is short, else in chunks."""
        if self.size > IN_MEMORY:
            return self._chunks()
        with self.file:
            return self.file.read()

    def close(self) -> None:
        """Let go of the memory and of the disk."""
        self.file.close()

    def _chunks(self) -> Iterator[bytes]:
        with self.file:
            yield from iter(partial(self.file.read, CHUNK), b"")


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the turns to make an answer. Raises Unavailable when there is none for WAIT_S."""
    if not _turns.acquire(timeout=WAIT_S):
        raise Unavailable("Too many files are being made.")
    try:
        yield
    finally:
        _turns.release()


def spooled(parts: Iterable[str]) -> Spooled:
    """The parts as UTF-8, in memory up to IN_MEMORY, else on disk."""
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it outlives this function
    try:
        for part in parts:
            file.write(part.encode())
        size = file.tell()
        file.seek(0, os.SEEK_SET)
    except BaseException:
        file.close()
        raise
    return Spooled(file, size)
