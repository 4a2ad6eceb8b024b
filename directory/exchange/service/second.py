"""The rows of a file read and made ready by a second process, while the first one writes.

On the way in goes the job, on the way out come messages of some organisations each, with what became of the rows
between them. The second process asks no database. Should either end, the other does: who reads finds the end of the
pipe, who writes that nobody reads.

Whichever has less to do takes some from the other: for each time that the first process has to wait, it says so with a
byte on the way in, and is left the organisations of one message to make ready itself.
"""

from __future__ import annotations

import gc
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache, partial
from io import BytesIO
from queue import Full, Queue
from threading import Event, Thread
from typing import IO, Any, Final
from uuid import UUID

from directory.core.errors import DirectoryError, Unavailable
from directory.exchange.service.importing import Job, Ready, Tally, made_ahead, organisations
from directory.infra import garbage

CHUNK: Final = 25  # organisations in a message: about 350 KB
WAITING: Final = 24  # messages that lie ready: what a large batch takes
COLLECTED: Final = 20  # messages between two looks for garbage
WORTH_BYTES: Final = 2_000_000  # of a file; the process takes a second to begin, in which the first reads as many
_SIZE: Final = struct.Struct("!Q")
_POLL_S: Final = 0.1
WAITED: Final = b"."
_RUN: Final = "from directory.exchange.service.second import main; main()"


@dataclass(frozen=True, slots=True)
class Task:
    """What the second process is told: the job, and the day and moment for which to make things ready."""

    job: Job
    first: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """Some organisations, and what became of all rows up to the last of them; ``error``: why there are no more."""

    organisations: list[Ready]
    tally: Tally
    ended: bool = False
    error: DirectoryError | None = None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def organisations_ahead(task: Task, tally: Tally, *, processors: int) -> Iterator[Iterator[Ready]]:
    """``organisations``, made ready by a second process when there is a processor for it and the file is worth it."""
    if processors < 2 or task.job.opened.path.stat().st_size < WORTH_BYTES:
        yield organisations(task.job, tally)
        return
    # Of its own session: Ctrl-C is for the first process, which ends the second when its batch is done.
    process = subprocess.Popen(  # noqa: S603 - as written here
        [sys.executable, "-P", "-c", _RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    stopping = Event()
    messages: Queue[bytes] = Queue(WAITING)
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - asked for above
    reader = Thread(target=_collect, args=(process.stdout, messages, stopping), daemon=True)
    say = partial(_say, process.stdin)
    try:
        say(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
        reader.start()
        with closing(_told(process, _taken(messages, say), task, tally)) as told:
            yield told
    finally:
        stopping.set()
        process.kill()
        process.wait()
        if reader.ident is not None:
            reader.join()
        process.stdout.close()
        with suppress(BrokenPipeError):  # something was left to say
            process.stdin.close()


def _say(pipe: IO[bytes], something: bytes) -> None:
    with suppress(BrokenPipeError):  # it has ended: its output says so
        pipe.write(something)
        pipe.flush()


def _taken(messages: Queue[bytes], say: Callable[[bytes], None]) -> Iterator[bytes]:
    """The messages up to the empty one, saying so when there is none to take."""
    while True:
        if messages.empty():
            say(WAITED)
        body = messages.get()
        if not body:
            return
        yield body


def _collect(pipe: IO[bytes], messages: Queue[bytes], stopping: Event) -> None:
    """Keep messages at hand: a pipe holds less than one, and the second process would wait while the first writes."""
    while not stopping.is_set():
        head = pipe.read(_SIZE.size)
        body = pipe.read(_SIZE.unpack(head)[0]) if len(head) == _SIZE.size else b""
        while not stopping.is_set():
            with suppress(Full):
                messages.put(body, timeout=_POLL_S)
                break
        if not body:
            return


def _told(
    process: subprocess.Popen[bytes], messages: Iterator[bytes], task: Task, tally: Tally
) -> Generator[Ready, None, None]:
    """What the messages bring. Raises what the second process met, and Unavailable when it ended too early."""
    for body in messages:
        try:
            message: Message = pickle.loads(body)  # noqa: S301 - our own process wrote it
        except (EOFError, pickle.UnpicklingError):
            break  # cut short
        tally.add(message.tally)
        for item in message.organisations:
            yield item if item.proposed.ahead else made_ahead(item, task.job, first=task.first, at=task.at)
        if message.error:
            raise message.error
        if message.ended:
            return
    raise Unavailable(
        f"The process that reads the file ended (exit status {process.wait()}). What was imported stays:"
        " run the same command again, and it goes on from there."
    )


def packed(message: Any) -> bytes:
    """A message pickled: dataclasses and UUIDs by their values, which takes a third of the time of their own way."""
    body = BytesIO()
    _Packer(body, pickle.HIGHEST_PROTOCOL).dump(message)
    return body.getvalue()


class _Packer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        kind: Any = type(value)
        if kind is UUID:
            return _uuid, (value.int,)
        names = _names(kind)
        return (_made, (kind, [getattr(value, name) for name in names])) if names else NotImplemented


def _uuid(number: int) -> UUID:
    return UUID(int=number)


def _made(kind: Any, values: list[Any]) -> Any:
    """A dataclass of these values, which is not asked again whether they are right."""
    made = object.__new__(kind)
    for name, value in zip(_names(kind), values, strict=True):
        object.__setattr__(made, name, value)
    return made


@cache  # typed as cache is not: a class is hashable
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass that has nothing else; none of other classes."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) and "__slots__" in vars(kind) else ()


def main() -> None:
    """The second process: a task from standard input, messages to standard output, until nobody reads them."""
    outgoing = os.dup(1)
    os.dup2(2, 1)  # whatever is printed by mistake must not stand between messages
    with (
        suppress(BrokenPipeError, EOFError, pickle.UnpicklingError),
        os.fdopen(outgoing, "wb", buffering=0) as pipe,
        os.fdopen(0, "rb", closefd=False) as incoming,
    ):
        task: Task = pickle.load(incoming)  # noqa: S301 - our own process wrote it
        os.set_blocking(0, False)
        work(task, pipe, waited=lambda: len(incoming.read1()))


def work(task: Task, outgoing: IO[bytes], *, waited: Callable[[], int]) -> None:
    """Write the messages of a task. ``waited``: how often the first process has waited since that was asked last."""
    with garbage.looked_for_by_hand():
        for number, message in enumerate(_messages(task, waited), start=1):
            body = packed(message)
            rest = memoryview(_SIZE.pack(len(body)) + body)
            while rest:
                rest = rest[outgoing.write(rest) :]
            if number % COLLECTED == 0:
                gc.collect()


def _messages(task: Task, waited: Callable[[], int]) -> Iterator[Message]:
    """The organisations of the file in messages, all of one made ready or none."""
    tally = Tally()
    ready: list[Ready] = []
    error = None
    left = waited()  # messages that the first process makes ready itself
    try:
        for item in organisations(task.job, tally):
            ready.append(item if left else made_ahead(item, task.job, first=task.first, at=task.at))
            if len(ready) == CHUNK:
                yield Message(ready, tally.taken())
                ready = []
                left = max(0, left - 1) + waited()
    except DirectoryError as found:
        error = found
    yield Message(ready, tally.taken(), ended=True, error=error)
