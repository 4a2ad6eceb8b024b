"""Values made of published data, kept in the memory of a process as long as that data stays what it is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from threading import Lock
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

Key = TypeVar("Key")
Value = TypeVar("Value")
SPARE: Final = 16  # one in so many makes room before there is need of it
_VERSIONS: Final = "directory.versions"  # in the info of a session


def at(session: Session, versions: Mapping[str, int]) -> None:
    """Note what ``session`` reads: the published data at ``versions`` (``infra.versions.current``), and no other."""
    session.info[_VERSIONS] = tuple(sorted(versions.items()))


class Kept(Generic[Key, Value]):
    """At most ``most`` values of one version of the published data of each database.

    A session that did not say what it reads (a writer's, whose data may be thrown away) is given nothing that was
    kept, and nothing of its is. Safe between threads.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._of: WeakKeyDictionary[Engine, tuple[object, dict[Key, Value]]] = WeakKeyDictionary()
        self._lock = Lock()

    def of(self, session: Session) -> dict[Key, Value]:
        """The values at the version that ``session`` reads: look in it, and ``keep`` what was missing."""
        version = session.info.get(_VERSIONS)
        if version is None:
            return {}
        engine = session.get_bind().engine
        with self._lock:
            found = self._of.get(engine)
            if found is None or found[0] != version:
                found = self._of[engine] = version, {}
            return found[1]

    def keep(self, values: dict[Key, Value], made: Mapping[Key, Value]) -> None:
        """Put what was ``made`` into ``values``, and let go of what has been there longest when that is too much."""
        with self._lock:
            values.update(made)
            if len(values) > self.most:
                # Many at once: a dictionary looks for its first key past all that were taken out before it.
                for key in list(islice(values, len(values) - self.most + self.most // SPARE)):
                    del values[key]
