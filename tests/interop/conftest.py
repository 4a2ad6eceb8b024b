"""The wheel as somebody gets it: built from the source archive, installed into a new environment in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.sizes import ROOT


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel in it, and the folder where commands are given: nothing is there at first."""

    programs: Path
    folder: Path

    def environment(self, **settings: str) -> dict[str, str]:
        """The machine's environment without our own settings and Python's, and with these."""
        ours = ("DIRECTORY_", "PYTHON", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return kept | {f"DIRECTORY_{name.upper()}": value for name, value in settings.items()}

    def run(self, program: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one of the environment's programs in the folder, to its end."""
        return subprocess.run(
            [self.programs / program, *words],
            cwd=self.folder,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            check=False,
        )


def done(*command: object, cwd: Path) -> None:
    """Run a command; fail with all it said when it fails."""
    ran = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source archive and the wheel that is built from it alone: what the archive lacks, the wheel has not."""
    folder = tmp_path_factory.mktemp("dist")
    done(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (archive,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return archive, wheel


@pytest.fixture(scope="session")
def installed(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with what its own metadata asks for, in the versions of the lock file."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=True)
    locked = re.findall(
        r"^[\w.-]+(?:\[[\w,]+\])?==\S+(?: ; [^\\\n]*)?", (ROOT / "lock" / "run.txt").read_text(), re.MULTILINE
    )
    versions = home / "versions.txt"
    versions.write_text("\n".join(re.sub(r"\[[^\]]*\]", "", line).strip() for line in locked), encoding="utf-8")
    pip = (home / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet")
    done(*pip, "install", "--constraint", versions, archives[1], cwd=home)
    return Installed(home / "bin", tmp_path_factory.mktemp("empty"))
