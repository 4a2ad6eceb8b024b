"""The one door into the published record, and what stands beside it: withdrawal, import runs, undo."""

from directory.publishing.service.door import publish, withdraw
from directory.publishing.service.surroundings import Surroundings

__all__ = ["Surroundings", "publish", "withdraw"]
