"""Answers made whole before the first byte leaves: a slow reader then holds a file and not a database connection.

Limits and packing are those of ``leaving`` as well, by which long files go.
"""

from __future__ import annotations

import errno
import os
import time
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any, Final

import brotli

from directory.core.errors import Unavailable

IN_MEMORY: Final = 1 << 20  # bytes; what is longer lies in a temporary file that has no name
CHUNK: Final = 1 << 16  # bytes sent at once
BLOCK: Final = 1 << 17  # characters packed and written at once
MOST_AT_ONCE: Final = 4  # answers a process makes at the same time: they take processor and disk from the pages
WAIT_S: Final = 2.0  # for a turn; most answers are made in less
MADE_WITHIN_S: Final = 300.0  # until then its snapshot keeps the database from tidying up
TAKEN_WITHIN_S: Final = 900.0  # 100 MB at 1 Mbit/s; until then the reader keeps a thread and the file
# The lowest of both: 5 and 8 times smaller already, and a file is made while somebody waits.
BROTLI_QUALITY: Final = 1
GZIP_LEVEL: Final = 1

_turns = BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Spooled:
    """An answer that was made, and how many bytes it has. Read it once; ``close`` it when nobody reads to its end."""

    file: SpooledTemporaryFile[bytes]
    size: int
    encoding: str = ""  # "", "br" or "gzip"

    def body(self) -> bytes | Iterator[bytes]:
        """All of it at once when it is short, else in chunks, for TAKEN_WITHIN_S. Then raises TimeoutError."""
        if self.size > IN_MEMORY:
            return self._chunks(time.monotonic() + TAKEN_WITHIN_S)
        with self.file:
            return self.file.read()

    def close(self) -> None:
        """Let go of the memory and of the disk."""
        self.file.close()

    def _chunks(self, until: float) -> Iterator[bytes]:
        with self.file:
            for chunk in iter(partial(self.file.read, CHUNK), b""):
                if time.monotonic() > until:  # the server lets go of the connection: the reader sees it is not whole
                    raise TimeoutError(errno.ETIMEDOUT, "the file was not taken in time")
                yield chunk


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the turns to make an answer. Raises Unavailable when there is none for WAIT_S."""
    if not _turns.acquire(timeout=WAIT_S):
        raise Unavailable("Too many files are being made.")
    try:
        yield
    finally:
        _turns.release()


def in_time(until: float) -> None:
    """Raise Unavailable when that moment (of ``time.monotonic``) is over."""
    if time.monotonic() > until:
        raise Unavailable("The file took too long to make.")


def spooled(parts: Iterable[str], encoding: str = "") -> Spooled:
    """The parts as UTF-8, in memory up to IN_MEMORY, else on disk. ``encoding`` is "", "br" or "gzip".

    Raises Unavailable when they take longer than MADE_WITHIN_S.
    """

    def write(file: IO[bytes]) -> None:
        until = time.monotonic() + MADE_WITHIN_S
        for block in packed(parts, encoding):
            file.write(block)
            in_time(until)

    return written(write, encoding)


def written(write: Callable[[IO[bytes]], None], encoding: str = "") -> Spooled:
    """What ``write`` writes into a file that it is given, in memory up to IN_MEMORY, else on disk."""
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it outlives this function
    try:
        write(file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0, os.SEEK_SET)
    except BaseException:
        file.close()
        raise
    return Spooled(file, size, encoding)


def packed(parts: Iterable[str], encoding: str = "") -> Generator[bytes, None, None]:
    """The parts as UTF-8, in blocks of BLOCK or a little more. ``encoding`` is "", "br" or "gzip"."""
    pack, end = _packer(encoding)
    for block in _blocks(parts):
        if small := pack(block):
            yield small
    if rest := end():
        yield rest


def _blocks(parts: Iterable[str]) -> Iterator[bytes]:
    """The parts as UTF-8, in blocks of BLOCK or a little more: brotli packs each by itself."""
    waiting, size = [], 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= BLOCK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()


def _packer(encoding: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """What packs each part, and what gives the rest."""
    if encoding == "br":
        br: Any = brotli.Compressor(mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        return br.process, br.finish
    if encoding == "gzip":
        gzip = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        return gzip.compress, gzip.flush
    return bytes, bytes
