"""Where the time of a page goes: the application asked in its own process, with the sampler on.

``python -m tests.bench.profiles PROFILE.json`` reads addresses from standard input, one a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.installation import ROOT, Installation
from tests.bench.sampler import Sampler

EVERY_S: Final = 0.001
AT_LEAST_S: Final = 2.0
BROWSER: Final = {"Accept-Encoding": "gzip, deflate, br"}
Lines = list[tuple[str, float, float]]


def profile(installation: Installation, paths: Sequence[str]) -> Lines:
    """The functions that the pages at ``paths`` spend their time in, as ``Sampler.lines`` has them."""
    found = installation.folder / "profile.json"
    subprocess.run(
        [sys.executable, "-m", __name__, str(found)],
        cwd=ROOT,
        env=installation.environ,
        input="\n".join(paths),
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    lines: Lines = json.loads(found.read_text(encoding="utf-8"))
    return lines


def main(found: Path, paths: Sequence[str]) -> None:
    """Ask for ``paths`` again and again, and write where the time went."""
    from tests.bench.app import create_app  # noqa: PLC0415 - it reads the settings of this process

    client = create_app().test_client()
    for path in paths:
        client.get(path, headers=BROWSER).get_data()
    sampler = Sampler(EVERY_S)
    ends = time.perf_counter() + AT_LEAST_S
    with sampler.running():
        while time.perf_counter() < ends:
            for path in paths:
                client.get(path, headers=BROWSER).get_data()
    found.write_text(json.dumps(sampler.lines()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin.read().splitlines())
