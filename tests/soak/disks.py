"""Disks that are small, so that they can be full."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

MEGABYTE = 1_000_000


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own: the folder where it is mounted, which other accounts reach too."""
    folder = Path(tempfile.mkdtemp(prefix="directory-disk-"))
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.fail("To fill a disk, this needs the command mount.", pytrace=False)
    if done.returncode:
        pytest.fail(f"To fill a disk, this must run as root: {done.stderr}", pytrace=False)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill_up(folder: Path) -> Path:
    """Take all the room that is left; what gives it back."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (MEGABYTE, 4096, 1):
            with suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    return filler
