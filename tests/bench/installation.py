"""An installation of the bench's own, loaded by the real commands and kept for the next run.

Kept in a folder of the machine's temporary files, by what decides its contents: how many listings, which
database, and the code that writes them. When any of these changed it is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from directory.infra import files
from directory.infra.place import load_place
from tests.bench import ground, listings, postgres

ROOT: Final = files.PACKAGE.parent
# What an import writes is decided here; pages may change without a new import.
WRITERS: Final = ("core", "infra", "listings", "geocoding", "areas", "search", "maps", "publishing", "exchange")
PAGES: Final = frozenset({"routes.py", "views.py", "forms.py", "jobs.py", "routes", "views", "cli"})
IMPORTED: Final = "import.json"


@dataclass(frozen=True, slots=True)
class Installation:
    """A loaded installation. ``imported`` is what the import was measured to be (``importing``)."""

    listings: int
    database: str
    folder: Path
    url: str
    environ: dict[str, str]
    imported: dict[str, Any]
    server: postgres.Server | None

    @property
    def file(self) -> Path:
        """The listings as they were imported."""
        return self.folder / "listings.csv"

    def stored_bytes(self) -> int:
        """The size of the database, indexes and all."""
        if self.server:
            return self.server.size("directory")
        return sum(path.stat().st_size for path in self.folder.glob("listings.sqlite*"))


def cache() -> Path:
    """The folder of what benches keep; PostgreSQL's account must be able to walk through it."""
    folder = Path(tempfile.gettempdir()) / f"directory-bench-{os.getuid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SystemExit(f"{folder} belongs to somebody else: remove it.")
    return folder


def digest(place: str) -> str:
    """Of all code and data that decide what an import of the bench's listings writes."""
    here = Path(__file__).parent
    found = [
        here / "listings.py",
        here / "words.py",
        here / "words.toml",
        here / "ground.py",
        files.places() / f"{place}.toml",
    ]
    for slice_ in WRITERS:
        found += sorted((files.PACKAGE / slice_).rglob("*.py")) + sorted((files.PACKAGE / slice_).rglob("*.toml"))
    seen = hashlib.sha256()
    for path in found:
        if PAGES.isdisjoint(path.relative_to(ROOT).parts):
            seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


@contextmanager
def installed(how_many: int, database: str) -> Iterator[Installation]:
    """The installation with ``how_many`` listings, made first unless it is kept; its database server runs inside."""
    place = ground.place_for(how_many)
    name = f"{database}-{how_many}-"
    folder = cache() / f"{name}{digest(place)}"
    for old in cache().glob(f"{name}*"):
        if old != folder or not (old / IMPORTED).is_file():
            shutil.rmtree(old)
    folder.mkdir(exist_ok=True)
    if database == "sqlite":
        yield _loaded(how_many, place, folder, f"sqlite:///{folder / 'listings.sqlite'}", None)
        return
    with postgres.running(folder / "postgres") as server:
        yield _loaded(how_many, place, folder, server.database("directory"), server)


def _loaded(how_many: int, place: str, folder: Path, url: str, server: postgres.Server | None) -> Installation:
    made = Installation(
        how_many,
        "postgres" if server else "sqlite",
        folder,
        url,
        environment(folder, ground.own_copy(place, folder), url),
        {},
        server,
    )
    if not (folder / IMPORTED).is_file():
        _load(made, folder)
    made.imported.update(json.loads((folder / IMPORTED).read_text(encoding="utf-8")))
    return made


def environment(folder: Path, place: Path, url: str) -> dict[str, str]:
    """The settings of the installation, and nothing of whoever runs the bench."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    return inherited | {
        "DIRECTORY_INSTANCE": str(folder / "instance"),
        "DIRECTORY_PLACE": str(place),
        "DIRECTORY_DATABASE_URL": url,
        "DIRECTORY_TILES_URL": "",
        "DIRECTORY_WORKERS": "1",
        "DIRECTORY_READS_A_MINUTE": "0",
        "DIRECTORY_FILES_A_MINUTE": "0",
        "DIRECTORY_JOBS": "0",
        "PYTHONHASHSEED": "0",
    }


def _load(made: Installation, folder: Path) -> None:
    run([sys.executable, "-m", "tests.bench.command", "init"], made.environ)
    instance = Path(made.environ["DIRECTORY_INSTANCE"])
    place = load_place(made.environ["DIRECTORY_PLACE"])
    print(f"Writing {made.listings:,} listings in {place.name}", flush=True)
    rows = listings.write(made.file, made.listings, tuple(ground.postcodes(place, instance)))
    print(f"Importing {rows:,} rows", flush=True)
    found = folder / "measured.json"
    facts = measured(made.file, "template", found, made.environ) | {"place": place.name, "rows": rows}
    (folder / IMPORTED).write_text(json.dumps(facts), encoding="utf-8")


def measured(file: Path, mapping: str, found: Path, environ: dict[str, str], *how: str) -> dict[str, Any]:
    """Import ``file`` by ``mapping``; what was measured, which is kept in ``found`` too. ``how``: see ``importing``."""
    run([sys.executable, "-m", "tests.bench.importing", str(found), str(file), mapping, *how], environ)
    facts: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return facts


def run(command: list[str], environ: dict[str, str]) -> None:
    """Run one of our commands; what it says is shown only when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:])} failed:\n{done.stdout[-2_000:]}\n{done.stderr[-4_000:]}")
