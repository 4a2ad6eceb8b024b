"""What the commands are told by ``directory.app``, which alone knows every slice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from directory.infra.place import Place
from directory.infra.settings import Settings

if TYPE_CHECKING:  # `directory --help` and `init --if-needed` are quick because they never load SQLAlchemy
    from flask import Flask
    from sqlalchemy.engine import Engine

    from directory.infra.jobs import Job, Runner

Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a step of ``init`` or ``upgrade`` works with."""

    settings: Settings
    place: Place
    engine: Engine
    now: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """Something that follows the migration. ``run`` says what it did, or "" when there was nothing to do.

    It can be repeated, and broken off at any moment.
    """

    says: str
    run: Callable[[Work, Progress], str]


@dataclass(frozen=True, slots=True)
class Check:
    """A line of ``directory doctor``. ``run`` says what it found, or raises Trouble with what to do."""

    name: str
    run: Callable[[Work], str]


class Trouble(Exception):
    """What ``directory doctor`` tells the operator to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts that the commands put to use, each made when it is asked for."""

    fill: Callable[[], None]  # imports every table
    app: Callable[[], Flask]  # the application, for commands that work with the slices
    steps: Callable[[], Sequence[Step]]
    checks: Callable[[], Sequence[Check]]
    jobs: Callable[[], Sequence[Job]]
    runner: Callable[[Any], Runner]  # of an application, with every job
    beside: Callable[[Any], Callable[[], None]]  # starts what runs in a worker beside its requests, and stops it
    inputs: Callable[[], Sequence[Path]]  # the files that steps read: when one changes, ``init`` has work to do
    made: Callable[[Settings], bool]  # whether the files that steps make are whole: when one is not, likewise
    require: Callable[[Settings], None]  # raises a DirectoryError, with the command, when a server cannot use them
