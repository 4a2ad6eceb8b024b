"""The machine and the software of a run, in words."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from pathlib import Path

from tests.bench.installation import ROOT

GIGABYTE = 1_000_000_000


def hardware() -> str:
    """Cores, processor, memory."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    return f"{os.cpu_count()} cores ({' '.join(model.split())}), {memory:.0f} GB"


def software(postgres_version: str) -> str:
    """Versions of what the figures hang on."""
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{versions}, PostgreSQL {postgres_version}" if postgres_version else versions


def code() -> str:
    """The commit, and whether the tree has changes beside it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "of no commit"


def load() -> str:
    """How busy the machine is with other work: the load of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"
