"""What the tests need of the machine: PostgreSQL's server programs and a Chromium; ``make soak`` also strace.

``python -m tests.support.machine`` finds them, installs what is missing where it may, and otherwise stops
with one sentence that names the package. Nothing is skipped for want of any.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

POSTGRES_OLDEST = 15
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
SHELL: Final = "chromium-headless-shell"  # as Debian calls a Chromium without windows: a page costs it a third less
CHROMIUM_NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VERSION_S = 30  # a first start from a cold disk takes a while


class Missing(RuntimeError):
    """The machine lacks something; the message is the sentence that says what to install."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the tests cannot do without, how it is found and which commands may bring it."""

    find: Callable[[], Path | None]
    remedies: Callable[[], Iterator[list[list[str]]]]
    sentence: str

    def found(self) -> Path:
        """Where it is. Raises Missing."""
        path = self.find()
        if path is None:
            raise Missing(self.sentence)
        return path

    def found_or_installed(self) -> Path:
        """Where it is, installed first if it was not there. Raises Missing."""
        path = self.find()
        remedies = self.remedies()
        while path is None and (remedy := next(remedies, None)) is not None:
            for command in remedy:
                print("$", *command, flush=True)
                if subprocess.run(command, check=False).returncode:
                    break
            path = self.find()
        if path is None:
            raise Missing(self.sentence)
        return path


def _says(program: Path | str, pattern: str) -> re.Match[str] | None:
    """``pattern`` in what ``program --version`` says; None also for a shim that is there and does not run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=VERSION_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else re.search(pattern, done.stdout)


def _postgres_folders() -> Iterator[Path]:
    """Where PostgreSQL's programs may be: what the PATH says, then the usual folders, the newest first."""
    if (program := shutil.which("postgres")) is not None:
        yield Path(program).resolve().parent
    if (config := shutil.which("pg_config")) is not None:
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(done.stdout.strip() or ".")
    for pattern in POSTGRES_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)


def find_postgres() -> Path | None:
    """The folder with a working ``postgres`` and ``initdb`` of a version we support."""
    for folder in _postgres_folders():
        version = _says(folder / "postgres", r"\(PostgreSQL\) (\d+)")
        if version and int(version[1]) >= POSTGRES_OLDEST and _says(folder / "initdb", "PostgreSQL"):
            return folder
    return None


def find_chromium() -> Path | None:
    """A Chromium or Chrome that starts: the system's, else the one Playwright downloaded."""
    if (found := next(filter(None, map(_browser, CHROMIUM_NAMES)), None)) is not None:
        return found
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if _says(own, "Chrom") else None


def find_shell() -> Path | None:
    """A Chromium without windows that starts."""
    return _browser(SHELL)


def _browser(name: str) -> Path | None:
    program = shutil.which(name)
    return Path(program) if program is not None and _says(program, "Chrom") else None


def _apt(package: str) -> Iterator[list[list[str]]]:
    """The commands that install ``package`` by apt, if there is apt and we may use it."""
    if shutil.which("apt-get") is None:
        return
    allowed: list[str] | None = [] if os.geteuid() == 0 else None
    if allowed is None and shutil.which("sudo") is not None:
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        allowed = ["sudo", "-n"] if asked.returncode == 0 else None
    if allowed is not None:
        apt = [*allowed, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        yield [[*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", package]]


def _bring_postgres() -> Iterator[list[list[str]]]:
    yield from _apt("postgresql")


def _bring_chromium() -> Iterator[list[list[str]]]:
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]
    yield from _apt(SHELL)
    yield from _apt("chromium")


def _bring_shell() -> Iterator[list[list[str]]]:
    """Only where apt has heard of it: another Chromium may be there, and nobody is to wait for that answer."""
    if shutil.which("apt-cache") is None:
        return
    if not subprocess.run(["apt-cache", "show", SHELL], capture_output=True, check=False).returncode:
        yield from ([install] for _update, install in _apt(SHELL))


POSTGRES = Need(
    find_postgres,
    _bring_postgres,
    f"The tests need PostgreSQL's server, {POSTGRES_OLDEST} or newer: install the package postgresql.",
)
CHROMIUM = Need(
    find_chromium,
    _bring_chromium,
    "The tests need a Chromium browser: install the package chromium (or google-chrome-stable).",
)
SHELL_OR_NOT = Need(find_shell, _bring_shell, f"The package {SHELL} would make the tests quicker.")


def find_strace() -> Path | None:
    """A strace that starts."""
    program = shutil.which("strace")
    if program is None or subprocess.run([program, "-V"], capture_output=True, check=False).returncode:
        return None
    return Path(program)


STRACE = Need(
    find_strace,
    lambda: _apt("strace"),
    "To see what a server asks of the kernel, make soak needs strace: install the package strace.",
)


def main() -> int:
    """Find or install everything, with ``--soak`` also what ``make soak`` needs; the exit status."""
    with suppress(Missing):
        SHELL_OR_NOT.found_or_installed()  # the first that CHROMIUM looks for
    wanted = {"PostgreSQL": POSTGRES, "Chromium": CHROMIUM} | ({"strace": STRACE} if "--soak" in sys.argv[1:] else {})
    try:
        for name, need in wanted.items():
            print(f"{name}: {need.found_or_installed()}", flush=True)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
