"""``make bench-register``: a register of charities, one row each, imported on SQLite, into docs/performance.md.

``python -m tests.bench.register --rows 100000``. The rows are the real charities beside the project, again and again
with other numbers, names and postcodes, so that texts are as long and as wrong as in life.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Final

from directory.infra import clock
from directory.infra.place import load_place
from tests.bench import ground, installation, machine, report
from tests.bench.importing import QUIETLY
from tests.bench.targets import LOADED, TURN
from tests.relevance.corpora import CHARITIES
from tests.support import written

MAPPING: Final = "ukcat"
PROFILED: Final = 20_000  # rows; to look where the time goes takes some of it, so that is another import
FIRST: Final = 1_000_000  # charity numbers have seven digits


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the register, import it, and write what was measured; the exit status."""
    parser = argparse.ArgumentParser(prog="make bench-register", description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    rows = parser.parse_args(arguments).rows
    if not CHARITIES.is_file():
        raise SystemExit(f"{CHARITIES} is missing: the register is made of the charities in it.")
    load = machine.load()
    listings, done = _imported(rows, QUIETLY)
    _, profiled = _imported(min(rows, PROFILED))
    text = "\n".join(_told(rows, listings, load, done | {"profile": profiled["profile"]}))
    written.keep("performance.md", "make bench-register", text)
    print(text)
    return 0


def _imported(rows: int, *how: str) -> tuple[int, dict[str, Any]]:
    """How many listings a register of so many rows became in an empty directory, and what was measured meanwhile."""
    with tempfile.TemporaryDirectory(prefix="register-", dir=installation.cache()) as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'listings.sqlite'}"
        environ = installation.environment(folder, ground.own_copy(ground.COUNTRY, folder), url)
        installation.run([sys.executable, "-m", "tests.bench.command", "init"], environ)
        place = load_place(environ["DIRECTORY_PLACE"])
        file = folder / "register.csv"
        write(file, rows, tuple(ground.postcodes(place, Path(environ["DIRECTORY_INSTANCE"]))))
        print(f"Importing {rows:,} rows", flush=True)
        done = installation.measured(file, MAPPING, folder / "measured.json", environ, *how)
        with closing(sqlite3.connect(folder / "listings.sqlite")) as database:
            (listings,) = database.execute("SELECT count(*) FROM organization").fetchone()
    return listings, done


def write(file: Path, rows: int, postcodes: Sequence[str]) -> None:
    """Write a register of so many rows."""
    with CHARITIES.open(encoding="utf-8", newline="") as given, file.open("w", encoding="utf-8", newline="") as made:
        known = list(csv.DictReader(given))
        writer = csv.DictWriter(made, known[0])
        writer.writeheader()
        writer.writerows(_rows(known, rows, postcodes))


def _rows(known: Sequence[Mapping[str, str]], rows: int, postcodes: Sequence[str]) -> Iterator[dict[str, str]]:
    random = Random(5)
    for n in range(rows):
        row = dict(known[n % len(known)])
        if turn := n // len(known):
            words = row["name"].split()
            random.shuffle(words)
            row |= {"name": " ".join((*words, str(turn))), "postcode": random.choice(postcodes)}
        yield row | {"org_id": f"GB-CHC-{FIRST + n}", "reg_number": str(FIRST + n), "company_number": ""}


def _told(rows: int, listings: int, load: str, done: Mapping[str, Any]) -> Iterator[str]:
    rate, longest = listings / done["seconds"], done["longest_transaction_s"]
    yield (
        f"{clock.now().date().isoformat()}, {machine.hardware()}. {machine.software('')}. Code {machine.code()}; load"
        f" before: {load}."
    )
    yield ""
    yield from report.table(
        ("a register, on SQLite", f"{rows:,} rows"),
        (
            ("listings made", f"{listings:,}"),
            ("listings a second", _against(f"{rate:,.0f}", f"≥ {LOADED:,.0f}", missed=rate < LOADED)),
            ("longest write transaction, s", _against(f"{longest:.2f}", f"≤ {TURN:.2f}", missed=longest > TURN)),
            ("transactions", f"{done['transactions']:,}"),
            ("memory after a fifth, MB", f"{done['rss_after_a_fifth'] / 1e6:.0f}"),
            ("memory at the end, MB", f"{done['rss_at_the_end'] / 1e6:.0f}"),
        ),
    )
    yield from report.profile({"of": "the process that writes", "lines": done["profile"]})


def _against(value: str, wanted: str, *, missed: bool) -> str:
    return f"**{value}, missed** ({wanted})" if missed else f"{value} ({wanted})"


if __name__ == "__main__":
    raise SystemExit(main())
