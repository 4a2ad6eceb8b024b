"""The wheel as somebody gets it: built from the source archive, installed into a new environment; and its server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

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


START_S = 60.0


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


@pytest.fixture(scope="session")
def site(installed: Installed) -> Iterator[str]:
    """The address of the wheel's own server, after its own set-up."""
    made = installed.run("directory", "init", tiles_url="")
    assert made.returncode == 0, made.stdout + made.stderr
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (installed.folder / "serve.log").open("w+") as log:
        process = subprocess.Popen(
            [installed.programs / "directory", "serve"],
            cwd=installed.folder,
            env=installed.environment(port=str(port), tiles_url="", reads_a_minute="0", files_a_minute="0"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/ready", timeout=5):  # noqa: S310 - our own server
                return
        except OSError:  # not there yet, or slow
            time.sleep(0.1)
    pytest.fail("the wheel's server did not become ready", pytrace=False)
