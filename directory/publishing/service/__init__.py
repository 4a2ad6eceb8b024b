"""The one door into the published record, and what stands beside it: withdrawal, import runs, undo."""

from directory.publishing.service.door import publish, withdraw
from directory.publishing.service.erasing import erase
from directory.publishing.service.merging import Merged, absorb, part
from directory.publishing.service.restoring import restore
from directory.publishing.service.surroundings import Surroundings

__all__ = ["Merged", "Surroundings", "absorb", "erase", "part", "publish", "restore", "withdraw"]
