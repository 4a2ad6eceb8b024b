"""Answers that leave while they are still made: what is long goes out as it grows.

A thread makes the file as fast as it can, from the snapshot that it was begun with; whoever asked for it reads behind.
So the first bytes leave at once however much there is, and yet a slow reader holds a file and no database connection.
An answer that cannot be made to its end breaks off: its reader's connection is cut, and nobody takes it for whole.
"""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from tempfile import SpooledTemporaryFile
from threading import Condition, Thread
from typing import Final

from directory.exchange.service import spool
from directory.exchange.service.spool import Spooled

EAGER_S: Final = 0.5  # what is made by then, and is short, leaves whole, with its length and its errors told properly
Parts = Generator[bytes, None, None]
_log = logging.getLogger(__name__)


class BrokenOff(OSError):
    """An answer could not be made to its end: the server lets go of the connection."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, "the file could not be made to its end")


class Growing:
    """An answer that is being made. Read it once; ``close`` it when nobody reads to its end.

    ``file`` has what was made, ``parts`` the rest, and ``held`` what that is made with: it is closed when the rest is.
    """

    size: None = None  # nobody knows yet

    def __init__(
        self, file: SpooledTemporaryFile[bytes], parts: Parts, held: ExitStack, *, encoding: str, until: float
    ) -> None:
        self.encoding = encoding
        self._file, self._parts, self._held, self._until = file, parts, held, until
        self._number = file.fileno()  # from here on it lies on disk
        file.flush()
        self._grown = Condition()
        self._made = file.tell()  # bytes that may be read
        self._ended = self._failed = self._left = False
        Thread(target=self._make, name="leaving", daemon=True).start()

    def body(self) -> Iterator[bytes]:
        """The file in chunks as they come. Raises BrokenOff, and TimeoutError after ``spool.TAKEN_WITHIN_S``."""
        until, at = time.monotonic() + spool.TAKEN_WITHIN_S, 0
        try:
            while chunk := self._next(at, until - time.monotonic()):
                yield chunk
                at += len(chunk)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the file: what makes it stops at its next part."""
        with self._grown:
            self._left = True
            if self._ended:
                self._file.close()

    def _next(self, at: int, seconds: float) -> bytes:
        """Some bytes from ``at`` on, once there are; none at the end. So many seconds are left."""
        with self._grown:
            come = self._grown.wait_for(lambda: self._made > at or self._ended, max(seconds, 0.0))
            if seconds < 0 or not come:
                raise TimeoutError(errno.ETIMEDOUT, "the file was not taken in time")
            if self._failed and self._made == at:
                raise BrokenOff
            return os.pread(self._number, min(spool.CHUNK, self._made - at), at)

    def _make(self) -> None:
        failed = True
        try:
            with self._held, closing(self._parts) as parts:  # what reads ends before what it reads with
                for part in parts:
                    if not self._add(part):
                        break
            failed = False
        except Exception:  # noqa: BLE001 - of a thread nobody hears; who reads is told
            _log.exception("A file was broken off.")
        finally:
            with self._grown:
                self._ended, self._failed = True, failed
                if self._left:
                    self._file.close()
                self._grown.notify_all()

    def _add(self, part: bytes) -> bool:
        """Write ``part``; whether anybody waits for more. Raises Unavailable when it has taken too long."""
        spool.in_time(self._until)
        self._file.write(part)
        self._file.flush()
        with self._grown:
            self._made += len(part)
            self._grown.notify_all()
            return not self._left


def leaving(parts: Parts, held: ExitStack, *, encoding: str = "", is_whole: bool = False) -> Spooled | Growing:
    """An answer of ``parts``: whole if they are few and come soon, else one that grows while it is read.

    ``held`` is what parts are made with (a turn, a session): one that grows takes it over, and closes it when made.
    ``is_whole``: whole in any case, for whom a connection that is cut looks like an end. Raises Unavailable when it
    takes longer than ``spool.MADE_WITHIN_S``, and what ``parts`` raise, before the first byte has left.
    """
    began = time.monotonic()
    until = began + spool.MADE_WITHIN_S
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=spool.IN_MEMORY)  # noqa: SIM115 - it outlives this function
    try:
        for part in parts:
            file.write(part)
            spool.in_time(until)
            is_slow = time.monotonic() > began + EAGER_S
            if not is_whole and (file.tell() > spool.IN_MEMORY or is_slow):
                return Growing(file, parts, held.pop_all(), encoding=encoding, until=until)
        size = file.tell()
        file.seek(0)
    except BaseException:
        parts.close()
        file.close()
        raise
    return Spooled(file, size, encoding)
