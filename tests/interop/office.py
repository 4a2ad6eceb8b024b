"""LibreOffice Calc without a window: it opens a file as somebody would, and saves it in another form."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

CSV: Final = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}"
READ_CSV: Final = "CSV:44,34,76,1"  # commas, quotes, UTF-8, from the first line: what its dialogue offers
MINUTES: Final = 3


@dataclass(frozen=True, slots=True)
class Office:
    """The program, with a folder of its own: nothing of whoever runs the tests."""

    program: str
    home: Path

    @property
    def version(self) -> str:
        """What it calls itself."""
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True).stdout
        return " ".join(re.findall(r"LibreOffice \d+\.\d+", said)[:1])

    def saved(self, file: Path, kind: str, *, sheet: int = 0) -> Path:
        """``file`` opened and saved as ``kind`` ("xlsx" or "csv"); ``sheet``: which one, from 1 (0: the first)."""
        folder = self.home / f"{file.name}-{kind}-{sheet}"
        words = ["--convert-to", CSV.format(sheet=sheet) if kind == "csv" else kind]
        if file.suffix == ".csv":
            words.append(f"--infilter={READ_CSV}")
        command = [self.program, f"-env:UserInstallation=file://{self.home}/profile", "--headless", "--norestore"]
        ran = subprocess.run(
            [*command, *words, "--outdir", folder, file],
            capture_output=True,
            text=True,
            check=False,
            timeout=60 * MINUTES,
        )
        (made,) = folder.glob(f"*.{kind}") if folder.is_dir() else [None]
        assert made is not None, ran.stdout + ran.stderr
        return made


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice Calc, of the package libreoffice-calc."""
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice Calc is not on this machine: apt-get install libreoffice-calc", pytrace=False)
    return Office(program, tmp_path_factory.mktemp("office"))
